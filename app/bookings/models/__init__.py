"""Tables of this room."""

from app.bookings.models.bookings import Booking, Visit, VisitPayment
from app.bookings.models.conversations import BookingMessage, MessagesRead
from app.bookings.models.endings import Dispute, SavedHours, UploadRow, VisitClock, VisitRecord, VisitUpload
from app.bookings.models.sharing import Share, SharePlan

__all__ = [
    "Booking",
    "BookingMessage",
    "Dispute",
    "MessagesRead",
    "SavedHours",
    "Share",
    "SharePlan",
    "UploadRow",
    "Visit",
    "VisitClock",
    "VisitPayment",
    "VisitRecord",
    "VisitUpload",
]
