"""Saved hours come back when the visit they were used for comes to nothing: their money is set aside again at once.

Declined, never answered, called off in time, missed, or settled as not to be paid: whatever ends it uncharged. What was
used comes back, no more: of two hours of which one was used, one.
"""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select

from app.base.db import db
from app.funding.budgets.queries.under_lock import Spendable, lock_to_spend
from app.people.accounts.models import Person
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.models.saved_hours import SavedHours
from app.support.booking_records.rules.states import VisitStatus
from app.support.bookings.actions import telling, visit_rows


@dataclass(frozen=True, slots=True)
class Coming:
    """Hours that come back, with the money that is free for them again, under lock."""

    saved: SavedHours
    minutes: int
    parts: tuple[tuple[int, int], ...]
    """Pots and pence, in the order in which they paid."""
    pots: dict[int, Spendable]


def hours_used_for(booking: Booking) -> SavedHours | None:
    """The saved hours a booking was asked for with, while they are used for it."""
    return db.session.scalar(select(SavedHours).where(SavedHours.spent_on_id == booking.id))


def coming_back(booking: Booking, ending: Collection[int]) -> Coming | None:
    """The saved hours that come back when these visits of a booking end uncharged; their money is locked here.

    Before anything of it is settled, so that pots are locked before the ledger, as everywhere.

    Args:
        booking: locked.
        ending: the numbers of its visits that end without a charge.
    """
    rows = select(SavedHours).where(SavedHours.spent_on_id == booking.id).with_for_update(key_share=True)
    saved = db.session.scalar(rows.execution_options(populate_existing=True))
    if saved is None:
        return None
    ended = [visit for visit in booking.visits if visit.id in ending]
    others = [visit for visit in booking.visits if visit.id not in ending]
    if any(visit.status == VisitStatus.PLANNED or visit.charged_pence for visit in others):
        return None
    free: dict[int, int] = {}
    for payment in (payment for visit in ended for payment in visit.payments):
        free[payment.pot_id] = free.get(payment.pot_id, 0) + payment.amount_pence
    pots = lock_to_spend(saved.person_id, free)
    # Money of a budget that has ended meanwhile goes its way, and cannot be kept for later.
    free = {pot: pence for pot, pence in free.items() if pot in pots and pots[pot].closed_at is None}
    wanted, parts = saved.pence, []
    for pot, pence in free.items():
        if takes := min(pence, wanted):
            parts.append((pot, takes))
            wanted -= takes
    used = sum(int((visit.ends_at - visit.starts_at).total_seconds()) // 60 for visit in ended)
    return Coming(saved, min(saved.minutes, used), tuple(parts), pots) if parts else None


def bring_back(coming: Coming, actor: Person | None) -> None:
    """Set the money of hours that come back aside again, in the transaction that made it free, and note it."""
    saved, visit = coming.saved, coming.saved.visit
    booking = visit.booking
    for payment in list(visit.payments):
        db.session.delete(payment)
    db.session.flush()
    visit_rows.hold_money_for_visits(
        visit_rows.VisitsOf(booking.id, booking.provider_id, telling.about(booking)),
        [visit.id],
        [coming.parts],
        coming.pots,
        key=f"saved:{saved.public_id}:back:{saved.spent_on_id}",
        actor_id=None if actor is None else actor.id,
    )
    db.session.expire(visit, ["payments"])
    visit.status = VisitStatus.SAVED
    visit.revision += 1
    saved.minutes, saved.ended_at, saved.spent_on_id = coming.minutes, None, None
    telling.record_booking_act("hours_came_back", booking, actor, visit=visit.public_id, minutes=saved.minutes)
    db.session.flush()
