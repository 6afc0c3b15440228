"""The legal minimum wage, by the day from which it holds, and prices from which nobody could be paid it.

Source: the National Minimum Wage Regulations as amended each April; the rate for people aged 21 and over (23 and over before
April 2024), which a price must at least leave room for. A new April is a new line here.
"""

from datetime import date

from app.base.days import day_words
from app.base.money import Money
from app.market.catalogue.rules.cards import Card
from app.market.catalogue.rules.rates import TIMED_UNITS, Unit

WAGES = (
    (date(2023, 4, 1), 1042),
    (date(2024, 4, 1), 1144),
    (date(2025, 4, 1), 1221),
    (date(2026, 4, 1), 1271),
)
"""The first day, and pence an hour; the oldest first. The last one holds until a newer is known."""


def minimum_wage_on(day: date) -> tuple[date, int] | None:
    """Since when, and how many pence an hour, by law on a day; nothing for days before the first that is known."""
    return next((one for one in reversed(WAGES) if one[0] <= day), None)


def under_minimum_wage(card: Card) -> str:
    """A warning when an hour costs less than the law says a worker must be paid for it; nothing otherwise.

    Of the day on which the card begins, and of prices by time only: a night or a week has no hours to count. It is a
    warning and no refusal: a worker may work for themselves, or be paid from elsewhere too.
    """
    wage = minimum_wage_on(card.valid_from)
    if wage is None or card.unit not in TIMED_UNITS:
        return ""
    since, pence = wage
    halves = 2 if card.unit is Unit.HALF_HOUR else 1
    amounts = [*card.basic.each, *(one for band in card.bands for one in band.amounts.each)]
    amounts += [one for _, theirs in card.buyers for one in theirs.each]
    cheapest = min(amounts) * halves
    if cheapest >= pence:
        return ""
    return (
        f"{Money(cheapest)} an hour is under the legal minimum wage: {Money(pence)} an hour since {day_words(since)}, for people"
        " aged 21 and over. A worker you employ must be paid at least that. Check the price"
    )
