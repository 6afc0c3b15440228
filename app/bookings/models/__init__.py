"""Tables of this room."""

from app.bookings.models.agreements import Agreement, ItemReturn, Proposal
from app.bookings.models.basket import BasketLine
from app.bookings.models.bookings import Booking, Visit, VisitPayment
from app.bookings.models.conversations import BookingMessage, MessagesRead
from app.bookings.models.endings import Dispute, SavedHours, UploadRow, VisitClock, VisitRecord, VisitUpload
from app.bookings.models.patterns import CalendarFeed, Pattern, PatternException, PatternSlot, VisitChange
from app.bookings.models.places import Availability, GroupSession, Place, Waiting
from app.bookings.models.sharing import Share, SharePlan

__all__ = [
    "Agreement",
    "Availability",
    "BasketLine",
    "Booking",
    "BookingMessage",
    "CalendarFeed",
    "Dispute",
    "GroupSession",
    "ItemReturn",
    "MessagesRead",
    "Pattern",
    "PatternException",
    "PatternSlot",
    "Place",
    "Proposal",
    "SavedHours",
    "Share",
    "SharePlan",
    "UploadRow",
    "Visit",
    "VisitChange",
    "VisitClock",
    "VisitPayment",
    "VisitRecord",
    "VisitUpload",
    "Waiting",
]
