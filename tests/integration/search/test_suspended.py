"""Whoever is suspended is out of results, suggestions, filters and counts for that council's people, at once."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime
from time import monotonic

import pytest
from flask import Flask

from app.base import clock
from app.base.db import db, transaction
from app.market.catalogue.actions import places
from app.market.providers.models import Provider, Suspension
from app.market.providers.rules import SuspensionReason
from app.market.search import queries as search
from app.market.search.actions import building
from app.market.search.queries import plain
from app.market.search.queries.suggestions import suggest
from app.market.search_index.rules.questions import SearchQuery
from app.people.councils.models import Council, Lot
from tests.factories import catalogue, councils, providers
from tests.integration.search.conftest import EACH_ENGINE_ONCE


@dataclass
class Town:
    """Two councils reached by the same two sellers of meals."""

    here: Council
    there: Council
    acme: Provider
    lot: Lot


@pytest.fixture
def town(app: Flask) -> Town:
    here, there = councils.council("millbrook", "Millbrook"), councils.council("elsewhere", "Elsewhere")
    councils.places(here)
    acme, other = providers.provider("Acme Meals"), providers.provider("Other Meals")
    lot = councils.framework(here, ["meals"]).lots[0]
    for seller in (acme, other):
        providers.place(seller, lot)
        for council in (here, there):
            catalogue.listing(seller, "meals", council, title=f"Dinners of {seller.name}")
    building.rebuild()
    return Town(here, there, acme, lot)


def suspend(provider: Provider, council: Council | None, from_on: date, lot: Lot | None = None) -> Suspension:
    with transaction():
        return places.suspend_provider(
            actor=None,
            provider=provider,
            council=council,
            lot=lot,
            from_on=from_on,
            reason=SuspensionReason.SAFEGUARDING,
            words="Unsafe",
        )


def seen(council: Council | None) -> tuple[int, int, int, list[str]]:
    """How many are found by words, how many the filter of the kind counts, how many a filter gives, who is suggested."""
    number = None if council is None else council.id
    found = search.find(SearchQuery("dinners", council_id=number))
    kind = SearchQuery(council_id=number, kinds=("meals",))
    return (
        found.total,
        int(found.facets.counts.get("kinds", {}).get("meals", 0)),
        search.find(kind).total,
        [one.words for one in suggest("meals", number) if one.sort == "provider"],
    )


BOTH, OTHER = ["Acme Meals", "Other Meals"], ["Other Meals"]


def test_one_council_suspends_for_its_own_people_and_the_operator_for_all(town: Town) -> None:
    assert (seen(town.here), seen(town.there), seen(None)) == ((2, 2, 2, BOTH), (2, 2, 2, BOTH), (4, 4, 4, BOTH))
    made = suspend(town.acme, town.here, clock.today())
    # Nobody has taken anything into the index since.
    assert (seen(town.here), seen(town.there), seen(None)) == ((1, 1, 1, OTHER), (2, 2, 2, BOTH), (4, 4, 4, BOTH))
    assert search.find(SearchQuery("acme meals", council_id=town.here.id)).total <= 1
    assert search.find(SearchQuery("dinners in sale")).total >= 1
    assert plain.find_in_database(SearchQuery("dinners", council_id=town.here.id)).total == 1
    assert plain.find_in_database(SearchQuery("dinners", council_id=town.there.id)).total == 2
    building.catch_up(is_patient=True)
    assert seen(town.here) == (1, 1, 1, OTHER)
    with transaction():
        places.end_suspension(actor=None, suspension=made, words="Better")
    assert seen(town.here) == (2, 2, 2, BOTH)
    suspend(town.acme, None, clock.today())
    assert (seen(town.here), seen(town.there), seen(None)) == ((1, 1, 1, OTHER), (1, 1, 1, OTHER), (2, 2, 2, OTHER))
    assert plain.find_in_database(SearchQuery("dinners")).total == 2


def test_a_lot_takes_the_framework_status_and_nothing_else(town: Town) -> None:
    def framework() -> tuple[int, int]:
        building.catch_up(is_patient=True)
        wanted = SearchQuery("dinners", council_id=town.here.id)
        found = search.find(wanted)
        return found.total, int(found.facets.counts["framework"].get("yes", 0))

    assert framework() == (2, 2)
    made = suspend(town.acme, town.here, clock.today(), town.lot)
    assert framework() == (2, 1)
    assert seen(town.here) == (2, 2, 2, BOTH)
    with transaction():
        places.end_suspension(actor=None, suspension=made, words="Better")
    assert framework() == (2, 2)


def test_it_begins_at_midnight_in_london_without_anybody_doing_anything(town: Town) -> None:
    day = date(2026, 6, 10)
    before, after = datetime(2026, 6, 9, 22, 59, 59, tzinfo=UTC), datetime(2026, 6, 9, 23, 0, tzinfo=UTC)
    with clock.set_to(before):
        suspend(town.acme, town.here, day)
        suspend(town.acme, town.here, day, town.lot)
        building.catch_up(is_patient=True)
        assert seen(town.here) == (2, 2, 2, BOTH)
    db.session.rollback()
    with clock.set_to(after):
        assert seen(town.here) == (1, 1, 1, OTHER)
        building.catch_up(is_patient=True)
        assert not search.index_differences()


SEARCHERS, EACH = 6, 10


@EACH_ENGINE_ONCE
def test_under_load_nobody_finds_it_who_asks_after_the_change(app: Flask, town: Town) -> None:
    """A second is allowed; it is asked with every search, so that not even that passes."""
    council_id, acme_id, stop, heard = town.here.id, town.acme.id, threading.Event(), threading.Condition()
    answers: list[tuple[float, int, int, int]] = []

    def look(number: int) -> None:
        while not stop.is_set():
            began = monotonic()
            with app.app_context():
                found = search.find(SearchQuery("dinners", council_id=council_id)).total
                named = sum(one.sort == "provider" for one in suggest("meals", council_id))
            with heard:
                answers.append((began, number, found, named))
                heard.notify()

    def each_has_asked_since(moment: float) -> bool:
        asked = Counter(number for began, number, _, _ in answers if began >= moment)
        return all(asked[number] >= EACH for number in range(SEARCHERS))

    db.session.close()
    with ThreadPoolExecutor(SEARCHERS) as pool:
        looking = [pool.submit(look, number) for number in range(SEARCHERS)]
        try:
            with heard:
                assert heard.wait_for(lambda: each_has_asked_since(0), timeout=60)
            begun = monotonic()
            with app.app_context():
                suspend(db.session.get_one(Provider, acme_id), db.session.get_one(Council, council_id), clock.today())
            changed = monotonic()
            with heard:
                assert heard.wait_for(lambda: each_has_asked_since(changed), timeout=60)
        finally:
            stop.set()
        for one in looking:
            one.result()
    assert (2, 2) in {(found, named) for began, _, found, named in answers if began < begun}
    assert {(found, named) for began, _, found, named in answers if began >= changed} == {(1, 1)}
