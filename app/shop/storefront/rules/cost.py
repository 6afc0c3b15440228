"""What a typical week costs: per week, per four-week period and per budget year, day by day, from the one quote function.

A year is thirteen periods of four weeks. Each of its days is priced by the card in force on that day and by the kind of
day it really is; a bank holiday is one on its own date. Visits alike are priced once: what a visit costs depends only
on the card, the start, the length, the extras and the kinds of the days it touches (and, on the two nights a year when
clocks change, on the date itself).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from functools import cached_property

from app.funding.budgets.rules.periods import PERIOD_DAYS, PERIODS_IN_A_YEAR, YEAR_DAYS
from app.market.catalogue.rules.cards import Card
from app.market.catalogue.rules.days import LONDON, day_kind
from app.market.catalogue.rules.price_display import in_force
from app.market.catalogue.rules.quote import tariff_of
from app.market.catalogue.rules.rates import AddOnBasis, Buyer
from app.shop.storefront.rules.visit_times import line_visit_on
from app.shop.storefront.rules.week import DAY_MINUTES, WEEK, WeekLine


@dataclass(frozen=True)
class CardsOfListing:
    """A listing as a week is priced by it: every card it published, newest first."""

    cards: tuple[Card, ...]

    @cached_property
    def names(self) -> dict[str, str]:
        """The names of extras by id, over all its cards."""
        return {extra.id: extra.name for card in self.cards for extra in card.add_ons}

    def card_for(self, day: date) -> Card:
        """The card of a day; where none holds, the last one before it, else the first, as if it went on."""
        return in_force(self.cards, day) or self._going_on[self._nearest(day)]

    @cached_property
    def _going_on(self) -> tuple[Card, ...]:
        return tuple(replace(card, valid_from=date.min, valid_until=None) for card in self.cards)

    def _nearest(self, day: date) -> int:
        begun = (number for number, card in enumerate(self.cards) if card.valid_from <= day)
        return next(begun, len(self.cards) - 1)

    @cached_property
    def every_card(self) -> tuple[Card, ...]:
        """Every card that :meth:`card_for` may give."""
        return (*self.cards, *self._going_on)


class Pricer:
    """Prices visits, each sort of visit once. For one nation's bank holidays."""

    def __init__(self, bank_holidays: frozenset[date], buyer: Buyer | None = None) -> None:
        self.bank_holidays = bank_holidays
        self.buyer = buyer
        self._known: dict[tuple[object, ...], int] = {}
        self._days: dict[tuple[date, int, bool], tuple[object, ...]] = {}

    def pence(self, line: WeekLine, card: Card, extras: tuple[str, ...], day: date) -> int:
        """One visit in pence, without what is charged only once for a booking."""
        return self._pence(line, card, extras, day, self.bank_holidays)

    def ordinary(self, line: WeekLine, card: Card, extras: tuple[str, ...], day: date) -> int:
        """The same were no day a bank holiday."""
        return self._pence(line, card, extras, day, frozenset())

    def _pence(
        self, line: WeekLine, card: Card, extras: tuple[str, ...], day: date, bank_holidays: frozenset[date]
    ) -> int:
        # Longer than any visit is charged as: steps and shortest visits may carry it past another midnight.
        longest = max(line.minutes, card.minimum_minutes) + 120
        touched = (line.start.hour * 60 + line.start.minute + longest) // DAY_MINUTES
        sort = self._sort(day, touched, bank_holidays)
        key = (id(card), line.start, line.minutes, line.miles, extras, sort)
        pence = self._known.get(key)
        if pence is None:
            starts, ends = line_visit_on(line, day)
            pence = self._known[key] = (
                tariff_of(card, self.buyer)
                .price(
                    starts,
                    ends,
                    add_ons=extras,
                    bank_holidays=bank_holidays,
                    is_first_visit=False,
                    miles=line.miles or 0,
                )
                .pence
            )
        return pence

    def _sort(self, day: date, touched: int, bank_holidays: frozenset[date]) -> tuple[object, ...]:
        key = (day, touched, bool(bank_holidays))
        found = self._days.get(key)
        if found is None:
            found = self._days[key] = _sort_of(day, touched, bank_holidays)
        return found


def _sort_of(day: date, touched: int, bank_holidays: frozenset[date]) -> tuple[object, ...]:
    """What of a day can change a price: the kinds of the days a visit touches; the date itself when clocks change."""
    last = day + timedelta(days=touched + 1)
    if datetime.combine(day, time(), LONDON).utcoffset() != datetime.combine(last, time(), LONDON).utcoffset():
        return (day,)
    return tuple(day_kind(day + timedelta(days=n), bank_holidays) for n in range(touched + 1))


