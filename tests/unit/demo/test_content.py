"""The invented council is believable, invented throughout, and as large as it says."""

import re

from app.demo.rules import places
from app.demo.rules.listings import HOW_MANY, articles
from app.demo.rules.offers import HOW_IT_WORKS, OFFERS
from app.demo.rules.people import CITIZENS, SUPPORTERS
from app.demo.rules.prices import ITEM_PRICES, PRICES
from app.demo.rules.sellers import SELLERS
from app.market.catalogue.rules.kinds import KINDS, Nature


def test_the_council_has_four_localities_and_twenty_one_wards() -> None:
    assert len(places.LOCALITIES) == 4
    assert sum(len(wards) for wards in places.LOCALITIES.values()) == 21


def test_postcodes_are_of_an_area_that_does_not_exist_and_all_differ() -> None:
    made = places.postcodes()
    assert len(made) == len({one.postcode for one in made}) == 21 * places.POSTCODES_A_WARD
    assert all(re.fullmatch(r"QX[1-4] [1-6][A-Z]{2}", one.postcode) for one in made)
    assert not any(set("CIKMOV") & set(one.postcode.split()[1][1:]) for one in made)


def test_sixty_sellers_a_third_on_the_framework() -> None:
    assert len(SELLERS) == len({seller.name for seller in SELLERS}) == 60
    assert sum(1 for seller in SELLERS if seller.lots) == 20
    assert all(KINDS.keys() >= set(seller.sells) for seller in SELLERS)


def test_personal_care_is_only_sold_by_the_registered() -> None:
    unregistered = [s.name for s in SELLERS if s.rating is None and any(KINDS[kind].is_regulated for kind in s.sells)]
    assert unregistered == []


def test_the_framework_covers_what_its_providers_are_on_it_for() -> None:
    for seller in SELLERS:
        for lot in seller.lots:
            assert set(places.LOTS[lot - 1][1]) & set(seller.sells), (seller.name, lot)


def test_two_hundred_and_twenty_listings_of_every_kind() -> None:
    made = articles()
    assert len(made) == HOW_MANY == 220
    assert {article.kind for article in made} == set(KINDS)
    assert len({(article.seller.name, article.offer.title) for article in made}) == 220


def test_descriptions_say_enough_and_not_too_much() -> None:
    lengths = [len(article.description.split()) for article in articles()]
    assert (min(lengths) >= 55, max(lengths) <= 150) == (True, True)
    assert set(HOW_IT_WORKS) == set(OFFERS) == set(KINDS)


def test_everything_sold_has_a_price_and_free_things_none() -> None:
    paid = {code for code, kind in KINDS.items() if kind.nature is not Nature.COMMUNITY}
    assert set(PRICES) == paid
    assert all(0 < price.low <= price.high for price in PRICES.values())
    equipment = {offer.title for code in ("telecare", "daily-living", "mobility") for offer in OFFERS[code]}
    assert set(ITEM_PRICES) == equipment


def test_care_at_home_costs_what_it_costs_in_england() -> None:
    price = PRICES["care-at-home"]
    cheapest = price.low * min(s.dearness for s in SELLERS if "care-at-home" in s.sells) // 100
    dearest = price.high * max(s.dearness for s in SELLERS if "care-at-home" in s.sells) // 100
    assert (cheapest >= 2000, dearest <= 3400) == (True, True)


def test_forty_people_whose_budgets_cover_their_contribution() -> None:
    assert len(CITIZENS) == len({citizen.name for citizen in CITIZENS}) == 40
    assert all(sum(p for _, p in c.yearly) > c.contribution for c in CITIZENS if c.yearly)
    assert {person for _, person, _, _ in SUPPORTERS} <= {citizen.name for citizen in CITIZENS}


def test_telephone_numbers_are_those_kept_for_drama() -> None:
    assert re.fullmatch(r"01632 960\d{3}", places.PHONE)
