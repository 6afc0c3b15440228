"""The only file that reads the time: now in UTC, today in London, and a clock that tests and the demonstration may set."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_set_to: ContextVar[datetime | None] = ContextVar("clock_set_to", default=None)


@dataclass(slots=True)
class _Running:
    """How this process runs ahead of the real time, and what it was told to make it so."""

    told: datetime | timedelta = timedelta()
    ahead: timedelta = timedelta()


_running = _Running()


def run_from(told: datetime | timedelta) -> None:
    """Let the time of this process run on from another moment, or by so much ahead. For the demonstration only.

    A moment (aware) is the present when it is first told; told the same again, time runs on and does not go back to it.
    Whole seconds, so that another process can be given exactly the same clock.
    """
    if told == _running.told:
        return
    gap = told - datetime.now(UTC) if isinstance(told, datetime) else told
    _running.told, _running.ahead = told, timedelta(seconds=round(gap.total_seconds()))


def ahead() -> timedelta:
    """How far this process is ahead of the real time, in whole seconds; nothing, in production."""
    return _running.ahead


def now() -> datetime:
    """The present moment, aware, in UTC."""
    return _set_to.get() or datetime.now(UTC) + _running.ahead


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
