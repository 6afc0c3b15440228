"""The quote: one rate card and one visit make exact lines that sum to the total, in whole pence.

The order is always the same, so that the page, the planner, the booking and the charge cannot disagree:

1. **The card.** The one in force on the London day on which the visit starts, as the buyer pays it: where the card has
   amounts of their own for direct payments, own money or the council, those; a difference by day holds in its evenings
   and nights too. A visit that runs into the first day of a newer card is priced whole by the card of its start.
2. **Time is real time.** A visit lasts as long as a stop-watch says: 11pm to 7am is nine hours on the night the clocks
   go back and seven on the night they go forward.
3. **Minutes charged** (units of time only). The minutes are rounded up to the billing step, then raised to the minimum
   visit length. The visit is priced as if it had simply gone on for those minutes: extra minutes follow its end. (Were
   they given to the last stretch instead, staying past midnight into a cheaper day could lower the price.)
4. **Length band** (units of time only). When the minutes charged are no more than a band's, its extra amount is added to
   every rate of the visit; the shortest band that fits counts.
5. **Stretches** (units of time only). The time charged is cut at London midnights where the kind of day changes (bank
   holiday before Sunday before Saturday before weekday) and where clocks show the edge of an evening or a night.
   Neighbours of one kind and one band are one stretch.
6. **Each stretch** is its minutes at its amount, rounded half a penny up, once for each stretch. Other units are one
   amount, by the day, and for a visit or a session the band, in which it starts (a sleep-in or waking night by the day).
7. **Minimum charge.** When the basic amounts come to less, one line makes up the difference. Extras come on top.
8. **Add-ons**, in the card's own order whatever order they were chosen in: every required one, and those chosen. One
   that goes only with another is charged only beside it. One for weekends, bank holidays or out of hours counts only the
   minutes of such stretches: with none of them it is not charged. Per hour: of the minutes charged (of the real minutes
   when the unit is not one of time), rounded half a penny up. Per visit: its amount. Per mile: its amount for each whole
   mile said. Once: its amount on the first visit of a booking only.
9. **VAT** is in every amount already: it is told, never added.
"""

from collections.abc import Collection
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from app.base.days import day_words
from app.base.money import Money
from app.market.catalogue.rules.cards import Card, Extra
from app.market.catalogue.rules.rates import (
    BASIS_WORDS,
    BUYER_WORDS,
    DAY_KIND_WORDS,
    UNIT_WORDS,
    VAT_PERCENT,
    VAT_WORDS,
    WHEN_WORDS,
    AddOnBasis,
    BandName,
    Buyer,
    DayKind,
    Vat,
    When,
)
from app.market.catalogue.rules.tariffs import Charge, ChargeOf, Priced, Tariff, rounded_half_up

TARIFFS_KEPT = 1024


@dataclass(frozen=True, slots=True)
class QuoteLine:
    """One line: what it is for, in plain words, and how much in pence; and the facts behind the words."""

    words: str
    pence: int
    of: ChargeOf = ChargeOf.BASIC
    kind: DayKind | None = None
    band: BandName | None = None
    minutes: int = 0
    rate_pence: int = 0
    is_rounded: bool = False


@dataclass(frozen=True, slots=True)
class Quote:
    """The price of one visit; the lines always sum to the total. ``minutes`` are those charged for."""

    lines: tuple[QuoteLine, ...]
    total: Money
    minutes: int
    vat: Vat | None = None
    vat_reason: str = ""

    @property
    def vat_pence(self) -> int:
        """How much of the total is VAT."""
        percent = VAT_PERCENT[self.vat] if self.vat else 0
        return rounded_half_up(self.total.pence * percent, 100 + percent)[0]

    @property
    def vat_words(self) -> str:
        """``£6.88 of it is VAT at 20%``, ``No VAT is charged: ...``; nothing when the card does not say."""
        if self.vat is None:
            return ""
        if self.vat_pence:
            return f"{Money(self.vat_pence)} of it is VAT at {VAT_PERCENT[self.vat]}%"
        return f"{VAT_WORDS[self.vat]}: {self.vat_reason}" if self.vat_reason else VAT_WORDS[self.vat]


def quote(
    card: Card,
    *,
    starts: datetime,
    ends: datetime,
    add_ons: Collection[str] = (),
    bank_holidays: AbstractSet[date] = frozenset(),
    is_first_visit: bool = True,
    buyer: Buyer | None = None,
    miles: int | None = None,
) -> Quote:
    """Price one visit exactly, in the order this module opens with.

    Args:
        card: the rate card in force on the day the visit starts.
        starts: when it starts; aware, to the minute.
        ends: when it ends; aware, to the minute.
        add_ons: ids of the add-ons chosen, in any order; required ones need not be named.
        bank_holidays: those of the nation the person lives in.
        is_first_visit: whether add-ons charged once are charged with this visit.
        buyer: whose money buys; without one, the amounts for everybody.
        miles: whole miles, for add-ons charged by the mile.

    Raises:
        BadTimes: when the visit ends before it starts, is too long, is not in whole minutes, or clocks skip its start.
        NoSuchAddOn: when an add-on chosen is not on the card, or needs another that was not chosen.
        MilesNeeded: when something is charged by the mile and the miles are not said or absurd.
        OutsideCard: when the card does not hold on the day the visit starts.
    """
    tariff = tariff_of(card, buyer)
    priced = tariff.price(
        starts, ends, add_ons=add_ons, bank_holidays=bank_holidays, is_first_visit=is_first_visit, miles=miles
    )
    return in_words(tariff.card, priced, miles)


