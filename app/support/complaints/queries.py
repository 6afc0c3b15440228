"""Reading complaints: one's own, those a provider's managers answer, and a council's copy."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload, selectinload

from app.base.db import db
from app.base.refusals import NotFound
from app.market.providers.models import Provider
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role, StaffDuty
from app.people.circles import queries as circles
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.queries.shares import shared_with
from app.support.complaints import permissions
from app.support.complaints.models import Complaint, ComplaintEntry
from app.support.complaints.permissions import READERS
from app.support.complaints.rules import FIRST, WAITING, ComplaintStatus

_LISTED = (joinedload(Complaint.provider), joinedload(Complaint.council), joinedload(Complaint.person))
_WHOLE = (
    *_LISTED,
    joinedload(Complaint.written_by),
    joinedload(Complaint.booking),
    selectinload(Complaint.steps).joinedload(ComplaintEntry.by),
)
_NONE = "There is no such complaint, or not any more for you."


def complaints_of(actor: Person, person: Person) -> Select[Complaint]:
    """A person's complaints, the newest first, for paging; a supporter sees those they wrote."""
    rows = select(Complaint).where(Complaint.person_id == person.id)
    if actor.id != person.id:
        rows = rows.where(Complaint.written_by_id == actor.id)
    return rows.order_by(Complaint.id.desc()).options(*_LISTED)


def complaint_with(key: str) -> Complaint | None:
    """The complaint that a form has sent already."""
    return db.session.scalar(select(Complaint).where(Complaint.key == key))


def own_complaint(actor: Person, public_id: str) -> Complaint:
    """One complaint, for whoever made it.

    Raises:
        NotFound: for anybody else, and when there is none.
    """
    found = _one(public_id)
    if found is None or not permissions.reads_for_person(actor, found, circles.powers_over(actor, found.person_id)):
        raise NotFound(_NONE)
    return found


def complaint_at_provider(actor: Person, public_id: str) -> Complaint:
    """One complaint, for the managers of the provider it is about.

    Raises:
        NotFound: for anybody else, and when there is none.
    """
    found = _one(public_id)
    if found is None or not permissions.reads_at_provider(actor, found):
        raise NotFound(_NONE)
    return found


def complaint_at_council(actor: Person, council_id: int, public_id: str) -> Complaint:
    """One complaint, for the moderators of the council that has the copy.

    Raises:
        NotFound: for anybody else, and when there is none.
    """
    found = _one(public_id)
    if found is None or found.council_id != council_id or not permissions.reads_at_council(actor, found):
        raise NotFound(_NONE)
    return found


def _one(public_id: str) -> Complaint | None:
    if not public_id.isalnum():
        return None
    return db.session.scalar(select(Complaint).where(Complaint.public_id == public_id).options(*_WHOLE))


def complaints_at_provider(actor: Person, provider: Provider) -> Select[Complaint]:
    """What a provider's managers read, what waits for them first; for paging."""
    rows = _not_own(actor).where(Complaint.provider_id == provider.id, Complaint.for_provider)
    waits = Complaint.status.in_(FIRST)
    return rows.order_by(~waits, Complaint.answer_by, Complaint.id.desc()).options(*_LISTED)


# Asked for every page of a provider's desk: written once.
_WAITING_AT_PROVIDER = select(func.count()).where(
    Complaint.person_id != bindparam("actor_id"),
    Complaint.written_by_id != bindparam("actor_id"),
    Complaint.provider_id == bindparam("provider_id"),
    Complaint.for_provider,
    Complaint.status.in_(FIRST),
)


def waiting_at_provider(actor: Person, provider_id: int) -> int:
    """How many complaints wait for a provider's managers."""
    return db.session.scalar(_WAITING_AT_PROVIDER, {"actor_id": actor.id, "provider_id": provider_id}) or 0


