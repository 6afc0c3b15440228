"""The ``flask files`` commands: whether files can be kept, and taking away what nobody needs."""

import click
from flask.cli import AppGroup

from app.base.refusals import Refusal
from app.platform.files import actions
from app.platform.jobs.access import tell_swept

group = AppGroup("files", help="Files that people choose, and where they are kept.")


@group.command("sweep")
def sweep() -> None:
    """Take away the files that waited a day for a form nobody sent, and what a crash left where files are kept."""
    tell_swept(actions.sweep())


@group.command("check")
def check() -> None:
    """Keep a file where the settings say (FILES_URL), read it and take it away again."""
    try:
        actions.probe()
    except Refusal as no:
        reason = f" ({no.__cause__})" if no.__cause__ else ""
        raise click.ClickException(f"Files cannot be kept{reason}.") from None
    print("Files can be kept, read and taken away.")
