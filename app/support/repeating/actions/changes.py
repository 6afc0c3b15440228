"""Asking for another time, and the provider's answer. What was agreed stands until it says yes."""

from app.base import clock
from app.base.db import db, fetch_rows, number_of
from app.base.refusals import BadInput, Conflict, NotFound, Refusal
from app.people.accounts.models import Person
from app.people.accounts.rules import StaffDuty
from app.platform.messages.actions import bookings as messages
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.models.changes import VisitChange
from app.support.booking_records.queries import changes
from app.support.booking_records.rules.changes import ChangeStatus, change_must_become
from app.support.booking_records.rules.states import OPEN, BookingStatus
from app.support.bookings.actions import answers, locking, telling, waiting
from app.support.bookings.actions.locking import LOCK_PERSON
from app.support.bookings.actions.requests import PriceChanged
from app.support.recurrence.rules.patterns import Scope
from app.support.repeating.actions import making_so, replanning
from app.support.repeating.actions.replanning import ChangePlan, Wish
from app.support.repeating.queries import patterns

NOTE_LONGEST = 1000


def preview_change(booking: Booking, name: str, scope: Scope, wish: Wish) -> ChangePlan:
    """What a change would come to, for a page that says so first. Nothing is changed; see :func:`changing.plan`."""
    return replanning.plan(patterns.which_visit(booking, patterns.pattern_of(booking.id), name), scope, wish)


def ask_change(
    *,
    actor: Person,
    booking: Booking,
    name: str,
    scope: Scope,
    wish: Wish,
    key: str,
    after_seen: int | None = None,
    seen: int | None = None,
) -> VisitChange:
    """Ask for another time. What the provider has not accepted yet is changed at once; the rest when it agrees.

    Args:
        actor: the person, or somebody with the power to book for them.
        booking: of which booking.
        name: which visit, as :attr:`app.support.repeating.queries.patterns.Which.name` says it.
        scope: that visit, that and later ones of its time of day, or all to come of it.
        wish: the other time, or that a day is put back.
        key: made with the form; the same key again gives the first answer.
        after_seen: the pence the visits would cost, as last seen.
        seen: the booking's revision when the page was made.

    Raises:
        NotFound: when the booking is not this actor's to know of, or has no such visit.
        NotAllowed: when the actor may see it but not change it.
        VisitChangedMeanwhile: when somebody changed a visit of it after the page was made.
        Conflict: when another change waits for an answer, the money does not stretch to it, or as ``changing.plan``.
    """
    fetch_rows(LOCK_PERSON, {"person_id": booking.person_id}).one()
    # What waited first has its money first, as when something new is asked for.
    waiting.settle_waiting(booking.person_id)
    booking = locking.locked(booking)
    answers.require_may_cancel(actor, booking)
    first = patterns.change_with_key(key)
    if first is not None:
        if first.booking_id != booking.id:
            raise Conflict("This form has already been used. Start again from the visit.")
        return first
    locking.must_be_as_seen(booking, seen)
    _must_be_open_to_change(booking)
    made = preview_change(booking, name, scope, wish)
    if made.made or not wish.is_back:
        locking.provider_must_not_be_stopped(booking)
    if after_seen is not None and after_seen != made.after_pence:
        raise PriceChanged(seen=after_seen, now=made.after_pence)
    replanning.paying_or_waiting(booking, made, is_locked=False)
    is_free = booking.status == BookingStatus.REQUESTED or (wish.is_back and not made.made)
    change = VisitChange(
        key=key,
        booking_id=booking.id,
        visit_id=None if made.which.visit is None else made.which.visit.id,
        slot_id=None if made.which.slot is None else made.which.slot.id,
        day=made.which.day,
        scope=scope,
        wanted=wish.kept,
        before_pence=made.before_pence,
        after_pence=made.after_pence,
        planned=made.kept,
        status=ChangeStatus.AGREED if is_free else ChangeStatus.ASKED,
        asked_at=clock.now(),
        asked_by_id=number_of(actor),
    )
    db.session.add(change)
    db.session.flush()
    if is_free:
        making_so.make_so(booking, made, scope, actor)
    _tell_change(booking, change, actor, is_free=is_free)
    db.session.flush()
    return change


def _must_be_open_to_change(booking: Booking) -> None:
    if booking.status not in OPEN:
        raise Conflict("This booking is over, so its visits can no longer be changed.")
    if changes.waiting_change(booking.id) is not None:
        raise Conflict("Another change of this booking waits for an answer. Wait for it, or take it back first.")


def _tell_change(booking: Booking, change: VisitChange, actor: Person, *, is_free: bool) -> None:
    """Record it and tell the provider: visits were changed, or a change waits for its answer."""
    action, notice = ("visits_changed", messages.VISITS_CHANGED) if is_free else ("change_asked", messages.CHANGE_ASKED)
    telling.record_booking_act(action, booking, actor, scope=change.scope.value, day=change.day.isoformat())
    telling.tell_provider(booking, notice)


