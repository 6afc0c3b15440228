"""People's money to test with, made by the actions that people's money is made by."""

import itertools
from collections.abc import Sequence
from typing import Any

from app.base.columns import new_public_id
from app.base.db import db, transaction
from app.funding.agreeing.actions import agreeing as budgets
from app.funding.budgets.actions import pots
from app.funding.budgets.models import MoneyChoice, PersonalBudget, Pot
from app.funding.budgets.queries import choices
from app.funding.budgets.rules.choices import ChoiceStatus
from app.funding.budgets.rules.kinds import PotKind
from app.funding.choosing import actions as choosing
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.councils.models import Council
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.rules import AccountKind, JournalKind
from tests.factories import councils
from tests.factories.accounts import LONG_AGO

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
        if council is not None and kind == PotKind.COUNCIL_MANAGED:
            looked_after(person, council)
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


def choose(
    person: Person,
    council: Council,
    shares: dict[PotKind, int],
    *,
    fund_holder: Provider | None = None,
    agent_name: str | None = None,
    staff: Person | None = None,
    fee_percent: int = 0,
) -> MoneyChoice:
    """What the person chose, in the transaction that is open; where staff of the fund's holder are given, they say yes."""
    made = choosing.choose_money(
        actor=person,
        person=person,
        council=council,
        shares=shares,
        key=f"factory-choice-{next(_numbers):0>8}",
        fund_holder=fund_holder,
        agent_name=agent_name,
    )
    if staff is not None:
        choosing.answer_fund(actor=staff, choice=made, accepts=True, fee_percent=fee_percent)
    return made


def in_place(person: Person, council: Council, *ways: PotKind) -> MoneyChoice:
    """How the person chose to have money looked after, as put in place long ago; beside whatever else is there now."""
    made = MoneyChoice(
        public_id=new_public_id(),
        key=f"factory-choice-{next(_numbers):0>8}",
        person_id=person.id,
        council_id=council.id,
        shares={way.value: 1 for way in ways},
        words="",
        status=ChoiceStatus.ENACTED,
        chosen_at=LONG_AGO,
        chosen_by_id=person.id,
        enacted_at=LONG_AGO,
        enacted_by_id=person.id,
    )
    db.session.add(made)
    db.session.flush()
    return made


def looked_after(person: Person, council: Council) -> None:
    """That the person chose that the council looks after money, unless something else is in place."""
    if choices.choice_in_force(person.id, council.id) is None:
        in_place(person, council, PotKind.COUNCIL_MANAGED)


def agree_budget(
    *,
    person: Person,
    council: Council,
    pots: Sequence[tuple[PotKind, int]],
    agent_name: str | None = None,
    **facts: Any,
) -> PersonalBudget:
    """A budget agreed as the person chose: each way with its pence of the year. The person chooses first."""
    choose(person, council, dict(pots), agent_name=agent_name)
    parts = sum(pence for _, pence in pots) + int(facts.get("contingency_pence", 0))
    pays = parts == facts["total_pence"] - facts["contribution_pence"] and bool(facts["contribution_pence"])
    return budgets.agree_budget(person=person, council=council, pays_contribution=pays, **facts)
