"""One buyer's card made ready for pricing: for each kind of day, which amount holds until which minute.

The arithmetic of the quote, in whole pence and whole minutes only; :mod:`app.market.catalogue.rules.quote` puts it into words.
"""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from app.base.days import day_words
from app.base.refusals import BadInput, Conflict
from app.market.catalogue.rules.cards import Card, Extra
from app.market.catalogue.rules.days import (
    LONDON,
    MINUTE,
    ONE_DAY,
    WHOLE_DAY,
    Runs,
    day_and_minutes,
    day_kind,
    is_shown,
    runs_of,
)
from app.market.catalogue.rules.rates import DAY_MINUTES, MILES_MOST, AddOnBasis, BandName, DayKind, Unit, When

MINUTES_OF = {Unit.HOUR: 60, Unit.HALF_HOUR: 30}
LONGEST = timedelta(hours=24)
LONGEST_OF = {Unit.WEEK: timedelta(days=7)}
"""By the clock on the wall, so that 9am to 9am the next day is always allowed."""
HOUR = 60
WEEKEND = frozenset({DayKind.SATURDAY, DayKind.SUNDAY})


class BadTimes(BadInput):
    """The start and the end do not make a visit."""


class NoSuchAddOn(BadInput):
    """An add-on was chosen that cannot be had."""


class MilesNeeded(BadInput):
    """A price by the mile is part of this, and nobody said how many miles."""


class RatesNotPublished(Conflict):
    """There is no published rate for that day, and nothing is sold at an invented price."""


class OutsideCard(RatesNotPublished):
    """This card does not hold on that day."""


class ChargeOf(StrEnum):
    """What a line of a quote is for."""

    BASIC = "basic"
    MINIMUM = "minimum"
    EXTRA = "extra"


@dataclass(frozen=True, slots=True, eq=False)
class CardAmount:
    """One of a card's amounts: that of a kind of day, outside every band or in one."""

    kind: DayKind
    band: BandName | None
    pence: int


class Charge(NamedTuple):
    """One line of a quote before it is put into words; ``is_rounded`` says that its pence are not exact."""

    of: ChargeOf
    pence: int
    minutes: int
    rate_pence: int
    slot: CardAmount | None = None
    extra: Extra | None = None
    is_rounded: bool = False


class Priced(NamedTuple):
    """What a visit comes to: real minutes, minutes charged for, and the lines."""

    real_minutes: int
    minutes: int
    charges: list[Charge]

    @property
    def pence(self) -> int:
        """The price of the visit."""
        return sum(charge.pence for charge in self.charges)


Stretch = tuple[CardAmount, int]
"""Minutes in a row that fall under one of a card's amounts."""


