"""Tables of this room."""

from app.bookings.models.bookings import Booking, Visit, VisitPayment
from app.bookings.models.conversations import BookingMessage, MessagesRead

__all__ = ["Booking", "BookingMessage", "MessagesRead", "Visit", "VisitPayment"]
