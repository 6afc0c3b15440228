"""What money that is still to come would have left for a visit: everything that waits for it already is taken off."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from app.base import clock
from app.base.db import db, fetch_rows, number_of
from app.base.refusals import Refusal
from app.funding.budgets.queries.balances import pots_of
from app.funding.budgets.queries.coming import PeriodMoney, money_for
from app.funding.budgets.rules.periods import PERIOD_DAYS
from app.people.accounts.models import Person
from app.support.booking_records.models.bookings import Booking, Pattern, PatternSlot, Visit
from app.support.booking_records.rules.paying import Purse, fitting
from app.support.booking_records.rules.states import OPEN, VisitStatus
from app.support.bookings.queries import offers
from app.support.recurrence.rules.patterns import WAITING, occurrences


class MoneyToCome(NamedTuple):
    """One sum of somebody's money as it will be for a visit on a day. Pence."""

    left_now_pence: int
    comes_pence: int
    comes_on: date
    promised_pence: int
    """What of it is promised already: to other visits that wait, and to what repeats in the same weeks."""
    has_pence: int
    """What is there for a further visit."""


class _Promised(NamedTuple):
    """One visit that waits for money, or will be made when it comes."""

    day: date
    pence: int
    pots: tuple[int, ...]


def coming_for(person: Person, day: date, *, but: int | None = None) -> dict[int, MoneyToCome]:
    """What each of a person's pots that gets money until a day will have for a visit on it, by number.

    Asked under the person's lock it is what may be promised: whoever asks at the same time comes after.

    Args:
        person: whose money.
        day: the London day of the visit, today or later.
        but: a visit that waits already and is to wait for this instead: it has nothing promised.
    """
    now = {one.pot.id: one.available_pence for one in pots_of(number_of(person))}
    by_pot = money_for(now, day)
    if not by_pot:
        return {}
    first = min(one.on for one in by_pot.values())
    until = max(one.on for one in by_pot.values()) + timedelta(days=PERIOD_DAYS - 1)
    promised = sorted([*_visits_waiting(number_of(person), but), *_to_be_made(number_of(person), first, until)])
    rest = {number: one.pence for number, one in by_pot.items()}
    mine = [one for one in promised if _counts(one, by_pot)]
    fitting([one.pence for one in mine], [one.pots for one in mine], rest)
    return {
        number: MoneyToCome(now[number], one.pence, one.on, one.pence - rest[number], rest[number])
        for number, one in by_pot.items()
    }


def _counts(promised: _Promised, by_pot: Mapping[int, PeriodMoney]) -> bool:
    """Whether something waits for the money of this period, and not for what comes before, after, or for other money."""
    return any(
        one.on <= promised.day < one.on + timedelta(days=PERIOD_DAYS)
        for one in (by_pot[pot] for pot in promised.pots if pot in by_pot)
    )


def _visits_waiting(person_id: int, but: int | None) -> list[_Promised]:
    rows = db.session.execute(
        select(Visit.starts_at, Visit.price_pence, Visit.waits_for)
        .join(Visit.booking)
        .where(Booking.person_id == person_id, Visit.waits_on.is_not(None), Visit.status == VisitStatus.PLANNED)
        .where(Visit.id != (but or 0))
    )
    return [_Promised(clock.london(starts).date(), pence, tuple(pots or ())) for starts, pence, pots in rows]


def _to_be_made(person_id: int, first: date, last: date) -> list[_Promised]:
    """The days of what repeats whose visits are not made yet, at the prices published now; without a price they cost nothing."""
    patterns = db.session.scalars(
        select(Pattern)
        .join(Pattern.booking)
        .where(Booking.person_id == person_id, Booking.status.in_(OPEN))
        .options(
            selectinload(Pattern.slots).selectinload(PatternSlot.exceptions),
            joinedload(Pattern.booking).joinedload(Booking.listing),
            joinedload(Pattern.booking).joinedload(Booking.person),
        )
    )
    found: list[_Promised] = []
    for pattern in patterns:
        slots = [slot.as_rule for slot in pattern.slots if not slot.is_over]
        excepted = {(slot.id, one.day) for slot in pattern.slots for one in slot.exceptions}
        times = [
            slot.as_rule.visit(one.day)
            for slot in pattern.slots
            for one in slot.exceptions
            if one.kind in WAITING and first <= one.day <= last
        ]
        if pattern.next_on is not None:
            coming = occurrences(slots, excepted, max(first, pattern.next_on), last)
            times += [(one.starts, one.ends) for one in coming]
        priced = _prices(pattern, times)
        found += [_Promised(clock.london(one.starts).date(), one.pence, tuple(pattern.pots)) for one in priced]
    return found


def _prices(pattern: Pattern, times: Sequence[tuple[datetime, datetime]]) -> list[offers.PricedVisit]:
    """These at their prices; those left out for which none is published."""
    try:
        return offers.price_of(pattern.booking, times=times, extras=pattern.extras, miles=pattern.miles)
    except Refusal:
        return [] if len(times) < 2 else [one for each in times for one in _prices(pattern, [each])]  # noqa: PLR2004


def with_coming(purses: Sequence[Purse], coming: Mapping[int, MoneyToCome]) -> list[Purse]:
    """Of these ways to pay those to which money comes, each with what will be there for a further visit."""
    return [replace(one, has_pence=coming[one.id].has_pence) for one in purses if one.id in coming]


_BOOKINGS = (
    select(Booking.id)
    .join(Visit, Visit.booking_id == Booking.id)
    .where(Booking.person_id == bindparam("person_id"), Visit.waits_on <= bindparam("today"))
    .distinct()
    .order_by(Booking.id)
)


def people_with_waiting_visits(*, today: date) -> list[int]:
    """The ids of people of whom a visit waits for money that should have come by a day."""
    rows = (
        select(Booking.person_id)
        .join(Visit, Visit.booking_id == Booking.id)
        .where(Visit.waits_on <= today)
        .distinct()
        .order_by(Booking.person_id)
    )
    return list(db.session.scalars(rows))


def bookings_waiting(person_id: int, *, today: date) -> list[int]:
    """The numbers of a person's bookings with a visit whose money should have come by a day, in order."""
    return [int(number) for number in fetch_rows(_BOOKINGS, {"person_id": person_id, "today": today}).scalars()]
