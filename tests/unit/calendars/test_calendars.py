"""Calendar pages have whole weeks, and a calendar file is read by strict programs as the same moments."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream
from icalendar import Calendar

from app.support.calendars.rules import LONDON, ZONE, CalendarEvent, EventStatus, Span, as_ical, beside, days_shown
from tests.reaching import reached

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def test_a_week_runs_from_monday_and_a_month_has_all_its_weeks() -> None:
    assert days_shown(Span.WEEK, date(2026, 11, 26))[::6] == [date(2026, 11, 23), date(2026, 11, 29)]
    month = days_shown(Span.MONTH, date(2026, 11, 26))
    assert (month[0], month[-1], len(month)) == (date(2026, 10, 26), date(2026, 12, 6), 42)
    assert beside(Span.MONTH, date(2026, 1, 31)) == (date(2025, 12, 1), date(2026, 2, 1))
    assert beside(Span.WEEK, date(2026, 1, 1)) == (date(2025, 12, 25), date(2026, 1, 8))


# Half of the moments lie in the night of a change of the clocks, where a local time says too little.
MOMENTS = st.one_of(
    st.integers(0, 60 * 24 * 730).map(lambda minutes: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)),
    st.tuples(st.sampled_from([(2026, 3, 28), (2026, 10, 24), (2027, 3, 27), (2027, 10, 30)]), st.integers(0, 240)).map(
        lambda pair: datetime(*pair[0], 23, tzinfo=UTC) + timedelta(minutes=pair[1])
    ),
)
EVENTS = st.builds(
    lambda number, starts, length, status, sequence, summary: CalendarEvent(
        f"visit-{number}@ownway", starts, starts + timedelta(minutes=length), status, sequence, summary
    ),
    st.integers(1, 10**9),
    MOMENTS,
    st.integers(1, 120) | st.integers(1, 7 * 24 * 60),
    st.sampled_from(EventStatus),
    st.integers(0, 50),
    # Letters, what must be escaped, and more than fits into one line; a text of spaces alone is no title.
    st.tuples(st.text(st.sampled_from('abc ,;\\:"äß£😀-'), min_size=1, max_size=20), st.sampled_from([1, 1, 30])).map(
        lambda pair: f"x{pair[0] * pair[1]}x"
    ),
)


def _states(events: list[CalendarEvent]) -> Iterator[str]:
    for one in events:
        starts, ends = one.starts.astimezone(LONDON), one.ends.astimezone(LONDON)
        states = {
            "clocks go forward": starts.utcoffset() < ends.utcoffset(),
            "clocks go back": starts.utcoffset() > ends.utcoffset(),
            "second of two equal times": bool(starts.fold or ends.fold),
            "longer than a line": len(one.summary.encode()) > 75,
            "letters to escape": any(letter in one.summary for letter in ",;\\"),
        }
        yield from (name for name, holds in states.items() if holds)


def test_the_events_drawn_meet_both_changes_and_long_lines() -> None:
    found = reached(st.lists(EVENTS, max_size=6), _states, examples=60)
    assert len(found) == 5
    assert min(found.values()) >= 3


@settings(max_examples=60, deadline=None)
@given(st.lists(EVENTS, max_size=6, unique_by=lambda one: one.uid))
def test_a_strict_program_reads_the_moments_and_words_that_were_written(events: list[CalendarEvent]) -> None:
    text = as_ical(events, name="Visits", now=NOW)
    assert all(len(line) <= 75 for line in text.split(b"\r\n"))
    assert b"\n" not in text.replace(b"\r\n", b"")
    read = IcsCalendarStream.calendar_from_ics(text.decode())
    assert [
        (one.uid, one.dtstart.astimezone(UTC), one.dtend.astimezone(UTC), one.sequence, one.summary, one.status)
        for one in read.events
    ] == [(one.uid, one.starts, one.ends, one.sequence, one.summary, one.status.value) for one in events]
    again = Calendar.from_ical(text)
    assert [event["DTSTART"].dt.astimezone(UTC) for event in again.walk("VEVENT")] == [one.starts for one in events]
    assert [problem for event in again.walk() for problem in event.errors] == []


@pytest.mark.parametrize("year", [2025, 2026, 2027, 2030, 2037])
def test_the_zone_in_the_file_is_what_londons_clocks_do(year: int) -> None:
    text = "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", *ZONE, "END:VCALENDAR", ""))
    zone = Calendar.from_ical(text).walk("VTIMEZONE")[0].to_tz()
    hour = datetime(year, 1, 1)  # noqa: DTZ001 - what clocks show
    while hour.year == year:
        assert hour.replace(tzinfo=zone).utcoffset() == hour.replace(tzinfo=LONDON).utcoffset() or (
            # In the hour clocks skip, and the one they show twice, a local time alone says too little.
            hour.replace(tzinfo=LONDON, fold=0).utcoffset() != hour.replace(tzinfo=LONDON, fold=1).utcoffset()
        ), hour
        hour += timedelta(minutes=30)


def test_the_second_of_two_equal_times_is_said_in_utc() -> None:
    # 1:30am on the night clocks go back, the second time.
    starts = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)
    text = as_ical(
        [CalendarEvent("one@ownway", starts, starts + timedelta(hours=1), EventStatus.CONFIRMED, 0, "Visit")],
        name="Visits",
        now=NOW,
    )
    assert b"\r\nDTSTART:20261025T013000Z\r\nDTEND;TZID=Europe/London:20261025T023000\r\n" in text
