"""Four-week periods that follow one another without a gap or an overlap, and when each is published."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.funding.budgets.rules.periods import PERIOD_DAYS

USUAL_FIRST_DAY = date(2024, 4, 1)
"""A first day of a period, where the council's policy ``budget_year_starts_on`` names no other."""
USUAL_DELAY = 14
"""Days after the end of a period until it is published, where the council says no other."""


@dataclass(frozen=True, slots=True)
class Period:
    """Days whose figures are published together, both included."""

    starts_on: date
    ends_on: date

    def is_due(self, today: date, delay: int) -> bool:
        """Whether it ended so many days ago at least."""
        return self.ends_on + timedelta(days=delay) <= today


def period_with(day: date, anchor: date) -> Period:
    """The four weeks a day lies in; ``anchor`` is the first day of any of them."""
    first = anchor + timedelta(days=(day - anchor).days // PERIOD_DAYS * PERIOD_DAYS)
    return Period(first, first + timedelta(days=PERIOD_DAYS - 1))


def period_after(last: Period, anchor: date) -> Period:
    """The next one: it begins where the last ended, so that no day is ever published twice.

    Where the council has moved its first day meanwhile, one period is longer, and ends with the second of the new ones that
    it lies in: days between two ways of counting are never published by themselves, nor with what was published before.
    """
    first = last.ends_on + timedelta(days=1)
    there = period_with(first, anchor)
    return there if there.starts_on == first else Period(first, there.ends_on + timedelta(days=PERIOD_DAYS))
