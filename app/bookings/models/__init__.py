"""Tables of this room."""

from app.bookings.models.bookings import Booking, Visit, VisitPayment

__all__ = ["Booking", "Visit", "VisitPayment"]
