"""When a listing can be booked at once, who has which place of it, and how its sessions stand."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Row, Select, and_, bindparam, func, select
from sqlalchemy.orm import joinedload

from app.base import clock
from app.base.db import db, fetch_rows
from app.base.refusals import NotFound
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.support.availability.models import Availability, GroupSession, Place, Waiting
from app.support.availability.permissions import may_have_sessions
from app.support.availability.rules import (
    Opening,
    Span,
    Taken,
    Window,
    free_for,
    openings_from_stored,
    openings_words,
    window_of,
)
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.states import BookingStatus, VisitStatus


class Open(NamedTuple):
    """When a listing can be booked at once."""

    openings: tuple[Opening, ...]
    closed: frozenset[date]
    ahead: timedelta

    def window(self, visit: Span) -> Window | None:
        """The opening a visit lies in, when it can be booked at once at all."""
        return window_of(self.openings, self.closed, visit)


_OPEN = select(Availability.openings, Availability.closed, Availability.ahead_hours).where(
    Availability.listing_id == bindparam("listing_id"), Availability.is_instant
)
_LOCK_OPEN = _OPEN.with_for_update(of=Availability)


def open_times(listing_id: int) -> Open | None:
    """When this can be booked at once; nothing when every booking of it is asked for."""
    return _opened(fetch_rows(_OPEN, {"listing_id": listing_id}).one_or_none())


def open_times_of_many(listing_ids: Collection[int]) -> dict[int, Open]:
    """The same for several listings, in one query; without those of which every booking is asked for."""
    rows = select(Availability.listing_id, Availability.openings, Availability.closed, Availability.ahead_hours)
    found = db.session.execute(rows.where(Availability.listing_id.in_(listing_ids), Availability.is_instant))
    return {number: _as_open(openings, closed, ahead) for number, openings, closed, ahead in found}


def locked_open_times(listing_id: int) -> Open | None:
    """The same, with nobody else taking a place of it until we are done."""
    return _opened(fetch_rows(_LOCK_OPEN, {"listing_id": listing_id}).one_or_none())


def _opened(row: Row[Any] | None) -> Open | None:
    return None if row is None else _as_open(row.openings, row.closed, row.ahead_hours)


def _as_open(openings: list[dict[str, int]], closed: list[str], ahead_hours: int) -> Open:
    days = frozenset(date.fromisoformat(day) for day in closed)
    return Open(openings_from_stored(openings), days, timedelta(hours=ahead_hours))


_TAKEN = select(Place.number, Place.starts_at, Place.ends_at).where(
    Place.listing_id == bindparam("listing_id"),
    Place.session_id.is_(None),
    Place.starts_at < bindparam("until"),
    Place.ends_at > bindparam("since"),
)


def taken_between(listing_id: int, since: datetime, until: datetime) -> list[Taken]:
    """The places of a listing that visits have between two moments."""
    rows = fetch_rows(_TAKEN, {"listing_id": listing_id, "since": since, "until": until})
    return [(number, starts, ends) for number, starts, ends in rows]


def availability_of(listing_id: int) -> Availability | None:
    """What the provider said about when a listing can be had."""
    return db.session.scalar(select(Availability).where(Availability.listing_id == listing_id))


def availability_words(listing_id: int) -> str:
    """When a listing can be booked at once: ``Tuesday 9am to 5pm``; nothing when every booking is asked for."""
    opened = open_times(listing_id)
    return "" if opened is None else openings_words(opened.openings)


def visits_without_place(listing_id: int, since: datetime) -> Sequence[Row[int, int, datetime, datetime]]:
    """Agreed visits to come of a listing that no place was taken for: number, whose, start and end, the first one first."""
    return db.session.execute(
        select(Visit.id, Booking.person_id, Visit.starts_at, Visit.ends_at)
        .join(Visit.booking)
        .outerjoin(Place, Place.visit_id == Visit.id)
        .where(
            Booking.listing_id == listing_id,
            Booking.status == BookingStatus.ACCEPTED,
            Visit.status == VisitStatus.PLANNED,
            Visit.starts_at > since,
            Place.id.is_(None),
        )
        .order_by(Visit.starts_at, Visit.id)
    ).all()


# Sessions ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session as a list shows it, and how it stands for one person."""

    id: int
    public_id: str
    starts_at: datetime
    ends_at: datetime
    places: int
    taken: int
    offered: int
    """Places that came free and are kept for somebody who waited."""
    waiting: int
    is_called_off: bool
    mine: str | None = None
    """Public id of the place this person has."""
    in_line: int | None = None
    """Which in the line this person is, from 1."""
    offered_until: datetime | None = None
    """Until when a place is kept for this person."""

    @property
    def free(self) -> int:
        """Places somebody may take who does not wait."""
        return free_for(self.places, self.taken, self.offered)


