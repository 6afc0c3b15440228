"""People and first estimates from a file: each row once however often it is sent, and undone within a day."""

from collections.abc import Callable, Iterable, Sequence

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.base.refusals import Conflict, NotAllowed, Refusal
from app.funding.agreeing.actions.agreeing import estimate_budget
from app.funding.taking_on.actions.asking import Described, take_on
from app.funding.taking_on.models import CouncilPerson, PeopleFile
from app.funding.taking_on.queries import twins
from app.funding.taking_on.rules import OPEN, TakingOn
from app.funding.taking_on.rules.files import UNDO_WITHIN, PersonRow
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.models import Council
from app.platform.audit.actions import record
from app.platform.messages.actions.letters import forget_letters
from app.platform.tables.rules.outcomes import Outcome, RowOutcome

Progress = Callable[[Sequence[PersonRow]], Iterable[PersonRow]]
ALIKE = "somebody who may be the same person has an account: take them on from the site, where you see who"


def import_people(
    *, actor: Person, council: Council, name: str, rows: Sequence[PersonRow], site: str, progress: Progress = iter
) -> list[RowOutcome]:
    """Ask everybody in a file to be with the council, making accounts, and write down their first estimates.

    A reference the council has is left as it is; whoever may be somebody with an account is refused, to be looked at.

    Raises:
        NotAllowed: for anybody but the council's commissioners.
    """
    if council.id not in actor.council_ids_as(Role.COMMISSIONER):
        raise NotAllowed("Only commissioners of the council bring people by file")
    db.session.scalar(select(Council.id).where(Council.id == council.id).with_for_update(key_share=True))
    known = set(
        db.session.scalars(
            select(CouncilPerson.reference).where(
                CouncilPerson.council_id == council.id, CouncilPerson.status.in_(OPEN)
            )
        )
    )
    file = PeopleFile(
        council_id=council.id,
        name=name[:120],
        made_at=clock.now(),
        made_by_id=actor.id,
        added=0,
        unchanged=0,
        refused=0,
    )
    db.session.add(file)
    db.session.flush()
    fates = []
    for row in progress(rows):
        if row.reference in known:
            fates.append(RowOutcome(row.line, row.reference, Outcome.UNCHANGED))
            continue
        fates.append(_imported(actor, council, file, row, site))
        if fates[-1].fate == Outcome.ADDED:
            known.add(row.reference)
    file.added, file.unchanged, file.refused = (
        sum(one.fate == fate for one in fates) for fate in (Outcome.ADDED, Outcome.UNCHANGED, Outcome.REFUSED)
    )
    db.session.flush()
    _note("people_file_brought", actor, file)
    return fates


def _imported(actor: Person, council: Council, file: PeopleFile, row: PersonRow, site: str) -> RowOutcome:
    described = Described(row.full_name, row.born_on, row.postcode, row.reference, row.email)
    if twins(
        council,
        full_name=row.full_name,
        born_on=row.born_on,
        postcode=row.postcode,
        reference=row.reference,
        email=row.email,
    ):
        return RowOutcome(row.line, row.reference, Outcome.REFUSED, ALIKE)
    try:
        with db.session.begin_nested():
            made, _ = take_on(actor=actor, council=council, described=described, person=None, site=site, file=file)
            if row.year_starts_on is not None and row.total_pence is not None:
                estimate_budget(
                    actor=actor,
                    person=made.person,
                    council=council,
                    year_starts_on=row.year_starts_on,
                    total_pence=row.total_pence,
                    contribution_pence=row.contribution_pence,
                )
    except Refusal as refusal:
        return RowOutcome(row.line, row.reference, Outcome.REFUSED, str(refusal).rstrip("."))
    return RowOutcome(row.line, row.reference, Outcome.ADDED)


def undo_file(*, actor: Person, file: PeopleFile) -> int:
    """Undo a file within a day: accounts nobody has used are closed, and their letters wiped; the number undone.

    Whoever has answered or chosen a password stays: that is theirs now.

    Raises:
        NotAllowed: for anybody but the council's commissioners.
        Conflict: when it was undone, or a day has passed.
    """
    if file.council_id not in actor.council_ids_as(Role.COMMISSIONER):
        raise NotAllowed("Only commissioners of the council undo a file")
    file = db.session.get_one(PeopleFile, file.id, with_for_update=True, populate_existing=True)
    if file.undone_at is not None:
        raise Conflict("This file was undone already")
    if clock.now() - file.made_at > UNDO_WITHIN:
        raise Conflict("A file can be undone for a day. Take people off one by one now")
    rows = select(CouncilPerson).where(CouncilPerson.file_id == file.id, CouncilPerson.status == TakingOn.ASKED)
    undone = 0
    for one in db.session.scalars(rows.order_by(CouncilPerson.id).with_for_update()):
        person = db.session.get_one(Person, one.person_id, with_for_update={"key_share": True}, populate_existing=True)
        if person.password_hash is not None:
            continue
        one.status, one.code_hash, one.code_until = TakingOn.WITHDRAWN, None, None
        forget_letters(person.id)
        person.closed_at = clock.now()
        # The address is free again for whoever it belongs to.
        person.email = f"undone-{person.public_id}"
        undone += 1
    file.undone_at = clock.now()
    db.session.flush()
    _note("people_file_undone", actor, file)
    return undone


def _note(action: str, actor: Person, file: PeopleFile) -> None:
    record(
        action=action,
        actor_id=actor.id,
        subject_kind="import_batch",
        subject_id=file.id,
        council_id=file.council_id,
    )
