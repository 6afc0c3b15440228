"""Making the visits of people's patterns when their money has come: in date order, as far as it goes, and saying so."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from app.base import clock
from app.base.db import db, fetch_rows
from app.funding.budgets.queries.balances import pots_of
from app.funding.budgets.queries.under_lock import Spendable, lock_to_spend
from app.people.circles.rules import EVERY_POWER, Spender
from app.platform.messages.actions import bookings as messages
from app.support.availability import actions as availability_actions
from app.support.availability.actions import VisitToPlace
from app.support.availability.rules import NoPlaceLeft
from app.support.booking_records.models.bookings import Booking, Pattern, PatternException
from app.support.booking_records.rules.paying import fitting
from app.support.bookings.actions import telling, visit_rows
from app.support.bookings.actions import waiting as waiting_visits
from app.support.bookings.actions.locking import LOCK_PERSON
from app.support.bookings.queries import offers as room
from app.support.bookings.queries import periods_ahead
from app.support.bookings.queries.offers import PricedVisit
from app.support.recurrence.rules.patterns import WAITING, ExceptionKind, Occurrence, next_day
from app.support.repeating.queries import patterns
from app.support.repeating.queries.promised import price_each


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What one run did: visits made with their money set aside, and visits that wait for money or a price."""

    made: int = 0
    waiting: int = 0

    def __add__(self, other: "Confirmed") -> "Confirmed":
        return Confirmed(self.made + other.made, self.waiting + other.waiting)


@dataclass(frozen=True, slots=True)
class _Due:
    """One visit to be made, of which booking, at what price, and which money may pay; no price when none is published."""

    booking: Booking
    one: Occurrence
    price: PricedVisit | None
    pots: tuple[int, ...]


def confirm(*, person_id: int) -> Confirmed:
    """Make the visits of a person's agreed patterns whose period's money has come: in date order over all of them.

    A visit the money does not stretch to waits, is said to the person at once, and is looked at again every night.
    Run again, or beside itself, it makes nothing twice.

    Args:
        person_id: whose patterns.
    """
    today, now = clock.today(), clock.now()
    # The person's row first, then bookings, then the money: the order in which whoever books takes them.
    _, closed_at, stopped_at = fetch_rows(LOCK_PERSON, {"person_id": person_id}).one()
    if closed_at is not None:
        return Confirmed()
    # Visits that were asked for by themselves and wait come first: the days of what repeats were counted before they were.
    # That goes for them while a report of a death stands, too: they were agreed, and a provider must not come for nothing.
    settled = waiting_visits.settle_waiting(person_id)
    if stopped_at is not None:
        return Confirmed(settled.paid, settled.waiting)
    due: list[_Due] = []
    bookings = patterns.agreed_patterns(person_id)
    until = periods_ahead.made_until(person_id, today=today)
    for booking in bookings:
        pattern = _pattern(booking)
        due += _priced(booking, pattern, patterns.still_to_make(pattern, until, now=now))
    due.sort(key=lambda one: (one.one.starts, one.booking.id))
    pots = lock_to_spend(person_id, sorted({pot for one in due for pot in one.pots})) if due else {}
    left = {balance.pot.id: balance.available_pence for balance in pots_of(person_id)} if due else {}
    shares = fitting(
        [0 if one.price is None else one.price.pence for one in due],
        [[pot for pot in one.pots if pot in pots] for one in due],
        left,
    )
    made, waiting = settled.paid, settled.waiting
    for booking in bookings:
        mine = [(one, parts) for one, parts in zip(due, shares, strict=True) if one.booking is booking]
        some, short = _write(booking, mine, pots, until)
        made, waiting = made + some, waiting + short
    db.session.flush()
    return Confirmed(made, waiting)


def _pattern(booking: Booking) -> Pattern:
    if booking.pattern is None:
        msg = "it was asked for because it has a pattern"
        raise ValueError(msg)
    return booking.pattern


