"""What people do with bookings: ask, answer, cancel, record a visit. Each moves the money with it, or nothing."""

from app.bookings.actions.answers import accept, cancel, cancel_visit, cancelling, decline, lapse
from app.bookings.actions.disputes import answer_dispute, decide_dispute, raise_dispute, withdraw_dispute
from app.bookings.actions.looks import say_looked_at
from app.bookings.actions.requests import NOTE_LONGEST, PriceChanged, request_booking, send_request
from app.bookings.actions.rises import publish_rate, withdraw_rate
from app.bookings.actions.saving import give_back_hours, save_hours, spend_hours
from app.bookings.actions.settling import code_of
from app.bookings.actions.silence import ask_what_became
from app.bookings.actions.steps import REASON_LONGEST
from app.bookings.actions.uploads import look_at_row, take_in
from app.bookings.actions.visits import (
    clock_in,
    clock_out,
    confirm_visit,
    mark_delivered,
    mark_missed,
    record_visit,
)

__all__ = [
    "NOTE_LONGEST",
    "REASON_LONGEST",
    "PriceChanged",
    "accept",
    "answer_dispute",
    "ask_what_became",
    "cancel",
    "cancel_visit",
    "cancelling",
    "clock_in",
    "clock_out",
    "code_of",
    "confirm_visit",
    "decide_dispute",
    "decline",
    "give_back_hours",
    "lapse",
    "look_at_row",
    "mark_delivered",
    "mark_missed",
    "publish_rate",
    "raise_dispute",
    "record_visit",
    "request_booking",
    "save_hours",
    "say_looked_at",
    "send_request",
    "spend_hours",
    "take_in",
    "withdraw_dispute",
    "withdraw_rate",
]
