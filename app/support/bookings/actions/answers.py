"""What becomes of a request or an agreement: accepted, declined, cancelled, or lapsed. Each moves the money with it."""

from app.base import clock
from app.base.db import db
from app.base.refusals import Conflict
from app.people.accounts.models import Person
from app.platform.messages.actions import agreements as notices
from app.platform.messages.actions import bookings as messages
from app.support.availability import actions as availability_actions
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.queries import whose_money
from app.support.booking_records.rules import cancelling as cancelling_rules
from app.support.booking_records.rules import states
from app.support.booking_records.rules.states import CHARGED, BookingStatus, VisitStatus
from app.support.bookings.actions import agreements, locking, pattern_endings, telling, visit_endings
from app.support.bookings.actions.requests import PriceChanged
from app.support.bookings.queries import proposals


def accept(*, actor: Person, booking: Booking) -> Booking:
    """Agree to a request, for the provider. The money stays set aside until each visit is recorded.

    Raises:
        NotFound: when the actor does not work for the provider.
        Conflict: when it is no longer waiting, its first visit should have begun, the provider is suspended, or the
            times it named for booking at once have no place left.
    """
    booking = locking.locked_for_staff(actor, booking)
    if booking.status == BookingStatus.PROPOSED:
        raise Conflict("You proposed other times, so the person answers now. Propose again, or decline.")
    states.must_become(booking.status, BookingStatus.ACCEPTED)
    locking.provider_must_not_be_stopped(booking)
    first = next(iter(planned_visits(booking)), None)
    if first is not None and first.starts_at <= clock.now():
        raise Conflict(
            "The time asked for has passed, so this can no longer be accepted. "
            + (
                "Decline it."
                if booking.pattern is not None or booking.is_shared
                else "Propose other times, or decline it."
            )
        )
    availability_actions.take_for(booking, planned_visits(booking), actor_id=actor.id)
    visit_endings.decide(booking, BookingStatus.ACCEPTED, actor)
    agreements.freeze_booking(booking, actor_id=actor.id)
    telling.record_booking_act("booking_accepted", booking, actor)
    telling.tell_buyers(booking, messages.BOOKING_ACCEPTED)
    db.session.flush()
    return booking


def decline(*, actor: Person, booking: Booking, reason: str) -> Booking:
    """Say no to a request, for the provider, with a reason the person will read. The money goes back.

    Raises:
        NotFound: when the actor does not work for the provider.
        BadInput: without a reason.
        Conflict: when it is no longer waiting.
    """
    booking = locking.locked_for_staff(actor, booking)
    states.must_become(booking.status, BookingStatus.DECLINED)
    booking.reason = telling.booking_reason(reason, needed=True)
    hours_are_back = False
    if planned_visits(booking):
        declined = {visit.id: VisitStatus.DECLINED for visit in planned_visits(booking)}
        hours_are_back = visit_endings.end_visits(booking, declined, actor)
    # What repeats stays written as it was asked for: another provider can be asked for all of it.
    visit_endings.decide(booking, BookingStatus.DECLINED, actor)
    telling.record_booking_act("booking_declined", booking, actor)
    telling.tell_buyers(booking, messages.BOOKING_DECLINED_HOURS_BACK if hours_are_back else messages.BOOKING_DECLINED)
    db.session.flush()
    return booking


def cancel(*, actor: Person, booking: Booking, reason: str = "", charge_seen: int | None = None) -> Booking:
    """Call off what has not begun: free of charge in time or before it was accepted, at the agreed price when late.

    Args:
        actor: the person, or somebody with the power to book for them.
        booking: which.
        reason: why, for the provider; may be empty.
        charge_seen: the pence the person was told it would cost; a different cost is asked about again.

    Raises:
        NotFound: when the booking is not this actor's to know of.
        NotAllowed: when the actor may see it but not cancel it.
        Conflict: when it is over, or nothing of it is still to come.
    """
    booking = locking.locked(booking)
    require_may_cancel(actor, booking)
    states.must_become(booking.status, BookingStatus.CANCELLED)
    endings = cancelling(booking)
    call_off_visits(actor, booking, endings, reason, charge_seen)
    pattern_endings.end_pattern(booking, clock.now())
    pattern_endings.drop_change(booking)
    if not planned_visits(booking):
        booking.status = BookingStatus.CANCELLED
    db.session.flush()
    return booking