def carry_extras(chosen: Collection[str], names: Mapping[str, str], card: Card) -> tuple[tuple[str, ...], list[str]]:
    """Carry extras chosen on one card (or from another provider) over to a card by their names.

    Returns:
        The ids as this card knows them, sorted, and the names of those it does not offer.
    """
    if not chosen:
        return (), []
    own = {extra.name.casefold(): extra.id for extra in card.add_ons}
    ids = set(own.values())
    wanted = [one if one in ids else own.get(names.get(one, "").casefold()) for one in chosen]
    missing = [names.get(one, "an extra") for one, here in zip(chosen, wanted, strict=True) if here is None]
    taken = {extra.name for extra in card.add_ons if extra.is_required or extra.id in wanted}
    alone = {extra.id for extra in card.add_ons if extra.only_with and extra.only_with not in taken}
    missing += [f"{extra.name} by itself" for extra in card.add_ons if extra.id in alone and extra.id in wanted]
    return tuple(sorted(one for one in wanted if one is not None and one not in alone)), missing


def by_the_mile(card: Card, extras: Collection[str]) -> list[str]:
    """Names of what is charged by the mile, so that the miles must be asked for."""
    return [
        extra.name
        for extra in card.add_ons
        if extra.basis == AddOnBasis.PER_MILE and (extra.is_required or extra.id in extras)
    ]


def once_pence(card: Card, extras: Collection[str]) -> int:
    """What is charged once for a booking: of the extras chosen and of those that always come."""
    return sum(
        extra.amount_pence
        for extra in card.add_ons
        if extra.basis == AddOnBasis.ONCE and (extra.is_required or extra.id in extras)
    )


@dataclass(frozen=True, slots=True)
class LineCost:
    """What one line costs, in pence."""

    line: WeekLine
    week_pence: int
    """A week without bank holidays, by the card of the first day."""
    visit_pence: int
    """The dearest visit of such a week."""
    year_pence: int
    once_pence: int
    """Of that, what is paid once only."""
    holiday_pence: int
    """Of that, what bank holidays make dearer (or cheaper)."""
    days: tuple[int, ...]
    """Each day of the year."""
    missing: tuple[str, ...] = ()
    """Names of extras chosen that this provider does not offer; not counted."""
    unpublished: int = 0
    """Visits of the year on days for which no rate is published; the nearest rate is counted for them."""
    by_the_mile: tuple[str, ...] = ()
    """Names of what is charged by the mile and not counted, as nobody said how many."""


@dataclass(frozen=True, slots=True)
class PeriodCost:
    """Four weeks of a budget year: the bank holidays in it on which there is a visit, and what it costs in pence."""

    starts_on: date
    holidays: tuple[date, ...]
    pence: int


@dataclass(frozen=True, slots=True)
class WeekCost:
    """What a typical week costs over a budget year that starts on a day."""

    starts_on: date
    lines: tuple[LineCost, ...]
    days: tuple[int, ...]
    holidays: tuple[date, ...]
    """The bank holidays in the year on which there is a visit."""

    @property
    def week_pence(self) -> int:
        """A week without bank holidays."""
        return sum(one.week_pence for one in self.lines)

    @property
    def once_pence(self) -> int:
        """What is paid once only."""
        return sum(one.once_pence for one in self.lines)

    @property
    def holiday_pence(self) -> int:
        """What bank holidays add over the year."""
        return sum(one.holiday_pence for one in self.lines)

    @property
    def periods(self) -> list[int]:
        """Each of the thirteen four-week periods."""
        return [sum(self.days[n * PERIOD_DAYS : (n + 1) * PERIOD_DAYS]) for n in range(PERIODS_IN_A_YEAR)]

    @property
    def year_pence(self) -> int:
        """All of the year: its days, and so its periods, added up."""
        return sum(self.days)

    @property
    def ends_on(self) -> date:
        """The last day of the year."""
        return self.starts_on + timedelta(days=len(self.days) - 1)

    @property
    def calendar(self) -> list["PeriodCost"]:
        """The thirteen periods with their bank holidays."""
        period_costs = []
        for number, pence in enumerate(self.periods):
            first = self.starts_on + timedelta(days=number * PERIOD_DAYS)
            within = tuple(day for day in self.holidays if first <= day < first + timedelta(days=PERIOD_DAYS))
            period_costs.append(PeriodCost(first, within, pence))
        return period_costs

    def by_key(self) -> dict[str, LineCost]:
        """The lines by their keys."""
        return {one.line.key: one for one in self.lines}


@dataclass(slots=True)
class _Once:
    """Which bookings have already been charged what is charged once: one booking for each listing and its extras."""

    charged: set[tuple[str, tuple[str, ...]]] = field(default_factory=set)

    def for_first(self, line: WeekLine, extras: tuple[str, ...]) -> bool:
        key = (line.listing, extras)
        if key in self.charged:
            return False
        self.charged.add(key)
        return True


