"""Days on which the journeys book: ordinary ones, soon, and never a bank holiday."""

from datetime import date, timedelta

from app.base import clock

CHRISTMAS = {(12, 24), (12, 25), (12, 26), (12, 27), (12, 28), (12, 31), (1, 1), (1, 2), (1, 3)}


def a_wednesday(weeks_on: int = 1) -> date:
    """A Wednesday at least that many weeks from today: bank holidays fall on other days, but for Christmas."""
    day = clock.today() + timedelta(weeks=weeks_on)
    while day.weekday() != 2 or (day.month, day.day) in CHRISTMAS:
        day += timedelta(days=1)
    return day
