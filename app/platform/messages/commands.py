"""The ``flask messages`` commands."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.platform.jobs.access import tell_swept
from app.platform.messages.actions import letters, sending

group = AppGroup("messages", help="Commands of the messages room.")


@group.command("send-waiting")
def send_waiting() -> None:
    """Send every email that could not be sent before, without waiting for its next try. Safe to run twice at once."""
    tell_swept(sending.send_again(at_once=True))


@group.command("letters")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def print_letters(folder: Path) -> None:
    """Print letters: lay each that waits into FOLDER as a file of its own. Safe to run twice at once.

    They hold codes for the person alone. Print and seal them where no council staff read them, then delete the files.
    """
    click.echo(f"{letters.print_letters(folder)} letters laid into {folder}.")
