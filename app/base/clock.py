"""The only file that reads the time: now in UTC, today in London, and a clock that tests and the demonstration may set."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_set_to: ContextVar[datetime | None] = ContextVar("clock_set_to", default=None)


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _set_to.get() or datetime.now(UTC)


def today() -> date:
    """The date it is in London, which is not always the date it is in UTC."""
    return now().astimezone(LONDON).date()


def london(moment: datetime) -> datetime:
    """The same moment as people in London read it."""
    return moment.astimezone(LONDON)


def at_london(day: date, hour: time) -> datetime:
    """The moment, in UTC, when clocks in London show this day and time.

    An hour that the clocks skip in March is read as the hour after it; one that happens twice in October as the first.
    """
    return datetime.combine(day, hour, LONDON).astimezone(UTC)


@contextmanager
def set_to(moment: datetime) -> Iterator[None]:
    """Let everything inside believe it is ``moment`` (aware). For tests and the demonstration only."""
    token = _set_to.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _set_to.reset(token)
