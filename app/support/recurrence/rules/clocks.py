"""What London's clocks do to a time of day, above all in the two nights in which they change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
ONE_DAY = timedelta(days=1)


def visit_on(day: date, start: time, end: time, *, ends_next_day: bool) -> tuple[datetime, datetime]:
    """The moments of a visit in UTC. A time that comes twice is the first; one that clocks skip is an hour later.

    So does RFC 5545 read them. A visit that would begin in the hour that is skipped keeps its length: it is all of it an
    hour later by the clock, and nobody gets half of what was agreed.
    """
    begins = datetime.combine(day, start, LONDON)
    starts = begins.astimezone(UTC)
    last = day + ONE_DAY if ends_next_day else day
    ends = datetime.combine(last, end, LONDON).astimezone(UTC)
    if is_skipped_by_clocks(begins):
        ends = starts + (datetime.combine(last, end) - datetime.combine(day, start))
    return starts, ends


def is_skipped_by_clocks(moment: datetime) -> bool:
    """Whether clocks of its own zone never show this time: the hour that is skipped in March."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) != moment.replace(tzinfo=None)


def clocks_change_words(starts: datetime, ends: datetime, faces: tuple[time, time] | None = None) -> str:
    """What the night on which clocks change does to a visit, to be read before it is agreed to; empty on other nights.

    Args:
        starts: of the visit; aware.
        ends: of it.
        faces: what the pattern says that clocks show when it begins and ends; nothing when it does not repeat.
    """
    first, last = starts.astimezone(LONDON), ends.astimezone(LONDON)
    shift = (last.utcoffset() or timedelta()) - (first.utcoffset() or timedelta())
    if faces is not None and (first.time(), last.time()) != faces:
        now = f"{clock_words(first.time())} to {clock_words(last.time())}"
        return f"Clocks go forward in that night, so this visit is from {now}, as long as always."
    if not shift:
        return ""
    length = f"{_length_words(ends - starts)} instead of {_length_words(ends - starts + shift)}"
    return f"Clocks go {'forward' if shift > timedelta() else 'back'} while it lasts, so it lasts {length}."


def _length_words(length: timedelta) -> str:
    hours, minutes = divmod(int(length.total_seconds()) // 60, 60)
    said = [f"{hours} hour{'' if hours == 1 else 's'}"] if hours else []
    return " ".join([*said, f"{minutes} minutes"] if minutes else said)


def clock_words(at: time) -> str:
    """``8am``, ``5:30pm``, ``midday``, ``midnight``."""
    if at.minute == 0 and at.hour in {0, 12}:
        return "midday" if at.hour else "midnight"
    minutes = f":{at.minute:02d}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"  # noqa: PLR2004 - noon
