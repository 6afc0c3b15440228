"""Thirteen four-week periods: their days and amounts, their quarters, and what becomes of money left at the end of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

from app.base.money import Money

PERIOD_DAYS = 28
PERIODS_IN_A_YEAR = 13
YEAR_DAYS = PERIOD_DAYS * PERIODS_IN_A_YEAR
QUARTERS = ((1, 3), (4, 6), (7, 9), (10, 13))
"""First and last period of each quarter: the last one has the odd period."""


def period_starts(year_starts_on: date) -> list[date]:
    """The first days of the thirteen four-week periods of a budget year."""
    return [year_starts_on + timedelta(days=PERIOD_DAYS * n) for n in range(PERIODS_IN_A_YEAR)]


def period_amounts(yearly_pence: int) -> list[int]:
    """A year's money shared over its thirteen periods to the penny; the first periods get what does not divide."""
    return amounts_over(yearly_pence, PERIODS_IN_A_YEAR)


def amounts_over(pence: int, periods: int) -> list[int]:
    """Money shared evenly over so many periods to the penny; the first ones get what does not divide."""
    return [share.pence for share in Money(pence).split([1] * periods)]


def period_on(year_starts_on: date, day: date) -> int | None:
    """Which period a day lies in, 1 to 13; nothing outside the year."""
    number = (day - year_starts_on).days // PERIOD_DAYS + 1
    return number if 1 <= number <= PERIODS_IN_A_YEAR else None


def period_days(year_starts_on: date, period: int) -> tuple[date, date]:
    """The first and the last day of a period."""
    first = year_starts_on + timedelta(days=PERIOD_DAYS * (period - 1))
    return first, first + timedelta(days=PERIOD_DAYS - 1)


def year_ends_on(year_starts_on: date) -> date:
    """The last day of a budget year."""
    return year_starts_on + timedelta(days=YEAR_DAYS - 1)


def quarter_of(period: int) -> tuple[int, int]:
    """The first and last period of the quarter a period lies in."""
    return next(quarter for quarter in QUARTERS if quarter[0] <= period <= quarter[1])


class Until(StrEnum):
    """When money carried over must be used."""

    QUARTER_END = "quarter_end"
    YEAR_END = "year_end"


@dataclass(frozen=True, slots=True)
class CarryOver:
    """A council's rule about money left at the end of a period.

    ``percent`` of a period's money may be carried to the next (100: all of it), and must be used by ``until``;
    ``keeps_at_year_end`` says whether money left when the year ends stays the person's; ``talks_first`` whether somebody
    talks with the person before anything goes back; ``talks_from_percent`` from what part of a quarter's money, left
    when it ends, it is a reason to talk even where nothing goes back.
    """

    percent: int = 100
    until: Until = Until.YEAR_END
    keeps_at_year_end: bool = True
    talks_first: bool = True
    talks_from_percent: int = 20


def carry_over_from(policies: Mapping[str, Any]) -> CarryOver:
    """The rule as a council's policies say it; what they do not say stays with the person."""
    return CarryOver(
        percent=int(policies.get("carry_over_percent", 100)),
        until=Until(policies.get("carry_over_until", Until.YEAR_END)),
        keeps_at_year_end=policies.get("year_end_unspent", "carried") == "carried",
        talks_first=policies.get("unspent_goes_back", "after_a_talk") == "after_a_talk",
        talks_from_percent=int(policies.get("quarter_underspend_percent", 20)),
    )


def settled_after(rule: CarryOver, period: int) -> int:
    """The period at whose end money of this period is looked at: its own, the quarter's last or the year's."""
    if rule.percent < 100:  # noqa: PLR2004 - per cent
        return period
    return quarter_of(period)[1] if rule.until == Until.QUARTER_END else PERIODS_IN_A_YEAR


def may_be_kept(rule: CarryOver, *, period: int, period_pence: int) -> int | None:
    """How much unspent money stays when a period is settled, in pence; nothing when there is no limit.

    Args:
        rule: the council's rule on the period's first day.
        period: the period that ended, 1 to 13.
        period_pence: its money.
    """
    if period == PERIODS_IN_A_YEAR:
        return None if rule.keeps_at_year_end else 0
    if rule.until == Until.QUARTER_END and period == quarter_of(period)[1]:
        return 0
    return None if rule.percent == 100 else period_pence * rule.percent // 100  # noqa: PLR2004 - per cent


def goes_back(left_pence: int, *, keeps: int | None, not_yet_due_pence: int = 0) -> int:
    """How much unspent money goes back to the council.

    Args:
        left_pence: what is left; money set aside for bookings is spoken for and not left.
        keeps: what may be kept, from :func:`may_be_kept`.
        not_yet_due_pence: money that came too late to be used in the period, or early for a later one: never taken.
    """
    return 0 if keeps is None else max(0, left_pence - not_yet_due_pence - keeps)


def worth_a_talk(rule: CarryOver, *, left_pence: int, quarter_pence: int) -> bool:
    """Whether so much of a quarter's money was left when it ended that somebody should ask why."""
    return left_pence * 100 > quarter_pence * rule.talks_from_percent


def most_brought_forward(percent: int, quarter_pence: int, brought_already: int) -> int:
    """How many more pence may be brought forward into a quarter: a share of the quarter's own money, less what was."""
    return max(0, quarter_pence * percent // 100 - brought_already)


def take_from_last(pence: int, planned: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Take an amount out of money planned later, from the last of it backwards, so that the year comes out even.

    ``take_from_last(150, [(8, 100), (9, 100)])`` is ``[(9, 100), (8, 50)]``.

    Args:
        pence: how much to take.
        planned: (number, pence that can be taken), in the order in which it would arrive.
    """
    taken = []
    for number, there in reversed(planned):
        part = min(pence, there)
        if part:
            taken.append((number, part))
            pence -= part
    return taken
