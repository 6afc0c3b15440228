"""The worker: a scheduler keeps its time, looks for what is due, and renews the leases of what is running."""

import logging
import threading
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.jobstores.base import ConflictingIdError
from apscheduler.schedulers.background import BackgroundScheduler

from app.base import clock
from app.base.db import in_transaction
from app.platform.jobs import queries
from app.platform.jobs.actions import running
from app.platform.jobs.actions.running import InHand, Lease
from app.platform.jobs.rules import LONGEST_RUN, LOOK_EVERY_SECONDS, RENEW_EVERY_SECONDS, Job

if TYPE_CHECKING:
    from collections.abc import Sequence

    from flask import Flask

log = logging.getLogger(__name__)

TIME = "time"
"""The executor that looks and renews: a long sweep never keeps it waiting."""


class Worker:
    """Runs every job at its time until told to stop. Many may run beside each other, on one machine or several.

    What is due stands in the database and nowhere else, so a worker remembers nothing and may die at any moment.
    """

    def __init__(self, app: "Flask", jobs: "Sequence[Job]") -> None:
        self._app = app
        self._jobs = {job.name: job for job in jobs}
        self._in_hand: dict[str, Lease] = {}
        self._change = threading.Condition()
        self._is_stopping = False
        # Each look without work would be a line in the log.
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._time = BackgroundScheduler(
            timezone=UTC,
            executors={"default": ThreadPoolExecutor(len(jobs)), TIME: ThreadPoolExecutor(2)},
            job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        )

    def start(self) -> None:
        """Begin: whatever is due already is run at once."""
        with self._app.app_context():
            in_transaction(partial(running.make_jobs_known, self._jobs.values()))
        self._time.add_job(self._look, executor=TIME)
        self._time.add_job(self._look, "interval", seconds=LOOK_EVERY_SECONDS, executor=TIME)
        self._time.add_job(self._renew, "interval", seconds=RENEW_EVERY_SECONDS, executor=TIME)
        self._time.start()

    def stop(self) -> None:
        """Take nothing new in hand, let what runs end (its lease is renewed meanwhile), and stop."""
        self._is_stopping = True
        with self._change:
            self._change.wait_for(lambda: not self._in_hand)
        self._time.shutdown(wait=True)

    def _look(self) -> None:
        """Begin what is due, each in a thread of its own."""
        if self._is_stopping:
            return
        try:
            with self._app.app_context():
                names = queries.jobs_due(set(self._jobs) - set(self._in_hand), clock.now())
        except Exception as fault:  # noqa: BLE001 - a worker outlives its database
            log.warning("the worker could not look for what is due: %s", type(fault).__name__)
            return
        for name in names:
            try:
                self._time.add_job(self._run, args=[self._jobs[name]], id=name)
            except ConflictingIdError:
                continue

    def _run(self, job: Job) -> None:
        if self._is_stopping:
            return
        try:
            with self._app.app_context():
                running.run_job(job, taken=self._note)
        except InHand:
            # Another worker came first.
            return
        except Exception:
            # It could not be taken in hand, or how it ended could not be kept: it is due as before.
            log.exception("job %s could not be run", job.name)
        finally:
            with self._change:
                self._in_hand.pop(job.name, None)
                self._change.notify_all()

    def _note(self, lease: Lease) -> None:
        with self._change:
            self._in_hand[lease.name] = lease

    def _renew(self) -> None:
        """Have what is running in hand for longer; not what has hung for an hour."""
        with self._change:
            leases = list(self._in_hand.values())
        for lease in leases:
            if clock.now() - lease.started > LONGEST_RUN:
                log.error("job %s has been running since %s", lease.name, lease.started)
                continue
            try:
                with self._app.app_context():
                    in_transaction(partial(running.renew_lease, lease))
            except Exception as fault:  # noqa: BLE001 - tried again in a moment; then the lease runs out
                log.warning("the lease of job %s could not be renewed: %s", lease.name, type(fault).__name__)
