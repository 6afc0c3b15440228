"""The ``flask messages`` commands."""

import click
from flask.cli import AppGroup

from app.messages import actions, queries

group = AppGroup("messages", help="Commands of the messages room.")


@group.command("send-waiting")
def send_waiting() -> None:
    """Send emails that could not be sent before. Safe to run every minute, and twice at once."""
    sent = actions.send_waiting()
    click.echo(f"{sent} sent, {len(queries.ids_waiting())} still waiting.")
