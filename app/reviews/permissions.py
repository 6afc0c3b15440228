"""Who may say how it went."""

from collections.abc import Collection

from app.accounts.models import Person
from app.bookings.models import Booking
from app.bookings.permissions import may_speak_of
from app.circles.rules import Power


def may_write(actor: Person, powers: Collection[Power], booking: Booking) -> bool:
    """The person, or somebody who books for them, once a visit came; never staff of the provider reviewed."""
    return may_speak_of(actor, powers, booking)
