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
from app.bookings.actions.disputes import answer_dispute, decide_dispute, raise_dispute, withdraw_dispute
from app.bookings.actions.leaving_out import consequences, leave_out
from app.bookings.actions.looks import say_looked_at
from app.bookings.actions.making import request_pattern
from app.bookings.actions.requests import MOST_REPEATED, NOTE_LONGEST, PriceChanged, request_booking, send_request
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
    "MOST_REPEATED",
    "NOTE_LONGEST",
    "REASON_LONGEST",
    "Confirmed",
    "Plan",
    "PriceChanged",
    "Wish",
    "accept",
    "agree_to_change",
    "answer_dispute",
    "ask_change",
    "ask_what_became",
    "cancel",
    "cancel_visit",
    "cancelling",
    "clock_in",
    "clock_out",
    "code_of",
    "confirm",
    "confirm_visit",
    "consequences",
    "decide_dispute",
    "decline",
    "decline_change",
    "give_back_hours",
    "lapse",
    "leave_out",
    "look_at_row",
    "mark_delivered",
    "mark_missed",
    "planned",
    "publish_rate",
    "raise_dispute",
    "record_visit",
    "request_booking",
    "request_pattern",
    "save_hours",
    "say_looked_at",
    "send_request",
    "shares",
    "spend_hours",
    "take_in",
    "withdraw_change",
    "withdraw_dispute",
    "withdraw_rate",
    "write_note",
]
