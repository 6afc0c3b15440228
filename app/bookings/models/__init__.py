"""Tables of this room."""

from app.bookings.models.agreements import Agreement, ItemReturn, Proposal
from app.bookings.models.basket import BasketLine
from app.bookings.models.bookings import Booking, Visit, VisitPayment
from app.bookings.models.endings import Dispute, SavedHours, UploadRow, VisitClock, VisitRecord, VisitUpload
from app.bookings.models.patterns import CalendarFeed, Pattern, PatternException, PatternSlot, VisitChange
from app.bookings.models.places import Availability, GroupSession, Place, Waiting

__all__ = [
    "Agreement",
    "Availability",
    "BasketLine",
    "Booking",
    "CalendarFeed",
    "Dispute",
    "GroupSession",
    "ItemReturn",
    "Pattern",
    "PatternException",
    "PatternSlot",
    "Place",
    "Proposal",
    "SavedHours",
    "UploadRow",
    "Visit",
    "VisitChange",
    "VisitClock",
    "VisitPayment",
    "VisitRecord",
    "VisitUpload",
    "Waiting",
]
