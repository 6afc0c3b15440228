"""The ``flask budgets`` commands."""

import json
from datetime import date

import click
from flask.cli import AppGroup

from app.base.db import transaction
from app.base.refusals import Refusal
from app.funding.budgets.actions import agreements, releasing
from app.people.councils.queries import council_by_code
from app.people.councils.rules.policies import POLICIES
from app.platform.jobs.access import tell_swept

group = AppGroup("budgets", help="Commands of the budgets room.")


@group.command("release")
def release() -> None:
    """Release the money whose day has come, settle periods that have ended, end years that are over.

    Safe to run twice, and beside itself; catches up after days off.
    """
    tell_swept(releasing.release_what_is_due(click.echo))


@group.command("policy")
@click.argument("council_code")
@click.argument("name", type=click.Choice(list(POLICIES)), metavar="NAME")
@click.argument("value")
@click.argument("valid_from")
def policy(council_code: str, name: str, value: str, valid_from: str) -> None:
    """Give a council a rule from a day on: COUNCIL_CODE NAME VALUE VALID_FROM (2026-04-06).

    A rule about money never changes inside a period that is running.
    """
    council = council_by_code(council_code)
    if council is None:
        raise click.ClickException(f"There is no council {council_code}.")
    try:
        day = date.fromisoformat(valid_from)
    except ValueError:
        raise click.ClickException("The day must be written like 2026-04-06.") from None
    try:
        read = json.loads(value)
    except ValueError:
        read = value
    try:
        with transaction():
            agreements.set_money_policy(actor=None, council=council, name=name, value=read, valid_from=day)
    except Refusal as refusal:
        raise click.ClickException(str(refusal)) from None
    print(f"{name} is {value} from {valid_from} on.")


@group.command("policies")
def policies() -> None:
    """Print every rule a council may set: its name, what it may be and what it means."""
    for name, known in POLICIES.items():
        print(f"{name}\n    {known.meaning}\n    It may be {known.may_be}; {known.otherwise} where it was never set.")
