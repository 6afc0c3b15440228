"""One run of one job: who gets it, what is kept of how it went, and who has lost it."""

import threading
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from app.base import clock
from app.base.db import db, in_transaction, transaction
from app.contents import JOBS
from app.platform.audit.models import AuditEvent
from app.platform.jobs import access, queries
from app.platform.jobs.actions import running
from app.platform.jobs.actions.working import Worker
from app.platform.jobs.rules import LEASE, LONGEST_RUN, Swept
from tests.factories.at_once import at_once
from tests.integration.jobs.working import MINUTE, NOW, PATIENCE, job, known, state


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


def fails() -> Swept:
    raise LookupError("Ada Example wrote this")


def runs() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(AuditEvent).where(AuditEvent.action == "swept")) or 0


@pytest.mark.usefixtures("app")
def test_a_run_is_noted_and_the_next_is_due_an_interval_later() -> None:
    known(job())
    assert running.run_job(job()).swept == Swept(("noted",))
    kept = state()
    assert (kept.started_at, kept.finished_at, kept.due_at) == (NOW, NOW, NOW + MINUTE)
    assert (kept.failures, kept.fault, kept.holder, kept.leased_until, kept.fence) == (0, None, None, None, 1)
    with pytest.raises(running.InHand):
        running.run_job(job())
    assert runs() == 1
    running.run_job(job(), is_by_hand=True)
    assert runs() == 2


def test_of_many_at_once_one_gets_it(app: Flask) -> None:
    known(job())

    def take(_number: int) -> None:
        with clock.set_to(NOW):
            in_transaction(lambda: running.claim_job(job(), by="somebody"))

    assert sorted(at_once(app, take, 8)) == ["InHand"] * 7 + ["done"]
    assert (state().fence, state().leased_until) == (1, NOW + LEASE)


@pytest.mark.usefixtures("app")
def test_who_has_lost_the_lease_changes_nothing_any_more() -> None:
    known(job())
    with transaction():
        first = running.claim_job(job(), by="first")
    with clock.set_to(NOW + LEASE), transaction():
        assert running.renew_lease(first)
    with clock.set_to(NOW + 2 * LEASE):
        with transaction():
            second = running.claim_job(job(), by="second")
        for late in (running.renew_lease, running.give_back_job):
            with transaction():
                assert not late(first)
        with transaction():
            assert not running.finish_run(first, job())
        with transaction():
            assert not running.fail_run(first, job(), "LookupError")
        kept = state()
        assert (kept.holder, kept.fence, kept.failures, kept.due_at) == ("second", 2, 0, NOW)
        with transaction():
            assert running.finish_run(second, job())
        with transaction():
            assert not running.renew_lease(second)
    assert state().due_at == NOW + 2 * LEASE + MINUTE


