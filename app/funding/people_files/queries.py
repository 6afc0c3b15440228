"""Reading files of people, their rows, and who may be somebody that a row describes."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.base.db import db
from app.base.refusals import NotFound
from app.funding.budgets.models import PersonalBudget
from app.funding.people_files.models import PeopleFile, PeopleFileRow
from app.funding.people_files.rules import FileStatus
from app.funding.taking_on.models import CouncilPerson
from app.funding.taking_on.rules import OPEN
from app.people.accounts.models import Person
from app.people.councils.models import Council, Postcode
from app.platform.tables.rules.outcomes import Outcome


def people_files_of(council_id: int) -> Select[PeopleFile]:
    """The files of people a council brought, the newest first; for paging."""
    return (
        select(PeopleFile)
        .where(PeopleFile.council_id == council_id)
        .options(joinedload(PeopleFile.made_by))
        .order_by(PeopleFile.id.desc())
    )


def people_file_of(council_id: int, public_id: str) -> PeopleFile:
    """One of them.

    Raises:
        NotFound: when there is none.
    """
    found = db.session.scalar(people_files_of(council_id).where(PeopleFile.public_id == public_id))
    if found is None:
        raise NotFound("There is no such file.")
    return found


def people_rows_of(file_id: int) -> Select[PeopleFileRow]:
    """The rows of a file, those that were refused first; for paging."""
    is_first = (PeopleFileRow.fate != Outcome.REFUSED) & PeopleFileRow.stays.is_(None)
    return select(PeopleFileRow).where(PeopleFileRow.file_id == file_id).order_by(is_first, PeopleFileRow.line)


def fates_in(file_id: int) -> dict[Outcome, int]:
    """How many rows of a file met, or would meet, each fate."""
    rows = select(PeopleFileRow.fate, func.count()).where(PeopleFileRow.file_id == file_id)
    counted = dict(db.session.execute(rows.group_by(PeopleFileRow.fate)).all())
    return {fate: counted.get(fate, 0) for fate in Outcome}


def done_of(file_id: int, *, undone: bool = False) -> tuple[int, int]:
    """How many rows of a file are done, or undone, and of how many."""
    mark = PeopleFileRow.is_undone if undone else PeopleFileRow.is_done
    rows = select(func.count()).where(PeopleFileRow.file_id == file_id)
    if undone:
        rows = rows.where(PeopleFileRow.fate.in_((Outcome.ADDED, Outcome.UPDATED)))
    return db.session.scalar(rows.where(mark.is_(True))) or 0, db.session.scalar(rows) or 0


def staying_in(file_id: int) -> int:
    """How many rows of a file were not undone."""
    rows = select(func.count()).where(PeopleFileRow.file_id == file_id, PeopleFileRow.stays.is_not(None))
    return db.session.scalar(rows) or 0


def lock_file(file_id: int) -> PeopleFile:
    """A file, until the transaction ends nobody else's to change."""
    return db.session.get_one(PeopleFile, file_id, with_for_update=True, populate_existing=True)


def next_rows(file_id: int, *, at_most: int, undo: bool = False) -> Sequence[PeopleFileRow]:
    """The rows of a file that are to be brought next, or undone."""
    rows = select(PeopleFileRow).where(PeopleFileRow.file_id == file_id)
    if undo:
        is_theirs = PeopleFileRow.fate.in_((Outcome.ADDED, Outcome.UPDATED))
        rows = rows.where(PeopleFileRow.is_done.is_(True), PeopleFileRow.is_undone.is_(False), is_theirs)
    else:
        rows = rows.where(PeopleFileRow.is_done.is_(False))
    rows = rows.order_by(PeopleFileRow.line).limit(at_most)
    return db.session.scalars(rows.execution_options(populate_existing=True)).all()


def files_in_hand() -> list[int]:
    """The numbers of the files that are being brought or undone, the oldest first."""
    rows = select(PeopleFile.id).where(PeopleFile.status.in_((FileStatus.BRINGING, FileStatus.UNDOING)))
    return list(db.session.scalars(rows.order_by(PeopleFile.id)))


def files_to_forget(before: datetime) -> list[int]:
    """The numbers of the files sent before a moment that are kept still, and in nobody's hand."""
    rows = select(PeopleFile.id).where(PeopleFile.made_at < before, PeopleFile.stored_file_id.is_not(None))
    in_hand = (FileStatus.BRINGING, FileStatus.UNDOING)
    return list(db.session.scalars(rows.where(PeopleFile.status.not_in(in_hand)).order_by(PeopleFile.id)))


def bringing_council(council_id: int) -> Council:
    """The council of a number."""
    return db.session.get_one(Council, council_id)


def lock_bringing(council_id: int) -> None:
    """Let people come to a council one by one, so that the second finds whom the first has asked."""
    db.session.scalar(select(Council.id).where(Council.id == council_id).with_for_update(key_share=True))


def known_by_reference(council_id: int, references: Collection[str]) -> dict[str, CouncilPerson]:
    """Those a council asked or has, by its references."""
    rows = select(CouncilPerson).where(
        CouncilPerson.council_id == council_id,
        CouncilPerson.status.in_(OPEN),
        CouncilPerson.reference.in_(references),
    )
    return {one.reference: one for one in db.session.scalars(rows) if one.reference}


def born_then(council_id: int, days: Collection[date]) -> Sequence[Row[date, str, str]]:
    """Day of birth, postcode and name of those a council asked or has, of these days."""
    rows = (
        select(CouncilPerson.born_on, CouncilPerson.postcode, Person.full_name)
        .join(CouncilPerson.person)
        .where(CouncilPerson.council_id == council_id, CouncilPerson.status.in_(OPEN), CouncilPerson.born_on.in_(days))
    )
    return db.session.execute(rows).all()


def accounts_at(postcodes: Collection[str], emails: Collection[str]) -> Sequence[Row[str | None, str, str]]:
    """Postcode, email address and name of the open accounts with one of these."""
    rows = select(Person.postcode, Person.email, Person.full_name).where(
        Person.closed_at.is_(None), or_(Person.postcode.in_(postcodes), Person.email.in_(emails))
    )
    return db.session.execute(rows).all()


def budgets_with(council_id: int, person_ids: Collection[int]) -> Sequence[PersonalBudget]:
    """The budgets of these people with a council."""
    rows = select(PersonalBudget).where(
        PersonalBudget.council_id == council_id, PersonalBudget.person_id.in_(person_ids)
    )
    return db.session.scalars(rows).all()


def councils_of_postcodes(compact: Iterable[str]) -> list[tuple[str, Council]]:
    """In which council each of these postcodes lies, of those that are known."""
    rows: Any = (
        select(Postcode.compact, Council)
        .join(Council, Council.id == Postcode.council_id)
        .where(Postcode.compact.in_(list(compact)))
    )
    return [(code, council) for code, council in db.session.execute(rows)]
