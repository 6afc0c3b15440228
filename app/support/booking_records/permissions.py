"""Who may do what with a booking: used by the actions and by the pages, so that a button and its door cannot disagree."""

from collections.abc import Collection
from datetime import datetime, time, timedelta

from app.base import clock
from app.base.refusals import Conflict
from app.market.catalogue.models import Listing
from app.market.catalogue.rules.kinds import COMES_HOME, Nature
from app.people.accounts.models import Person
from app.people.accounts.rules import StaffDuty
from app.people.circles.rules import Power
from app.people.homes.rules import may_still_see_home, shows_way_in
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.states import CAME, OPEN, BookingStatus, VisitStatus

MOVABLE = OPEN | {BookingStatus.DECLINED, BookingStatus.LAPSED}
"""What was agreed or asked for, and what came to nothing, can be asked of another provider."""


def may_book(powers: Collection[Power]) -> bool:
    """Whether somebody with these powers over a person may book for them from some money; oneself from any.

    Which money is asked where it pays: :func:`app.funding.budgets.permissions.may_spend_from` of each pot.
    """
    return Power.BOOK_COUNCIL_MANAGED in powers or Power.BOOK in powers


def may_fill_basket(powers: Collection[Power]) -> bool:
    """Whether somebody with these powers may put things into a person's basket and take them out; booking is another."""
    return Power.SUGGEST in powers or may_book(powers)


def may_see_bookings(powers: Collection[Power]) -> bool:
    """Whether somebody with these powers may see a person's bookings; which money pays for them is asked apart."""
    return Power.SEE_PLAN in powers


def may_talk(powers: Collection[Power]) -> bool:
    """Whether somebody with these powers may read and write messages about a person's bookings: arranging, not money."""
    return may_book(powers)


def may_end(booking: Booking) -> bool:
    """Whether agreed support of several visits is there to be ended, for whichever side may."""
    return booking.status == BookingStatus.ACCEPTED and (len(booking.visits) > 1 or booking.pattern is not None)


def may_move(powers: Collection[Power], booking: Booking) -> bool:
    """Whether somebody with these powers may ask another provider for the visits of this booking."""
    return may_book(powers) and (booking.status in MOVABLE or booking.ends_on is not None)


def must_be_ones_own(booking: Booking) -> None:
    """Let pass only what one person pays for: what is shared is left with notice, never ended for all by one.

    Raises:
        Conflict: saying what to do instead.
    """
    if booking.is_shared:
        raise Conflict("This support is shared, so one person cannot change it for all. You can leave it with notice.")


def may_cancel(powers: Collection[Power], booking: Booking) -> bool:
    """Whether somebody with these powers may call this booking off now; whether it costs anything is a rule."""
    return may_book(powers) and booking.status in OPEN


def is_staff_of(actor: Person, booking: Booking) -> bool:
    """Whether this person works for the provider booked."""
    return booking.provider_id in actor.provider_ids


def does_there(actor: Person, booking: Booking, duty: StaffDuty) -> bool:
    """Whether this person works for the provider booked, and this is part of it."""
    return booking.provider_id in actor.provider_ids_to(duty)


def may_answer(actor: Person, booking: Booking) -> bool:
    """Whether this person may accept or decline it now."""
    return does_there(actor, booking, StaffDuty.ANSWER) and booking.status == BookingStatus.REQUESTED


def may_decline(actor: Person, booking: Booking) -> bool:
    """Whether this person may decline it, or propose other times, now: also while its buyer thinks about other times."""
    return does_there(actor, booking, StaffDuty.ANSWER) and booking.status in {
        BookingStatus.REQUESTED,
        BookingStatus.PROPOSED,
    }


def may_agree(powers: Collection[Power], booking: Booking) -> bool:
    """Whether somebody with these powers may say yes to the other times proposed for it."""
    return may_book(powers) and booking.status == BookingStatus.PROPOSED


def may_record_visits(actor: Person, booking: Booking) -> bool:
    """Whether this person may record what became of its visits."""
    return does_there(actor, booking, StaffDuty.RECORD) and booking.status == BookingStatus.ACCEPTED


def may_be_recorded(booking: Booking) -> bool:
    """Whether what became of its visits can be recorded by anybody at all."""
    return booking.status == BookingStatus.ACCEPTED


def has_delivery(booking: Booking) -> bool:
    """Whether at least one visit was delivered, so that there is something to speak of."""
    return any(visit.status in CAME for visit in booking.visits)


def may_speak_of(actor: Person, powers: Collection[Power], booking: Booking) -> bool:
    """Whether this person may say how it went: the person or somebody who books for them, after a visit came.

    Never the provider's own staff, on whichever side of the booking they stand.
    """
    return may_book(powers) and has_delivery(booking) and not is_staff_of(actor, booking)


def is_item(listing: Listing) -> bool:
    """Whether it is a thing, of which somebody may buy several and send them back."""
    return listing.nature == Nature.EQUIPMENT


def may_send_back(powers: Collection[Power], booking: Booking) -> bool:
    """Whether somebody with these powers may send back things bought with it; until when is a rule."""
    came = booking.visits_that_came
    return may_book(powers) and booking.is_of_things and bool(came) and came[0].arrived != 0


def shows_where(booking: Booking, *, now: datetime) -> bool:
    """Whether the provider may see where the person lives: only once it has agreed to come, and some days after it is over."""
    if booking.status not in {BookingStatus.ACCEPTED, BookingStatus.COMPLETED}:
        return False
    if booking.status == BookingStatus.ACCEPTED and booking.pattern is not None and booking.ends_on is None:
        # More visits are made when their money comes.
        return True
    took_place = [
        visit.ends_at for visit in booking.visits if visit.status not in {VisitStatus.DECLINED, VisitStatus.LAPSED}
    ]
    return may_still_see_home(max(took_place, default=None), now=now)


def may_see_home(actor: Person, booking: Booking, *, now: datetime) -> bool:
    """Whether this person may see where to come and whom to call: who answers or goes, at the provider that comes."""
    is_of_those = does_there(actor, booking, StaffDuty.ANSWER) or does_there(actor, booking, StaffDuty.RECORD)
    return is_of_those and booking.kind in COMES_HOME and shows_where(booking, now=now)


def may_see_way_in(actor: Person, visit: Visit, *, now: datetime) -> bool:
    """Whether this person may see how to get in: for a visit that is to be, from the day before until it is over."""
    booking = visit.booking
    is_to_be = booking.status == BookingStatus.ACCEPTED and visit.status == VisitStatus.PLANNED
    day_before = clock.at_london(clock.london(visit.starts_at).date() - timedelta(days=1), time())
    return (
        is_to_be
        and not booking.is_of_things
        and may_see_home(actor, booking, now=now)
        and shows_way_in(day_before, visit.ends_at, now=now)
    )
