"""Telling people: one function or notice for each message, so that what we ever say can be read in this folder.

To add one about a booking, write a ``Notice`` in ``bookings`` and send it with ``send_notice``; one with words of its own
is a function that takes ids, addresses and words (this room knows nothing of the rooms above it) and calls ``tell`` once.
The subject says nothing about care, health or money; the body says no more than is needed to know why to follow the link.
"""

from app.messages.actions.accounts import (
    choose_a_new_password,
    confirm_your_email,
    set_your_first_password,
    you_have_an_account,
    your_password_changed,
)
from app.messages.actions.bookings import (
    BOOKED_FOR_YOU,
    BOOKING_ACCEPTED,
    BOOKING_CANCELLED,
    BOOKING_DECLINED,
    BOOKING_ENDS,
    BOOKING_LAPSED,
    BOOKING_MESSAGE_WAITS,
    BOOKING_REQUESTED,
    VISIT_DELIVERED,
    VISIT_MISSED,
)
from app.messages.actions.circles import (
    help_has_ended,
    somebody_said_no,
    somebody_said_yes,
    who_may_help_changed,
    you_are_asked_to_help,
)
from app.messages.actions.claims import claim_to_decide, your_claim_was_approved, your_claim_was_refused
from app.messages.actions.payments import your_payment_arrived
from app.messages.actions.rises import (
    price_rise_withdrawn,
    price_rise_withdrawn_beside,
    price_rises,
    price_rises_beside,
)
from app.messages.actions.sending import (
    Notice,
    Reader,
    kept_inside,
    mark_all_read,
    mark_read,
    send_notice,
    send_waiting,
    tell,
)
from app.messages.actions.sharing import (
    SHARE_AMOUNT_CHANGED,
    SHARE_ANSWERED,
    SHARE_PLAN_ENDED,
    SHARE_SENT,
    SHARES_CHANGED,
    SOMEBODY_LEAVES,
    SOMEBODY_LEAVES_TELLS_PROVIDER,
    asked_to_share,
)

__all__ = [
    "BOOKED_FOR_YOU",
    "BOOKING_ACCEPTED",
    "BOOKING_CANCELLED",
    "BOOKING_DECLINED",
    "BOOKING_ENDS",
    "BOOKING_LAPSED",
    "BOOKING_MESSAGE_WAITS",
    "BOOKING_REQUESTED",
    "SHARES_CHANGED",
    "SHARE_AMOUNT_CHANGED",
    "SHARE_ANSWERED",
    "SHARE_PLAN_ENDED",
    "SHARE_SENT",
    "SOMEBODY_LEAVES",
    "SOMEBODY_LEAVES_TELLS_PROVIDER",
    "VISIT_DELIVERED",
    "VISIT_MISSED",
    "Notice",
    "Reader",
    "asked_to_share",
    "choose_a_new_password",
    "claim_to_decide",
    "confirm_your_email",
    "help_has_ended",
    "kept_inside",
    "mark_all_read",
    "mark_read",
    "price_rise_withdrawn",
    "price_rise_withdrawn_beside",
    "price_rises",
    "price_rises_beside",
    "send_notice",
    "send_waiting",
    "set_your_first_password",
    "somebody_said_no",
    "somebody_said_yes",
    "tell",
    "who_may_help_changed",
    "you_are_asked_to_help",
    "you_have_an_account",
    "your_claim_was_approved",
    "your_claim_was_refused",
    "your_password_changed",
    "your_payment_arrived",
]
