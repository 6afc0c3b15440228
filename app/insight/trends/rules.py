"""Disclosure control: which figures about people may be published, and in what form.

The unit is one finished four-week period; periods never overlap and cannot be chosen freely, so no two tables differ by
one person. Within a period, money is known by kind of support (many cells), by framework or not (two cells) and in all:

* A figure with too few people behind it is withheld; nobody is shown as nobody. How many are enough is the council's
  own rule ``small_number``, five at least.
* The total is true, so what it leaves over is the sum of the withheld kinds. At least two kinds are therefore withheld
  together, and at least one of them has enough people behind it: the left-over is never somebody's spending.
* Framework and non-framework add up to the total, so both are withheld when one must be. Some kinds are known to be
  sold on one side only, so what each side leaves over must be as safe as what the total leaves over.
* A year's figure for a kind is the sum of what was published, so it says nothing new.
* Counts are rounded to 5, never to less than what is enough, and money to whole pounds.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol

from app.funding.budgets.rules.periods import PERIOD_DAYS, PERIODS_IN_A_YEAR, period_starts

FEWEST = 5
"""The fewest people whose spending may be published together, where a council asks for no more."""
ROUNDED_TO = 5

WITHHELD = "[c]"
"""Confidential: too few people, or it would give such a figure away."""
NOT_YET = "[x]"
"""Not available: the period has not finished."""

YEAR_DAYS = PERIOD_DAYS * PERIODS_IN_A_YEAR
USUAL_FIRST_DAY = date(2024, 4, 1)
"""A first day of a budget year, where the council's policy ``budget_year_starts_on`` names no other."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What the books say of a group: how many different people paid, for how many bookings, and how much, in pence."""

    people: int = 0
    bookings: int = 0
    pence: int = 0


@dataclass(frozen=True, slots=True)
class Counted:
    """The sums of one period, before anything is withheld. Kinds nobody bought may be left out."""

    kinds: Mapping[str, Sums]
    framework: Sums
    other: Sums
    whole: Sums
    on_framework: Mapping[str, Sums]
    """By kind again, framework providers only."""
    off_framework: Mapping[str, Sums]


@dataclass(frozen=True, slots=True)
class Figure:
    """One published figure: a number, or the mark that says why there is none."""

    number: int | None
    mark: str = ""

    def __str__(self) -> str:
        """``1,250`` or ``[c]``."""
        return self.mark if self.number is None else f"{self.number:,}"

    @property
    def pounds(self) -> str:
        """``£1,250`` or ``[c]``."""
        return self.mark if self.number is None else f"£{self.number:,}"


HIDDEN = Figure(None, WITHHELD)
TO_COME = Figure(None, NOT_YET)


@dataclass(frozen=True, slots=True)
class Published:
    """What may be said of one period. Money is in whole pounds."""

    kinds: Mapping[str, Figure]
    framework: Figure
    other: Figure
    total: Figure
    people: Figure
    bookings: Figure

    @property
    def framework_share(self) -> Figure:
        """Of every hundred pounds, how many went to framework providers; made from the published figures only."""
        if self.framework.number is None or not self.total.number:
            return Figure(None, self.framework.mark or WITHHELD)
        return Figure(round(100 * self.framework.number / self.total.number))


