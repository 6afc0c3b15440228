"""The operator's ``flask providers suspend`` and ``resume``, which alone reach everybody; and telling who was not told."""

from datetime import date, datetime
from functools import partial

import click
from flask.cli import AppGroup

from app.base import clock
from app.base.db import in_transaction
from app.base.refusals import Refusal
from app.market.catalogue.actions import places
from app.market.providers.models import Suspension
from app.market.providers.queries import provider_by_public_id, suspensions
from app.market.providers.rules import SuspensionReason
from app.people.councils.access import council_named
from app.people.councils.models import Council
from app.platform.jobs.access import tell_swept
from app.platform.web.filters import plural
from app.support.suspending import actions

group = AppGroup("providers", help="Providers from the regulator's registers, and their suspension.")


def _council(code: str | None) -> Council | None:
    return None if code is None else council_named(code)


@group.command("suspend")
@click.argument("provider")
@click.option("--council", "code", help="Only for the people of this council. Without it: for everybody.")
@click.option("--from", "from_on", type=click.DateTime(["%Y-%m-%d"]), help="From which day; without it, today.")
@click.option("--reason", required=True, type=click.Choice([one.value for one in SuspensionReason]), help="What sort.")
@click.option("--words", required=True, help="Why, for the provider and the record.")
@click.option("--public-words", default="", help="What everybody may read of it on the provider's page.")
def suspend(
    provider: str, code: str | None, from_on: datetime | None, reason: str, words: str, public_words: str
) -> None:
    """Stop new bookings with PROVIDER (its public id, as in the address of its page). Agreed visits stand."""
    begins: date = clock.today() if from_on is None else from_on.date()
    try:
        found, council = provider_by_public_id(provider), _council(code)
        name = found.name
        number = in_transaction(
            lambda: (
                places.suspend_provider(
                    actor=None,
                    provider=found,
                    council=council,
                    from_on=begins,
                    reason=SuspensionReason(reason),
                    words=words,
                    public_words=public_words,
                ).id
            )
        )
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.".replace("..", ".")) from None
    told = in_transaction(partial(actions.tell_of_suspension, suspension_id=number))
    print(f"{name} is suspended from {begins}; {plural(told, 'person was', 'people were')} told")


@group.command("resume")
@click.argument("provider")
@click.option("--council", "code", help="The suspension of this council. Without it: the one for everybody.")
@click.option("--words", required=True, help="Why it ends.")
def resume(provider: str, code: str | None, words: str) -> None:
    """End the suspension of PROVIDER that reaches as far."""
    try:
        found, council = provider_by_public_id(provider), _council(code)
        standing = [
            one
            for one in suspensions.open_of([found.id])
            if one.lot_id is None and one.council_id == (None if council is None else council.id)
        ]
        if not standing:
            raise click.ClickException(f"{found.name} is not suspended there.")
        name, number = found.name, standing[0].id
        in_transaction(lambda: _end(standing[0], words))
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.".replace("..", ".")) from None
    told = in_transaction(partial(actions.tell_of_suspension, suspension_id=number))
    print(f"{name} can be booked again; {plural(told, 'person was', 'people were')} told")


def _end(standing: Suspension, words: str) -> None:
    places.end_suspension(actor=None, suspension=standing, words=words)


@group.command("tell-suspensions")
def tell_suspensions() -> None:
    """Tell whoever has not been told of a suspension or its end, because a run was cut short. Safe to run twice."""
    tell_swept(actions.tell_untold())
