"""What a provider must answer and record, what is to come, and what it was paid."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from app import clock
from app.accounts.models import Person, RoleGrant
from app.accounts.rules import Role
from app.bookings.models import Booking, Visit
from app.bookings.permissions import is_staff_of
from app.bookings.rules import BookingStatus, VisitStatus
from app.db import ask, db
from app.money import Money
from app.providers.models import Provider
from app.refusals import NotFound

_FOR_THE_DESK = (
    selectinload(Booking.visits),
    joinedload(Booking.person),
    joinedload(Booking.listing),
    joinedload(Booking.provider),
)


def providers_of(actor: Person) -> list[Provider]:
    """The providers this person works for, by name."""
    rows = select(Provider).where(Provider.id.in_(actor.provider_ids)).order_by(Provider.name, Provider.id)
    return list(db.session.scalars(rows))


def booking_at_desk(actor: Person, public_id: str) -> Booking:
    """One booking, for staff of the provider booked.

    Raises:
        NotFound: when there is none, or it is another provider's.
    """
    booking = db.session.scalar(select(Booking).where(Booking.public_id == public_id).options(*_FOR_THE_DESK))
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


def requests_for(provider_ids: Collection[int]) -> Select[Any]:
    """Requests waiting for an answer, the longest waiting first, for paging."""
    return (
        select(Booking)
        .where(Booking.provider_id.in_(provider_ids), Booking.status == BookingStatus.REQUESTED)
        .order_by(Booking.requested_at, Booking.id)
        .options(*_FOR_THE_DESK)
    )


def bookings_with(provider_ids: Collection[int], statuses: Collection[BookingStatus]) -> Select[Any]:
    """A provider's bookings in these statuses, newest first, for paging."""
    return (
        select(Booking)
        .where(Booking.provider_id.in_(provider_ids), Booking.status.in_(statuses))
        .order_by(Booking.requested_at.desc(), Booking.id.desc())
        .options(*_FOR_THE_DESK)
    )


def _planned(provider_ids: Collection[int]) -> Select[Any]:
    return (
        select(Visit)
        .join(Visit.booking)
        .where(
            Booking.provider_id.in_(provider_ids),
            Booking.status == BookingStatus.ACCEPTED,
            Visit.status == VisitStatus.PLANNED,
        )
        .options(
            joinedload(Visit.booking).joinedload(Booking.person), joinedload(Visit.booking).joinedload(Booking.listing)
        )
    )


def visits_to_record(provider_ids: Collection[int], *, now: datetime) -> Select[Any]:
    """Agreed visits that have begun and nobody has recorded, oldest first, for paging."""
    return _planned(provider_ids).where(Visit.starts_at <= now).order_by(Visit.starts_at, Visit.id)


def visits_to_come(provider_ids: Collection[int], *, now: datetime) -> Select[Any]:
    """Agreed visits still to begin, soonest first, for paging."""
    return _planned(provider_ids).where(Visit.starts_at > now).order_by(Visit.starts_at, Visit.id)


def visits_on(provider_ids: Collection[int], day: date) -> Select[Any]:
    """Every agreed visit that begins on a London day, recorded or not, in order."""
    begins = clock.at_london(day, datetime.min.time())
    ends = clock.at_london(day + timedelta(days=1), datetime.min.time())
    return (
        select(Visit)
        .join(Visit.booking)
        .where(
            Booking.provider_id.in_(provider_ids),
            Booking.status.in_({BookingStatus.ACCEPTED, BookingStatus.COMPLETED}),
            # Where other times were agreed, those asked for are none of the day's visits.
            Visit.status != VisitStatus.DECLINED,
            Visit.starts_at >= begins,
            Visit.starts_at < ends,
        )
        .order_by(Visit.starts_at, Visit.id)
        .options(
            joinedload(Visit.booking).joinedload(Booking.person), joinedload(Visit.booking).joinedload(Booking.listing)
        )
    )


def paid_since(provider_ids: Collection[int], since: datetime) -> Money:
    """What was charged to people's money for visits settled since then."""
    total = db.session.scalar(
        select(func.sum(Visit.charged_pence))
        .join(Visit.booking)
        .where(Booking.provider_id.in_(provider_ids), Visit.settled_at >= since)
    )
    return Money(int(total or 0))


def last_paid(provider_ids: Collection[int], *, limit: int = 10) -> list[Visit]:
    """The visits charged last, newest first."""
    return list(
        db.session.scalars(
            select(Visit)
            .join(Visit.booking)
            .where(Booking.provider_id.in_(provider_ids), Visit.charged_pence > 0)
            .order_by(Visit.settled_at.desc(), Visit.id.desc())
            .limit(limit)
            .options(
                joinedload(Visit.booking).joinedload(Booking.person),
                joinedload(Visit.booking).joinedload(Booking.listing),
            )
        )
    )


class Reader(NamedTuple):
    """Somebody to tell: who, and where to."""

    id: int
    email: str
    full_name: str


def staff_of(provider_id: int) -> list[Reader]:
    """Everybody who may act for a provider now."""
    return [Reader._make(row) for row in ask(_STAFF, {"provider_id": provider_id})]


_STAFF = (
    select(Person.id, Person.email, Person.full_name)
    .join(RoleGrant, RoleGrant.person_id == Person.id)
    .where(
        RoleGrant.provider_id == bindparam("provider_id"),
        RoleGrant.role == Role.PROVIDER_STAFF,
        RoleGrant.ended_at.is_(None),
        Person.closed_at.is_(None),
    )
    .order_by(Person.id)
    .distinct()
)


def unanswered(*, now: datetime) -> list[int]:
    """The ids of requests whose first visit should have begun by now, oldest first."""
    is_planned = (Visit.booking_id == Booking.id, Visit.status == VisitStatus.PLANNED)
    # A request that repeats may have lost its only visits so far to its sender's second thoughts.
    any_first = select(func.min(Visit.starts_at)).where(Visit.booking_id == Booking.id).scalar_subquery()
    first = func.coalesce(select(func.min(Visit.starts_at)).where(*is_planned).scalar_subquery(), any_first)
    rows = select(Booking.id).where(Booking.status == BookingStatus.REQUESTED, first <= now).order_by(Booking.id)
    return list(db.session.scalars(rows))
