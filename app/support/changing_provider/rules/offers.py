"""Which visits another provider would be asked for, and why one cannot take them."""

from collections.abc import Collection
from datetime import UTC, date, datetime

from app.market.catalogue.rules.suitability import TimeOfDay
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.rules.notice import VisitToCome, visits_after
from app.support.recurrence.rules.times import LONDON


def to_carry(
    status: BookingStatus,
    visits: Collection[VisitToCome],
    last_day: date,
    now: datetime,
    ended_at: datetime | None = None,
) -> list[VisitToCome]:
    """Which visits another provider would be asked for, those still to come only.

    Of agreed support those after the last day; once notice was given, by whichever side, those that fell away with it;
    of a request that waits all; of one that was declined or never answered those it would have had.
    """
    to_come = [visit for visit in visits if visit.starts_at.astimezone(UTC) > now]
    if ended_at is not None:
        # What somebody cancelled by themselves before the last day is not wanted from anybody.
        fell_away = [v for v in to_come if v.status == VisitStatus.CANCELLED_IN_TIME and v.day > last_day]
        return [visit for visit in fell_away if visit.settled_at is not None and visit.settled_at >= ended_at]
    if status == BookingStatus.ACCEPTED:
        return visits_after(to_come, last_day)
    if status == BookingStatus.REQUESTED:
        return [visit for visit in to_come if visit.status == VisitStatus.PLANNED]
    if status in {BookingStatus.DECLINED, BookingStatus.LAPSED}:
        return [visit for visit in to_come if visit.status in {VisitStatus.DECLINED, VisitStatus.LAPSED}]
    return []


def why_not_taken(days: Collection[int], parts: Collection[str], visits: Collection[VisitToCome]) -> str | None:
    """Why somebody who comes at these times cannot take all of the visits, in words for a page; nothing when they can.

    Args:
        days: days of the week on which they come: 1 Monday to 7 Sunday; none said: any.
        parts: parts of the day in which they begin, of ``TimeOfDay``; none said: any.
        visits: what they would have to take.
    """
    if days and any(visit.day.isoweekday() not in days for visit in visits):
        return "They do not come on all of these days."
    if parts and any(_part_of_day(visit.starts_at.astimezone(LONDON).hour) not in parts for visit in visits):
        return "They do not come at this time of day."
    return None


def _part_of_day(hour: int) -> TimeOfDay:
    ends = ((6, TimeOfDay.NIGHT), (12, TimeOfDay.MORNING), (18, TimeOfDay.AFTERNOON), (22, TimeOfDay.EVENING))
    return next((part for until, part in ends if hour < until), TimeOfDay.NIGHT)
