"""Sessions with places: set up and called off by their provider; a place taken, given up, or waited for by a person."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, update

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.market.catalogue.models import Listing
from app.market.catalogue.permissions import may_manage
from app.market.providers.queries import suspensions
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.people.interests import queries as interests
from app.platform.audit import actions as audit
from app.platform.messages.actions import agreements as notices
from app.platform.messages.actions import bookings, sending
from app.support.availability import actions as availability_actions
from app.support.availability import permissions as availability_permissions
from app.support.availability.actions import VisitToPlace
from app.support.availability.models import GroupSession, Place, Waiting
from app.support.availability.rules import PLACES_MOST
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules import states
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.actions import locking, telling, visit_endings
from app.support.recurrence.rules import times as times_rules
from app.support.sessions import permissions
from app.support.sessions.rules import SESSIONS_AT_ONCE_MOST


def add_sessions(
    *, actor: Person, listing: Listing, times: Sequence[tuple[datetime, datetime]], places: int
) -> list[GroupSession]:
    """Set up sessions of a listing with so many places each, for its provider: all of them or none.

    Raises:
        NotFound: when the actor does not work for its provider.
        BadInput: when the number of places makes no sense.
        TimesRefused: when a time cannot be booked.
        Conflict: when one runs into another session of the listing, or it is nothing that people come together for.
    """
    if not may_manage(actor, listing.provider):
        raise NotFound("There is no such listing at your desk")
    if not availability_permissions.may_have_sessions(listing):
        raise Conflict("This cannot have sessions with places: it is a thing, or care for one person at a time.")
    if not 1 <= places <= PLACES_MOST:
        raise BadInput(f"How many places must be between 1 and {PLACES_MOST}")
    if len(times) > SESSIONS_AT_ONCE_MOST:
        raise BadInput(f"Add {SESSIONS_AT_ONCE_MOST} sessions or fewer at a time")
    times_rules.check_times(times, now=clock.now())
    # One at a time for a listing, so that no two run into each other.
    db.session.execute(select(Listing.id).where(Listing.id == listing.id).with_for_update(key_share=True))
    others = db.session.execute(
        select(GroupSession.starts_at, GroupSession.ends_at).where(
            GroupSession.listing_id == listing.id,
            GroupSession.ends_at > min(starts for starts, _ in times),
            GroupSession.starts_at < max(ends for _, ends in times),
        )
    )
    if times_rules.overlaps(times, [(starts, ends) for starts, ends in others]):
        raise Conflict("There is a session at one of these times already. Nothing was added.")
    made = [
        GroupSession(
            listing_id=listing.id,
            starts_at=starts,
            ends_at=ends,
            places=places,
            made_at=clock.now(),
            made_by_id=actor.id,
        )
        for starts, ends in sorted(times)
    ]
    db.session.add_all(made)
    db.session.flush()
    _record("sessions_added", made[0], actor, sessions=len(made), places=places)
    return made


def change_places(*, actor: Person, session: GroupSession, places_now: int) -> GroupSession:
    """Say that a session has more places, or fewer, but never fewer than are taken; what is new goes to who waits.

    Raises:
        NotFound: when the actor does not work for its provider.
        BadInput: when the number makes no sense.
        Conflict: when more places are taken, or the session is over or called off.
    """
    session = _mine(actor, session)
    availability_actions.must_be_to_come(session)
    if not 1 <= places_now <= PLACES_MOST:
        raise BadInput(f"How many places must be between 1 and {PLACES_MOST}")
    taken = sorted(db.session.scalars(select(Place.number).where(Place.session_id == session.id)))
    if len(taken) > places_now:
        raise Conflict(f"{len(taken)} places are taken already. Enter at least that.")
    # Whoever has a higher number moves to one that is free, so that all are among those there are.
    free = (number for number in range(1, places_now + 1) if number not in taken)
    for number in (number for number in taken if number > places_now):
        db.session.execute(
            update(Place).where(Place.session_id == session.id, Place.number == number).values(number=next(free))
        )
    session.places = places_now
    db.session.flush()
    db.session.expire_all()
    _record("session_places_changed", session, actor, places=places_now)
    availability_actions.offer_next(session.id)
    return session


def cancel_session(*, actor: Person, session: GroupSession, reason: str) -> GroupSession:
    """Call a session off, for its provider: every place is given back, nothing is charged, everybody is told.

    Raises:
        NotFound: when the actor does not work for its provider.
        BadInput: without a reason.
        Conflict: when it has begun, or was called off before.
    """
    reason = telling.booking_reason(reason, needed=True)
    session = _mine(actor, session)
    availability_actions.must_be_to_come(session)
    session.called_off_at, session.called_off_because = clock.now(), reason
    db.session.flush()
    told: dict[int, Person] = {}
    for place in db.session.scalars(select(Place).where(Place.session_id == session.id).order_by(Place.id)).all():
        told[place.person_id] = place.person
        if place.visit_id is None:
            db.session.delete(place)
        else:
            _give_money_back(place.visit_id, actor, reason)
    for one in db.session.scalars(select(Waiting).where(Waiting.session_id == session.id)).all():
        told[one.person_id] = one.person
        db.session.delete(one)
    for person in told.values():
        sending.send_notice(notices.SESSION_CALLED_OFF, person, link=availability_actions.session_path(session))
    _record("session_called_off", session, actor, told=len(told))
    db.session.flush()
    return session


def _give_money_back(visit_id: int, actor: Person, reason: str) -> None:
    """End one paid visit that will not be."""
    booking = locking.locked(db.session.scalars(select(Booking).join(Visit).where(Visit.id == visit_id)).one())
    visit = next(one for one in booking.visits if one.id == visit_id)
    if visit.status != VisitStatus.PLANNED:
        return
    booking.reason = reason
    visit_endings.end_visits(booking, {visit_id: VisitStatus.DECLINED}, actor)
    booking.status = states.outcome([one.status for one in booking.visits]) or BookingStatus.CANCELLED
    telling.record_booking_act("session_called_off", booking, actor)


def join(*, actor: Person, person: Person, session: GroupSession) -> Place:
    """Take a free place at a session; the second click finds the place of the first.

    Raises:
        NotAllowed: when the actor may not book for this person.
        Conflict: when it costs something, is called off, has begun, or its provider is suspended.
        NoPlaceLeft: when every place is taken or kept for somebody who waited.
    """
    _may_book(actor, person, session)
    session = availability_actions.locked_session(session.id)
    had = db.session.scalar(select(Place).where(Place.session_id == session.id, Place.person_id == person.id))
    if had is not None:
        return had
    listing = session.listing
    _must_be_on_show(listing, person)
    if not listing.is_for_all:
        raise Conflict("This costs something, so it is booked with your money. Open the session and book a place.")
    seat = availability_actions.seat_at(session, person.id)
    availability_actions.take(
        listing.id,
        person_id=person.id,
        actor_id=actor.id,
        seats=[seat],
        sittings=[VisitToPlace(None, session.starts_at, session.ends_at)],
    )
    availability_actions.off_the_line(session.id, person.id)
    _record("place_taken", session, actor, person=person)
    if actor.id != person.id:
        link = availability_actions.session_path(session)
        sending.send_notice(bookings.BOOKED_FOR_YOU, person, link=link, by_name=actor.full_name)
    db.session.flush()
    return db.session.scalars(select(Place).where(Place.session_id == session.id, Place.person_id == person.id)).one()


def leave(*, actor: Person, person: Person, session: GroupSession) -> None:
    """Give up a free place; the next in line is told. The second click changes nothing.

    Raises:
        NotAllowed: when the actor may not book for this person.
        Conflict: when the place was paid for: the booking is cancelled instead; or the session has begun.
    """
    _may_book(actor, person, session)
    session = availability_actions.locked_session(session.id)
    place = db.session.scalar(select(Place).where(Place.session_id == session.id, Place.person_id == person.id))
    if place is None:
        return
    if place.visit_id is not None:
        raise Conflict("This place is paid for. Cancel its booking instead, and see there what that costs.")
    availability_actions.must_be_to_come(session)
    db.session.delete(place)
    db.session.flush()
    _record("place_given_up", session, actor, person=person)
    availability_actions.offer_next(session.id)


def wait(*, actor: Person, person: Person, session: GroupSession) -> Waiting:
    """Wait for a place at a session that is full; the second click finds the place in the line.

    Raises:
        NotAllowed: when the actor may not book for this person.
        Conflict: when there is a free place, the person has one, or the session is over or called off.
    """
    _may_book(actor, person, session)
    session = availability_actions.locked_session(session.id)
    availability_actions.must_be_to_come(session)
    _must_be_on_show(session.listing, person)
    waits = db.session.scalar(select(Waiting).where(Waiting.session_id == session.id, Waiting.person_id == person.id))
    if waits is not None:
        return waits
    if db.session.scalar(select(Place.id).where(Place.session_id == session.id, Place.person_id == person.id)):
        raise Conflict("There is a place for this person already.")
    taken = db.session.scalar(select(func.count()).where(Place.session_id == session.id)) or 0
    in_line = db.session.scalar(select(func.count()).where(Waiting.session_id == session.id)) or 0
    if taken + in_line < session.places:
        raise Conflict("There is a free place now. Take it: there is no need to wait.")
    waits = Waiting(session_id=session.id, person_id=person.id, joined_at=clock.now(), joined_by_id=actor.id)
    db.session.add(waits)
    db.session.flush()
    _record("place_waited_for", session, actor, person=person)
    return waits


def stop_waiting(*, actor: Person, person: Person, session: GroupSession) -> None:
    """Leave the line; a place kept for this person goes to the next. The second click changes nothing.

    Raises:
        NotAllowed: when the actor may not book for this person.
    """
    _may_book(actor, person, session)
    session = availability_actions.locked_session(session.id)
    availability_actions.off_the_line(session.id, person.id)
    _record("waiting_stopped", session, actor, person=person)
    availability_actions.offer_next(session.id)


def _may_book(actor: Person, person: Person, session: GroupSession) -> None:
    """Places that cost nothing: whoever may book from some money may take one, and no money is asked about."""
    if not booking_records_permissions.may_book(circles.powers_to_act(actor, person.id)):
        raise NotAllowed("You may not book for this person. Only they can let you.")
    interests.must_not_sell(actor, person.id, session.listing.provider_id)


def _must_be_on_show(listing: Listing, person: Person) -> None:
    stopped = suspensions.stopped_under_lock(listing.provider_id, council_id=person.council_id, on=clock.today())
    reason = permissions.why_not_joined(listing, stopped=stopped)
    if reason is not None:
        raise Conflict(reason)


def _mine(actor: Person, session: GroupSession) -> GroupSession:
    if not may_manage(actor, session.listing.provider):
        raise NotFound("There is no such session at your desk")
    return availability_actions.locked_session(session.id)


def _record(action: str, session: GroupSession, actor: Person, *, person: Person | None = None, **details: int) -> None:
    audit.record(
        action=action,
        actor_id=actor.id,
        for_person_id=None if person is None else person.id,
        subject_kind="group_session",
        subject_id=session.id,
        **details,
    )
