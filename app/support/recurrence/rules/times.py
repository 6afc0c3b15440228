"""When visits may be: times as London clocks show them, and how near, far, long and many."""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from datetime import MAXYEAR, UTC, date, datetime, time, timedelta
from itertools import accumulate, pairwise
from zoneinfo import ZoneInfo

from app.base.refusals import Refusal
from app.market.catalogue.rules.days import is_shown_twice

LONDON = ZoneInfo("Europe/London")
FARTHEST = timedelta(days=366)
"""How far ahead a visit may be booked."""
LONGEST_VISIT = timedelta(days=7)
MOST_VISITS = 100
"""In one request."""


class TimesRefused(Refusal):
    """These times cannot be booked; ``field`` names the question to ask again."""

    status = 400

    def __init__(self, words: str, field: str = "on") -> None:
        super().__init__(words)
        self.field = field


class TimeComesTwice(TimesRefused):
    """Clocks show this time twice in the night they go back, and nobody said which is meant."""

    def __init__(self, moment: datetime) -> None:
        super().__init__(
            f"Clocks go back that night, so {moment:%-H:%M} comes twice. Select which one you mean.", "which"
        )


FIRST, SECOND = "first", "second"
"""Which of two equal times in the night the clocks go back."""


def visit_times(
    on: date, start: time, end: time, *, ends_next_day: bool, which: str | None = None
) -> tuple[datetime, datetime]:
    """The start and end, aware, as London clocks show them; ``which`` says which of a time that comes twice in October.

    Raises:
        TimesRefused: when the end is not after the start, clocks skip one of them in March, or no calendar goes so far.
        TimeComesTwice: when clocks show one of them twice and it is not said which.
    """
    if on.year == MAXYEAR:
        raise TimesRefused("That day is too far away. Choose a nearer one.")
    last_day = on + timedelta(days=1) if ends_next_day else on
    starts, ends = datetime.combine(on, start, LONDON), datetime.combine(last_day, end, LONDON)
    for moment, field in ((starts, "start"), (ends, "end")):
        must_exist(moment, field)
        if which not in {FIRST, SECOND} and is_shown_twice(moment):
            raise TimeComesTwice(moment)
    if which == SECOND:
        starts, ends = (moment.replace(fold=int(is_shown_twice(moment))) for moment in (starts, ends))
    if ends.astimezone(UTC) <= starts.astimezone(UTC):
        words = "The end must be after the start. If the visit ends the next day, tick the box that says so."
        raise TimesRefused(words, "end")
    return starts, ends


def must_exist(moment: datetime, field: str) -> None:
    """Let pass a moment that clocks of its own zone really show.

    Raises:
        TimesRefused: in the hour skipped when clocks go forward in March.
    """
    wall = moment.replace(tzinfo=None)
    if moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) != wall:
        words = f"Clocks go forward that night, so {wall:%-H:%M} does not happen. Choose another time."
        raise TimesRefused(words, field)


def check_times(times: Sequence[tuple[datetime, datetime]], *, now: datetime, most: int = MOST_VISITS) -> None:
    """Hold the times asked for, at most so many of them, to what can be booked at all.

    Raises:
        TimesRefused: saying which limit and how to mend it.
    """
    if not 1 <= len(times) <= most:
        raise TimesRefused(f"Choose between 1 and {most:,} visits")
    for starts, ends in times:
        must_exist(starts, "start")
        must_exist(ends, "end")
        if ends <= starts:
            raise TimesRefused("The end must be after the start", "end")
        if ends - starts > LONGEST_VISIT:
            raise TimesRefused("One visit can last 7 days at most. Book the rest as another visit.", "end")
        if starts <= now:
            raise TimesRefused("Choose a date and time that are still to come")
        if starts > now + FARTHEST:
            raise TimesRefused("Choose a date within the next year")
    for (_, ended), (starts, _) in pairwise(sorted(times)):
        if starts < ended:
            raise TimesRefused("Two of these visits are at the same time. Change one of them.")


def overlaps(asked: Iterable[tuple[datetime, datetime]], others: Iterable[tuple[datetime, datetime]]) -> bool:
    """Whether any of the times asked for runs into any of the others."""
    others = list(others)
    return any(starts < ended and started < ends for starts, ends in asked for started, ended in others)


def meeting(
    asked: Iterable[tuple[datetime, datetime]], others: Iterable[tuple[datetime, datetime]]
) -> list[tuple[datetime, datetime]]:
    """Those of the times asked for that run into any of the others, in their order. One that ends as another begins does not."""
    ordered = sorted(others)
    begins = [starts for starts, _ in ordered]
    # Of all that begin before a moment, the one that goes on longest tells whether any of them is still going on.
    longest = list(accumulate((ends for _, ends in ordered), max))
    found = []
    for starts, ends in asked:
        before = bisect_left(begins, ends)
        if before and longest[before - 1] > starts:
            found.append((starts, ends))
    return found
