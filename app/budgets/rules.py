"""Personal budgets and pots: their kinds, the four-week periods, and who may be paid from what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.ledger.rules import JournalKind
from app.money import Money

PERIOD_DAYS = 28
PERIODS_IN_A_YEAR = 13
YEAR_DAYS = PERIOD_DAYS * PERIODS_IN_A_YEAR


class PotKind(StrEnum):
    """One way of managing a part of somebody's money."""

    DIRECT_PAYMENT = "direct_payment"
    INDIRECT_PAYMENT = "indirect_payment"
    COUNCIL_MANAGED = "council_managed"
    INDIVIDUAL_SERVICE_FUND = "individual_service_fund"
    OWN_MONEY = "own_money"


POT_WORDS = {
    PotKind.DIRECT_PAYMENT: "Direct payment",
    PotKind.INDIRECT_PAYMENT: "Direct payment held by somebody for you",
    PotKind.COUNCIL_MANAGED: "Money the council looks after",
    PotKind.INDIVIDUAL_SERVICE_FUND: "Individual service fund",
    PotKind.OWN_MONEY: "Own money",
}

POT_BUYS = {
    PotKind.DIRECT_PAYMENT: "You hold this money. It may pay anybody, for what your support plan says.",
    PotKind.INDIRECT_PAYMENT: "Somebody holds this money for you. It may pay anybody, for what your support plan says.",
    PotKind.COUNCIL_MANAGED: "The council holds this money and pays for you. It may pay providers on the council's "
    "framework, the council's own services, and others the council has signed for.",
    PotKind.INDIVIDUAL_SERVICE_FUND: "A provider holds this money for you alone. It pays for that provider's support.",
    PotKind.OWN_MONEY: "Money you added yourself. It may pay anybody, for anything here.",
}
"""What each may buy, in plain words."""

BUDGET_KINDS = tuple(kind for kind in PotKind if kind != PotKind.OWN_MONEY)
"""The kinds a council's budget is paid into; own money is nobody's to give."""


class BudgetStatus(StrEnum):
    """Where a personal budget stands."""

    INDICATIVE = "indicative"
    AGREED = "agreed"
    ENDED = "ended"


def period_starts(year_starts_on: date) -> list[date]:
    """The first days of the thirteen four-week periods of a budget year."""
    return [year_starts_on + timedelta(days=PERIOD_DAYS * n) for n in range(PERIODS_IN_A_YEAR)]


def period_amounts(yearly_pence: int) -> list[int]:
    """A year's money shared over its thirteen periods to the penny; the first periods get what does not divide."""
    return [share.pence for share in Money(yearly_pence).split([1] * PERIODS_IN_A_YEAR)]


@dataclass(frozen=True, slots=True)
class Lawful:
    """Whether money may pay somebody, and why, in plain words; the reason of a yes is empty."""

    ok: bool
    reason: str = ""


YES = Lawful(ok=True)


def who_may_be_paid(
    kind: PotKind, *, is_framework: bool, is_in_house: bool, has_one_off: bool, holds_the_fund: bool
) -> Lawful:
    """Whether money of this kind may pay a provider.

    Args:
        kind: the kind of money.
        is_framework: a framework provider of the money's council, for this kind of support, on that day.
        is_in_house: one of the council's own services.
        has_one_off: the council signed a one-off agreement with it for this person, in force on that day.
        holds_the_fund: it is the provider that holds this individual service fund.
    """
    if kind in {PotKind.DIRECT_PAYMENT, PotKind.INDIRECT_PAYMENT, PotKind.OWN_MONEY}:
        return YES
    if kind == PotKind.COUNCIL_MANAGED:
        if is_framework or is_in_house or has_one_off:
            return YES
        return Lawful(
            ok=False,
            reason="Money the council looks after can only pay providers on the council's framework, the council's own "
            "services, or a provider the council has signed a one-off agreement with. Use other money, or ask your "
            "care manager for an agreement.",
        )
    if holds_the_fund:
        return YES
    return Lawful(
        ok=False,
        reason="An individual service fund can only pay the provider that holds it. Use other money for this provider.",
    )


@dataclass(frozen=True, slots=True)
class Division:
    """How an amount is shared over several sums of money: ``parts`` as (whose number, pence), and what is missing."""

    parts: tuple[tuple[int, int], ...]
    short_by_pence: int


def divide(pence: int, purses: Iterable[tuple[int, int]]) -> Division:
    """Share an amount out: from the first money until it is empty, then the next.

    ``divide(5_000, [(1, 3_000), (2, 9_000)])`` is 3,000 from 1 and 2,000 from 2.

    Args:
        pence: how much is needed.
        purses: (number, pence left in it), in the order to use them.
    """
    parts: list[tuple[int, int]] = []
    for number, left in purses:
        part = min(pence, max(left, 0))
        if part:
            parts.append((number, part))
            pence -= part
    return Division(tuple(parts), pence)


HAPPENED = {
    JournalKind.ALLOCATE: "Money from the council",
    JournalKind.TOP_UP: "Money added by card",
    JournalKind.HOLD: "Set aside for {whom}",
    JournalKind.CHARGE: "Paid to {whom}",
    JournalKind.RELEASE: "No longer set aside for {whom}",
    JournalKind.REFUND: "Paid back by {whom}",
    JournalKind.MOVE: "Moved from one part of the money to another",
    JournalKind.CORRECT: "Corrected",
    JournalKind.EXPIRE: "No longer set aside for {whom}: nobody answered in time",
    JournalKind.CARRY_OVER: "Carried over",
    JournalKind.GIVE_BACK: "Given back to the council",
}
"""What a line of a statement says, in plain words."""


def happened(kind: JournalKind, whom: str | None, about: str | None) -> str:
    """``Set aside for Sunrise Care``; ``Money from the council, period 3 of 13``."""
    words = HAPPENED[kind].format(whom=whom or "support")
    subject, _, name = (about or "").partition(":")
    if subject == "period":
        words += f", period {name} of {PERIODS_IN_A_YEAR}"
    return words


def leads_to(about: str | None) -> str | None:
    """The address of what a line is about, where there is a page for it: ``booking:7h2k`` is at ``/bookings/7h2k``."""
    subject, _, name = (about or "").partition(":")
    return f"/bookings/{name}" if subject == "booking" and name.isalnum() else None
