"""What a published rate can be for, and how an add-on is counted."""

from collections.abc import Sequence
from enum import StrEnum


class Unit(StrEnum):
    """What one basic rate buys."""

    HOUR = "hour"
    HALF_HOUR = "half_hour"
    VISIT = "visit"
    SESSION = "session"
    SLEEP_IN = "sleep_in"
    WAKING_NIGHT = "waking_night"
    DAY = "day"
    WEEK = "week"
    ITEM = "item"


UNIT_WORDS = {
    Unit.HOUR: "an hour",
    Unit.HALF_HOUR: "a half hour",
    Unit.VISIT: "a visit",
    Unit.SESSION: "a session",
    Unit.SLEEP_IN: "a sleep-in night",
    Unit.WAKING_NIGHT: "a waking night",
    Unit.DAY: "a day",
    Unit.WEEK: "a week",
    Unit.ITEM: "each",
}

TIMED_UNITS = frozenset({Unit.HOUR, Unit.HALF_HOUR})
"""Units whose price follows the length of the visit; the others are one price for each."""


class AddOnBasis(StrEnum):
    """How an add-on is counted."""

    PER_HOUR = "per_hour"
    PER_VISIT = "per_visit"
    ONCE = "once"


class DayKind(StrEnum):
    """Which of a card's amounts a stretch of time falls under."""

    WEEKDAY = "weekday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"
    BANK_HOLIDAY = "bank_holiday"


DAY_KIND_WORDS = {
    DayKind.WEEKDAY: "Monday to Friday",
    DayKind.SATURDAY: "Saturday",
    DayKind.SUNDAY: "Sunday",
    DayKind.BANK_HOLIDAY: "Bank holiday",
}

BILLING_STEPS = (1, 15, 30, 60)
"""Minutes to which the time of a visit may be rounded up."""
AMOUNT_MOST_PENCE = 1_000_000
"""£10,000: more than any published rate; a slip of the keyboard beyond it is caught."""
MINIMUM_MINUTES_MOST = 24 * 60
ADD_ONS_MOST = 5


def wrong_with_rate(
    *,
    amounts: Sequence[int],
    minimum_minutes: int,
    minimum_charge_pence: int,
    billing_step_minutes: int,
    add_ons: Sequence[tuple[str, int]],
) -> str | None:
    """What stops these figures (in pence and minutes) from being a rate, in words that say how to mend it."""
    extras = [pence for _, pence in add_ons]
    names = [name.strip().lower() for name, _ in add_ons]
    checks = (
        (
            all(0 < amount <= AMOUNT_MOST_PENCE for amount in [*amounts, *extras]),
            "Every amount must be more than £0 and at most £10,000",
        ),
        (0 <= minimum_charge_pence <= AMOUNT_MOST_PENCE, "The minimum charge must be at most £10,000"),
        (
            0 <= minimum_minutes <= MINIMUM_MINUTES_MOST,
            "The shortest visit charged for must be at most 24 hours",
        ),
        (
            billing_step_minutes in BILLING_STEPS,
            "Charge time by the minute, or in steps of 15, 30 or 60 minutes",
        ),
        (len(add_ons) <= ADD_ONS_MOST, f"A rate can have at most {ADD_ONS_MOST} extras"),
        (all(names), "Give every extra a name"),
        (len(set(names)) == len(names), "Give each extra a name of its own"),
    )
    return next((words for is_right, words in checks if not is_right), None)
