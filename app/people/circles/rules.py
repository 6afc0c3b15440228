"""What one person may be trusted to do for another."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Power(StrEnum):
    """One thing a person (or their council) may grant to somebody beside them."""

    SEE_MONEY = "see_money"
    SHOP = "shop"
    BOOK = "book"


EVERY_POWER = frozenset(Power)

POWER_WORDS = {
    Power.SEE_MONEY: "see my money and what I have spent",
    Power.SHOP: "look for support for me",
    Power.BOOK: "book support and spend my money for me",
}
"""As the person says it, after "they may"."""

POWER_LACKED = {
    Power.SEE_MONEY: "see their money",
    Power.SHOP: "look for support for them",
    Power.BOOK: "book for them or spend their money",
}
"""As the page says it to somebody who may not, after "you may not"."""

INVITATION_LASTS = timedelta(days=14)
INVITATIONS_A_DAY = 10
"""How many invitations may be sent about one person in a day: they go to strangers in our name."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What one account may do about one person's affairs, and by what right."""

    powers: frozenset[Power]
    is_oneself: bool = False
    is_care_manager: bool = False

    @property
    def is_anybody(self) -> bool:
        """Whether this account has anything to do with the person at all."""
        return self.is_oneself or self.is_care_manager or bool(self.powers)


ONESELF = Standing(EVERY_POWER, is_oneself=True)
NOBODY = Standing(frozenset())


def powers_from(kept: Iterable[str]) -> frozenset[Power]:
    """The powers in a list that was kept or sent; words that name none are passed over.

    Booking for somebody without looking for support makes no sense, so the one brings the other.
    """
    known = {power.value for power in Power}
    found = {Power(word) for word in kept if word in known}
    if Power.BOOK in found:
        found.add(Power.SHOP)
    return frozenset(found)


def stored_powers(powers: Iterable[Power]) -> list[str]:
    """Powers as a list to keep, always in the same order."""
    wanted = set(powers)
    return [power.value for power in Power if power in wanted]


HISTORY_KINDS = ("support", "caseload_entry")
"""The kinds of things in the record that are about who stands beside a person."""

_HISTORY_WORDS = {
    "supporter_invited": "Asked somebody to help",
    "supporter_accepted": "Said yes to helping",
    "supporter_declined": "Said no to helping",
    "supporter_powers_changed": "Changed what a supporter may do",
    "supporter_ended": "Ended the help of a supporter",
    "put_on_caseload": "Put a care manager beside you",
    "taken_off_caseload": "Took a care manager away",
}


def history_words(action: str) -> str:
    """What happened, as told to the person."""
    return _HISTORY_WORDS.get(action, action.replace("_", " ").capitalize())
