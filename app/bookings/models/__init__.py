"""Tables of this room."""

from app.bookings.models.bookings import Booking, Visit, VisitPayment
from app.bookings.models.conversations import BookingMessage, MessagesRead
from app.bookings.models.sharing import Share, SharePlan

__all__ = ["Booking", "BookingMessage", "MessagesRead", "Share", "SharePlan", "Visit", "VisitPayment"]
