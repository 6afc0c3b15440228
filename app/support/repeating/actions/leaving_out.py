"""Cancelling this visit, this and later ones, or the whole pattern; and skipping a day that has not been made yet."""

from datetime import timedelta

from app.base import clock
from app.base.db import db
from app.base.refusals import Conflict
from app.people.accounts.models import Person
from app.platform.messages.actions import bookings as messages
from app.support.booking_records.models.bookings import Booking, Pattern, Visit
from app.support.booking_records.rules.states import (
    CHARGED,
    BookingStatus,
    VisitStatus,
    must_become,
    outcome,
    visit_must_become,
)
from app.support.bookings.actions import answers, locking, pattern_endings, telling
from app.support.recurrence.rules.patterns import ExceptionKind, Scope
from app.support.repeating.queries import patterns as queries
from app.support.repeating.queries.patterns import Which
from app.support.repeating.rules import Consequence

KNOWN = timedelta(days=366)
"""How far ahead the pattern is counted for the words of a page."""


def consequences(which: Which) -> dict[Scope, Consequence]:
    """What cancelling now would mean in money and notice, for each way of doing it. Nothing is changed."""
    booking, pattern = which.booking, which.booking.pattern
    endings = answers.cancelling(booking)
    found = {}
    for scope in Scope if pattern is not None else (Scope.THIS,):
        mine = _about(which, scope, endings)
        late = [one for one in mine if endings[one.id] in CHARGED]
        charged = sum(one.price_pence for one in late)
        found[scope] = Consequence(
            len(mine),
            len(late),
            charged,
            # Of a visit that waits for its money nothing is set aside, so nothing comes free.
            sum(one.price_pence for one in mine if one.waits_on is None) - charged,
            to_come=_to_come(which, scope),
            is_endless=scope is not Scope.THIS and pattern is not None and _is_endless(pattern),
        )
    return found


def _about(which: Which, scope: Scope, endings: dict[int, VisitStatus]) -> list[Visit]:
    """The visits that can be cancelled and are meant."""
    mine = [one for one in which.booking.visits if one.id in endings]
    if scope is Scope.THIS:
        return [one for one in mine if which.visit is not None and one.id == which.visit.id]
    return [one for one in mine if scope is Scope.ALL or one.starts_at >= which.starts]


def _to_come(which: Which, scope: Scope) -> int:
    pattern = which.booking.pattern
    if pattern is None or pattern.next_on is None:
        return int(scope is Scope.THIS and which.visit is None)
    if scope is Scope.THIS:
        return int(which.visit is None)
    today = clock.today()
    begins = clock.now() if scope is Scope.ALL else which.starts
    return sum(one.starts >= begins for one in queries.to_come(pattern, today, today + KNOWN))


def _is_endless(pattern: Pattern) -> bool:
    return any(slot.rule.until is None and slot.rule.count is None for slot in queries.slots_of(pattern))


def leave_out(
    *,
    actor: Person,
    booking: Booking,
    name: str,
    scope: Scope,
    reason: str = "",
    charge_seen: int | None = None,
    seen: int | None = None,
) -> Booking:
    """Cancel this visit, this and later ones, or the whole pattern from now on. What has been is never touched.

    Args:
        actor: the person, or somebody with the power to book for them.
        booking: of which booking.
        name: which visit, as :attr:`app.support.repeating.queries.patterns.Which.name` says it.
        scope: how much.
        reason: why, for the provider; may be empty.
        charge_seen: the pence the person was told it would cost; a different cost is asked about again.
        seen: the booking's revision when the page was made.

    Raises:
        NotFound: when the booking is not this actor's to know of, or has no such visit.
        NotAllowed: when the actor may see it but not cancel it.
        VisitChangedMeanwhile: when somebody changed a visit of it after the page was made.
        Conflict: when it is over, or nothing of what is meant is still to come.
    """
    booking = locking.locked(booking)
    answers.require_may_cancel(actor, booking)
    locking.must_be_as_seen(booking, seen)
    must_become(booking.status, BookingStatus.CANCELLED)
    pattern = queries.pattern_of(booking.id)
    which = queries.which_visit(booking, pattern, name)
    every = answers.cancelling(booking)
    endings = {one.id: every[one.id] for one in _about(which, scope, every)}
    if scope is Scope.THIS:
        _must_be_there(which)
    if endings or pattern is None or (scope is Scope.THIS and which.visit is not None):
        answers.call_off_visits(actor, booking, endings, reason, charge_seen)
    else:
        _told(actor, booking)
    if which.visit is not None:
        pattern_endings.drop_change(booking, which.visit if scope is Scope.THIS else None)
    if scope is Scope.THIS and which.slot is not None:
        pattern_endings.note_exception(which.slot, which.day, ExceptionKind.SKIPPED, actor)
        telling.record_booking_act("visit_left_out", booking, actor, day=which.day.isoformat())
    elif pattern is not None:
        pattern_endings.end_pattern(booking, clock.now() if scope is Scope.ALL else which.starts)
        telling.record_booking_act("pattern_ended", booking, actor, scope=scope.value, day=which.day.isoformat())
    if not pattern_endings.goes_on(booking):
        booking.status = outcome([one.status for one in booking.visits]) or booking.status
    db.session.flush()
    return booking


def _must_be_there(which: Which) -> None:
    """Let pass a visit, or a day that is still to have one.

    Raises:
        Conflict: when the day was taken out before, or is over.
    """
    if which.visit is not None:
        visit_must_become(which.visit.status, VisitStatus.CANCELLED_IN_TIME)
        return
    if which.is_skipped:
        raise Conflict("This visit was cancelled already. Nothing was changed: look at it again.")
    if which.starts <= clock.now():
        raise Conflict("The visit has begun or is over, so it can no longer be cancelled.")


def _told(actor: Person, booking: Booking) -> None:
    """Nothing was set aside for what is left out: only tell who must know."""
    booking.revision += 1
    if booking.status == BookingStatus.ACCEPTED:
        telling.tell_provider(booking, messages.VISITS_CHANGED)
    telling.tell_buyers(booking, messages.VISITS_CHANGED, but=actor.id)
