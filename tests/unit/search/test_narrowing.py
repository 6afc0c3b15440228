"""Filters and their counts against a plain recount of everything, for any filters chosen together."""

import os
import random
from dataclasses import dataclass, replace
from datetime import date

import pytest

from app.base.money import Money
from app.market.catalogue.rules.applicable_rate import Rates, price_on, rates_of
from app.market.catalogue.rules.cards import Amounts, Band, Card, Extra
from app.market.catalogue.rules.kinds import KINDS
from app.market.catalogue.rules.rates import AddOnBasis, BandName, Buyer, Unit, When
from app.market.catalogue.rules.suitability import AGE_WORDS, NEEDS, ages_of, language_codes, need_codes
from app.market.search_index.rules.narrowing import PREFIXES, chosen, compared, marks_of
from app.market.search_index.rules.questions import SearchQuery, Sort
from app.people.councils.rules.geography import miles_between
from tests.factories.search import ask, document, ids, snapshot_of

QUESTIONS = int(os.environ.get("ROUNDS", "40"))
HERE = (-2.35, 53.42)
SOLD_BY = {
    "hour": {Unit.HOUR, Unit.HALF_HOUR},
    "visit": {Unit.VISIT, Unit.SESSION},
    "night": {Unit.SLEEP_IN, Unit.WAKING_NIGHT},
    "day": {Unit.DAY},
    "week": {Unit.WEEK},
    "item": {Unit.ITEM},
}
KIND_CODES = ("companionship", "meals", "transport", "clubs", "telecare")
SPANS = {"children": range(18), "adults": range(18, 65), "older": range(65, 111)}


@dataclass
class Thing:
    """A listing in plain facts, as a person would read them off its page."""

    number: int
    kind: str
    localities: frozenset[int] | None
    framework: frozenset[int] | bool | None
    unit: Unit | None
    card: Card
    is_free: bool
    is_open: bool
    reviews: tuple[int, int]
    cqc: str
    days: frozenset[int]
    times: frozenset[str]
    age_from: int | None
    age_to: int | None
    needs: tuple[str, ...]
    languages: tuple[str, ...]
    at: tuple[float, float] | None


def some(rand, values, most=None):
    return rand.sample(values, rand.randint(0, most or len(values)))


def card(rand, dear):
    """A rate with or without evenings and nights, buyers of their own, and extras that everybody pays."""
    amounts = Amounts(dear, rand.choice([dear, dear + 300, dear - 200]), rand.choice([dear, dear + 500]), 2 * dear)
    bands = [
        Band(name, starts, ends, Amounts(*(pence + rand.choice([-250, 0, 400]) for pence in amounts.each)))
        for name, starts, ends in ((BandName.EVENING, 19 * 60, 22 * 60), (BandName.NIGHT, 22 * 60, 6 * 60))
        if rand.random() < 0.4
    ]
    buyers = [
        (buyer, Amounts(*(pence + rand.choice([-300, 100]) for pence in amounts.each)))
        for buyer in Buyer
        if rand.random() < 0.3
    ]
    bases = [AddOnBasis.PER_HOUR, AddOnBasis.PER_VISIT, AddOnBasis.PER_MILE, AddOnBasis.ONCE]
    extras = [
        Extra(str(number), f"Extra {number}", rand.choice(bases), 150, rand.random() < 0.7, rand.choice(list(When)))
        for number in range(rand.choice([0, 0, 1, 2]))
    ]
    return Card(
        date(2026, 1, 1), Unit.HOUR, *amounts.each, bands=tuple(bands), buyers=tuple(buyers), add_ons=tuple(extras)
    )


def thing(rand, number):
    is_free = rand.random() < 0.2
    count = rand.randint(0, 6)
    dear = rand.randrange(1000, 3000, 250)
    return Thing(
        number,
        rand.choice(KIND_CODES),
        None if rand.random() < 0.4 else frozenset(rand.sample(range(1, 5), 2)),
        rand.choice([False, False, None, frozenset(rand.sample(range(1, 5), 1))]),
        None if is_free or rand.random() < 0.2 else rand.choice(list(Unit)),
        card(rand, dear),
        is_free,
        rand.random() < 0.8,
        (count, sum(rand.randint(4, 10) for _ in range(count))),
        rand.choice(["", "good", "good", "outstanding", "not_yet_rated"]),
        frozenset(some(rand, range(1, 8))),
        frozenset(some(rand, ["morning", "afternoon", "evening", "night"])),
        rand.choice([None, None, 18, 65]),
        rand.choice([None, None, 70]),
        tuple(some(rand, ["Dementia", "Autism", "Mental health", "Gout"], 2)),
        tuple(some(rand, ["English", "Urdu", "BSL", "Klingon"])),
        None if rand.random() < 0.2 else (HERE[0] + rand.choice([0.01, 0.06, 0.11, 0.3]), HERE[1]),
    )


