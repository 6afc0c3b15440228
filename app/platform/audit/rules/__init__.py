"""How the record is told to the people it is about."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

DAY = timedelta(days=1)

LOOKED = "_looked_at"
"""How the names of acts of looking end."""

VIEW_OPENED = "person_view_opened"
"""Opening somebody's view is looking, too."""

_LOOKED_WORDS = {
    "money_looked_at": "Looked at your money",
    "money_in_a_list_looked_at": "Saw what you have left, in the list of people they work with",
    "bookings_looked_at": "Looked at your bookings",
    "bookings_in_a_list_looked_at": "Saw when your next visits are, in the list of people a suspended provider comes to",
    "distances_from_home_looked_at": "Looked for support near your home",
    "complaint_looked_at": "Read a complaint of yours",
    "complaints_looked_at": "Looked at your complaints",
    "complaints_in_a_list_looked_at": "Saw, in a list, that you complained and when",
    "reported_message_looked_at": "Read a message about your booking that somebody reported",
    "affairs_looked_at": "Opened a page about you",
    "money_that_can_pay_looked_at": "Looked for support for you, and saw which of your money can pay",
    "people_beside_you_looked_at": "Looked at who is beside you",
    "decision_looked_at": "Read a decision made for you",
    "decision_in_a_list_looked_at": "Saw, in a list for a second look, that a decision was made for you",
    "choice_in_a_list_looked_at": "Saw, in a list, that you chose how money is looked after",
    "openings_in_a_list_looked_at": "Saw, in a list, that a colleague opened your page, and why",
    "opening_looked_at": "Looked at why a colleague opened your page",
    "caseload_in_a_list_looked_at": "Saw, in the list of people they work with, what waits to be done about you",
    "fund_looked_at": "Looked at the fund you asked for",
    "funds_in_a_list_looked_at": "Saw, in a list, that you asked for a fund",
    "shared_support_looked_at": "Looked at support you share",
    "card_payment_looked_at": "Looked at a card payment of yours that was not as asked",
    "invoice_lines_looked_at": "Saw, on a provider’s invoice, what the council pays for your visits",
    "review_looked_at": "Read a review about your support",
    "death_report_looked_at": "Looked at a report that you had died",
    "home_looked_at": "Looked at where you live and who to call",
    "home_and_way_in_looked_at": "Looked at where you live, who to call and how to get in",
    VIEW_OPENED: "Started to act for you",
}

