"""The ways somebody's money can be managed, and where a budget stands."""

from enum import StrEnum


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
    PotKind.INDIVIDUAL_SERVICE_FUND: "A provider holds this money for you alone. It pays for that provider's support, "
    "and for others it was agreed with you that it may pay.",
    PotKind.OWN_MONEY: "Money you added yourself. It may pay anybody, for anything here.",
}
"""What each may buy, in plain words."""

BUDGET_KINDS = tuple(kind for kind in PotKind if kind != PotKind.OWN_MONEY)
"""The kinds a council's budget is paid into; own money is nobody's to give."""

SPENT_ANYWHERE = frozenset({PotKind.DIRECT_PAYMENT, PotKind.INDIRECT_PAYMENT, PotKind.OWN_MONEY})
"""Money in a person's or an agent's own hands: it is also spent where we cannot see, and told to us afterwards."""


class BudgetStatus(StrEnum):
    """Where a personal budget stands."""

    INDICATIVE = "indicative"
    AGREED = "agreed"
    ENDED = "ended"


class DecisionKind(StrEnum):
    """What somebody decided about money that was agreed already."""

    MOVED = "moved"
    CONTINGENCY = "contingency"
    BROUGHT_FORWARD = "brought_forward"


DECISION_WORDS = {
    DecisionKind.MOVED: "Moved",
    DecisionKind.CONTINGENCY: "Released from the money kept back",
    DecisionKind.BROUGHT_FORWARD: "Brought forward",
}
STATUS_WORDS = {
    BudgetStatus.INDICATIVE: "First estimate",
    BudgetStatus.AGREED: "Agreed",
    BudgetStatus.ENDED: "Ended",
}
BUDGET_MAY_BECOME = {
    BudgetStatus.INDICATIVE: frozenset({BudgetStatus.AGREED, BudgetStatus.ENDED}),
    BudgetStatus.AGREED: frozenset({BudgetStatus.ENDED}),
    BudgetStatus.ENDED: frozenset[BudgetStatus](),
}


def why_not_moved(out_of: PotKind, into: PotKind, *, same_council: bool) -> str | None:
    """Why money may not be moved from one way of managing it to another; nothing when it may.

    A council's money stays that council's however it is managed; own money is nobody else's, and a council's money never
    becomes own money.
    """
    if PotKind.OWN_MONEY in {out_of, into}:
        return (
            "Own money is not moved: it stays the person's own, and money from the council never becomes own money. "
            "Choose two parts of the council's money."
        )
    return None if same_council else "These two parts are money of different councils. Choose two of the same council."
