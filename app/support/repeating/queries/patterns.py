"""Patterns as they stand: how far their money has come, what is due to be made, and changes that wait for an answer."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, bindparam, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.base import clock
from app.base.db import db
from app.base.refusals import NotFound
from app.people.accounts.models import Person
from app.support.booking_records.models.bookings import Booking, Pattern, PatternException, PatternSlot, Visit
from app.support.booking_records.models.changes import VisitChange
from app.support.booking_records.permissions import is_staff_of
from app.support.booking_records.queries.changes import last_change_asked
from app.support.booking_records.rules.changes import ChangeStatus
from app.support.booking_records.rules.states import OPEN, BookingStatus, VisitStatus
from app.support.bookings.queries.periods_ahead import FARTHEST
from app.support.recurrence.rules.clocks import clocks_change_words
from app.support.recurrence.rules.patterns import (
    WAITING,
    ExceptionKind,
    Occurrence,
    PatternTime,
    days_words,
    occurrences,
)

_WHOLE = selectinload(Pattern.slots).selectinload(PatternSlot.exceptions)


def pattern_of(booking_id: int) -> Pattern | None:
    """A booking's pattern as it is now, with its times of day and exceptions; nothing when it does not repeat."""
    return db.session.scalar(
        select(Pattern)
        .where(Pattern.booking_id == booking_id)
        .options(_WHOLE)
        .execution_options(populate_existing=True)
    )


def slots_of(pattern: Pattern) -> list[PatternTime]:
    """Its times of day for the rules, those without any day left out."""
    return [slot.as_rule for slot in pattern.slots if not slot.is_over]


def excepted(pattern: Pattern, *kinds: ExceptionKind) -> dict[tuple[int, date], PatternException]:
    """Its exceptions by slot and day; of these kinds only, when any are named."""
    return {
        (slot.id, one.day): one for slot in pattern.slots for one in slot.exceptions if not kinds or one.kind in kinds
    }


def still_to_make(pattern: Pattern, until: date, *, now: datetime) -> list[Occurrence]:
    """What the pattern asks for up to a day and has not been made: days not reached yet, and days that wait for money."""
    slots = slots_of(pattern)
    found: list[Occurrence] = []
    if pattern.next_on is not None and pattern.next_on <= until:
        found = occurrences(slots, excepted(pattern), pattern.next_on, until)
    by_id = {slot.id: slot for slot in slots}
    found += [
        Occurrence(*by_id[slot].visit(day), by_id[slot], day)
        for slot, day in excepted(pattern, *WAITING)
        if slot in by_id
    ]
    return sorted(one for one in found if one.starts > now)


def to_come(pattern: Pattern, first: date, last: date) -> list[Occurrence]:
    """What the pattern will ask for between two days once the money has come, in order."""
    if pattern.next_on is None:
        return []
    return occurrences(slots_of(pattern), excepted(pattern), max(first, pattern.next_on), last)


def people_with_visits_to_make(*, today: date) -> list[int]:
    """The ids of people with an agreed pattern of which something may be made now."""
    waits = (
        select(PatternException.id)
        .join(PatternSlot, PatternSlot.id == PatternException.slot_id)
        .where(
            PatternSlot.booking_id == Pattern.booking_id,
            PatternException.kind.in_(WAITING),
            PatternException.day >= today,
        )
        .exists()
    )
    rows = (
        select(Booking.person_id)
        .join(Pattern, Pattern.booking_id == Booking.id)
        .where(
            Booking.status == BookingStatus.ACCEPTED,
            or_(Pattern.next_on <= today + FARTHEST, waits),
        )
        .distinct()
        .order_by(Booking.person_id)
    )
    return list(db.session.scalars(rows))


