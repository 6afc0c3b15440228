"""What stops a card from being published, each fault with the question to ask again and words that say how to mend it."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise

from app.base.days import day_words
from app.market.catalogue.rules.cards import Card, Extra
from app.market.catalogue.rules.rates import (
    ADD_ONS_MOST,
    AMOUNT_MOST_PENCE,
    BILLING_STEPS,
    BUYER_WORDS,
    DAY_MINUTES,
    LENGTH_BAND_MOST_MINUTES,
    LENGTH_BANDS_MOST,
    MINIMUM_MINUTES_MOST,
    BandName,
    DayKind,
    Vat,
    When,
)

Fault = tuple[str, str]
"""The question (as the desk's form names it) and the words beside it."""
REASON_MOST = 200
YEARS_AHEAD = 3
ONE_DAY = timedelta(days=1)
AMOUNTS_WORDS = "Every amount must be more than £0 and at most £10,000"


def faults(card: Card) -> list[Fault]:
    """Everything wrong with a card by itself, in the order of the form's questions."""
    return [*_of_amounts(card), *_of_time(card), *_of_bands(card), *_of_lengths(card), *_of_buyers(card),
            *_of_vat(card), *_of_extras(card)]  # fmt: skip


def faults_of_dates(
    begins: date, ends: date | None, others: Sequence[tuple[date, date | None]], *, today: date
) -> list[Fault]:
    """What is wrong with the days of a new card beside those already published (first and last day of each).

    A card without a last day holds until the next one begins, so only a card that promises its last day can overlap
    another or leave days without a price.
    """
    found: list[Fault] = []
    if begins < today:
        found.append(("valid_from", "The rate must start today or later: past rates are kept as they were"))
    if begins > today.replace(day=1) + timedelta(days=366 * YEARS_AHEAD):
        found.append(("valid_from", f"The rate must start within the next {YEARS_AHEAD} years. Check the year"))
    if ends is not None and ends < begins:
        found.append(("valid_until", "The last day must not be before the first day"))
    return found or _beside(begins, ends, sorted(others, key=lambda other: other[0]))


def _beside(begins: date, ends: date | None, others: Sequence[tuple[date, date | None]]) -> list[Fault]:
    if any(first == begins for first, _ in others):
        day = day_words(begins)
        return [
            (
                "valid_from",
                f"A rate from {day} is already published, and a published rate is never changed. Choose another day",
            )
        ]
    before = next((other for other in reversed(others) if other[0] < begins), None)
    after = next((other for other in others if other[0] > begins), None)
    if before is not None and before[1] is not None:
        next_day = before[1] + ONE_DAY
        if begins <= before[1]:
            words = f"This would overlap the rate that holds until {day_words(before[1])}. Start it on {day_words(next_day)}"
            return [("valid_from", words)]
        if begins > next_day:
            words = f"There would be no price from {day_words(next_day)} until then. Start it on {day_words(next_day)}"
            return [("valid_from", words)]
    if after is not None and ends is not None:
        last = after[0] - ONE_DAY
        if ends > last:
            words = f"This would overlap the rate from {day_words(after[0])}. End it on {day_words(last)}, or leave the last day empty"
            return [("valid_until", words)]
        if ends < last:
            words = f"There would be no price from {day_words(ends + ONE_DAY)} until {day_words(last)}. End it on {day_words(last)}, or leave the last day empty"
            return [("valid_until", words)]
    return []


def _is_amount(pence: int) -> bool:
    return 0 < pence <= AMOUNT_MOST_PENCE


def _of_amounts(card: Card) -> Iterator[Fault]:
    for kind, pence in zip(DayKind, card.basic.each, strict=True):
        # A day that costs what a weekday does was most likely left empty: the fault is told once, where it was made.
        if not _is_amount(pence) and (kind is DayKind.WEEKDAY or pence != card.weekday_pence):
            yield str(kind), AMOUNTS_WORDS
    if not 0 <= card.minimum_charge_pence <= AMOUNT_MOST_PENCE:
        yield "minimum_charge", "The minimum charge must be at most £10,000"


def _of_time(card: Card) -> Iterator[Fault]:
    if card.billing_step_minutes not in BILLING_STEPS:
        yield "billing_step", "Charge time by the minute, or in steps of 15, 30 or 60 minutes"
    if not 0 <= card.minimum_minutes <= MINIMUM_MINUTES_MOST:
        yield "minimum_minutes", "The shortest visit charged for must be at most 24 hours"


def _of_bands(card: Card) -> Iterator[Fault]:
    if card.bands and not card.may_have_bands:
        yield (
            f"{card.bands[0].name}_starts",
            "Only prices by the hour, half hour, visit or session can differ in the evening or at night",
        )
        return
    if len({band.name for band in card.bands}) != len(card.bands):
        yield "evening_starts", "Give the evening and the night once each"
    for band in card.bands:
        if not (0 <= band.starts < DAY_MINUTES and 0 <= band.ends < DAY_MINUTES):
            yield f"{band.name}_starts", f"The {band.name} must start and end at a time of day"
        elif band.starts == band.ends:
            yield f"{band.name}_ends", f"The {band.name} must end at another time than it starts"
        if not all(_is_amount(pence) for pence in band.amounts.each):
            yield f"{band.name}_weekday", AMOUNTS_WORDS
    for one, other in pairwise(card.bands):
        if one.covers(other.starts) or other.covers(one.starts):
            yield f"{other.name}_starts", "The evening and the night overlap. End one when the other starts"


def _of_lengths(card: Card) -> Iterator[Fault]:
    if not card.length_bands:
        return
    first = "length_1_up_to"
    lengths = [band.up_to_minutes for band in card.length_bands]
    if not card.is_timed:
        yield first, "Only prices by the hour or half hour can differ for short visits"
    elif len(lengths) > LENGTH_BANDS_MOST:
        yield first, f"A rate can have at most {LENGTH_BANDS_MOST} prices for short visits"
    elif lengths != sorted(set(lengths)):
        yield first, "Give the shortest visits first, each length once"
    elif not all(0 < length <= LENGTH_BAND_MOST_MINUTES for length in lengths):
        yield first, f"A short visit is from 1 to {LENGTH_BAND_MOST_MINUTES} minutes long"
    elif lengths[0] < max(card.minimum_minutes, card.billing_step_minutes):
        yield first, "No visit is charged for so short a time: look at the shortest visit and the steps above"
    for number, band in enumerate(card.length_bands, 1):
        if not _is_amount(band.more_pence):
            yield f"length_{number}_more", AMOUNTS_WORDS


def _of_buyers(card: Card) -> Iterator[Fault]:
    for buyer, amounts in card.buyers:
        if not all(_is_amount(pence) for pence in amounts.each):
            yield f"{buyer}_weekday", AMOUNTS_WORDS
            continue
        theirs = card.for_buyer(buyer)
        for band in theirs.bands:
            if not all(_is_amount(pence) for pence in band.amounts.each):
                words = f"{BUYER_WORDS[buyer]}, the price in the {BandName(band.name)} would come to nothing or less. Make the difference smaller"
                yield f"{buyer}_weekday", words
                break
    if len({buyer for buyer, _ in card.buyers}) != len(card.buyers):
        yield "direct_payment_weekday", "Give each buyer's price once"


def _of_vat(card: Card) -> Iterator[Fault]:
    if card.vat is Vat.EXEMPT and not card.vat_reason.strip():
        yield "vat_reason", "Enter why no VAT is charged, for example: welfare services by a registered provider"
    if len(card.vat_reason) > REASON_MOST:
        yield "vat_reason", f"The reason must be {REASON_MOST} characters or fewer"


def _of_extras(card: Card) -> Iterator[Fault]:
    if len(card.add_ons) > ADD_ONS_MOST:
        yield "extra_1_name", f"A rate can have at most {ADD_ONS_MOST} extras"
    names = [extra.name.strip().lower() for extra in card.add_ons]
    for number, extra in enumerate(card.add_ons, 1):
        if not names[number - 1]:
            yield f"extra_{number}_name", "Give every extra a name"
        elif names[number - 1] in names[: number - 1]:
            yield f"extra_{number}_name", "Give each extra a name of its own"
        if not _is_amount(extra.amount_pence):
            yield f"extra_{number}_amount", AMOUNTS_WORDS
        if extra.when is When.OUT_OF_HOURS and not card.bands:
            yield f"extra_{number}_when", "This rate has no evening or night, so nobody would ever pay this extra"
        yield from _beside_another(card, number, extra)


def _beside_another(card: Card, number: int, extra: Extra) -> Iterator[Fault]:
    if not extra.only_with:
        return
    other = next((one for one in card.add_ons if one.name == extra.only_with), None)
    if other is None or other is extra:
        yield f"extra_{number}_only_with", "Write the name of another extra exactly as above"
    elif other.only_with:
        yield f"extra_{number}_only_with", "Choose an extra that can be had by itself"
