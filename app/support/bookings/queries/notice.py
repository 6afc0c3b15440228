"""A booking's visits as far as notice cares."""

from app.support.booking_records.models.bookings import Booking
from app.support.bookings.rules.notice import VisitToCome


def visits_for_notice(booking: Booking) -> list[VisitToCome]:
    """A booking's visits as far as ending it cares, in order."""
    return [
        VisitToCome(visit.id, visit.starts_at, visit.ends_at, visit.price_pence, visit.status, visit.settled_at)
        for visit in booking.visits
    ]
