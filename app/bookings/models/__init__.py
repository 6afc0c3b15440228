"""Tables of this room."""

from app.bookings.models.bookings import Booking, Visit, VisitPayment
from app.bookings.models.patterns import CalendarFeed, Pattern, PatternException, PatternSlot, VisitChange

__all__ = [
    "Booking",
    "CalendarFeed",
    "Pattern",
    "PatternException",
    "PatternSlot",
    "Visit",
    "VisitChange",
    "VisitPayment",
]
