"""Days and times as people type them."""

from collections.abc import Mapping
from datetime import date, time

DAY_PARTS = ("day", "month", "year")
"""The boxes of a day, in their order."""
SHORT_YEARS = range(1, 100)
"""``27`` is how people write 2027, and no year that anybody means."""
YEARS = range(1900, 2200)
"""What a date may be of: sums with days and weeks never leave the calendar from here."""


def read_day(typed: Mapping[str, str]) -> date:
    """Day, month and year as typed into three boxes, by those names -> a date.

    Raises:
        ValueError: saying how to mend it.
    """
    missing = [part for part in DAY_PARTS if not typed[part]]
    if missing:
        msg = f"The date must include a {' and a '.join(missing)}"
        raise ValueError(msg)
    msg = "The date must be a real date, like 27 3 2027"
    if not all(box.isascii() and box.isdigit() and len(box) <= 4 for box in typed.values()):  # noqa: PLR2004
        raise ValueError(msg)
    year = int(typed["year"])
    if year in SHORT_YEARS:
        short = "Enter the year with four digits, like 2027"
        raise ValueError(short)
    if year not in YEARS:
        raise ValueError(msg)
    try:
        return date(year, int(typed["month"]), int(typed["day"]))
    except ValueError:
        raise ValueError(msg) from None


def read_time(typed: str) -> time:
    """``9am`` ``9:30`` ``17.45`` ``5:30 pm`` ``midday`` -> a time.

    Raises:
        ValueError: saying how to mend it.
    """
    words = typed.lower().replace(" ", "").replace(".", ":")
    named = {"midday": time(12), "noon": time(12), "midnight": time(0)}
    if words in named:
        return named[words]
    half = words[-2:] if words[-2:] in {"am", "pm"} else ""
    hours, _, minutes = words.removesuffix(half).partition(":")
    msg = "Enter a time, like 9am or 5:30pm"
    if not (hours.isascii() and hours.isdigit() and len(hours) <= 2):  # noqa: PLR2004 - two digits
        raise ValueError(msg)
    if minutes and not (minutes.isascii() and minutes.isdigit() and len(minutes) == 2):  # noqa: PLR2004
        raise ValueError(msg)
    hour, minute = int(hours), int(minutes or 0)
    if half:
        if not 1 <= hour <= 12:  # noqa: PLR2004 - a clock face
            raise ValueError(msg)
        hour = hour % 12 + (12 if half == "pm" else 0)
    try:
        return time(hour, minute)
    except ValueError:
        raise ValueError(msg) from None
