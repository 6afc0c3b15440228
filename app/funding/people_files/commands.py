"""The ``flask accounts`` commands that bring people and first estimates by file, and undo them within a day."""

import secrets
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from app.base.db import db, in_transaction
from app.base.refusals import Refusal
from app.funding.people_files import queries
from app.funding.people_files.actions import bringing, undoing
from app.funding.people_files.actions.foretelling import foretell_people
from app.funding.people_files.actions.mending import staying_rows
from app.funding.people_files.actions.sweeping import bring_people_files
from app.funding.people_files.models import PeopleFile
from app.funding.people_files.rules import COLUMNS, FILE_WORDS, PEOPLE, FileStatus
from app.people.accounts.models import Person
from app.people.accounts.queries import person_by_email
from app.people.councils.access import council_named
from app.platform.files.actions import hold_file
from app.platform.files.rules.photos import Fit
from app.platform.jobs.access import tell_swept
from app.platform.tables.rules.outcomes import RowOutcome
from app.platform.web.terminal import import_options, table_in, tell_import

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
def bring(file: Path, code: str, by: str, *, dry_run: bool, **how: Any) -> None:
    """Take people on from FILE, with first estimates of their budgets. A second run changes nothing.

    A hundred rows are kept at a time: where it is cut short, the background worker goes on with the rest. Who has no
    email address gets a letter with a code: print them with ``flask messages letters``. Columns:
    ``flask accounts people-columns``.
    """
    council, actor, table = council_named(code), _actor(by), table_in(file, PEOPLE)
    try:
        fates = foretell_people(actor=actor, council=council, table=table)
        if not dry_run:
            waits_for, sender = f"people:{secrets.token_urlsafe(16)}", actor.id
            db.session.rollback()
            hold_file(
                person_id=sender,
                waits_for=waits_for,
                name=file.name,
                fit=Fit(file.read_bytes(), "application/octet-stream"),
            )
            number = in_transaction(lambda: _said_yes(_actor(by), council_named(code).id, file.name, waits_for, fates))
            bringing.bring_file(number, site=str(current_app.config["SITE_URL"]))
            rows = db.session.scalars(queries.people_rows_of(number)).all()
            fates = sorted(
                (RowOutcome(one.line, one.what, one.fate, one.words) for one in rows), key=lambda one: one.line
            )
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.".replace("..", ".")) from None
    tell_import(file, table, fates, dry_run=dry_run, **how)


def _said_yes(actor: Person, council_id: int, name: str, waits_for: str, fates: list[RowOutcome]) -> int:
    council = queries.bringing_council(council_id)
    kept = bringing.keep_file(actor=actor, council=council, name=name, waits_for=waits_for, fates=fates)
    return bringing.say_yes_to_file(actor=actor, file=kept).id


@group.command("bring-people-files")
def bring_waiting() -> None:
    """Go on with the files of people that somebody said yes to, or asked to undo; forget old ones. A job."""
    tell_swept(bring_people_files())


@group.command("people-files")
@click.option("--council", "code", required=True, help="The council's code.")
def files(code: str) -> None:
    """List the files of people a council brought."""
    for one in db.session.scalars(queries.people_files_of(council_named(code).id)):
        stands = "" if one.status == FileStatus.BROUGHT else f", {FILE_WORDS[one.status].lower()}"
        print(
            f"{one.public_id}  {one.made_at:%Y-%m-%d %H:%M}  {one.name}: {one.added} added, {one.refused} refused{stands}"
        )


@group.command("undo-people")
@click.argument("file")
@click.option("--council", "code", required=True, help="The council's code.")
@click.option("--by", required=True, help="Email address of the commissioner who undoes it.")
def undo(file: str, code: str, by: str) -> None:
    """Undo FILE (its public id in people-files) within a day. Whoever has answered stays, and is named."""
    try:
        found, actor = queries.people_file_of(council_named(code).id, file), _actor(by)
        number = in_transaction(lambda: undoing.ask_to_undo(actor=actor, file=found).id)
        undoing.undo_file(number)
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.".replace("..", ".")) from None
    staying = staying_rows(db.session.get_one(PeopleFile, number))
    done, _ = queries.done_of(number, undone=True)
    print(f"Undone: {done - len(staying)}.")
    for line, what, why in staying:
        print(f"  stays, line {line}: {what}: {why}.")
