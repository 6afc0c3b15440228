"""What another time would mean, and making it so: for one visit, for this and later ones, or for all to come."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from app.base import clock
from app.base.days import day_words
from app.base.refusals import Conflict
from app.people.circles.rules import EVERY_POWER, Spender
from app.support.booking_records.models.bookings import Booking, Pattern, Visit
from app.support.booking_records.rules import paying as paying_rules
from app.support.booking_records.rules import states
from app.support.booking_records.rules.paying import NotEnoughMoney
from app.support.booking_records.rules.states import VisitStatus
from app.support.bookings.actions import waiting
from app.support.bookings.actions.visit_rows import Wait
from app.support.bookings.queries import offers as room
from app.support.bookings.queries import periods_ahead
from app.support.bookings.queries.offers import PricedVisit
from app.support.recurrence.rules import times as times_rules
from app.support.recurrence.rules.clocks import clocks_change_words
from app.support.recurrence.rules.patterns import (
    ExceptionKind,
    Occurrence,
    PatternRefused,
    PatternTime,
    Rule,
    Scope,
    clock_change_notes,
    first_day,
    next_day,
    occurrences,
    rule_remaining,
    same_week_on,
)
from app.support.recurrence.rules.times import TimesRefused
from app.support.repeating.queries.patterns import Which

A_YEAR = timedelta(days=366)
SAME = "That is when it is already. Enter another time, or go back."
OTHER_VISIT = "Another visit of this booking is at that time. Choose another time, or move that one first."
NOT_YET = (
    "The money for this visit has not come yet, so it cannot be moved by itself. You can cancel it, change this and later "
    "visits, or move it once it is confirmed."
)


@dataclass(frozen=True, slots=True)
class Wish:
    """Another time as somebody wishes it; the days of the week for a pattern, the day for one visit."""

    start: time | None = None
    end: time | None = None
    ends_next_day: bool = False
    on: date | None = None
    days: tuple[int, ...] = ()
    which: str | None = None
    """Which of two equal times, in the night the clocks go back."""
    is_back: bool = False
    """That a day taken out of the pattern is put back as it was."""

    @property
    def kept(self) -> dict[str, Any]:
        """The same as it is kept."""
        return {
            "start": None if self.start is None else f"{self.start:%H:%M}",
            "end": None if self.end is None else f"{self.end:%H:%M}",
            "overnight": self.ends_next_day,
            "on": None if self.on is None else self.on.isoformat(),
            "days": list(self.days),
            "which": self.which,
            "back": self.is_back,
        }

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Wish":
        """Read what :attr:`kept` gave."""
        return cls(
            time.fromisoformat(kept["start"]) if kept["start"] else None,
            time.fromisoformat(kept["end"]) if kept["end"] else None,
            bool(kept["overnight"]),
            date.fromisoformat(kept["on"]) if kept["on"] else None,
            tuple(kept["days"]),
            kept["which"],
            bool(kept["back"]),
        )


@dataclass(frozen=True, slots=True)
class ChangePlan:
    """What a change comes to: the visits that go, those that take their place with their prices, and the new rule."""

    which: Which
    wish: Wish
    gone: list[Visit]
    made: list[PricedVisit] = field(default_factory=list)
    places: list[date] = field(default_factory=list)
    """The day of the rule each visit made is of."""
    slot: PatternTime | None = None
    """The new time of day, when a pattern changes."""
    begins: date | None = None
    """From which day of the old rule on."""
    until: date | None = None
    """How far visits are made under the new rule."""
    stays: Mapping[date, date] = field(default_factory=dict)
    """Days taken out or moved by themselves, which stay so, and the day of the new rule that stands for each."""

    @property
    def kept(self) -> dict[str, Any]:
        """What it comes to, visit by visit, as it is kept with the question: the provider's yes counts for exactly this."""
        return {
            "gone": [[visit.public_id, _kept(visit.starts_at), visit.price_pence] for visit in self.gone],
            "made": [[_kept(one.starts), _kept(one.ends), one.pence] for one in self.made],
        }

    def is_as_asked(self, asked: Mapping[str, Any], *, now: datetime) -> bool:
        """Whether it still comes to what was asked, of all that is still to come."""
        today = _kept(now)
        return all(
            [one for one in self.kept[which] if one[at] > today] == [one for one in asked[which] if one[at] > today]
            for which, at in (("gone", 1), ("made", 0))
        )

    @property
    def clock_notes(self) -> list[tuple[date, str]]:
        """What the nights on which clocks change do to the visits that take the others' place, for a year ahead."""
        if self.slot is not None:
            return clock_change_notes([self.slot], self.slot.starts_on, self.slot.starts_on + A_YEAR)
        found = [(clock.london(one.starts).date(), clocks_change_words(one.starts, one.ends)) for one in self.made]
        return [(day, words) for day, words in found if words]

    @property
    def before_pence(self) -> int:
        """What the visits that go cost."""
        return sum(visit.price_pence for visit in self.gone)

    @property
    def after_pence(self) -> int:
        """What those that take their place cost."""
        return sum(visit.pence for visit in self.made)


