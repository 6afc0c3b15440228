"""Naming and ending a cover; looking over what a colleague opened."""

from datetime import date

from app.base import clock
from app.base.columns import new_public_id
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.people.accounts.models import Person
from app.people.accounts.queries import lock_person
from app.people.accounts.rules import Role
from app.people.caseloads import permissions, queries
from app.people.caseloads.rules import REASON_LONGEST, fault_of_days
from app.people.circles.actions.caseloads import cover_for, covers_running, record_entry, take_off_caseload
from app.people.circles.models import CaseloadCover, CaseloadEntry
from app.people.councils.models import Council
from app.platform.messages.actions import circles as messages


class WrongDays(BadInput):
    """The days of a cover cannot stand (400)."""


class CoverNamed:
    """A cover that was named, and those of the caseload for whom it does not stand."""

    def __init__(self, cover: CaseloadCover, left_out: list[Person]) -> None:
        self.cover = cover
        self.left_out = left_out


def name_cover(*, actor: Person, cover: Person, council: Council, from_on: date, until_on: date) -> CoverNamed:
    """Name a colleague who stands in for a care manager between two days; each person is told who, and until when.

    It brings no powers. Whoever the cover may not stand beside is left out: where the cover works for a provider the
    person uses, helps them by their own choice, is that person, or has them on their own caseload.

    Args:
        actor: the care manager who will be away.
        cover: another care manager of the same council.
        council: whose caseload it is.
        from_on: the first day.
        until_on: the last day.

    Raises:
        NotAllowed: when the actor is no care manager of the council.
        WrongDays: when the days run backwards, are over or too many.
        Conflict: when the cover does not work there as a care manager, or covers on some of these days already.
    """
    if council.id not in actor.council_ids_as(Role.CARE_MANAGER):
        raise NotAllowed("Only a care manager of the council names who covers for them.")
    if not permissions.may_cover(cover, actor, council.id):
        raise Conflict("Choose another care manager of your council: somebody else covers for you.")
    fault = fault_of_days(from_on, until_on, clock.today())
    if fault:
        raise WrongDays(fault)
    lock_person(actor.id)
    for one in covers_running(actor.id, council.id):
        if one.cover_id == cover.id and one.from_on <= until_on and from_on <= one.until_on:
            raise Conflict(f"{cover.full_name} covers for you on some of these days already. End that first.")
    made = CaseloadCover(
        public_id=new_public_id(),
        away=actor,
        cover=cover,
        council_id=council.id,
        from_on=from_on,
        until_on=until_on,
        named_at=clock.now(),
    )
    db.session.add(made)
    db.session.flush()
    has_already = {entry.person_id for entry in queries.own_entries(cover, council.id)}
    covered = [one for one in queries.own_entries(actor, council.id) if one.person_id not in has_already]
    left_out = [one.person for one in covered if cover_for(made, one) is None]
    messages.you_cover(
        to_person_id=cover.id,
        to_email=cover.email,
        name=cover.full_name,
        away_name=actor.full_name,
        from_on=from_on,
        until_on=until_on,
    )
    db.session.flush()
    return CoverNamed(made, left_out)


def end_cover(*, actor: Person, cover: CaseloadCover) -> CaseloadCover:
    """End a cover before its last day, at once; each person is told.

    Raises:
        NotAllowed: when the actor is neither of the two nor a commissioner of the council.
        Conflict: when it has ended.
    """
    if not permissions.may_end_cover(actor, cover):
        raise NotAllowed("Only whoever is away, whoever covers, or a commissioner of the council ends this.")
    lock_person(cover.away_id)
    db.session.refresh(cover, with_for_update={"of": CaseloadCover})
    if cover.ended_at is not None or cover.until_on < clock.today():
        raise Conflict("This has ended already.")
    cover.ended_at, cover.ended_by_id = clock.now(), actor.id
    for entry in queries.entries_under(cover):
        entry.ended_at = clock.now()
        record_entry("cover_ended", actor, entry)
        person = entry.person
        messages.cover_ended(
            to_person_id=person.id, to_email=person.email, name=person.full_name, cover_name=cover.cover.full_name
        )
    db.session.flush()
    return cover


def look_over(*, actor: Person, entry: CaseloadEntry, is_right: bool, because: str = "") -> CaseloadEntry:
    """Look over what a colleague opened: it was right, or it was not, and ends.

    Args:
        actor: somebody else of the council.
        entry: what was opened.
        is_right: what they found.
        because: why it was not right, as the person reads it.

    Raises:
        NotAllowed: when the actor opened it, is that care manager, or the person; or is not of that council.
        BadInput: when it was not right and nobody says why.
        Conflict: when there was nothing to look over, or somebody did.
    """
    db.session.refresh(entry, with_for_update={"of": CaseloadEntry})
    if not permissions.may_look_over(actor, entry):
        raise NotAllowed("Somebody else from your council must look at this: nobody looks over what they opened.")
    if not entry.opened_because or entry.looked_over_at is not None:
        raise Conflict(queries.NO_OPENING)
    because = "" if is_right else because.strip()
    if not is_right and not because:
        raise BadInput("Say why it was not right: the person and your colleague read it")
    if len(because) > REASON_LONGEST:
        raise BadInput(f"The reason must be {REASON_LONGEST} characters or fewer")
    entry.looked_over_at, entry.looked_over_by_id, entry.was_right = clock.now(), actor.id, is_right
    entry.not_right_because = because
    db.session.flush()
    record_entry("opening_found_right" if is_right else "opening_ended", actor, entry)
    if not is_right:
        if entry.is_in_force:
            take_off_caseload(actor=actor, entry=entry)
        manager = entry.care_manager
        messages.opening_not_right(
            to_person_id=manager.id, to_email=manager.email, name=manager.full_name, because=because
        )
    db.session.flush()
    return entry
