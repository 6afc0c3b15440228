"""London days as the quote counts them: their kind, and the minutes that clocks really show on them."""

from collections.abc import Set as AbstractSet
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from app.market.catalogue.rules.rates import DAY_MINUTES, DayKind

LONDON = ZoneInfo("Europe/London")
MINUTE = timedelta(minutes=1)
ONE_DAY = timedelta(days=1)
HOUR_MINUTES = 60
DAYS_KEPT = 8192

Runs = tuple[tuple[int, int], ...]
"""Minutes that clocks show, in the order they show them: each run from one minute of the day until another."""
WHOLE_DAY: Runs = ((0, DAY_MINUTES),)
_BY_WEEKDAY = (*[DayKind.WEEKDAY] * 5, DayKind.SATURDAY, DayKind.SUNDAY)


def day_kind(day: date, bank_holidays: AbstractSet[date]) -> DayKind:
    """Which amount a day falls under: a bank holiday is one whatever day of the week it is."""
    return DayKind.BANK_HOLIDAY if day in bank_holidays else _BY_WEEKDAY[day.weekday()]


@lru_cache(maxsize=DAYS_KEPT)
def midnight(day: date) -> datetime:
    """The moment a London day begins, in UTC."""
    return datetime.combine(day, time(), LONDON).astimezone(UTC)


@lru_cache(maxsize=DAYS_KEPT)
def runs_of(day: date) -> Runs:
    """The minutes clocks show on a day: all of them, but for the two days of the year on which clocks change.

    ``((0, 60), (120, 1440))`` on the day they go forward, ``((0, 120), (60, 1440))`` on the day they go back.
    """
    begins = midnight(day)
    hours = (midnight(day + ONE_DAY) - begins) // (MINUTE * HOUR_MINUTES)
    if hours * HOUR_MINUTES == DAY_MINUTES:
        return WHOLE_DAY
    real = (begins + MINUTE * HOUR_MINUTES * hour for hour in range(hours))
    shown = [moment.astimezone(LONDON).hour for moment in real]
    change = next(hour for hour, face in enumerate(shown) if hour != face)
    return ((0, change * HOUR_MINUTES), (shown[change] * HOUR_MINUTES, DAY_MINUTES))


def day_and_minutes(moment: datetime) -> tuple[date, int]:
    """The London day of a moment, and how many real minutes of that day have passed."""
    local = moment if moment.tzinfo is LONDON else moment.astimezone(LONDON)
    day = local.date()
    if runs_of(day) is WHOLE_DAY:
        return day, local.hour * HOUR_MINUTES + local.minute
    return day, (moment.astimezone(UTC) - midnight(day)) // MINUTE


def is_shown(moment: datetime) -> bool:
    """Whether clocks really show this time: false in the hour skipped in March."""
    wall = moment.replace(tzinfo=None)
    return moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) == wall


def is_shown_twice(moment: datetime) -> bool:
    """Whether clocks show this London time twice: true in the hour before they go back in October."""
    first, second = moment.replace(fold=0), moment.replace(fold=1)
    return first.utcoffset() != second.utcoffset() and is_shown(moment)
