"""What kinds of provider there are, how the regulator rates them, and when a framework place counts."""

from collections.abc import Sequence
from datetime import date
from enum import StrEnum


class ProviderKind(StrEnum):
    """What sort of organisation sells."""

    NATIONAL = "national"
    REGIONAL = "regional"
    LOCAL = "local"
    CHARITY = "charity"
    SOCIAL_ENTERPRISE = "social_enterprise"
    USER_LED = "user_led"
    MICRO_PROVIDER = "micro_provider"
    SOLE_TRADER = "sole_trader"
    PERSONAL_ASSISTANT = "personal_assistant"
    IN_HOUSE = "in_house"
    COMMUNITY = "community"
    NOT_KNOWN = "not_known"


PROVIDER_KIND_WORDS = {
    ProviderKind.NATIONAL: "National company",
    ProviderKind.REGIONAL: "Regional company",
    ProviderKind.LOCAL: "Local company",
    ProviderKind.CHARITY: "Charity or voluntary organisation",
    ProviderKind.SOCIAL_ENTERPRISE: "Social enterprise",
    ProviderKind.USER_LED: "User-led organisation",
    ProviderKind.MICRO_PROVIDER: "Micro-provider (five or fewer staff)",
    ProviderKind.SOLE_TRADER: "Sole trader",
    ProviderKind.PERSONAL_ASSISTANT: "Personal assistant",
    ProviderKind.IN_HOUSE: "Council service",
    ProviderKind.COMMUNITY: "Community group or public service",
    ProviderKind.NOT_KNOWN: "Kind of provider not known",
}


class CqcRating(StrEnum):
    """The regulator's overall rating. Not yet rated is never treated as bad."""

    OUTSTANDING = "outstanding"
    GOOD = "good"
    REQUIRES_IMPROVEMENT = "requires_improvement"
    INADEQUATE = "inadequate"
    NOT_YET_RATED = "not_yet_rated"


CQC_RATING_WORDS = {
    CqcRating.OUTSTANDING: "Outstanding",
    CqcRating.GOOD: "Good",
    CqcRating.REQUIRES_IMPROVEMENT: "Requires improvement",
    CqcRating.INADEQUATE: "Inadequate",
    CqcRating.NOT_YET_RATED: "Not yet rated by CQC",
}


_BEST_FIRST = (CqcRating.OUTSTANDING, CqcRating.GOOD, CqcRating.REQUIRES_IMPROVEMENT, CqcRating.INADEQUATE)


def rating_fault(bar: str, ratings: Sequence[CqcRating], *, is_regulated: bool) -> str | None:
    """Why a council's rule keeps a provider off its framework; nothing when it may be on it.

    Args:
        bar: the council's ``framework_quality_bar``: ``good``, ``requires_improvement`` or ``none``.
        ratings: those of its registered locations; of one that needs no registration there are none.
        is_regulated: whether something the lot covers is sold by registered providers only.
    """
    if bar == "none" or (not ratings and not is_regulated):
        return None
    needed = f"The council's rule asks for {CQC_RATING_WORDS[CqcRating(bar)]} or better"
    if not ratings:
        return f"{needed}, and this provider is not registered with the regulator"
    rated = [one for one in ratings if one != CqcRating.NOT_YET_RATED]
    if not rated:
        return f"{needed}, and this provider is not rated yet"
    worst = max(rated, key=_BEST_FIRST.index)
    if _BEST_FIRST.index(worst) > _BEST_FIRST.index(CqcRating(bar)):
        return f"{needed}, and this provider is rated {CQC_RATING_WORDS[worst]}"
    return None


class ClaimStatus(StrEnum):
    """Where a request to take over a provider's page stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


class SuspensionReason(StrEnum):
    """Why a provider is suspended, as the record keeps it."""

    SAFEGUARDING = "safeguarding"
    QUALITY = "quality"
    REGISTRATION = "registration"
    CONTRACT = "contract"
    MONEY = "money"
    OTHER = "other"


SUSPENSION_REASON_WORDS = {
    SuspensionReason.SAFEGUARDING: "People may not be safe",
    SuspensionReason.QUALITY: "The support is not good enough",
    SuspensionReason.REGISTRATION: "Its registration or insurance is not in order",
    SuspensionReason.CONTRACT: "It does not keep to its contract",
    SuspensionReason.MONEY: "Its bills or accounts are not in order",
    SuspensionReason.OTHER: "Another reason",
}


def suspension_counts(on: date, *, from_on: date, ended_on: date | None) -> bool:
    """Whether a suspension holds on that day: from its first day on, until the day before it is ended."""
    return from_on <= on and (ended_on is None or on < ended_on)


def place_counts(
    on: date, *, framework_from: date, framework_until: date, place_from: date, place_until: date | None
) -> bool:
    """Whether a place on a framework is current on that day. Whether it is suspended is asked beside it."""
    if not framework_from <= on <= framework_until or on < place_from:
        return False
    return place_until is None or on <= place_until
