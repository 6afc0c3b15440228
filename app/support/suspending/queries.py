"""Whom a suspension touches: people with agreed visits to come, requests that wait, and staff who must know."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, true, union

from app.base import clock
from app.base.db import db
from app.market.providers.models import Provider, Suspension
from app.people.accounts.models import Person
from app.people.councils.models import Council, Lot
from app.support.booking_records.models.bookings import Booking, Pattern, Visit
from app.support.booking_records.models.shares import Share, SharePlan
from app.support.booking_records.rules.shares import SharePlanStatus
from app.support.booking_records.rules.states import BookingStatus, VisitStatus


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose people and which kinds of support a suspension is about: of a council or everybody, of a lot or all."""

    provider_id: int
    council_id: int | None
    kinds: tuple[str, ...] | None = None
    """Those of the lot; nothing: all."""

    @classmethod
    def of(cls, suspension: Suspension) -> "Reach":
        """That of a suspension."""
        return cls.to(suspension.provider, suspension.council, suspension.lot)

    @classmethod
    def to(cls, provider: Provider, council: Council | None, lot: Lot | None) -> "Reach":
        """That of a suspension still to be made."""
        return cls(provider.id, None if council is None else council.id, None if lot is None else tuple(lot.kinds))


@dataclass(frozen=True, slots=True)
class Touched:
    """How many a suspension touches, as its check page says before it is made."""

    people: int
    """With visits agreed and still to come."""
    visits: int
    """Agreed, made and still to come."""
    patterns: int
    """Bookings of theirs that repeat and go on."""
    requests: int
    """That wait for an answer: they can no longer be accepted while the provider is suspended whole."""


def touched(reach: Reach) -> Touched:
    """Count them, in three queries."""
    agreed = _agreed(reach).subquery()
    people = db.session.scalar(select(func.count(agreed.c.person_id.distinct()))) or 0
    ids = select(agreed.c.booking_id)
    visits = select(func.count(Visit.id)).where(Visit.booking_id.in_(ids), *_to_come()).scalar_subquery()
    patterns = (
        select(func.count(Pattern.booking_id))
        .where(Pattern.booking_id.in_(ids), Pattern.next_on.is_not(None))
        .scalar_subquery()
    )
    counted = db.session.execute(select(visits, patterns)).one()
    waiting = db.session.scalar(
        select(func.count(Booking.id))
        .join(Person, Person.id == Booking.person_id)
        .where(Booking.status.in_([BookingStatus.REQUESTED, BookingStatus.PROPOSED]), *_within(reach))
    )
    return Touched(people, counted[0], counted[1], waiting or 0)


def people_touched(suspension: Suspension) -> Select[Person]:
    """The people with visits agreed and still to come, by name; for paging."""
    return people_reached(Reach.of(suspension))


def people_reached(reach: Reach) -> Select[Person]:
    """The people with visits agreed and still to come, within a reach, by name; for paging."""
    agreed = _agreed(reach).subquery()
    return select(Person).where(Person.id.in_(select(agreed.c.person_id))).order_by(Person.full_name, Person.id)


@dataclass(frozen=True, slots=True)
class ToCome:
    """The visits one person still has to come with the provider."""

    visits: int
    next_at: datetime | None
    repeats: bool


def visits_to_come_of(suspension: Suspension, people: Collection[Person]) -> Mapping[int, ToCome]:
    """What each of these people still has to come, by their number, in one query."""
    return visits_to_come_within(Reach.of(suspension), people)


def visits_to_come_within(reach: Reach, people: Collection[Person]) -> Mapping[int, ToCome]:
    """The same within a reach."""
    if not people:
        return {}
    agreed = _agreed(reach).subquery()
    rows = db.session.execute(
        select(
            agreed.c.person_id,
            func.count(Visit.id),
            func.min(Visit.starts_at),
            func.count(Pattern.next_on),
        )
        .select_from(agreed)
        .outerjoin(Visit, and_(Visit.booking_id == agreed.c.booking_id, *_to_come()))
        .outerjoin(Pattern, Pattern.booking_id == agreed.c.booking_id)
        .where(agreed.c.person_id.in_([person.id for person in people]))
        .group_by(agreed.c.person_id)
    )
    return {number: ToCome(visits, next_at, repeats > 0) for number, visits, next_at, repeats in rows}


def ids_touched(suspension: Suspension) -> list[int]:
    """The numbers of all the people with visits agreed and still to come."""
    return ids_reached(Reach.of(suspension))


def ids_reached(reach: Reach) -> list[int]:
    """The same within a reach."""
    agreed = _agreed(reach).subquery()
    return list(db.session.scalars(select(agreed.c.person_id).distinct().order_by(agreed.c.person_id)))


def _agreed(reach: Reach) -> Any:
    """Bookings agreed and still going on, each with every person whose it is: those who share it, too."""
    goes_on = or_(
        exists().where(Visit.booking_id == Booking.id, *_to_come()),
        exists().where(Pattern.booking_id == Booking.id, Pattern.next_on.is_not(None)),
    )
    is_agreed = (Booking.status == BookingStatus.ACCEPTED, goes_on)
    own = (
        select(Booking.person_id.label("person_id"), Booking.id.label("booking_id"))
        .join(Person, Person.id == Booking.person_id)
        .where(*is_agreed, *_within(reach))
    )
    shared = (
        select(Share.person_id.label("person_id"), Booking.id.label("booking_id"))
        .join(SharePlan, SharePlan.id == Share.plan_id)
        .join(Booking, Booking.id == SharePlan.booking_id)
        .join(Person, Person.id == Share.person_id)
        .where(SharePlan.status == SharePlanStatus.SENT, *is_agreed, *_within(reach))
    )
    return union(own, shared)


def _to_come() -> tuple[ColumnElement[bool], ...]:
    return Visit.status == VisitStatus.PLANNED, Visit.starts_at > clock.now()


def _within(reach: Reach) -> tuple[ColumnElement[bool], ...]:
    """The person lives in the council's area now, and it is one of the kinds of the lot."""
    return (
        Booking.provider_id == reach.provider_id,
        true() if reach.council_id is None else Person.council_id == reach.council_id,
        true() if reach.kinds is None else Booking.kind.in_(reach.kinds),
    )
