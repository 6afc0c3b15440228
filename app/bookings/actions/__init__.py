"""What people do with bookings: ask, answer, cancel, record a visit. Each moves the money with it, or nothing."""

from app.bookings.actions.agreements import agree_to_proposal, propose
from app.bookings.actions.answers import accept, cancel, cancel_visit, cancelling, decline, lapse
from app.bookings.actions.basket import book_from_basket, note_not_booked, put_in_basket, take_out_of_basket
from app.bookings.actions.looks import say_looked_at
from app.bookings.actions.places import set_availability
from app.bookings.actions.requests import NOTE_LONGEST, PriceChanged, request_booking, send_request
from app.bookings.actions.rises import publish_rate, withdraw_rate
from app.bookings.actions.steps import REASON_LONGEST
from app.bookings.actions.visits import mark_delivered, mark_missed

__all__ = [
    "NOTE_LONGEST",
    "REASON_LONGEST",
    "PriceChanged",
    "accept",
    "agree_to_proposal",
    "book_from_basket",
    "cancel",
    "cancel_visit",
    "cancelling",
    "decline",
    "lapse",
    "mark_delivered",
    "mark_missed",
    "note_not_booked",
    "propose",
    "publish_rate",
    "put_in_basket",
    "request_booking",
    "say_looked_at",
    "send_request",
    "set_availability",
    "take_out_of_basket",
    "withdraw_rate",
]
