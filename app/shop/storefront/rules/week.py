"""A typical week as people draw it: lines of visits, how a length is read, and how a week travels in an address."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import time

from app.market.catalogue.rules.kinds import KINDS
from app.market.catalogue.rules.rates import MILES_MOST
from app.support.recurrence.rules.clocks import clock_words

DAY_NAMES = {
    1: "Monday",
    2: "Tuesday",
    3: "Wednesday",
    4: "Thursday",
    5: "Friday",
    6: "Saturday",
    7: "Sunday",
}
EVERY_DAY = tuple(DAY_NAMES)
LINES_MOST = 20
EXTRAS_MOST = 10
WHAT_LONGEST = 80
DAY_MINUTES = 24 * 60
WEEK = 7
CODE_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class WeekLine:
    """Visits alike: the same time, length and provider on one or more days of the week.

    ``start`` is what clocks in London show; ``minutes`` is the length by the same clocks. ``listing`` and ``extras`` are
    public ids, empty while nothing is chosen. ``key`` tells lines of one week apart and never changes.
    """

    key: str
    days: tuple[int, ...]
    start: time
    minutes: int
    what: str = ""
    kind: str = ""
    listing: str = ""
    extras: tuple[str, ...] = ()
    miles: int | None = None
    """Whole miles of each visit, for what is charged by the mile; nothing while nobody said."""

    @property
    def end(self) -> time:
        """What clocks show at the end, on that day or the next."""
        at = (self.start.hour * 60 + self.start.minute + self.minutes) % DAY_MINUTES
        return time(at // 60, at % 60)

    @property
    def ends_next_day(self) -> bool:
        """Whether it goes on past midnight."""
        return self.start.hour * 60 + self.start.minute + self.minutes >= DAY_MINUTES

    @property
    def when(self) -> str:
        """``Monday to Friday, 8am to 8:45am``."""
        later = " the next day" if self.ends_next_day else ""
        return f"{capitalised_days_words(self.days)}, {clock_words(self.start)} to {clock_words(self.end)}{later}"

    @property
    def name(self) -> str:
        """What it is called: what it is for, else the kind of support."""
        return self.what or (KINDS[self.kind].name if self.kind in KINDS else "Visit")

    @property
    def code(self) -> str:
        """Times and ids only, never words: ``12345_0800_45_care-at-home_7h2k...``."""
        parts = [
            "".join(str(day) for day in self.days),
            f"{self.start:%H%M}",
            str(self.minutes),
            self.kind,
            self.listing,
            "~".join(self.extras),
            "" if self.miles is None else str(self.miles),
        ]
        return "_".join(parts).rstrip("_")


def write_week(lines: Iterable[WeekLine], *, with_keys: bool = False) -> str:
    """A week as one short word for an address or a hidden field; without what the visits are for."""
    return ".".join(f"{line.key}:{line.code}" if with_keys else line.code for line in lines)


def read_week(text: str) -> list[WeekLine]:
    """Read what :func:`write_week` wrote.

    Raises:
        ValueError: when somebody else wrote it.
    """
    if not text:
        return []
    if len(text) > CODE_LONGEST or not text.isascii():
        msg = "too long for a week"
        raise ValueError(msg)
    week_lines = [_read_line(part, str(number)) for number, part in enumerate(text.split("."), 1)]
    if len(week_lines) > LINES_MOST or len({line.key for line in week_lines}) != len(week_lines):
        msg = "too many lines for a week"
        raise ValueError(msg)
    return week_lines


_LINE = re.compile(
    r"(?:(?P<key>\d{1,3}):)?(?P<days>[1-7]{1,7})_(?P<start>\d{4})_(?P<minutes>\d{1,4})"
    r"(?:_(?P<kind>[a-z-]*))?(?:_(?P<listing>[a-z0-9]{0,20}))?(?:_(?P<extras>[a-z0-9~]*))?(?:_(?P<miles>\d{1,3}))?",
    re.ASCII,
)


def _read_line(part: str, number: str) -> WeekLine:
    match = _LINE.fullmatch(part)
    if match is None:
        msg = "not a line of a week"
        raise ValueError(msg)
    minutes, hours = int(match["minutes"]), match["start"]
    if not 0 < minutes <= DAY_MINUTES or int(hours[:2]) > 23 or int(hours[2:]) > 59:  # noqa: PLR2004 - a clock
        msg = "not a time of a week"
        raise ValueError(msg)
    kind = match["kind"] or ""
    return WeekLine(
        key=match["key"] or number,
        days=tuple(sorted({int(day) for day in match["days"]})),
        start=time(int(hours[:2]), int(hours[2:])),
        minutes=minutes,
        kind=kind if kind in KINDS else "",
        listing=match["listing"] or "",
        extras=tuple(one for one in (match["extras"] or "").split("~") if one)[:EXTRAS_MOST],
        miles=_miles(match["miles"]),
    )


def _miles(text: str | None) -> int | None:
    if not text:
        return None
    if int(text) > MILES_MOST:
        msg = "too far for a visit"
        raise ValueError(msg)
    return int(text)


def capitalised_days_words(days: Sequence[int]) -> str:
    """``Every day``; ``Monday to Friday``; ``Monday, Thursday and Sunday``."""
    chosen = tuple(days)
    if chosen == EVERY_DAY:
        return "Every day"
    if len(chosen) > 2 and chosen == tuple(range(chosen[0], chosen[-1] + 1)):  # noqa: PLR2004 - two are named
        return f"{DAY_NAMES[chosen[0]]} to {DAY_NAMES[chosen[-1]]}"
    names = [DAY_NAMES[day] for day in chosen]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def minute_to_time(minute: int) -> time:
    """The time of day so many minutes after midnight; the last midnight is the first."""
    return time(minute // 60 % 24, minute % 60)


_HOURS = re.compile(r"(\d{1,3})(?:\.(\d{1,2}))?(?:hours?|hrs?|h)(?:and)?(?:(\d{1,2})(?:minutes?|mins?|m)?)?", re.ASCII)
_MINUTES = re.compile(r"(\d{1,4})(?:minutes?|mins?|m)?", re.ASCII)
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
HOW_LONG = "Enter how long it lasts, like 45 minutes or 1 hour 30"


def read_length(typed: str) -> int:
    """Minutes in what people write: ``45``, ``45 minutes``, ``1 hour``, ``1h30``, ``1.5 hours``, ``1:30``.

    Raises:
        ValueError: when it is no length, nothing at all, or over a day; saying how to mend it.
    """
    words = "".join(typed.lower().replace(",", " ").split())
    minutes = _minutes_in(words)
    if minutes is None:
        raise ValueError(HOW_LONG)
    if minutes == 0:
        msg = "A visit must last longer than no time at all. Enter how long it lasts, like 45 minutes"
        raise ValueError(msg)
    if minutes > DAY_MINUTES:
        msg = "One visit can last at most 24 hours. Make it shorter, or add the rest as another visit"
        raise ValueError(msg)
    return minutes


def _minutes_in(words: str) -> int | None:
    if clock := _CLOCK.fullmatch(words):
        return int(clock[1]) * 60 + int(clock[2]) if int(clock[2]) < 60 else None  # noqa: PLR2004
    if hours := _HOURS.fullmatch(words):
        part = int((hours[2] or "0").ljust(2, "0")) * 60
        return None if part % 100 else int(hours[1]) * 60 + part // 100 + int(hours[3] or 0)
    minutes = _MINUTES.fullmatch(words)
    return int(minutes[1]) if minutes else None


def length_until(start: time, end: time) -> int:
    """Minutes from a start to an end on the same day.

    Raises:
        ValueError: when the end is not after the start, saying how to mend it.
    """
    minutes = (end.hour - start.hour) * 60 + end.minute - start.minute
    if minutes <= 0:
        msg = "The end must be after the start. If it ends the next day, enter how long it lasts instead, like 9 hours"
        raise ValueError(msg)
    return minutes


def length_as_typed(minutes: int) -> str:
    """``45 minutes``; ``1 hour``; ``1 hour 30 minutes``: read back by :func:`read_length`."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} hour{'' if hours == 1 else 's'}"] if hours else []
    if rest:
        parts.append(f"{rest} minute{'' if rest == 1 else 's'}")
    return " ".join(parts)


