"""Agreeing a budget: who may, numbers that agree, thirteen releases to the penny, each released once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.budgets.actions.releasing import work_off
from app.funding.budgets.models import PersonalBudget, Pot, PotRelease
from app.funding.budgets.queries import balances
from app.funding.budgets.queries import year as year_queries
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.models import Council
from app.platform.audit.models import AuditEvent
from app.platform.ledger.models import Journal
from app.platform.ledger.queries import ledger_differences
from tests.factories import accounts, circles, councils
from tests.factories.budgets import agree_budget

STARTS = date(2026, 4, 6)
EARLY = datetime(2026, 3, 30, 9, tzinfo=UTC)
SPLIT = [(PotKind.COUNCIL_MANAGED, 900_001), (PotKind.DIRECT_PAYMENT, 399_999)]


def everybody() -> tuple[Council, Person, Person]:
    council = councils.council()
    person = accounts.person(council_id=council.id)
    manager = accounts.person(Role.CARE_MANAGER, council_id=council.id)
    circles.caseload_entry(manager, person, council)
    return council, person, manager


def agree(council: Council, person: Person, actor: Person, **more: object) -> PersonalBudget:
    facts = {"total_pence": 1_300_000, "contribution_pence": 100_000, "pots": SPLIT, "year_starts_on": STARTS, **more}
    with clock.set_to(EARLY), transaction():
        return agree_budget(actor=actor, person=person, council=council, **facts)


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


@pytest.mark.usefixtures("app")
def test_a_years_money_is_planned_over_thirteen_periods_to_the_penny() -> None:
    council, person, manager = everybody()
    budget = agree(council, person, manager)
    assert (budget.total_pence, budget.contribution_pence, budget.council_share_pence) == (
        1_300_000,
        100_000,
        1_200_000,
    )
    releases = db.session.scalars(select(PotRelease).order_by(PotRelease.pot_id, PotRelease.period)).all()
    managed = [one for one in releases if one.pot.kind == PotKind.COUNCIL_MANAGED]
    assert sorted({one.amount_pence for one in managed}) == [69_230, 69_231]
    assert [sum(r.amount_pence for r in releases if r.pot.kind == kind) for kind, _ in SPLIT] == [900_001, 399_999]
    assert [one.due_on for one in managed] == [STARTS + timedelta(days=28 * n) for n in range(13)]
    assert balances.left_of(person.id) == 0
    first = sum(one.amount_pence for one in releases if one.period == 1)
    year = year_queries.year_of(person.id, EARLY.date())
    assert year.next is not None
    assert (year.budget, year.next.due_on, year.next.pence, year.planned, len(year.coming)) == (
        None,
        STARTS,
        first,
        (),
        13,
    )
    [event] = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "budget_agreed"))
    assert (event.actor_id, event.for_person_id, event.council_id) == (manager.id, person.id, council.id)


@pytest.mark.usefixtures("app")
def test_money_is_released_on_its_day_once_and_catches_up() -> None:
    council, person, manager = everybody()
    agree(council, person, manager)
    with transaction():
        assert work_off(on=STARTS - timedelta(days=1)).released == 0
    with transaction():
        assert work_off(on=STARTS).released == 2
    with transaction():
        assert work_off(on=STARTS).released == 0
    assert balances.left_of(person.id) == 69_231 + 30_770
    with transaction():
        assert work_off(on=STARTS + timedelta(days=28 * 12)).released == 24
    assert (balances.left_of(person.id), year_queries.year_of(person.id, STARTS).coming) == (1_300_000, ())
    assert (count(Journal), ledger_differences()) == (26, [])


@pytest.mark.usefixtures("app")
def test_what_is_due_already_is_released_when_agreed_and_the_next_year_uses_the_same_pots() -> None:
    council, person, manager = everybody()
    with clock.set_to(datetime(2026, 4, 6, 9, tzinfo=UTC)), transaction():
        agree_budget(
            actor=manager,
            person=person,
            council=council,
            year_starts_on=STARTS,
            total_pence=1_300,
            contribution_pence=0,
            pots=[(PotKind.DIRECT_PAYMENT, 1_300)],
        )
    assert balances.left_of(person.id) == 100
    agree(council, person, manager, year_starts_on=STARTS + timedelta(days=364))
    assert count(Pot) == 2


def test_two_runs_at_once_release_everything_once(app: Flask) -> None:
    council, person, manager = everybody()
    agree(council, person, manager)

    def run(_: int) -> int:
        with app.app_context():
            with transaction():
                released = work_off(on=STARTS + timedelta(days=400)).released
            db.session.close()
            return released

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(run, range(4))) == 26
    assert (balances.left_of(person.id), count(Journal), ledger_differences()) == (1_300_000, 26, [])


def test_the_command_releases_what_is_due_by_today(app: Flask) -> None:
    council, person, manager = everybody()
    agree(council, person, manager)
    with clock.set_to(datetime(2026, 5, 4, 9, tzinfo=UTC)):
        told = app.test_cli_runner().invoke(args=["budgets", "release"])
    assert (told.exit_code, told.output) == (0, "4 released.\n")
    assert app.test_cli_runner().invoke(args=["ledger", "check"]).output == (
        "Every balance is the sum of its entries.\n"
    )


@pytest.mark.usefixtures("app")
def test_only_the_persons_care_manager_or_a_commissioner_agrees_a_budget() -> None:
    council, person, _ = everybody()
    stranger = accounts.person(Role.CARE_MANAGER, council_id=council.id)
    elsewhere = accounts.person(Role.COMMISSIONER, council_id=councils.council().id)
    sister = accounts.person(Role.SUPPORTER)
    circles.support(person, sister)
    for actor in (person, stranger, elsewhere, sister):
        with pytest.raises(NotAllowed):
            agree(council, person, actor)
    assert (count(PersonalBudget), count(Pot), count(PotRelease)) == (0, 0, 0)
    agree(council, person, accounts.person(Role.COMMISSIONER, council_id=council.id))
    assert (count(PersonalBudget), count(Pot), count(PotRelease)) == (1, 2, 26)


@pytest.mark.usefixtures("app")
def test_nobody_agrees_their_own_budget() -> None:
    council = councils.council()
    commissioner = accounts.person(Role.COMMISSIONER, council_id=council.id)
    with pytest.raises(NotAllowed):
        agree(council, commissioner, commissioner)


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(
    "wrong",
    [
        {"contribution_pence": 1_300_001},
        {"contribution_pence": -1},
        {"total_pence": 0, "contribution_pence": 0},
        {"pots": []},
        {"pots": [(PotKind.OWN_MONEY, 1_300_000)]},
        {"pots": [(PotKind.INDIVIDUAL_SERVICE_FUND, 1_300_000)]},
        {"pots": [(PotKind.DIRECT_PAYMENT, 1_300_100), (PotKind.COUNCIL_MANAGED, -100)]},
    ],
    ids=str,
)
def test_numbers_that_do_not_agree_are_refused(wrong: dict[str, object]) -> None:
    council, person, manager = everybody()
    with pytest.raises(BadInput):
        agree(council, person, manager, **wrong)
    assert (count(PersonalBudget), count(Pot)) == (0, 0)


@pytest.mark.usefixtures("app")
def test_a_person_may_pay_the_contribution_themselves() -> None:
    council, person, manager = everybody()
    agree(council, person, manager, pots=[(PotKind.DIRECT_PAYMENT, 1_200_000)])
    assert db.session.scalar(select(func.sum(PotRelease.amount_pence))) == 1_200_000


@pytest.mark.usefixtures("app")
def test_one_budget_starts_on_one_day() -> None:
    council, person, manager = everybody()
    agree(council, person, manager)
    with pytest.raises(Conflict):
        agree(council, person, manager)
    assert (count(PersonalBudget), count(PotRelease)) == (1, 26)
