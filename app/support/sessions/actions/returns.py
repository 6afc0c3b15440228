"""Things sent back within 14 days: the buyer says so, the provider says that they arrived, and the money goes back."""

from sqlalchemy import func, select

from app.base import clock
from app.base.db import db
from app.base.refusals import Conflict
from app.funding.budgets.actions import refunds as budgets
from app.people.accounts.models import Person
from app.platform.messages.actions import agreements as notices
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.models.returns import ItemReturn
from app.support.booking_records.queries import returns, whose_money
from app.support.bookings.actions import locking, telling
from app.support.sessions import rules
from app.support.visits.queries import endings


def send_back(*, actor: Person, booking: Booking, quantity: int, key: str, reason: str = "") -> ItemReturn:
    """Say that so many of the things bought with a booking go back. The money follows once they have arrived.

    Args:
        actor: the person, or somebody with the power to book for them.
        booking: which.
        quantity: how many.
        key: made with the form; the same key again gives the first return.
        reason: why, for the provider; may be empty, nobody needs one.

    Raises:
        NotFound: when the booking is not this actor's to know of.
        NotAllowed: when the actor may see it but not book.
        Conflict: when it did not arrive, the 14 days are over, not so many are left, or it is said that it never came.
    """
    booking = locking.locked(booking)
    whose_money.must_be_let(actor, booking, to="send things back")
    first = db.session.scalar(select(ItemReturn).where(ItemReturn.key == key))
    if first is not None:
        if (first.booking_id, first.quantity) != (booking.id, quantity):
            raise Conflict("This form has already been used. Start again from the booking.")
        return first
    if not booking.is_of_things:
        raise Conflict("Only things can be sent back. If a visit was not right, say how it went.")
    if endings.disputes_standing(booking.visits):
        raise Conflict("You said that this did not come. Take that back first, or wait until it is settled.")
    rules.must_be_returnable(returns.arrived_at(booking), now=clock.now())
    paid = sum(visit.charged_pence for visit in booking.visits)
    back, given = db.session.execute(
        select(func.coalesce(func.sum(ItemReturn.quantity), 0), func.coalesce(func.sum(ItemReturn.pence), 0)).where(
            ItemReturn.booking_id == booking.id
        )
    ).one()
    made = ItemReturn(
        key=key,
        booking_id=booking.id,
        quantity=quantity,
        pence=rules.back_for(
            quantity=quantity,
            bought=returns.how_many_arrived(booking),
            back_before=int(back),
            each_pence=booking.agreed["each_pence"],
            paid_pence=paid,
            given=int(given),
        ),
        reason=telling.booking_reason(reason, needed=False),
        told_at=clock.now(),
        told_by_id=actor.id,
    )
    db.session.add(made)
    db.session.flush()
    telling.record_booking_act("item_sent_back", booking, actor, quantity=quantity, pence=made.pence)
    telling.tell_provider(booking, notices.SOMETHING_COMES_BACK)
    db.session.flush()
    return made


def say_arrived(*, actor: Person, item_return: ItemReturn) -> ItemReturn:
    """Say that things sent back have arrived, for the provider: the money goes back to the money that paid, at once.

    The second click changes nothing.

    Raises:
        NotFound: when the actor does not work for the provider.
    """
    booking = locking.locked_for_staff(actor, db.session.get_one(Booking, item_return.booking_id))
    db.session.refresh(item_return)
    if item_return.arrived_at is not None:
        return item_return
    (visit,) = booking.visits_that_came
    visit.returned_pence += item_return.pence
    item_return.arrived_at, item_return.arrived_by_id = clock.now(), actor.id
    if item_return.pence:
        budgets.refund(
            key=f"return:{item_return.public_id}",
            about=telling.about(booking),
            provider_id=booking.provider_id,
            pence=item_return.pence,
            actor_id=actor.id,
        )
    telling.record_booking_act("item_arrived", booking, actor, quantity=item_return.quantity, pence=item_return.pence)
    telling.tell_buyers(booking, notices.MONEY_IS_BACK)
    db.session.flush()
    return item_return
