"""What a provider must answer and record, what is to come, and what it was paid."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, UnaryExpression, bindparam, func, select

from app.base.columns import UtcDateTime
from app.base.db import db, fetch_rows
from app.base.money import Money
from app.market.catalogue.rules.kinds import THINGS
from app.people.accounts.models import Person
from app.platform.web.paging import Page, in_pages, page_of
from app.support.availability.models import Place
from app.support.booking_records.models.bookings import PAID, Booking, Visit
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.queries.at_desk import FOR_THE_DESK


class DeskVisit(NamedTuple):
    """One visit as a line of the desk: when, for whom and what, and what was charged in pence."""

    public_id: str
    starts_at: datetime
    ends_at: datetime
    charged_pence: int
    """Less what went back of it."""
    booking: str
    """The public id of its booking."""
    whom: str
    title: str
    of_things: bool
    """Whether things come, which last no time."""


_MINE = Booking.provider_id.in_(bindparam("provider_ids", expanding=True))
_REQUESTS = in_pages(
    select(Booking)
    .where(_MINE, Booking.status == BookingStatus.REQUESTED)
    .order_by(Booking.requested_at, Booking.id)
    .options(*FOR_THE_DESK)
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
            PAID.label("charged_pence"),
            Booking.public_id.label("booking"),
            Person.full_name.label("whom"),
            Booking.agreed["title"].as_string().label("title"),
            Booking.kind.in_(sorted(THINGS)).label("of_things"),
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
_CHARGED = _lines(PAID > 0, order=(Visit.settled_at.desc(), Visit.id.desc()))
_PAID = (
    select(func.sum(PAID)).join(Visit.booking).where(_MINE, Visit.settled_at >= bindparam("since", type_=UtcDateTime()))
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


def _first(
    statement: Select[Any], provider_ids: Collection[int], size: int, now: datetime | None = None
) -> Page[DeskVisit]:
    asked = {"provider_ids": sorted(provider_ids), "size": size, **({} if now is None else {"now": now})}
    found = fetch_rows(statement, asked).all()
    return Page([DeskVisit._make(row[:-1]) for row in found], 1, size, found[0].total if found else 0)


def paid_since(provider_ids: Collection[int], since: datetime) -> Money:
    """What was charged to people's money for what was settled since then, less what went back of it."""
    return Money(int(fetch_rows(_PAID, {"provider_ids": sorted(provider_ids), "since": since}).scalar_one() or 0))


def are_at_session(visit_ids: Collection[int]) -> bool:
    """Whether these visits are places at group sessions: people go there themselves, so nobody needs to know where they live."""
    rows = select(Place.id).where(Place.visit_id.in_(visit_ids), Place.session_id.is_not(None)).limit(1)
    return bool(visit_ids) and db.session.scalar(rows) is not None