def stored_lines(lines: Iterable[WeekLine]) -> list[dict[str, object]]:
    """Lines as a list to keep."""
    return [
        {
            "key": line.key,
            "days": list(line.days),
            "start": f"{line.start:%H:%M}",
            "minutes": line.minutes,
            "what": line.what,
            "kind": line.kind,
            "listing": line.listing,
            "extras": list(line.extras),
            "miles": line.miles,
        }
        for line in lines
    ]


def lines_from_stored(kept: Iterable[dict[str, object]]) -> list[WeekLine]:
    """Lines out of what :func:`stored_lines` made."""
    return [
        WeekLine(
            key=str(one["key"]),
            days=tuple(int(str(day)) for day in _list(one["days"])),
            start=time.fromisoformat(str(one["start"])),
            minutes=int(str(one["minutes"])),
            what=str(one["what"]),
            kind=str(one["kind"]),
            listing=str(one["listing"]),
            extras=tuple(str(extra) for extra in _list(one["extras"])),
            miles=None if one.get("miles") is None else int(str(one["miles"])),
        )
        for one in kept
    ]


def _list(kept: object) -> list[object]:
    return kept if isinstance(kept, list) else []


def with_listing(line: WeekLine, listing: str) -> WeekLine:
    """The same visits from another provider."""
    return replace(line, listing=listing)
