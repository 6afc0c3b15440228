"""Booking at once: the places, when nobody needs to answer, and what is agreed by taking them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from app.base.refusals import Conflict
from app.support.availability import actions as availability_actions
from app.support.availability.actions import Seat, VisitToPlace
from app.support.bookings.actions import agreements
from app.support.bookings.actions.telling import Sent
from app.support.bookings.queries.offers import Offer
from app.support.bookings.rules import agreements as agreements_rules


def seats(
    listing_id: int, times: Sequence[tuple[datetime, datetime]], session_id: int | None, person_id: int
) -> list[Seat] | None:
    """The places to take when it is agreed at once; nothing when it is asked for.

    Raises:
        NoPlaceLeft: when every place is taken.
        Conflict: when the session is not at that time, or over.
    """
    if session_id is None:
        return availability_actions.seats_for(listing_id, times)
    session = availability_actions.locked_session(session_id)
    if session.listing_id != listing_id or list(times) != [(session.starts_at, session.ends_at)]:
        raise Conflict("This session was changed while you were looking. Nothing was booked: look at it again.")
    return [availability_actions.seat_at(session, person_id)]


def agree(
    sent: Sent,
    listing_id: int,
    words: dict[str, Any],
    offer: Offer,
    visits: Sequence[int],
    seats: Sequence[Seat],
    person_id: int,
    actor_id: int,
) -> None:
    """Take the places of a booking that nobody needs to answer, and keep what was agreed."""
    availability_actions.take(
        listing_id,
        person_id=person_id,
        actor_id=actor_id,
        seats=seats,
        sittings=[VisitToPlace(visit, one.starts, one.ends) for visit, one in zip(visits, offer.visits, strict=True)],
    )
    for seat in seats:
        if seat.session_id is not None:
            availability_actions.off_the_line(seat.session_id, person_id)
    agreements.freeze(
        booking_id=sent.id,
        words=words,
        visits=agreements_rules.visits_kept((one.starts, one.ends, one.pence, one.lines) for one in offer.visits),
        total_pence=sent.total_pence,
        actor_id=actor_id,
    )