def _priced(booking: Booking, pattern: Pattern, visits: Sequence[Occurrence]) -> list[_Due]:
    """These visits at the prices published for their days, each with the money that may lawfully pay for it.

    They were agreed with the pattern: a suspension since then does not touch them.
    """
    if not visits:
        return []
    days = {clock.london(one.starts).date() for one in visits}
    purses = {
        purse.id: purse
        for purse in room.purses_of(
            booking.person,
            listing=booking.listing,
            days=days,
            spender=Spender(booking.person_id, EVERY_POWER),
            is_agreed=True,
        )
    }
    pots = tuple(pot for pot in pattern.pots if pot in purses and purses[pot].closed_because is None)
    prices = price_each(booking, pattern, visits)
    return [_Due(booking, one, price, pots) for one, price in zip(visits, prices, strict=True)]


Fit = tuple[Occurrence, PricedVisit, list[tuple[int, int]]]


def _with_a_place(booking: Booking, fits: list[Fit]) -> tuple[list[Fit], list[Occurrence]]:
    """Those for which the provider still has a place, where it named places at all; and those for which it has none."""
    if not fits:
        return [], []
    try:
        availability_actions.seats_within(booking.listing_id, [(one.starts, one.ends) for one, _, _ in fits])
    except NoPlaceLeft:
        found: list[Fit] = []
        full: list[Occurrence] = []
        for fit in fits:
            spans = [(one.starts, one.ends) for one, _, _ in [*found, fit]]
            try:
                availability_actions.seats_within(booking.listing_id, spans)
            except NoPlaceLeft:
                full.append(fit[0])
            else:
                found.append(fit)
        return found, full
    return fits, []


def _write(
    booking: Booking,
    mine: Sequence[tuple[_Due, list[tuple[int, int]] | None]],
    pots: dict[int, Spendable],
    until: date,
) -> tuple[int, int]:
    """Make what fits and note what waits; how many of each."""
    pattern = _pattern(booking)
    kept = patterns.excepted(pattern, *WAITING)
    fits = [(due.one, due.price, parts) for due, parts in mine if due.price is not None and parts is not None]
    fits, full = _with_a_place(booking, fits)
    short = [due for due, parts in mine if due.price is None or parts is None or due.one in full]
    if fits:
        # Days that waited are days like any other now.
        for one, _, _ in fits:
            exception = kept.get((one.slot.id, one.day))
            if exception is not None:
                exception.slot.exceptions.remove(exception)
        numbers = visit_rows.write_visits(
            booking.id, [price for _, price, _ in fits], [(one.slot.id, one.day) for one, _, _ in fits]
        )
        sittings = [
            VisitToPlace(number, one.starts, one.ends) for number, (one, _, _) in zip(numbers, fits, strict=True)
        ]
        availability_actions.take_for(booking, sittings, actor_id=booking.booked_by_id)
        visit_rows.hold_money_for_visits(
            visit_rows.VisitsOf(booking.id, booking.provider_id, telling.about(booking)),
            numbers,
            [parts for _, _, parts in fits],
            pots,
            key=f"booking:{booking.public_id}:confirm:{numbers[0]}",
            actor_id=None,
        )
        pence = sum(price.pence for _, price, _ in fits)
        booking.total_pence += pence
        booking.revision += 1
        telling.record_booking_act("visits_confirmed", booking, None, visits=len(numbers), pence=pence)
    new = [due for due in short if (due.one.slot.id, due.one.day) not in kept]
    slots = {slot.id: slot for slot in pattern.slots}
    for due in new:
        kind = ExceptionKind.NO_PRICE if due.price is None else ExceptionKind.NO_MONEY
        kind = ExceptionKind.NO_PLACE if due.one in full else kind
        slots[due.one.slot.id].exceptions.append(
            PatternException(day=due.one.day, kind=kind, noted_at=clock.now(), noted_by_id=None)
        )
    if pattern.next_on is not None and pattern.next_on <= until:
        pattern.next_on = next_day(patterns.slots_of(pattern), until)
    if new:
        booking.revision += 1
        telling.record_booking_act(
            "visits_wait_for_money", booking, None, visits=len(new), first_on=new[0].one.day.isoformat()
        )
        telling.tell_buyers(booking, messages.VISITS_DO_NOT_FIT)
    db.session.flush()
    return len(fits), len(short)
