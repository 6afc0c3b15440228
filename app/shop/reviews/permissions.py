"""Who may say how it went."""

from collections.abc import Collection

from app.people.accounts.models import Person
from app.people.circles.rules import Power
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.permissions import may_speak_of


def may_write(actor: Person, powers: Collection[Power], booking: Booking) -> bool:
    """The person, or somebody who books for them, once a visit came; never staff of the provider reviewed."""
    return may_speak_of(actor, powers, booking)