def require_may_cancel(actor: Person, booking: Booking) -> None:
    """Let pass who may change or cancel this booking's visits for the person; its lock is held.

    Raises:
        NotFound: when the booking is not this actor's to know of.
        NotAllowed: when the actor may see it but not cancel it.
    """
    booking_records_permissions.must_be_ones_own(booking)
    whose_money.must_be_let(actor, booking, to="change or cancel it")


def call_off_visits(
    actor: Person, booking: Booking, endings: dict[int, VisitStatus], reason: str, charge_seen: int | None
) -> None:
    """End these visits, settle their money and tell both sides."""
    if not endings:
        raise Conflict(
            "The visit has begun or is over, so it can no longer be cancelled. If it did not happen, tell the "
            "provider: nothing is charged until they say it was delivered."
        )
    charge = sum(visit.price_pence for visit in booking.visits if endings.get(visit.id) in CHARGED)
    if charge_seen is not None and charge_seen != charge:
        raise PriceChanged(seen=charge_seen, now=charge)
    booking.reason = telling.booking_reason(reason, needed=False) or booking.reason
    hours_are_back = visit_endings.end_visits(booking, endings, actor)
    booking.revision += 1
    telling.record_booking_act("booking_cancelled", booking, actor, charged_pence=charge, visits=len(endings))
    telling.tell_provider(booking, messages.BOOKING_CANCELLED)
    telling.tell_buyers(booking, messages.BOOKING_CANCELLED, but=actor.id)
    if hours_are_back:
        telling.tell_buyers(booking, messages.HOURS_CAME_BACK, but=actor.id)


def planned_visits(booking: Booking) -> list[Visit]:
    """The visits still planned, the first one first."""
    return [visit for visit in booking.visits if visit.status == VisitStatus.PLANNED]


def cancelling(booking: Booking) -> dict[int, VisitStatus]:
    """What cancelling now would make of each visit that can still be cancelled, by the notice agreed when booked."""
    now, is_agreed = clock.now(), booking.status == BookingStatus.ACCEPTED
    endings = {}
    for visit in booking.visits:
        if visit.status == VisitStatus.PLANNED:
            ending = cancelling_rules.cancelled_as(
                visit.starts_at,
                now=now,
                notice_hours=int(booking.agreed["notice_hours"]),
                # Nothing is set aside for a visit that waits for its money, so nothing of it can be charged.
                is_agreed=is_agreed and visit.waits_on is None,
            )
            if ending is not None:
                endings[visit.id] = ending
    return endings


def lapse(*, booking_id: int) -> Booking:
    """End a request nobody answered before its first visit should have begun: the money goes back, both are told.

    The same for other times that a provider proposed and nobody agreed to in time.

    Done by the marketplace itself, never by a person.

    Raises:
        Conflict: when it was answered after all, or its time has not come.
    """
    booking = locking.locked(db.session.get_one(Booking, booking_id))
    states.must_become(booking.status, BookingStatus.LAPSED)
    proposal = proposals.newest_proposal(booking.id) if booking.status == BookingStatus.PROPOSED else None
    if proposal is not None and proposal.answer_by > clock.now():
        raise Conflict("There is still time to agree to the other times proposed.")
    if proposal is None and (planned_visits(booking) or booking.visits)[0].starts_at > clock.now():
        raise Conflict("The provider still has time to answer this request.")
    hours_are_back = False
    if planned_visits(booking):
        lapsed = {visit.id: VisitStatus.LAPSED for visit in planned_visits(booking)}
        hours_are_back = visit_endings.end_visits(booking, lapsed, None)
    booking.status = BookingStatus.LAPSED
    booking.decided_at = clock.now()
    telling.record_booking_act("booking_lapsed", booking, None)
    said = messages.BOOKING_LAPSED if proposal is None else notices.PROPOSAL_LAPSED
    telling.tell_buyers(booking, messages.BOOKING_LAPSED_HOURS_BACK if hours_are_back else said)
    telling.tell_provider(booking, said)
    db.session.flush()
    return booking
