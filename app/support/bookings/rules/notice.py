"""Ending regular support with notice, and carrying its visits to another provider."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from app.base.days import day_words
from app.base.refusals import Conflict, Refusal
from app.support.booking_records.rules.states import BOOKING_IS_NOW, BookingStatus, VisitStatus
from app.support.recurrence.rules.times import FARTHEST, LONDON

ENDING_DAYS = 30
"""How many days before its last day regular support is ended, unless the agreement says otherwise."""
REGULAR_FROM = timedelta(days=28)
"""Visits that go on for four weeks or more are regular support: somebody plans their work and their life by them."""


class LastDayRefused(Refusal):
    """Support cannot end on this day; the words say from when on it can."""

    status = 400


@dataclass(frozen=True, slots=True)
class VisitToCome:
    """What giving notice must know of one visit: its number, when it is, what it costs, where it stands."""

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
class NoticeTerms:
    """What an agreement says: how many days to end it, and how many hours to cancel one visit free of charge."""

    days: int
    hours: int

    def earliest_last_day(self, now: datetime) -> date:
        """The first day that can be the last one when notice is given now: no later visit is cancelled too late."""
        today = now.astimezone(LONDON).date()
        return max(today + timedelta(days=self.days), (now + timedelta(hours=self.hours)).astimezone(LONDON).date())


def notice_agreed(agreed: Mapping[str, Any], starts: Collection[datetime]) -> NoticeTerms:
    """What the agreement says about ending; one made before it said anything is held to the same rule."""
    said = agreed.get("ending_days")
    return NoticeTerms(int(said) if said is not None else days_to_end(starts), int(agreed["notice_hours"]))


def check_last_day(last_day: date, *, now: datetime, notice: NoticeTerms, ends_on: date | None) -> None:
    """Let pass a last day that leaves the notice agreed and changes something.

    Raises:
        LastDayRefused: saying the first day that would do.
    """
    earliest = notice.earliest_last_day(now)
    if last_day < earliest:
        because = f"The agreement asks for {notice.days} days of notice. " if notice.days else ""
        raise LastDayRefused(f"{because}The last day can be {day_words(earliest)} or later")
    if last_day > earliest + FARTHEST:
        raise LastDayRefused("Choose a last day within the next year")
    if ends_on is not None and last_day >= ends_on:
        raise LastDayRefused(f"This support already ends on {day_words(ends_on)}. Choose an earlier day or leave it so")


def must_be_going_on(status: BookingStatus) -> None:
    """Let pass only what was agreed and is not over.

    Raises:
        Conflict: saying where it stands, and what to do instead.
    """
    if status == BookingStatus.REQUESTED:
        raise Conflict("This booking has not been accepted yet. Cancel the request: that is free and holds at once.")
    if status != BookingStatus.ACCEPTED:
        raise Conflict(f"This booking {BOOKING_IS_NOW[status]}, so there is nothing to end.")


def visits_after(visits: Iterable[VisitToCome], last_day: date) -> list[VisitToCome]:
    """The planned visits that would no longer happen: those that begin on a later London day."""
    return [visit for visit in visits if visit.status == VisitStatus.PLANNED and visit.day > last_day]
