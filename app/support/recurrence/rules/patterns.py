"""Visits that repeat: an RFC 5545 rule for each time of day, in London wall time, and the days on which it differs.

A rule says on which days; the time of day stands beside it as clocks show it, so that 8am stays 8am. Days are worked
out by dateutil; what clocks do to a time in the two nights they change is what RFC 5545 says of it.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from dateutil.rrule import MO, WEEKLY, rrule, weekday

from app.base.days import day_words
from app.base.refusals import Refusal
from app.support.recurrence.rules.clocks import LONDON, clock_words, clocks_change_words, visit_on

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ONE_DAY = timedelta(days=1)

MOST_WEEKS_BETWEEN = 12
MOST_DAYS = 366
"""The most that "for so many days" may say."""
LONGEST = timedelta(days=2 * 366)
"""How far off the last day may be."""
MOST_TIMES_A_DAY = 4
AHEAD = timedelta(weeks=8)
"""How far ahead visits are made where their money comes in no periods: own money, or a budget whose year is over."""


class Scope(StrEnum):
    """How much of a pattern a change or a cancelling is about."""

    THIS = "this"
    LATER = "later"
    ALL = "all"


class ExceptionKind(StrEnum):
    """What became of a day of the rule on which there is no visit as the rule says."""

    SKIPPED = "skipped"
    """Taken out: what RFC 5545 calls an EXDATE. It can be put back."""
    MOVED = "moved"
    """The visit of that day stands at another time: a RECURRENCE-ID of its own."""
    NO_MONEY = "no_money"
    """The money released for its period does not stretch to it. Looked at again every night until its day."""
    NO_PRICE = "no_price"
    """The provider has published no price for that day. Looked at again every night until its day."""
    NO_PLACE = "no_place"
    """Every place that the provider has at that time is taken. Looked at again every night until its day."""


WAITING = frozenset({ExceptionKind.NO_MONEY, ExceptionKind.NO_PRICE, ExceptionKind.NO_PLACE})
"""Days that are to have a visit as soon as something that is missing is there."""


class PatternRefused(Refusal):
    """This cannot repeat like that; ``field`` names the question to ask again."""

    status = 400

    def __init__(self, words: str, field: str = "days") -> None:
        super().__init__(words)
        self.field = field


@dataclass(frozen=True, slots=True)
class Rule:
    """Weekly, or every so many weeks, on chosen days; until a day, for so many days, or without an end."""

    days: tuple[int, ...]
    """1 Monday to 7 Sunday, in order."""
    every: int = 1
    until: date | None = None
    """The last day on which there may be a visit."""
    count: int | None = None
    """On how many days there is a visit."""

    def text(self, start: time) -> str:
        """The rule as RFC 5545 writes it. ``UNTIL`` is a moment in UTC there, since the visits begin at a local time."""
        parts = ["FREQ=WEEKLY"]
        if self.every != 1:
            parts.append(f"INTERVAL={self.every}")
        if self.until is not None:
            last = datetime.combine(self.until, start, LONDON).astimezone(UTC)
            parts.append(f"UNTIL={last:%Y%m%dT%H%M%SZ}")
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        parts += [f"BYDAY={','.join(CODES[day - 1] for day in self.days)}", "WKST=MO"]
        return ";".join(parts)

    @classmethod
    def read(cls, text: str) -> "Rule":
        """Read what :meth:`text` wrote.

        Raises:
            ValueError: when somebody else wrote it.
        """
        match = _RULE.fullmatch(text)
        if match is None:
            msg = f"not a rule of ours: {text}"
            raise ValueError(msg)
        until = match["until"]
        last = datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC) if until else None
        return cls(
            tuple(CODES.index(code) + 1 for code in match["days"].split(",")),
            int(match["every"] or 1),
            None if last is None else last.astimezone(LONDON).date(),
            int(match["count"]) if match["count"] else None,
        )

    @property
    def words(self) -> str:
        """``Every week on Monday and Wednesday, until 3 April 2027``."""
        how_often = "Every week" if self.every == 1 else f"Every {self.every} weeks"
        if self.days == EVERY_DAY and self.every == 1:
            how_often, on = "Every day", ""
        else:
            on = days_words(self.days) if self.days == WORKING_DAYS else f"on {days_words(self.days)}"
        words = f"{how_often} {on}".strip()
        if self.until is not None:
            words += f", until {day_words(self.until)}"
        if self.count is not None:
            words += f", for {self.count} day{'' if self.count == 1 else 's'}"
        return words


EVERY_DAY = tuple(range(1, 8))
WORKING_DAYS = tuple(range(1, 6))


def days_words(days: Sequence[int]) -> str:
    """``every day``, ``Monday to Friday``, ``Monday, Thursday and Sunday``."""
    if tuple(days) == EVERY_DAY:
        return "every day"
    if tuple(days) == WORKING_DAYS:
        return "Monday to Friday"
    names = [DAY_NAMES[day - 1] for day in days]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


_RULE = re.compile(
    r"FREQ=WEEKLY(?:;INTERVAL=(?P<every>\d{1,2}))?(?:;UNTIL=(?P<until>\d{8}T\d{6}Z))?(?:;COUNT=(?P<count>\d{1,3}))?"
    r";BYDAY=(?P<days>(?:MO|TU|WE|TH|FR|SA|SU)(?:,(?:MO|TU|WE|TH|FR|SA|SU))*);WKST=MO",
    re.ASCII,
)


def days_between(rule: Rule, starts_on: date, first: date, last: date) -> list[date]:
    """The days of a rule from one day to another, both included; ``starts_on`` is its own first day."""
    if last < first:
        return []
    if rule.count is None and first > starts_on:
        # Skip whole turns, so that a pattern of years is not walked through from its beginning.
        turn = 7 * rule.every
        monday = starts_on - timedelta(days=starts_on.weekday())
        turns = (first - monday).days // turn
        starts_on = max(starts_on, monday + timedelta(days=turns * turn))
    expanded = _expanded(rule, starts_on, min(last, rule.until) if rule.until else last)
    return [day for day in expanded if day >= first]


@lru_cache(maxsize=512)
def _expanded(rule: Rule, starts_on: date, last: date) -> tuple[date, ...]:
    if last < starts_on:
        return ()
    made = rrule(
        WEEKLY,
        dtstart=datetime.combine(starts_on, time()),
        interval=rule.every,
        byweekday=[weekday(day - 1) for day in rule.days],
        wkst=MO,
        until=datetime.combine(last, time()) if rule.count is None else None,
        count=rule.count,
    )
    return tuple(day for moment in made if (day := moment.date()) <= last)


def first_day(rule: Rule, on_or_after: date) -> date | None:
    """The first day of a rule that begins with this day; nothing when there is none."""
    found = days_between(rule, on_or_after, on_or_after, on_or_after + timedelta(weeks=1 + rule.every))
    return found[0] if found else None


def ended_before(rule: Rule, starts_on: date, day: date) -> Rule | None:
    """The same rule without this day and what comes after; nothing when no day is left."""
    before = days_between(rule, starts_on, starts_on, day - ONE_DAY)
    if not before:
        return None
    # RFC 5545 lets a rule end by a day or by a count, never by both.
    if rule.count is not None:
        return replace(rule, count=len(before))
    return replace(rule, until=day - ONE_DAY if rule.until is None else min(rule.until, day - ONE_DAY))


def rule_remaining(rule: Rule, starts_on: date, day: date) -> Rule:
    """What the rule still has to give from this day on: a count less the days gone by."""
    if rule.count is None:
        return rule
    gone = len(days_between(rule, starts_on, starts_on, day - ONE_DAY))
    return replace(rule, count=rule.count - gone)


def same_week_on(days: Collection[date], old: Sequence[int], new: Sequence[int]) -> dict[date, date]:
    """For days of a rule on some days of the week, the days that stand for them once it is on others: of the same week.

    A day of the week that both rules have stands for itself; the others stand for each other in their order. One for which
    the new rule has none is left out: there is nothing for it to be.

    Args:
        days: of the old rule.
        old: its days of the week, 1 Monday to 7 Sunday, in order.
        new: those of the new one.
    """
    others = zip((one for one in old if one not in new), (one for one in new if one not in old), strict=False)
    pairs = {one: one for one in old if one in new} | dict(others)
    return {
        day: day + timedelta(days=pairs[day.isoweekday()] - day.isoweekday())
        for day in days
        if day.isoweekday() in pairs
    }


@dataclass(frozen=True, slots=True)
class PatternTime:
    """One time of day of a pattern, with its rule and its first day."""

    id: int
    public_id: str
    starts_on: date
    rule: Rule
    start: time
    end: time
    ends_next_day: bool = False

    def days(self, first: date, last: date) -> list[date]:
        """Its days between these two, both included."""
        return days_between(self.rule, self.starts_on, max(first, self.starts_on), last)

    def visit(self, day: date) -> tuple[datetime, datetime]:
        """When the visit of a day is."""
        return visit_on(day, self.start, self.end, ends_next_day=self.ends_next_day)

    @property
    def when(self) -> str:
        """``Every week on Monday, 8am to 9:30am``."""
        later = " the next day" if self.ends_next_day else ""
        return f"{self.rule.words}, {clock_words(self.start)} to {clock_words(self.end)}{later}"


def clock_change_notes(slots: Iterable[PatternTime], first: date, last: date) -> list[tuple[date, str]]:
    """What the nights on which clocks change do to visits between two days: each day with its words, in order."""
    found = [
        (day, words)
        for slot in slots
        for day in slot.days(first, last)
        if (words := clocks_change_words(*slot.visit(day), (slot.start, slot.end)))
    ]
    return sorted(found)


class Occurrence(NamedTuple):
    """One visit that a pattern asks for, whether it has been made or not."""

    starts: datetime
    ends: datetime
    slot: PatternTime
    day: date


def occurrences(
    slots: Iterable[PatternTime], excepted: Collection[tuple[int, date]], first: date, last: date
) -> list[Occurrence]:
    """Everything the rules ask for between two days, in the order it happens; excepted days of a slot are left out."""
    found = [
        Occurrence(*slot.visit(day), slot, day)
        for slot in slots
        for day in slot.days(first, last)
        if (slot.id, day) not in excepted
    ]
    return sorted(found, key=lambda one: (one.starts, one.slot.id))


def next_day(slots: Iterable[PatternTime], after: date) -> date | None:
    """The first day after this one on which any of the rules asks for a visit."""
    found = [
        day
        for slot in slots
        if (day := next(iter(_from(slot, max(after + ONE_DAY, slot.starts_on))), None)) is not None
    ]
    return min(found, default=None)


def _from(slot: PatternTime, first: date) -> list[date]:
    return slot.days(first, first + timedelta(weeks=1 + slot.rule.every))


def check_rule(rule: Rule, starts_on: date, *, today: date) -> None:
    """Hold what was chosen to what can be asked for.

    Raises:
        PatternRefused: saying which limit and how to mend it.
    """
    if not rule.days:
        raise PatternRefused("Select the days of the week")
    if not 1 <= rule.every <= MOST_WEEKS_BETWEEN:
        raise PatternRefused(f"Enter a number of weeks between 1 and {MOST_WEEKS_BETWEEN}", "every")
    if rule.count is not None and not 1 <= rule.count <= MOST_DAYS:
        raise PatternRefused(f"Enter a number of days between 1 and {MOST_DAYS}", "count")
    if rule.until is not None and rule.until < starts_on:
        raise PatternRefused("The last day must be after the first", "until")
    if rule.until is not None and rule.until > today + LONGEST:
        raise PatternRefused("Choose a last day within the next two years, or no last day", "until")
    if first_day(rule, starts_on) is None:
        raise PatternRefused("None of the days you chose comes before the last day", "until")


def are_times_apart(times: Sequence[tuple[time, time, bool]]) -> bool:
    """Whether times of one day leave each other alone; each is a start, an end, and whether that is on the next day."""
    day = 24 * 60
    stretches = sorted(
        (start.hour * 60 + start.minute, end.hour * 60 + end.minute + (day if later else 0))
        for start, end, later in times
    )
    return all(ended <= begins for (_, ended), (begins, _) in pairwise(stretches))


@dataclass(frozen=True, slots=True)
class RequestedPattern:
    """A pattern as somebody asks for it: on which days, at which times, with which extras, from which money."""

    rule: Rule
    starts_on: date
    times: tuple[tuple[time, time, bool], ...]
    """Start, end, and whether that is on the next day; each is a slot."""

    @property
    def slots(self) -> list[PatternTime]:
        """Its slots, numbered from nothing in the order of the day; each begins on the first day of the rule."""
        first = first_day(self.rule, self.starts_on) or self.starts_on
        return [
            PatternTime(number, "", first, self.rule, start, end, later)
            for number, (start, end, later) in enumerate(sorted(self.times))
        ]

    def check(self, *, today: date) -> None:
        """Hold it to what can be asked for.

        Raises:
            PatternRefused: saying which limit and how to mend it.
        """
        check_rule(self.rule, self.starts_on, today=today)
        if not 1 <= len(self.times) <= MOST_TIMES_A_DAY:
            raise PatternRefused(f"Choose between 1 and {MOST_TIMES_A_DAY} times a day", "start")
        if not are_times_apart(self.times):
            raise PatternRefused("Two of these visits are at the same time. Change one of them.", "start")

    def begun(self, until: date) -> "Begun":
        """What is made of it now: everything up to this day, and the first day in any case."""
        slots = self.slots
        last = max(until, slots[0].starts_on)
        made = occurrences(slots, (), slots[0].starts_on, last)
        return Begun(tuple(slots), tuple(made), next_day(slots, last))


class Deviation(NamedTuple):
    """A day of a slot on which a pattern differs from its rule, and how."""

    slot_id: int
    day: date
    kind: ExceptionKind


@dataclass(frozen=True, slots=True)
class Begun:
    """The part of a pattern whose visits are made when it is asked for."""

    slots: tuple[PatternTime, ...]
    made: tuple[Occurrence, ...]
    next_on: date | None
    """The first day whose visits wait for their money."""
    differs: tuple[Deviation, ...] = ()
    """Days that differ from the rules already, where it is carried on from another provider."""

    @property
    def texts(self) -> list[str]:
        """What tells it from another pattern."""
        return [f"{slot.starts_on} {slot.start} {slot.end} {slot.rule.text(slot.start)}" for slot in self.slots]

    @property
    def times(self) -> list[tuple[datetime, datetime]]:
        """When the visits are that are made now."""
        return [(one.starts, one.ends) for one in self.made]
