"""Workers as real processes on both databases: many at once, killed at any moment, told to stop."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.contents import JOBS
from app.platform.audit.models import AuditEvent
from app.platform.jobs import queries
from app.platform.jobs.actions import running
from app.platform.jobs.models import JobState
from app.platform.jobs.rules import LEASE
from tests.integration.jobs import working
from tests.integration.jobs.working import MINUTE, NOW, job, known, state
from tests.processes import PATIENCE, Mortal, together

ROOT = Path(__file__).parents[3]


def swept() -> Counter[str]:
    db.session.rollback()
    rows = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "swept"))
    return Counter(row.details["minute"] for row in rows)


@pytest.mark.usefixtures("app")
def test_four_workers_run_each_due_run_once(database_url: str, tmp_path: Path) -> None:
    with clock.set_to(NOW):
        known(job())
    db.session.close()
    ours = together(database_url, tmp_path, working.run_every_minute, [(12,)] * 4)
    assert swept() == {(NOW + n * MINUTE).isoformat(): 1 for n in range(12)}
    assert sum(ours) == 12
    assert (state().fence, state().due_at) == (12, NOW + 12 * MINUTE)


@pytest.mark.usefixtures("app")
def test_a_worker_that_is_killed_loses_the_job_when_its_lease_is_over(database_url: str, tmp_path: Path) -> None:
    with clock.set_to(NOW):
        known(job())
    db.session.close()
    worker = Mortal(database_url, tmp_path, working.hang)
    assert worker.heard.poll(PATIENCE)
    assert worker.heard.recv() == "in hand"
    worker.kill()
    with clock.set_to(NOW + LEASE - timedelta(seconds=1)):
        assert queries.jobs_due([job().name], clock.now()) == []
        with pytest.raises(running.InHand):
            running.run_job(job())
    with clock.set_to(NOW + LEASE):
        assert queries.jobs_due([job().name], clock.now()) == [job().name]
        assert running.run_job(job()).fault is None
    assert sum(swept().values()) == 1
    assert (state().fence, state().finished_at) == (2, NOW + LEASE)


def _worker(url: str, folder: Path) -> "subprocess.Popen[bytes]":
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("STRIPE_", "OWNWAY_", "MAIL_"))}
    environment = {
        **kept,
        "DATABASE_URL": url,
        "INSTANCE_DIR": str(folder / "instance"),
        "SEARCH_INDEX_DIR": str(folder / "search_index"),
        "OWNWAY_CLOCK": "+864000",
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "jobs", "work"]
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)


def _wait_until_all_ended_well(folder: Path) -> dict[str, JobState]:
    give_up, moment = time.monotonic() + PATIENCE, threading.Event()
    while True:
        kept = queries.job_states()
        db.session.rollback()
        # Both must be there, or one that has only just begun would be told to stop before it listens.
        both_work = (folder / "log").read_text().count("The worker runs") == 2
        if both_work and len(kept) == len(JOBS) and all(one.finished_at for one in kept.values()):
            return kept
        assert time.monotonic() < give_up, (folder / "log").read_text()[-3000:]
        moment.wait(0.1)


@pytest.mark.usefixtures("app")
def test_the_command_works_off_what_is_due_in_the_sites_own_time_and_stops_when_told(
    database_url: str, tmp_path: Path
) -> None:
    before = clock.now()
    workers = [_worker(database_url, tmp_path) for _ in range(2)]
    try:
        kept = _wait_until_all_ended_well(tmp_path)
        ten_days = timedelta(days=10)
        started = [one.started_at for one in kept.values() if one.started_at is not None]
        assert len(started) == len(JOBS)
        assert before + ten_days - MINUTE < min(started) <= max(started) < clock.now() + ten_days + MINUTE
        # Two looked at the same moment, and each job was run by one.
        assert {one.fence for one in kept.values() if one.due_at - max(started) > MINUTE} == {1}
        workers[0].kill()
        for worker in workers:
            worker.send_signal(signal.SIGTERM)
        assert [worker.wait(PATIENCE) for worker in workers] == [-signal.SIGKILL, 0]
    finally:
        for worker in workers:
            worker.kill()
            worker.wait(PATIENCE)
