"""A booking's visits as far as notice cares."""

from app.support.booking_records.models.bookings import Booking
from app.support.bookings.rules.notice import Planned


def planned(booking: Booking) -> list[Planned]:
    """A booking's visits as far as ending it cares, in order."""
    return [
        Planned(visit.id, visit.starts_at, visit.ends_at, visit.price_pence, visit.status, visit.settled_at)
        for visit in booking.visits
    ]
