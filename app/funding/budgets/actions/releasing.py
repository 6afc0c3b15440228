"""Money arrives and is settled on its day; a bad spell's money is released; money is brought forward in a quarter.

What is due is worked off pot by pot, each in the order of its days, so that days off change nothing but the moment.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import partial

from app.base import clock
from app.base.db import db, in_transaction
from app.base.money import Money
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.funding.budgets.actions import decisions, unspent, versions
from app.funding.budgets.actions.pots import CLOSED, council_account
from app.funding.budgets.models import MoneyDecision, PersonalBudget, Pot, PotRelease
from app.funding.budgets.permissions import may_agree_budget, may_bring_forward
from app.funding.budgets.queries import under_lock, unspent_money
from app.funding.budgets.rules.kinds import BudgetStatus, DecisionKind
from app.funding.budgets.rules.periods import (
    PERIODS_IN_A_YEAR,
    carry_over_from,
    goes_back,
    may_be_kept,
    most_brought_forward,
    period_days,
    period_on,
    quarter_of,
    settled_after,
    take_from_last,
    worth_a_talk,
)
from app.people.accounts.models import Person
from app.people.circles.queries import powers_to_act, standing_over
from app.people.circles.rules import Spender
from app.people.councils.queries import policies
from app.platform.audit.actions import record
from app.platform.jobs.rules import Swept
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.queries import available
from app.platform.ledger.rules import JournalKind, whole_pence


@dataclass(frozen=True, slots=True)
class Done:
    """What one run did: pots looked at, periods' money released and settled, pence gone back, years ended."""

    pots: int = 0
    released: int = 0
    settled: int = 0
    went_back_pence: int = 0
    ended: int = 0

    def __add__(self, other: "Done") -> "Done":
        return Done(
            self.pots + other.pots,
            self.released + other.released,
            self.settled + other.settled,
            self.went_back_pence + other.went_back_pence,
            self.ended + other.ended,
        )


PASSES = 3
"""How often what was in use by somebody else is tried again before it is said to be left."""
AT_A_TIME = 100
"""Pots in one transaction: few enough that nobody who is booking waits for long."""


def release_what_is_due(progress: Callable[[str], None] = lambda _words: None) -> Swept:
    """Do everything that is due by today, in transactions of its own: a job.

    Args:
        progress: told how far it is after each hundred pots.
    """
    done, today = Done(), clock.today()
    for _ in range(PASSES):
        while True:
            some = in_transaction(partial(work_off, on=today, at_most=AT_A_TIME))
            done += some
            if some.pots < AT_A_TIME:
                break
            progress(f"{done.released} released so far, {done.settled} settled...")
        left_out = under_lock.pots_due(today)
        db.session.rollback()
        if not left_out:
            break
    words = [f"{done.released} released."]
    if done.settled:
        words.append(f"{done.settled} settled, {Money(done.went_back_pence)} went back to councils.")
    if done.ended:
        words.append(f"{done.ended} budgets ended with their year.")
    if left_out:
        which = "1 part of somebody's money is" if left_out == 1 else f"{left_out} parts of people's money are"
        return Swept(tuple(words), f"{which} still due: somebody else was using it. Run this again.")
    return Swept(tuple(words))


def work_off(*, on: date, at_most: int | None = None, personal_budget_id: int | None = None) -> Done:
    """Do what is due by a day: money arrives, periods are settled by their council's rule, years that are over end.

    Safe to run twice and beside itself: pots that another run works on are left to it, and each event is told once.

    Args:
        on: the day to work up to.
        at_most: how many pots in this transaction; all of them when not said.
        personal_budget_id: only the pots of this budget.
    """
    pots = under_lock.lock_due_pots(on, at_most=at_most, personal_budget_id=personal_budget_id)
    rows = under_lock.rows_to_work(pots, on)
    run = _Run(on)
    for pot in pots:
        run.work([row for row in rows if row.pot_id == pot.id], pot)
    db.session.flush()
    ended = _end_years(on) if personal_budget_id is None else 0
    if personal_budget_id is None:
        run.went_back += unspent.empty_closed_pots(at_most)
        run.went_back += unspent.look_at_what_came_free(at_most)
    db.session.flush()
    return Done(len(pots), run.released, run.settled, run.went_back, ended)


