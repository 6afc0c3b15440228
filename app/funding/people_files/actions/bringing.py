"""Files of people from the first look to the last row: kept, said yes to, brought a hundred rows at a time, forgotten."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from sqlalchemy import delete, insert
from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import db, in_transaction, write_rows
from app.base.refusals import Conflict, NotAllowed, Refusal
from app.funding.agreeing.actions.agreeing import estimate_budget, estimate_each
from app.funding.people_files import queries
from app.funding.people_files.actions.foretelling import TWICE, SeenPeople, fated_rows, may_bring
from app.funding.people_files.models import PeopleFile, PeopleFileRow
from app.funding.people_files.rules import (
    AT_ONCE,
    FORGET_AFTER,
    NAME_LONGEST,
    WORDS_LONGEST,
    FileStatus,
    PersonRow,
    read_people,
    read_person,
)
from app.funding.taking_on.actions.asking import Described
from app.funding.taking_on.actions.many import take_on_each
from app.funding.taking_on.models import CouncilPerson
from app.people.accounts.models import Person
from app.people.councils.models import Council
from app.platform.audit.actions import record
from app.platform.files.actions import file_content, forget_file, settle_file
from app.platform.messages.actions.sending import left_to_the_sender
from app.platform.tables.rules.outcomes import Outcome, RowOutcome

Bring = Mapping[int, PersonRow]
"""The rows of a file that can be read, by their lines."""
TRIES = 3
NO_RIGHT = "Whoever said yes to the file is no commissioner of the council any more. Send the rest again"


def keep_file(*, actor: Person, council: Council, name: str, waits_for: str, fates: Sequence[RowOutcome]) -> PeopleFile:
    """Keep a file with what would become of every row, for somebody to say yes to. Nobody is asked yet.

    Args:
        actor: a commissioner of the council.
        council: whose file.
        name: as the sender's device called it.
        waits_for: under which the file itself was held.
        fates: of every row.

    Raises:
        NotAllowed: for anybody else.
    """
    may_bring(actor, council)
    file = PeopleFile(
        council_id=council.id,
        name=name[-NAME_LONGEST:],
        status=FileStatus.WAITING,
        stored=settle_file(person_id=actor.id, waits_for=waits_for),
        made_at=clock.now(),
        made_by_id=actor.id,
        added=0,
        unchanged=0,
        refused=0,
    )
    db.session.add(file)
    db.session.flush()
    rows = [
        {
            "file_id": file.id,
            "line": one.line,
            "what": one.what[:100],
            "fate": one.fate,
            "words": one.words[:WORDS_LONGEST],
            "is_done": False,
            "is_undone": False,
        }
        for one in fates
    ]
    for at in range(0, len(rows), 500):
        write_rows(_ROW, rows[at : at + 500])
    _count(file)
    _note("people_file_sent", actor, file, rows=len(rows))
    return file


_ROW = insert(PeopleFileRow.__table__)  # type: ignore[arg-type] # it is a table


def say_yes_to_file(*, actor: Person, file: PeopleFile) -> PeopleFile:
    """Have a file brought that somebody looked at; the worker does it. A second yes changes nothing.

    Raises:
        NotAllowed: for anybody but the council's commissioners.
    """
    may_bring(actor, file.council)
    file = queries.lock_file(file.id)
    if file.status == FileStatus.WAITING:
        file.status, file.made_by_id = FileStatus.BRINGING, actor.id
        db.session.flush()
        _note("people_file_brought", actor, file)
    return file


def discard_file(*, actor: Person, file: PeopleFile) -> None:
    """Forget a file that was looked at and not brought.

    Raises:
        NotAllowed: for anybody but the council's commissioners.
        Conflict: when somebody said yes to it.
    """
    may_bring(actor, file.council)
    file = queries.lock_file(file.id)
    if file.status != FileStatus.WAITING:
        raise Conflict("Somebody said yes to this file already. You can undo it within a day")
    _note("people_file_discarded", actor, file)
    _forget_whole(file)


def people_in(file: PeopleFile) -> Bring:
    """What a file's rows say.

    Raises:
        OutOfReach: when it cannot be opened just now.
        Conflict: when it is damaged.
    """
    if file.stored is None:
        raise Conflict("The file itself was forgotten")
    read = [read_person(row) for row in read_people(file_content(file.stored)).rows]
    return {one.line: one for one in read if isinstance(one, PersonRow)}


def bring_file(file_id: int, *, site: str, told: Callable[[int], None] = lambda _: None) -> None:
    """Bring what is left of a file, in transactions of its own: a crash between them leaves the rest for the next run."""
    file = db.session.get_one(PeopleFile, file_id)
    try:
        rows = people_in(file)
    except Conflict as no:
        if type(no) is not Conflict:
            raise
        in_transaction(partial(_stop, file_id, str(no)))
        return
    db.session.commit()
    with left_to_the_sender():
        while done := _some(file_id, rows, site):
            told(done)


def _some(file_id: int, rows: Bring, site: str) -> int:
    for tries in range(TRIES):
        try:
            return in_transaction(partial(bring_some, file_id, rows, site))
        except IntegrityError:
            # Somebody made an account with one of the addresses at this moment: seen when looked at again.
            if tries == TRIES - 1:
                raise
    raise AssertionError


def bring_some(file_id: int, rows: Bring, site: str) -> int:
    """Bring the next rows of a file, each wholly; how many were done. Run twice at once, each row is brought once."""
    file = queries.lock_file(file_id)
    if file.status != FileStatus.BRINGING:
        return 0
    try:
        may_bring(file.made_by, file.council)
    except NotAllowed:
        _stop(file_id, NO_RIGHT)
        return 0
    some = queries.next_rows(file_id, at_most=AT_ONCE)
    if not some:
        _end(file)
        return 0
    queries.lock_bringing(file.council_id)
    kept = {row.line: row for row in some}
    # A reference that the file has twice was refused by the whole file, of which only a part is looked at now.
    to_read = [rows[row.line] for row in some if row.line in rows and row.words != TWICE]
    new: list[PersonRow] = []
    for read, outcome, known in fated_rows(file.council, to_read, SeenPeople()):
        row = kept[read.line]
        row.fate, row.words = outcome.fate, outcome.words[:WORDS_LONGEST]
        if outcome.fate == Outcome.ADDED:
            new.append(read)
        elif outcome.fate == Outcome.UPDATED and known is not None:
            _estimate(file, row, read, known)
    if new:
        _add(file, kept, new, site)
    for row in some:
        row.is_done = True
    db.session.flush()
    return len(some)


def _add(file: PeopleFile, kept: Mapping[int, PeopleFileRow], new: Sequence[PersonRow], site: str) -> None:
    described = [Described(one.full_name, one.born_on, one.postcode, one.reference, one.email) for one in new]
    asked = take_on_each(actor=file.made_by, council=file.council, described=described, site=site, file_id=file.id)
    for one, read in zip(asked, new, strict=True):
        kept[read.line].council_person_id = one.id
    paid = [
        (read, (one.person, read.year_starts_on, read.total_pence, read.contribution_pence))
        for one, read in zip(asked, new, strict=True)
        if read.year_starts_on is not None and read.total_pence is not None
    ]
    if paid:
        budgets = estimate_each(
            actor=file.made_by,
            council=file.council,
            estimates=[(person, day, total, part) for _, (person, day, total, part) in paid if day and total],
            reason="First estimate",
        )
        for budget, (read, _) in zip(budgets, paid, strict=True):
            kept[read.line].personal_budget_id = budget.id


def _estimate(file: PeopleFile, row: PeopleFileRow, read: PersonRow, known: CouncilPerson) -> None:
    if read.year_starts_on is None or read.total_pence is None:
        return
    try:
        with db.session.begin_nested():
            budget = estimate_budget(
                actor=file.made_by,
                person=known.person,
                council=file.council,
                year_starts_on=read.year_starts_on,
                total_pence=read.total_pence,
                contribution_pence=read.contribution_pence,
            )
    except Refusal as refusal:
        row.fate, row.words = Outcome.REFUSED, str(refusal).rstrip(".")[:WORDS_LONGEST]
        return
    row.council_person_id, row.personal_budget_id = known.id, budget.id


def _end(file: PeopleFile) -> None:
    file.status, file.ended_at = FileStatus.BROUGHT, clock.now()
    _count(file)


def _stop(file_id: int, why: str) -> None:
    """Refuse the rest of a file: what was brought stays, and the rest can be mended and sent again."""
    file = queries.lock_file(file_id)
    while rows := queries.next_rows(file_id, at_most=500):
        for row in rows:
            row.fate, row.words, row.is_done = Outcome.REFUSED, why, True
        db.session.flush()
    file.fault = why[:200]
    _end(file)


def _count(file: PeopleFile) -> None:
    counted = queries.fates_in(file.id)
    file.added = counted[Outcome.ADDED] + counted[Outcome.UPDATED]
    file.unchanged, file.refused = counted[Outcome.UNCHANGED], counted[Outcome.REFUSED]
    db.session.flush()


def forget_old_files() -> int:
    """Forget the files sent :data:`FORGET_AFTER` ago, and wholly those that nobody said yes to; how many."""
    numbers = queries.files_to_forget(clock.now() - FORGET_AFTER)
    for number in numbers:
        in_transaction(partial(_forget, number))
    return len(numbers)


def _forget(file_id: int) -> None:
    file = queries.lock_file(file_id)
    if file.status == FileStatus.WAITING:
        _forget_whole(file)
        return
    stored, file.stored = file.stored, None
    db.session.flush()
    if stored is not None:
        forget_file(stored)
        db.session.flush()


def _forget_whole(file: PeopleFile) -> None:
    stored = file.stored
    db.session.execute(delete(PeopleFileRow).where(PeopleFileRow.file_id == file.id))
    db.session.delete(file)
    db.session.flush()
    if stored is not None:
        forget_file(stored)
        db.session.flush()


def _note(action: str, actor: Person, file: PeopleFile, **more: int) -> None:
    record(
        action=action,
        actor_id=actor.id,
        subject_kind="import_batch",
        subject_id=file.id,
        council_id=file.council_id,
        **more,
    )
