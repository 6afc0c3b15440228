"""Ending regular support with notice, and carrying its visits to another provider."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from app.bookings.rules.states import BOOKING_IS_NOW, BookingStatus, VisitStatus
from app.bookings.rules.times import FARTHEST, LONDON
from app.catalogue.rules.suits import TimeOfDay
from app.refusals import Conflict, Refusal

ENDING_DAYS = 30
"""How many days before its last day regular support is ended, unless the agreement says otherwise."""
REGULAR_FROM = timedelta(days=28)
"""Visits that go on for four weeks or more are regular support: somebody plans their work and their life by them."""


class LastDayRefused(Refusal):
    """Support cannot end on this day; the words say from when on it can."""

    status = 400


@dataclass(frozen=True, slots=True)
class Planned:
    """One visit as far as ending cares: its number, when it is, what it costs, where it stands."""

    id: int
    starts_at: datetime
    ends_at: datetime
    pence: int
    status: VisitStatus
    settled_at: datetime | None = None

    @property
    def day(self) -> date:
        """The London day on which it begins."""
        return self.starts_at.astimezone(LONDON).date()


def days_to_end(starts: Collection[datetime]) -> int:
    """How many days of notice ending takes, for visits that start then: 30 for regular support, none otherwise."""
    return ENDING_DAYS if starts and max(starts) - min(starts) >= REGULAR_FROM else 0


@dataclass(frozen=True, slots=True)
class Notice:
    """What an agreement says: how many days to end it, and how many hours to cancel one visit free of charge."""

    days: int
    hours: int

    def earliest_last_day(self, now: datetime) -> date:
        """The first day that can be the last one when notice is given now: no later visit is cancelled too late."""
        today = now.astimezone(LONDON).date()
        return max(today + timedelta(days=self.days), (now + timedelta(hours=self.hours)).astimezone(LONDON).date())


def notice_agreed(agreed: Mapping[str, Any], starts: Collection[datetime]) -> Notice:
    """What the agreement says about ending; one made before it said anything is held to the same rule."""
    said = agreed.get("ending_days")
    return Notice(int(said) if said is not None else days_to_end(starts), int(agreed["notice_hours"]))


def check_last_day(last_day: date, *, now: datetime, notice: Notice, ends_on: date | None) -> None:
    """Let pass a last day that leaves the notice agreed and changes something.

    Raises:
        LastDayRefused: saying the first day that would do.
    """
    earliest = notice.earliest_last_day(now)
    if last_day < earliest:
        because = f"The agreement asks for {notice.days} days of notice. " if notice.days else ""
        raise LastDayRefused(f"{because}The last day can be {_said(earliest)} or later")
    if last_day > earliest + FARTHEST:
        raise LastDayRefused("Choose a last day within the next year")
    if ends_on is not None and last_day >= ends_on:
        raise LastDayRefused(f"This support already ends on {_said(ends_on)}. Choose an earlier day or leave it so")


def must_be_going_on(status: BookingStatus) -> None:
    """Let pass only what was agreed and is not over.

    Raises:
        Conflict: saying where it stands, and what to do instead.
    """
    if status == BookingStatus.REQUESTED:
        raise Conflict("This booking has not been accepted yet. Cancel the request: that is free and holds at once.")
    if status != BookingStatus.ACCEPTED:
        raise Conflict(f"This booking {BOOKING_IS_NOW[status]}, so there is nothing to end.")


def after(visits: Iterable[Planned], last_day: date) -> list[Planned]:
    """The planned visits that would no longer happen: those that begin on a later London day."""
    return [visit for visit in visits if visit.status == VisitStatus.PLANNED and visit.day > last_day]


def to_carry(
    status: BookingStatus, visits: Collection[Planned], last_day: date, now: datetime, ended_at: datetime | None = None
) -> list[Planned]:
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
        return after(to_come, last_day)
    if status == BookingStatus.REQUESTED:
        return [visit for visit in to_come if visit.status == VisitStatus.PLANNED]
    if status in {BookingStatus.DECLINED, BookingStatus.LAPSED}:
        return [visit for visit in to_come if visit.status in {VisitStatus.DECLINED, VisitStatus.LAPSED}]
    return []


def why_not_taken(days: Collection[int], parts: Collection[str], visits: Collection[Planned]) -> str | None:
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


def _said(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
