"""Hours saved for later: a visit cancelled in time keeps its money set aside, to be spent with the same provider."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select

from app.base import clock
from app.base.db import db, number_of
from app.base.refusals import Conflict
from app.funding.budgets.queries import under_lock as budget_queries
from app.people.accounts.models import Person
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.rules import JournalKind
from app.platform.messages.actions import bookings as messages
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.models.saved_hours import SavedHours
from app.support.booking_records.queries import whose_money
from app.support.booking_records.rules import states
from app.support.booking_records.rules.states import VisitStatus
from app.support.bookings.actions import locking, pattern_endings, requests, telling, visit_endings
from app.support.bookings.actions.telling import Sent
from app.support.bookings.rules.requests import BookingRequest
from app.support.visits import permissions
from app.support.visits.actions import settling
from app.support.visits.queries import endings


def save_hours(*, actor: Person, visit: Visit) -> SavedHours:
    """Call off a visit in time and keep its hours for later: nothing is charged, and its money stays set aside.

    Raises:
        NotFound: when the booking is not this actor's to know of.
        NotAllowed: when the actor may see it but not cancel it.
        Conflict: when it is not agreed, has ended, or the notice agreed is no longer there.
    """
    booking = locking.locked(visit.booking)
    whose_money.must_be_let(actor, booking, to="cancel it", what="visit")
    visit = next(one for one in booking.visits if one.id == visit.id)
    states.visit_must_become(visit.status, VisitStatus.SAVED)
    why_not = permissions.why_not_saved(booking, visit, now=clock.now())
    if why_not is not None:
        raise Conflict(why_not)
    visit_endings.end_visits(booking, {visit.id: VisitStatus.SAVED}, actor)
    pattern_endings.note_day_left_out(visit, actor)
    saved = SavedHours(
        visit_id=visit.id,
        person_id=booking.person_id,
        provider_id=booking.provider_id,
        minutes=int((visit.ends_at - visit.starts_at).total_seconds()) // 60,
        saved_at=clock.now(),
        saved_by_id=actor.id,
    )
    db.session.add(saved)
    pattern_endings.close_when_over(booking)
    telling.record_booking_act("hours_saved", booking, actor, visit=visit.public_id, minutes=saved.minutes)
    telling.tell_provider(booking, messages.HOURS_SAVED)
    telling.tell_buyers(booking, messages.HOURS_SAVED, but=actor.id)
    db.session.flush()
    return saved


def give_back_hours(*, actor: Person, saved: SavedHours) -> SavedHours:
    """Make the money of saved hours free again: they will not be used.

    Raises:
        NotFound: when they are not this actor's to know of.
        NotAllowed: when the actor may see them but not spend the person's money.
        Conflict: when they were used or given back before.
    """
    booking = locking.locked(saved.visit.booking)
    _may_use(actor, booking)
    saved = _read_again([saved.id])[0]
    _must_be_there(saved)
    _free(booking, saved, actor)
    telling.record_booking_act("hours_given_back", booking, actor, visit=saved.visit.public_id)
    telling.tell_provider(booking, messages.HOURS_GIVEN_BACK)
    db.session.flush()
    return saved


def free_saved_hours(*, actor: Person | None, person_id: int) -> int:
    """Free the money of all saved hours of somebody who leaves, their row locked by the caller; how many there were."""
    rows = select(SavedHours).where(SavedHours.person_id == person_id, SavedHours.ended_at.is_(None))
    found = db.session.scalars(rows.order_by(SavedHours.id)).all()
    for saved in found:
        booking = locking.locked(saved.visit.booking)
        _free(booking, saved, actor)
        telling.record_booking_act("hours_given_back", booking, actor, visit=saved.visit.public_id)
    db.session.flush()
    return len(found)


def spend_hours(
    *, actor: Person, saved: SavedHours, starts: datetime, ends: datetime, key: str, price_seen: int
) -> Sent:
    """Ask the same provider for another visit with the money of saved hours, all of it or nothing.

    It is a request like any other: priced as published for its day, and the provider says yes or no. When it comes to
    more than was saved, the same sums of money pay the rest; when to less, the rest is free. When it comes to nothing, the
    hours used come back (:mod:`app.support.bookings.actions.hours_back`).

    Args:
        actor: the person, or somebody who books for them.
        saved: the hours.
        starts: of the visit wanted; aware.
        ends: of it; it lasts no longer than the hours saved.
        key: made with the form; the same key again gives the first booking.
        price_seen: the pence the person saw.

    Raises:
        NotFound: when they are not this actor's to know of.
        NotAllowed: when the actor may see them but not book.
        Conflict: when they were used before, are too few, or the request cannot be made (its reason is said).
    """
    settling.lock_people_paying([saved.person_id])
    _may_use(actor, saved.visit.booking)
    first = db.session.scalar(select(Booking).where(Booking.key == key))
    if first is not None and first.booked_by_id == actor.id:
        return Sent(first.id, first.public_id, first.reference, first.total_pence)
    booking = locking.locked(saved.visit.booking)
    saved = _read_again([saved.id])[0]
    _must_be_there(saved)
    if ends - starts > timedelta(minutes=saved.minutes):
        raise Conflict("That is longer than the hours saved. Choose a shorter visit, or book it anew.")
    pots = [payment.pot_id for payment in saved.visit.payments]
    budget_queries.lock_pots(pots)
    _free(booking, saved, actor)
    sent = requests.send_request(
        actor=actor,
        person=booking.person,
        listing_id=booking.listing_id,
        asked=BookingRequest(
            times=[(starts, ends)],
            add_on_ids=endings.extras_of(booking, starts),
            pots=pots,
            key=key,
            price_seen=price_seen,
            miles=booking.agreed.get("miles"),
        ),
    )
    saved.spent_on_id = sent.id
    telling.record_booking_act("hours_spent", booking, actor, visit=saved.visit.public_id, on=sent.reference)
    db.session.flush()
    return sent


def _may_use(actor: Person, booking: Booking) -> None:
    whose_money.must_be_let(actor, booking, to="use its hours", what="visit")


def _read_again(numbers: Sequence[int]) -> Sequence[SavedHours]:
    rows = select(SavedHours).where(SavedHours.id.in_(numbers)).execution_options(populate_existing=True)
    return db.session.scalars(rows).all()


def _must_be_there(saved: SavedHours) -> None:
    if saved.ended_at is not None:
        raise Conflict("These hours have been used or given back already. Nothing was changed: look at them again.")


def _free(booking: Booking, saved: SavedHours, actor: Person | None) -> None:
    """End the holds of saved hours: their money can be set aside for something else, or stays free."""
    visit = saved.visit
    visit.status = VisitStatus.CANCELLED_IN_TIME
    saved.ended_at = clock.now()
    ledger.settle(
        # They may be saved again, with other holds, when what they are used for comes to nothing.
        key=f"saved:{saved.public_id}:{min(payment.hold_id for payment in visit.payments)}",
        kind=JournalKind.RELEASE,
        holds={payment.hold_id: 0 for payment in visit.payments},
        about=telling.about(booking),
        actor_id=None if actor is None else number_of(actor),
    )
