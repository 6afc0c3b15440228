"""Bookings and visits for staff of the provider booked."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.base.db import db
from app.base.refusals import NotFound
from app.people.accounts.models import Person
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.permissions import is_staff_of
from app.support.booking_records.rules.states import BookingStatus, VisitStatus

FOR_THE_DESK = (
    selectinload(Booking.visits),
    joinedload(Booking.person),
    joinedload(Booking.listing),
    joinedload(Booking.provider),
    joinedload(Booking.pattern),
)


def booking_at_desk(actor: Person, public_id: str) -> Booking:
    """One booking, for staff of the provider booked.

    Raises:
        NotFound: when there is none, or it is another provider's.
    """
    booking = db.session.scalar(select(Booking).where(Booking.public_id == public_id).options(*FOR_THE_DESK))
    if booking is None or not is_staff_of(actor, booking):
        raise NotFound("We cannot find that booking among those of your organisation.")
    return booking


def visit_at_desk(actor: Person, public_id: str) -> Visit:
    """One visit, for staff of the provider booked.

    Raises:
        NotFound: when there is none, or it is another provider's.
    """
    rows = select(Visit).where(Visit.public_id == public_id).options(joinedload(Visit.booking))
    visit = db.session.scalar(rows)
    if visit is None or not is_staff_of(actor, visit.booking):
        raise NotFound("We cannot find that visit among those of your organisation.")
    return visit


def bookings_with(provider_ids: Collection[int], statuses: Collection[BookingStatus]) -> Select[Any]:
    """A provider's bookings in these statuses, newest first, for paging."""
    return (
        select(Booking)
        .where(Booking.provider_id.in_(provider_ids), Booking.status.in_(statuses))
        .order_by(Booking.requested_at.desc(), Booking.id.desc())
        .options(*FOR_THE_DESK)
    )


def unanswered(*, now: datetime) -> list[int]:
    """The ids of requests whose first visit should have begun by now, oldest first."""
    is_planned = (Visit.booking_id == Booking.id, Visit.status == VisitStatus.PLANNED)
    # A request that repeats may have lost its only visits so far to its sender's second thoughts.
    any_first = select(func.min(Visit.starts_at)).where(Visit.booking_id == Booking.id).scalar_subquery()
    first = func.coalesce(select(func.min(Visit.starts_at)).where(*is_planned).scalar_subquery(), any_first)
    rows = select(Booking.id).where(Booking.status == BookingStatus.REQUESTED, first <= now).order_by(Booking.id)
    return list(db.session.scalars(rows))