@lru_cache(maxsize=TARIFFS_KEPT)
def tariff_of(card: Card, buyer: Buyer | None = None) -> Tariff:
    """A card as one buyer pays it, ready for pricing many visits: ``tariff_of(card).price(...).pence``."""
    return Tariff(card.for_buyer(buyer))


def in_words(card: Card, priced: Priced, miles: int | None = None) -> Quote:
    """What was priced by a card, line by line as people read it."""
    basic = [charge for charge in priced.charges if charge.of is ChargeOf.BASIC]
    lines = []
    for charge in priced.charges:
        if charge.slot is not None:
            words = _basic(card, charge, priced, is_last=charge is basic[-1])
        elif charge.extra is not None:
            words = _extra(charge.extra, charge, miles)
        else:
            words = f"Minimum charge: brings the basic rate up to {Money(card.minimum_charge_pence)}"
        slot = charge.slot
        lines.append(
            QuoteLine(
                words,
                charge.pence,
                charge.of,
                slot.kind if slot else None,
                slot.band if slot else None,
                charge.minutes,
                charge.rate_pence,
                charge.is_rounded,
            )
        )
    return Quote(tuple(lines), Money(priced.pence), priced.minutes, card.vat, card.vat_reason)


def length_words(minutes: int) -> str:
    """``90`` -> ``1 hour 30 minutes``; ``60`` -> ``1 hour``; ``1`` -> ``1 minute``."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} hour{'' if hours == 1 else 's'}"] if hours else []
    if rest or not hours:
        parts.append(f"{rest} minute{'' if rest == 1 else 's'}")
    return " ".join(parts)


def _basic(card: Card, charge: Charge, priced: Priced, *, is_last: bool) -> str:
    """One stretch, or one price for the whole; the last says so when more is charged than was stayed."""
    slot, rate = charge.slot, Money(charge.rate_pence)
    if slot is None:  # pragma: no cover - only charges with a slot come here
        return ""
    day = DAY_KIND_WORDS[slot.kind] + (f" {slot.band}" if slot.band else "")
    whose = f", {BUYER_WORDS[card.buyer].lower()}" if card.buyer else ""
    dated = f"(rate from {day_words(card.valid_from)}{whose})"
    if not card.is_timed:
        return f"{day}, {rate} {UNIT_WORDS[card.unit]} {dated}"
    said = [f"{day}, {length_words(charge.minutes)} at {rate} {UNIT_WORDS[card.unit]} {dated}"]
    if charge.rate_pence != slot.pence:
        up_to = next(band.up_to_minutes for band in card.length_bands if priced.minutes <= band.up_to_minutes)
        more = Money(charge.rate_pence - slot.pence)
        said.append(f"A visit of {length_words(up_to)} or less costs {more} {UNIT_WORDS[card.unit]} more")
    if is_last and priced.minutes > priced.real_minutes:
        said.append(_why_longer(card, priced.real_minutes, priced.minutes))
    if charge.is_rounded:
        said.append("Rounded to the nearest penny")
    return ". ".join(said)


def _why_longer(card: Card, real: int, minutes: int) -> str:
    counted = f"{length_words(real)} is charged as {length_words(minutes)}"
    if minutes == card.minimum_minutes:
        return f"{counted}, the shortest visit charged for"
    return f"{counted}: time is charged in steps of {length_words(card.billing_step_minutes)}"


def _extra(extra: Extra, charge: Charge, miles: int | None) -> str:
    each = f"{Money(extra.amount_pence)} {BASIS_WORDS[extra.basis]}"
    only = "" if extra.when is When.ALWAYS else f" ({WHEN_WORDS[extra.when]})"
    if not charge.minutes:
        return f"{extra.name}, {each}{only}: not charged for this visit"
    if extra.basis == AddOnBasis.PER_HOUR:
        words = f"{extra.name}, {length_words(charge.minutes)} at {each}{only}"
        return f"{words}. Rounded to the nearest penny" if charge.is_rounded else words
    if extra.basis == AddOnBasis.PER_MILE:
        return f"{extra.name}, {miles} mile{'' if miles == 1 else 's'} at {each}{only}"
    return f"{extra.name}, {each}{only}"
