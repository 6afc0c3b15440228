"""Tables of this room."""

from app.bookings.models.agreements import Agreement, ItemReturn, Proposal
from app.bookings.models.basket import BasketLine
from app.bookings.models.bookings import Booking, Visit, VisitPayment
from app.bookings.models.places import Availability, GroupSession, Place, Waiting

__all__ = [
    "Agreement",
    "Availability",
    "BasketLine",
    "Booking",
    "GroupSession",
    "ItemReturn",
    "Place",
    "Proposal",
    "Visit",
    "VisitPayment",
    "Waiting",
]
