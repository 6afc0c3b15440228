"""Until when a visit may wait for its money: as long as it can still be called off with the notice that was agreed."""

from datetime import UTC, date, datetime, time, timedelta

from app.support.recurrence.rules.clocks import LONDON

MORNING = time(6)
"""On the day its money comes a visit waits until then at least: money arrives from midnight on."""


def has_come_by(day: date) -> datetime:
    """The moment by which money that comes on a London day is there, or does not come."""
    return datetime.combine(day, MORNING, LONDON).astimezone(UTC)


def waits_until(starts: datetime, *, comes_on: date, notice_hours: int) -> datetime:
    """The moment at which a visit is called off when its money is not there. Nobody is charged, and the provider knows in time.

    Args:
        starts: when the visit begins.
        comes_on: the London day on which its money comes.
        notice_hours: how long before it begins a visit can be called off without paying, as agreed.
    """
    in_time = starts - timedelta(hours=notice_hours)
    return min(starts, max(in_time, has_come_by(comes_on)))
