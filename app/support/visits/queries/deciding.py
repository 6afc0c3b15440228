"""Who decides where the two sides of a visit differ: a care manager, or the operator where the council has nobody to.

Somebody always can. A person without a council, or whose council has no care manager but one of the two sides, is decided
for by the operator (``flask disputes decide``).
"""

from collections.abc import Collection, Sequence

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import joinedload

from app.base.db import db, fetch_rows
from app.base.refusals import NotFound
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role
from app.people.circles import queries as circles
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.queries.staff import StaffRecipient
from app.support.booking_records.rules.disputes import DisputeStatus
from app.support.booking_records.rules.words import Decides
from app.support.visits.models import Dispute

_CARE_MANAGERS = (
    select(RoleGrant.council_id, Person.id, Person.email, Person.full_name)
    .join(Person, Person.id == RoleGrant.person_id)
    .where(
        RoleGrant.role == Role.CARE_MANAGER,
        RoleGrant.council_id.in_(bindparam("councils", expanding=True)),
        RoleGrant.ended_at.is_(None),
        Person.closed_at.is_(None),
    )
    .order_by(RoleGrant.council_id, Person.id)
    .distinct()
)
_STAFF = select(RoleGrant.provider_id, RoleGrant.person_id).where(
    RoleGrant.role == Role.PROVIDER_STAFF,
    RoleGrant.provider_id.in_(bindparam("providers", expanding=True)),
    RoleGrant.ended_at.is_(None),
)


def sides_of(dispute: Dispute) -> set[int]:
    """The numbers of those who are one of the two sides: whoever raised it, the person, and the provider's staff."""
    booking = dispute.visit.booking
    return {dispute.raised_by_id, booking.person_id, *_staff({booking.provider_id})[booking.provider_id]}


def _staff(providers: Collection[int]) -> dict[int, set[int]]:
    found: dict[int, set[int]] = {provider: set() for provider in providers}
    for row in fetch_rows(_STAFF, {"providers": sorted(providers)}):
        found[row.provider_id].add(row.person_id)
    return found


def deciders_of(person: Person, *, but: Collection[int]) -> list[StaffRecipient]:
    """Whom to ask for a decision: the person's care managers, or those of their council when they have none but these.

    Args:
        person: about whose visit the two sides differ.
        but: the numbers of those who cannot, because they are one of the sides.
    """
    own = [entry.care_manager for entry in circles.care_managers_of(person) if entry.care_manager_id not in but]
    if own:
        return [StaffRecipient(one.id, one.email, one.full_name) for one in own]
    if person.council_id is None:
        return []
    rows = fetch_rows(_CARE_MANAGERS, {"councils": [person.council_id]})
    return [StaffRecipient(row.id, row.email, row.full_name) for row in rows if row.id not in but]


def may_decide_for(actor: Person, person: Person, *, but: Collection[int] = ()) -> bool:
    """Whether this care manager decides about this person's visits.

    One on whose caseload they are does; any of their council when they are on nobody's, or only on that of a side.
    """
    if actor.id in {person.id, *but} or person.council_id not in actor.council_ids_as(Role.CARE_MANAGER):
        return False
    own = {entry.care_manager_id for entry in circles.care_managers_of(person)} - set(but)
    return actor.id in own if own else True


def may_be_asked_to_decide(actor: Person, person: Person) -> bool:
    """Whether a letter may tell this care manager that both sides of a visit of this person wait for their decision."""
    rows = select(Dispute.raised_by_id).join(Dispute.visit).join(Visit.booking)
    standing = rows.where(Booking.person_id == person.id, Dispute.closed_at.is_(None))
    return may_decide_for(actor, person, but=set(db.session.scalars(standing)))


def who_decides(disputes: Sequence[Dispute]) -> dict[int, Decides]:
    """Who decides each of these disputes, or did, by its number: two queries, however many they are."""
    councils = {one.visit.booking.person.council_id for one in disputes} - {None}
    managers: dict[int | None, set[int]] = {council: set() for council in councils}
    if councils:
        for row in fetch_rows(_CARE_MANAGERS, {"councils": sorted(councils)}):
            managers[row.council_id].add(row.id)
    staff = _staff({one.visit.booking.provider_id for one in disputes}) if councils else {}
    found = {}
    for one in disputes:
        booking = one.visit.booking
        if one.status == DisputeStatus.DECIDED:
            found[one.id] = Decides.OPERATOR if one.closed_by_id is None else Decides.COUNCIL
            continue
        sides = {one.raised_by_id, booking.person_id, *staff.get(booking.provider_id, ())}
        found[one.id] = Decides.COUNCIL if managers.get(booking.person.council_id, set()) - sides else Decides.OPERATOR
    return found


def would_decide(booking: Booking, raised_by_id: int) -> Decides:
    """Who would decide what this account says of a visit of a booking, before it has said so."""
    sides = {raised_by_id, booking.person_id, *_staff({booking.provider_id})[booking.provider_id]}
    return Decides.COUNCIL if deciders_of(booking.person, but=sides) else Decides.OPERATOR


_WHOLE = (
    joinedload(Dispute.visit).joinedload(Visit.booking).joinedload(Booking.person),
    joinedload(Dispute.visit).joinedload(Visit.booking).joinedload(Booking.provider),
    joinedload(Dispute.raised_by),
    joinedload(Dispute.answered_by),
)


def _standing() -> Select[Dispute]:
    return select(Dispute).where(Dispute.closed_at.is_(None)).order_by(Dispute.raised_at, Dispute.id).options(*_WHOLE)


def for_the_operator() -> list[Dispute]:
    """The disputes that stand and that only the operator can decide, the oldest first."""
    standing = db.session.scalars(_standing()).all()
    decides = who_decides(standing)
    return [one for one in standing if decides[one.id] is Decides.OPERATOR]


def dispute_named(public_id: str) -> Dispute:
    """One dispute, for the operator.

    Raises:
        NotFound: when there is none.
    """
    found = db.session.scalar(select(Dispute).where(Dispute.public_id == public_id).options(*_WHOLE))
    if found is None:
        raise NotFound("There is no such dispute. flask disputes list says which wait.")
    return found
