"""How long money lasts at the rate it is used, and how much of it would be left over: plain sums, said gently."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

LEAST_DAYS = 14
"""With less than a fortnight to go by, nothing is forecast: one visit says nothing about a year."""
WORTH_SAYING_PERCENT = 20
"""Money left over is mentioned from this share of the year's money on."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """Where money is heading. At most one of the two is said.

    ``lasts_until`` is the last day it reaches, when that is before the year's end; ``unspent_pence`` what would be left
    at the end, when that is much.
    """

    a_week_pence: int
    lasts_until: date | None = None
    unspent_pence: int = 0
    ends_on: date | None = None

    @property
    def is_short(self) -> bool:
        """Whether the money does not last."""
        return self.lasts_until is not None


def daily_rate(*, spent_pence: int, spent_days: int, booked_pence: int, booked_days: int) -> Fraction | None:
    """Pence a day, from what was spent lately and what is booked; nothing with too few days to go by."""
    days = spent_days + booked_days
    return Fraction(spent_pence + booked_pence, days) if days >= LEAST_DAYS else None


def forecast(
    *,
    today: date,
    ends_on: date,
    there_pence: int,
    a_day: Fraction,
    coming: Sequence[tuple[date, int]],
    year_pence: int,
) -> Forecast:
    """Where the money is heading until the year ends.

    Args:
        today: the first day to be paid for.
        ends_on: the year's last day.
        there_pence: what is there now, set aside or not: bookings are part of the rate.
        a_day: pence used a day.
        coming: (day, pence) still to arrive, in order.
        year_pence: the year's money, to judge what is much.
    """
    a_week = round(a_day * 7)
    short = None if a_day == 0 else _runs_out(today, ends_on, there_pence, a_day, coming)
    if short is not None:
        return Forecast(a_week, lasts_until=short, ends_on=ends_on)
    days = (ends_on - today).days + 1
    arrives = sum(pence for day, pence in coming if day <= ends_on)
    unspent = int(there_pence + arrives - a_day * days)
    much = unspent * 100 >= year_pence * WORTH_SAYING_PERCENT
    return Forecast(a_week, unspent_pence=unspent if much and year_pence else 0, ends_on=ends_on)


def _runs_out(
    today: date, ends_on: date, there_pence: int, a_day: Fraction, coming: Sequence[tuple[date, int]]
) -> date | None:
    """The last day the money reaches, looking from one arrival to the next; nothing when it lasts the year."""
    # In parts of a penny: sums of whole numbers are as exact as fractions, at a twentieth of the cost.
    parts, a_day_parts = a_day.denominator, a_day.numerator
    has = there_pence * parts
    at = today
    for day, pence in [
        *((day, pence) for day, pence in coming if today < day <= ends_on),
        (ends_on + timedelta(days=1), 0),
    ]:
        days = (day - at).days
        if has < a_day_parts * days:
            return at + timedelta(days=max(0, has) // a_day_parts - 1)
        has += pence * parts - a_day_parts * days
        at = day
    return None
