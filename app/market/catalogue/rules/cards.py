"""A rate card as the quote reads it: every amount whole pence, every length whole minutes, nothing of the database.

A card is for everybody unless :meth:`Card.for_buyer` has made it one buyer's. A buyer's amounts differ by the kind of
day; in the evening and at night the same difference holds, so that "£1.50 an hour less" is less at any hour.
"""

from dataclasses import dataclass, replace
from datetime import date

from app.market.catalogue.rules.rates import (
    BANDED_UNITS,
    DAY_KIND_WORDS,
    TIMED_UNITS,
    UNIT_WORDS,
    AddOnBasis,
    BandName,
    Buyer,
    DayKind,
    Unit,
    Vat,
    When,
)

KINDS = tuple(DayKind)


@dataclass(frozen=True, slots=True)
class Extra:
    """One add-on of a card; ``id`` is its public id. ``only_with`` names another add-on that it needs beside it."""

    id: str
    name: str
    basis: AddOnBasis
    amount_pence: int
    is_required: bool = False
    when: When = When.ALWAYS
    only_with: str | None = None


@dataclass(frozen=True, slots=True)
class Amounts:
    """What one unit costs on each kind of day."""

    weekday_pence: int
    saturday_pence: int
    sunday_pence: int
    bank_holiday_pence: int

    def pence_on(self, kind: DayKind) -> int:
        """The amount for one unit on such a day."""
        return self.each[KINDS.index(kind)]

    @property
    def each(self) -> tuple[int, int, int, int]:
        """The four, in the order of :class:`DayKind`."""
        return (self.weekday_pence, self.saturday_pence, self.sunday_pence, self.bank_holiday_pence)


@dataclass(frozen=True, slots=True)
class Band:
    """A part of the day with its own amounts, from one minute after midnight until another.

    A band that ends at or before it starts goes on past midnight, where the next day's kind and amount hold.
    """

    name: BandName
    starts: int
    ends: int
    amounts: Amounts

    def covers(self, minute: int) -> bool:
        """Whether a minute of the day, as clocks show it, lies in this band."""
        if self.starts < self.ends:
            return self.starts <= minute < self.ends
        return minute >= self.starts or minute < self.ends


@dataclass(frozen=True, slots=True)
class LengthBand:
    """Visits charged for so many minutes or fewer cost so much more for each unit."""

    up_to_minutes: int
    more_pence: int


@dataclass(frozen=True, slots=True)
class Card:
    """A rate card as the quote reads it: amounts in pence, lengths in minutes, all of them what people really pay."""

    valid_from: date
    unit: Unit
    weekday_pence: int
    saturday_pence: int
    sunday_pence: int
    bank_holiday_pence: int
    minimum_minutes: int = 0
    minimum_charge_pence: int = 0
    billing_step_minutes: int = 1
    add_ons: tuple[Extra, ...] = ()
    valid_until: date | None = None
    """The last day it holds, when it says so; else it holds until the next card."""
    bands: tuple[Band, ...] = ()
    length_bands: tuple[LengthBand, ...] = ()
    """Shortest first."""
    buyers: tuple[tuple[Buyer, Amounts], ...] = ()
    """The buyers who pay something else than everybody, in the order of :class:`Buyer`."""
    vat: Vat | None = None
    vat_reason: str = ""
    buyer: Buyer | None = None
    """Whose card this is, once :meth:`for_buyer` has made it somebody's."""

    @property
    def basic(self) -> Amounts:
        """The amounts by day outside every band."""
        return Amounts(self.weekday_pence, self.saturday_pence, self.sunday_pence, self.bank_holiday_pence)

    def pence_on(self, kind: DayKind) -> int:
        """The amount for one unit on such a day, outside every band."""
        return self.basic.pence_on(kind)

    def for_buyer(self, buyer: Buyer | None) -> "Card":
        """The card as that buyer pays it; the card itself when it makes no difference."""
        theirs = dict(self.buyers).get(buyer) if buyer is not None else None
        if theirs is None:
            return self
        more = tuple(new - old for new, old in zip(theirs.each, self.basic.each, strict=True))
        bands = (
            replace(band, amounts=Amounts(*(a + m for a, m in zip(band.amounts.each, more, strict=True))))
            for band in self.bands
        )
        return replace(
            self,
            weekday_pence=theirs.weekday_pence,
            saturday_pence=theirs.saturday_pence,
            sunday_pence=theirs.sunday_pence,
            bank_holiday_pence=theirs.bank_holiday_pence,
            bands=tuple(bands),
            buyers=(),
            buyer=buyer,
        )

    def holds_on(self, day: date) -> bool:
        """Whether it has begun and not ended on that day; a newer card may still take its place."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @property
    def is_one_price(self) -> bool:
        """Whether every day and every hour costs the same."""
        return len({*self.basic.each, *(pence for band in self.bands for pence in band.amounts.each)}) == 1

    @property
    def compulsory(self) -> list[Extra]:
        """The extras that everybody pays, in the card's order; one that goes with another only where that one does too."""
        always = [extra for extra in self.add_ons if extra.is_required]
        names = {extra.name for extra in always}
        return [extra for extra in always if not extra.only_with or extra.only_with in names]

    @property
    def is_timed(self) -> bool:
        """Whether the price follows the length of the visit."""
        return self.unit in TIMED_UNITS

    @property
    def may_have_bands(self) -> bool:
        """Whether an evening or a night may cost something else."""
        return self.unit in BANDED_UNITS

    @property
    def per(self) -> str:
        """What the amounts are for: ``an hour``, ``a week``."""
        return UNIT_WORDS[self.unit]

    @property
    def amounts(self) -> list[tuple[str, int]]:
        """Each kind of day in words with its amount in pence; one line when every day costs the same."""
        if self.is_one_price:
            return [("Every day", self.weekday_pence)]
        return [(DAY_KIND_WORDS[kind], self.pence_on(kind)) for kind in DayKind]