_TAKEN_AT = select(func.count()).where(Place.session_id == GroupSession.id).scalar_subquery()
_OFFERED_AT = (
    select(func.count())
    .where(Waiting.session_id == GroupSession.id, Waiting.offered_until > bindparam("now"))
    .scalar_subquery()
)
_WAITING_AT = select(func.count()).where(Waiting.session_id == GroupSession.id).scalar_subquery()
_SESSIONS = (
    select(
        GroupSession.id,
        GroupSession.public_id,
        GroupSession.starts_at,
        GroupSession.ends_at,
        GroupSession.places,
        _TAKEN_AT.label("taken"),
        _OFFERED_AT.label("offered"),
        _WAITING_AT.label("waiting"),
        GroupSession.called_off_at.is_not(None).label("is_called_off"),
    )
    .where(GroupSession.listing_id == bindparam("listing_id"), GroupSession.starts_at > bindparam("now"))
    .order_by(GroupSession.starts_at)
    .limit(bindparam("most"))
)
SESSIONS_MOST = 60


def sessions_of(listing_id: int, *, person: Person | None = None, with_called_off: bool = False) -> list[SessionRow]:
    """The sessions of a listing to come, soonest first, with how each stands and, for a person, what they have of it."""
    found = fetch_rows(_SESSIONS, {"listing_id": listing_id, "now": clock.now(), "most": SESSIONS_MOST})
    rows = [row for row in found if with_called_off or not row.is_called_off]
    ids = [row.id for row in rows]
    mine = _places_at(ids, person) if person is not None and ids else {}
    lines = _line_at(ids, person) if person is not None and ids else {}
    return [
        SessionRow(
            **row._asdict(),
            mine=mine.get(row.id),
            in_line=lines.get(row.id, (None, None))[0],
            offered_until=lines.get(row.id, (None, None))[1],
        )
        for row in rows
    ]


def _places_at(session_ids: Collection[int], person: Person) -> dict[int, str]:
    rows = db.session.execute(
        select(Place.session_id, Place.public_id).where(Place.session_id.in_(session_ids), Place.person_id == person.id)
    )
    return {number: public_id for number, public_id in rows if number is not None}


def _line_at(session_ids: Collection[int], person: Person) -> dict[int, tuple[int, datetime | None]]:
    """Which in each line the person is, and until when a place is kept for them."""
    mine = (
        select(Waiting.session_id, Waiting.id, Waiting.offered_until)
        .where(Waiting.session_id.in_(session_ids), Waiting.person_id == person.id)
        .subquery()
    )
    rows = db.session.execute(
        select(mine.c.session_id, mine.c.offered_until, func.count())
        .join(Waiting, and_(Waiting.session_id == mine.c.session_id, Waiting.id <= mine.c.id))
        .group_by(mine.c.session_id, mine.c.offered_until)
    )
    now = clock.now()
    return {number: (before, until if until and until > now else None) for number, until, before in rows}


_NEXT_SESSION = (
    select(GroupSession.starts_at)
    .where(
        GroupSession.listing_id == bindparam("listing_id"),
        GroupSession.starts_at > bindparam("now"),
        GroupSession.called_off_at.is_(None),
    )
    .order_by(GroupSession.starts_at)
    .limit(1)
)


