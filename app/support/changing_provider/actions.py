"""Ending support with notice, and moving it to another provider: whole, or not at all."""

from collections.abc import Sequence
from datetime import date, time, timedelta

from app.base import clock
from app.base.db import db, fetch_rows
from app.base.refusals import Conflict
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.people.accounts.rules import StaffDuty
from app.platform.messages.actions import bookings as messages
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.queries import changes, whose_money
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.actions import locking, pattern_endings, telling, visit_endings
from app.support.bookings.actions.locking import LOCK_PERSON
from app.support.bookings.actions.requests import PriceChanged, send_request
from app.support.bookings.queries import notice as notice_queries
from app.support.bookings.queries import offers
from app.support.bookings.rules import notice as notice_rules
from app.support.bookings.rules.requests import BookingRequest
from app.support.changing_provider import queries
from app.support.changing_provider.queries import Carrying


def end_with_notice(
    *, actor: Person, booking: Booking, last_day: date, reason: str = "", released_seen: int | None = None
) -> Booking:
    """End agreed support after a last day that leaves the notice agreed: later visits are called off, free of charge.

    Visits up to that day stay as they are, each with its own rule for cancelling. Either side may end it. Asked again
    with the same day it is the same ending.

    Args:
        actor: the person, somebody with the power to book for them, or the provider's staff.
        booking: which.
        last_day: the London day of the last visits.
        reason: why, for the other side; may be empty.
        released_seen: the pence the page said would be free again; another sum is asked about again.

    Raises:
        NotFound: when the booking is not this actor's to know of.
        NotAllowed: when the actor may see it but not end it.
        LastDayRefused: when the notice is too short or the day is later than an ending already made.
        Conflict: when it is not going on.
        PriceChanged: when another sum than the one seen would be free again.
    """
    _may_end(actor, booking)
    booking = locking.locked(booking)
    if booking.ends_on == last_day and booking.ended_by_id == actor.id:
        return booking
    _end(actor, booking, last_day, reason, released_seen)
    db.session.flush()
    return booking


def change_provider(
    *,
    actor: Person,
    booking: Booking,
    listing_id: int,
    last_day: date,
    pots: Sequence[int],
    key: str,
    price_seen: int,
    note: str,
) -> Booking:
    """Ask another provider for the visits after a last day, and end the old support on that day: both, or neither.

    The same times, what repeats, the extras that the other listing has by the same name, and the note one chooses are
    carried across. The money set aside for the old visits pays for the new ones: it is never out of reach in between.

    Args:
        actor: the person, or somebody with the power to book for them.
        booking: the old one: agreed, ended with notice by either side, still waiting for an answer, or declined.
        listing_id: what is asked for instead.
        last_day: the last day with the old provider, when it was agreed.
        pots: which money pays, in the order in which each is emptied.
        key: made with the form; the same key again gives the first new booking.
        price_seen: the pence the person last saw.
        note: what the new provider should know: what the old one was told, or as much of it as the person chooses.

    Returns:
        The new booking.

    Raises:
        NotFound: when the booking is not this actor's to know of.
        NotAllowed: when the actor may see it but not book.
        LastDayRefused: when the notice is too short.
        Conflict: when nothing is left to carry, or the new one cannot be booked; nothing has changed then.
    """
    # Whoever spends locks the person first, then the booking: two tabs pass one at a time.
    fetch_rows(LOCK_PERSON, {"person_id": booking.person_id})
    booking = locking.locked(booking)
    whose_money.must_be_let(actor, booking, to="move it to another provider")
    booking_records_permissions.must_be_ones_own(booking)
    first = queries.booking_with_key(key)
    if first is not None:
        if (first.moved_from_id, first.listing_id, first.booked_by_id) != (booking.id, listing_id, actor.id):
            raise Conflict("This form has already been used for another booking. Start again from the booking.")
        return first
    going = visits_to_carry(booking, last_day)
    listing = _another_providers(booking, listing_id)
    _leave_old_provider(actor, booking, last_day)
    carried = queries.extras_carried(booking, listing, [visit.day for visit in going.visits])
    sent = send_request(
        actor=actor,
        person=booking.person,
        listing_id=listing_id,
        asked=BookingRequest(
            times=[(visit.starts_at, visit.ends_at) for visit in going.visits],
            add_on_ids=carried.ids,
            pots=pots,
            key=key,
            note=note,
            price_seen=price_seen,
            miles=booking.agreed.get("miles"),
            begun=going.begun,
            quantity=booking.agreed.get("quantity", 1),
        ),
    )
    made = db.session.get_one(Booking, sent.id)
    made.moved_from_id = booking.id
    telling.record_booking_act("booking_moved", booking, actor, to=made.reference, visits=len(going.visits))
    db.session.flush()
    return made


