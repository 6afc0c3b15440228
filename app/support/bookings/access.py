"""Who may come in to pages about bookings, and the note that somebody looked at another person's."""

from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.access import Shopper, note_look, shopper
from app.people.circles.rules import Power
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking
from app.support.bookings.queries import persons


def may_choose() -> Shopper:
    """Whoever is shopping, when they may put things together for the person, or book.

    Raises:
        NotAllowed: when they may only look, saying who can mend it.
    """
    buyer = shopper()
    if not booking_records_permissions.may_fill_basket(buyer.powers):
        buyer.require(Power.BOOK)
    return buyer


def may_buy() -> Shopper:
    """Whoever is shopping, when they may book.

    Raises:
        NotAllowed: when they may only look, saying who can mend it.
    """
    buyer = shopper()
    buyer.require(Power.BOOK)
    return buyer


BUYERS = (Role.PERSON, Role.SUPPORTER, Role.CARE_MANAGER)


def found_booking(public_id: str) -> Booking:
    """The booking, once it is on record that somebody else looked at it."""
    booking = persons.booking_for(actor(), public_id)
    if say_looked(booking.person):
        booking = persons.booking_for(actor(), public_id)
    return booking


def say_looked(person: Person) -> bool:
    """Record that somebody read another person's bookings; see ``note_look``."""
    return note_look("bookings_looked_at", [person])
