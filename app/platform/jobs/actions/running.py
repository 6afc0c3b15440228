"""One run of one job: taken in hand under a lease, swept, ended. Whoever has lost the lease changes nothing any more."""

import logging
import os
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import Boolean, bindparam, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite

from app.base import clock
from app.base.db import change_rows, db, in_transaction, write_rows
from app.base.refusals import Conflict
from app.platform.jobs.models import JobState
from app.platform.jobs.rules import LEASE, Job, Swept, next_due, pause_after

log = logging.getLogger(__name__)

TROUBLE = "Trouble"
"""Kept as the class of what went wrong when a sweep ended and says that somebody must look."""


class InHand(Conflict):
    """Another worker has this job in hand, or it is not due."""


@dataclass(frozen=True, slots=True)
class Lease:
    """One run that is ours: of which job, since when, and its number."""

    name: str
    fence: int
    started: datetime


@dataclass(frozen=True, slots=True)
class Ran:
    """How one run ended: what the sweep did, or the class of what went wrong."""

    swept: Swept | None
    fault: str | None = None


def holder() -> str:
    """Who has a job in hand: this machine and process."""
    return f"{socket.gethostname()[:100]}:{os.getpid()}"


def make_jobs_known(jobs: Iterable[Job]) -> None:
    """Keep a row for each job that has none: due at once. Two workers may do so at the same moment."""
    rows = [{"name": job.name, "due_at": clock.now(), "failures": 0, "fence": 0} for job in jobs]
    if rows:
        write_rows(_MISSING_ON[db.engine.dialect.name], rows)


_MISSING_ON = {
    "postgresql": postgresql.insert(JobState).on_conflict_do_nothing(),
    "sqlite": sqlite.insert(JobState).on_conflict_do_nothing(),
}


_ASKED = update(JobState).where(JobState.name == bindparam("of_job"))
_IS_FREE = or_(JobState.leased_until.is_(None), JobState.leased_until <= bindparam("now"))
_TAKE = (
    _ASKED.where(_IS_FREE)
    .where(or_(JobState.due_at <= bindparam("now"), bindparam("by_hand", type_=Boolean())))
    .values(
        holder=bindparam("by"),
        leased_until=bindparam("until"),
        started_at=bindparam("now"),
        fence=JobState.fence + 1,
    )
    .returning(JobState.fence)
)
_OURS = _ASKED.where(JobState.fence == bindparam("our_fence"), JobState.holder.is_not(None))


def claim_job(job: Job, *, by: str, is_by_hand: bool = False) -> Lease:
    """Take a job in hand: of many who try at the same moment, one gets it.

    Args:
        job: a job that is known (see :func:`make_jobs_known`).
        by: who takes it.
        is_by_hand: somebody wants it run now, due or not.

    Raises:
        InHand: when it is not due, or another has it in hand.
    """
    now = clock.now()
    values = {"of_job": job.name, "now": now, "by": by, "until": now + LEASE, "by_hand": is_by_hand}
    fence = change_rows(_TAKE, values).scalar()
    if fence is None:
        raise InHand(f"{job.name} is running now, or was run a moment ago. Look at it with: flask jobs list")
    return Lease(job.name, fence, now)


def renew_lease(lease: Lease) -> bool:
    """Have the job in hand for longer; whether it is still ours."""
    return _say(lease, leased_until=clock.now() + LEASE)


def finish_run(lease: Lease, job: Job) -> bool:
    """Note that the run ended well, and when the job is due again; whether it was still ours."""
    now = clock.now()
    due = next_due(lease.started, job.every, now)
    return _say(lease, due_at=due, finished_at=now, failures=0, fault=None, holder=None, leased_until=None)


def fail_run(lease: Lease, job: Job, fault: str) -> bool:
    """Note that the run failed, and after which pause it is tried again; whether it was still ours.

    Args:
        lease: the run.
        job: the job.
        fault: the class of what went wrong; never its words.
    """
    now = clock.now()
    before = db.session.scalar(select(JobState.failures).where(JobState.name == lease.name)) or 0
    return _say(
        lease,
        due_at=now + pause_after(before + 1, job.every),
        failed_at=now,
        failures=before + 1,
        fault=fault[:80],
        holder=None,
        leased_until=None,
    )


def give_back_job(lease: Lease) -> bool:
    """Let a run that was broken off be begun again by anybody, at once; whether it was still ours."""
    return _say(lease, holder=None, leased_until=None)


def _say(lease: Lease, **facts: object) -> bool:
    return bool(change_rows(_OURS.values(**facts), {"of_job": lease.name, "our_fence": lease.fence}).rowcount)


def run_job(
    job: Job,
    *,
    is_by_hand: bool = False,
    taken: Callable[[Lease], None] | None = None,
) -> Ran:
    """Run one job now, in transactions of its own, and note how that went.

    Args:
        job: a job that is known.
        is_by_hand: whether it is run though it may not be due.
        taken: told once the job is in hand, so that somebody renews the lease meanwhile.

    Raises:
        InHand: when it is not due, or another has it in hand.
    """
    lease = in_transaction(partial(claim_job, job, by=holder(), is_by_hand=is_by_hand))
    if taken is not None:
        taken(lease)
    try:
        ran = _swept(job)
    except BaseException:
        # Told to stop in the middle. What cannot be given back is free when the lease is over.
        with suppress(Exception):
            in_transaction(partial(give_back_job, lease))
        raise
    how = partial(finish_run, lease, job) if ran.fault is None else partial(fail_run, lease, job, ran.fault)
    if not in_transaction(how):
        log.warning("job %s: its lease was over before it ended; another worker runs it", job.name)
    return ran


def _swept(job: Job) -> Ran:
    try:
        swept = job.sweep()
    except Exception as fault:
        log.exception("job %s failed", job.name)
        # Whatever the sweep left open.
        db.session.rollback()
        return Ran(None, type(fault).__name__)
    db.session.rollback()
    if swept.trouble is None:
        return Ran(swept)
    log.warning("job %s ended, and somebody must look: %s", job.name, swept.trouble or "; ".join(swept.words))
    return Ran(swept, TROUBLE)
