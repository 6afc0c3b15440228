"""What people do with bookings: ask, answer, cancel, record a visit. Each moves the money with it, or nothing."""

from app.bookings.actions.answers import accept, cancel, cancel_visit, cancelling, decline, lapse
from app.bookings.actions.conversations import (
    mark_messages_read,
    say_messages_looked_at,
    write_as_provider,
    write_to_provider,
)
from app.bookings.actions.leaving import days_of, end_due, leave_shared
from app.bookings.actions.looks import say_looked_at
from app.bookings.actions.moving import change_provider, end_with_notice, visits_to_carry
from app.bookings.actions.requests import NOTE_LONGEST, PriceChanged, request_booking, send_request
from app.bookings.actions.rises import publish_rate, withdraw_rate
from app.bookings.actions.sharing import Sharer, agree_to_share, propose_shares, refuse_to_share, withdraw_plan
from app.bookings.actions.steps import REASON_LONGEST
from app.bookings.actions.visits import mark_delivered, mark_missed

__all__ = [
    "NOTE_LONGEST",
    "REASON_LONGEST",
    "PriceChanged",
    "Sharer",
    "accept",
    "agree_to_share",
    "cancel",
    "cancel_visit",
    "cancelling",
    "change_provider",
    "days_of",
    "decline",
    "end_due",
    "end_with_notice",
    "lapse",
    "leave_shared",
    "mark_delivered",
    "mark_messages_read",
    "mark_missed",
    "propose_shares",
    "publish_rate",
    "refuse_to_share",
    "request_booking",
    "say_looked_at",
    "say_messages_looked_at",
    "send_request",
    "visits_to_carry",
    "withdraw_plan",
    "withdraw_rate",
    "write_as_provider",
    "write_to_provider",
]