_DONE_WORDS = {
    "booking_requested": "Asked a provider for support for you",
    "booked_at_once": "Booked support for you",
    "booking_accepted": "Said yes to support you asked for",
    "booking_declined": "Said no to support you asked for",
    "booking_cancelled": "Called off support",
    "booking_lapsed": "Closed a request that was not answered in time",
    "booking_message_sent": "Wrote a message about your support",
    "budget_agreed": "Agreed a budget with you",
    "budget_changed": "Changed your budget",
    "budget_ended": "Ended your budget",
    "death_reported": "Reported that you had died",
    "death_confirmed": "Confirmed a report that you had died",
    "death_was_a_mistake": "Undid a report that you had died",
    "home_details_forgotten": "Took out what a visit at your home needs",
    "home_details_saved": "Changed what a visit at your home needs",
    "receipt_added": "Added a receipt for money spent elsewhere",
    "money_put_right": "Put right a mistake about your money",
    "odd_payment_added": "Added a card payment of yours after looking at it",
    "odd_payment_paid_back": "Noted that a card payment of yours was paid back",
    "odd_payment_nothing_taken": "Noted that a card payment of yours was never taken",
    "agreement_signed": "Signed an agreement to pay another provider for you",
    "agreement_answered": "Said yes or no for you to an agreement to pay another provider",
    "agreement_looked_at_again": "Looked again at an agreement to pay another provider for you",
    "agreement_ended": "Ended an agreement to pay another provider for you",
    "unspent_talk_opened": "Asked for a talk about money you had not used",
    "unspent_talk_said": "Said why some of your money was not used",
    "unspent_talk_closed": "Noted a talk about money you had not used",
    "put_in_basket": "Put something in your basket",
    "taken_out_of_basket": "Took something out of your basket",
    "price_rise_told": "Told about a price that goes up",
    "missed_alert": "Told about visits that were missed",
    "letter_not_sent": "Kept back a letter about you: its reader may no longer be told",
    "help_rests": "Paused help: your helper works for a provider you use",
    "help_rests_no_more": "Let help go on again",
    "broker_excepted": "Let a broker help you who works for a provider, with a written reason",
    "broker_exception_ended": "Ended the exception for a broker",
    "agent_bound": "Said whose account holds a direct payment",
    "supporter_invited": "Asked somebody to help you",
    "supporter_accepted": "Said yes to helping you",
    "supporter_declined": "Said no to helping you",
    "supporter_powers_changed": "Changed what a helper may do",
    "supporter_ended": "Ended the help of a helper",
    "put_on_caseload": "Put a care manager beside you",
    "taken_off_caseload": "Took a care manager away",
    "cover_named": "Named somebody to stand in for your care manager",
    "cover_ended": "Ended the days on which somebody stood in for your care manager",
    "opening_found_right": "Looked at why a colleague opened your page, and found it right",
    "opening_ended": "Looked at why a colleague opened your page, and ended it",
    "top_up_started": "Started to pay money in for you",
    "own_bank_account_given": "Gave a bank account for your own money to go back to",
    "pay_back_asked": "Asked for your own money to be paid back",
    "pay_back_file_made": "Made a file of what is paid back to bank accounts",
    "pay_back_arrived": "Paid your own money back",
    "pay_back_failed": "Noted that your own money could not be paid back",
    "pay_back_looked_at": "Looked at own money that is to be paid back to you",
    "card_claim_came": "Noted that the card company asks for a payment of yours back",
    "card_claim_lost": "Noted that the card company took a payment of yours back",
    "card_claim_won": "Noted that the card company leaves a payment of yours to you",
    "owed_paid": "Paid what you owed from your own money",
    "authority_noted": "Noted that somebody may act about your money by law, for a second look",
    "authority_seen": "Saw the paper by which somebody may act about your money",
    "authority_not_seen": "Did not agree that somebody may act about your money",
    "booking_moved": "Moved your visits to another provider",
    "booking_shared_anew": "Shared the cost of your support anew",
    "booking_somebody_leaves": "Noted that somebody leaves support you share",
    "budget_estimated": "Told you what your budget may be",
    "capacity_decision_made": "Recorded a decision made for you",
    "capacity_decision_agreed": "Agreed to a decision made for you",
    "capacity_decision_refused": "Did not agree to a decision made for you",
    "capacity_decision_ended": "Ended a decision made for you",
    "change_agreed": "Agreed to another time",
    "change_declined": "Said no to another time",
    "change_overtaken": "Noted that another time no longer fits",
    "change_withdrawn": "Took back a wish for another time",
    "council_asked_person": "Asked whether their council may look after your support",
    "council_asked_no_more": "Took back that question",
    "council_confirmed": "Said which council looks after your support",
    "council_declined": "Said no to a council that asked",
    "council_let_go": "Let you go to another council",
    "council_letter_written": "Wrote you a letter with a code",
    "dispute_answered": "Answered what was said of a visit",
    "enrolled": "Opened your account",
    "email_confirmed": "Confirmed your email address",
    "password_changed": "Changed your password",
    "fund_accepted": "Said yes to hold a fund for you",
    "fund_declined": "Said no to hold a fund for you",
    "hours_came_back": "Gave saved hours back",
    "hours_given_back": "Gave saved hours back",
    "hours_saved": "Saved the hours of a visit",
    "hours_spent": "Used saved hours",
    "item_arrived": "Recorded that something you sent back arrived",
    "item_sent_back": "Sent something back for you",
    "money_chosen": "Chose how your money is looked after",
    "money_choice_confirmed": "Said that your money stays looked after as it is",
    "money_choice_enacted": "Put in place how you want your money looked after",
    "money_choice_withdrawn": "Took back how your money was to be looked after",
    "note_written": "Wrote a note on your support",
    "outside_spending_recorded": "Recorded money spent elsewhere",
    "outside_spending_taken_back": "Took back money recorded as spent elsewhere",
    "pattern_ended": "Ended visits that repeat",
    "place_given_up": "Gave a place up for you",
    "place_offered": "Kept a place for you",
    "place_taken": "Took a place for you",
    "place_waited_for": "Put you on a waiting list",
    "waiting_stopped": "Took you off a waiting list",
    "powers_asked": "Asked what they may do for you",
    "powers_answered": "Answered what a care manager may do",
    "powers_narrowed": "Let a care manager do less",
    "proposal_agreed": "Agreed to other times",
    "times_proposed": "Proposed other times",
    "review_written": "Said how it went",
    "role_granted": "Gave you a role",
    "role_ended": "Ended a role of yours",
    "said_yes_by_code": "Passed on your yes, by the code you gave",
    "yes_asked_by_code": "Sent you a code with which you can say yes",
    "yes_code_void": "Noted that your code no longer counts",
    "yes_code_wrong": "Typed a wrong code",
    "session_called_off": "Called off a session you had a place in",
    "share_agreed": "Agreed to share support",
    "share_asked": "Asked to share support",
    "share_lapsed": "Ended a plan to share that was not answered in time",
    "share_leaving": "Leaves support you share",
    "share_refused": "Said no to sharing support",
    "share_taken_back": "Took back a yes to sharing",
    "share_withdrawn": "Took back a plan to share",
    "staff_link_sent": "Sent you a link to set a password",
    "suggested": "Suggested something to you",
    "suggestion_left": "Left a suggestion for now",
    "suggestion_taken": "Took a suggestion",
    "supporter_code_made": "Made a code for somebody you asked to help",
    "visit_came": "Recorded that a worker came",
    "visit_left_out": "Left a visit out",
    "visit_unconfirmed": "Asked the provider whether a visit began",
    "visit_unconfirmed_told_on": "Told the people beside you that nobody has said a visit began",
    "visits_confirmed": "Made your next visits",
    "week_plan_changed": "Changed a plan of your week",
    "week_plan_hidden": "Hid a plan of a week from you",
    "week_plan_kept": "Saved a plan of your week",
    "week_plan_removed": "Removed a plan of your week",
    "week_plan_shared": "Shared a plan of your week",
    "signed_up": "Opened an account",
    "signed_in": "Signed in",
    "signed_out": "Signed out",
    "visit_delivered": "Recorded that a visit took place",
    "visit_missed": "Recorded that a visit did not take place",
    "visit_not_recorded": "Asked what became of a visit",
    "visit_disputed": "Said that the record of a visit is wrong",
    "dispute_decided": "Decided what became of a visit",
}
"""What others did about somebody, as told to them; anything else is told by its own name."""

