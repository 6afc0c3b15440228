"""What was agreed about charging, frozen when booked: the whole rate cards, and what each ending costs.

A visit may end months after it was agreed, and a coming card may have been withdrawn meanwhile. What is charged for the
minutes delivered is therefore quoted from this copy and never from what is published today.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from app.market.catalogue.rules.cards import Amounts, Band, Card, Extra, LengthBand
from app.market.catalogue.rules.rates import AddOnBasis, BandName, Buyer, Unit, Vat, When
from app.support.recurrence.rules.times import LONDON

GRACE_MINUTES = 5
"""A stay so much shorter than planned is still the visit as planned ..."""
GRACE_PERCENT = 10
"""... but never by more than this part of it: five minutes off a quarter of an hour is a short stay."""


@dataclass(frozen=True, slots=True)
class Charges:
    """What each ending costs, in hundredths of the price agreed; short stays are quoted by the minute."""

    refused_percent: int = 100
    unused_percent: int = 100
    frustrated_percent: int = 0
    grace_minutes: int = GRACE_MINUTES
    grace_percent: int = GRACE_PERCENT

    def grace_of(self, planned_minutes: int) -> int:
        """How many minutes short of the plan are still the visit as planned."""
        return min(self.grace_minutes, planned_minutes * self.grace_percent // 100)


@dataclass(frozen=True, slots=True)
class AgreedTerms:
    """Everything a quote needs to price other minutes than those planned, as it stood when booked."""

    cards: tuple[Card, ...] = ()
    extras: tuple[tuple[str, ...], ...] = ()
    """For each card the ids of the extras chosen on it."""
    bank_holidays: frozenset[date] = frozenset()
    buyer: Buyer | None = None
    miles: int | None = None
    charges: Charges = Charges()

    def card_on(self, day: date) -> int | None:
        """The place of the card that holds on a day: the newest that has begun; nothing when none was frozen."""
        begun = [place for place, card in enumerate(self.cards) if card.holds_on(day)]
        return max(begun, key=lambda place: self.cards[place].valid_from, default=None)


def frozen(
    cards: Sequence[Card],
    *,
    add_on_ids: Collection[str],
    bank_holidays: Collection[date],
    buyer: Buyer | None,
    miles: int | None,
    days: Collection[date],
    charges: Charges | None = None,
) -> dict[str, Any]:
    """The terms as they are kept in the agreement. Bank holidays only of the years booked."""
    names = {extra.name for card in cards for extra in card.add_ons if extra.id in add_on_ids}
    years = {day.year for day in days} | {day.year + 1 for day in days}
    return {
        "cards": [_kept(card) for card in cards],
        "extras": [[e.id for e in card.add_ons if e.name in names and not e.is_required] for card in cards],
        "bank_holidays": sorted(day.isoformat() for day in bank_holidays if day.year in years),
        "buyer": buyer,
        "miles": miles,
        "charges": asdict(charges or Charges()),
    }


def agreed_terms(agreed: Mapping[str, Any]) -> AgreedTerms:
    """The terms of an agreement; those of a time before terms were frozen have no cards."""
    kept = agreed.get("terms")
    if not kept:
        return AgreedTerms()
    return AgreedTerms(
        cards=tuple(_read(card) for card in kept["cards"]),
        extras=tuple(tuple(ids) for ids in kept["extras"]),
        bank_holidays=frozenset(date.fromisoformat(day) for day in kept["bank_holidays"]),
        buyer=Buyer(kept["buyer"]) if kept["buyer"] else None,
        miles=kept["miles"],
        charges=Charges(**kept["charges"]),
    )


def london_day(moment: datetime) -> date:
    """The London day of a moment."""
    return moment.astimezone(LONDON).date()


@lru_cache(maxsize=1024)
def _kept(card: Card) -> dict[str, Any]:
    facts = asdict(card)
    facts["valid_from"] = card.valid_from.isoformat()
    facts["valid_until"] = card.valid_until.isoformat() if card.valid_until else None
    facts["buyers"] = {buyer.value: list(amounts.each) for buyer, amounts in card.buyers}
    facts["bands"] = [{**asdict(band), "amounts": list(band.amounts.each)} for band in card.bands]
    return facts


def _read(kept: Mapping[str, Any]) -> Card:
    facts = dict(kept)
    facts["valid_from"] = date.fromisoformat(facts["valid_from"])
    facts["valid_until"] = date.fromisoformat(facts["valid_until"]) if facts["valid_until"] else None
    facts["unit"] = Unit(facts["unit"])
    facts["vat"] = Vat(facts["vat"]) if facts["vat"] else None
    facts["buyer"] = Buyer(facts["buyer"]) if facts["buyer"] else None
    facts["buyers"] = tuple((Buyer(name), Amounts(*each)) for name, each in facts["buyers"].items())
    facts["length_bands"] = tuple(LengthBand(**band) for band in facts["length_bands"])
    facts["bands"] = tuple(
        Band(BandName(band["name"]), band["starts"], band["ends"], Amounts(*band["amounts"])) for band in facts["bands"]
    )
    facts["add_ons"] = tuple(
        Extra(**{**extra, "basis": AddOnBasis(extra["basis"]), "when": When(extra["when"])})
        for extra in facts["add_ons"]
    )
    return Card(**facts)
