"""``flask complaints tell-late`` and ``flask complaints list``: what the job does, and how many wait; nobody's words."""

import click
from flask.cli import AppGroup

from app.people.councils.access import council_named
from app.platform.jobs.access import tell_swept
from app.support.complaints import queries
from app.support.complaints.actions import telling
from app.support.complaints.rules import STATUS_WORDS

group = AppGroup("complaints", help="Complaints about support: how many wait, and what is late. Nobody's words.")


@group.command("tell-late")
def tell_late() -> None:
    """Tell everybody concerned of complaints that were not acknowledged or answered by their day. Safe to run twice."""
    tell_swept(telling.tell_late())


@group.command("count")
@click.argument("council")
def count(council: str) -> None:
    """Say how the complaints of COUNCIL (its code) stand, by number."""
    every = queries.every_complaint_to(council_named(council).id)
    for status, words in STATUS_WORDS.items():
        print(f"{sum(one.status == status for one in every):>6,}  {words}")
