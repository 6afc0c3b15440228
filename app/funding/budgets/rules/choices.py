"""How somebody's money is looked after: the ways beside each other, and how a choice of the person becomes what is done."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from app.base.refusals import BadInput
from app.funding.budgets.rules.kinds import BUDGET_KINDS, POT_WORDS, PotKind

WORDS_LONGEST = 500
PERCENT = 100
HOW_PAGE = "/money/how"
"""Where a person chooses."""
MOST_SHARE = 10**12
"""Above any year's money in pence."""


class ChoiceStatus(StrEnum):
    """Where a choice stands."""

    CHOSEN = "chosen"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    ENACTED = "enacted"
    AS_BEFORE = "as_before"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"


WAITING = frozenset({ChoiceStatus.CHOSEN, ChoiceStatus.ACCEPTED})
"""Chosen, and not yet what is done with the money."""
IN_FORCE = frozenset({ChoiceStatus.ENACTED, ChoiceStatus.AS_BEFORE})
"""What is done with the money now: because the person chose it, or because it was so before anybody asked them."""

CHOICE_STATUS_WORDS = {
    ChoiceStatus.CHOSEN: "Chosen",
    ChoiceStatus.ACCEPTED: "Chosen, and the provider said yes",
    ChoiceStatus.DECLINED: "The provider said no",
    ChoiceStatus.ENACTED: "In place",
    ChoiceStatus.AS_BEFORE: "As it was before 30 November 2026, not yet confirmed by the person",
    ChoiceStatus.WITHDRAWN: "Taken back",
    ChoiceStatus.REPLACED: "Replaced by a later choice",
}


@dataclass(frozen=True, slots=True)
class Way:
    """One way of looking after money, in plain words."""

    what: str
    who_holds: str
    you_do: str
    fee: str


WAYS = {
    PotKind.DIRECT_PAYMENT: Way(
        "The council pays the money to you.",
        "You.",
        "You pay for your support, keep receipts and say what you spent.",
        "Nobody takes a fee.",
    ),
    PotKind.INDIRECT_PAYMENT: Way(
        "The council pays the money to somebody you choose: a relative, a friend or a trust.",
        "The person you choose.",
        "You say what to buy. They pay, keep receipts and say what was spent.",
        "Nobody takes a fee from this money, unless you agree one with them.",
    ),
    PotKind.COUNCIL_MANAGED: Way(
        "The council keeps the money and pays for your support.",
        "The council.",
        "You say what support you want. The council pays.",
        "Nobody takes a fee.",
    ),
    PotKind.INDIVIDUAL_SERVICE_FUND: Way(
        "A provider you choose keeps the money apart, for you alone.",
        "The provider you choose, when it says yes.",
        "You and the provider agree what to do with it.",
        "The provider may take a fee of up to {ceiling}%. It says how much before anything happens.",
    ),
}
"""Each way a council's money can be looked after, in the order the page shows them."""


def checked_shares(shares: Mapping[PotKind, int]) -> dict[str, int]:
    """The shares of a choice as they are kept, by way, in the order of the ways.

    Raises:
        BadInput: when there are none, one is of own money, or one is not a whole number above nothing.
    """
    if not shares or not set(shares) <= set(BUDGET_KINDS):
        raise BadInput("Choose at least one way to look after the money")
    if any(type(share) is not int or not 0 < share <= MOST_SHARE for share in shares.values()):
        raise BadInput("Each part must be more than nothing")
    return {kind.value: shares[kind] for kind in WAYS if kind in shares}


def share_words(shares: Mapping[str, int]) -> str:
    """``All of it: direct payment``; ``60% direct payment, 40% money the council looks after``."""
    if len(shares) == 1:
        (kind,) = shares
        return f"All of it: {_way(kind)}"
    whole = sum(shares.values())
    return ", ".join(f"{_percent(share, whole)}% {_way(kind)}" for kind, share in shares.items())


def _way(kind: str) -> str:
    return POT_WORDS[PotKind(kind)][0].lower() + POT_WORDS[PotKind(kind)][1:]


def _percent(share: int, whole: int) -> str:
    """``33.3``, and ``50`` where it is whole."""
    return f"{share * PERCENT / whole:.1f}".removesuffix(".0")
