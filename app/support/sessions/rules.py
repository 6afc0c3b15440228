"""Sessions that are set up week after week, and things that come back."""

from datetime import date, datetime, time, timedelta

from app.base.refusals import Conflict
from app.support.recurrence.rules.times import visit_times

SESSIONS_AT_ONCE_MOST = 26
RETURN_WITHIN = timedelta(days=14)
"""From the day on which things arrived."""


def weekly(first: date, start: time, end: time, *, weeks: int) -> list[tuple[datetime, datetime]]:
    """The same time on the same day of so many weeks, as London clocks show it, aware.

    Raises:
        TimesRefused: when the end is not after the start, or clocks skip or repeat one of them.
    """
    return [visit_times(first + timedelta(weeks=week), start, end, ends_next_day=False) for week in range(weeks)]


# Things --------------------------------------------------------------------------------------------------------------


def last_day_to_return(arrived_at: datetime) -> datetime:
    """Until when things can be sent back."""
    return arrived_at + RETURN_WITHIN


def must_be_returnable(arrived_at: datetime | None, *, now: datetime) -> None:
    """Let pass things that arrived not more than 14 days ago.

    Raises:
        Conflict: saying why they cannot be sent back.
    """
    if arrived_at is None:
        raise Conflict("This has not arrived yet. Until then you can cancel it instead.")
    if now > last_day_to_return(arrived_at):
        raise Conflict("The 14 days in which this could be sent back are over. If it is faulty, tell the provider.")


def back_for(*, quantity: int, bought: int, back_before: int, each_pence: int, paid_pence: int, given: int) -> int:
    """What is given back, in pence, for so many of the things bought.

    Each counts at its own price; with the last of them everything paid goes back, delivery too.

    Args:
        quantity: how many are sent back now.
        bought: how many were bought.
        back_before: how many were sent back before.
        each_pence: the price of one, without delivery.
        paid_pence: what was paid for all of it.
        given: what was given back before.

    Raises:
        Conflict: when there are not so many left to send back.
    """
    left = bought - back_before
    if not 1 <= quantity <= left:
        raise Conflict(f"You have {left} of these left to send back. Enter {left} or fewer." if left else ALL_BACK)
    if quantity == left:
        return paid_pence - given
    return min(quantity * each_pence, paid_pence - given)


ALL_BACK = "All of these have been sent back already."
