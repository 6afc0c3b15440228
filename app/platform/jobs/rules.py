"""When a job is due again, how long a worker has it in hand, when it is late, and what a sweep answers."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

LEASE = timedelta(seconds=90)
"""How long a job is a worker's without a word from it; then the worker has died, and another takes over."""
RENEW_EVERY_SECONDS = 20.0
LOOK_EVERY_SECONDS = 5.0
"""How often a worker looks for what is due: so much later than its moment may a job begin."""

LONGEST_RUN = timedelta(hours=1)
"""After that a run hangs: its lease is renewed no more, and another worker may try."""

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=15)
"""Of a job that runs more often than that; others wait for their interval at most."""

LATE_AT_LEAST = timedelta(minutes=5)
"""A restart of every worker takes less, and makes nothing late."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did.

    Attributes:
        words: lines for an operator; they name nobody.
        trouble: what somebody must look at; empty when the lines say it, nothing when all went well.
    """

    words: tuple[str, ...]
    trouble: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """One sweep over what is due, and how often it is run. It may be run twice, beside itself, and after days off.

    Attributes:
        name: the ``flask`` command that does the same, as one word: ``bookings-lapse``.
        every: from the beginning of one run to the beginning of the next.
        sweep: does it, in transactions of its own.
        promise: what people can count on because of it.
    """

    name: str
    every: timedelta
    sweep: Callable[[], Swept]
    promise: str


class State(Protocol):
    """What is kept of a job."""

    due_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    failed_at: datetime | None
    failures: int
    fault: str | None
    leased_until: datetime | None


def next_due(started: datetime, every: timedelta, now: datetime) -> datetime:
    """When a job that went well is due again: an interval after it began, and never before it ended."""
    return max(started + every, now)


def pause_after(failures: int, every: timedelta) -> timedelta:
    """How long a job rests after so many failures in a row: 1, 2, 4, 8 minutes, up to its interval or a quarter of an hour."""
    longest = max(every, LONGEST_PAUSE)
    doubled: timedelta = FIRST_PAUSE * 2 ** min(failures - 1, 20)
    return min(doubled, longest)


def is_late(job: Job, state: State | None, now: datetime) -> bool:
    """Whether a job was due a whole interval ago, and five minutes at least, and has not ended since.

    One that never ran is late: no worker has been started.
    """
    return state is None or now - state.due_at > max(job.every, LATE_AT_LEAST)


def is_failing(state: State | None) -> bool:
    """Whether its last run failed."""
    return state is not None and state.failures > 0


def trouble_of(job: Job, state: State | None, now: datetime) -> str | None:
    """Why somebody must look at this job, in words without a name; nothing when all is well."""
    if state is None:
        return "late: no worker has run it yet"
    if is_failing(state):
        times = "once" if state.failures == 1 else f"{state.failures} times"
        return f"failed {times}: {state.fault}"
    if is_late(job, state, now):
        reason = "still running" if _is_leased(state, now) else "no worker runs it"
        return f"late: due {_moment(state.due_at)}, {reason}"
    return None


def when_words(state: State | None, now: datetime) -> str:
    """When it last ran and when it will again."""
    if state is None:
        return "never ran"
    ran = f"ran {_moment(state.finished_at)}" if state.finished_at else "never ended well"
    return f"{ran}, {'running now' if _is_leased(state, now) else f'next {_moment(state.due_at)}'}"


def every_words(every: timedelta) -> str:
    """``every_words(timedelta(minutes=15))`` is ``every 15 minutes``."""
    minutes = int(every.total_seconds()) // 60
    if minutes % 60:
        return "every minute" if minutes == 1 else f"every {minutes} minutes"
    return "every hour" if minutes == 60 else f"every {minutes // 60} hours"  # noqa: PLR2004 - minutes of an hour


def _is_leased(state: State, now: datetime) -> bool:
    return state.leased_until is not None and state.leased_until > now


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
