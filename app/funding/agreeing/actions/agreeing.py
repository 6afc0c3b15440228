"""A personal budget's life: a first estimate, agreed, changed, ended. Each change is a version with its reason."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from app.base import clock
from app.base.days import day_words
from app.base.db import db
from app.base.money import Money
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.agreeing.actions import enacting, planning
from app.funding.budgets.actions import decisions, releasing, unspent, versions
from app.funding.budgets.models import PersonalBudget
from app.funding.budgets.permissions import may_agree_budget
from app.funding.budgets.queries import under_lock
from app.funding.budgets.rules.kinds import BUDGET_MAY_BECOME, BudgetStatus
from app.funding.budgets.rules.periods import PERIODS_IN_A_YEAR, YEAR_DAYS, period_days
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.queries import standing_over
from app.people.councils.models import Council
from app.people.councils.queries import policies
from app.people.councils.rules.policies import POLICIES
from app.platform.audit.actions import record, record_each
from app.platform.ledger.rules import whole_pence

FIRST_REASON = "First agreed"
NOT_YOURS = "Only a care manager this person is with, or a commissioner of the council, agrees a budget."


class WrongYear(BadInput):
    """The year is over, or too far off."""


@dataclass(frozen=True, slots=True)
class _Numbers:
    """The numbers of a budget that were asked for, in pence, and whether the person pays the contribution themselves."""

    total: int
    contribution: int
    contingency: int = 0
    pays_contribution: bool = False

    @property
    def paid_in(self) -> int:
        """What arrives over the year: all of it but what is kept back, and but the contribution where the person pays it."""
        return self.total - self.contingency - (self.contribution if self.pays_contribution else 0)


def agree_budget(
    *,
    actor: Person,
    person: Person,
    council: Council,
    year_starts_on: date,
    total_pence: int,
    contribution_pence: int,
    pays_contribution: bool = False,
    contingency_pence: int = 0,
    reason: str = FIRST_REASON,
) -> PersonalBudget:
    """Agree a person's budget for a year and plan its thirteen releases; what is due by today is released at once.

    A first estimate for the same year becomes this budget. How the money is looked after is what the person chose; a choice
    that waits to be enacted is enacted with it.

    Args:
        actor: a care manager of the council with the person on the caseload, or a commissioner of the council.
        person: whose budget.
        council: whose money.
        year_starts_on: the first day of the thirteen four-week periods.
        total_pence: the year's whole money.
        contribution_pence: the part the person is assessed to pay.
        pays_contribution: the person pays the contribution themselves, so that only the council's share arrives here;
            otherwise the council pays it all and collects the contribution.
        contingency_pence: kept back for an expected bad spell.
        reason: why, for the history.

    Raises:
        NotAllowed: when the actor may not decide this.
        BadInput: when the numbers do not agree (``WrongYear``: when the year is over, or far off).
        Conflict: when a budget of this council for this person runs in that year already, or the person has not chosen yet
            how the money is looked after, or the provider of a fund has not said yes.
    """
    if not may_agree_budget(actor, person, council.id, standing_over(actor, person.id)):
        raise NotAllowed(NOT_YOURS)
    numbers = _Numbers(total_pence, contribution_pence, contingency_pence, pays_contribution)
    _check_year(year_starts_on)
    _check(numbers, council, year_starts_on)
    choice = enacting.choice_to_use(actor=actor, person=person, council=council)
    budget = _estimate_or_new(person, council, year_starts_on)
    _write_numbers(budget, numbers)
    budget.status = BudgetStatus.AGREED
    budget.agreed_at = clock.now()
    budget.agreed_by_id = actor.id
    db.session.add(budget)
    db.session.flush()
    pots = planning.pots_chosen(choice, person, council)
    yearly = planning.shared_out(numbers.paid_in, choice)
    for kind, pence in yearly.items():
        planning.plan_year(budget, pots[kind], pence)
    versions.add_version(
        budget=budget, actor=actor, reason=reason, pots={kind.value: pence for kind, pence in yearly.items()}
    )
    _record("budget_agreed", budget, actor)
    db.session.flush()
    releasing.work_off(on=clock.today(), personal_budget_id=budget.id)
    return budget


def estimate_budget(
    *,
    actor: Person,
    person: Person,
    council: Council,
    year_starts_on: date,
    total_pence: int,
    contribution_pence: int,
    reason: str = "First estimate",
) -> PersonalBudget:
    """Write down an indicative budget: nothing is paid from it until it is agreed.

    Raises:
        NotAllowed: when the actor may not decide this.
        BadInput: when the numbers do not agree (``WrongYear``: when the year is over, or far off).
        Conflict: when a budget of this council for this person runs in that year already.
    """
    if not may_agree_budget(actor, person, council.id, standing_over(actor, person.id)):
        raise NotAllowed(NOT_YOURS)
    check_estimate(year_starts_on=year_starts_on, total_pence=total_pence, contribution_pence=contribution_pence)
    budget = _estimate_or_new(person, council, year_starts_on)
    _write_numbers(budget, _Numbers(total_pence, contribution_pence))
    db.session.add(budget)
    db.session.flush()
    versions.add_version(budget=budget, actor=actor, reason=decisions.reason_given(reason), pots={})
    _record("budget_estimated", budget, actor)
    db.session.flush()
    return budget


def check_estimate(*, year_starts_on: date, total_pence: int, contribution_pence: int) -> None:
    """Let pass the numbers of a first estimate that can be written down.

    Raises:
        BadInput: when they do not agree (``WrongYear``: when the year is over, or far off).
    """
    _check_year(year_starts_on)
    _check_three(total_pence, contribution_pence)


def estimate_each(
    *, actor: Person, council: Council, estimates: Sequence[tuple[Person, date, int, int]], reason: str
) -> list[PersonalBudget]:
    """Write down first estimates for people whose accounts were made in this transaction, so that none has a budget yet.

    Args:
        actor: a commissioner of the council.
        council: whose money.
        estimates: of each the person, the first day of the year, the year's money and the contribution, in pence; each
            let pass by :func:`check_estimate`.
        reason: for the history.

    Raises:
        NotAllowed: when the actor may not decide this.
    """
    if council.id not in actor.council_ids_as(Role.COMMISSIONER):
        raise NotAllowed(NOT_YOURS)
    budgets = []
    for person, year_starts_on, total, contribution in estimates:
        budget = PersonalBudget(
            person_id=person.id, council_id=council.id, status=BudgetStatus.INDICATIVE, year_starts_on=year_starts_on
        )
        _write_numbers(budget, _Numbers(total, contribution))
        budgets.append(budget)
    db.session.add_all(budgets)
    db.session.flush()
    versions.add_first_versions(budgets=budgets, actor=actor, reason=decisions.reason_given(reason))
    record_each("budget_estimated", [{"actor_id": actor.id, **_facts(one)} for one in budgets])
    return budgets


def change_budget(
    *,
    actor: Person,
    budget: PersonalBudget,
    total_pence: int,
    contribution_pence: int,
    reason: str,
    pays_contribution: bool = False,
    contingency_pence: int = 0,
) -> PersonalBudget:
    """Change an agreed budget from its next period on; what arrived already stays, and the history says why.

    Args:
        actor: a care manager of the council with the person on the caseload, or a commissioner of the council.
        budget: which.
        total_pence: the year's whole money, what arrived already included.
        contribution_pence: the part the person is assessed to pay.
        reason: why, for the person and for whoever asks later.
        pays_contribution: the person pays the contribution themselves.
        contingency_pence: kept back, what was released of it included.

    Raises:
        NotAllowed: when the actor may not decide this.
        BadInput: when the numbers do not agree, more arrived already, or there is no reason.
        Conflict: when the budget is not agreed, or its last period has begun.
    """
    person, council = db.session.get_one(Person, budget.person_id), db.session.get_one(Council, budget.council_id)
    if not may_agree_budget(actor, person, council.id, standing_over(actor, person.id)):
        raise NotAllowed(NOT_YOURS)
    reason = decisions.reason_given(reason)
    numbers = _Numbers(total_pence, contribution_pence, contingency_pence, pays_contribution)
    _check(numbers, council, budget.year_starts_on)
    choice = enacting.choice_to_use(actor=actor, person=person, council=council)
    releasing.work_off(on=clock.today(), personal_budget_id=budget.id)
    budget = under_lock.locked_budget(budget.id)
    versions.must_be_agreed(budget)
    if contingency_pence < budget.contingency_used_pence:
        used = Money(budget.contingency_used_pence)
        raise BadInput(f"{used} of the money kept back has been released. Keep back at least that.")
    if not planning.periods_to_come(budget):
        raise Conflict("The last period of this year has begun, so nothing more arrives. Agree next year's budget.")
    yearly = planning.plan_the_rest(budget, numbers.paid_in, choice)
    _write_numbers(budget, numbers)
    versions.add_version(budget=budget, actor=actor, reason=reason, pots=yearly)
    _record("budget_changed", budget, actor)
    db.session.flush()
    return budget


def end_budget(*, actor: Person, budget: PersonalBudget, reason: str) -> PersonalBudget:
    """End a budget before its year is over: nothing more arrives, unspent money goes back, its pots close.

    What is set aside for bookings stays set aside: they are paid, or the money goes back when they are called off.

    Raises:
        NotAllowed: when the actor may not decide this.
        BadInput: without a reason.
        Conflict: when it has ended already.
    """
    person = db.session.get_one(Person, budget.person_id)
    if not may_agree_budget(actor, person, budget.council_id, standing_over(actor, person.id)):
        raise NotAllowed(NOT_YOURS)
    return end_budget_now(actor=actor, budget=budget, reason=decisions.reason_given(reason))


def end_budget_now(*, actor: Person, budget: PersonalBudget, reason: str) -> PersonalBudget:
    """The same, where whoever calls has asked whether the actor may.

    Raises:
        Conflict: when it has ended already.
    """
    budget = under_lock.locked_budget(budget.id)
    if BudgetStatus.ENDED not in BUDGET_MAY_BECOME[budget.status]:
        raise Conflict("This budget has ended already. Agree a new budget.")
    budget.status = BudgetStatus.ENDED
    rows = under_lock.releases_of(budget.id)
    for row in rows:
        if row.released_at is not None and row.settled_at is None:
            row.settled_at = clock.now()
    db.session.flush()
    for pot in under_lock.lock_pots({row.pot_id for row in rows}).values():
        if not under_lock.is_paid_into(pot.id):
            unspent.empty(pot, actor_id=actor.id)
            pot.closed_at = clock.now()
        else:
            unspent.empty_of(pot, budget, rows, actor_id=actor.id)
    versions.add_version(budget=budget, actor=actor, reason=reason)
    _record("budget_ended", budget, actor)
    db.session.flush()
    return budget


def _estimate_or_new(person: Person, council: Council, year_starts_on: date) -> PersonalBudget:
    """The first estimate of the year to be agreed, or a budget that is still to be written; one at a time.

    Raises:
        Conflict: when another budget runs in that year.
    """
    # Two managers who agree it in the same moment take turns at the person.
    db.session.execute(select(Person.id).where(Person.id == person.id).with_for_update(key_share=True))
    for other in under_lock.budgets_near(person.id, council.id, year_starts_on):
        if other.year_starts_on == year_starts_on and other.status == BudgetStatus.INDICATIVE:
            return other
        if other.year_starts_on == year_starts_on:
            raise Conflict("A budget that starts on this day is already agreed for this person.")
        if other.status == BudgetStatus.AGREED:
            _, last = period_days(other.year_starts_on, PERIODS_IN_A_YEAR)
            raise Conflict(
                f"A budget that starts on {day_words(other.year_starts_on)} is already agreed for this person, and runs until "
                f"{day_words(last)}. Change that one, or start this one after it."
            )
    return PersonalBudget(
        person_id=person.id, council_id=council.id, status=BudgetStatus.INDICATIVE, year_starts_on=year_starts_on
    )


def _check_year(starts_on: date) -> None:
    """Let pass a year that is running or begins within two years: one that is over would be released and ended at once.

    Raises:
        WrongYear: saying which days can be chosen.
    """
    today = clock.today()
    first, last = today - timedelta(days=YEAR_DAYS - 1), today + timedelta(days=2 * YEAR_DAYS)
    if not first <= starts_on <= last:
        raise WrongYear(f"Choose a day from {day_words(first)}, so that the year is not over, to {day_words(last)}.")


def _check_three(total_pence: int, contribution_pence: int) -> None:
    whole_pence(total_pence)
    whole_pence(contribution_pence, least=0)
    if contribution_pence > total_pence:
        raise BadInput("The contribution must not be more than the total.")


def _check(numbers: _Numbers, council: Council, year_starts_on: date) -> None:
    _check_three(numbers.total, numbers.contribution)
    whole_pence(numbers.contingency, least=0)
    if numbers.contingency:
        name = "contingency_percent"
        percent = int(policies(council.id, max(year_starts_on, clock.today())).get(name, POLICIES[name].otherwise))
        most = numbers.total * percent // 100
        if numbers.contingency > most:
            raise BadInput(
                f"Your council keeps back {percent}% of a budget at most: {Money(most)} here. Enter that or less."
            )
    if numbers.paid_in <= 0:
        raise BadInput(
            "The council pays nothing in with these numbers. Enter a larger total or a smaller contribution."
        )


def _write_numbers(budget: PersonalBudget, numbers: _Numbers) -> None:
    budget.total_pence = numbers.total
    budget.contribution_pence = numbers.contribution
    budget.council_share_pence = numbers.total - numbers.contribution
    budget.contingency_pence = numbers.contingency


def _record(action: str, budget: PersonalBudget, actor: Person) -> None:
    record(action=action, actor_id=actor.id, **_facts(budget))


def _facts(budget: PersonalBudget) -> dict[str, Any]:
    return {
        "for_person_id": budget.person_id,
        "subject_kind": "personal_budget",
        "subject_id": budget.id,
        "council_id": budget.council_id,
        "total_pence": budget.total_pence,
        "contribution_pence": budget.contribution_pence,
    }