def as_document(one):
    marks = {"area:1"}
    marks |= {"whole:1"} if one.localities is None else {f"in:1:{place}" for place in one.localities}
    if one.framework is None:
        marks |= {"framework:1", "framework-whole:1"}
    elif one.framework:
        marks |= {"framework:1", *(f"framework-in:{place}" for place in one.framework)}
    count, total = one.reviews
    marks |= marks_of(
        kind=one.kind,
        nature=KINDS[one.kind].nature.value,
        unit=one.unit,
        is_free=one.is_free,
        can_take_new_people=one.is_open,
        rating=total / (2 * count) if count else None,
        review_count=count,
        cqc_rating=one.cqc,
        suits={
            "days": one.days,
            "times": one.times,
            "ages": ages_of(one.age_from, one.age_to, one.needs),
            "needs": need_codes(one.needs),
            "languages": language_codes(one.languages),
        },
    )
    pence = [0, 0, 0] if one.is_free else [None] * 3
    if one.unit is not None:
        pence, apart = compared(rates_of(sold(one), by_the_hour=True))
        marks |= apart
    return document(
        one.number,
        kind=one.kind,
        marks=frozenset(marks),
        is_free=one.is_free,
        review_count=count,
        review_sum=total,
        pence=pence[0],
        saturday_pence=pence[1],
        sunday_pence=pence[2],
        rates=tuple(rates_of(sold(one))) if one.unit else None,
        days=tuple(sorted(one.days)),
        longitude=one.at[0] if one.at else None,
        latitude=one.at[1] if one.at else None,
        published_on=date(2026, 1, 1 + one.number % 3),
    )


def sold(one):
    return replace(one.card, unit=one.unit)


def price(one, wanted):
    """The lowest amount of the chosen days (or any), of those it can be had on if there are any, walked hour by hour."""
    if one.unit is None:
        return None
    days = wanted.days or range(1, 8)
    hours = {"morning": range(6, 12), "afternoon": range(12, 18), "evening": range(18, 22), "night": range(22, 30)}
    at = [hour % 24 * 60 for time in wanted.times or hours for hour in hours[time]]
    card = one.card.for_buyer(wanted.buyer)
    costs = {day: min(first_unit(card, one.unit, day, minute) for minute in at) for day in days}
    return min([costs[day] for day in costs if day in one.days] or costs.values())


def first_unit(card, unit, day, minute):
    """What one unit costs with everything compulsory, half hours by the hour, added up extra by extra."""
    band = next((band for band in card.bands if band.covers(minute)), None)
    amounts = (card.basic if band is None else band.amounts).each
    pence = amounts[max(0, day - 5)] * (2 if unit is Unit.HALF_HOUR else 1)
    hours = {Unit.SESSION: 2, Unit.SLEEP_IN: 9, Unit.WAKING_NIGHT: 9, Unit.DAY: 6, Unit.WEEK: 168, Unit.ITEM: 0}
    for extra in card.add_ons:
        holds = {
            When.ALWAYS: True,
            When.WEEKENDS: day > 5,
            When.BANK_HOLIDAYS: False,
            When.OUT_OF_HOURS: band is not None,
        }
        if extra.is_required and holds[extra.when]:
            pence += {
                AddOnBasis.PER_HOUR: extra.amount_pence * hours.get(unit, 1),
                AddOnBasis.PER_VISIT: extra.amount_pence,
                AddOnBasis.PER_MILE: 0,
                AddOnBasis.ONCE: extra.amount_pence if unit is Unit.ITEM else 0,
            }[extra.basis]
    return pence


def has(one, name, value, wanted):
    """Whether a thing counts under one value of one filter, in plain words."""
    count, total = one.reviews
    said = {"Dementia": "dementia", "Autism": "autism", "Mental health": "mental-health"}
    spoken = {"English": "english", "Urdu": "urdu", "BSL": "british-sign-language"}
    if name == "framework":
        near = wanted.localities
        is_on = one.framework is None or (
            bool(one.framework) and (not near or any(place in one.framework for place in near))
        )
        return is_on is (value == "yes")
    return {
        "kinds": lambda: one.kind == value,
        "natures": lambda: KINDS[one.kind].nature == value,
        "localities": lambda: one.localities is None or int(value) in one.localities,
        "costs": lambda: one.is_free is (value == "free"),
        "is_open": lambda: one.is_open,
        "regulator": lambda: one.cqc == value,
        "rated": lambda: count >= 3 and total / count / 2 >= float(value),
        "days": lambda: int(value) in one.days,
        "times": lambda: value in one.times,
        "ages": lambda: any((one.age_from or 0) <= age <= (one.age_to or 110) for age in SPANS[value]),
        "needs": lambda: value in {said.get(words) for words in one.needs},
        "languages": lambda: value in {spoken.get(words) for words in one.languages},
        "per": lambda: one.unit in SOLD_BY[value] and not one.is_free,
        "miles": lambda: one.at is not None and miles_between(*HERE, *one.at) <= float(value),
    }[name]()


NAMES = (*PREFIXES, "localities", "framework", "miles")