def cost_of(
    lines: Sequence[WeekLine],
    offers: Mapping[str, CardsOfListing],
    *,
    names: Mapping[str, str],
    starts_on: date,
    week_of: date,
    pricer: Pricer,
    days: int = YEAR_DAYS,
) -> WeekCost:
    """Price a typical week over a year.

    Args:
        lines: those with a listing that is among the offers are priced; others are left out.
        offers: by public id of the listing.
        names: of extras by id, over all offers, so that a choice can be carried from one provider to another.
        starts_on: the first day of the budget year.
        week_of: a Monday; the card in force on it prices the ordinary week.
        pricer: prices each sort of visit once.
        days: how long a year is.
    """
    once = _Once()
    firsts = _firsts([line for line in lines if line.listing in offers], offers, names, starts_on)
    found = []
    for line in lines:
        if line.listing not in offers:
            continue
        offer = offers[line.listing]
        card = offer.card_for(week_of)
        extras, missing = carry_extras(line.extras, names, card)
        is_first = firsts.get((line.listing, extras)) == line.key and once.for_first(line, extras)
        found.append(
            _line_cost(line, offer, names, starts_on, week_of, pricer, days, tuple(missing), is_first=is_first)
        )
    all_days = [sum(amounts) for amounts in zip(*(one.days for one in found), strict=True)] or [0] * days
    weekdays = {day for one in found for day in one.line.days}
    holidays = [
        day
        for day in sorted(pricer.bank_holidays)
        if starts_on <= day < starts_on + timedelta(days=days) and day.isoweekday() in weekdays
    ]
    return WeekCost(starts_on, tuple(found), tuple(all_days), tuple(holidays))


def _firsts(
    lines: Sequence[WeekLine], offers: Mapping[str, CardsOfListing], names: Mapping[str, str], starts_on: date
) -> dict[tuple[str, tuple[str, ...]], str]:
    """For each booking, the key of the line that has its earliest visit."""
    earliest: dict[tuple[str, tuple[str, ...]], tuple[datetime, str]] = {}
    for line in lines:
        extras, _ = carry_extras(line.extras, names, offers[line.listing].card_for(starts_on))
        first = min(line_visit_on(line, day)[0] for day in line_days(line, starts_on, WEEK))
        key = (line.listing, extras)
        earliest[key] = min(earliest.get(key, (first, line.key)), (first, line.key))
    return {key: line_key for key, (_, line_key) in earliest.items()}


def line_days(line: WeekLine, starts_on: date, days: int) -> list[date]:
    """The days of a stretch on which a line has a visit."""
    first = starts_on.isoweekday() - 1
    within = [n for n in range(WEEK) if (first + n) % WEEK + 1 in line.days]
    return [starts_on + timedelta(days=week + n) for week in range(0, days, WEEK) for n in within if week + n < days]


def _line_cost(
    line: WeekLine,
    offer: CardsOfListing,
    names: Mapping[str, str],
    starts_on: date,
    week_of: date,
    pricer: Pricer,
    days: int,
    missing: tuple[str, ...],
    *,
    is_first: bool,
) -> LineCost:
    amounts, extra_for_holidays, once, unpublished = [0] * days, 0, 0, 0
    chosen = {id(card): carry_extras(line.extras, names, card)[0] for card in offer.every_card}
    for day in line_days(line, starts_on, days):
        card = offer.card_for(day)
        extras = chosen[id(card)]
        unpublished += card.valid_from == date.min
        pence = pricer.pence(line, card, extras, day)
        if day in pricer.bank_holidays:
            extra_for_holidays += pence - pricer.ordinary(line, card, extras, day)
        if is_first:
            once = once_pence(card, extras)
            pence += once
            is_first = False
        amounts[(day - starts_on).days] = pence
    card = offer.card_for(week_of)
    week = [pricer.ordinary(line, card, chosen[id(card)], day) for day in line_days(line, week_of, WEEK)]
    return LineCost(
        line,
        sum(week),
        max(week),
        sum(amounts),
        once,
        extra_for_holidays,
        tuple(amounts),
        missing,
        unpublished,
        tuple(by_the_mile(card, chosen[id(card)])) if line.miles is None else (),
    )


def ordinary_monday(after: date) -> date:
    """The first Monday after a day whose week has no change of the clocks."""
    monday = after + timedelta(days=7 - after.weekday())
    while _sort_of(monday, 6, frozenset()) == (monday,):
        monday += timedelta(days=7)
    return monday


def coming_monday(today: date) -> date:
    """The first Monday after a day."""
    return today + timedelta(days=7 - today.weekday())


@dataclass(frozen=True, slots=True)
class Change:
    """One line before and now, in pence a week; nothing where it was not there."""

    name: str
    when: str
    before: int | None
    now: int | None

    @property
    def difference(self) -> int:
        """Now less before."""
        return (self.now or 0) - (self.before or 0)


def changes(before: WeekCost, now: WeekCost, whats: Mapping[str, str]) -> list[Change]:
    """What changed, line by line, in the order of now; lines taken away last. Lines as they were are left out.

    ``whats``: what each line is for, by its key, as the code of a week does not carry it.
    """
    was, is_ = before.by_key(), now.by_key()
    found = []
    for key in [*is_, *(key for key in was if key not in is_)]:
        old, new = was.get(key), is_.get(key)
        if old is not None and new is not None and old.line.code == new.line.code and old.week_pence == new.week_pence:
            continue
        shown = (new or old).line  # type: ignore[union-attr] # one of them is there
        name = whats.get(key) or shown.name
        found.append(Change(name, shown.when, old.week_pence if old else None, new.week_pence if new else None))
    return found
