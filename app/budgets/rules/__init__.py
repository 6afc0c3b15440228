"""Plain rules of budgets: kinds of money, periods and what becomes of what is left, who may be paid, forecasts, words."""

from app.budgets.rules.kinds import (
    BUDGET_KINDS,
    BUDGET_MAY_BECOME,
    POT_BUYS,
    POT_WORDS,
    SPENT_ANYWHERE,
    STATUS_WORDS,
    BudgetStatus,
    PotKind,
    why_not_moved,
)
from app.budgets.rules.paying import YES, Lawful, back_to_each, who_may_be_paid
from app.budgets.rules.periods import PERIOD_DAYS, PERIODS_IN_A_YEAR, YEAR_DAYS, period_amounts, period_starts
from app.budgets.rules.words import happened, leads_to

__all__ = [
    "BUDGET_KINDS",
    "BUDGET_MAY_BECOME",
    "PERIODS_IN_A_YEAR",
    "PERIOD_DAYS",
    "POT_BUYS",
    "POT_WORDS",
    "SPENT_ANYWHERE",
    "STATUS_WORDS",
    "YEAR_DAYS",
    "YES",
    "BudgetStatus",
    "Lawful",
    "PotKind",
    "back_to_each",
    "happened",
    "leads_to",
    "period_amounts",
    "period_starts",
    "who_may_be_paid",
    "why_not_moved",
]