def passes(one, wanted, but=""):
    for name in NAMES:
        values = [wanted.miles] if name == "miles" and wanted.miles is not None else []
        values = values if name == "miles" else chosen(name, wanted)
        if name == but or not values:
            continue
        if not any(has(one, name, value, wanted) for value in values):
            return False
        if name == "per":
            pence = price(one, wanted)
            if not (wanted.least_pence or 0) <= pence <= (wanted.most_pence or 10**9):
                return False
    return True


def question(rand):
    def few(values, often=0.25):
        return tuple(rand.sample(values, rand.choice([1, 1, 2]))) if rand.random() < often else ()

    per = rand.choice([None, None, "hour", "night"])
    return SearchQuery(
        council_id=1,
        localities=few([1, 2, 3, 4]),
        kinds=few(KIND_CODES),
        framework=rand.choice([None, None, None, True, False]),
        natures=few(["service", "community", "equipment"]),
        near=HERE if rand.random() < 0.5 else None,
        miles=rand.choice([None, None, 1, 5]),
        per=per,
        least_pence=rand.choice([None, 1200]) if per else None,
        most_pence=rand.choice([None, 2500]) if per else None,
        rated=few(["4", "3"], 0.15)[:1],
        regulator=few(["good", "outstanding"], 0.15),
        days=tuple(sorted(few([1, 3, 6, 7], 0.4))),
        times=few(["morning", "evening", "night"]),
        buyer=rand.choice([*Buyer]),
        ages=few(list(AGE_WORDS)),
        needs=few(["dementia", "autism"]),
        languages=few(["urdu", "british-sign-language"], 0.15),
        is_open=rand.random() < 0.2,
        costs=few(["free", "paid"], 0.15),
        sort=rand.choice(list(Sort)),
        size=7,
    )


def asked(snapshot, wanted, **changed):
    return ask(snapshot, **{name: getattr(wanted, name) for name in SearchQuery.__slots__ if name != "words"} | changed)


@pytest.mark.parametrize("seed", range(2))
def test_any_filters_together_find_and_count_what_a_recount_does(seed, tmp_path):
    rand = random.Random(seed)
    things = {number: thing(rand, number) for number in range(1, 160)}
    snapshot = snapshot_of(tmp_path, [as_document(one) for one in things.values()])
    for _ in range(QUESTIONS):
        wanted = question(rand)
        if wanted.near is None:
            wanted = SearchQuery(**{name: getattr(wanted, name) for name in SearchQuery.__slots__} | {"miles": None})
        found = asked(snapshot, wanted, size=500)
        right = {number for number, one in things.items() if passes(one, wanted)}
        assert (found.total, set(ids(found))) == (len(right), right)
        for name in NAMES:
            others = [one for one in things.values() if passes(one, wanted, but=name)]
            values = {
                "localities": range(1, 6),
                "framework": ("yes", "no"),
                "kinds": KINDS,
                "natures": ("service", "equipment", "community"),
                "costs": ("free", "paid"),
                "is_open": ("yes",),
                "regulator": ("good", "outstanding", "inadequate", "not_yet_rated"),
                "rated": ("4.5", "4", "3"),
                "days": range(1, 8),
                "times": ("morning", "afternoon", "evening", "night"),
                "ages": SPANS,
                "needs": NEEDS,
                "languages": ("english", "urdu", "british-sign-language", "welsh"),
                "per": SOLD_BY,
                "miles": (1, 3, 5, 10, 20) if wanted.near else (),
            }[name]
            told = {str(value): found.facets.of(name, value) for value in values}
            assert told == {str(value): sum(has(one, name, value, wanted) for one in others) for value in values}
        if wanted.per:
            costs = [
                price(one, wanted)
                for one in things.values()
                if passes(one, wanted, but="per") and has(one, "per", wanted.per, wanted)
            ]
            assert found.facets.prices == ((min(costs), max(costs)) if costs else None)
        if wanted.sort is Sort.PRICE:
            keys = [0 if things[n].is_free else price(things[n], wanted) or 10**9 for n in ids(found)]
            assert keys == sorted(keys)
        for hit in found.hits:
            one = things[hit.listing_id]
            if one.unit is not None and one.unit is not Unit.HALF_HOUR:
                # What is shown is what it was found by.
                shown = price_on(Rates(*hit.facts.rates), wanted.days, wanted.times, hit.facts.days, wanted.buyer)
                assert shown.amount == str(Money(price(one, wanted)))
        pages = [ids(asked(snapshot, wanted, page=page)) for page in range(1, found.total // 7 + 2)]
        assert [number for page in pages for number in page] == ids(found)


def test_equal_things_come_in_one_order_whatever_the_sort_and_the_size_of_a_page(tmp_path):
    snapshot = snapshot_of(tmp_path, [document(number, title="The same", pence=1000) for number in range(1, 48)])
    for sort in Sort:
        for size in (1, 5, 20):
            pages = [ids(ask(snapshot, "same", sort=sort, size=size, page=page)) for page in range(1, 48 // size + 2)]
            assert [number for page in pages for number in page] == list(range(1, 48))
