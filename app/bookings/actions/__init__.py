"""What people do with bookings: ask, answer, cancel, record a visit. Each moves the money with it, or nothing."""

from app.bookings.actions.answers import accept, cancel, cancel_visit, cancelling, decline, lapse
from app.bookings.actions.changes import (
    agree_to_change,
    ask_change,
    decline_change,
    planned,
    withdraw_change,
    write_note,
)
from app.bookings.actions.changing import Plan, Wish, shares
from app.bookings.actions.confirming import Confirmed, confirm
from app.bookings.actions.leaving_out import consequences, leave_out
from app.bookings.actions.looks import say_looked_at
from app.bookings.actions.making import request_pattern
from app.bookings.actions.requests import MOST_REPEATED, NOTE_LONGEST, PriceChanged, request_booking, send_request
from app.bookings.actions.rises import publish_rate, withdraw_rate
from app.bookings.actions.steps import REASON_LONGEST
from app.bookings.actions.visits import mark_delivered, mark_missed

__all__ = [
    "MOST_REPEATED",
    "NOTE_LONGEST",
    "REASON_LONGEST",
    "Confirmed",
    "Plan",
    "PriceChanged",
    "Wish",
    "accept",
    "agree_to_change",
    "ask_change",
    "cancel",
    "cancel_visit",
    "cancelling",
    "confirm",
    "consequences",
    "decline",
    "decline_change",
    "lapse",
    "leave_out",
    "mark_delivered",
    "mark_missed",
    "planned",
    "publish_rate",
    "request_booking",
    "request_pattern",
    "say_looked_at",
    "send_request",
    "shares",
    "withdraw_change",
    "withdraw_rate",
    "write_note",
]
