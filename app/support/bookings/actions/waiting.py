"""Visits that wait for money still to come: promised once, set aside when it is there, called off in time when it is not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.base import clock
from app.base.db import db, fetch_rows
from app.base.refusals import Conflict
from app.funding.budgets.queries.balances import pots_of
from app.funding.budgets.queries.under_lock import Spendable, lock_to_spend
from app.people.accounts.models import Person
from app.people.circles.rules import EVERY_POWER, Spender
from app.platform.messages.actions import waiting as messages
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules import paying as paying_rules
from app.support.booking_records.rules.paying import Purse, fitting
from app.support.booking_records.rules.states import OPEN, BookingStatus, VisitStatus
from app.support.booking_records.rules.waiting import has_come_by
from app.support.bookings.actions import locking, pattern_endings, telling, visit_endings, visit_rows
from app.support.bookings.actions.locking import LOCK_PERSON
from app.support.bookings.actions.visit_rows import Wait
from app.support.bookings.queries import offers
from app.support.bookings.queries import waiting as queries


@dataclass(frozen=True, slots=True)
class Settled:
    """What one run did: visits whose money is set aside now, visits that wait on, visits called off."""

    paid: int = 0
    waiting: int = 0
    called_off: int = 0


def promise(person: Person, purses: Sequence[Purse], price: int, day: date, *, but: int | None = None) -> Wait:
    """Promise money that is still to come to a visit; the person is locked, so nothing is promised twice.

    Args:
        person: whose money.
        purses: the money chosen, in its order, as it is now.
        price: of the visit, in pence.
        day: its London day.
        but: its number where it waits already, so that it is not counted beside itself.

    Raises:
        Conflict: when no money comes before that day.
        NotEnoughMoney: when what comes does not stretch to it beside everything that waits already.
    """
    coming = queries.coming_for(person, day, but=but)
    comes = [coming[one.id].comes_on for one in purses if one.id in coming]
    if not comes:
        raise Conflict("No money comes before that day that could pay for this. Choose a later day, or other money.")
    paying_rules.parts_of(price, queries.with_coming(purses, coming))
    return Wait(max(comes), tuple(one.id for one in purses if one.id in coming))


def settle_waiting(person_id: int) -> Settled:
    """Set aside the money of a person's waiting visits where it has come; call off those for which it is too late.

    In the order in which they happen. Run again, or beside itself, it sets nothing aside twice.

    Args:
        person_id: whose visits.
    """
    fetch_rows(LOCK_PERSON, {"person_id": person_id}).one()
    today = clock.today()
    numbers = queries.bookings_waiting(person_id, today=today)
    if not numbers:
        return Settled()
    bookings = [locking.locked(db.session.get_one(Booking, number)) for number in numbers]
    due = sorted(
        ((visit, booking) for booking in bookings if booking.status in OPEN for visit in _waiting(booking, today)),
        key=lambda one: (one[0].starts_at, one[0].id),
    )
    pots = lock_to_spend(person_id, sorted({pot for visit, _ in due for pot in visit.waits_for or ()}))
    left = {balance.pot.id: balance.available_pence for balance in pots_of(person_id)}
    shares = fitting(
        [visit.price_pence for visit, _ in due], [_lawful(visit, booking, pots) for visit, booking in due], left
    )
    paid = waiting = called_off = 0
    for (visit, booking), parts in zip(due, shares, strict=True):
        if parts is not None:
            _set_aside(visit, booking, parts, pots)
            paid += 1
        elif visit.waits_until is not None and clock.now() >= visit.waits_until:
            _call_off(visit, booking)
            called_off += 1
        else:
            _tell_short(visit, booking)
            waiting += 1
    db.session.flush()
    return Settled(paid, waiting, called_off)


def _waiting(booking: Booking, today: date) -> list[Visit]:
    return [
        visit
        for visit in booking.visits
        if visit.status == VisitStatus.PLANNED and visit.waits_on is not None and visit.waits_on <= today
    ]


def _lawful(visit: Visit, booking: Booking, pots: dict[int, Spendable]) -> list[int]:
    """Of the money a visit waits for, what is open and may pay for it on its day, in its order."""
    purses = offers.purses_of(
        booking.person,
        listing=booking.listing,
        days={clock.london(visit.starts_at).date()},
        spender=Spender(booking.person_id, EVERY_POWER),
        is_agreed=booking.status == BookingStatus.ACCEPTED,
    )
    may = {purse.id for purse in purses if purse.closed_because is None}
    return [pot for pot in visit.waits_for or () if pot in pots and pot in may]


def _set_aside(visit: Visit, booking: Booking, parts: list[tuple[int, int]], pots: dict[int, Spendable]) -> None:
    visit.waits_on = visit.waits_for = visit.told_short_at = None
    visit.revision += 1
    db.session.flush()
    visit_rows.hold_money_for_visits(
        visit_rows.VisitsOf(booking.id, booking.provider_id, telling.about(booking)),
        [visit.id],
        [parts],
        pots,
        key=f"booking:{booking.public_id}:waited:{visit.id}",
        actor_id=None,
    )
    booking.revision += 1
    telling.record_booking_act("visit_money_came", booking, None, visit=visit.public_id, pence=visit.price_pence)
    telling.tell_buyers(booking, messages.VISIT_CONFIRMED)
    telling.tell_provider(booking, messages.VISIT_CONFIRMED_AT_PROVIDER)


def _call_off(visit: Visit, booking: Booking) -> None:
    """End a visit whose money did not come, free of charge, while its provider can still be told in time."""
    visit_endings.end_visits(booking, {visit.id: VisitStatus.CANCELLED_IN_TIME}, None)
    pattern_endings.note_day_left_out(visit, None)
    booking.revision += 1
    telling.record_booking_act("visit_money_did_not_come", booking, None, visit=visit.public_id)
    telling.tell_buyers(booking, messages.VISIT_CALLED_OFF)
    telling.tell_provider(booking, messages.VISIT_CALLED_OFF_AT_PROVIDER)
    if any(one.status == VisitStatus.PLANNED for one in booking.visits) or pattern_endings.goes_on(booking):
        return
    if booking.status == BookingStatus.ACCEPTED:
        pattern_endings.close_when_over(booking)
    else:
        booking.status = BookingStatus.CANCELLED
        booking.decided_at = clock.now()


def _tell_short(visit: Visit, booking: Booking) -> None:
    """Say once that the money that came does not stretch to it; not in the night in which it comes."""
    if visit.told_short_at is not None or visit.waits_on is None or clock.now() < has_come_by(visit.waits_on):
        return
    visit.told_short_at = clock.now()
    telling.record_booking_act("visit_money_short", booking, None, visit=visit.public_id)
    telling.tell_buyers(booking, messages.VISIT_STILL_WAITS)
