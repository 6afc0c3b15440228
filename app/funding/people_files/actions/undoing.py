"""A file undone within a day, a hundred rows at a time: what nobody has used since; the rest stays and is named."""

from functools import partial

from app.base import clock
from app.base.db import db, in_transaction
from app.base.refusals import Conflict
from app.funding.agreeing.actions.agreeing import end_budget_now
from app.funding.budgets.models import PersonalBudget
from app.funding.budgets.queries.year import versions_of
from app.funding.budgets.rules.kinds import BudgetStatus
from app.funding.people_files import queries
from app.funding.people_files.actions.foretelling import may_bring
from app.funding.people_files.models import PeopleFile, PeopleFileRow
from app.funding.people_files.rules import AT_ONCE, UNDO_WITHIN, FileStatus
from app.funding.taking_on.models import CouncilPerson
from app.funding.taking_on.rules import TakingOn
from app.people.accounts.models import Person
from app.platform.audit.actions import record
from app.platform.messages.actions.letters import forget_letters
from app.platform.tables.rules.outcomes import Outcome

ANSWERED = "They have answered, so they stay"
SIGNED_IN = "They have chosen a password, so they stay"
USED = "Their budget was changed or agreed since, so it stays"


def ask_to_undo(*, actor: Person, file: PeopleFile) -> PeopleFile:
    """Have a file undone within a day; the worker does it. A second time changes nothing while it is being undone.

    Raises:
        NotAllowed: for anybody but the council's commissioners.
        Conflict: when it was undone, is not brought yet, or a day has passed.
    """
    may_bring(actor, file.council)
    file = queries.lock_file(file.id)
    if file.status == FileStatus.UNDOING:
        return file
    if file.status == FileStatus.UNDONE:
        raise Conflict("This file was undone already")
    if file.status != FileStatus.BROUGHT or file.ended_at is None:
        raise Conflict("This file is not brought in yet. Undo it when it is")
    if clock.now() - file.ended_at > UNDO_WITHIN:
        raise Conflict("A file can be undone for a day. Take people off one by one now")
    file.status, file.undone_by_id = FileStatus.UNDOING, actor.id
    db.session.flush()
    record(
        action="people_file_undone",
        actor_id=actor.id,
        subject_kind="import_batch",
        subject_id=file.id,
        council_id=file.council_id,
    )
    return file


def undo_file(file_id: int) -> None:
    """Undo what is left of a file, in transactions of its own."""
    while in_transaction(partial(undo_some, file_id)):
        continue


def undo_some(file_id: int) -> int:
    """Undo the next rows of a file, each wholly; how many were looked at."""
    file = queries.lock_file(file_id)
    if file.status != FileStatus.UNDOING or file.undone_by_id is None:
        return 0
    some = queries.next_rows(file_id, at_most=AT_ONCE, undo=True)
    if not some:
        file.status, file.undone_at = FileStatus.UNDONE, clock.now()
        db.session.flush()
        return 0
    actor = db.session.get_one(Person, file.undone_by_id)
    for row in some:
        row.stays = _undo(row, file, actor)
        row.is_undone = True
    db.session.flush()
    return len(some)


def _undo(row: PeopleFileRow, file: PeopleFile, actor: Person) -> str | None:
    """Undo one row; why it stays, when it does."""
    if row.council_person_id is None:
        return ANSWERED
    asked = db.session.get_one(CouncilPerson, row.council_person_id, with_for_update=True, populate_existing=True)
    person = db.session.get_one(Person, asked.person_id, with_for_update={"key_share": True}, populate_existing=True)
    if row.fate == Outcome.ADDED and asked.status != TakingOn.ASKED:
        return ANSWERED
    if row.fate == Outcome.ADDED and person.password_hash is not None:
        return SIGNED_IN
    if row.personal_budget_id is not None:
        budget = db.session.get_one(PersonalBudget, row.personal_budget_id)
        if budget.status != BudgetStatus.INDICATIVE or len(versions_of([budget.id])) > 1:
            return USED
        end_budget_now(actor=actor, budget=budget, reason="The file that brought it was undone")
    if row.fate == Outcome.ADDED:
        asked.status, asked.code_hash, asked.code_until = TakingOn.WITHDRAWN, None, None
        forget_letters(person.id)
        person.closed_at = clock.now()
        # The address is free again for whoever it belongs to.
        person.email = f"undone-{person.public_id}"
        db.session.flush()
        record(
            action="council_asked_no_more",
            actor_id=actor.id,
            for_person_id=person.id,
            subject_kind="council_person",
            subject_id=asked.id,
            council_id=file.council_id,
        )
    return None
