"""Tables of this room."""

from app.bookings.models.bookings import Booking, Visit, VisitPayment
from app.bookings.models.endings import Dispute, SavedHours, UploadRow, VisitClock, VisitRecord, VisitUpload

__all__ = [
    "Booking",
    "Dispute",
    "SavedHours",
    "UploadRow",
    "Visit",
    "VisitClock",
    "VisitPayment",
    "VisitRecord",
    "VisitUpload",
]