ACTING_AS_WORDS = {
    "supporter": "your supporter",
    "care_manager": "your care manager",
    "commissioner": "the council",
    "provider_staff": "a provider's staff",
}


def look_words(action: str) -> str:
    """What was done, to the person whose affairs they are: ``statement_looked_at`` -> ``Looked at your statement``."""
    return _LOOKED_WORDS.get(action) or f"Looked at your {action.removesuffix(LOOKED).replace('_', ' ')}"


def is_look(action: str) -> bool:
    """Whether an act was looking, and changed nothing."""
    return action.endswith(LOOKED) or action == VIEW_OPENED


def act_words(action: str) -> str:
    """What was done or looked at, to the person it is about: ``dispute_answered`` -> ``Dispute answered``."""
    return look_words(action) if is_look(action) else _DONE_WORDS.get(action) or action.replace("_", " ").capitalize()


class Act(Protocol):
    """One act in the record."""

    @property
    def at(self) -> datetime:
        """When."""

    @property
    def actor_id(self) -> int | None:
        """Who did it; nobody when the site did."""

    @property
    def action(self) -> str:
        """What."""

    @property
    def details(self) -> dict[str, object]:
        """Facts about it."""


@dataclass(slots=True)
class ToldAct:
    """One line of the list: an act, or the same look by the same person several times in a row, newest first."""

    act: Act
    times: int
    since: datetime
    """The first of them."""


def collapsed(acts: Iterable[Act]) -> list[ToldAct]:
    """The acts as a page shows them: looks that repeat themselves within a day, with nothing between, are one line.

    Every one is in the record; only the showing is short.
    """
    told: list[ToldAct] = []
    for act in acts:
        last = told[-1] if told else None
        if (
            last is not None
            and is_look(act.action)
            and (act.actor_id, act.action) == (last.act.actor_id, last.act.action)
            and last.act.at - act.at < DAY
        ):
            last.times, last.since = last.times + 1, act.at
        else:
            told.append(ToldAct(act, 1, act.at))
    return told


def acting_as_words(details: dict[str, object]) -> str:
    """By what right somebody looked, when the record says so."""
    return ACTING_AS_WORDS.get(str(details.get("acting_as")), "")