class Tariff:
    """A card with its amounts laid out by the minute of the day, worked out once and used for every visit."""

    __slots__ = ("_days", "_longest", "_per", "_slots", "card")

    def __init__(self, card: Card) -> None:
        self.card = card
        self._per = MINUTES_OF.get(card.unit, 0)
        self._longest = LONGEST_OF.get(card.unit, LONGEST)
        self._days: dict[tuple[Runs, DayKind], tuple[tuple[int, CardAmount], ...]] = {}
        self._slots: dict[tuple[DayKind, BandName | None], CardAmount] = {}
        for kind in DayKind:
            self._slots[kind, None] = CardAmount(kind, None, card.pence_on(kind))
            for band in card.bands:
                self._slots[kind, band.name] = CardAmount(kind, band.name, band.amounts.pence_on(kind))

    def price(
        self,
        starts: datetime,
        ends: datetime,
        *,
        add_ons: Collection[str] = (),
        bank_holidays: AbstractSet[date] = frozenset(),
        is_first_visit: bool = True,
        miles: int | None = None,
    ) -> Priced:
        """Price one visit, in the order that :mod:`app.market.catalogue.rules.quote` opens with; what it refuses too."""
        card = self.card
        real, day, offset = self._times(starts, ends)
        if self._per:
            minutes = minutes_charged(real, step=card.billing_step_minutes, least=card.minimum_minutes)
            parts = self.stretches(day, offset, minutes, bank_holidays)
            charges = self._timed(parts, minutes)
        else:
            minutes = real
            slot = next(slot for until, slot in self._schedule(day, bank_holidays) if offset < until)
            parts = [(slot, real)]
            charges = [Charge(ChargeOf.BASIC, slot.pence, real, slot.pence, slot)]
        if card.minimum_charge_pence:
            short = card.minimum_charge_pence - sum(charge.pence for charge in charges)
            if short > 0:
                charges.append(Charge(ChargeOf.MINIMUM, short, 0, card.minimum_charge_pence))
        if card.add_ons or add_ons:
            charges.extend(self._extras(add_ons, parts, is_first_visit=is_first_visit, miles=miles))
        return Priced(real, minutes, charges)

    def stretches(self, day: date, offset: int, minutes: int, bank_holidays: AbstractSet[date]) -> list[Stretch]:
        """Cut so many real minutes, from a minute of a day on, where the amount changes."""
        stretches: list[Stretch] = []
        while minutes > 0:
            for until, slot in self._schedule(day, bank_holidays):
                if offset >= until:
                    continue
                taken = min(until - offset, minutes)
                if stretches and stretches[-1][0] is slot:
                    stretches[-1] = (slot, stretches[-1][1] + taken)
                else:
                    stretches.append((slot, taken))
                offset += taken
                minutes -= taken
                if not minutes:
                    break
            day, offset = day + ONE_DAY, 0
        return stretches

    def _schedule(self, day: date, bank_holidays: AbstractSet[date]) -> tuple[tuple[int, CardAmount], ...]:
        """Each amount of a day with the real minute until which it holds, in order."""
        key = runs_of(day), day_kind(day, bank_holidays)
        laid_out = self._days.get(key)
        if laid_out is None:
            laid_out = self._days[key] = self._laid_out(*key)
        return laid_out

    def _laid_out(self, runs: Runs, kind: DayKind) -> tuple[tuple[int, CardAmount], ...]:
        """The day cut at the edges of its bands, as clocks show them, counted in real minutes."""
        edges = sorted({edge for band in self.card.bands for edge in (band.starts, band.ends)} | {DAY_MINUTES})
        found: list[tuple[int, CardAmount]] = []
        passed = 0
        for begins, ends in runs:
            at = begins
            while at < ends:
                until = min(next(edge for edge in edges if edge > at), ends)
                passed += until - at
                slot = self._slots[kind, self._band_at(at)]
                if found and found[-1][1] is slot:
                    found[-1] = (passed, slot)
                else:
                    found.append((passed, slot))
                at = until
        return tuple(found)

    def _band_at(self, minute: int) -> BandName | None:
        return next((band.name for band in self.card.bands if band.covers(minute)), None)

    def _times(self, starts: datetime, ends: datetime) -> tuple[int, date, int]:
        """The real minutes between two moments, and where in its London day the first one lies."""
        if starts.tzinfo is None or ends.tzinfo is None:
            msg = "a visit needs times with a zone"
            raise ValueError(msg)
        day, offset = day_and_minutes(starts)
        last_day, last = day_and_minutes(ends)
        days = (last_day - day).days
        is_plain = runs_of(day) is WHOLE_DAY and runs_of(last_day) is WHOLE_DAY and 0 <= days <= 1
        if is_plain:
            real = days * DAY_MINUTES + last - offset
        else:
            _must_be_shown(starts, ends)
            # Two times of one zone would be subtracted as clocks show them, so both go to UTC first.
            real = (ends.astimezone(UTC) - starts.astimezone(UTC)) // MINUTE
        if starts.second or starts.microsecond or ends.second or ends.microsecond:
            raise BadTimes("Give the start and the end in whole minutes")
        if real <= 0:
            raise BadTimes("The end must be after the start. Check the times")
        if not (is_plain and real <= DAY_MINUTES):
            self._must_not_be_longer(starts, ends, real)
        if not self.card.holds_on(day):
            raise OutsideCard(_outside(self.card, day))
        return real, day, offset

    def _must_not_be_longer(self, starts: datetime, ends: datetime, real: int) -> None:
        """Allow what is short enough by the clock or in real minutes.

        A day and night that begins before the clocks go back lasts 25 real hours, and one that ends in the hour
        that the clocks leave out ends an hour later by the clock: neither is refused, so that what is agreed for
        every week can be made in these two weeks too.
        """
        by_the_clock = ends.astimezone(LONDON).replace(tzinfo=None) - starts.astimezone(LONDON).replace(tzinfo=None)
        if by_the_clock > self._longest and real > self._longest // MINUTE:
            allowed = "7 days" if self.card.unit in LONGEST_OF else "24 hours"
            raise BadTimes(f"One visit can last at most {allowed}. Make it shorter, or book the rest as another visit")

    def _timed(self, parts: list[Stretch], minutes: int) -> list[Charge]:
        more = next((band.more_pence for band in self.card.length_bands if minutes <= band.up_to_minutes), 0)
        per = self._per
        charges = []
        for slot, length in parts:
            rate = slot.pence + more
            pence, is_rounded = rounded_half_up(rate * length, per)
            charges.append(Charge(ChargeOf.BASIC, pence, length, rate, slot, is_rounded=is_rounded))
        return charges

    def _extras(
        self, chosen: Collection[str], parts: list[Stretch], *, is_first_visit: bool, miles: int | None
    ) -> list[Charge]:
        taken = _taken(self.card, chosen)
        charges = []
        for extra in taken:
            minutes = sum(length for slot, length in parts if _counts(extra.when, slot))
            if not minutes:
                # It was chosen, so the quote says that it does not apply here; nobody chose what everybody pays.
                if not extra.is_required:
                    charges.append(Charge(ChargeOf.EXTRA, 0, 0, extra.amount_pence, extra=extra))
            elif extra.basis != AddOnBasis.ONCE or is_first_visit:
                charges.append(_extra(extra, minutes, miles))
        return charges


