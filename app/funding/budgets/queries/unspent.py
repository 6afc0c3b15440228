"""What of the money left would go back to the council when a period ends."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.funding.budgets.queries.balances import PotBalance
from app.funding.budgets.queries.year import BudgetFacts, Year
from app.funding.budgets.rules.periods import (
    CarryOver,
    carry_over_from,
    goes_back,
    may_be_kept,
    period_days,
    period_on,
)
from app.people.councils.queries import policies


@dataclass(frozen=True, slots=True)
class MayGoBack:
    """Unspent money that would go back to the council on a day, or be talked about, if nothing more is booked before, in pence."""

    on: date
    pence: int
    talks_first: bool
    """Whether somebody talks with the person before any of it does."""


def rule_on(budget: BudgetFacts, day: date) -> CarryOver:
    """The council's rule about unspent money for the period a day lies in."""
    period = period_on(budget.year_starts_on, day) or 1
    return carry_over_from(policies(budget.council_id, period_days(budget.year_starts_on, period)[0]))


def may_go_back(balances: Iterable[PotBalance], year: Year, today: date) -> MayGoBack | None:
    """What of the money left now would go back when this period ends, by the council's rule; nothing when nothing would."""
    if year.budget is None:
        return None
    period = period_on(year.budget.year_starts_on, today) or 1
    ends = period_days(year.budget.year_starts_on, period)[1] + timedelta(days=1)
    left = {one.pot.id: one.available_pence for one in balances}
    settles = [one for one in year.planned if one.settles_on == ends and not one.is_settled and one.is_released]
    if not settles:
        return None
    rule = rule_on(year.budget, today)
    pence = 0
    for pot_id in {one.pot_id for one in settles}:
        last = max((one for one in settles if one.pot_id == pot_id), key=lambda one: one.period)
        early = sum(one.forward_pence for one in year.planned if one.pot_id == pot_id and one.due_on >= ends)
        keeps = may_be_kept(rule, period=period, period_pence=last.amount_pence)
        pence += goes_back(left.get(pot_id, 0), keeps=keeps, not_yet_due_pence=early)
    return MayGoBack(ends, pence, rule.talks_first) if pence else None
