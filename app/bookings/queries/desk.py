"""What a provider must answer and record, what is to come, and what it was paid."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, UnaryExpression, bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Person, RoleGrant
from app.accounts.rules import Role
from app.bookings.models import Booking, Visit
from app.bookings.permissions import is_staff_of
from app.bookings.rules import BookingStatus, VisitStatus
from app.columns import UtcDateTime
from app.db import ask, db
from app.money import Money
from app.providers.models import Provider
from app.refusals import NotFound
from app.web.paging import Page, in_pages, page_of

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


def bookings_with(provider_ids: Collection[int], statuses: Collection[BookingStatus]) -> Select[Any]:
    """A provider's bookings in these statuses, newest first, for paging."""
    return (
        select(Booking)
        .where(Booking.provider_id.in_(provider_ids), Booking.status.in_(statuses))
        .order_by(Booking.requested_at.desc(), Booking.id.desc())
        .options(*_FOR_THE_DESK)
    )


class DeskVisit(NamedTuple):
    """One visit as a line of the desk: when, for whom and what, and what was charged in pence."""

    public_id: str
    starts_at: datetime
    ends_at: datetime
    charged_pence: int
    booking: str
    """The public id of its booking."""
    whom: str
    title: str


_MINE = Booking.provider_id.in_(bindparam("provider_ids", expanding=True))
_REQUESTS = in_pages(
    select(Booking)
    .where(_MINE, Booking.status == BookingStatus.REQUESTED)
    .order_by(Booking.requested_at, Booking.id)
    .options(*_FOR_THE_DESK)
)
_IS_TO_RECORD = (Booking.status == BookingStatus.ACCEPTED, Visit.status == VisitStatus.PLANNED)


def _lines(*which: ColumnElement[bool], order: tuple[UnaryExpression[Any], ...]) -> Select[Any]:
    # Cut out and counted by number first: a provider has many visits, and a desk shows a few.
    mine = select(Visit.id).join(Visit.booking).where(_MINE, *which)
    total = select(func.count()).select_from(mine.subquery("every")).scalar_subquery()
    line = mine.order_by(*order).limit(bindparam("size")).subquery("line")
    return (
        select(
            Visit.public_id,
            Visit.starts_at,
            Visit.ends_at,
            Visit.charged_pence,
            Booking.public_id.label("booking"),
            Person.full_name.label("whom"),
            Booking.agreed["title"].as_string().label("title"),
            total.label("total"),
        )
        .select_from(line)
        .join(Visit, Visit.id == line.c.id)
        .join(Visit.booking)
        .join(Booking.person)
        .order_by(*order)
    )


_SOONEST_FIRST = (Visit.starts_at.asc(), Visit.id.asc())
_TO_RECORD = _lines(*_IS_TO_RECORD, Visit.starts_at <= bindparam("now", type_=UtcDateTime()), order=_SOONEST_FIRST)
_TO_COME = _lines(*_IS_TO_RECORD, Visit.starts_at > bindparam("now", type_=UtcDateTime()), order=_SOONEST_FIRST)
_CHARGED = _lines(Visit.charged_pence > 0, order=(Visit.settled_at.desc(), Visit.id.desc()))
_PAID = (
    select(func.sum(Visit.charged_pence))
    .join(Visit.booking)
    .where(_MINE, Visit.settled_at >= bindparam("since", type_=UtcDateTime()))
)
"""Built once: a desk is opened many times a day."""


def requests_for(provider_ids: Collection[int], *, size: int) -> Page[Booking]:
    """Requests that wait for an answer, the ``size`` that have waited longest, the longest first."""
    return page_of(_REQUESTS, number=1, size=size, values={"provider_ids": sorted(provider_ids)})


def visits_to_record(provider_ids: Collection[int], *, now: datetime, size: int) -> Page[DeskVisit]:
    """Agreed visits that have begun and nobody has recorded, the oldest ``size`` of them, oldest first."""
    return _first(_TO_RECORD, provider_ids, size, now)


def visits_to_come(provider_ids: Collection[int], *, now: datetime, size: int) -> Page[DeskVisit]:
    """Agreed visits still to begin, the next ``size`` of them, soonest first."""
    return _first(_TO_COME, provider_ids, size, now)


def last_paid(provider_ids: Collection[int], *, size: int = 10) -> Sequence[DeskVisit]:
    """The visits charged last, newest first."""
    return _first(_CHARGED, provider_ids, size).items


def _first(rows: Select[Any], provider_ids: Collection[int], size: int, now: datetime | None = None) -> Page[DeskVisit]:
    asked = {"provider_ids": sorted(provider_ids), "size": size, **({} if now is None else {"now": now})}
    found = ask(rows, asked).all()
    return Page([DeskVisit._make(row[:-1]) for row in found], 1, size, found[0].total if found else 0)


def paid_since(provider_ids: Collection[int], since: datetime) -> Money:
    """What was charged to people's money for visits settled since then."""
    return Money(int(ask(_PAID, {"provider_ids": sorted(provider_ids), "since": since}).scalar_one() or 0))


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
