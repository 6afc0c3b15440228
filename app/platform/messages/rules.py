"""How long a sender may keep a message in hand, when it is tried again, and for how long that makes sense."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol


class ToldAs(StrEnum):
    """By what right somebody is told about another person's affairs; asked again at the moment the letter goes."""

    SEES = "sees"
    """May see what the person has booked."""
    SEES_MONEY = "sees_money"
    """May see the person's money: the letter says something of it."""
    ARRANGES = "arranges"
    """May read and write about it."""
    SUGGESTS = "suggests"
    """May look for support for the person and suggest it."""
    ANSWERS = "answers"
    """May say yes or no for the person when the council asks what it may do."""
    COMPLAINS = "complains"
    """May complain for the person."""
    CARE_MANAGER = "care_manager"
    """Has the person on their caseload."""
    DECIDES = "decides"
    """Decides about the person's visits for the council."""
    STAFF = "staff"
    """Works for the provider."""


@dataclass(frozen=True, slots=True)
class About:
    """Whose affairs a letter to somebody else is about, and by what right it is told to them."""

    person_id: int
    told_as: ToldAs
    provider_id: int | None = None
    """For :attr:`ToldAs.STAFF`: whose staff."""


TOGETHER = 5
"""How many messages a sender takes in hand at once: a transaction for each was most of what sending cost."""

IN_HAND = timedelta(minutes=10)
"""Longer than the slowest mail server is waited for with so many; after that the sender must have died."""

GATHER_SECONDS = 0.1
"""How long a sender that was woken waits for more to send together with it."""

LASTS = timedelta(days=3)
"""How long an email is worth sending that says nothing else: a mail server may be away for a weekend."""
SOON = timedelta(minutes=5)
"""A letter that waits longer was not sent at the first try, or nobody sends at all."""

FIRST_TRY_AGAIN = timedelta(minutes=1)
LONGEST_BETWEEN_TRIES = timedelta(hours=6)


def pause_before(attempts: int) -> timedelta:
    """How long after it was written a letter that failed so often is tried again.

    Each pause is twice the one before, up to six hours: after 1, 3, 7, 15 minutes, and so on for as long as it makes sense.
    """
    waited = timedelta()
    for number in range(attempts):
        waited += min(FIRST_TRY_AGAIN * 2 ** min(number, 20), LONGEST_BETWEEN_TRIES)
    return waited


def letter_is_out_of_date(made_at: datetime, useful_until: datetime | None, now: datetime) -> bool:
    """Whether sending it makes no sense any more."""
    return now >= (made_at + LASTS if useful_until is None else useful_until)


SUBJECT_LONGEST = 150
YOU_HAVE_AN_ACCOUNT = "You already have an account"
"""A subject by which it is counted how often somebody was told."""
EMAILS_SHOWN = 20
"""How many of the last emails the demonstration's letter box shows."""

AT_A_TIME = 50
"""How many messages a sender takes from the outbox at one look."""

AT_ONCE_SECONDS = 1.0
"""How long the demonstration's letter box waits for what is being sent at this moment."""


class ToldOf(Protocol):
    """What a letter, or a message, says of whose affairs it is about."""

    @property
    def for_person_id(self) -> int | None:
        """Whose affairs it is about."""

    @property
    def told_as(self) -> str | None:
        """By what right it is told."""

    @property
    def for_provider_id(self) -> int | None:
        """As whose staff."""


def about_of(told: ToldOf) -> About | None:
    """Whose affairs a message tells somebody else about, and by what right."""
    if told.for_person_id is None or told.told_as is None:
        return None
    return About(told.for_person_id, ToldAs(told.told_as), told.for_provider_id)


MayBeTold = Callable[[int, About], bool]
"""Whether this account may be told about that person's affairs now; answered by the rooms that know."""
