"""Rules that repeat, held against a reference reading of RFC 5545 and against plain counting of days."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
import recurring_ical_events
from hypothesis import example, given, settings
from hypothesis import strategies as st
from icalendar import Calendar

from app.support.recurrence.rules import clocks, patterns
from app.support.recurrence.rules.clocks import LONDON
from app.support.recurrence.rules.patterns import PatternTime, Rule
from tests.reaching import reached

FIRST = date(2026, 1, 1)
SPAN = timedelta(days=500)
DAYS = st.lists(st.integers(1, 7), min_size=1, max_size=7, unique=True).map(lambda days: tuple(sorted(days)))
# Clocks change on Sundays: every week of them meets each change.
SUNDAYS = st.sampled_from([(7,), (6, 7), tuple(range(1, 8))])
STARTS = st.integers(0, 700).map(lambda number: FIRST + timedelta(days=number))


@st.composite
def rules_and_starts(draw: st.DrawFn) -> tuple[Rule, date]:
    """A rule, and the first of its own days on or after a day, as a pattern is kept."""
    days, every, begins = draw(DAYS | SUNDAYS), draw(st.integers(1, 6)), draw(STARTS)
    rule = Rule(days, every)
    starts_on = patterns.first_day(rule, begins)
    assert starts_on is not None
    ends = draw(st.sampled_from(("until", "count", "never")))
    if ends == "until":
        rule = Rule(days, every, until=starts_on + timedelta(days=draw(st.integers(0, 400))))
    elif ends == "count":
        rule = Rule(days, every, count=draw(st.integers(1, 60)))
    return rule, starts_on


# Half of the visits begin before two, where clocks change and where the day in London is not yet the day in UTC.
TIMES = st.tuples(st.integers(0, 7) | st.integers(0, 95), st.integers(1, 8) | st.integers(1, 95)).map(
    lambda pair: (time(pair[0] // 4, pair[0] % 4 * 15), (pair[0] + pair[1]) % 96, pair[0] + pair[1] >= 96)
)


@st.composite
def slots(draw: st.DrawFn) -> PatternTime:
    if draw(st.sampled_from((True, False, False))):
        # On every Sunday at about the hour that clocks skip and show twice.
        rule = Rule(draw(SUNDAYS))
        starts_on = patterns.first_day(rule, draw(STARTS)) or FIRST
        quarter, length = draw(st.integers(0, 7)), draw(st.integers(1, 12))
        begins, ends = (time(number // 4, number % 4 * 15) for number in (quarter, quarter + length))
        return PatternTime(1, "s", starts_on, rule, begins, ends)
    rule, starts_on = draw(rules_and_starts())
    start, end, later = draw(TIMES)
    return PatternTime(1, "s", starts_on, rule, start, time(end // 4, end % 4 * 15), ends_next_day=later)


FORWARD = {date(2026, 3, 29), date(2027, 3, 28), date(2028, 3, 26), date(2029, 3, 25)}
BACK = {date(2026, 10, 25), date(2027, 10, 31), date(2028, 10, 29)}


def _states(slot: PatternTime) -> Iterator[str]:
    days = set(slot.days(slot.starts_on, slot.starts_on + SPAN))
    is_at_one = slot.start.hour == 1
    ends_at_one = slot.end.hour == 1 and not slot.ends_next_day
    rule = slot.rule
    states = {
        "begins in the skipped hour": days & FORWARD and is_at_one,
        "ends in the skipped hour": days & FORWARD and ends_at_one,
        "lies in the skipped hour": days & FORWARD and is_at_one and ends_at_one,
        "begins in the hour that comes twice": days & BACK and is_at_one,
        "ends in the hour that comes twice": days & BACK and ends_at_one,
        "ends on the next day": slot.ends_next_day,
        "ends by a day that is another in UTC": rule.until
        and datetime.combine(rule.until, slot.start, LONDON).astimezone(UTC).date() != rule.until,
        "ends by a count of several": rule.count and len(days) == rule.count > 1,
        "has no end and skips weeks": rule.count is None and rule.until is None and rule.every > 1,
    }
    yield from (name for name, holds in states.items() if holds)


def test_the_patterns_drawn_meet_both_changes_of_the_clocks_and_every_way_to_end() -> None:
    found = reached(slots(), _states, examples=150)
    assert len(found) == 9


def as_ical(slot: PatternTime, skipped: list[date]) -> str:
    """The same pattern as any calendar would be told it."""
    begins, end_day = slot.starts_on, slot.starts_on + timedelta(days=slot.ends_next_day)
    lines = [
        "BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", "BEGIN:VEVENT", "UID:one", "DTSTAMP:20260101T000000Z",
        f"DTSTART;TZID=Europe/London:{begins:%Y%m%d}T{slot.start:%H%M}00",
        f"DTEND;TZID=Europe/London:{end_day:%Y%m%d}T{slot.end:%H%M}00",
        f"RRULE:{slot.rule.text(slot.start)}",
        *(f"EXDATE;TZID=Europe/London:{day:%Y%m%d}T{slot.start:%H%M}00" for day in skipped),
        "END:VEVENT", "END:VCALENDAR", "",
    ]  # fmt: skip
    return "\r\n".join(lines)


@settings(max_examples=150, deadline=None)
@given(slots(), st.data())
def test_a_pattern_is_what_a_reference_library_makes_of_its_rule(slot: PatternTime, data: st.DataObject) -> None:
    first = slot.starts_on
    last = first + SPAN
    mine = patterns.occurrences([slot], (), first, last)
    skipped = data.draw(st.lists(st.sampled_from([one.day for one in mine]), max_size=4, unique=True))
    mine = patterns.occurrences([slot], {(slot.id, day) for day in skipped}, first, last)
    calendar = Calendar.from_ical(as_ical(slot, skipped))
    found = recurring_ical_events.of(calendar).between(first - timedelta(days=1), last + timedelta(days=2))
    theirs = sorted(event["DTSTART"].dt.astimezone(UTC) for event in found)
    theirs = [moment for moment in theirs if moment.astimezone(LONDON).date() <= last]
    assert [one.starts for one in mine] == theirs


@settings(max_examples=150, deadline=None)
@given(rules_and_starts(), st.integers(-30, 500), st.integers(0, 300))
def test_the_days_are_those_one_would_count_on_a_wall_calendar(
    made: tuple[Rule, date], after: int, length: int
) -> None:
    rule, starts_on = made
    first = starts_on + timedelta(days=after)
    last = first + timedelta(days=length)
    monday = starts_on - timedelta(days=starts_on.weekday())
    counted, day = [], starts_on
    while day <= last and (rule.count is None or len(counted) < rule.count):
        is_week_on = (day - monday).days // 7 % rule.every == 0
        if is_week_on and day.isoweekday() in rule.days and (rule.until is None or day <= rule.until):
            counted.append(day)
        day += timedelta(days=1)
    assert patterns.days_between(rule, starts_on, first, last) == [day for day in counted if day >= first]


@settings(max_examples=150, deadline=None)
@given(rules_and_starts(), st.integers(0, 400))
def test_a_pattern_parted_at_a_day_is_still_the_whole_pattern(made: tuple[Rule, date], after: int) -> None:
    rule, starts_on = made
    cut, last = starts_on + timedelta(days=after), starts_on + SPAN
    before = patterns.ended_before(rule, starts_on, cut)
    parts = patterns.days_between(before, starts_on, starts_on, last) if before else []
    rest = patterns.rule_remaining(rule, starts_on, cut)
    next_one = next(iter(patterns.days_between(rule, starts_on, cut, last)), None)
    if next_one is not None:
        parts += patterns.days_between(rest, next_one, next_one, last)
    assert parts == patterns.days_between(rule, starts_on, starts_on, last)


@settings(max_examples=150, deadline=None)
@given(rules_and_starts(), TIMES)
@example((Rule((1,), until=date(2026, 7, 6)), date(2026, 6, 1)), (time(0, 30), 4, False))
def test_a_rule_is_read_back_as_it_was_written(made: tuple[Rule, date], times: tuple[time, int, bool]) -> None:
    rule, _ = made
    assert Rule.read(rule.text(times[0])) == rule


@settings(max_examples=200, deadline=None)
@given(slots())
def test_every_visit_shows_the_time_that_was_chosen_but_in_the_hour_clocks_skip(slot: PatternTime) -> None:
    for one in patterns.occurrences([slot], (), slot.starts_on, slot.starts_on + SPAN):
        shown = one.starts.astimezone(LONDON)
        later = shown.replace(tzinfo=None) - datetime.combine(one.day, slot.start)
        is_skipped = one.day in FORWARD and slot.start.hour == 1
        assert later == timedelta(hours=1 if is_skipped else 0)
        assert one.ends > one.starts
        assert shown.fold == 0


def test_eight_in_the_morning_stays_eight_when_clocks_go_back() -> None:
    slot = PatternTime(1, "s", date(2026, 10, 19), Rule((1,)), time(8), time(9))
    found = patterns.occurrences([slot], (), date(2026, 10, 19), date(2026, 10, 26))
    assert [one.starts for one in found] == [
        datetime(2026, 10, 19, 7, tzinfo=UTC),
        datetime(2026, 10, 26, 8, tzinfo=UTC),
    ]


def test_a_night_when_clocks_change_ends_when_clocks_say_so() -> None:
    night = PatternTime(1, "s", date(2026, 10, 24), Rule((6,)), time(22), time(7), ends_next_day=True)
    longer = patterns.occurrences([night], (), date(2026, 10, 24), date(2026, 10, 24))[0]
    assert longer.ends - longer.starts == timedelta(hours=10)
    shorter = night.visit(date(2027, 3, 27))
    assert shorter[1] - shorter[0] == timedelta(hours=8)


def test_a_visit_that_clocks_would_leave_no_time_keeps_its_length() -> None:
    assert clocks.visit_on(date(2027, 3, 28), time(1, 15), time(2, 15), ends_next_day=False) == (
        datetime(2027, 3, 28, 1, 15, tzinfo=UTC),
        datetime(2027, 3, 28, 2, 15, tzinfo=UTC),
    )


def test_rules_are_said_in_plain_words() -> None:
    assert Rule((1, 3)).words == "Every week on Monday and Wednesday"
    assert (
        Rule((1, 2, 3, 4, 5), 2, until=date(2027, 4, 3)).words == "Every 2 weeks Monday to Friday, until 3 April 2027"
    )
    assert Rule((1, 2, 3, 4, 5, 6, 7), count=10).words == "Every day, for 10 days"
    slot = PatternTime(1, "s", FIRST, Rule((4,)), time(22), time(7), ends_next_day=True)
    assert slot.when == "Every week on Thursday, 10pm to 7am the next day"


@pytest.mark.parametrize(
    ("rule", "field", "words"),
    [
        (Rule(()), "days", "Select the days of the week"),
        (Rule((1,), 13), "every", "Enter a number of weeks between 1 and 12"),
        (Rule((1,), count=0), "count", "Enter a number of days between 1 and 366"),
        (Rule((1,), until=date(2026, 11, 20)), "until", "The last day must be after the first"),
        (Rule((1,), until=date(2029, 1, 1)), "until", "Choose a last day within the next two years, or no last day"),
        (Rule((1,), until=date(2026, 11, 29)), "until", "None of the days you chose comes before the last day"),
    ],
)
def test_what_cannot_repeat_is_refused_with_the_question_to_mend(rule: Rule, field: str, words: str) -> None:
    with pytest.raises(patterns.PatternRefused) as refused:
        patterns.check_rule(rule, date(2026, 11, 24), today=date(2026, 11, 20))
    assert (refused.value.field, str(refused.value)) == (field, words)


def test_times_of_one_day_must_leave_each_other_alone() -> None:
    assert patterns.are_times_apart([(time(8), time(9), False), (time(9), time(10), False)])
    assert not patterns.are_times_apart([(time(8), time(9), False), (time(8, 30), time(10), False)])
    assert patterns.are_times_apart([(time(22), time(7), True), (time(8), time(9), False)])


MARCH, OCTOBER = date(2027, 3, 28), date(2027, 10, 31)


@pytest.mark.parametrize(
    ("start", "end", "shown", "minutes", "words"),
    [
        # Begins in the hour that is skipped: all of it an hour later, and as long as always.
        (time(1, 30), time(3), "02:30-04:00", 90, "so this visit is from 2:30am to 4am, as long as always"),
        (time(1), time(2), "02:00-03:00", 60, "so this visit is from 2am to 3am, as long as always"),
        # Ends in it: until what clocks show instead.
        (time(0, 30), time(1, 30), "00:30-02:30", 60, "so this visit is from 12:30am to 2:30am, as long as always"),
        # Lasts through it: clocks show what was chosen, and it is an hour shorter.
        (time(0, 30), time(2, 30), "00:30-02:30", 60, "so it lasts 1 hour instead of 2 hours"),
        (time(9), time(10), "09:00-10:00", 60, ""),
    ],
)
def test_a_visit_in_the_night_that_clocks_go_forward_is_as_long_as_agreed_or_says_so(
    start: time, end: time, shown: str, minutes: int, words: str
) -> None:
    starts, ends = clocks.visit_on(MARCH, start, end, ends_next_day=False)
    assert f"{starts.astimezone(LONDON):%H:%M}-{ends.astimezone(LONDON):%H:%M}" == shown
    assert ends - starts == timedelta(minutes=minutes)
    said = clocks.clocks_change_words(starts, ends, (start, end))
    assert (said == "") if not words else (words in said)


@pytest.mark.parametrize(
    ("start", "end", "minutes", "words"),
    [
        (time(1, 30), time(2, 30), 120, "Clocks go back while it lasts, so it lasts 2 hours instead of 1 hour."),
        (time(0, 30), time(3), 210, "Clocks go back while it lasts, so it lasts 3 hours 30 minutes instead of"),
        (time(9), time(10), 60, ""),
    ],
)
def test_a_visit_in_the_night_that_clocks_go_back_says_how_long_it_is(
    start: time, end: time, minutes: int, words: str
) -> None:
    starts, ends = clocks.visit_on(OCTOBER, start, end, ends_next_day=False)
    assert ends - starts == timedelta(minutes=minutes)
    said = clocks.clocks_change_words(starts, ends, (start, end))
    assert (said == "") if not words else said.startswith(words)


def test_the_two_nights_of_a_year_are_told_of_each_time_of_day() -> None:
    slots = [
        PatternTime(1, "s", date(2027, 1, 3), Rule((7,)), time(1, 30), time(3)),
        PatternTime(2, "t", date(2027, 1, 2), Rule((6,)), time(22), time(7), ends_next_day=True),
    ]
    told = patterns.clock_change_notes(slots, date(2027, 1, 2), date(2027, 12, 31))
    assert [(day, words[:44]) for day, words in told] == [
        (date(2027, 3, 27), "Clocks go forward while it lasts, so it last"),
        (MARCH, "Clocks go forward in that night, so this vis"),
        (date(2027, 10, 30), "Clocks go back while it lasts, so it lasts 1"),
        (OCTOBER, "Clocks go back while it lasts, so it lasts 2"),
    ]


@pytest.mark.parametrize(
    ("old", "new", "day", "stands"),
    [
        ((2,), (3,), date(2026, 12, 1), date(2026, 12, 2)),
        ((2,), (1,), date(2026, 12, 1), date(2026, 11, 30)),
        ((2, 4), (2, 5), date(2026, 12, 1), date(2026, 12, 1)),
        ((2, 4), (2, 5), date(2026, 12, 3), date(2026, 12, 4)),
        ((2, 4), (1,), date(2026, 12, 3), None),
        ((2,), (1, 4), date(2026, 12, 1), date(2026, 11, 30)),
    ],
)
def test_a_day_left_out_is_left_out_of_the_same_week_on_other_days(
    old: tuple[int, ...], new: tuple[int, ...], day: date, stands: date | None
) -> None:
    assert patterns.same_week_on([day], old, new) == ({} if stands is None else {day: stands})
