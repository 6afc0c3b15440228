"""What people do with bookings: ask, answer, cancel, record a visit. Each moves the money with it, or nothing."""

from app.bookings.actions.answers import accept, cancel, cancel_visit, cancelling, decline, lapse
from app.bookings.actions.conversations import (
    mark_messages_read,
    say_messages_looked_at,
    write_as_provider,
    write_to_provider,
)
from app.bookings.actions.disputes import answer_dispute, decide_dispute, raise_dispute, withdraw_dispute
from app.bookings.actions.leaving import days_of, end_due, leave_shared
from app.bookings.actions.looks import say_looked_at
from app.bookings.actions.moving import change_provider, end_with_notice, visits_to_carry
from app.bookings.actions.requests import NOTE_LONGEST, PriceChanged, request_booking, send_request
from app.bookings.actions.rises import publish_rate, withdraw_rate
from app.bookings.actions.saving import give_back_hours, save_hours, spend_hours
from app.bookings.actions.settling import code_of
from app.bookings.actions.sharing import Sharer, agree_to_share, propose_shares, refuse_to_share, withdraw_plan
from app.bookings.actions.silence import ask_what_became
from app.bookings.actions.steps import REASON_LONGEST
from app.bookings.actions.uploads import look_at_row, take_in
from app.bookings.actions.visits import clock_in, clock_out, confirm_visit, mark_delivered, mark_missed, record_visit

__all__ = [
    "NOTE_LONGEST",
    "REASON_LONGEST",
    "PriceChanged",
    "Sharer",
    "accept",
    "agree_to_share",
    "answer_dispute",
    "ask_what_became",
    "cancel",
    "cancel_visit",
    "cancelling",
    "change_provider",
    "clock_in",
    "clock_out",
    "code_of",
    "confirm_visit",
    "days_of",
    "decide_dispute",
    "decline",
    "end_due",
    "end_with_notice",
    "give_back_hours",
    "lapse",
    "leave_shared",
    "look_at_row",
    "mark_delivered",
    "mark_messages_read",
    "mark_missed",
    "propose_shares",
    "publish_rate",
    "raise_dispute",
    "record_visit",
    "refuse_to_share",
    "request_booking",
    "save_hours",
    "say_looked_at",
    "say_messages_looked_at",
    "send_request",
    "spend_hours",
    "take_in",
    "visits_to_carry",
    "withdraw_dispute",
    "withdraw_plan",
    "withdraw_rate",
    "write_as_provider",
    "write_to_provider",
]
