"""What a new bank holiday, or the end of one, meets: the visits of that day that are agreed, asked for, or still to be made."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from app.base import clock
from app.base.db import db
from app.people.accounts.models import Person
from app.people.councils.models import Council
from app.support.booking_records.models.bookings import Booking, Pattern, PatternSlot, Visit
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.repeating.queries.patterns import to_come


@dataclass(frozen=True, slots=True)
class DayMet:
    """Visits that begin on one day, of the people of one nation."""

    agreed: int
    """Visits that were agreed, ..."""
    agreed_pence: int
    """... and what was agreed for them: it stays."""
    asked: int
    """Visits that a provider has yet to answer for, at the price they were asked for."""
    to_make: int
    """Visits of support that repeats, which are made, and priced, when their money comes."""


def visits_on(nation: str, day: date) -> DayMet:
    """What stands on a London day in the calendars of a nation's people."""
    begins, ends = (_midnight(day), _midnight(day + timedelta(days=1)))
    standing = (
        select(Booking.status, func.count(), func.coalesce(func.sum(Visit.price_pence), 0))
        .join(Visit, Visit.booking_id == Booking.id)
        .join(Person, Person.id == Booking.person_id)
        .join(Council, Council.id == Person.council_id)
        .where(
            Council.nation == nation,
            Visit.status == VisitStatus.PLANNED,
            Visit.starts_at >= begins,
            Visit.starts_at < ends,
        )
        .group_by(Booking.status)
    )
    found = {status: (number, int(pence)) for status, number, pence in db.session.execute(standing)}
    agreed = found.get(BookingStatus.ACCEPTED, (0, 0))
    asked = [found.get(status, (0, 0))[0] for status in (BookingStatus.REQUESTED, BookingStatus.PROPOSED)]
    return DayMet(agreed[0], agreed[1], sum(asked), _to_make(nation, day))


def _to_make(nation: str, day: date) -> int:
    repeating = (
        select(Pattern)
        .join(Booking, Booking.id == Pattern.booking_id)
        .join(Person, Person.id == Booking.person_id)
        .join(Council, Council.id == Person.council_id)
        .where(Council.nation == nation, Booking.status == BookingStatus.ACCEPTED, Pattern.next_on <= day)
        .options(selectinload(Pattern.slots).selectinload(PatternSlot.exceptions))
        .execution_options(yield_per=500)
    )
    return sum(len(to_come(pattern, day, day)) for pattern in db.session.scalars(repeating))


def _midnight(day: date) -> datetime:
    return clock.at_london(day, time())
