"""Taking places and giving them back: whoever comes second is told, and the next in line is told of what came free."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import bindparam, delete, func, insert, select

from app.base import clock
from app.base.columns import new_public_id
from app.base.db import db, fetch_rows, write_rows
from app.base.refusals import BadInput, Conflict, NotFound
from app.market.catalogue.models import Listing
from app.market.catalogue.permissions import may_manage
from app.people.accounts.models import Person
from app.platform.audit import actions as audit
from app.platform.messages.actions import agreements as notices
from app.platform.messages.actions import sending as messages
from app.support.availability import queries, rules
from app.support.availability.models import Availability, GroupSession, Place, Waiting
from app.support.availability.queries import locked_open_times, taken_between
from app.support.availability.rules import NoPlaceLeft, Opening, Span, Taken
from app.support.booking_records.models.bookings import Booking, Visit


class Seat(NamedTuple):
    """One place found for somebody: its number, of how many, and at which session when it is at one."""

    number: int
    of_places: int
    session_id: int | None = None


class VisitToPlace(NamedTuple):
    """A visit that is to have a place."""

    visit_id: int | None
    starts: datetime
    ends: datetime


_PLACE = insert(Place.__table__)  # type: ignore[arg-type] # it is a table
_OF_VISITS = select(Place.id, Place.session_id).where(Place.visit_id.in_(bindparam("visits", expanding=True)))
_LOCK_SESSION = select(GroupSession).where(GroupSession.id == bindparam("session_id")).with_for_update(key_share=True)
_NUMBERS = select(Place.number, Place.person_id).where(Place.session_id == bindparam("session_id"))


def seats_for(listing_id: int, times: Sequence[Span]) -> list[Seat] | None:
    """A place for each of these visits, so that they can be agreed at once; nobody else takes one until we are done.

    Returns:
        Nothing when this must be asked for: the provider did not say that it can be booked at once, one of the visits is
        outside the times it named, or begins too soon.

    Raises:
        NoPlaceLeft: when every place at one of the times is taken.
    """
    opened = locked_open_times(listing_id)
    if opened is None:
        return None
    windows = [opened.window(visit) for visit in times]
    if any(window is None for window in windows) or times[0][0] < clock.now() + opened.ahead:
        return None
    return _seated(listing_id, times, [window for window in windows if window is not None])


def seats_within(listing_id: int, times: Sequence[Span]) -> list[Seat | None]:
    """The same for what a provider says yes to itself: nothing for a visit outside the times it named.

    Raises:
        NoPlaceLeft: when every place at one of the times is taken.
    """
    opened = locked_open_times(listing_id)
    if opened is None:
        return [None] * len(times)
    windows = [opened.window(visit) for visit in times]
    inside = [(visit, window) for visit, window in zip(times, windows, strict=True) if window is not None]
    found = iter(_seated(listing_id, [visit for visit, _ in inside], [window for _, window in inside]))
    return [None if window is None else next(found) for window in windows]


def _seated(listing_id: int, times: Sequence[Span], windows: Sequence[rules.Window]) -> list[Seat]:
    if not times:
        return []
    since, until = min(window.opens for window in windows), max(window.closes for window in windows)
    taken = taken_between(listing_id, since, until)
    seats: list[Seat] = []
    for visit, window in zip(times, windows, strict=True):
        number = rules.first_free_place(visit, taken, window.places)
        if number is None:
            number, taken = _moved_over(listing_id, visit, window, taken, seats)
        seats.append(Seat(number, window.places))
        taken.append((number, *visit))
    return seats


def _moved_over(
    listing_id: int, visit: Span, window: rules.Window, taken: list[Taken], found: list[Seat]
) -> tuple[int, list[Taken]]:
    """Number the places of one opening anew, so that the visit has one: there is room, only not in one place.

    Raises:
        NoPlaceLeft: when that cannot be done here, because the same booking has a place in this opening already.
    """
    inside = (Place.listing_id == listing_id, Place.session_id.is_(None), Place.visit_id.is_not(None))
    meets = (Place.starts_at < window.closes, Place.ends_at > window.opens)
    rows = db.session.execute(select(Place.__table__).where(*inside, *meets).order_by(Place.id)).mappings().all()
    here = [one for one in taken if one[1] < window.closes and one[2] > window.opens]
    # What hangs over the edge, from times named before, meets others that are not looked at here.
    hangs_over = any(row["starts_at"] < window.opens or row["ends_at"] > window.closes for row in rows)
    if hangs_over or (found and len(here) != len(rows)):
        raise NoPlaceLeft
    spans = [(row["starts_at"], row["ends_at"]) for row in rows]
    *numbers, number = rules.seated_anew([*spans, visit])
    if number > window.places:
        raise NoPlaceLeft
    db.session.execute(delete(Place).where(Place.id.in_([row["id"] for row in rows])))
    moved = [
        {**row, "number": new, "of_places": max(row["of_places"], new)} for row, new in zip(rows, numbers, strict=True)
    ]
    if moved:
        write_rows(_PLACE, moved)
    away = [one for one in taken if one not in here]
    return number, [*away, *((new, *span) for new, span in zip(numbers, spans, strict=True))]


def take(
    listing_id: int, *, person_id: int, actor_id: int, seats: Sequence[Seat | None], sittings: Sequence[VisitToPlace]
) -> None:
    """Write down who has which place. The database refuses one that somebody has."""
    rows = [
        {
            "public_id": new_public_id(),
            "listing_id": listing_id,
            "session_id": seat.session_id,
            "visit_id": sitting.visit_id,
            "person_id": person_id,
            "number": seat.number,
            "of_places": seat.of_places,
            "starts_at": sitting.starts,
            "ends_at": sitting.ends,
            "taken_at": clock.now(),
            "taken_by_id": actor_id,
        }
        for seat, sitting in zip(seats, sittings, strict=True)
        if seat is not None
    ]
    if rows:
        write_rows(_PLACE, rows)


def take_for(booking: Booking, visits: Sequence[Visit | VisitToPlace], *, actor_id: int) -> None:
    """Take a place for each visit of a booking that somebody agreed to, where the provider named times and places.

    Raises:
        NoPlaceLeft: when every place at one of the times is taken.
    """
    sittings = [
        one if isinstance(one, VisitToPlace) else VisitToPlace(one.id, one.starts_at, one.ends_at) for one in visits
    ]
    try:
        seats = seats_within(booking.listing_id, [(one.starts, one.ends) for one in sittings])
    except NoPlaceLeft as full:
        raise NoPlaceLeft(
            "Every place you offer at that time is taken. Say on your listing that you have more, propose other times, "
            "or decline."
        ) from full
    take(
        booking.listing_id,
        person_id=booking.person_id,
        actor_id=actor_id,
        seats=seats,
        sittings=sittings,
    )


def give_back(visit_ids: Collection[int]) -> None:
    """Free the places of visits that will not be; at a session the next in line is told."""
    rows = fetch_rows(_OF_VISITS, {"visits": sorted(visit_ids)}).all()
    if not rows:
        return
    db.session.execute(delete(Place).where(Place.id.in_([row.id for row in rows])))
    for session_id in sorted({row.session_id for row in rows if row.session_id is not None}):
        offer_next(session_id)


# Sessions ------------------------------------------------------------------------------------------------------------


def locked_session(session_id: int) -> GroupSession:
    """The session as it is once everybody before us has taken a place or not.

    Raises:
        NotFound: when it is gone.
    """
    rows = _LOCK_SESSION.execution_options(populate_existing=True)
    group_session = db.session.scalar(rows, {"session_id": session_id})
    if group_session is None:
        raise NotFound("There is no such session, or not any more.")
    return group_session


def seat_at(session: GroupSession, person_id: int) -> Seat:
    """The next place at a session that is locked, for one person; what is kept for others is not given away.

    Raises:
        Conflict: when it is called off or has begun, or the person has a place.
        NoPlaceLeft: when it is full.
    """
    must_be_to_come(session)
    taken: dict[int, int] = {row.number: row.person_id for row in fetch_rows(_NUMBERS, {"session_id": session.id})}
    if person_id in taken.values():
        raise Conflict("There is a place for this person already. Nothing was booked twice.")
    kept = db.session.scalar(
        select(func.count()).where(
            Waiting.session_id == session.id, Waiting.person_id != person_id, Waiting.offered_until > clock.now()
        )
    )
    if rules.free_for(session.places, len(taken), kept or 0) == 0:
        raise NoPlaceLeft("Every place is taken. You can wait for one: we tell you when it is your turn.")
    number = next(number for number in range(1, session.places + 1) if number not in taken)
    return Seat(number, session.places, session.id)


def must_be_to_come(session: GroupSession) -> None:
    """Let pass a session that has not begun and was not called off.

    Raises:
        Conflict: saying which it is.
    """
    if session.called_off_at is not None:
        raise Conflict("This session was called off. Choose another one.")
    if session.starts_at <= clock.now():
        raise Conflict("This session has begun. Choose another one.")


def off_the_line(session_id: int, person_id: int) -> None:
    """Whoever has a place does not wait for one any more."""
    db.session.execute(delete(Waiting).where(Waiting.session_id == session_id, Waiting.person_id == person_id))


def offer_next(session_id: int) -> int:
    """Keep what came free for the next in line and tell them; whoever did not answer in time leaves the line.

    Returns:
        How many were told that a place is kept for them.
    """
    session, now = locked_session(session_id), clock.now()
    line = db.session.scalars(select(Waiting).where(Waiting.session_id == session_id).order_by(Waiting.id)).all()
    over = session.starts_at <= now or session.called_off_at is not None
    for one in line:
        if one.offered_until is not None and one.offered_until <= now:
            _tell(notices.PLACE_NOT_TAKEN, one, session)
            db.session.delete(one)
    if over:
        return 0
    kept = [one for one in line if one.offered_until is not None and one.offered_until > now]
    taken = db.session.scalar(select(func.count()).where(Place.session_id == session_id)) or 0
    asked = [one for one in line if one.offered_until is None]
    told = asked[: rules.free_for(session.places, taken, len(kept))]
    for one in told:
        one.offered_at, one.offered_until = now, rules.offer_until(session.starts_at, now=now)
        _tell(notices.PLACE_FOR_YOU, one, session)
        audit.record(
            action="place_offered",
            actor_id=None,
            for_person_id=one.person_id,
            subject_kind="group_session",
            subject_id=session_id,
        )
    db.session.flush()
    return len(told)


def session_path(session: GroupSession) -> str:
    """Where everybody reads a session."""
    return f"/sessions/{session.public_id}"


def _tell(notice: messages.MessageTemplate, one: Waiting, session: GroupSession) -> None:
    messages.send_notice(notice, one.person, link=session_path(session))


# What a provider says ------------------------------------------------------------------------------------------------


def set_availability(
    *,
    actor: Person,
    listing: Listing,
    openings: Sequence[Opening],
    closed: Collection[date] = (),
    ahead_hours: int = 24,
    is_instant: bool = True,
) -> int:
    """Say when a listing can be had, how many at a time, and whether it can be booked without asking.

    What is agreed already stays agreed and takes its places.

    Returns:
        How many visits already agreed found no place in these times.

    Raises:
        NotFound: when the actor does not work for its provider.
        BadInput: when the times make no sense.
        Conflict: when it cannot be booked here at all.
    """
    if not may_manage(actor, listing.provider):
        raise NotFound("There is no such listing at your desk")
    rules.check_openings(openings)
    if len(set(closed)) > rules.CLOSED_MOST:
        raise BadInput(f"Enter {rules.CLOSED_MOST} days or fewer")
    if not 0 <= ahead_hours <= rules.AHEAD_MOST_HOURS:
        raise BadInput(f"Enter between 0 and {rules.AHEAD_MOST_HOURS} hours")
    if is_instant and not openings:
        raise BadInput("Enter at least one time in which you can be booked at once")
    db.session.execute(select(Listing.id).where(Listing.id == listing.id).with_for_update(key_share=True))
    kept = queries.availability_of(listing.id)
    if kept is None:
        kept = Availability(listing_id=listing.id)
        db.session.add(kept)
    kept.is_instant = is_instant
    kept.openings = rules.stored_openings(openings)
    kept.closed = sorted(day.isoformat() for day in set(closed))
    kept.ahead_hours = ahead_hours
    kept.changed_at, kept.changed_by_id = clock.now(), actor.id
    db.session.flush()
    audit.record(
        action="availability_set",
        actor_id=actor.id,
        for_person_id=None,
        subject_kind="listing",
        subject_id=listing.id,
        is_instant=is_instant,
        openings=len(openings),
    )
    return _seat_what_is_agreed(listing.id, actor.id) if is_instant else 0


def _seat_what_is_agreed(listing_id: int, actor_id: int) -> int:
    """Take a place for each agreed visit to come that lies in the openings and has none; says how many found none."""
    visits = queries.visits_without_place(listing_id, clock.now())
    opened = locked_open_times(listing_id)
    if not visits or opened is None:
        return 0
    taken = taken_between(listing_id, visits[0].starts_at, max(visit.ends_at for visit in visits))
    without = 0
    for visit in visits:
        span = (visit.starts_at, visit.ends_at)
        window = opened.window(span)
        if window is None:
            continue
        try:
            number = rules.first_free_place(span, taken, window.places)
        except NoPlaceLeft:
            number = None
        if number is None:
            without += 1
            continue
        taken.append((number, *span))
        take(
            listing_id,
            person_id=visit.person_id,
            actor_id=actor_id,
            seats=[Seat(number, window.places)],
            sittings=[VisitToPlace(visit.id, *span)],
        )
    return without
