"""Tables of this room."""

from app.bookings.models.bookings import Booking, Visit, VisitPayment
from app.bookings.models.endings import Dispute, SavedHours, UploadRow, VisitClock, VisitRecord, VisitUpload
from app.bookings.models.patterns import CalendarFeed, Pattern, PatternException, PatternSlot, VisitChange

__all__ = [
    "Booking",
    "CalendarFeed",
    "Dispute",
    "Pattern",
    "PatternException",
    "PatternSlot",
    "SavedHours",
    "UploadRow",
    "Visit",
    "VisitChange",
    "VisitClock",
    "VisitPayment",
    "VisitRecord",
    "VisitUpload",
]
