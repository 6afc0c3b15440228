"""What things cost in Quaybridge: the real range of prices in England, with invented figures inside it.

Care at home lies between £22 and £34 an hour, as the Homecare Association's minimum (£32.14 in 2025-26) and the average
council fee (£24.10) suggest. Amounts are whole pence; ``low`` and ``high`` are for a weekday.
"""

from dataclasses import dataclass

from app.market.catalogue.rules.cards import Amounts, Band, LengthBand
from app.market.catalogue.rules.rates import AddOnBasis, BandName, Buyer, Unit, When


@dataclass(frozen=True, slots=True)
class SamplePrice:
    """The usual weekday price of one kind, and how the other days differ from it, in per cent."""

    unit: Unit
    low: int
    high: int
    saturday: int = 100
    sunday: int = 100
    bank_holiday: int = 100
    minimum_minutes: int = 0
    step: int = 1


PRICES: dict[str, SamplePrice] = {
    "care-at-home": SamplePrice(Unit.HOUR, 2300, 2950, 105, 110, 150, 30, 15),
    "live-in-care": SamplePrice(Unit.WEEK, 108000, 148000),
    "night-support": SamplePrice(Unit.SLEEP_IN, 9800, 12800, 105, 110, 150),
    "supported-living": SamplePrice(Unit.HOUR, 1950, 2450, 100, 100, 150, 60, 30),
    "respite": SamplePrice(Unit.DAY, 14500, 21500, 110, 110, 140),
    "care-home": SamplePrice(Unit.WEEK, 92000, 148000),
    "extra-care": SamplePrice(Unit.WEEK, 34000, 62000),
    "personal-assistant": SamplePrice(Unit.HOUR, 1550, 1850, 110, 120, 150, 60, 15),
    "companionship": SamplePrice(Unit.HOUR, 1300, 1900, 105, 105, 130, 60, 30),
    "day-activities": SamplePrice(Unit.SESSION, 3800, 7200),
    "work-and-learning": SamplePrice(Unit.SESSION, 2800, 5200),
    "home-help": SamplePrice(Unit.HOUR, 1650, 2150, 110, 120, 150, 60, 30),
    "gardening": SamplePrice(Unit.HOUR, 1900, 2600, 110, 120, 150, 60, 30),
    "meals": SamplePrice(Unit.ITEM, 620, 890, 100, 110, 120),
    "transport": SamplePrice(Unit.VISIT, 850, 2400, 100, 120, 150),
    "advocacy": SamplePrice(Unit.HOUR, 2900, 3900, 100, 100, 100, 30, 30),
    "support-planning": SamplePrice(Unit.HOUR, 3100, 4400, 100, 100, 100, 60, 30),
    "payroll": SamplePrice(Unit.ITEM, 1400, 2600),
    "mental-health": SamplePrice(Unit.SESSION, 3600, 6200),
    "telecare": SamplePrice(Unit.ITEM, 3900, 16500),
    "daily-living": SamplePrice(Unit.ITEM, 1200, 9800),
    "mobility": SamplePrice(Unit.ITEM, 5200, 90000),
}
"""By kind; kinds that are not here are free."""

ITEM_PRICES: dict[str, int] = {
    "Pendant alarm": 4900,
    "Fall detector watch": 14900,
    "Door and bed sensors": 16500,
    "Talking medicine dispenser": 12900,
    "Perching stool": 5400,
    "Kettle tipper": 1890,
    "Bath lift": 38900,
    "Easy-grip cutlery set": 1450,
    "Raised toilet seat with arms": 4200,
    "Magnifying lamp": 4600,
    "Bed rail and leg lifter": 5900,
    "Rollator with seat": 8900,
    "Lightweight folding wheelchair": 42900,
    "Mobility scooter, small": 89500,
    "Portable ramp": 16900,
    "Riser recliner chair": 74900,
}
"""What each piece of equipment usually costs; a seller's dearness moves it."""


@dataclass(frozen=True, slots=True)
class SampleExtra:
    """Something extra on a rate card."""

    name: str
    basis: AddOnBasis
    pence: int
    when: When = When.ALWAYS
    only_with: str | None = None


EXTRAS: dict[str, tuple[SampleExtra, ...]] = {
    "care-at-home": (
        SampleExtra("Second worker", AddOnBasis.PER_HOUR, 2350),
        SampleExtra("Worker trained in dementia", AddOnBasis.PER_HOUR, 180),
        SampleExtra("Key holding", AddOnBasis.ONCE, 1500),
    ),
    "night-support": (SampleExtra("Worker stays awake", AddOnBasis.PER_VISIT, 7400),),
    "respite": (SampleExtra("Collected from home and brought back", AddOnBasis.ONCE, 2400),),
    "personal-assistant": (
        SampleExtra("Driving in my car", AddOnBasis.PER_VISIT, 450),
        SampleExtra("Each mile I drive you", AddOnBasis.PER_MILE, 45, only_with="Driving in my car"),
    ),
    "day-activities": (
        SampleExtra("Transport there and back", AddOnBasis.PER_VISIT, 900),
        SampleExtra("One-to-one worker", AddOnBasis.PER_VISIT, 4800),
        SampleExtra("Weekend lunch", AddOnBasis.PER_VISIT, 850, when=When.WEEKENDS),
    ),
    "home-help": (SampleExtra("Our own cleaning supplies", AddOnBasis.PER_VISIT, 250),),
    "gardening": (SampleExtra("Taking waste away", AddOnBasis.PER_VISIT, 800),),
    "transport": (SampleExtra("Driver waits up to an hour", AddOnBasis.PER_VISIT, 1200),),
    "mobility": (SampleExtra("Delivery and fitting", AddOnBasis.ONCE, 2500),),
    "daily-living": (SampleExtra("Fitting by our own worker", AddOnBasis.ONCE, 1800),),
    "telecare": (SampleExtra("Fitting and a lesson", AddOnBasis.ONCE, 2000),),
}
SOMETIMES_COMPULSORY = frozenset({"Taking waste away", "Fitting and a lesson"})
"""Extras that one seller in three makes everybody pay, so that there is something to see of that."""


def bands(amounts: Amounts) -> tuple[Band, ...]:
    """An evening from 7pm at a tenth more and a night from 10pm to 7am at a quarter more, to the nearest 5p."""
    return (
        Band(BandName.EVENING, 19 * 60, 22 * 60, _dearer(amounts, 110)),
        Band(BandName.NIGHT, 22 * 60, 7 * 60, _dearer(amounts, 125)),
    )


def buyers(amounts: Amounts) -> tuple[tuple[Buyer, Amounts], ...]:
    """Own money pays 4% more, the council 3% less."""
    return ((Buyer.SELF_FUNDED, _dearer(amounts, 104)), (Buyer.COUNCIL_ARRANGED, _dearer(amounts, 97)))


SHORT_VISITS = (LengthBand(30, 240),)
"""Half an hour is £2.40 an hour dearer where short visits are."""


def _dearer(amounts: Amounts, percent: int) -> Amounts:
    return Amounts(*((pence * percent // 100 + 2) // 5 * 5 for pence in amounts.each))
