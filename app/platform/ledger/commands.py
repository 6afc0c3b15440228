"""The ``flask ledger`` commands."""

import click
from flask.cli import AppGroup

from app.base import clock
from app.base.db import db
from app.base.money import Money
from app.platform.jobs.access import tell_swept
from app.platform.ledger import queries
from app.platform.ledger.access import every_difference
from app.platform.ledger.actions import expiring
from app.platform.ledger.models import LedgerAccount, Transfer

group = AppGroup("ledger", help="Commands of the ledger room.")

MOST_SHOWN = 20
AT_A_TIME = 500


@group.command("check")
def check() -> None:
    """Add up every balance again from its entries, and look whether the database's own guards stand.

    Then whatever else must agree: invoices and remittances of councils.

    Exits 1 with the first differences when something does not agree.
    """
    differences = every_difference()
    for line in differences[:MOST_SHOWN]:
        print(line)
    if differences:
        print("1 difference." if len(differences) == 1 else f"{len(differences)} differences.")
        raise SystemExit(1)
    print("Every balance is the sum of its entries.")


@group.command("expire")
def expire() -> None:
    """Give back the money of holds whose time is over. Safe to run twice, and beside itself."""
    tell_swept(expiring.expire_holds())


@group.command("statement")
@click.argument("account")
def statement(account: str) -> None:
    """Print every entry of ACCOUNT, written KIND:NAME (provider:4), oldest first, with what was left after each."""
    found = queries.account_of(account)
    if found is None:
        raise click.ClickException(f"There is no account {account}.")
    left = 0
    entries = db.session.scalars(queries.entries([found.id]).execution_options(yield_per=AT_A_TIME))
    for entry in entries:
        left += _change(found, entry)
        at = clock.london(entry.journal.at)
        about = entry.journal.about or ""
        print(
            f"{at:%Y-%m-%d %H:%M}  {entry.journal.kind:<9} {Money(_change(found, entry))!s:>14} {Money(left)!s:>14}  {about}"
        )
    print(f"{'Left':<26}  {Money(left)!s:>28}")


def _change(account: LedgerAccount, entry: Transfer) -> int:
    """What an entry did to what is left in this account, in pence."""
    return entry.moved if entry.credit_id == account.id else -entry.moved - entry.held