def _kept(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()


def plan(which: Which, scope: Scope, wish: Wish) -> ChangePlan:
    """Work out what a change would come to, at the prices published now. Nothing is changed.

    Raises:
        Conflict: when what is meant is over, cancelled, or not there to be changed.
        TimesRefused: when the new time cannot be booked.
        PatternRefused: when it cannot repeat like that.
        RatesNotPublished: when one of the days has no published rate.
    """
    if wish.is_back:
        return _back(which, wish)
    if scope is Scope.THIS:
        return _moved(which, wish)
    return _repeated(which, scope, wish)


def _back(which: Which, wish: Wish) -> ChangePlan:
    pattern, slot = which.booking.pattern, which.slot
    if pattern is None or slot is None or not which.is_skipped:
        raise Conflict("This visit was not taken out, so it cannot be put back. Look at it again.")
    rule = slot.as_rule
    if slot.is_over or which.day not in rule.days(which.day, which.day):
        raise Conflict("These visits have ended before that day, so it cannot be put back. Book it by itself.")
    starts, ends = rule.visit(which.day)
    if starts <= clock.now():
        raise Conflict("That day is over, so its visit cannot be put back.")
    if pattern.next_on is not None and which.day >= pattern.next_on:
        return ChangePlan(which, wish, [])
    return ChangePlan(which, wish, [], _priced(which, [Occurrence(starts, ends, rule, which.day)]), [which.day])


def _moved(which: Which, wish: Wish) -> ChangePlan:
    visit = which.visit
    if visit is None:
        raise Conflict(NOT_YET)
    states.visit_must_become(visit.status, VisitStatus.CANCELLED_IN_TIME)
    if visit.starts_at <= clock.now():
        raise Conflict("This visit has begun or is over, so it can no longer be moved.")
    if wish.on is None or wish.start is None or wish.end is None:
        raise TimesRefused("Enter the day and the times you want")
    starts, ends = times_rules.visit_times(
        wish.on, wish.start, wish.end, ends_next_day=wish.ends_next_day, which=wish.which
    )
    ends_on = which.booking.ends_on
    if ends_on is not None and wish.on > ends_on:
        raise TimesRefused(
            f"This support ends on {day_words(ends_on)}. Choose a day up to then, or ask another provider", "on"
        )
    if (starts, ends) == (visit.starts_at, visit.ends_at):
        raise TimesRefused(SAME, "start")
    _must_be_free(which, [(starts, ends)], [visit])
    day = visit.slot_day or wish.on
    priced = _priced(which, [(starts.astimezone(UTC), ends.astimezone(UTC))])
    return ChangePlan(which, wish, [visit], priced, [day])


def _repeated(which: Which, scope: Scope, wish: Wish) -> ChangePlan:
    pattern, old = which.booking.pattern, which.slot
    if pattern is None or old is None:
        raise Conflict("This booking does not repeat. Change the visit by itself.")
    if old.is_over:
        raise Conflict("These visits were ended or changed already. Look at them again.")
    now, rule = clock.now(), old.as_rule
    if scope is Scope.LATER and which.starts <= now:
        raise Conflict("This visit has begun or is over. Choose a later one to begin with.")
    begins = which.day if scope is Scope.LATER else _first_to_come(rule, now)
    left = rule_remaining(rule.rule, rule.starts_on, begins)
    wanted = Rule(wish.days, left.every, left.until, left.count)
    if not wish.days:
        raise PatternRefused("Select the days of the week")
    first = first_day(wanted, begins)
    if first is None or wish.start is None or wish.end is None:
        raise PatternRefused("None of the days you chose comes before the last day of these visits")
    slot = PatternTime(0, "", first, wanted, wish.start, wish.end, wish.ends_next_day)
    if (slot.start, slot.end, slot.ends_next_day, wish.days) == (rule.start, rule.end, rule.ends_next_day, left.days):
        raise PatternRefused(SAME, "start")
    special = {one.day: one for one in old.exceptions if one.day >= begins}
    stays = {day for day, one in special.items() if one.kind in {ExceptionKind.SKIPPED, ExceptionKind.MOVED}}
    # A day taken out stays out when the day of the week changes: it is that week's.
    stand_for = same_week_on(stays, left.days, wish.days)
    gone = [
        visit
        for visit in which.booking.visits
        if visit.slot_id == old.id
        and visit.status == VisitStatus.PLANNED
        and visit.starts_at > now
        and visit.slot_day is not None
        and visit.slot_day >= begins
        and visit.slot_day not in stays
    ]
    _must_not_wait(gone)
    until = _made_until(which.booking, pattern, begins)
    out = {(0, day) for day in stand_for.values()}
    made = [one for one in occurrences([slot], out, first, until) if one.starts > now]
    _must_be_free(which, [(one.starts, one.ends) for one in made], gone)
    days = [one.day for one in made]
    return ChangePlan(which, wish, gone, _priced(which, made), days, slot, begins, until, stand_for)


def _must_not_wait(gone: Sequence[Visit]) -> None:
    """Let pass visits whose money is set aside, where the others of the pattern change with them.

    Raises:
        Conflict: when one waits for money still to come.
    """
    if any(visit.waits_on is not None for visit in gone):
        raise Conflict(
            "One of these visits waits for money that is still to come, so they cannot all be changed yet. Change that "
            "visit by itself, or wait until it is confirmed."
        )


def _first_to_come(rule: PatternTime, now: datetime) -> date:
    """The first day of a time of day that still lies ahead.

    Raises:
        Conflict: when none does.
    """
    today = clock.london(now).date()
    found = next_day([rule], today - timedelta(days=2))
    while found is not None and rule.visit(found)[0] <= now:
        found = next_day([rule], found)
    if found is None:
        raise Conflict("These visits are over. Book them anew to go on.")
    return found


def _made_until(booking: Booking, pattern: Pattern, begins: date) -> date:
    """How far the new visits are made: as far as the others have been, and no further than the money has come."""
    made = [visit.slot_day for visit in booking.visits if visit.slot_day is not None]
    until = max(periods_ahead.made_until(booking.person_id, today=clock.today()), *made, begins)
    return until if pattern.next_on is None else min(until, pattern.next_on - timedelta(days=1))


def _must_be_free(which: Which, times: Sequence[tuple[datetime, datetime]], gone: Sequence[Visit]) -> None:
    if times:
        times_rules.check_times(times, now=clock.now(), most=len(times))
    others = [
        (visit.starts_at, visit.ends_at)
        for visit in which.booking.visits
        if visit.status == VisitStatus.PLANNED and visit not in gone
    ]
    if times and times_rules.overlaps(times, others):
        raise TimesRefused(OTHER_VISIT, "start")


def _priced(which: Which, visits: Sequence[Occurrence | tuple[datetime, datetime]]) -> list[PricedVisit]:
    if not visits:
        return []
    booking = which.booking
    extras, miles = _extras(booking)
    return room.price_of(booking, times=[(one[0], one[1]) for one in visits], extras=extras, miles=miles)


def _extras(booking: Booking) -> tuple[list[str], int | None]:
    """The extras agreed, by their ids, and the miles."""
    if booking.pattern is not None:
        return booking.pattern.extras, booking.pattern.miles
    names = {extra["name"] for extra in booking.agreed.get("extras", ())}
    return room.extras_named(booking.listing_id, names), booking.agreed.get("miles")


def paying_for(booking: Booking, made: ChangePlan, *, is_locked: bool) -> list[list[tuple[int, int]]]:
    """Which money pays each of the visits that take the others' place, what those free counted in.

    Raises:
        Conflict: when money of it may no longer pay for this, saying why.
        NotEnoughMoney: when it does not stretch to them.
    """
    if not made.made:
        return []
    pots = pots_paying_for(booking, made.gone)
    days = {clock.london(one.starts).date() for one in made.made}
    purses = {
        purse.id: purse
        for purse in room.purses_of(
            booking.person, listing=booking.listing, days=days, spender=Spender(booking.person_id, EVERY_POWER)
        )
    }
    freed: dict[int, int] = {}
    if not is_locked:
        for payment in (payment for visit in made.gone for payment in visit.payments):
            freed[payment.pot_id] = freed.get(payment.pot_id, 0) + payment.amount_pence
    paying = [
        replace(purse, has_pence=purse.has_pence + freed.get(pot, 0))
        for pot in pots
        if (purse := purses.get(pot)) is not None
    ]
    paying_rules.parts_of(made.after_pence, paying)
    return paying_rules.share_out([one.pence for one in made.made], [(purse.id, purse.has_pence) for purse in paying])


def paying_or_waiting(booking: Booking, made: ChangePlan, *, is_locked: bool) -> list[list[tuple[int, int]]] | Wait:
    """The same; a visit that waits for its money may go on waiting at its new time, when that money comes before it.

    Raises:
        Conflict: as :func:`paying_for`, or when no money comes before the new day.
        NotEnoughMoney: when neither what is there nor what comes stretches to it.
    """
    waits = [visit for visit in made.gone if visit.waits_on is not None]
    try:
        return paying_for(booking, made, is_locked=is_locked)
    except NotEnoughMoney:
        if not waits:
            raise
    ((visit,), (one,)) = waits, made.made
    day = clock.london(one.starts).date()
    spender = Spender(booking.person_id, EVERY_POWER)
    mine = room.purses_of(booking.person, listing=booking.listing, days={day}, spender=spender)
    purses = {purse.id: purse for purse in mine}
    order = [purses[pot] for pot in pots_paying_for(booking, made.gone) if pot in purses]
    return waiting.promise(booking.person, order, one.pence, day, but=visit.id)


def pots_paying_for(booking: Booking, gone: Sequence[Visit]) -> list[int]:
    """The money that pays for a booking's visits, in its order."""
    if booking.pattern is not None:
        return list(booking.pattern.pots)
    paying = [payment.pot_id for visit in gone for payment in visit.payments]
    return list(dict.fromkeys([*paying, *(pot for visit in gone for pot in visit.waits_for or ())]))
