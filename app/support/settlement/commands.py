"""The ``flask settlement`` commands."""

from flask.cli import AppGroup

from app.platform.jobs.access import tell_swept
from app.support.settlement.actions import running

group = AppGroup("settlement", help="Four-weekly invoices of councils to be paid to providers.")


@group.command("run")
def run() -> None:
    """Make every invoice that is due. Safe to run twice, beside itself, and after days off."""
    tell_swept(running.run_settlement())
