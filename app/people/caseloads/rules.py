"""How long somebody may stand in, and within what time an opening is looked over."""

from datetime import date, timedelta

COVER_LONGEST = timedelta(days=92)
"""Whoever is away longer hands their caseload over."""
LOOKED_OVER_WITHIN = timedelta(days=7)
"""Openings are looked over weekly."""
REASON_LONGEST = 600


def fault_of_days(from_on: date, until_on: date, today: date) -> str:
    """What is wrong with the days of a cover, in words; nothing when they may stand."""
    if from_on < today:
        return "The first day must be today or later"
    if until_on < from_on:
        return "The last day must be on or after the first day"
    if until_on - from_on > COVER_LONGEST:
        return "A cover lasts 92 days at most. Whoever is away longer hands their caseload to a colleague"
    return ""