def minutes_charged(real: int, *, step: int, least: int) -> int:
    """Round the minutes up to the billing step, then raise them to the minimum visit length."""
    return max(-(-real // step) * step, least)


def rounded_half_up(numerator: int, denominator: int) -> tuple[int, bool]:
    """The nearest whole number, a half going up, and whether it is not exact. Neither may be negative."""
    whole, rest = divmod(2 * numerator + denominator, 2 * denominator)
    return whole, rest != denominator


def _must_be_shown(starts: datetime, ends: datetime) -> None:
    for moment in (starts, ends):
        if not is_shown(moment):
            raise BadTimes(
                f"Clocks go forward that night, so {moment:%-H:%M} does not happen. Choose a time before 1am or from 2am"
            )


def _outside(card: Card, day: date) -> str:
    if day < card.valid_from:
        return f"This rate begins on {day_words(card.valid_from)}. Choose that day or a later one"
    return f"This rate ended on {day_words(card.valid_until or day)}. Choose that day or an earlier one"


def _taken(card: Card, chosen: Collection[str]) -> list[Extra]:
    """The add-ons that come with the visit, in the card's order: those everybody pays and those chosen."""
    if chosen and set(chosen) - {extra.id for extra in card.add_ons}:
        raise NoSuchAddOn("One of the extras you chose is no longer offered. Go back and choose again")
    taken = [extra for extra in card.add_ons if extra.is_required or extra.id in chosen]
    names = {extra.name for extra in taken}
    for extra in taken:
        if extra.only_with and extra.only_with not in names and not extra.is_required:
            raise NoSuchAddOn(
                f"{extra.name} can only be had together with {extra.only_with}. "
                f"Choose {extra.only_with} as well, or leave {extra.name} out"
            )
    return [extra for extra in taken if not extra.only_with or extra.only_with in names]


def _counts(when: When, slot: CardAmount) -> bool:
    if when is When.ALWAYS:
        return True
    if when is When.WEEKENDS:
        return slot.kind in WEEKEND
    return slot.kind is DayKind.BANK_HOLIDAY if when is When.BANK_HOLIDAYS else slot.band is not None


def _extra(extra: Extra, minutes: int, miles: int | None) -> Charge:
    amount = extra.amount_pence
    if extra.basis == AddOnBasis.PER_HOUR:
        pence, is_rounded = rounded_half_up(amount * minutes, HOUR)
        return Charge(ChargeOf.EXTRA, pence, minutes, amount, extra=extra, is_rounded=is_rounded)
    if extra.basis == AddOnBasis.PER_MILE:
        if miles is None:
            raise MilesNeeded(f"{extra.name} is charged by the mile. Enter how many miles it will be")
        if not 0 <= miles <= MILES_MOST:
            raise MilesNeeded(f"Enter a whole number of miles from 0 to {MILES_MOST}")
        return Charge(ChargeOf.EXTRA, amount * miles, minutes, amount, extra=extra)
    return Charge(ChargeOf.EXTRA, amount, minutes, amount, extra=extra)
