"""What the processes of ``test_processes`` do, and sweeps to try jobs with."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.base import clock
from app.base.db import db, in_transaction, transaction
from app.platform.audit.actions import record
from app.platform.jobs.actions import running
from app.platform.jobs.actions.running import InHand
from app.platform.jobs.models import JobState
from app.platform.jobs.rules import Job, Swept

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
PATIENCE = 60.0


def note() -> Swept:
    """Leave a line that says when this was done."""
    in_transaction(lambda: record(action="swept", actor_id=None, subject_kind="job", minute=clock.now().isoformat()))
    return Swept(("noted",))


def job(name: str = "test-note", sweep: Callable[[], Swept] = note, every: timedelta = MINUTE) -> Job:
    return Job(name, every, sweep, "For tests.")


def known(*jobs: Job) -> None:
    with transaction():
        running.make_jobs_known(jobs)


def state(name: str = "test-note") -> JobState:
    db.session.rollback()
    return db.session.get_one(JobState, name, populate_existing=True)


def run_every_minute(minutes: int) -> int:
    """For each of so many minutes try until the job was run by somebody: how often that was us."""
    ours, moment = 0, threading.Event()
    for minute in range(minutes):
        with clock.set_to(NOW + minute * MINUTE):
            give_up = time.monotonic() + PATIENCE
            while state().due_at <= clock.now():
                assert time.monotonic() < give_up
                try:
                    running.run_job(job())
                    ours += 1
                except InHand:
                    moment.wait(0.002)
    return ours


def hang(say: Callable[[object], None]) -> None:
    """Take the job in hand, say so, and never come back."""

    def sweep() -> Swept:
        say("in hand")
        threading.Event().wait()
        raise AssertionError

    with clock.set_to(NOW):
        running.run_job(job(sweep=sweep))