@pytest.mark.usefixtures("app")
def test_what_fails_is_tried_again_after_growing_pauses_until_it_ends_well() -> None:
    known(job())
    moment, pauses = NOW, []
    for _ in range(5):
        with clock.set_to(moment):
            assert running.run_job(job(sweep=fails)) == running.Ran(None, "LookupError")
        pauses.append((state().due_at - moment) // MINUTE)
        moment = state().due_at
    assert pauses == [1, 2, 4, 8, 15]
    assert (state().failures, state().fault, state().failed_at) == (5, "LookupError", moment - 15 * MINUTE)
    with clock.set_to(moment):
        running.run_job(job())
    assert (state().failures, state().fault, state().due_at) == (0, None, moment + MINUTE)


@pytest.mark.usefixtures("app")
def test_a_sweep_that_ends_with_trouble_has_failed() -> None:
    known(job())
    ran = running.run_job(job(sweep=lambda: Swept(("1 done",), "Look at it")))
    assert (ran.swept, state().fault, state().failures) == (Swept(("1 done",), "Look at it"), "Trouble", 1)


@pytest.mark.usefixtures("app")
def test_a_run_that_is_broken_off_is_free_at_once() -> None:
    def stopped() -> Swept:
        raise KeyboardInterrupt

    known(job())
    with pytest.raises(KeyboardInterrupt):
        running.run_job(job(sweep=stopped))
    assert (state().holder, state().due_at, state().failures) == (None, NOW, 0)
    running.run_job(job())
    assert runs() == 1


def test_the_list_says_what_is_late_or_failed_and_nothing_personal(app: Flask) -> None:
    access.keep(app, [job("test-good"), job("test-bad", fails)])
    run = app.test_cli_runner()
    before = run.invoke(args=["jobs", "list"])
    assert (before.exit_code, before.output.count("! late: no worker has run it yet")) == (1, 2)
    assert run.invoke(args=["jobs", "run", "test-good"]).output == "noted\n"
    bad = run.invoke(args=["jobs", "run", "test-bad"])
    assert (bad.exit_code, "test-bad failed: LookupError." in bad.output) == (1, True)
    told = run.invoke(args=["jobs", "list"])
    assert told.exit_code == 1
    assert "! failed once: LookupError" in told.output
    assert "1 of 2 jobs late or failed" in told.output
    assert "Ada" not in told.output + str(vars(state("test-bad")))
    access.keep(app, [job("test-good")])
    well = run.invoke(args=["jobs", "list"])
    assert (well.exit_code, well.output.splitlines()) == (
        0,
        [
            "test-good                  every minute      ran 2026-11-20 12:00 UTC, next 2026-11-20 12:01 UTC",
            "    For tests.",
        ],
    )
    missing = run.invoke(args=["jobs", "run", "test-none"])
    assert (missing.exit_code, "There is no job test-none" in missing.output) == (2, True)


def test_by_hand_a_job_is_not_run_beside_a_worker(app: Flask) -> None:
    access.keep(app, [job()])
    known(job())
    with transaction():
        running.claim_job(job(), by="a worker")
    told = app.test_cli_runner().invoke(args=["jobs", "run", "test-note"])
    assert (told.exit_code, "test-note is running now" in told.output, runs()) == (1, True, 0)


def test_every_job_of_the_site_runs_by_hand_and_then_all_is_well(app: Flask) -> None:
    run = app.test_cli_runner()
    for one in JOBS:
        ran = run.invoke(args=["jobs", "run", one.name])
        assert (one.name, ran.exit_code) == (one.name, 0)
        assert ran.output
    assert run.invoke(args=["jobs", "list"]).exit_code == 0


def test_a_worker_outlives_a_database_that_is_away(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_asked: object) -> list[str]:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    known(job())
    worker = Worker(app, [job()])
    with monkeypatch.context() as patched:
        patched.setattr(queries, "jobs_due", away)
        worker._look()
    with monkeypatch.context() as patched:
        patched.setattr(running, "run_job", away)
        worker._run(job())
    assert (state().fence, runs()) == (0, 0)
    worker._run(job())
    assert (state().fence, runs()) == (1, 1)


def test_a_worker_renews_what_runs_and_stops_when_it_has_ended(app: Flask) -> None:
    begun, may_end = threading.Event(), threading.Event()

    def slow() -> Swept:
        begun.set()
        assert may_end.wait(PATIENCE)
        return Swept(())

    worker = Worker(app, [job(sweep=slow)])
    worker.start()
    assert begun.wait(PATIENCE)
    started = state().started_at
    assert started is not None
    with clock.set_to(started + MINUTE):
        worker._renew()
    assert state().leased_until == started + MINUTE + LEASE
    with clock.set_to(started + LONGEST_RUN + timedelta(seconds=1)):
        worker._renew()
    assert state().leased_until == started + MINUTE + LEASE
    stopping = threading.Thread(target=worker.stop)
    stopping.start()
    assert state().finished_at is None
    may_end.set()
    stopping.join(PATIENCE)
    assert not stopping.is_alive()
    assert (state().holder, state().failures, state().finished_at is not None) == (None, 0, True)
