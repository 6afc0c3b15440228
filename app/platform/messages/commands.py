"""The ``flask messages`` commands."""

from flask.cli import AppGroup

from app.platform.jobs.access import tell_swept
from app.platform.messages.actions import sending

group = AppGroup("messages", help="Commands of the messages room.")


@group.command("send-waiting")
def send_waiting() -> None:
    """Send every email that could not be sent before, without waiting for its next try. Safe to run twice at once."""
    tell_swept(sending.send_again(at_once=True))