def next_session(listing: Listing) -> datetime | None:
    """When the next session of a listing begins; nothing when it has none."""
    if not may_have_sessions(listing):
        return None
    found: datetime | None = fetch_rows(_NEXT_SESSION, {"listing_id": listing.id, "now": clock.now()}).scalar()
    return found


def session_on_show(public_id: str) -> GroupSession:
    """One session, with its listing.

    Raises:
        NotFound: when there is none.
    """
    rows = select(GroupSession).where(GroupSession.public_id == public_id)
    group_session = db.session.scalar(rows.options(joinedload(GroupSession.listing).joinedload(Listing.provider)))
    if group_session is None:
        raise NotFound("There is no such session, or not any more.")
    return group_session


def standing_at(session: GroupSession, person: Person) -> SessionRow:
    """How one session stands, for one person, whether it is still to come or not."""
    now = clock.now()
    facts = db.session.execute(
        select(_TAKEN_AT, _OFFERED_AT, _WAITING_AT).where(GroupSession.id == session.id), {"now": now}
    ).one()
    mine = _places_at([session.id], person)
    place_in_line, until = _line_at([session.id], person).get(session.id, (None, None))
    return SessionRow(
        session.id,
        session.public_id,
        session.starts_at,
        session.ends_at,
        session.places,
        *facts,
        is_called_off=session.called_off_at is not None,
        mine=mine.get(session.id),
        in_line=place_in_line,
        offered_until=until,
    )


def who_comes(session: GroupSession) -> list[Place]:
    """Everybody with a place at a session, by name, for its provider."""
    rows = select(Place).join(Place.person).where(Place.session_id == session.id)
    return list(db.session.scalars(rows.order_by(Person.full_name, Place.id).options(joinedload(Place.person))))


def places_of(person: Person) -> Select[Any]:
    """The free places a person has at sessions to come, soonest first, for paging; paid ones stand among the bookings."""
    return (
        select(Place)
        .join(Place.session)
        .where(Place.person_id == person.id, Place.visit_id.is_(None), Place.ends_at > clock.now())
        .order_by(Place.starts_at, Place.id)
        .options(joinedload(Place.session).joinedload(GroupSession.listing).joinedload(Listing.provider))
    )


def lines_of(person: Person) -> list[Waiting]:
    """The sessions to come at which a person waits for a place, soonest first."""
    rows = (
        select(Waiting)
        .join(Waiting.session)
        .where(Waiting.person_id == person.id, GroupSession.starts_at > clock.now())
        .order_by(GroupSession.starts_at, Waiting.id)
        .options(joinedload(Waiting.session).joinedload(GroupSession.listing).joinedload(Listing.provider))
    )
    return list(db.session.scalars(rows))


def place_of_person(person: Person, public_id: str) -> Place:
    """One of a person's free places.

    Raises:
        NotFound: when there is none.
    """
    rows = select(Place).where(Place.public_id == public_id, Place.person_id == person.id, Place.visit_id.is_(None))
    place = db.session.scalar(rows.options(joinedload(Place.session)))
    if place is None:
        raise NotFound("We cannot find that place among yours.")
    return place


def booking_of_place(session_id: int, person_id: int) -> str | None:
    """The public id of the booking that pays for a person's place at a session; nothing where the place is free."""
    return db.session.scalar(
        select(Booking.public_id)
        .join(Visit, Visit.booking_id == Booking.id)
        .join(Place, Place.visit_id == Visit.id)
        .where(Place.session_id == session_id, Place.person_id == person_id)
    )


def offers_over(*, now: datetime) -> list[int]:
    """The numbers of the sessions at which a place was kept for somebody who did not take it in time."""
    rows = select(Waiting.session_id).where(Waiting.offered_until <= now).distinct().order_by(Waiting.session_id)
    return list(db.session.scalars(rows))
