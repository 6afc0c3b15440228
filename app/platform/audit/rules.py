"""How the record is told to the people it is about, and what keeps the tables that only grow as they were written."""

import hashlib
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
    "affairs_looked_at": "Opened a page about you",
    "money_that_can_pay_looked_at": "Looked for support for you, and saw which of your money can pay",
    "people_beside_you_looked_at": "Looked at who is beside you",
    "decision_looked_at": "Read a decision made for you",
    "decision_in_a_list_looked_at": "Saw, in a list for a second look, that a decision was made for you",
    "choice_in_a_list_looked_at": "Saw, in a list, that you chose how money is looked after",
    "fund_looked_at": "Looked at the fund you asked for",
    "funds_in_a_list_looked_at": "Saw, in a list, that you asked for a fund",
    "shared_support_looked_at": "Looked at support you share",
    "card_payment_looked_at": "Looked at a card payment of yours that was not as asked",
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
    "top_up_started": "Started to pay money in for you",
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


def fingerprint(made: str) -> str:
    """How something in the database is written, whatever its spacing, in a dozen characters."""
    return hashlib.sha256(" ".join(made.split()).encode()).hexdigest()[:12]


SQLITE_GUARDS: dict[str, dict[str, str]] = {
    "correction": {
        "correction_no_delete": "40e74fce7498",
        "correction_no_replace": "ac724975f6ac",
        "correction_no_update": "62a00e26ca43",
    },
    "agreement": {
        "agreement_no_delete": "d2ba5f2e5166",
        "agreement_no_replace": "6aab76a48bdd",
        "agreement_no_update": "5f327a761a22",
    },
    "audit_event": {
        "audit_event_no_delete": "fd5efdf9fdbf",
        "audit_event_no_replace": "308f9b022b17",
        "audit_event_no_update": "f5ab6b3e4d16",
    },
    "budget_version": {
        "budget_version_no_delete": "2453b10e4616",
        "budget_version_no_replace": "dfc446d2f6c9",
        "budget_version_no_update": "1f4965904403",
    },
    "money_choice": {
        "money_choice_chosen_stays": "fbd8394d6279",
        "money_choice_no_delete": "1b107d5fc4a6",
        "money_choice_no_overwrite": "e6bf5b8b58ed",
        "money_choice_no_replace": "a1fb69a6e72a",
    },
    "money_decision": {
        "money_decision_no_delete": "1d21d1e1290d",
        "money_decision_no_replace": "c6fe353c3e07",
        "money_decision_no_update": "4005b9f3bb35",
    },
    "provider_change": {
        "provider_change_no_delete": "c5ef256772d0",
        "provider_change_no_replace": "54bb8c97b7fa",
        "provider_change_no_update": "7c4bd7471f53",
    },
    "receipt": {
        "receipt_no_delete": "838f7a117166",
        "receipt_no_replace": "30709ddbfe13",
        "receipt_no_update": "01dc9d33abfe",
    },
    "receipt_file": {
        "receipt_file_no_delete": "9035bfbffcde",
        "receipt_file_no_replace": "fb04e341d621",
        "receipt_file_no_update": "0eefc024e4e2",
    },
    "visit_record": {
        "visit_record_no_delete": "8071362948bb",
        "visit_record_no_replace": "bac51f5e3677",
        "visit_record_no_update": "e62da8116ac4",
        "visit_record_not_back": "79cea7a32b23",
    },
    "withdrawn_rate": {
        "withdrawn_rate_no_delete": "5324679205c6",
        "withdrawn_rate_no_replace": "0ca827b2140f",
        "withdrawn_rate_no_update": "0bc4bf0ff46c",
    },
}
POSTGRESQL_GUARDS: dict[str, dict[str, str]] = {
    "correction": {
        "correction_only_grows": "ae7b3d563328",
    },
    "agreement": {
        "agreement_kept": "bd4d6690802d",
    },
    "audit_event": {
        "audit_event_only_grows": "fd657901aed6",
    },
    "budget_version": {
        "budget_version_only_grows": "f401b95900d0",
    },
    "money_choice": {
        "money_choice_chosen_stays": "f75c10fc304d",
        "money_choice_no_delete": "e046e736e3e5",
    },
    "money_decision": {
        "money_decision_only_grows": "86dae90a8f29",
    },
    "provider_change": {
        "provider_change_only_grows": "b97c2d43a9d7",
    },
    "receipt": {
        "receipt_only_grows": "f159bf90ce13",
    },
    "receipt_file": {
        "receipt_file_only_grows": "7980e81ec85f",
    },
    "visit_record": {
        "visit_record_not_emptied": "0bcd15ada536",
        "visit_record_only_grows": "bb26ea29e76c",
    },
    "withdrawn_rate": {
        "withdrawn_rate_kept": "eb03dda54849",
    },
}
"""The triggers that keep each table that only grows, with the fingerprint of how each was made. The ledger's own two tables
have theirs in :mod:`app.platform.ledger.rules`.
"""
