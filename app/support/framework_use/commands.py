"""The operator's ``flask frameworks end``, and telling who was not told."""

from datetime import datetime

import click
from flask.cli import AppGroup

from app.base.db import transaction
from app.base.refusals import Refusal
from app.market.frameworks.actions.ending import end_places
from app.market.frameworks.queries.reading import framework_named
from app.platform.jobs.access import tell_swept
from app.support.framework_use import actions, queries

group = AppGroup("frameworks", help="Frameworks of councils: lots, terms, places and their history.")


@group.command("end")
@click.argument("framework")
@click.argument("provider")
@click.option("--lot", type=int, help="Only this lot, by its number. Without it: all.")
@click.option("--last-day", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day on which it counts.")
@click.option("--words", required=True, help="Why, for the provider and the record.")
def end(framework: str, provider: str, lot: int | None, last_day: datetime, words: str) -> None:
    """End the places of PROVIDER on FRAMEWORK (public ids, as in addresses). Agreed visits stand; people are told."""
    try:
        with transaction():
            found = framework_named(framework)
            wanted = next((one for one in found.lots if one.number == lot), None)
            if lot is not None and wanted is None:
                raise click.ClickException(f"There is no lot {lot} on {found.name}.")
            ended = end_places(
                actor=None,
                provider=queries.provider_on(found, provider),
                framework=found,
                lot=wanted,
                ends_on=last_day.date(),
                words=words,
            )
            number = len(ended)
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.".replace("..", ".")) from None
    print(f"Ended: {number}.")
    tell_swept(actions.tell_of_endings())


@group.command("tell-endings")
def tell_endings() -> None:
    """Tell whoever has not been told that a place ends, because a run was cut short. Safe to run twice."""
    tell_swept(actions.tell_of_endings())
