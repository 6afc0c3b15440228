"""The rate as it applies to somebody: one amount when their days and times leave only one, else from the lowest."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.catalogue.rules.cards import Card
from app.catalogue.rules.rates import DAY_MINUTES, DayKind
from app.catalogue.rules.suits import SATURDAY, SUNDAY, TimeOfDay
from app.money import Money

SPANS = {
    TimeOfDay.MORNING: (6 * 60, 12 * 60),
    TimeOfDay.AFTERNOON: (12 * 60, 18 * 60),
    TimeOfDay.EVENING: (18 * 60, 22 * 60),
    TimeOfDay.NIGHT: (22 * 60, 30 * 60),
}
"""The parts of a day people choose from: from which minute until which; a night goes on past midnight."""
ANY_TIME = ((0, DAY_MINUTES),)
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


@dataclass(frozen=True, slots=True)
class Price:
    """The amount (empty when there is none), what it is for, what other chosen days cost, and whether it is the lowest."""

    amount: str
    words: str
    others: tuple[str, ...] = ()
    is_from: bool = False

    @property
    def in_words(self) -> str:
        """``from £27.50 an hour``, ``£29.00 an hour on Saturdays``, ``Free``."""
        return " ".join(part for part in ("from" if self.is_from else "", self.amount, self.words) if part)


def kind_of(day: int) -> DayKind:
    """The kind of a day of the week, 1 Monday to 7 Sunday, when it is no bank holiday."""
    return {SATURDAY: DayKind.SATURDAY, SUNDAY: DayKind.SUNDAY}.get(day, DayKind.WEEKDAY)


def amounts_of(card: Card, kinds: Iterable[DayKind], times: Collection[str] = ()) -> set[int]:
    """Every amount that a card asks on such days, at such parts of them; at any time when none is named."""
    spans = [SPANS[TimeOfDay(one)] for one in times] or ANY_TIME
    edges = {edge for band in card.bands for edge in (band.starts, band.ends)}
    begins = {first for first, _ in spans}
    begins |= {
        edge + later
        for first, last in spans
        for edge in edges
        for later in (0, DAY_MINUTES)
        if first < edge + later < last
    }
    bands = {next((band for band in card.bands if band.covers(at % DAY_MINUTES)), None) for at in begins}
    kinds = list(kinds)
    return {(card.basic if band is None else band.amounts).pence_on(kind) for band in bands for kind in kinds}


def every_amount(card: Card) -> set[int]:
    """Every amount that a card asks of anybody, on any day and at any time."""
    mine = [card, *(card.for_buyer(buyer) for buyer, _ in card.buyers)]
    return {pence for one in mine for pence in amounts_of(one, DayKind)}


def price_on(card: Card, days: Collection[int], times: Collection[str] = (), had: Collection[int] = ()) -> Price:
    """The price on the chosen days at the chosen times: the lowest of the kinds of day first, then the others.

    Args:
        card: as whoever asks pays it.
        days: 1 Monday to 7 Sunday; none is any day, bank holidays too.
        times: parts of a day, of :class:`TimeOfDay`; none is any time.
        had: the days it can be had on. When it is none of the chosen ones, all of those count.
    """
    if not days:
        found = amounts_of(card, DayKind, times) if times else every_amount(card)
        is_apart = bool(times) and found != every_amount(card)
        part = f" {IN_PART[TimeOfDay(next(iter(times)))]}" if is_apart and len(times) == 1 else ""
        return Price(str(Money(min(found))), card.per + part, is_from=len(found) > 1)
    if card.is_one_price and not card.buyers:
        return Price(str(Money(card.weekday_pence)), card.per)
    kinds = dict.fromkeys(kind_of(day) for day in sorted(set(days) & set(had) or days))
    each = sorted(((amounts_of(card, [kind], times), kind) for kind in kinds), key=lambda one: min(one[0]))
    (found, kind), *others = each
    return Price(
        str(Money(min(found))),
        f"{card.per} on {_when(kind, times)}",
        tuple(
            f"{'from ' if len(also) > 1 else ''}{Money(min(also))} on {_when(other, times)}"
            for also, other in others
            if also != found
        ),
        is_from=len(found) > 1,
    )


def _when(kind: DayKind, times: Collection[str]) -> str:
    """``Saturdays``; ``Saturday evenings``."""
    return f"{ON[kind]} {ON_PART[TimeOfDay(next(iter(times)))]}" if len(times) == 1 else f"{ON[kind]}s"
