"""The refused rows of a file as they came, each with why, ready to be mended and sent again."""

from sqlalchemy import select

from app.base.db import db
from app.base.refusals import Conflict
from app.funding.people_files.models import PeopleFile, PeopleFileRow
from app.funding.people_files.rules import read_people
from app.people.accounts.models import Person
from app.platform.audit.actions import record
from app.platform.files.actions import file_content
from app.platform.tables.rules.outcomes import Outcome

WHY_REFUSED = "why it was refused"


def refused_rows(file: PeopleFile) -> tuple[list[str], list[list[object]]]:
    """The columns of a file, and the rows of it that were refused.

    Raises:
        OutOfReach: when the file cannot be opened just now.
        Conflict: when it was forgotten.
    """
    if file.stored is None:
        raise Conflict(
            "This file is older than a week, so it was forgotten. Send the people you still need in a new one"
        )
    table = read_people(file_content(file.stored))
    rows = select(PeopleFileRow.line, PeopleFileRow.words).where(
        PeopleFileRow.file_id == file.id, PeopleFileRow.fate == Outcome.REFUSED
    )
    why = dict(db.session.execute(rows).all())
    columns = [name for name in dict.fromkeys(table.header.columns) if name and name != WHY_REFUSED]
    return [*columns, WHY_REFUSED], [
        [*(row.cells.get(name, "") for name in columns), why[row.line]] for row in table.rows if row.line in why
    ]


def staying_rows(file: PeopleFile) -> list[list[object]]:
    """The rows of a file that were not undone, and why."""
    rows = select(PeopleFileRow).where(PeopleFileRow.file_id == file.id, PeopleFileRow.stays.is_not(None))
    return [[one.line, one.what, one.stays] for one in db.session.scalars(rows.order_by(PeopleFileRow.line))]


def note_download(*, actor: Person, file: PeopleFile) -> None:
    """Put on record that somebody took the refused rows of a file with them."""
    record(
        action="people_file_downloaded",
        actor_id=actor.id,
        subject_kind="import_batch",
        subject_id=file.id,
        council_id=file.council_id,
    )
