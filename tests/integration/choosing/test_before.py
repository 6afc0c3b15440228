"""Budgets that were there before anybody was asked: they go on in their ways, as nobody's choice, until the person says so."""

from datetime import timedelta

from flask import Flask
from sqlalchemy import select

from app.base.db import alembic, db, transaction
from app.funding.agreeing.actions import agreeing as budgets
from app.funding.budgets.models import MoneyChoice, Pot
from app.funding.budgets.queries import choices
from app.funding.budgets.rules.choices import ChoiceStatus
from app.funding.budgets.rules.kinds import PotKind
from app.funding.choosing import actions as choosing
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles import queries as circles
from app.people.circles.rules import Power
from app.platform.ledger.queries import ledger_differences
from tests.factories import accounts, councils
from tests.factories.budgets import agree_budget
from tests.integration.budgets.test_years import DIRECT, MANAGED, STARTS, Town, at, run
from tests.integration.choosing.test_choices import sums

HELD = PotKind.INDIRECT_PAYMENT
NEXT = STARTS + timedelta(days=28)


def as_it_was(person_id: int) -> list[tuple[dict[str, int], str | None, ChoiceStatus, int | None]]:
    rows = select(MoneyChoice).where(MoneyChoice.person_id == person_id).order_by(MoneyChoice.id)
    return [(one.shares, one.agent_name, one.status, one.chosen_by_id) for one in db.session.scalars(rows)]


def test_a_database_with_budgets_goes_on_and_asks_the_person(app: Flask) -> None:
    town, other = Town(pots=[(DIRECT, 390_00), (MANAGED, 910_00)]), Town()
    council = councils.council()
    kept, unasked = accounts.person(council_id=council.id), accounts.person(council_id=council.id)
    boss = accounts.person(Role.COMMISSIONER, council_id=council.id)
    with at(STARTS), transaction():
        # An estimate is no budget yet, so nothing of it is looked after in any way.
        budgets.estimate_budget(
            actor=boss,
            person=unasked,
            council=council,
            year_starts_on=STARTS,
            total_pence=1_300_00,
            contribution_pence=0,
        )
        agree_budget(
            actor=boss,
            person=kept,
            council=council,
            year_starts_on=STARTS,
            total_pence=1_300_00,
            contribution_pence=0,
            pots=[(HELD, 1_300_00)],
            agent_name="Aunt May",
        )
    numbers = [one.id for one in (town.person, other.person, kept, unasked, town.manager)]
    before = sums(town.person)
    db.session.close()

    alembic.downgrade("0023")
    alembic.upgrade()

    mixed, direct, held, estimated, manager_id = numbers
    before_all = ChoiceStatus.AS_BEFORE
    # Weights are the pence of the year, whatever they come to: a third stays a third.
    assert as_it_was(mixed) == [({"direct_payment": 390_00, "council_managed": 910_00}, None, before_all, None)]
    assert as_it_was(direct) == [({"direct_payment": 1_300_00}, None, before_all, None)]
    assert as_it_was(held) == [({"indirect_payment": 1_300_00}, "Aunt May", before_all, None)]
    assert as_it_was(estimated) == []
    person, manager = db.session.get_one(Person, mixed), db.session.get_one(Person, manager_id)
    assert (sums(person), ledger_differences()) == (before, [])
    # Money goes on coming as it did; but nobody asked the person, so staff book nothing from it.
    run(NEXT)
    assert sums(person) == {DIRECT: 60_00, MANAGED: 140_00}
    assert Power.BOOK_COUNCIL_MANAGED not in circles.powers_over(manager, mixed)
    choice = choices.choice_in_force(mixed, person.council_id or 0)
    assert choice is not None
    with transaction():
        choosing.confirm_as_before(actor=person, choice=choice, key="k" * 20)
    assert Power.BOOK_COUNCIL_MANAGED in circles.powers_over(manager, mixed)
    assert (sums(person), ledger_differences()) == ({DIRECT: 60_00, MANAGED: 140_00}, [])
    # A name that was written down is not an account: nothing is bound to anybody.
    assert [one.agent_id for one in db.session.scalars(select(Pot).where(Pot.person_id == held))] == [None]