def visits_to_carry(booking: Booking, last_day: date) -> Carrying:
    """The visits another provider would be asked for, and what repeats.

    Raises:
        Conflict: when there are none, or another provider has been asked for them already.
    """
    gone = queries.already_moved(booking)
    if gone is not None:
        raise Conflict(f"These visits have been asked of another provider already: {gone}. Nothing was changed.")
    going = queries.carrying(booking, last_day)
    if not going.visits:
        raise Conflict("There are no visits to carry to another provider. Choose an earlier last day.")
    return going


def _may_end(actor: Person, booking: Booking) -> None:
    if booking_records_permissions.is_staff_of(actor, booking):
        locking.must_do_there(actor, booking, StaffDuty.ANSWER)
        return
    booking_records_permissions.must_be_ones_own(booking)
    whose_money.must_be_let(actor, booking, to="end it")


def _another_providers(booking: Booking, listing_id: int) -> Listing:
    """The listing as it is now.

    Raises:
        Conflict: when it is of the provider one has.
    """
    listing = offers.listing_now(listing_id)
    if listing.provider_id == booking.provider_id:
        raise Conflict("This is the provider you have. Choose another one.")
    return listing


def _leave_old_provider(actor: Person, booking: Booking, last_day: date) -> None:
    """End what was agreed and goes on, take back what nobody has answered; what is over already stays as it is."""
    if booking.status == BookingStatus.ACCEPTED and booking.ends_on is None:
        _end(actor, booking, last_day, "", None)
    elif booking.status == BookingStatus.REQUESTED:
        _take_back(actor, booking)


def _end(actor: Person, booking: Booking, last_day: date, reason: str, released_seen: int | None) -> None:
    """Note the last day, call off what comes after it with its money, and tell the other side."""
    notice_rules.must_be_going_on(booking.status)
    visits = notice_queries.visits_for_notice(booking)
    notice = notice_rules.notice_agreed(booking.agreed, [visit.starts_at for visit in visits])
    notice_rules.check_last_day(last_day, now=clock.now(), notice=notice, ends_on=booking.ends_on)
    over = notice_rules.visits_after(visits, last_day)
    released = sum(visit.pence for visit in over)
    if released_seen is not None and released_seen != released:
        raise PriceChanged(seen=released_seen, now=released)
    if booking.pattern is not None and booking.ended_at is None:
        booking.pattern.before_notice = queries.standing(booking, booking.pattern).kept
    # A second, earlier notice ends the same support: what fell away with the first is still there to be carried.
    booking.ends_on, booking.ended_by_id = last_day, actor.id
    booking.ended_at = booking.ended_at or clock.now()
    booking.reason = telling.booking_reason(reason, needed=False) or booking.reason
    if over:
        visit_endings.end_visits(booking, {visit.id: VisitStatus.CANCELLED_IN_TIME for visit in over}, actor)
        change, gone = changes.waiting_change(booking.id), {visit.id for visit in over}
        if change is not None and change.visit_id in gone:
            pattern_endings.drop_change(booking)
    pattern_endings.end_pattern(booking, clock.at_london(last_day + timedelta(days=1), time.min))
    pattern_endings.close_when_over(booking)
    telling.record_booking_act(
        "booking_ended", booking, actor, last_day=last_day.isoformat(), visits=len(over), released_pence=released
    )
    telling.tell_provider(booking, messages.BOOKING_ENDS)
    telling.tell_buyers(booking, messages.BOOKING_ENDS, but=actor.id)


def _take_back(actor: Person, booking: Booking) -> None:
    """Take back a request nobody has answered: all of its money is free again."""
    waiting = [visit for visit in booking.visits if visit.status == VisitStatus.PLANNED]
    taken_back = {visit.id: VisitStatus.CANCELLED_IN_TIME for visit in waiting}
    visit_endings.end_visits(booking, taken_back, actor, is_replaced=True)
    pattern_endings.end_pattern(booking, clock.now())
    booking.status = BookingStatus.CANCELLED
    telling.record_booking_act("booking_cancelled", booking, actor, charged_pence=0, visits=len(waiting))
    telling.tell_provider(booking, messages.BOOKING_CANCELLED)
