"""What a published rate can be for, and how an add-on is counted."""

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