def agreed_patterns(person_id: int) -> list[Booking]:
    """A person's agreed bookings that repeat, locked in the order of their numbers, with their patterns."""
    rows = (
        select(Booking.id)
        .join(Pattern, Pattern.booking_id == Booking.id)
        .where(Booking.person_id == person_id, Booking.status == BookingStatus.ACCEPTED)
        .order_by(Booking.id)
    )
    ids = list(db.session.scalars(rows))
    db.session.execute(
        select(Booking.id).where(Booking.id.in_(ids)).order_by(Booking.id).with_for_update(key_share=True)
    )
    return list(
        db.session.scalars(
            select(Booking)
            .where(Booking.id.in_(ids), Booking.status == BookingStatus.ACCEPTED)
            .order_by(Booking.id)
            .options(
                joinedload(Booking.pattern).selectinload(Pattern.slots).selectinload(PatternSlot.exceptions),
                joinedload(Booking.listing),
                joinedload(Booking.person),
                joinedload(Booking.booked_by),
            )
            .execution_options(populate_existing=True)
        )
    )


@dataclass(frozen=True, slots=True)
class Which:
    """One visit that somebody points at: made already, or a day of a pattern on which there is none."""

    booking: Booking
    visit: Visit | None
    slot: PatternSlot | None
    day: date
    starts: datetime
    ends: datetime
    exception: PatternException | None = None

    @property
    def name(self) -> str:
        """How it travels in an address."""
        if self.visit is not None or self.slot is None:
            return self.visit.public_id if self.visit is not None else ""
        return f"{self.slot.public_id}-{self.day:%Y%m%d}"

    @property
    def faces(self) -> tuple[time, time, bool]:
        """What clocks show when it begins and ends, and whether that is the next day: what a form begins with.

        Of a visit that stands where its rule says, what the rule says: in the nights clocks change the visit itself may be
        an hour later, and nobody wants that for every week after.
        """
        if self.slot is not None and (self.starts, self.ends) == self.slot.as_rule.visit(self.day):
            return self.slot.start, self.slot.end, self.slot.ends_next_day
        starts, ends = clock.london(self.starts), clock.london(self.ends)
        return starts.time(), ends.time(), ends.date() > starts.date()

    @property
    def clocks_words(self) -> str:
        """What the night on which clocks change does to it; empty on other nights."""
        start, end, _ = self.faces
        return clocks_change_words(self.starts, self.ends, (start, end))

    @property
    def is_skipped(self) -> bool:
        """Whether it was taken out of the pattern, so that it can be put back."""
        return self.exception is not None and self.exception.kind == ExceptionKind.SKIPPED


_DAY = re.compile(r"([0-9a-z]{14})-(\d{8})", re.ASCII)
_NOT_THERE = "There is no such visit in this booking."


def which_visit(booking: Booking, pattern: Pattern | None, name: str) -> Which:
    """The visit an address names: by the visit's own id, or by time of day and day.

    Raises:
        NotFound: when the booking has none such.
    """
    match = _DAY.fullmatch(name)
    if match is None:
        visit = next((one for one in booking.visits if one.public_id == name), None)
        if visit is None:
            raise NotFound(_NOT_THERE)
        slot = _slot(pattern, visit.slot_id)
        day = visit.slot_day or clock.london(visit.starts_at).date()
        exception = excepted(pattern).get((slot.id, day)) if pattern is not None and slot is not None else None
        return Which(booking, visit, slot, day, visit.starts_at, visit.ends_at, exception)
    slot = next((one for one in (pattern.slots if pattern else ()) if one.public_id == match[1]), None)
    try:
        day = datetime.strptime(match[2], "%Y%m%d").date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        raise NotFound(_NOT_THERE) from None
    if pattern is None or slot is None or day not in slot.as_rule.days(day, day):
        raise NotFound(_NOT_THERE)
    stands = (one for one in booking.visits if (one.slot_id, one.slot_day) == (slot.id, day))
    visit = next((one for one in stands if one.status == VisitStatus.PLANNED), None)
    if visit is not None:
        return which_visit(booking, pattern, visit.public_id)
    return Which(booking, None, slot, day, *slot.as_rule.visit(day), excepted(pattern).get((slot.id, day)))