def agree_to_change(*, actor: Person, change: VisitChange) -> VisitChange:
    """Agree to another time, for the provider: the visits and their money are changed now, exactly as was asked.

    When the visits, or their prices, are no longer what they were when it was asked, nothing is changed and the person's
    side is asked again (``ChangeStatus.OVERTAKEN``): nobody agreed to anything else.

    Raises:
        NotFound: when the actor does not work for the provider.
        Conflict: when it waits no longer, or can no longer be made so.
    """
    booking, change = _locked(actor, change)
    change_must_become(change.status, ChangeStatus.AGREED)
    if booking.status not in OPEN:
        raise Conflict("This booking is over, so its visits can no longer be changed. Decline the change.")
    locking.provider_must_not_be_stopped(booking)
    try:
        made = replanning.plan(_which(booking, change), change.scope, Wish.read(change.wanted))
    except Conflict:
        raise
    except Refusal as refusal:
        raise Conflict(f"This can no longer be agreed to. {refusal} Decline the change.") from None
    if not _is_as_asked(made, change):
        _answered(change, ChangeStatus.OVERTAKEN, actor)
        telling.record_booking_act("change_overtaken", booking, actor, day=change.day.isoformat())
        telling.tell_buyers(booking, messages.CHANGE_OVERTAKEN)
        db.session.flush()
        return change
    making_so.make_so(booking, made, change.scope, actor)
    _answered(change, ChangeStatus.AGREED, actor)
    telling.record_booking_act("change_agreed", booking, actor, scope=change.scope.value, day=change.day.isoformat())
    telling.tell_buyers(booking, messages.CHANGE_AGREED)
    db.session.flush()
    return change


def _is_as_asked(made: ChangePlan, change: VisitChange) -> bool:
    """Whether a change still comes to what was asked; one from a time before that was kept costs no more than was shown."""
    if change.planned is None:
        return made.after_pence - made.before_pence <= change.after_pence - change.before_pence
    return made.is_as_asked(change.planned, now=clock.now())


def decline_change(*, actor: Person, change: VisitChange, reason: str) -> VisitChange:
    """Say that the other time is not possible, for the provider, with a reason. Everything stays as it was agreed.

    Raises:
        NotFound: when the actor does not work for the provider.
        BadInput: without a reason.
        Conflict: when it waits no longer.
    """
    booking, change = _locked(actor, change)
    change_must_become(change.status, ChangeStatus.DECLINED)
    change.reason = telling.booking_reason(reason, needed=True)
    _answered(change, ChangeStatus.DECLINED, actor)
    telling.record_booking_act("change_declined", booking, actor, day=change.day.isoformat())
    telling.tell_buyers(booking, messages.CHANGE_DECLINED)
    db.session.flush()
    return change


def withdraw_change(*, actor: Person, booking: Booking) -> VisitChange:
    """Take back what was asked for and nobody has answered.

    Raises:
        NotFound: when nothing waits, or the booking is not this actor's to know of.
        NotAllowed: when the actor may see it but not change it.
    """
    booking = locking.locked(booking)
    answers.require_may_cancel(actor, booking)
    change = changes.waiting_change(booking.id)
    if change is None:
        raise NotFound("No change of this booking waits for an answer: it was answered or taken back already.")
    _answered(change, ChangeStatus.WITHDRAWN, actor)
    telling.record_booking_act("change_withdrawn", booking, actor, day=change.day.isoformat())
    db.session.flush()
    return change


def write_note(*, actor: Person, booking: Booking, note: str) -> Booking:
    """Write anew what the provider should know. Nothing else changes: no visit, no price, no answer.

    Raises:
        NotFound: when the booking is not this actor's to know of.
        NotAllowed: when the actor may see it but not change it.
        BadInput: when it is too long.
        Conflict: when the booking is over.
    """
    booking = locking.locked(booking)
    answers.require_may_cancel(actor, booking)
    note = note.strip()
    if len(note) > NOTE_LONGEST:
        raise BadInput(f"What the provider should know must be {NOTE_LONGEST} characters or fewer")
    if booking.status not in OPEN:
        raise Conflict("This booking is over, so its note stays as it is.")
    if note != booking.note:
        booking.note = note
        telling.record_booking_act("note_written", booking, actor)
        telling.tell_provider(booking, messages.NOTE_CHANGED)
    db.session.flush()
    return booking


def _locked(actor: Person, change: VisitChange) -> tuple[Booking, VisitChange]:
    booking = change.booking
    if not booking_records_permissions.is_staff_of(actor, booking):
        raise NotFound("We cannot find that change among those your organisation was asked for.")
    locking.must_do_there(actor, booking, StaffDuty.ANSWER)
    fetch_rows(LOCK_PERSON, {"person_id": booking.person_id}).one()
    waiting.settle_waiting(booking.person_id)
    booking = locking.locked(booking)
    db.session.refresh(change)
    return booking, change


def _which(booking: Booking, change: VisitChange) -> patterns.Which:
    pattern = patterns.pattern_of(booking.id)
    visit = next((one for one in booking.visits if one.id == change.visit_id), None)
    if visit is not None:
        return patterns.which_visit(booking, pattern, visit.public_id)
    slot = next((one for one in (pattern.slots if pattern else ()) if one.id == change.slot_id), None)
    name = "" if slot is None else f"{slot.public_id}-{change.day:%Y%m%d}"
    return patterns.which_visit(booking, pattern, name)


def _answered(change: VisitChange, status: ChangeStatus, actor: Person) -> None:
    change.status = status
    change.answered_at = clock.now()
    change.answered_by_id = number_of(actor)
