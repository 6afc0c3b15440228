"""When a provider can be booked at once, how many at a time, and which place each visit has."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from app.base.refusals import BadInput, Conflict

LONDON = ZoneInfo("Europe/London")
DAY = 24 * 60
PLACES_MOST = 200
OPENINGS_MOST = 28
CLOSED_MOST = 60
AHEAD_MOST_HOURS = 14 * 24

Span = tuple[datetime, datetime]
"""From when to when."""
Taken = tuple[int, datetime, datetime]
"""Which place, from when to when."""


class NoPlaceLeft(Conflict):
    """Every place at a time that was asked for is taken."""

    def __init__(
        self, words: str = "Every place at that time is taken. Choose another time. Nothing was booked."
    ) -> None:
        super().__init__(words)


@dataclass(frozen=True, slots=True)
class Opening:
    """A stretch of one day of the week in which so many visits can go on at once.

    ``starts`` and ``ends`` are minutes of the London day; an end that is not after the start is on the next day.
    """

    day: int
    """1 Monday to 7 Sunday."""
    starts: int
    ends: int
    places: int

    @property
    def length(self) -> int:
        """Minutes on the clock from its start to its end."""
        return (self.ends - self.starts) % DAY or DAY

    def on(self, day: date) -> Span:
        """The stretch on one day, as London clocks show it."""
        last = day + timedelta(days=1) if self.ends <= self.starts else day
        return _at(day, self.starts), _at(last, self.ends)


def _at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time(*divmod(minutes, 60)), LONDON)


DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def openings_words(openings: Iterable[Opening]) -> str:
    """``Monday to Friday 9am to 5pm; Sunday 10am to midday``."""
    parts: list[tuple[int, int, Opening]] = []
    for one in sorted(openings, key=lambda one: (one.starts, one.ends, one.day)):
        if parts and (parts[-1][2].starts, parts[-1][2].ends, parts[-1][1] + 1) == (one.starts, one.ends, one.day):
            parts[-1] = (parts[-1][0], one.day, one)
        else:
            parts.append((one.day, one.day, one))
    words = []
    for first, last, one in sorted(parts, key=lambda part: (part[0], part[2].starts)):
        to = "" if first == last else f"{' and' if last == first + 1 else ' to'} {DAY_NAMES[last - 1]}"
        words.append(f"{DAY_NAMES[first - 1]}{to} {_face(one.starts)} to {_face(one.ends)}")
    return "; ".join(words)


def _face(minutes: int) -> str:
    hour, minute = divmod(minutes, 60)
    if minute == 0 and hour % 12 == 0:
        return "midday" if hour else "midnight"
    return f"{hour % 12 or 12}{f':{minute:02d}' if minute else ''}{'am' if hour < 12 else 'pm'}"  # noqa: PLR2004 - noon


def stored_openings(openings: Iterable[Opening]) -> list[dict[str, int]]:
    """Openings as a column of the database keeps them."""
    return [{"day": one.day, "starts": one.starts, "ends": one.ends, "places": one.places} for one in openings]


def openings_from_stored(rows: Iterable[dict[str, Any]]) -> tuple[Opening, ...]:
    """Read openings back from the column that :func:`stored_openings` made."""
    return tuple(Opening(row["day"], row["starts"], row["ends"], row["places"]) for row in rows)


def check_openings(openings: Sequence[Opening]) -> None:
    """Let pass openings that can be kept: on a day of the week, with places, and no two at the same time.

    Raises:
        BadInput: saying which is wrong.
    """
    if len(openings) > OPENINGS_MOST:
        raise BadInput(f"Enter {OPENINGS_MOST} times or fewer")
    for one in openings:
        is_time = 1 <= one.day <= 7 and 0 <= one.starts < DAY and 0 <= one.ends < DAY  # noqa: PLR2004 - days of the week
        if not is_time:
            raise BadInput("Enter a start and an end on a day of the week")
        if not 1 <= one.places <= PLACES_MOST:
            raise BadInput(f"How many at once must be between 1 and {PLACES_MOST}")
    week = 7 * DAY
    stretches = sorted(((one.day - 1) * DAY + one.starts, one.length) for one in openings)
    for index, (starts, length) in enumerate(stretches):
        following = stretches[(index + 1) % len(stretches)][0] + (week if index + 1 == len(stretches) else 0)
        if starts + length > following:
            raise BadInput("Two of these times overlap. Change one of them.")


@dataclass(frozen=True, slots=True)
class Window:
    """The opening a visit lies in, on its day."""

    opens: datetime
    closes: datetime
    places: int


def window_of(openings: Iterable[Opening], closed: Collection[date], visit: Span) -> Window | None:
    """The opening that the whole visit lies in; nothing when it does not lie in one, or the day it opens is closed."""
    starts, ends = visit
    first = starts.astimezone(LONDON).date()
    for one in openings:
        for day in (first, first - timedelta(days=1)):
            if day.isoweekday() == one.day and day not in closed:
                opens, closes = one.on(day)
                # As moments: two times of one zone are otherwise compared as its clocks show them.
                if opens.astimezone(UTC) <= starts.astimezone(UTC) and ends.astimezone(UTC) <= closes.astimezone(UTC):
                    return Window(opens.astimezone(UTC), closes.astimezone(UTC), one.places)
    return None


def most_at_once(spans: Iterable[Span]) -> int:
    """How many of these go on at the same moment at most. One that ends as another begins leaves its place to it."""
    edges = sorted((moment, step) for starts, ends in spans for moment, step in ((starts, 1), (ends, -1)))
    now = most = 0
    for _, step in edges:
        now += step
        most = max(most, now)
    return most


def first_free_place(visit: Span, taken: Sequence[Taken], places: int) -> int | None:
    """The first place that nobody has during the visit; nothing when there is a place but others must move over.

    Raises:
        NoPlaceLeft: when so many are there at some moment of it already.
    """
    starts, ends = visit
    meeting = [one for one in taken if one[1] < ends and starts < one[2]]
    # Only what goes on during the visit counts: others may be many earlier and later in the day.
    there = [(max(began, starts), min(ended, ends)) for _, began, ended in meeting]
    if most_at_once(there) >= places:
        raise NoPlaceLeft
    numbers = {number for number, _, _ in meeting}
    return next((number for number in range(1, places + 1) if number not in numbers), None)


def seated_anew(spans: Sequence[Span]) -> list[int]:
    """A place for each of these with as few places as can be, the first to begin first: in the order given."""
    order = sorted(range(len(spans)), key=lambda index: spans[index])
    free_from: list[datetime] = []
    numbers = [0] * len(spans)
    for index in order:
        starts, ends = spans[index]
        place = next((at for at, until in enumerate(free_from) if until <= starts), None)
        if place is None:
            place = len(free_from)
            free_from.append(ends)
        else:
            free_from[place] = ends
        numbers[index] = place + 1
    return numbers


# Sessions ----------------------------------------------------------------------------------------------------------

OFFER_FOR = timedelta(hours=24)
"""How long a place that came free is kept for the next in line."""


def offer_until(starts: datetime, *, now: datetime) -> datetime:
    """Until when a place is kept for somebody: a day, and never past the beginning."""
    return min(now + OFFER_FOR, starts)


def free_for(places: int, taken: int, kept_for_others: int) -> int:
    """How many places somebody may take: those nobody has and none is kept for."""
    return max(0, places - taken - kept_for_others)
