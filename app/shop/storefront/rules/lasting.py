"""How long money lasts: a year's days paid one after the other, from what there is by then."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from app.shop.storefront.rules.week import WEEK


@dataclass(frozen=True, slots=True)
class Lasts:
    """How long money lasts: whole weeks it pays for, out of those looked at, and the first day it does not pay."""

    weeks: int
    of_weeks: int
    until: date | None
    left_pence: int
    """What is left when all is paid for, or what there is on the day it is not enough."""

    @property
    def is_enough(self) -> bool:
        """Whether it pays for all of it."""
        return self.until is None


def lasts(days: Sequence[int], *, starts_on: date, now_pence: int, coming: Mapping[date, int] | None = None) -> Lasts:
    """Walk the days, paying each from what there is by then.

    Args:
        days: what each day costs, from ``starts_on``.
        starts_on: the first of them.
        now_pence: what there is before it.
        coming: what arrives on which day.
    """
    arrives = dict(coming or {})
    has = now_pence + sum(arrives.pop(day) for day in [day for day in arrives if day < starts_on])
    for number, costs in enumerate(days):
        day = starts_on + timedelta(days=number)
        has += arrives.get(day, 0)
        if costs > has:
            return Lasts(number // WEEK, -(-len(days) // WEEK), day, has)
        has -= costs
    return Lasts(len(days) // WEEK, -(-len(days) // WEEK), None, has)
