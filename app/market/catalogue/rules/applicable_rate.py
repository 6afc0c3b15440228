"""The rate as it applies to somebody: one amount when their money, days and times leave only one, else from the lowest.

An amount told here has everything in it that everybody must pay. What a visit adds once (travel to it) is in the amount
of its first hour, and what each hour costs after that is said beside; what nobody can know before (miles, what is paid
once for a booking) is said beside too. Results are shown, narrowed and put in order by these same amounts.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from app.base.money import Money
from app.market.catalogue.rules.cards import KINDS, Card, Extra
from app.market.catalogue.rules.quote import length_words
from app.market.catalogue.rules.rates import BASIS_WORDS, DAY_MINUTES, AddOnBasis, Buyer, DayKind, Unit, When
from app.market.catalogue.rules.suitability import SATURDAY, SUNDAY, TimeOfDay
from app.market.catalogue.rules.tariffs import HOUR, WEEKEND, rounded_half_up

SPANS = {
    TimeOfDay.MORNING: (6 * 60, 12 * 60),
    TimeOfDay.AFTERNOON: (12 * 60, 18 * 60),
    TimeOfDay.EVENING: (18 * 60, 22 * 60),
    TimeOfDay.NIGHT: (22 * 60, 30 * 60),
}
"""The parts of a day people choose from: from which minute until which; a night goes on past midnight."""
ANY_TIME = ((0, DAY_MINUTES),)
WEEK = range(1, 8)
ON = {DayKind.WEEKDAY: "weekday", DayKind.SATURDAY: "Saturday", DayKind.SUNDAY: "Sunday"}
ON_PART = {
    TimeOfDay.MORNING: "mornings",
    TimeOfDay.AFTERNOON: "afternoons",
    TimeOfDay.EVENING: "evenings",
    TimeOfDay.NIGHT: "nights",
}
IN_PART = {
    TimeOfDay.MORNING: "in the morning",
    TimeOfDay.AFTERNOON: "in the afternoon",
    TimeOfDay.EVENING: "in the evening",
    TimeOfDay.NIGHT: "at night",
}
PRICES_KEPT = 4096
FIRST = {Unit.HOUR: "hour", Unit.HALF_HOUR: "half hour"}
MINUTES_OF_ONE = {
    Unit.HOUR: HOUR,
    Unit.HALF_HOUR: 30,
    Unit.VISIT: HOUR,
    Unit.SESSION: 2 * HOUR,
    Unit.SLEEP_IN: 9 * HOUR,
    Unit.WAKING_NIGHT: 9 * HOUR,
    Unit.DAY: 6 * HOUR,
    Unit.WEEK: 7 * 24 * HOUR,
}
"""How long one of each is taken to be where something is paid by the hour besides: as in the examples of a listing.
An item lasts no time."""

Four = tuple[int, int, int, int]
"""Pence on each kind of day, in the order of :class:`DayKind`."""


class Rates(NamedTuple):
    """What one unit costs with everything compulsory in it. Plain tuples, numbers and words: the search index keeps it.

    ``slots``: the amounts outside every band, then those of each band. ``per_visit``: how much of them is paid once for
    a visit however long it lasts; empty when nothing is. ``bands``: from which minute until which.
    """

    per: str
    slots: tuple[Four, ...]
    bands: tuple[tuple[int, int], ...] = ()
    buyers: tuple[tuple[str, Four], ...] = ()
    """By how much each buyer's amounts differ from everybody's, at any time of the day."""
    per_visit: tuple[Four, ...] = ()
    beside: tuple[str, ...] = ()

    def paid_by(self, buyer: str) -> Four:
        """By how much one buyer's amounts differ from everybody's, on each kind of day."""
        return dict(self.buyers).get(buyer, NOTHING)

    def per_on(self, kind: DayKind, slot: int = 0) -> str:
        """What an amount is for: ``an hour``; ``for the first hour, then £27.50``."""
        at = KINDS.index(kind)
        once = self.per_visit[slot][at] if self.per_visit else 0
        return _per(self, self.slots[slot][at], once)


NOTHING: Four = (0, 0, 0, 0)


@dataclass(frozen=True, slots=True)
class Price:
    """The amount (empty when there is none), what it is for, what else to know, and whether it is the lowest."""

    amount: str
    words: str
    others: tuple[str, ...] = ()
    is_from: bool = False

    @property
    def in_words(self) -> str:
        """``from £27.50 an hour``, ``£29.00 an hour on Saturdays``, ``Free``."""
        return " ".join(part for part in ("from" if self.is_from else "", self.amount, self.words) if part)


def rates_of(card: Card, *, by_the_hour: bool = False) -> Rates:
    """The rates of a card with everything compulsory in them; ``by_the_hour`` makes hours of half hours, to compare."""
    is_halved = by_the_hour and card.unit is Unit.HALF_HOUR
    unit, times = (Unit.HOUR, 2) if is_halved else (card.unit, 1)
    always = [extra for extra in card.compulsory if not _is_beside(extra, unit)]
    bands = [None, *card.bands]
    slots, visits = [], []
    for band in bands:
        amounts = card.basic if band is None else band.amounts
        each = [_paid(always, unit, kind, is_band=band is not None) for kind in KINDS]
        slots.append(_four(times * pence + sum(more) for pence, more in zip(amounts.each, each, strict=True)))
        visits.append(_four(once for _, once in each))
    buyers = (
        (str(buyer), _four(times * (new - old) for new, old in zip(amounts.each, card.basic.each, strict=True)))
        for buyer, amounts in card.buyers
    )
    is_by_length = not card.is_timed and any(extra.basis == AddOnBasis.PER_HOUR for extra in always)
    return Rates(
        f"{card.per} of {length_words(MINUTES_OF_ONE[unit])}" if is_by_length else card.per,
        tuple(slots),
        tuple((band.starts, band.ends) for band in card.bands),
        tuple(buyers),
        tuple(visits) if unit in FIRST and any(map(any, visits)) else (),
        tuple(_beside(extra) for extra in card.compulsory if _is_beside(extra, unit)),
    )


def _four(pence: Iterable[int]) -> Four:
    weekday, saturday, sunday, bank_holiday = pence
    return weekday, saturday, sunday, bank_holiday


def _is_beside(extra: Extra, unit: Unit) -> bool:
    """Whether nobody can say before how much of it comes on one unit; an item is bought once, and not by the hour."""
    unsaid = AddOnBasis.PER_HOUR if unit is Unit.ITEM else AddOnBasis.ONCE
    return extra.basis in {AddOnBasis.PER_MILE, unsaid}


def _beside(extra: Extra) -> str:
    return f"plus {extra.name}, {Money(extra.amount_pence)} {BASIS_WORDS[extra.basis]}"


def _paid(always: Iterable[Extra], unit: Unit, kind: DayKind, *, is_band: bool) -> tuple[int, int]:
    """What comes on one unit for its length, and for the visit."""
    length = once = 0
    for extra in always:
        if not _counts(extra.when, kind, is_band=is_band):
            continue
        if extra.basis == AddOnBasis.PER_HOUR:
            length += rounded_half_up(extra.amount_pence * MINUTES_OF_ONE[unit], HOUR)[0]
        else:
            once += extra.amount_pence
    return length, once


def _counts(when: When, kind: DayKind, *, is_band: bool) -> bool:
    if when is When.WEEKENDS:
        return kind in WEEKEND
    if when is When.BANK_HOLIDAYS:
        return kind is DayKind.BANK_HOLIDAY
    return is_band or when is When.ALWAYS


def kind_of(day: int) -> DayKind:
    """The kind of a day of the week, 1 Monday to 7 Sunday, when it is no bank holiday."""
    return {SATURDAY: DayKind.SATURDAY, SUNDAY: DayKind.SUNDAY}.get(day, DayKind.WEEKDAY)


def kinds_asked(days: Collection[int], had: Collection[int]) -> list[DayKind]:
    """The kinds of the chosen days (of any, when none is chosen) on which it can be had; of all chosen ones when on none."""
    chosen = set(days) or set(WEEK)
    return list(dict.fromkeys(kind_of(day) for day in sorted(chosen & set(had) or chosen)))


def lowest_of(rates: Rates, kind: DayKind, times: Collection[str] = (), buyer: str = Buyer.SELF_FUNDED) -> int:
    """The lowest amount on such a day, at such parts of it, for that buyer; when nobody knows who buys, a self-funder."""
    return min(_amounts(rates, [kind], times, buyer))[0]


def _slots_at(rates: Rates, times: Collection[str]) -> set[int]:
    """Which of the rates hold at some time of these parts of the day; at any time when none is named."""
    if not rates.bands:
        return {0}
    spans = [SPANS[TimeOfDay(one)] for one in times] or ANY_TIME
    edges = {edge for band in rates.bands for edge in band}
    begins = {first for first, _ in spans}
    begins |= {
        edge + later
        for first, last in spans
        for edge in edges
        for later in (0, DAY_MINUTES)
        if first < edge + later < last
    }
    return {
        next((place for place, band in enumerate(rates.bands, 1) if _covers(band, at % DAY_MINUTES)), 0)
        for at in begins
    }


def _covers(band: tuple[int, int], minute: int) -> bool:
    starts, ends = band
    return starts <= minute < ends if starts < ends else minute >= starts or minute < ends


def _amounts(rates: Rates, kinds: Iterable[DayKind], times: Collection[str], buyer: str) -> set[tuple[int, int]]:
    """Every amount that may be asked then, each with how much of it is paid once for the visit."""

    def found() -> Iterator[tuple[int, int]]:
        for kind in kinds:
            at = KINDS.index(kind)
            for slot in slots:
                once = rates.per_visit[slot][at] if rates.per_visit else 0
                yield rates.slots[slot][at] + apart[at], once

    slots, apart = _slots_at(rates, times), rates.paid_by(buyer)
    return set(found())


def price_on(
    rates: Rates,
    days: Collection[int],
    times: Collection[str] = (),
    had: Collection[int] = (),
    buyer: str = Buyer.SELF_FUNDED,
) -> Price:
    """The price on the chosen days at the chosen times: the lowest of the kinds of day first, then the others.

    Args:
        rates: of the card in force.
        days: 1 Monday to 7 Sunday; none is any day, bank holidays too.
        times: parts of a day, of :class:`TimeOfDay`; none is any time.
        had: the days it can be had on. When it is none of the chosen ones, all of those count.
        buyer: whose money pays, of :class:`Buyer`; when nobody knows (somebody signed out), a self-funder's.
    """
    return _told(rates, tuple(days), tuple(times), tuple(had), buyer)


@lru_cache(maxsize=PRICES_KEPT)
def _told(rates: Rates, days: tuple[int, ...], times: tuple[str, ...], had: tuple[int, ...], buyer: str) -> Price:
    """The same; kept, as a page of results asks it of twenty listings and the next page of the same ones."""
    every = _amounts(rates, DayKind, (), buyer)
    kinds = kinds_asked(days, had)
    if len(every) == 1:
        return _price(rates, every, "")
    if not days:
        # A bank holiday may fall on any of them, but nobody looks for one: it never makes the lowest.
        lowest = _amounts(rates, kinds, times, buyer)
        found = lowest | {one for one in _amounts(rates, [DayKind.BANK_HOLIDAY], times, buyer) if one > min(lowest)}
        is_apart = len(times) == 1 and found != every
        return _price(rates, found, IN_PART[TimeOfDay(next(iter(times)))] if is_apart else "")
    each = sorted(((_amounts(rates, [kind], times, buyer), kind) for kind in kinds), key=lambda one: min(one[0]))
    (found, kind), *others = each
    told = _price(rates, found, f"on {_when(kind, times)}")
    dearer = (
        f"{'from ' if len(also) > 1 else ''}{Money(min(also)[0])} on {_when(other, times)}"
        for also, other in others
        if also != found
    )
    return Price(told.amount, told.words, (*dearer, *told.others), told.is_from)


def _price(rates: Rates, found: set[tuple[int, int]], when: str) -> Price:
    """The lowest of these amounts, for what and when."""
    pence, once = min(found)
    return Price(
        str(Money(pence)), _per(rates, pence, once, when), rates.beside, is_from=len({one for one, _ in found}) > 1
    )


def _per(rates: Rates, pence: int, once: int, when: str = "") -> str:
    """``an hour``, ``an hour on Sundays``, ``for the first hour on Sundays, then £27.50``."""
    unit = rates.per.partition(" ")[2]
    words = " ".join(part for part in (f"for the first {unit}" if once else rates.per, when) if part)
    return f"{words}, then {Money(pence - once)}" if once else words


def _when(kind: DayKind, times: Collection[str]) -> str:
    """``Saturdays``; ``Saturday evenings``."""
    return f"{ON[kind]} {ON_PART[TimeOfDay(next(iter(times)))]}" if len(times) == 1 else f"{ON[kind]}s"
