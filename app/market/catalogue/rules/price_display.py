"""What a page says of a listing's price: the card in force, the one that comes next, and worked examples."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from app.market.catalogue.rules.cards import Band, Card
from app.market.catalogue.rules.days import LONDON, day_kind
from app.market.catalogue.rules.quote import Quote, quote
from app.market.catalogue.rules.rates import AddOnBasis, Buyer, DayKind, Unit

MORNING = (time(9), time(10, 30), 0)
OVERNIGHT = (time(22), time(7), 1)
SHOWN_FOR = {
    Unit.HOUR: MORNING,
    Unit.HALF_HOUR: MORNING,
    Unit.VISIT: (time(9), time(10), 0),
    Unit.SESSION: (time(10), time(12), 0),
    Unit.SLEEP_IN: OVERNIGHT,
    Unit.WAKING_NIGHT: OVERNIGHT,
    Unit.DAY: (time(10), time(16), 0),
    Unit.WEEK: (time(9), time(9), 7),
}
"""What the examples of each unit are: from, until, and how many days later. An item needs no example."""
TUESDAY, SUNDAY = 1, 6
LOOK_AHEAD = timedelta(days=400)
EXAMPLE_MILES = 5
"""How far an example goes when everybody pays by the mile."""
EXAMPLE_LENGTH = timedelta(minutes=90)


@dataclass(frozen=True, slots=True)
class Example:
    """One visit and its exact price, with what is required and nothing else."""

    starts: datetime
    ends: datetime
    kind: DayKind
    quote: Quote


@dataclass(frozen=True, slots=True)
class Pricing:
    """A listing's published price as a page tells it."""

    now: Card | None
    coming: Card | None
    examples: tuple[Example, ...]

    @property
    def is_published(self) -> bool:
        """Whether there is a rate for today or a later day."""
        return self.now is not None or self.coming is not None


def pricing(
    cards: Sequence[Card], *, today: date, bank_holidays: frozenset[date], buyer: Buyer | None = None
) -> Pricing:
    """The price of a listing as told on a day, from all its cards in any order; the examples as ``buyer`` pays them."""
    return _worked_out(tuple(cards), today, bank_holidays, buyer)


# Cards never change once published, and a page that is read often is told the same examples all day.
@lru_cache(maxsize=2048)
def _worked_out(cards: tuple[Card, ...], today: date, bank_holidays: frozenset[date], buyer: Buyer | None) -> Pricing:
    newest_first = sorted(cards, key=lambda card: card.valid_from, reverse=True)
    now = in_force(newest_first, today)
    coming = next((card for card in reversed(newest_first) if card.valid_from > today), None)
    first = now or coming
    if first is None or first.unit not in SHOWN_FOR:
        return Pricing(now, coming, ())
    start_from = max(today, first.valid_from - timedelta(days=1))
    found = []
    for day in _days_to_show(first, start_from, bank_holidays):
        card = in_force(newest_first, day)
        if card is not None and card.unit in SHOWN_FOR:
            found.append(_example(card.for_buyer(buyer), day, bank_holidays))
    first_day = _next(TUESDAY, start_from, bank_holidays)
    card = in_force(newest_first, first_day)
    if card is not None:
        mine = card.for_buyer(buyer)
        found.extend(_in_band(mine, band, first_day, bank_holidays) for band in mine.bands)
    return Pricing(now, coming, tuple(found))


def in_force(newest_first: Sequence[Card], day: date) -> Card | None:
    """The card that prices a visit starting on that day: the newest begun, unless its last day has passed."""
    newest = next((card for card in newest_first if card.valid_from <= day), None)
    return newest if newest is not None and newest.holds_on(day) else None


def _days_to_show(card: Card, after: date, bank_holidays: frozenset[date]) -> list[date]:
    """The next Tuesday, Sunday and bank holiday after a day; only the Tuesday when every day costs the same."""
    shown = [_next(TUESDAY, after, bank_holidays)]
    if not card.is_one_price:
        shown.append(_next(SUNDAY, after, bank_holidays))
        shown.extend(sorted(day for day in bank_holidays if after < day < after + LOOK_AHEAD)[:1])
    return shown


def _next(weekday: int, after: date, bank_holidays: frozenset[date]) -> date:
    """The first such weekday after a day that is no bank holiday."""
    day = after + timedelta(days=(weekday - after.weekday() - 1) % 7 + 1)
    while day in bank_holidays:
        day += timedelta(days=7)
    return day


def _example(card: Card, day: date, bank_holidays: frozenset[date]) -> Example:
    opens, closes, later = SHOWN_FOR[card.unit]
    starts = datetime.combine(day, opens, LONDON)
    ends = datetime.combine(day + timedelta(days=later), closes, LONDON)
    return _priced(card, starts, ends, bank_holidays)


def _in_band(card: Card, band: Band, day: date, bank_holidays: frozenset[date]) -> Example:
    """A visit of an hour and a half that begins with the evening or the night."""
    starts = datetime.combine(day, time(band.starts // 60, band.starts % 60), LONDON)
    return _priced(card, starts, starts + EXAMPLE_LENGTH, bank_holidays)


def _priced(card: Card, starts: datetime, ends: datetime, bank_holidays: frozenset[date]) -> Example:
    by_the_mile = any(extra.is_required and extra.basis == AddOnBasis.PER_MILE for extra in card.add_ons)
    priced = quote(
        card, starts=starts, ends=ends, bank_holidays=bank_holidays, miles=EXAMPLE_MILES if by_the_mile else None
    )
    return Example(starts, ends, day_kind(starts.date(), bank_holidays), priced)
