"""What a published rate can be for, who it is for, and how an add-on is counted."""

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
BANDED_UNITS = TIMED_UNITS | {Unit.VISIT, Unit.SESSION}
"""Units that may cost something else in the evening or at night."""


class AddOnBasis(StrEnum):
    """How an add-on is counted."""

    PER_HOUR = "per_hour"
    PER_VISIT = "per_visit"
    PER_MILE = "per_mile"
    ONCE = "once"


BASIS_WORDS = {
    AddOnBasis.PER_HOUR: "an hour",
    AddOnBasis.PER_VISIT: "a visit",
    AddOnBasis.PER_MILE: "a mile",
    AddOnBasis.ONCE: "once",
}


class When(StrEnum):
    """Which part of a visit an add-on is charged for."""

    ALWAYS = "always"
    WEEKENDS = "weekends"
    BANK_HOLIDAYS = "bank_holidays"
    OUT_OF_HOURS = "out_of_hours"


WHEN_WORDS = {
    When.ALWAYS: "at any time",
    When.WEEKENDS: "only on Saturdays and Sundays",
    When.BANK_HOLIDAYS: "only on bank holidays",
    When.OUT_OF_HOURS: "only in the evening and at night",
}


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


class BandName(StrEnum):
    """The parts of the day that a provider may price apart."""

    EVENING = "evening"
    NIGHT = "night"


class Buyer(StrEnum):
    """Whose money buys. Most cards have one price for all three."""

    DIRECT_PAYMENT = "direct_payment"
    SELF_FUNDED = "self_funded"
    COUNCIL_ARRANGED = "council_arranged"


BUYER_WORDS = {
    Buyer.DIRECT_PAYMENT: "With a direct payment",
    Buyer.SELF_FUNDED: "With your own money",
    Buyer.COUNCIL_ARRANGED: "Arranged by the council",
}


class Vat(StrEnum):
    """The VAT that is in a price. What people are shown always has it in it."""

    EXEMPT = "exempt"
    ZERO = "zero"
    REDUCED = "reduced"
    STANDARD = "standard"


VAT_PERCENT = {Vat.EXEMPT: 0, Vat.ZERO: 0, Vat.REDUCED: 5, Vat.STANDARD: 20}
VAT_WORDS = {
    Vat.EXEMPT: "No VAT is charged",
    Vat.ZERO: "VAT is charged at 0%",
    Vat.REDUCED: "VAT at 5% is in the price",
    Vat.STANDARD: "VAT at 20% is in the price",
}

BILLING_STEPS = (1, 15, 30, 60)
"""Minutes to which the time of a visit may be rounded up."""
AMOUNT_MOST_PENCE = 1_000_000
"""£10,000: more than any published rate; a slip of the keyboard beyond it is caught."""
MINIMUM_MINUTES_MOST = 24 * 60
DAY_MINUTES = 24 * 60
ADD_ONS_MOST = 5
LENGTH_BANDS_MOST = 3
LENGTH_BAND_MOST_MINUTES = 120
MILES_MOST = 500
