"""A budget's year: money settled by the council's rule, changes with their history, contingency, moves, the end."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.agreeing.actions import agreeing as budgets
from app.funding.budgets.actions import agreements, releasing
from app.funding.budgets.actions import pots as pots_actions
from app.funding.budgets.actions.releasing import Done
from app.funding.budgets.models import BudgetVersion, MoneyChoice, MoneyDecision, PersonalBudget, Pot, PotRelease
from app.funding.budgets.queries import balances as balances_queries
from app.funding.budgets.queries import choices, under_lock, year
from app.funding.budgets.queries.year import BudgetFigures
from app.funding.budgets.rules.kinds import BudgetStatus, PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.actions.councils import set_policy
from app.people.councils.models import Council, Policy
from app.platform.ledger.actions.transfers import settle
from app.platform.ledger.models import Journal
from app.platform.ledger.queries import ledger_differences
from app.platform.ledger.rules import JournalKind, NotEnough
from tests.factories import accounts, circles, councils, providers
from tests.factories.budgets import agree_budget, choose
from tests.factories.budgets import pot as own_pot

STARTS = date(2026, 4, 6)
DIRECT, MANAGED = PotKind.DIRECT_PAYMENT, PotKind.COUNCIL_MANAGED
pytestmark = pytest.mark.usefixtures("app")


class Town:
    """A council with its rules, a person with a budget of £100 a period, and who manages it."""

    def __init__(self, *, contingency: int = 0, pots: list[tuple[PotKind, int]] | None = None, **rules: object) -> None:
        self.council: Council = councils.council()
        self.person: Person = accounts.person(council_id=self.council.id)
        self.manager: Person = accounts.person(Role.CARE_MANAGER, council_id=self.council.id)
        circles.caseload_entry(self.manager, self.person, self.council)
        with transaction():
            for name, value in ({"unspent_goes_back": "at_once"} | rules).items():
                set_policy(actor=None, council=self.council, name=name, value=value, valid_from=date(2026, 1, 1))
        with at(STARTS), transaction():
            self.budget: PersonalBudget = agree_budget(
                actor=self.manager,
                person=self.person,
                council=self.council,
                year_starts_on=STARTS,
                total_pence=1_300_00 + contingency,
                contribution_pence=0,
                pots=pots or [(DIRECT, 1_300_00)],
                contingency_pence=contingency,
            )

    def pot(self, kind: PotKind = DIRECT) -> Pot:
        return db.session.scalars(select(Pot).where(Pot.person_id == self.person.id, Pot.kind == kind)).one()

    def left(self) -> int:
        return balances_queries.left_of(self.person.id)

    def spend(self, pence: int, key: str) -> None:
        with transaction():
            provider = providers.provider()
            pot = self.pot()
            pots_actions.set_aside(key=key, parts=[(pot, provider.id, pence)], about="booking:x", actor_id=None)


def at(day: date, hour: time = time(9)) -> object:
    return clock.set_to(clock.at_london(day, hour))


def run(day: date) -> Done:
    with at(day), transaction():
        return releasing.work_off(on=day)


def first_of(period: int) -> date:
    return STARTS + timedelta(days=28 * (period - 1))


def count(table: type) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_quarter_of_a_period_is_carried_and_nothing_past_the_quarter() -> None:
    town = Town(carry_over_percent=25, carry_over_until="quarter_end", year_end_unspent="goes_back")
    assert run(first_of(2) - timedelta(days=1)) == Done()
    assert run(first_of(2)) == Done(pots=1, released=1, settled=1, went_back_pence=75_00)
    assert town.left() == 125_00
    assert run(first_of(2)) == Done()
    town.spend(110_00, "spent")
    assert run(first_of(3)).went_back_pence == 0
    assert town.left() == 115_00
    # The quarter ends: all that is left goes back.
    assert run(first_of(4)).went_back_pence == 115_00
    assert (town.left(), ledger_differences()) == (100_00, [])


def test_even_by_the_quarter_looks_at_its_end_only() -> None:
    town = Town(carry_over_until="quarter_end")
    assert (run(first_of(2)).settled, run(first_of(3)).settled, town.left()) == (0, 0, 300_00)
    assert run(first_of(4)) == Done(pots=1, released=1, settled=3, went_back_pence=300_00)
    assert town.left() == 100_00


@pytest.mark.parametrize(("rule", "stays"), [("carried", 1_300_00), ("goes_back", 0)])
def test_at_the_years_end_money_stays_or_goes_back_as_the_council_says(rule: str, stays: int) -> None:
    town = Town(year_end_unspent=rule)
    for period in range(2, 14):
        run(first_of(period))
    done = run(first_of(14))
    assert (done.settled, done.went_back_pence, done.ended) == (13, 1_300_00 - stays, 1)
    assert (town.left(), ledger_differences()) == (stays, [])
    budget = db.session.scalars(select(PersonalBudget).execution_options(populate_existing=True)).one()
    assert budget.status == BudgetStatus.ENDED
    [*_, last] = year.versions_of([budget.id])[::-1]
    assert (last.number, last.status, last.reason, last.changed_by_id) == (2, "ended", "The year ended", None)


def test_money_that_came_late_is_not_taken_for_a_period_in_which_nobody_could_use_it() -> None:
    town = Town(carry_over_percent=0, carry_over_until="quarter_end")
    # The nightly run was away for three periods: the first is settled, the others' money came today.
    done = run(first_of(4))
    assert (done.released, done.settled, done.went_back_pence) == (3, 3, 100_00)
    assert town.left() == 300_00
    # It may be used until the period it came in ends.
    assert run(first_of(5)).went_back_pence == 300_00
    assert town.left() == 100_00


def test_money_set_aside_is_spoken_for_and_does_not_go_back() -> None:
    town = Town(carry_over_percent=0, carry_over_until="quarter_end")
    town.spend(60_00, "set aside")
    assert run(first_of(2)).went_back_pence == 40_00
    [balance] = balances_queries.pots_of(town.person.id)
    assert (balance.available_pence, balance.set_aside_pence) == (100_00, 60_00)


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)], ids=["forward", "back"])
def test_a_period_ends_at_midnight_in_london_across_both_clock_changes(day: date) -> None:
    council = councils.council()
    person, boss = accounts.person(council_id=council.id), accounts.person(Role.COMMISSIONER, council_id=council.id)
    starts = day - timedelta(days=27)
    with at(starts), transaction():
        agree_budget(
            actor=boss,
            person=person,
            council=council,
            year_starts_on=starts,
            total_pence=1_300_00,
            contribution_pence=0,
            pots=[(DIRECT, 1_300_00)],
        )
    last_minute = clock.at_london(day + timedelta(days=1), time(0)) - timedelta(seconds=1)
    for moment, arrived in ((last_minute, 100_00), (last_minute + timedelta(seconds=1), 200_00)):
        with clock.set_to(moment), transaction():
            releasing.work_off(on=clock.today())
        assert balances_queries.left_of(person.id) == arrived


def test_figures_of_every_period_agree_with_what_is_left() -> None:
    town = Town(carry_over_percent=25, carry_over_until="quarter_end")
    with at(STARTS + timedelta(days=3)):
        town.spend(30_00, "early")
    run(first_of(2))
    with at(first_of(2) + timedelta(days=3)):
        town.spend(10_00, "later")
        balances = balances_queries.pots_of(town.person.id)
        [found] = year.figures(balances, starts_on=STARTS).values()
    one, two = found.periods
    assert one == BudgetFigures(came_in=100_00, set_aside=30_00, left=70_00)
    assert two == BudgetFigures(carried_in=100_00, came_in=100_00, went_back=45_00, set_aside=40_00, left=115_00)
    assert found.year == BudgetFigures(came_in=200_00, went_back=45_00, set_aside=40_00, left=115_00)
    for sums in (one, two, found.year):
        assert sums.carried_in + sums.came_in - sums.went_back - sums.spent - sums.set_aside == sums.left
    assert two.left == town.left()


def test_a_change_counts_from_the_next_period_and_keeps_its_history() -> None:
    town = Town()
    run(first_of(2))
    with at(first_of(2) + timedelta(days=5)), transaction():
        choose(town.person, town.council, {DIRECT: 75, MANAGED: 25})
        budgets.change_budget(
            actor=town.manager,
            budget=town.budget,
            total_pence=2_400_00,
            contribution_pence=100_00,
            reason="Two more evenings a week",
        )
    rows = under_lock.releases_of(town.budget.id)
    direct = [row.amount_pence for row in rows if row.pot.kind == DIRECT]
    assert (direct, sum(direct)) == ([100_00] * 2 + [150_00] * 11, 1_850_00)
    assert [(row.period, row.amount_pence) for row in rows if row.pot.kind == MANAGED] == [
        (period, 50_00) for period in range(3, 14)
    ]
    assert town.left() == 200_00
    new, _, old = year.versions_of([town.budget.id])
    assert (new.number, new.reason, new.total_pence, new.contribution_pence, new.changed_by_id) == (
        3,
        "Two more evenings a week",
        2_400_00,
        100_00,
        town.manager.id,
    )
    assert (old.number, old.total_pence, old.pots) == (1, 1_300_00, {"direct_payment": 1_300_00})
    run(first_of(3))
    assert (town.left(), ledger_differences()) == (400_00, [])


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"total_pence": 99_99}, "£100.00 of this year's money has arrived"),
        ({"reason": "  "}, "Enter a reason"),
        ({"total_pence": -5}, "more than nothing"),
        ({"contribution_pence": 1_300_00, "pays_contribution": True}, "The council pays nothing in"),
        ({"contingency_pence": 130_01}, "keeps back 10% of a budget at most: £130.00"),
    ],
)
def test_a_change_that_does_not_add_up_is_refused_and_nothing_changes(wrong: dict[str, object], said: str) -> None:
    town = Town()
    before = [(row.period, row.amount_pence) for row in under_lock.releases_of(town.budget.id)]
    facts = {
        "total_pence": 1_300_00,
        "contribution_pence": 0,
        "reason": "Because",
        **wrong,
    }
    with pytest.raises(BadInput, match=said), at(STARTS), transaction():
        budgets.change_budget(actor=town.manager, budget=town.budget, **facts)
    assert [(row.period, row.amount_pence) for row in under_lock.releases_of(town.budget.id)] == before
    assert (count(BudgetVersion), count(Journal)) == (1, 1)


def test_history_and_decisions_cannot_be_rewritten(app: Flask) -> None:
    town = Town(contingency=50_00)
    with at(STARTS), transaction():
        releasing.release_contingency(
            actor=town.manager, budget=town.budget, into=town.pot(), pence=20_00, reason="A bad week", key="k" * 20
        )
    for statement in (
        "UPDATE budget_version SET total_pence = 1",
        "DELETE FROM budget_version",
        "UPDATE money_decision SET reason = 'other'",
        "DELETE FROM money_decision",
    ):
        with pytest.raises(DBAPIError, match="only ever added to"), app.app_context(), transaction():
            db.session.execute(text(statement))
    assert (count(BudgetVersion), count(MoneyDecision)) == (1, 1)


def test_contingency_is_kept_back_released_once_and_never_more_than_there_is() -> None:
    town = Town(contingency=50_00)
    assert town.left() == 100_00
    pot = town.pot()
    for _ in range(2):
        with at(STARTS), transaction():
            releasing.release_contingency(
                actor=town.manager, budget=town.budget, into=pot, pence=30_00, reason="A bad week", key="k" * 20
            )
    assert (town.left(), count(MoneyDecision)) == (130_00, 1)
    with pytest.raises(Conflict, match=r"£20\.00 is kept back"), at(STARTS), transaction():
        releasing.release_contingency(
            actor=town.manager, budget=town.budget, into=pot, pence=20_01, reason="More", key="l" * 20
        )
    with pytest.raises(NotAllowed), at(STARTS), transaction():
        releasing.release_contingency(
            actor=town.person, budget=town.budget, into=pot, pence=1, reason="Mine", key="m" * 20
        )
    assert (town.left(), ledger_differences()) == (130_00, [])


def test_money_brought_forward_comes_out_of_the_last_periods_so_that_the_year_is_even() -> None:
    town = Town(quarter_overspend_percent=50)
    pot = town.pot()
    with at(STARTS):
        assert releasing.may_bring_forward_pence(pot) == 150_00
        with transaction():
            releasing.bring_forward(
                actor=town.person, person=town.person, into=pot, pence=120_00, reason="A holiday", key="k" * 20
            )
        assert town.left() == 220_00
        with pytest.raises(Conflict, match=r"£30\.00 at most"), transaction():
            releasing.bring_forward(
                actor=town.person, person=town.person, into=pot, pence=30_01, reason="More", key="l" * 20
            )
    assert [row.forward_pence for row in under_lock.releases_of(town.budget.id)][-3:] == [0, 20_00, 100_00]
    for period in range(2, 14):
        run(first_of(period))
    assert (town.left(), ledger_differences()) == (1_300_00, [])


def test_without_an_allowance_nothing_is_brought_forward() -> None:
    town = Town()
    with pytest.raises(Conflict, match="No money can be brought forward now"), at(STARTS), transaction():
        releasing.bring_forward(
            actor=town.person, person=town.person, into=town.pot(), pence=1, reason="Please", key="k" * 20
        )
    assert town.left() == 100_00


def test_money_moves_between_parts_only_as_the_person_chose() -> None:
    town = Town(pots=[(DIRECT, 650_00), (MANAGED, 650_00)])
    direct, managed = town.pot(), town.pot(MANAGED)
    own = own_pot(town.person, PotKind.OWN_MONEY, 10_00)
    chosen = choices.choice_in_force(town.person.id, town.council.id)
    assert chosen is not None
    elsewhere = Town()
    others = choices.choice_in_force(elsewhere.person.id, elsewhere.council.id)
    with transaction():
        waits = choose(town.person, town.council, {DIRECT: 1})

    def move(out_of: Pot, into: Pot, pence: int, actor: Person, choice: MoneyChoice, number: int) -> None:
        with transaction():
            pots_actions.move_money(
                actor=actor,
                person=town.person,
                choice=choice,
                out_of=out_of,
                into=into,
                pence=pence,
                number=number,
            )

    before = {one.pot.kind: one.available_pence for one in balances_queries.pots_of(town.person.id)}
    for out_of, into, pence, actor, choice, refusal in (
        (managed, direct, 50_01, town.manager, chosen, NotEnough),
        (managed, direct, 0, town.manager, chosen, BadInput),
        (managed, managed, 5, town.manager, chosen, Conflict),
        (managed, own, 5, town.manager, chosen, NotAllowed),
        (own, direct, 5, town.manager, chosen, BadInput),
        (managed, direct, 5, town.person, chosen, NotAllowed),
        (managed, direct, 5, town.manager, waits, NotAllowed),
        (managed, direct, 5, town.manager, others, NotAllowed),
    ):
        with pytest.raises(refusal):
            move(out_of, into, pence, actor, choice, 9)
    assert {one.pot.kind: one.available_pence for one in balances_queries.pots_of(town.person.id)} == before
    assert (count(MoneyDecision), ledger_differences()) == (0, [])


def test_an_ended_budget_sends_money_back_closes_its_money_and_what_comes_free_later_follows() -> None:
    town = Town()
    provider = providers.provider()
    with at(STARTS), transaction():
        [hold] = pots_actions.set_aside(
            key="h", parts=[(town.pot(), provider.id, 40_00)], about="booking:x", actor_id=None
        )
        hold_id, pot = hold.id, town.pot()
    with at(STARTS), transaction():
        budgets.end_budget(actor=town.manager, budget=town.budget, reason="Moved away")
    assert balances_queries.pots_of(town.person.id) == []
    with pytest.raises(Conflict, match="closed"), transaction():
        pots_actions.set_aside(key="i", parts=[(pot, provider.id, 1)], about="booking:y", actor_id=None)
    with pytest.raises(Conflict, match="has ended already"), transaction():
        budgets.end_budget(actor=town.manager, budget=town.budget, reason="Again")
    with pytest.raises(Conflict, match="not in force"), transaction():
        budgets.change_budget(
            actor=town.manager,
            budget=town.budget,
            total_pence=1_300_00,
            contribution_pence=0,
            reason="Back again",
        )
    with transaction():
        settle(key="r", kind=JournalKind.RELEASE, holds={hold_id: 0})
    assert run(first_of(3)) == Done(went_back_pence=40_00)
    assert run(first_of(4)) == Done()
    account = db.session.get_one(Pot, pot.id).account
    assert (account.available_pence, account.held, ledger_differences()) == (0, 0, [])


def test_a_first_estimate_becomes_the_budget_that_is_agreed() -> None:
    council = councils.council()
    person, boss = accounts.person(council_id=council.id), accounts.person(Role.COMMISSIONER, council_id=council.id)
    facts = {
        "actor": boss,
        "person": person,
        "council": council,
        "year_starts_on": STARTS,
        "total_pence": 1_300_00,
        "contribution_pence": 0,
    }
    with at(STARTS), transaction():
        estimate = budgets.estimate_budget(**facts).id
    assert (balances_queries.pots_of(person.id), count(PotRelease)) == ([], 0)
    with at(STARTS), transaction():
        assert agree_budget(**facts, pots=[(DIRECT, 1_300_00)]).id == estimate
    assert [(one.number, one.status) for one in year.versions_of([estimate])] == [(2, "agreed"), (1, "indicative")]
    refused = pytest.raises(Conflict, match="already agreed for this person, and runs until 4 April 2027")
    with refused, at(STARTS), transaction():
        agree_budget(**{**facts, "year_starts_on": STARTS + timedelta(days=363)}, pots=[(DIRECT, 1_300_00)])


def test_a_rule_about_money_does_not_change_inside_a_period_that_runs() -> None:
    town = Town(carry_over_percent=25, carry_over_until="quarter_end")
    boss = accounts.person(Role.COMMISSIONER, council_id=town.council.id)
    before = count(Policy)

    def change(day: date) -> None:
        with at(STARTS + timedelta(days=10)), transaction():
            agreements.set_money_policy(
                actor=boss, council=town.council, name="carry_over_percent", value=0, valid_from=day
            )

    for day in (STARTS, STARTS + timedelta(days=10), first_of(2) - timedelta(days=1)):
        with pytest.raises(Conflict, match=r"keeps the rule it began with\. Choose 4 May 2026 or later"):
            change(day)
    assert count(Policy) == before
    change(first_of(2))
    # The period that ran keeps a quarter; the next one nothing.
    assert run(first_of(2)).went_back_pence == 75_00
    assert run(first_of(3)).went_back_pence == 125_00


def test_the_commands_tell_what_was_done(app: Flask) -> None:
    town = Town(carry_over_percent=0, carry_over_until="quarter_end")
    runner = app.test_cli_runner()
    with clock.set_to(datetime(2026, 5, 4, 9, tzinfo=UTC)):
        told = runner.invoke(args=["budgets", "release"])
        again = runner.invoke(args=["budgets", "release"])
        refused = runner.invoke(args=["budgets", "policy", town.council.code, "carry_over_percent", "5", "2026-05-06"])
        wrong = runner.invoke(args=["budgets", "policy", town.council.code, "carry_over_percent", "500", "2026-06-01"])
        kept = runner.invoke(args=["budgets", "policy", town.council.code, "carry_over_percent", "5", "2026-06-01"])
    assert told.output == "1 released.\n1 settled, £100.00 went back to councils.\n"
    assert again.output == "0 released.\n"
    assert (refused.exit_code, "Choose 1 June 2026 or later" in refused.output) == (1, True)
    assert (wrong.exit_code, "must be a whole number from 0 to 100" in wrong.output) == (1, True)
    assert (kept.exit_code, kept.output) == (0, "carry_over_percent is 5 from 2026-06-01 on.\n")
