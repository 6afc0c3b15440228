"""Things bought, and what came back of them."""

from datetime import datetime

from sqlalchemy import select

from app.base.db import db
from app.base.refusals import NotFound
from app.people.accounts.models import Person
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.models.returns import ItemReturn
from app.support.booking_records.permissions import is_staff_of


def arrived_at(booking: Booking) -> datetime | None:
    """When its provider recorded that what was bought arrived; nothing when it has not."""
    came = booking.visits_that_came
    return came[0].settled_at if came and how_many_arrived(booking) else None


def how_many_arrived(booking: Booking) -> int:
    """How many of the things bought arrived whole: all of them where nobody said how many."""
    came = booking.visits_that_came
    if not came:
        return 0
    return int(booking.agreed["quantity"]) if came[0].arrived is None else came[0].arrived


def returns_of(booking: Booking) -> list[ItemReturn]:
    """What was sent back of a booking's things, the first first."""
    return list(
        db.session.scalars(select(ItemReturn).where(ItemReturn.booking_id == booking.id).order_by(ItemReturn.id))
    )


def return_at_desk(actor: Person, public_id: str) -> tuple[ItemReturn, Booking]:
    """One return with its booking, for staff of the provider.

    Raises:
        NotFound: when there is none, or it is another provider's.
    """
    rows = select(ItemReturn, Booking).join(Booking, Booking.id == ItemReturn.booking_id)
    found = db.session.execute(rows.where(ItemReturn.public_id == public_id)).one_or_none()
    if found is None or not is_staff_of(actor, found[1]):
        raise NotFound("We cannot find that return among those of your organisation.")
    return found[0], found[1]
