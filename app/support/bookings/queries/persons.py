"""A person's own bookings, and what happened to them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, bindparam, func, not_, or_, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app.base import clock
from app.base.db import db
from app.base.refusals import NotFound
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.people.councils.models import Locality
from app.platform.audit.models import AuditEvent
from app.platform.web.paging import Page, in_pages, page_of
from app.support.booking_records.models.bookings import Booking, Pattern, Visit, VisitPayment
from app.support.booking_records.permissions import may_see_bookings
from app.support.booking_records.queries.shares import acts_for
from app.support.booking_records.rules.states import OPEN, VisitStatus

_WHOLE = (
    selectinload(Booking.visits).selectinload(Visit.payments).joinedload(VisitPayment.pot),
    joinedload(Booking.person),
    joinedload(Booking.booked_by),
    joinedload(Booking.provider),
    joinedload(Booking.listing),
)


class SharedInstead(NotFound):
    """This booking is shared: whoever asks may see their own share of it, and on its own page."""

    def __init__(self, booking: Booking) -> None:
        super().__init__("This support is shared. You can see your own share of it under shared support.")
        self.booking = booking


def bookings_of(actor: Person, person: Person, *, number: int, is_over: bool | None = None) -> Page[Booking]:
    """One page of a person's bookings; nothing when the actor may not see them.

    What is still to come is in the order in which it comes. A booking of which every visit is over is over, whatever its
    provider has still to record; all, and those that are over, are in the order of their requests, newest first.

    Args:
        actor: whoever is looking.
        person: whose bookings.
        number: the page, from 1.
        is_over: only those that are over, or only those that are not; all when not said.
    """
    may_see = may_see_bookings(circles.powers_over(actor, person.id))
    return page_of(_LISTS[is_over], number=number, values={"person_id": person.id if may_see else None})


# When the next visit of a booking begins that is not over.
_NEXT_VISIT = (
    select(func.min(Visit.starts_at))
    .where(
        Visit.booking_id == Booking.id,
        Visit.status == VisitStatus.PLANNED,
        Visit.ends_at > bindparam("now", callable_=clock.now, type_=Visit.ends_at.type),
    )
    .correlate(Booking)
    .scalar_subquery()
)
# The first day of support that repeats whose visits are made when their money comes.
_MADE_LATER = select(Pattern.next_on).where(Pattern.booking_id == Booking.id).correlate(Booking).scalar_subquery()
_TO_COME = and_(Booking.status.in_(OPEN), or_(_NEXT_VISIT.is_not(None), _MADE_LATER.is_not(None)))
_NEWEST = (Booking.requested_at.desc(), Booking.id.desc())
_OF_PERSON = (
    select(Booking)
    .where(Booking.person_id == bindparam("person_id"), Booking.is_shared.is_(False))
    .options(selectinload(Booking.visits), joinedload(Booking.booked_by), joinedload(Booking.provider))
)
# Built once: a statement that is built for each page is left in circles, to be collected.
_LISTS = {
    None: in_pages(_OF_PERSON.order_by(*_NEWEST)),
    True: in_pages(_OF_PERSON.where(not_(_TO_COME)).order_by(*_NEWEST)),
    False: in_pages(_OF_PERSON.where(_TO_COME).order_by(_NEXT_VISIT.is_(None), _NEXT_VISIT, _MADE_LATER, Booking.id)),
}


def made_with(person: Person, keys: Collection[str]) -> dict[str, Booking]:
    """This person's bookings that were asked for with these keys, by key, with their visits; for whoever may book for them."""
    rows = select(Booking).where(Booking.person_id == person.id, Booking.key.in_(keys))
    return {booking.key: booking for booking in db.session.scalars(rows.options(selectinload(Booking.visits)))}


def booking_for(actor: Person, public_id: str) -> Booking:
    """One booking, whole, for the person it is for or somebody beside them.

    Raises:
        NotFound: when there is none, or it is not this actor's to know of.
    """
    booking = db.session.scalar(select(Booking).where(Booking.public_id == public_id).options(*_WHOLE))
    if booking is not None and booking.is_shared and acts_for(actor, booking) is not None:
        raise SharedInstead(booking)
    if booking is None or booking.is_shared or not may_see_bookings(circles.powers_over(actor, booking.person_id)):
        raise NotFound("We cannot find that booking among yours.")
    return booking


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a booking: when, what, by whom, and for whom when not for themselves."""

    at: datetime
    action: str
    details: dict[str, Any]
    actor_name: str | None
    for_name: str | None


def booking_history(booking: Booking) -> list[Step]:
    """Everything that happened to a booking, oldest first, with who did it for whom."""
    doer, whose = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(AuditEvent, doer, whose)
        .outerjoin(doer, doer.id == AuditEvent.actor_id)
        .outerjoin(whose, whose.id == AuditEvent.for_person_id)
        .where(AuditEvent.subject_kind == "booking", AuditEvent.subject_id == booking.id)
        .order_by(AuditEvent.id)
    )
    return [
        Step(
            event.at,
            event.action,
            event.details,
            None if actor is None else actor.full_name,
            None if whom is None or actor is None or actor.id == whom.id else whom.full_name,
        )
        for event, actor, whom in rows
    ]


def area_of(booking: Booking) -> str | None:
    """The locality of the visit, by name: enough for a provider to judge before it has agreed to come."""
    if booking.locality_id is None:
        return None
    return db.session.scalar(select(Locality.name).where(Locality.id == booking.locality_id))
