"""Reading how the jobs stand."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, or_, select

from app.base import clock
from app.base.db import db, fetch_rows
from app.platform.jobs.models import JobState
from app.platform.jobs.rules import Job, trouble_of

_DUE = (
    select(JobState.name)
    .where(JobState.name.in_(bindparam("names", expanding=True)), JobState.due_at <= bindparam("now"))
    .where(or_(JobState.leased_until.is_(None), JobState.leased_until <= bindparam("now")))
    .order_by(JobState.due_at, JobState.name)
)

NO_WORKER = "late: no worker has run yet"


def job_states() -> dict[str, JobState]:
    """What is kept of every job, by name, read anew."""
    rows = select(JobState).execution_options(populate_existing=True)
    return {state.name: state for state in db.session.scalars(rows)}


def jobs_due(names: Collection[str], now: datetime) -> list[str]:
    """Which of these jobs are due and in nobody's hand, the longest due first."""
    return list(fetch_rows(_DUE, {"names": sorted(names), "now": now}).scalars())


def job_troubles(jobs: Sequence[Job]) -> dict[str, str]:
    """Which jobs are late or failed, each with why."""
    kept, now = job_states(), clock.now()
    found = {job.name: trouble_of(job, kept.get(job.name), now) for job in jobs}
    return {name: why for name, why in found.items() if why}


def jobs_health(jobs: Sequence[Job]) -> str:
    """``ok``, or each job that is late or failed with its reason; for machines that watch the site."""
    if not job_states():
        return NO_WORKER
    return "; ".join(f"{name} {why}" for name, why in job_troubles(jobs).items()) or "ok"
