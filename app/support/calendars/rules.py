"""Days of a calendar by week and by month, and a calendar as RFC 5545 writes it."""

import hashlib
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from icalendar import vText
from icalendar.parser import Contentline

from app.support.booking_records.rules.states import VisitStatus

LONDON = ZoneInfo("Europe/London")
WEEK = timedelta(days=7)
YEARS = range(2000, 2101)
"""No calendar page goes farther: nothing is booked there, and days end somewhere."""


class Span(StrEnum):
    """How much of a calendar one page shows."""

    WEEK = "week"
    MONTH = "month"


def days_shown(span: Span, on: date) -> list[date]:
    """The days of one page: Monday to Sunday, or all weeks that a month has a part of."""
    if span is Span.WEEK:
        first = on - timedelta(days=on.weekday())
        return [first + timedelta(days=number) for number in range(7)]
    begins = on.replace(day=1)
    ends = on.replace(day=monthrange(on.year, on.month)[1])
    first = begins - timedelta(days=begins.weekday())
    last = ends + timedelta(days=6 - ends.weekday())
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def beside(span: Span, on: date) -> tuple[date, date]:
    """The days that stand for the page before and the page after."""
    if span is Span.WEEK:
        return on - WEEK, on + WEEK
    begins = on.replace(day=1)
    return (begins - timedelta(days=1)).replace(day=1), (begins + timedelta(days=32)).replace(day=1)


NOT_HAPPENING = frozenset(
    {
        VisitStatus.CANCELLED_IN_TIME,
        VisitStatus.CANCELLED_LATE,
        VisitStatus.DECLINED,
        VisitStatus.LAPSED,
        VisitStatus.SAVED,
    }
)


class EventStatus(StrEnum):
    """What RFC 5545 lets an event be."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class CalendarEvent:
    """One visit for a calendar program."""

    uid: str
    starts: datetime
    ends: datetime
    status: EventStatus
    sequence: int
    summary: str
    link: str = ""
    place: str = ""
    contact: str = ""


PRODUCT = "-//Ownway//Visits//EN"
ZONE = (
    "BEGIN:VTIMEZONE",
    "TZID:Europe/London",
    "BEGIN:DAYLIGHT",
    "DTSTART:19960331T010000",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "TZNAME:BST",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0100",
    "END:DAYLIGHT",
    "BEGIN:STANDARD",
    "DTSTART:19961027T020000",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "TZNAME:GMT",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)
"""What London's clocks do since 1996. The library's own description lets clocks go forward an hour late."""
_FOLDED_AT = 75


def as_ical(events: Iterable[CalendarEvent], *, name: str, now: datetime) -> bytes:
    """A whole calendar. Times stand in London's own zone, which is described in it; lines end and fold as the rule says.

    The events are written line by line: the library needs a fifth of a second for a year of visits, and one tenth of
    that is enough. What needs care (escaping and folding) is the library's.
    """
    stamp = f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        _text("X-WR-CALNAME", name),
        "REFRESH-INTERVAL;VALUE=DURATION:PT1H",
        *ZONE,
    ]
    for event in events:
        lines += [
            "BEGIN:VEVENT",
            f"UID:{event.uid}",
            stamp,
            _moment("DTSTART", event.starts),
            _moment("DTEND", event.ends),
            f"SEQUENCE:{event.sequence}",
            f"STATUS:{event.status.value}",
            _text("SUMMARY", event.summary),
            *([_folded(f"URL:{event.link}")] if event.link else []),
            *([_text("LOCATION", event.place)] if event.place else []),
            *([_text("CONTACT", event.contact)] if event.contact else []),
            "CLASS:PRIVATE",
            f"TRANSP:{'TRANSPARENT' if event.status is EventStatus.CANCELLED else 'OPAQUE'}",
            "END:VEVENT",
        ]
    lines.append("END:VCALENDAR")
    return ("\r\n".join(lines) + "\r\n").encode()


def tag_of(calendar: bytes) -> str:
    """What tells one state of a calendar from another, whenever it was written: everything but the moment of writing."""
    said = b"\n".join(line for line in calendar.split(b"\r\n") if not line.startswith(b"DTSTAMP:"))
    return hashlib.sha256(said).hexdigest()[:32]


def _moment(name: str, moment: datetime) -> str:
    """A moment as London's clocks show it. A local time that comes twice means the first: the second is said in UTC."""
    local = moment.astimezone(LONDON)
    if local.fold:
        return f"{name}:{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    return f"{name};TZID=Europe/London:{local:%Y%m%dT%H%M%S}"


@lru_cache(maxsize=1024)
def _text(name: str, words: str) -> str:
    """One line of text, escaped and folded."""
    line = f"{name}:{vText(words).to_ical().decode()}"
    return line if len(line.encode()) <= _FOLDED_AT else _folded(line)


def _folded(line: str) -> str:
    folded: bytes = Contentline(line).to_ical()  # type: ignore[no-untyped-call]
    return folded.decode()
