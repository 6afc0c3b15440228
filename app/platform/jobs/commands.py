"""The ``flask jobs`` commands."""

import signal
import threading
from functools import partial
from types import FrameType

import click
from flask import current_app
from flask.cli import AppGroup

from app.base import clock
from app.base.db import db, in_transaction
from app.base.schema import UnknownSchema, refuse_unknown_schema
from app.platform.jobs import queries
from app.platform.jobs.access import jobs_here, tell_swept
from app.platform.jobs.actions import running
from app.platform.jobs.actions.working import Worker
from app.platform.jobs.rules import every_words, trouble_of, when_words

group = AppGroup("jobs", help="Work that is due by itself: the worker, and how its jobs stand.")


@group.command("list")
def show() -> None:
    """List every job: how often it runs, when it ran and will again, what it promises.

    Exits 1 when one is late or failed, and says which and why.
    """
    kept, now, wrong = queries.job_states(), clock.now(), 0
    for job in jobs_here():
        state = kept.get(job.name)
        trouble = trouble_of(job, state, now)
        wrong += trouble is not None
        print(f"{job.name:<26} {every_words(job.every):<17} {when_words(state, now)}")
        print(f"    {job.promise}")
        if trouble:
            print(f"    ! {trouble}")
    if wrong:
        raise click.ClickException(f"{wrong} of {len(jobs_here())} jobs late or failed. Is a worker running?")


@group.command("run")
@click.argument("name")
def run(name: str) -> None:
    """Run the job NAME now, due or not, and say what it did. Not while a worker has it in hand."""
    job = next((one for one in jobs_here() if one.name == name), None)
    if job is None:
        raise click.BadParameter(f"There is no job {name}. List them with: flask jobs list", param_hint="NAME")
    in_transaction(partial(running.make_jobs_known, [job]))
    try:
        ran = running.run_job(job, is_by_hand=True)
    except running.InHand as refusal:
        raise click.ClickException(str(refusal)) from None
    if ran.swept is None:
        raise click.ClickException(f"{name} failed: {ran.fault}. The log says why; it is tried again by itself.")
    tell_swept(ran.swept)


@group.command("work")
def work() -> None:
    """Run every job at its time, until told to stop (Ctrl-C or SIGTERM), which lets what runs end.

    As many of these may run as you like, and any may be killed: another takes over within two minutes.
    """
    try:
        refuse_unknown_schema()
    except UnknownSchema as fault:
        raise click.ClickException(f"{fault}.") from None
    told_to_stop = threading.Event()

    def stop(number: int, _frame: FrameType | None) -> None:
        # Told again, it ends at once.
        signal.signal(number, signal.SIG_DFL)
        told_to_stop.set()

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, stop)
    worker = Worker(current_app._get_current_object(), jobs_here())  # type: ignore[attr-defined]  # noqa: SLF001 - threads need the app itself
    worker.start()
    db.session.close()
    print(f"The worker runs {len(jobs_here())} jobs.", flush=True)
    told_to_stop.wait()
    worker.stop()
