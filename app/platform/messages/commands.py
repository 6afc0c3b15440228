"""The ``flask messages`` commands."""

import click
from flask.cli import AppGroup

from app.platform.messages import queries
from app.platform.messages.actions import sending

group = AppGroup("messages", help="Commands of the messages room.")


@group.command("send-waiting")
def send_waiting() -> None:
    """Send emails that could not be sent before. Safe to run every minute, and twice at once."""
    sent = sending.send_waiting()
    click.echo(f"{sent} sent, {len(queries.ids_waiting())} still waiting.")
