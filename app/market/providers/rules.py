"""What kinds of provider there are, how the regulator rates them, and when a framework place counts."""

from datetime import date
from enum import StrEnum


class ProviderKind(StrEnum):
    """What sort of organisation sells."""

    NATIONAL = "national"
    REGIONAL = "regional"
    LOCAL = "local"
    CHARITY = "charity"
    SOCIAL_ENTERPRISE = "social_enterprise"
    MICRO_PROVIDER = "micro_provider"
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
    ProviderKind.MICRO_PROVIDER: "Micro-provider (five or fewer staff)",
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


class ClaimStatus(StrEnum):
    """Where a request to take over a provider's page stands."""

    WAITING = "waiting"
    APPROVED = "approved"
    REFUSED = "refused"


def place_counts(
    on: date,
    *,
    framework_from: date,
    framework_until: date,
    place_from: date,
    place_until: date | None,
    suspended_from: date | None,
) -> bool:
    """Whether a place on a framework makes its holder a framework provider on that day: current and not suspended."""
    if not framework_from <= on <= framework_until or on < place_from:
        return False
    if place_until is not None and on > place_until:
        return False
    return suspended_from is None or on < suspended_from