def complaints_at_council(actor: Person, council_id: int, *, only_mine: bool = False) -> Select[Complaint]:
    """A council's copies, those that wait first; ``only_mine``: what waits for this moderator. For paging."""
    rows = _not_own(actor).where(Complaint.council_id == council_id)
    rows = rows.where(or_(Complaint.provider_id.is_(None), Complaint.provider_id.not_in(actor.provider_ids)))
    if only_mine:
        rows = rows.where(_waits_for_council(actor))
    return rows.order_by(Complaint.status.not_in(WAITING), Complaint.answer_by, Complaint.id).options(*_LISTED)


def _waits_for_council(actor: Person) -> ColumnElement[bool]:
    """As :func:`app.support.complaints.permissions.may_answer_complaint` says of one."""
    return or_(
        and_(Complaint.status.in_(FIRST), ~Complaint.for_provider),
        and_(Complaint.status == ComplaintStatus.TAKEN_FURTHER, Complaint.answered_by_id != actor.id),
    )


def _not_own(actor: Person) -> Select[Complaint]:
    return select(Complaint).where(Complaint.person_id != actor.id, Complaint.written_by_id != actor.id)


def every_complaint_to(council_id: int) -> Sequence[Complaint]:
    """All complaints of which a council has the copy, in the order they came; for its file, which has nobody's words."""
    rows = select(Complaint).where(Complaint.council_id == council_id).order_by(Complaint.id)
    return db.session.scalars(rows.options(joinedload(Complaint.provider), joinedload(Complaint.council))).all()


def waiting_of(person_id: int) -> int:
    """How many complaints of a person wait."""
    rows = select(func.count()).where(Complaint.person_id == person_id, Complaint.status.in_(WAITING))
    return db.session.scalar(rows) or 0


def late_on(day: date) -> list[int]:
    """The numbers of complaints for which something was due before that day, and nobody was told so yet."""
    due = or_(
        and_(Complaint.status == ComplaintStatus.RECEIVED, Complaint.acknowledge_by < day, _untold(Complaint.acknowledge_by)),
        and_(Complaint.status.in_(WAITING), Complaint.answer_by < day, _untold(Complaint.answer_by)),
    )  # fmt: skip
    return list(db.session.scalars(select(Complaint.id).where(due).order_by(Complaint.id)))


def _untold(due: InstrumentedAttribute[date]) -> ColumnElement[bool]:
    return or_(Complaint.late_told_for.is_(None), Complaint.late_told_for < due)


def managers_of(provider_id: int) -> list[Person]:
    """The people who manage a provider's page now: who reads and answers complaints for it."""
    return [
        one for one in _holding(RoleGrant.provider_id == provider_id) if provider_id in one.provider_ids_to(StaffDuty.MANAGE)
    ]  # fmt: skip


def moderators_of(council_id: int) -> list[Person]:
    """The people who read complaints for a council now."""
    return _holding(RoleGrant.council_id == council_id, RoleGrant.role.in_(READERS))


def administrators_of(council_id: int) -> list[Person]:
    """Who can give somebody the role that a council lacks."""
    return _holding(RoleGrant.council_id == council_id, RoleGrant.role == Role.ADMINISTRATOR)


def _holding(*which: ColumnElement[bool]) -> list[Person]:
    holds = select(RoleGrant.person_id).where(RoleGrant.ended_at.is_(None), *which)
    rows = select(Person).where(Person.id.in_(holds), Person.closed_at.is_(None)).options(selectinload(Person.grants))
    return list(db.session.scalars(rows.order_by(Person.id)))


def bookings_to_speak_of(person: Person) -> Sequence[Booking]:
    """What somebody has or had booked, alone or shared, the newest first: about each they can complain."""
    theirs = or_(Booking.person_id == person.id, Booking.id.in_(shared_with(person.id)))
    rows = select(Booking).where(theirs).order_by(Booking.id.desc()).limit(50)
    return db.session.scalars(rows.options(joinedload(Booking.provider))).all()


def provider_has_managers(provider_id: int) -> bool:
    """Whether anybody there can read a complaint."""
    return bool(managers_of(provider_id))
