"""The ``flask accounts`` commands that bring people and first estimates by file, and undo them within a day."""

from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from app.base.db import db, in_transaction
from app.base.refusals import Refusal
from app.funding.taking_on.actions.importing import import_people, undo_file
from app.funding.taking_on.queries import people_file_of, people_files_of
from app.funding.taking_on.rules.files import COLUMNS, PEOPLE, PersonRow, read_person
from app.people.accounts.models import Person
from app.people.accounts.queries import person_by_email
from app.people.councils.access import council_named
from app.platform.tables.rules.outcomes import RowOutcome
from app.platform.web.terminal import carry_out, import_options, progress, table_in

group = AppGroup("accounts", help="Commands of the accounts room.")


def _actor(email: str) -> Person:
    found = person_by_email(email)
    if found is None or found.closed_at is not None:
        message = "Nobody with that email address has an account."
        raise click.ClickException(message)
    return found


@group.command("people-columns")
def columns() -> None:
    """Say what the columns of a file of people mean."""
    for name, meaning in COLUMNS.items():
        print(f"{name:<16} {meaning}.")


@group.command("import-people")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--council", "code", required=True, help="The code of the council that takes them on.")
@click.option("--by", required=True, help="Email address of the commissioner who brings them.")
@import_options
def bring(file: Path, code: str, by: str, **how: Any) -> None:
    """Take people on from FILE, with first estimates of their budgets. A second run changes nothing.

    Who has no email address gets a letter with a code: print them with ``flask messages letters``. Columns:
    ``flask accounts people-columns``.
    """
    council, actor, table = council_named(code), _actor(by), table_in(file, PEOPLE)
    read = [read_person(row) for row in table.rows]
    good = [one for one in read if isinstance(one, PersonRow)]
    refused = [one for one in read if isinstance(one, RowOutcome)]
    site = str(current_app.config["SITE_URL"])

    def job() -> list[RowOutcome]:
        found = import_people(
            actor=actor, council=council, name=file.name, rows=good, site=site, progress=progress("People")
        )
        return [*found, *refused]

    try:
        carry_out(file, table, job, **how)
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.") from None


@group.command("people-files")
@click.option("--council", "code", required=True, help="The council's code.")
def files(code: str) -> None:
    """List the files of people a council brought."""
    for one in db.session.scalars(people_files_of(council_named(code).id)):
        undone = ", undone" if one.undone_at else ""
        print(
            f"{one.public_id}  {one.made_at:%Y-%m-%d %H:%M}  {one.name}: {one.added} added, {one.refused} refused{undone}"
        )


@group.command("undo-people")
@click.argument("file")
@click.option("--council", "code", required=True, help="The council's code.")
@click.option("--by", required=True, help="Email address of the commissioner who undoes it.")
def undo(file: str, code: str, by: str) -> None:
    """Undo FILE (its public id in people-files) within a day. Whoever has answered stays."""
    try:
        found, actor = people_file_of(council_named(code).id, file), _actor(by)
        number = in_transaction(lambda: undo_file(actor=actor, file=found))
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.".replace("..", ".")) from None
    print(f"Undone: {number}.")
