"""Personal budgets and pots: their kinds, the four-week periods, and who may be paid from what."""

from datetime import date, timedelta
from enum import StrEnum

PERIOD_DAYS = 28
PERIODS_IN_A_YEAR = 13


class PotKind(StrEnum):
    """One way of managing a part of somebody's money."""

    DIRECT_PAYMENT = "direct_payment"
    INDIRECT_PAYMENT = "indirect_payment"
    COUNCIL_MANAGED = "council_managed"
    INDIVIDUAL_SERVICE_FUND = "individual_service_fund"
    OWN_MONEY = "own_money"


POT_WORDS = {
    PotKind.DIRECT_PAYMENT: "Direct payment",
    PotKind.INDIRECT_PAYMENT: "Direct payment held by somebody for you",
    PotKind.COUNCIL_MANAGED: "Money the council looks after",
    PotKind.INDIVIDUAL_SERVICE_FUND: "Individual service fund",
    PotKind.OWN_MONEY: "Own money",
}


class BudgetStatus(StrEnum):
    """Where a personal budget stands."""

    INDICATIVE = "indicative"
    AGREED = "agreed"
    ENDED = "ended"


def period_starts(year_starts_on: date) -> list[date]:
    """The first days of the thirteen four-week periods of a budget year."""
    return [year_starts_on + timedelta(days=PERIOD_DAYS * n) for n in range(PERIODS_IN_A_YEAR)]
