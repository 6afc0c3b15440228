"""The ``flask conflicts`` commands."""

import sys

import click
from flask.cli import AppGroup

from app.support.conflicts import actions, queries

group = AppGroup("conflicts", help="Conflicts of interest: who helps somebody and works for a provider they use.")


@group.command("list")
def list_command() -> None:
    """Print the conflicts that exist, one a line, without names; exit 1 when one is not excepted by a council."""
    found = queries.conflicts_now()
    called = queries.names(found)
    for one in found:
        person, helper, provider = called[one]
        state = "excepted by the council in writing" if one.is_excepted else "powers rest"
        click.echo(f"person {person}, helper {helper}, provider {provider}: {state}")
    if any(not one.is_excepted for one in found):
        sys.exit(1)
    if not found:
        click.echo("None.")


@group.command("note")
def note_command() -> None:
    """Note conflicts that began or ended, and tell both people. Safe to run every minute, and twice at once."""
    for words in actions.note_conflicts_due().words:
        click.echo(words)
