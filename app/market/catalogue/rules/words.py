"""What a listing must say of itself before people see it, and what stops it from being shown."""

from app.market.catalogue.rules.kinds import Kind

NOTICE_MOST_HOURS = 14 * 24
AGE_MOST = 120


def missing_before_showing(
    *,
    kind: Kind,
    title: str,
    summary: str,
    reaches_somewhere: bool,
    is_registered: bool,
    must_publish_rates: bool,
    has_rates: bool,
) -> str | None:
    """Why a listing cannot be shown yet, in words that say how to mend it; nothing when it can.

    Personal care is sold only by a provider registered with the regulator, and a framework provider must publish its
    rates for what its framework covers.
    """
    if not title or not summary:
        return "Write a title and a short description first"
    if not reaches_somewhere:
        return "Say where it reaches first"
    if kind.is_regulated and not is_registered:
        return (
            f"{kind.name} is personal care, so it can only be offered by a provider registered with the Care Quality"
            " Commission (CQC). We know of no registration for you. Tell the council if that is wrong"
        )
    if must_publish_rates and not has_rates:
        return "You are on the council's framework for this kind of support, so publish a rate first"
    return None


def wrong_with_words(*, notice_hours: int, age_from: int | None, age_to: int | None) -> str | None:
    """What is wrong with the figures of a listing, in words that say how to mend it."""
    if not 0 <= notice_hours <= NOTICE_MOST_HOURS:
        return f"Notice to cancel must be at most {NOTICE_MOST_HOURS} hours"
    ages = [age for age in (age_from, age_to) if age is not None]
    if any(not 0 <= age <= AGE_MOST for age in ages):
        return f"Ages must be between 0 and {AGE_MOST}"
    if age_from is not None and age_to is not None and age_to < age_from:
        return "The oldest age must not be below the youngest"
    return None
