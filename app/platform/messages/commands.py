"""The ``flask messages`` commands."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.platform.messages import queries
from app.platform.messages.actions import letters, sending

group = AppGroup("messages", help="Commands of the messages room.")


@group.command("send-waiting")
def send_waiting() -> None:
    """Send emails that could not be sent before. Safe to run every minute, and twice at once."""
    sent = sending.send_waiting()
    click.echo(f"{sent} sent, {len(queries.ids_waiting())} still waiting.")


@group.command("letters")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def print_letters(folder: Path) -> None:
    """Print letters: lay each that waits into FOLDER as a file of its own. Safe to run twice at once.

    They hold codes for the person alone. Print and seal them where no council staff read them, then delete the files.
    """
    click.echo(f"{letters.print_letters(folder)} letters laid into {folder}.")