def _slot(pattern: Pattern | None, number: int | None) -> PatternSlot | None:
    return next((one for one in (pattern.slots if pattern else ()) if one.id == number), None)


NEXT_SHOWN = 8
"""Visits of a pattern on its booking's page; the others have a page of their own."""


def on_page(booking: Booking) -> dict[str, Any]:
    """What a booking's page says of its pattern: its times of day, the next visits, and what waits, in three queries."""
    pattern, now = pattern_of(booking.id), clock.now()
    newest = last_change_asked(booking.id)
    facts: dict[str, Any] = {
        "pattern": pattern,
        "change": newest if newest is not None and newest.status == ChangeStatus.ASKED else None,
        "overtaken": newest if newest is not None and newest.status == ChangeStatus.OVERTAKEN else None,
        "shown": booking.visits,
        "slots": [],
        "as_day": date.fromisoformat,
        "as_face": time.fromisoformat,
        "named_days": days_words,
    }
    if pattern is None:
        return facts
    today = clock.today()
    by_id = {slot.id: slot.as_rule for slot in pattern.slots}

    def those(*kinds: ExceptionKind) -> list[Occurrence]:
        if booking.status not in OPEN:
            return []
        found = [Occurrence(*by_id[slot].visit(day), by_id[slot], day) for slot, day in excepted(pattern, *kinds)]
        return sorted(one for one in found if one.starts > now)[:NEXT_SHOWN]

    planned = [one for one in booking.visits if one.status == VisitStatus.PLANNED]
    coming = to_come(pattern, today, today + timedelta(weeks=13)) if booking.status in OPEN else []
    facts |= {
        "shown": [one for one in planned if one.starts_at <= now]
        + [one for one in planned if one.starts_at > now][:NEXT_SHOWN],
        "slots": [slot for slot in slots_of(pattern) if slot.days(today, today + FARTHEST)],
        "waiting": those(*WAITING),
        "left_out": [one for one in those(ExceptionKind.SKIPPED) if not _is_over(pattern, one)],
        "coming": [one for one in coming if one.starts > now][:NEXT_SHOWN],
    }
    return facts


def _is_over(pattern: Pattern, one: Occurrence) -> bool:
    slot = next(slot for slot in pattern.slots if slot.id == one.slot.id)
    return slot.is_over or one.day not in slot.as_rule.days(one.day, one.day)


def visits_of(booking_id: int) -> Select[Any]:
    """The visits made of a booking, in order, for paging."""
    return select(Visit).where(Visit.booking_id == booking_id).order_by(Visit.starts_at, Visit.id)


CHANGES_SHOWN = 20

_CHANGES = (
    select(VisitChange)
    .join(VisitChange.booking)
    .where(
        Booking.provider_id.in_(bindparam("provider_ids", expanding=True)),
        Booking.status.in_(OPEN),
        VisitChange.status == ChangeStatus.ASKED,
    )
    .order_by(VisitChange.asked_at, VisitChange.id)
    .limit(CHANGES_SHOWN)
    .options(contains_eager(VisitChange.booking).joinedload(Booking.person))
)


def changes_for(provider_ids: Collection[int]) -> list[VisitChange]:
    """The changes that wait for a provider's answer, the longest waiting first."""
    return list(db.session.scalars(_CHANGES, {"provider_ids": sorted(provider_ids)}))


def change_with_key(key: str) -> VisitChange | None:
    """The change a form has made already."""
    return db.session.scalar(select(VisitChange).where(VisitChange.key == key))


def change_at_desk(actor: Person, public_id: str) -> VisitChange:
    """One change that was asked for, for staff of the provider booked.

    Raises:
        NotFound: when there is none, or it is another provider's.
    """
    visit_change = db.session.scalar(
        select(VisitChange).where(VisitChange.public_id == public_id).options(joinedload(VisitChange.booking))
    )
    if visit_change is None or not is_staff_of(actor, visit_change.booking):
        raise NotFound("We cannot find that change among those your organisation was asked for.")
    return visit_change
