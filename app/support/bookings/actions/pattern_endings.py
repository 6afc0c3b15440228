"""Ending a pattern, one of its times, or one of its days; and a booking once nothing of it is to come."""

from datetime import date, datetime, timedelta

from app.base import clock
from app.base.db import db
from app.people.accounts.models import Person
from app.support.booking_records.models.bookings import Booking, PatternException, PatternSlot, Visit
from app.support.booking_records.queries import changes
from app.support.booking_records.rules import states
from app.support.booking_records.rules.changes import ChangeStatus
from app.support.recurrence.rules.patterns import WAITING, ExceptionKind, ended_before, next_day


def close_when_over(booking: Booking) -> None:
    """Give the booking its ending once no visit of it is planned any more."""
    became = states.outcome([visit.status for visit in booking.visits])
    if became is not None and not goes_on(booking):
        states.must_become(booking.status, became)
        booking.status = became


def goes_on(booking: Booking) -> bool:
    """Whether it repeats and has visits to come that are not made yet, so that it is not over without them."""
    pattern = booking.pattern
    if pattern is None:
        return False
    waits = (one for slot in pattern.slots for one in slot.exceptions if one.kind in WAITING)
    return pattern.next_on is not None or any(one.day >= clock.today() for one in waits)


def end_pattern(booking: Booking, moment: datetime) -> None:
    """Let nothing of a pattern come from this moment on; what has been before it stays as it was."""
    pattern = booking.pattern
    if pattern is None:
        return
    for slot in pattern.slots:
        end_slot(slot, moment)
    if pattern.next_on is not None:
        slots = [slot.as_rule for slot in pattern.slots if not slot.is_over]
        pattern.next_on = next_day(slots, pattern.next_on - timedelta(days=1))


def end_slot(slot: PatternSlot, moment: datetime) -> None:
    """Let one time of day end before a moment: its rule ends, and days that waited for money wait no longer."""
    if slot.is_over:
        return
    rule, day = slot.as_rule, clock.london(moment).date() - timedelta(days=1)
    while rule.visit(day)[0] < moment:
        day += timedelta(days=1)
    ended = ended_before(rule.rule, rule.starts_on, day)
    if ended is None:
        slot.is_over = True
    else:
        slot.rule = ended.text(slot.start)
    for one in [one for one in slot.exceptions if one.kind in WAITING and one.day >= day]:
        slot.exceptions.remove(one)


def note_day_left_out(visit: Visit, actor: Person | None) -> None:
    """Note that the day of a visit was taken out of its pattern, so that it can be put back."""
    if visit.slot_id is None or visit.slot_day is None:
        return
    slot = db.session.get_one(PatternSlot, visit.slot_id)
    note_exception(slot, visit.slot_day, ExceptionKind.SKIPPED, actor)


def note_exception(slot: PatternSlot, day: date, kind: ExceptionKind, actor: Person | None) -> None:
    """Note on which day a pattern differs from its rule, and who said so."""
    kept = next((one for one in slot.exceptions if one.day == day), None)
    if kept is None:
        kept = PatternException(day=day)
        slot.exceptions.append(kept)
    kept.kind = kind
    kept.noted_at = clock.now()
    kept.noted_by_id = None if actor is None else actor.id


def drop_change(booking: Booking, visit: Visit | None = None) -> None:
    """Forget the question about another time that waits, when what it is about was cancelled: a visit, or all of it."""
    change = changes.waiting_change(booking.id)
    if change is not None and (visit is None or change.visit_id == visit.id):
        change.status = ChangeStatus.WITHDRAWN
        change.answered_at = clock.now()
