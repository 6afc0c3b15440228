"""People's money to test with, made by the actions that people's money is made by."""

import itertools

from app.base.db import db, transaction
from app.funding.budgets.actions import pots
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.councils.models import Council
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.rules import AccountKind, JournalKind
from tests.factories import councils

_numbers = itertools.count(1)


def pot(
    person: Person, kind: PotKind = PotKind.OWN_MONEY, pence: int = 10_000, *, fund_holder: Provider | None = None
) -> Pot:
    """A pot with exactly so much more in it: own money topped up by card, other money from the person's council.

    A person without a council is given one.
    """
    council = _council_of(person) if kind != PotKind.OWN_MONEY else None
    with transaction():
        made = pots.open_pot(person=person, kind=kind, council=council, fund_holder=fund_holder)
        if pence:
            told, source, owner = (
                (JournalKind.TOP_UP, AccountKind.CARD, "card:1")
                if council is None
                else (JournalKind.ALLOCATE, AccountKind.COUNCIL, f"council:{council.id}")
            )
            account = ledger.open_account(kind=source, owner=owner, guarded=False)
            key = f"factory-pot-{next(_numbers)}"
            ledger.post(key=key, kind=told, moves=[(account.id, made.account_id, pence)])
    return made


def _council_of(person: Person) -> Council:
    if person.council_id is None:
        person.council_id = councils.council().id
        db.session.commit()
    return db.session.get_one(Council, person.council_id)