class _Run:
    """One run: what it has done, and the councils' accounts and rules it has read."""

    def __init__(self, on: date) -> None:
        self.on = on
        self.released = self.settled = self.went_back = 0
        self._accounts: dict[int | None, int] = {}
        self._rules: dict[tuple[int | None, date], dict[str, object]] = {}
        self._arrived_on: dict[int, date] = {}

    def account(self, council_id: int | None) -> int:
        if council_id not in self._accounts:
            self._accounts[council_id] = council_account(council_id).id
        return self._accounts[council_id]

    def rules(self, council_id: int | None, day: date) -> dict[str, object]:
        rules = self._rules.get((council_id, day))
        if rules is None:
            rules = self._rules[council_id, day] = policies(council_id, day) if council_id is not None else {}
        return rules

    def work(self, rows: list[PotRelease], pot: Pot) -> None:
        """Everything due in one pot, day by day; on one day a period is settled before the next one's money arrives."""
        while True:
            release = next((row for row in rows if self._to_release(row)), None)
            ends = min((row.settles_on for row in rows if row.settles_on and self._to_settle(row)), default=None)
            if ends is not None and (release is None or ends <= release.due_on):
                self._settle(rows, pot, ends)
            elif release is not None:
                self._release(rows, release, pot)
            else:
                return

    def _to_release(self, row: PotRelease) -> bool:
        return row.released_at is None and row.due_on <= self.on and row.budget.status == BudgetStatus.AGREED

    def _to_settle(self, row: PotRelease) -> bool:
        is_due = row.settles_on is not None and row.settles_on <= self.on
        return is_due and row.released_at is not None and row.settled_at is None

    def _release(self, rows: list[PotRelease], row: PotRelease, pot: Pot) -> None:
        first, _ = quarter_of(row.period)
        if first == row.period > 1:
            self._look_back(rows, pot, row)
        arrives = row.amount_pence - row.forward_pence
        if arrives:
            ledger.post(
                key=f"release:{row.id}",
                kind=JournalKind.ALLOCATE,
                moves=[(self.account(pot.council_id), pot.account_id, arrives)],
                about=f"period:{row.period}",
            )
        row.released_at = clock.now()
        rule = carry_over_from(self.rules(pot.council_id, row.due_on))
        _, last = period_days(row.budget.year_starts_on, settled_after(rule, row.period))
        row.settles_on = last + timedelta(days=1)
        self._arrived_on[row.id] = self.on
        self.released += 1

    def _settle(self, rows: list[PotRelease], pot: Pot, ends: date) -> None:
        """Look at what is left of money that had until now; what may not be kept goes back, or is talked about."""
        group = [row for row in rows if row.settles_on == ends and self._to_settle(row)]
        last = group[-1]
        period = period_on(last.budget.year_starts_on, ends - timedelta(days=1)) or last.period
        rule = carry_over_from(self.rules(pot.council_id, last.due_on))
        keeps = may_be_kept(rule, period=period, period_pence=last.amount_pence)
        back = 0
        if keeps is None:
            unspent.forget_releases(pot.id)
            if period == PERIODS_IN_A_YEAR:
                self._talk_about_a_quarter(rows, pot, last, ends)
        else:
            not_yet = self._not_yet_due(rows, ends)
            db.session.flush()
            left = available([pot.account_id])[pot.account_id]
            over = goes_back(left, keeps=keeps, not_yet_due_pence=not_yet)
            spoken = unspent_money.spoken_for(pot, clock.at_london(group[0].due_on, time.min))
            in_all = goes_back(left + sum(pence for _, pence in spoken), keeps=keeps, not_yet_due_pence=not_yet)
            back = unspent.deal_with(last, pot, over, rule=rule, period=period, key=f"unspent:{last.id}")
            unspent.spare(last, pot, in_all - over, [number for number, _ in spoken])
        for row in group:
            row.settled_at = clock.now()
        self.settled += len(group)
        self.went_back += back

    def _look_back(self, rows: list[PotRelease], pot: Pot, row: PotRelease) -> None:
        """Before a quarter's first money arrives: where nothing goes back by itself, was much of the last one left?"""
        before = [one for one in rows if one.released_at is not None and one.settled_at is None]
        if before and before[-1].budget is row.budget and before[-1].period == row.period - 1:
            self._talk_about_a_quarter(rows, pot, before[-1], row.due_on)

    def _talk_about_a_quarter(self, rows: list[PotRelease], pot: Pot, last: PotRelease, ends: date) -> None:
        rule = carry_over_from(self.rules(pot.council_id, last.due_on))
        first, until = quarter_of(last.period)
        quarter = sum(one.amount_pence for one in rows if one.budget is last.budget and first <= one.period <= until)
        db.session.flush()
        left = available([pot.account_id])[pot.account_id] - self._not_yet_due(rows, ends)
        if left > 0 and worth_a_talk(rule, left_pence=left, quarter_pence=quarter):
            unspent.open_talk(last, pot, left, goes_back=False)

    def _not_yet_due(self, rows: list[PotRelease], ends: date) -> int:
        """Pence that came on a day or after it, of the periods that ended then or of one before, or early for a later one."""
        too_late = sum(
            row.amount_pence - row.forward_pence
            for row in rows
            if row.released_at is not None and self._came_on(row) >= ends
        )
        return too_late + sum(row.forward_pence for row in rows if row.due_on >= ends)

    def _came_on(self, row: PotRelease) -> date:
        """The day a period's money arrived: a run that catches up counts as the day it works up to."""
        known = self._arrived_on.get(row.id)
        return known or (clock.london(row.released_at).date() if row.released_at else self.on)


