"""Average prices around here: what is published and what is paid, told only from three providers up."""

from collections.abc import Iterable
from dataclasses import dataclass

from app.base.money import Money
from app.market.catalogue.rules.applicable_rate import rates_of
from app.market.catalogue.rules.cards import Card
from app.market.catalogue.rules.rates import UNIT_WORDS, Unit

PROVIDERS_LEAST = 3
"""Fewer would let one provider's figures be worked out from the average and one's own."""
ABOUT = 10
"""Differences are told to the nearest 10p: an average of prices is no more exact than that."""


@dataclass(frozen=True, slots=True)
class Average:
    """What one unit costs on a weekday on average, everything compulsory in it, in pence, each provider counting once."""

    unit: Unit
    pence: int
    providers: int
    place: str
    is_paid: bool = False

    @property
    def words(self) -> str:
        """Such as ``In Sale, Trafford the average published price is £26.40 an hour on weekdays, from 7 providers``."""
        what = "the average price really paid is" if self.is_paid else "the average published price is"
        when = "" if self.is_paid else " on weekdays"
        return f"In {self.place} {what} {Money(self.pence)} {UNIT_WORDS[self.unit]}{when}, from {self.providers} providers."


def against_average(card: Card | None, averages: Iterable[Average]) -> list[str]:
    """The averages in words; with a card, those of its unit only, and how far from the published one it is."""
    said = []
    for average in averages:
        if average.providers < PROVIDERS_LEAST or (card is not None and average.unit != card.unit):
            continue
        said.append(average.words)
        if card is not None and not average.is_paid:
            said.append(f"This is {difference_words(card, average)} here.")
    return said


def difference_words(card: Card, average: Average) -> str:
    """``about £1.10 an hour below the average``, ``about the average``."""
    apart = rates_of(card).slots[0][0] - average.pence
    about = (abs(apart) + ABOUT // 2) // ABOUT * ABOUT
    if not about:
        return "about the average"
    return f"about {Money(about)} {UNIT_WORDS[card.unit]} {'above' if apart > 0 else 'below'} the average"


@dataclass(frozen=True, slots=True)
class Around:
    """One place as a provider is told of it: what is published there, and what is really paid."""

    place: str
    published: Average | None
    paid: Average | None = None

    @property
    def per(self) -> str:
        """What the amounts are for: ``an hour``."""
        known = self.published or self.paid
        return "" if known is None else UNIT_WORDS[known.unit]

    def apart(self, card: Card | None) -> str:
        """How far a card is from what is published there; nothing without a card or of another unit."""
        if card is None or self.published is None or card.unit is not self.published.unit:
            return ""
        return difference_words(card, self.published).capitalize()


def averages_side_by_side(
    published: Iterable[Average], paid: Iterable[Average], card: Card | None = None
) -> list[Around]:
    """Averages place by place in the order given, the paid one beside that of the same unit; with a card, of its unit only."""
    hourly = {one.place: one for one in paid if one.providers >= PROVIDERS_LEAST}
    told = [one for one in published if one.providers >= PROVIDERS_LEAST]
    found = [Around(one.place, one, hourly.pop(one.place, None) if one.unit is Unit.HOUR else None) for one in told]
    found += [Around(place, None, one) for place, one in hourly.items()]
    return [one for one in found if card is None or one.per == UNIT_WORDS[card.unit]]
