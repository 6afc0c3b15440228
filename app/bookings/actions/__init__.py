"""What people do with bookings: ask, answer, cancel, record a visit. Each moves the money with it, or nothing."""

from app.bookings.actions.agreements import agree_to_proposal, propose
from app.bookings.actions.answers import accept, cancel, cancel_visit, cancelling, decline, lapse
from app.bookings.actions.basket import book_from_basket, note_not_booked, put_in_basket, take_out_of_basket
from app.bookings.actions.changes import (
    agree_to_change,
    ask_change,
    decline_change,
    planned,
    withdraw_change,
    write_note,
)
from app.bookings.actions.changing import Plan, Wish, paying_for
from app.bookings.actions.confirming import Confirmed, confirm
from app.bookings.actions.conversations import (
    mark_messages_read,
    say_messages_looked_at,
    write_as_provider,
    write_to_provider,
)
from app.bookings.actions.disputes import answer_dispute, decide_dispute, raise_dispute, withdraw_dispute
from app.bookings.actions.leaving import days_of, end_due, leave_shared
from app.bookings.actions.leaving_out import consequences, leave_out
from app.bookings.actions.looks import say_looked_at
from app.bookings.actions.making import request_pattern
from app.bookings.actions.moving import change_provider, end_with_notice, visits_to_carry
from app.bookings.actions.places import set_availability
from app.bookings.actions.requests import MOST_REPEATED, NOTE_LONGEST, PriceChanged, request_booking, send_request
from app.bookings.actions.rises import publish_rate, withdraw_rate
from app.bookings.actions.saving import give_back_hours, save_hours, spend_hours
from app.bookings.actions.settling import code_of
from app.bookings.actions.sharing import Sharer, agree_to_share, propose_shares, refuse_to_share, withdraw_plan
from app.bookings.actions.silence import ask_what_became
from app.bookings.actions.steps import REASON_LONGEST
from app.bookings.actions.uploads import look_at_row, take_in
from app.bookings.actions.visits import clock_in, clock_out, confirm_visit, mark_delivered, mark_missed, record_visit

__all__ = [
    "MOST_REPEATED",
    "NOTE_LONGEST",
    "REASON_LONGEST",
    "Confirmed",
    "Plan",
    "PriceChanged",
    "Sharer",
    "Wish",
    "accept",
    "agree_to_change",
    "agree_to_proposal",
    "agree_to_share",
    "answer_dispute",
    "ask_change",
    "ask_what_became",
    "book_from_basket",
    "cancel",
    "cancel_visit",
    "cancelling",
    "change_provider",
    "clock_in",
    "clock_out",
    "code_of",
    "confirm",
    "confirm_visit",
    "consequences",
    "days_of",
    "decide_dispute",
    "decline",
    "decline_change",
    "end_due",
    "end_with_notice",
    "give_back_hours",
    "lapse",
    "leave_out",
    "leave_shared",
    "look_at_row",
    "mark_delivered",
    "mark_messages_read",
    "mark_missed",
    "note_not_booked",
    "paying_for",
    "planned",
    "propose",
    "propose_shares",
    "publish_rate",
    "put_in_basket",
    "raise_dispute",
    "record_visit",
    "refuse_to_share",
    "request_booking",
    "request_pattern",
    "save_hours",
    "say_looked_at",
    "say_messages_looked_at",
    "send_request",
    "set_availability",
    "spend_hours",
    "take_in",
    "take_out_of_basket",
    "visits_to_carry",
    "withdraw_change",
    "withdraw_dispute",
    "withdraw_plan",
    "withdraw_rate",
    "write_as_provider",
    "write_note",
    "write_to_provider",
]