def _end_years(on: date) -> int:
    """End the budgets whose year is over and whose every period is settled."""
    budgets = under_lock.lock_budgets_over(on)
    for budget in budgets:
        budget.status = BudgetStatus.ENDED
        versions.add_version(budget=budget, actor=None, reason="The year ended")
        record(
            action="budget_ended",
            actor_id=None,
            for_person_id=budget.person_id,
            subject_kind="personal_budget",
            subject_id=budget.id,
            council_id=budget.council_id,
        )
    return len(budgets)


def release_contingency(
    *, actor: Person, budget: PersonalBudget, into: Pot, pence: int, reason: str, key: str
) -> MoneyDecision:
    """Release some of the money kept back for a bad spell. Nobody has to go back to a panel for it.

    Args:
        actor: a care manager of the council with the person on the caseload, or a commissioner of the council.
        budget: whose contingency.
        into: the pot of that budget's money it goes to.
        pence: how much.
        reason: why.
        key: made with the form.

    Raises:
        NotAllowed: when the actor may not decide this.
        BadInput: when the amount is none, or there is no reason.
        Conflict: when the budget is not agreed, or less than that is kept back.
    """
    person = db.session.get_one(Person, budget.person_id)
    if not may_agree_budget(actor, person, budget.council_id, standing_over(actor, person.id)):
        raise NotAllowed("Only a care manager this person is with, or a commissioner of the council, releases it.")
    reason = decisions.reason_given(reason)
    whole_pence(pence)
    budget = under_lock.locked_budget(budget.id)
    first = decisions.told_before(key, DecisionKind.CONTINGENCY, None, into.id, pence)
    if first is not None:
        return first
    versions.must_be_agreed(budget)
    _must_be_open(into, budget.person_id, budget.council_id)
    kept_back = budget.contingency_pence - budget.contingency_used_pence
    if pence > kept_back:
        raise Conflict(f"{Money(kept_back)} is kept back. Enter that or less, or change the budget.")
    budget.contingency_used_pence += pence
    ledger.post(
        key=f"decision:{key}",
        kind=JournalKind.ALLOCATE,
        moves=[(council_account(budget.council_id).id, into.account_id, pence)],
        about=f"contingency:{budget.public_id}",
        actor_id=actor.id,
    )
    return decisions.record_decision(
        actor=actor, key=key, kind=DecisionKind.CONTINGENCY, into=into, pence=pence, reason=reason
    )


