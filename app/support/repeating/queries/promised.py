"""What support that repeats already will cost: visits asked for or agreed, and not made yet because their money is to come."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.base import clock
from app.base.db import db
from app.base.refusals import Refusal
from app.support.booking_records.models.bookings import Booking, Pattern
from app.support.booking_records.rules.states import OPEN
from app.support.bookings.queries import offers
from app.support.bookings.queries.offers import PricedVisit
from app.support.recurrence.rules.patterns import Occurrence
from app.support.repeating.queries import patterns


class Promised(NamedTuple):
    """One visit to be made: the London day of it, its pence at the price published now, and which money is to pay."""

    day: date
    pence: int
    pots: frozenset[int]


def promised_to(person_id: int, until: date) -> list[Promised]:
    """Every visit that a person's patterns will still make up to a day. What no price is published for is not counted."""
    rows = (
        select(Booking)
        .join(Pattern, Pattern.booking_id == Booking.id)
        .where(Booking.person_id == person_id, Booking.status.in_(OPEN))
        .options(joinedload(Booking.listing), joinedload(Booking.person))
        .order_by(Booking.id)
    )
    found = []
    for booking in db.session.scalars(rows).all():
        pattern = patterns.pattern_of(booking.id)
        visits = [] if pattern is None else patterns.still_to_make(pattern, until, now=clock.now())
        if pattern is not None and visits:
            prices = price_each(booking, pattern, visits)
            found += [
                Promised(clock.london(one.starts).date(), price.pence, frozenset(pattern.pots))
                for one, price in zip(visits, prices, strict=True)
                if price is not None
            ]
    return found


def price_each(booking: Booking, pattern: Pattern, visits: Sequence[Occurrence]) -> list[PricedVisit | None]:
    """Each visit's price by the rate published for its day; nothing where none is. What is charged once was charged.

    Nor where the rate of the day no longer has an extra that was agreed, is by the mile, or is for stays of another sort:
    what a provider publishes may stop its own visits, never the night's run.
    """
    times = [(one.starts, one.ends) for one in visits]
    try:
        return list(offers.price_of(booking, times=times, extras=pattern.extras, miles=pattern.miles))
    except Refusal:
        found: list[PricedVisit | None] = []
        for one in times:
            try:
                found += offers.price_of(booking, times=[one], extras=pattern.extras, miles=pattern.miles)
            except Refusal:
                found.append(None)
        return found
