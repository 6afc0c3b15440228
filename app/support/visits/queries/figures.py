"""Delivered against billed, added up by the database: for a booking, a person, a provider, and a council in aggregate."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, case, distinct, false, func, select

from app.base.db import db
from app.market.catalogue.rules.kinds import THINGS
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.support.booking_records.models.bookings import PAID, Booking, Visit
from app.support.booking_records.models.visit_records import VisitRecord
from app.support.booking_records.permissions import may_see_bookings
from app.support.booking_records.rules.states import CAME, VisitStatus
from app.support.visits.rules.figures import VisitFigures


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _sum(column: Any) -> ColumnElement[int]:
    return func.coalesce(func.sum(column), 0)


_STANDS = VisitRecord.is_current & (VisitRecord.ending != VisitStatus.CANCELLED_IN_TIME)
"""What counts: not a visit found afterwards to have been called off in time, of which no record is made otherwise."""
_OF_THINGS = Booking.kind.in_(sorted(THINGS))
"""Things that were bought last no time: they are counted, with what they cost, and never among visits or hours."""
_OF_TIME = ~_OF_THINGS
_CAME = VisitRecord.ending.in_(CAME) & _OF_TIME


def _minutes(column: Any) -> ColumnElement[int]:
    return _sum(case((_OF_TIME, column), else_=0))


_SUMS = (
    _count(_OF_TIME),
    _minutes(VisitRecord.planned_minutes),
    _minutes(VisitRecord.delivered_minutes),
    # What waits for a dispute to be settled is charged to nobody.
    _sum(case((_OF_TIME & (Visit.charged_pence > 0), VisitRecord.charged_minutes), else_=0)),
    _minutes(PAID),
    _count(_CAME & VisitRecord.came_at.is_not(None)),
    _count(_CAME & VisitRecord.came_at.is_(None)),
    _count(_OF_TIME & VisitRecord.is_short_but_full & (Visit.charged_pence > 0)),
    _count(_OF_TIME & (VisitRecord.ending == VisitStatus.MISSED)),
    _count(_OF_THINGS),
    _sum(case((_OF_THINGS, PAID), else_=0)),
)
"""In the order of the fields of :class:`VisitFigures`."""


def _figures(row: Sequence[Any]) -> VisitFigures:
    return VisitFigures(*(int(value) for value in row))


def _over(*columns: Any, since: datetime | None = None, until: datetime | None = None) -> Select[Any]:
    rows = (
        select(*columns, *_SUMS)
        .select_from(VisitRecord)
        .join(Visit, Visit.id == VisitRecord.visit_id)
        .join(Booking, Booking.id == Visit.booking_id)
        .where(_STANDS)
    )
    if since is not None:
        rows = rows.where(Visit.starts_at >= since)
    return rows if until is None else rows.where(Visit.starts_at < until)


def figures_of_booking(booking: Booking) -> VisitFigures:
    """Everything recorded of one booking's visits."""
    return _figures(db.session.execute(_over().where(Booking.id == booking.id)).one())


class FiguresLine(NamedTuple):
    """One line of a table of figures: what it is about, and its sums."""

    public_id: str
    words: str
    figures: VisitFigures


def figures_of_person(actor: Person, person: Person, *, since: datetime, until: datetime) -> list[FiguresLine]:
    """A person's visits in a time, added up by provider, most charged first; nothing when the actor may not see them."""
    rows = (
        _over(Provider.public_id, Provider.name, since=since, until=until)
        .join(Provider, Provider.id == Booking.provider_id)
        # What is shared is also other people's money: its figures stand on the page of one's own share.
        .where(Booking.person_id == person.id, Booking.is_shared.is_(False))
        .group_by(Provider.id, Provider.public_id, Provider.name)
        .order_by(_sum(PAID).desc(), Provider.name, Provider.id)
        .limit(MOST_LINES)
    )
    if not may_see_bookings(circles.powers_over(actor, person.id)):
        rows = rows.where(false())
    return [FiguresLine(row[0], row[1], _figures(row[2:])) for row in db.session.execute(rows)]


MOST_LINES = 200


def figures_at_desk(provider_ids: Collection[int], *, since: datetime, until: datetime) -> VisitFigures:
    """All visits of these providers in a time."""
    rows = _over(since=since, until=until).where(Booking.provider_id.in_(provider_ids))
    return _figures(db.session.execute(rows).one())


def figures_by_booking(
    provider_ids: Collection[int], *, since: datetime, until: datetime, number: int, size: int
) -> tuple[list[FiguresLine], int]:
    """The same by booking, those with most short stays charged as full first; one page of them, and how many there are."""
    mine = Booking.provider_id.in_(provider_ids)
    rows = (
        _over(Booking.public_id, Booking.reference, since=since, until=until)
        .where(mine)
        .group_by(Booking.id, Booking.public_id, Booking.reference)
        .order_by(_SUMS[7].desc(), _SUMS[3].desc(), Booking.id)
        .limit(size)
        .offset((number - 1) * size)
    )
    total = (
        select(func.count(distinct(Visit.booking_id)))
        .select_from(VisitRecord)
        .join(Visit, Visit.id == VisitRecord.visit_id)
        .join(Booking, Booking.id == Visit.booking_id)
        .where(_STANDS, mine, Visit.starts_at >= since, Visit.starts_at < until)
    )
    found = [FiguresLine(row[0], row[1], _figures(row[2:])) for row in db.session.execute(rows)]
    return found, db.session.scalar(total) or 0


class ProviderFigures(NamedTuple):
    """One provider's sums in a council, with how many people stand behind them: never shown as they are."""

    name: str
    people: int
    figures: VisitFigures
    short_people: int
    """Those of the people who had a short stay charged as full."""
    missed_people: int
    """Those of them who had a visit missed."""


def figures_by_provider(council_id: int, *, since: datetime, until: datetime) -> list[ProviderFigures]:
    """A council's visits in a time by provider, by name; for who publishes them with small numbers withheld."""
    short = case((VisitRecord.is_short_but_full & (Visit.charged_pence > 0), Booking.person_id))
    missed = case((VisitRecord.ending == VisitStatus.MISSED, Booking.person_id))
    # Hours by provider are of people who had hours: who bought a thing stands behind none of them.
    rows = (
        _over(
            Provider.name,
            func.count(distinct(Booking.person_id)),
            func.count(distinct(short)),
            func.count(distinct(missed)),
            since=since,
            until=until,
        )
        .join(Provider, Provider.id == Booking.provider_id)
        .where(Booking.council_id == council_id, _OF_TIME)
        .group_by(Provider.id, Provider.name)
        .order_by(Provider.name, Provider.id)
    )
    return [ProviderFigures(row[0], row[1], _figures(row[4:]), row[2], row[3]) for row in db.session.execute(rows)]
