"""Making a planned change so: money back, rule and visits anew, money set aside; under the locks of whoever asks."""

from app.base.db import db
from app.funding.budgets.queries.under_lock import Spendable, lock_to_spend
from app.people.accounts.models import Person
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.rules import JournalKind
from app.support.availability import actions as availability_actions
from app.support.availability.actions import VisitToPlace
from app.support.booking_records.models.bookings import Booking, PatternException, PatternSlot
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.actions import pattern_endings, telling, visit_endings, visit_rows
from app.support.recurrence.rules.patterns import ExceptionKind, Scope, next_day
from app.support.repeating.actions.replanning import ChangePlan, paying_for, paying_or_waiting, pots_paying_for
from app.support.repeating.queries import patterns


def make_so(booking: Booking, made: ChangePlan, scope: Scope, actor: Person | None) -> None:
    """Carry a planned change out: money back, rule and visits anew, money set aside; under the locks of its caller.

    Raises:
        NotEnoughMoney: when the money does not stretch to it; everything stays as it was.
    """
    pattern, which = booking.pattern, made.which
    actor_id = None if actor is None else actor.id
    pots = lock_to_spend(booking.person_id, pots_paying_for(booking, made.gone))
    whose = visit_rows.VisitsOf(booking.id, booking.provider_id, telling.about(booking))
    step = booking.revision
    booking.revision += 1
    booking.total_pence += made.after_pence - made.before_pence
    if made.wish.is_back and pattern is not None and which.slot is not None and which.exception is not None:
        which.slot.exceptions.remove(which.exception)
        db.session.flush()
        _write_anew(booking, made, which.slot.id, whose, pots, f"back:{step}", actor_id)
    elif scope is Scope.THIS:
        _move(booking, made, whose, pots, actor)
    elif pattern is not None and which.slot is not None and made.slot is not None:
        if made.gone:
            gone = {visit.id: VisitStatus.CANCELLED_IN_TIME for visit in made.gone}
            visit_endings.end_visits(booking, gone, actor, is_replaced=True)
        slot_id = _new_slot(booking, which.slot, made)
        _write_anew(booking, made, slot_id, whose, pots, f"changed:{step}", actor_id)
        db.session.expire(pattern)
        if made.until is not None:
            pattern.next_on = next_day(patterns.slots_of(pattern), made.until)
    db.session.flush()


def _write_anew(
    booking: Booking,
    made: ChangePlan,
    slot_id: int,
    whose: visit_rows.VisitsOf,
    pots: dict[int, Spendable],
    step: str,
    actor_id: int | None,
) -> None:
    if not made.made:
        return
    parts = paying_for(booking, made, is_locked=True)
    numbers = visit_rows.write_visits(booking.id, made.made, [(slot_id, day) for day in made.places])
    if booking.status == BookingStatus.ACCEPTED:
        sittings = [VisitToPlace(number, one.starts, one.ends) for number, one in zip(numbers, made.made, strict=True)]
        availability_actions.take_for(booking, sittings, actor_id=actor_id or booking.booked_by_id)
    key = f"booking:{booking.public_id}:{step}"
    visit_rows.hold_money_for_visits(whose, numbers, parts, pots, key=key, actor_id=actor_id)


def _move(
    booking: Booking, made: ChangePlan, whose: visit_rows.VisitsOf, pots: dict[int, Spendable], actor: Person | None
) -> None:
    """Put one visit at another time; its money is set aside anew only when the price is another one."""
    (visit,), (now,) = made.gone, made.made
    if visit.waits_on is not None:
        _wait_anew(booking, made, whose, pots, actor)
    elif now.pence != visit.price_pence:
        actor_id = None if actor is None else actor.id
        step = f"booking:{booking.public_id}:{visit.id}:moved:{visit.revision}"
        ledger.settle(
            key=f"{step}:back",
            kind=JournalKind.RELEASE,
            holds={payment.hold_id: 0 for payment in visit.payments},
            about=whose.about,
            actor_id=actor_id,
        )
        for payment in visit.payments:
            db.session.delete(payment)
        db.session.flush()
        parts = paying_for(booking, made, is_locked=True)
        visit_rows.hold_money_for_visits(whose, [visit.id], parts, pots, key=f"{step}:hold", actor_id=actor_id)
        db.session.expire(visit, ["payments"])
    visit.starts_at, visit.ends_at = now.starts, now.ends
    if booking.status == BookingStatus.ACCEPTED:
        availability_actions.give_back([visit.id])
        availability_actions.take_for(booking, [visit], actor_id=booking.booked_by_id if actor is None else actor.id)
    visit.price_pence = now.pence
    visit.price_lines = [{"words": words, "pence": pence} for words, pence in now.lines]
    visit.revision += 1
    if made.which.slot is not None and visit.slot_day is not None:
        pattern_endings.note_exception(made.which.slot, visit.slot_day, ExceptionKind.MOVED, actor)


def _wait_anew(
    booking: Booking, made: ChangePlan, whose: visit_rows.VisitsOf, pots: dict[int, Spendable], actor: Person | None
) -> None:
    """Of a visit that waited: set its money aside where it is there by now, else let it wait for what comes before its new day."""
    (visit,) = made.gone
    paid = paying_or_waiting(booking, made, is_locked=True)
    visit.waits_on = visit.waits_for = visit.told_short_at = None
    if isinstance(paid, visit_rows.Wait):
        visit.waits_on, visit.waits_for = paid.comes_on, list(paid.pots)
        return
    db.session.flush()
    key = f"booking:{booking.public_id}:{visit.id}:moved:{visit.revision}:hold"
    visit_rows.hold_money_for_visits(
        whose, [visit.id], paid, pots, key=key, actor_id=None if actor is None else actor.id
    )
    db.session.expire(visit, ["payments"])


def _new_slot(booking: Booking, old: PatternSlot, made: ChangePlan) -> int:
    """End the old time of day and begin the new one; days skipped or moved by themselves stay so."""
    if made.slot is None or made.begins is None:
        msg = "a pattern changes to another time of day, from a day on"
        raise ValueError(msg)
    special = [one for one in old.exceptions if one.day >= made.begins]
    last = max(made.stays.values(), default=made.begins)
    days = set(made.slot.days(made.slot.starts_on, last))
    pattern_endings.end_slot(old, old.as_rule.visit(made.begins)[0])
    (number,) = visit_rows.write_slots(booking.id, [made.slot])
    for one in special:
        if one in old.exceptions:
            old.exceptions.remove(one)
        day = made.stays.get(one.day)
        if day in days and one.kind in {ExceptionKind.SKIPPED, ExceptionKind.MOVED}:
            db.session.add(
                PatternException(
                    slot_id=number, day=day, kind=one.kind, noted_at=one.noted_at, noted_by_id=one.noted_by_id
                )
            )
            for visit in booking.visits:
                if visit.slot_id == old.id and visit.slot_day == one.day:
                    visit.slot_id, visit.slot_day = number, day
    db.session.flush()
    return number
