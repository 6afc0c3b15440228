"""What cancelling costs: nothing with the notice agreed, the price agreed without."""

from datetime import datetime, timedelta

from app.support.booking_records.rules.states import VisitStatus


def is_in_time(starts: datetime, *, now: datetime, notice_hours: int) -> bool:
    """Whether a visit cancelled now is cancelled in time: the full notice, to the second, still lies ahead."""
    return starts - now >= timedelta(hours=notice_hours)


def cancelled_as(starts: datetime, *, now: datetime, notice_hours: int, is_agreed: bool) -> VisitStatus | None:
    """What cancelling now makes of a planned visit; nothing when an agreed visit's time has come.

    A request nobody has accepted costs nothing to take back: nothing was agreed. A visit that should have begun is for
    the provider to record, and can no longer be cancelled: it either happened or it did not.
    """
    if not is_agreed:
        return VisitStatus.CANCELLED_IN_TIME
    if starts <= now:
        return None
    in_time = is_in_time(starts, now=now, notice_hours=notice_hours)
    return VisitStatus.CANCELLED_IN_TIME if in_time else VisitStatus.CANCELLED_LATE
