"""Which jobs this site has, and how a command tells what a sweep did."""

from collections.abc import Sequence

import click
from flask import Flask, current_app

from app.platform.jobs.rules import Job, Swept

_JOBS = "ownway_jobs"


def keep(app: Flask, jobs: Sequence[Job]) -> None:
    """Let the application know its jobs: the table of contents stands above, and this room knows none of them."""
    app.extensions[_JOBS] = tuple(jobs)


def jobs_here() -> tuple[Job, ...]:
    """The jobs of this site, in the order of the table of contents."""
    kept: tuple[Job, ...] = current_app.extensions[_JOBS]
    return kept


def tell_swept(swept: Swept) -> None:
    """Print what a sweep did.

    Raises:
        click.ClickException: when somebody must look, saying at what.
        click.exceptions.Exit: with 1, when its lines have said so.
    """
    for line in swept.words:
        click.echo(line)
    if swept.trouble:
        raise click.ClickException(swept.trouble)
    if swept.trouble is not None:
        raise click.exceptions.Exit(1)
