"""The ``flask unsent`` commands."""

from flask.cli import AppGroup

from app.platform.jobs.access import tell_swept
from app.platform.unsent import actions

group = AppGroup("unsent", help="What people wrote that could not be sent yet.")


@group.command("forget")
def forget() -> None:
    """Forget what nobody came back for. Safe to run twice."""
    tell_swept(actions.forget_old())