def bring_forward(*, actor: Person, person: Person, into: Pot, pence: int, reason: str, key: str) -> MoneyDecision:
    """Let a quarter use more than its own money, within the council's allowance: it comes out of the year's last periods.

    So the year comes out even by itself, and nothing is ever overdrawn.

    Args:
        actor: the person, somebody who may spend for them, or their care manager.
        person: whose money.
        into: which of it.
        pence: how much.
        reason: why.
        key: made with the form.

    Raises:
        NotAllowed: when the actor may not spend for this person.
        BadInput: when the amount is none, or there is no reason.
        Conflict: when no agreed budget pays into this money now, or the allowance or the rest of the year is less.
    """
    if not may_bring_forward(Spender(actor.id, powers_to_act(actor, person.id)), into):
        raise NotAllowed("You may not use this money for this person. Only they can let you.")
    reason = decisions.reason_given(reason)
    whole_pence(pence)
    under_lock.lock_pots([into.id])
    first = decisions.told_before(key, DecisionKind.BROUGHT_FORWARD, None, into.id, pence)
    if first is not None:
        return first
    _must_be_open(into, person.id, into.council_id)
    rows = under_lock.rows_running(into.id, clock.today())
    allowance, later = _allowance(into, rows)
    if pence > allowance:
        raise Conflict(_why_not_forward(allowance))
    for number, part in take_from_last(pence, [(row.id, row.amount_pence - row.forward_pence) for row in later]):
        next(row for row in later if row.id == number).forward_pence += part
    ledger.post(
        key=f"decision:{key}",
        kind=JournalKind.ALLOCATE,
        moves=[(council_account(into.council_id).id, into.account_id, pence)],
        about=f"forward:{into.public_id}",
        actor_id=actor.id,
    )
    return decisions.record_decision(
        actor=actor, key=key, kind=DecisionKind.BROUGHT_FORWARD, into=into, pence=pence, reason=reason
    )


def may_bring_forward_pence(into: Pot) -> int:
    """How much may be brought forward into this money today, in pence."""
    return _allowance(into, under_lock.rows_running(into.id, clock.today()))[0]


def _allowance(into: Pot, rows: Sequence[PotRelease]) -> tuple[int, list[PotRelease]]:
    """How much may still be brought forward into this quarter, and the later periods it comes out of."""
    today = clock.today()
    if not rows or into.council_id is None:
        return 0, []
    starts_on = rows[0].budget.year_starts_on
    first, last = quarter_of(period_on(starts_on, today) or 1)
    quarter = [row for row in rows if first <= row.period <= last]
    later = [row for row in rows if row.period > last and row.released_at is None]
    begins = period_days(starts_on, first)[0]
    percent = policies(into.council_id, begins).get("quarter_overspend_percent", 0)
    brought = under_lock.brought_forward_since(into.id, begins)
    allowed = most_brought_forward(int(percent), sum(row.amount_pence for row in quarter), brought)
    return min(allowed, sum(row.amount_pence - row.forward_pence for row in later)), later


def _why_not_forward(allowance: int) -> str:
    if allowance:
        return f"You can bring forward {Money(allowance)} at most in these three months. Enter that or less."
    return (
        "No money can be brought forward now: your council does not allow it, it was done already, or the year has no "
        "later money. Ask your care manager."
    )


def _must_be_open(pot: Pot, person_id: int, council_id: int | None) -> None:
    """Let pass an open pot of this person and council.

    Raises:
        NotFound: when it is somebody else's.
        Conflict: when it is closed.
        BadInput: when it is money of another kind.
    """
    if pot.person_id != person_id:
        raise NotFound("There is no such money.")
    if pot.closed_at is not None:
        raise Conflict(CLOSED)
    if council_id is None or pot.council_id != council_id:
        raise BadInput("Choose a part of the council's money.")
