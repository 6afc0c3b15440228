"""The ``flask messages`` commands."""

from pathlib import Path

import click
from flask.cli import AppGroup

from app.base.db import in_transaction
from app.platform.jobs.access import tell_swept
from app.platform.messages import queries
from app.platform.messages.actions import letters, sending
from app.platform.web.filters import plural

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


@group.command("list")
def show() -> None:
    """List the emails that wait to be sent, and those that were given up: since when, how often tried, and why.

    By number alone: who they are for, and what they say, is on no list.
    """
    for given_up in (False, True):
        for one in queries.unsent_messages(given_up=given_up):
            until = "given up" if given_up else f"next try {one.next_at:%Y-%m-%d %H:%M} UTC"
            tries = plural(one.attempts, "try", "tries")
            click.echo(f"{one.id:>8}  {one.made_at:%Y-%m-%d %H:%M} UTC  {tries:<9} {until}  {one.fault or ''}".rstrip())
    click.echo(f"{queries.messages_health()}.")


@group.command("try-again")
@click.argument("numbers", type=int, nargs=-1, required=True)
def try_again(numbers: tuple[int, ...]) -> None:
    """Try the emails with these NUMBERS (see list) again that were given up, when what was wrong is mended."""
    tried = in_transaction(lambda: sending.try_given_up(numbers))
    click.echo(f"{plural(tried, 'email')} will be tried again.")
    tell_swept(sending.send_again())