def to_nearest_five(count: int, fewest: int = FEWEST) -> int:
    """The nearest five; halves do not occur. A count that may be shown never reads as one that may not.

    Where at least seven are asked for, seven would round to 5: it reads 10, as every count from 7 to 12 does.
    """
    nearest = (count + ROUNDED_TO // 2) // ROUNDED_TO * ROUNDED_TO
    return max(nearest, -(-fewest // ROUNDED_TO) * ROUNDED_TO) if count >= fewest else nearest


def pounds(pence: int) -> int:
    """The nearest whole pound, half a pound up."""
    return (pence + 50) // 100


def is_small(group: Sums, fewest: int = FEWEST) -> bool:
    """Whether too few people stand behind a figure; nobody at all is no secret."""
    return 0 < group.people < fewest


def withheld(counted: Counted, fewest: int = FEWEST) -> tuple[frozenset[str], bool]:
    """The kinds whose money must be withheld, and whether framework and non-framework must be too.

    The small kinds are hidden, then as few others as make it safe to take what is shown from what is published in all.
    """
    if not (is_small(counted.framework, fewest) or is_small(counted.other, fewest)):
        hidden = _hidden(counted.kinds, (counted.kinds, counted.on_framework, counted.off_framework), fewest)
        if hidden is not None:
            return hidden, False
    return _hidden(counted.kinds, (counted.kinds,), fewest) or frozenset(), True


def _hidden(
    kinds: Mapping[str, Sums], published_in_all: Sequence[Mapping[str, Sums]], fewest: int
) -> frozenset[str] | None:
    """The kinds to hide when these sums are published in all; nothing when a sum has no large kind left to hide."""
    hidden = {kind for kind, group in kinds.items() if is_small(group, fewest)}
    while True:
        before = len(hidden)
        if not all(_make_safe(hidden, groups, fewest) for groups in published_in_all):
            return None
        if len(hidden) == before:
            return frozenset(hidden)


def _make_safe(hidden: set[str], groups: Mapping[str, Sums], fewest: int) -> bool:
    """Hide one more kind where the sum of these groups, less those shown, would speak of too few; whether it is safe now."""
    left_over = [kind for kind in hidden if kind in groups and groups[kind].people]
    if not left_over or (len(left_over) > 1 and any(groups[kind].people >= fewest for kind in left_over)):
        return True
    shown = [kind for kind, group in groups.items() if group.people and kind not in hidden]
    large = [kind for kind in shown if groups[kind].people >= fewest]
    if large:
        hidden.add(min(large, key=lambda kind: (groups[kind].people, groups[kind].pence, kind)))
    # With nothing shown the left-over is the whole itself, which enough people stand behind.
    return bool(large) or not shown


def publish(counted: Counted, fewest: int = FEWEST) -> Published:
    """What may be said of one finished period, with at least so many people behind each figure."""
    if is_small(counted.whole, fewest):
        nothing = {kind: HIDDEN if group.people else Figure(0) for kind, group in counted.kinds.items()}
        return Published(nothing, HIDDEN, HIDDEN, HIDDEN, HIDDEN, HIDDEN)
    hidden, hides_split = withheld(counted, fewest)
    return Published(
        kinds={
            kind: HIDDEN if kind in hidden else Figure(pounds(group.pence)) for kind, group in counted.kinds.items()
        },
        framework=HIDDEN if hides_split else Figure(pounds(counted.framework.pence)),
        other=HIDDEN if hides_split else Figure(pounds(counted.other.pence)),
        total=Figure(pounds(counted.whole.pence)),
        people=Figure(to_nearest_five(counted.whole.people, fewest)),
        bookings=Figure(to_nearest_five(counted.whole.bookings, fewest)),
    )


def not_yet(kinds: Sequence[str]) -> Published:
    """A period that has not finished: its figures would change from day to day, and each change would be somebody."""
    return Published(dict.fromkeys(kinds, TO_COME), TO_COME, TO_COME, TO_COME, TO_COME, TO_COME)


def sum_of(figures: Sequence[Figure]) -> Figure:
    """The sum of what was published; the mark when nothing was."""
    numbers = [figure.number for figure in figures if figure.number is not None]
    if numbers:
        return Figure(sum(numbers))
    return HIDDEN if HIDDEN in figures else TO_COME


@dataclass(frozen=True, slots=True)
class FourWeekPeriod:
    """One of the thirteen four-week periods of a budget year, both days included."""

    number: int
    starts_on: date
    ends_on: date

    def is_over(self, today: date) -> bool:
        """Whether its last day has passed."""
        return self.ends_on < today


def periods_of(year_starts_on: date) -> list[FourWeekPeriod]:
    """The thirteen periods of the budget year that begins on this day."""
    last = timedelta(days=PERIOD_DAYS - 1)
    return [FourWeekPeriod(n, day, day + last) for n, day in enumerate(period_starts(year_starts_on), start=1)]


def budget_year_start(day: date, anchor: date) -> date:
    """The first day of the budget year a day falls in; ``anchor`` is the first day of any year."""
    return anchor + timedelta(days=(day - anchor).days // YEAR_DAYS * YEAR_DAYS)


def years_between(first: date, last: date, anchor: date) -> list[date]:
    """The first days of the budget years from one day to another, newest first."""
    year, years = budget_year_start(first, anchor), []
    while year <= last:
        years.append(year)
        year += timedelta(days=YEAR_DAYS)
    return years[::-1]


class Minutes(Protocol):
    """The sums of a provider's visits, as the room of bookings adds them up."""

    @property
    def planned_minutes(self) -> int:
        """As agreed."""

    @property
    def delivered_minutes(self) -> int:
        """Really given."""

    @property
    def charged_minutes(self) -> int:
        """Paid for."""

    @property
    def short_but_full(self) -> int:
        """Stays shorter than planned that were charged as the whole."""

    @property
    def missed(self) -> int:
        """Visits that did not happen."""

    @property
    def stands_out(self) -> bool:
        """Whether many stays were short and charged as the whole."""


@dataclass(frozen=True, slots=True)
class DeliveredBy:
    """What may be said of one provider's visits in one finished period. Whole hours; counts rounded to 5."""

    name: str
    people: Figure
    planned_hours: Figure
    delivered_hours: Figure
    charged_hours: Figure
    short_but_full: Figure
    missed: Figure
    stands_out: bool


def publish_delivered(
    name: str, sums: Minutes, *, people: int, short_people: int, missed_people: int, fewest: int = FEWEST
) -> DeliveredBy:
    """Withhold a provider with too few people, and counts that are too small or have too few people behind them.

    No sum over providers is published, so that nothing withheld can be worked out from it.
    """
    if people < fewest:
        return DeliveredBy(name, HIDDEN, HIDDEN, HIDDEN, HIDDEN, HIDDEN, HIDDEN, stands_out=False)
    short = _shown(sums.short_but_full, short_people, fewest)
    return DeliveredBy(
        name,
        Figure(to_nearest_five(people, fewest)),
        _hours(sums.planned_minutes),
        _hours(sums.delivered_minutes),
        _hours(sums.charged_minutes),
        short,
        _shown(sums.missed, missed_people, fewest),
        stands_out=sums.stands_out and short.number is not None,
    )


def _hours(minutes: int) -> Figure:
    return Figure((minutes + 30) // 60)


def _shown(count: int, people: int, fewest: int) -> Figure:
    return HIDDEN if count and (count < fewest or people < fewest) else Figure(to_nearest_five(count, fewest))
