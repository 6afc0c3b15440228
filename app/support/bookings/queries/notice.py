"""A booking's visits with what giving notice must know of each."""

from app.support.booking_records.models.bookings import Booking
from app.support.bookings.rules.notice import VisitToCome


def visits_for_notice(booking: Booking) -> list[VisitToCome]:
    """A booking's visits with what giving notice must know of each, in order."""
    return [
        VisitToCome(visit.id, visit.starts_at, visit.ends_at, visit.price_pence, visit.status, visit.settled_at)
        for visit in booking.visits
    ]
