"""What things cost in Quaybridge: the real range of prices in England, with invented figures inside it.

Care at home lies between £22 and £34 an hour, as the Homecare Association's minimum (£32.14 in 2025-26) and the average
council fee (£24.10) suggest. Amounts are whole pence; ``low`` and ``high`` are for a weekday.
"""

from dataclasses import dataclass

from app.market.catalogue.rules.cards import Amounts, Band, LengthBand
from app.market.catalogue.rules.rates import AddOnBasis, BandName, Buyer, Unit, When


@dataclass(frozen=True, slots=True)
class Price:
    """The usual weekday price of one kind, and how the other days differ from it, in per cent."""

    unit: Unit
    low: int
    high: int
    saturday: int = 100
    sunday: int = 100
    bank_holiday: int = 100
    minimum_minutes: int = 0
    step: int = 1


PRICES: dict[str, Price] = {
    "care-at-home": Price(Unit.HOUR, 2300, 2950, 105, 110, 150, 30, 15),
    "live-in-care": Price(Unit.WEEK, 108000, 148000),
    "night-support": Price(Unit.SLEEP_IN, 9800, 12800, 105, 110, 150),
    "supported-living": Price(Unit.HOUR, 1950, 2450, 100, 100, 150, 60, 30),
    "respite": Price(Unit.DAY, 14500, 21500, 110, 110, 140),
    "care-home": Price(Unit.WEEK, 92000, 148000),
    "extra-care": Price(Unit.WEEK, 34000, 62000),
    "personal-assistant": Price(Unit.HOUR, 1550, 1850, 110, 120, 150, 60, 15),
    "companionship": Price(Unit.HOUR, 1300, 1900, 105, 105, 130, 60, 30),
    "day-activities": Price(Unit.SESSION, 3800, 7200),
    "work-and-learning": Price(Unit.SESSION, 2800, 5200),
    "home-help": Price(Unit.HOUR, 1650, 2150, 110, 120, 150, 60, 30),
    "gardening": Price(Unit.HOUR, 1900, 2600, 110, 120, 150, 60, 30),
    "meals": Price(Unit.ITEM, 620, 890, 100, 110, 120),
    "transport": Price(Unit.VISIT, 850, 2400, 100, 120, 150),
    "advocacy": Price(Unit.HOUR, 2900, 3900, 100, 100, 100, 30, 30),
    "support-planning": Price(Unit.HOUR, 3100, 4400, 100, 100, 100, 60, 30),
    "payroll": Price(Unit.ITEM, 1400, 2600),
    "mental-health": Price(Unit.SESSION, 3600, 6200),
    "telecare": Price(Unit.ITEM, 3900, 16500),
    "daily-living": Price(Unit.ITEM, 1200, 9800),
    "mobility": Price(Unit.ITEM, 5200, 90000),
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
class Extra:
    """Something extra on a rate card."""

    name: str
    basis: AddOnBasis
    pence: int
    when: When = When.ALWAYS
    only_with: str | None = None


EXTRAS: dict[str, tuple[Extra, ...]] = {
    "care-at-home": (
        Extra("Second worker", AddOnBasis.PER_HOUR, 2350),
        Extra("Worker trained in dementia", AddOnBasis.PER_HOUR, 180),
        Extra("Key holding", AddOnBasis.ONCE, 1500),
    ),
    "night-support": (Extra("Worker stays awake", AddOnBasis.PER_VISIT, 7400),),
    "respite": (Extra("Collected from home and brought back", AddOnBasis.ONCE, 2400),),
    "personal-assistant": (
        Extra("Driving in my car", AddOnBasis.PER_VISIT, 450),
        Extra("Each mile I drive you", AddOnBasis.PER_MILE, 45, only_with="Driving in my car"),
    ),
    "day-activities": (
        Extra("Transport there and back", AddOnBasis.PER_VISIT, 900),
        Extra("One-to-one worker", AddOnBasis.PER_VISIT, 4800),
        Extra("Weekend lunch", AddOnBasis.PER_VISIT, 850, when=When.WEEKENDS),
    ),
    "home-help": (Extra("Our own cleaning supplies", AddOnBasis.PER_VISIT, 250),),
    "gardening": (Extra("Taking waste away", AddOnBasis.PER_VISIT, 800),),
    "transport": (Extra("Driver waits up to an hour", AddOnBasis.PER_VISIT, 1200),),
    "mobility": (Extra("Delivery and fitting", AddOnBasis.ONCE, 2500),),
    "daily-living": (Extra("Fitting by our own worker", AddOnBasis.ONCE, 1800),),
    "telecare": (Extra("Fitting and a lesson", AddOnBasis.ONCE, 2000),),
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
