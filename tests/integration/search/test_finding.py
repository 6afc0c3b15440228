"""Finding what is in the database: filters, counts, places, and changes that are seen at once."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from app.base import clock
from app.base.db import db, transaction
from app.market.catalogue.actions.changes import mark_changed
from app.market.catalogue.models import ListingArea, ListingChange, ListingStatus
from app.market.catalogue.rules.rates import AddOnBasis, Unit, When
from app.market.search import queries as search_queries
from app.market.search.actions import building
from app.market.search_index.index import current_snapshot
from app.market.search_index.rules.questions import SearchQuery, Sort
from app.people.councils.queries import locality_by_slug
from tests.factories import catalogue, councils, providers

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)


def ids(found):
    return [hit.listing_id for hit in found.hits]


@pytest.fixture
def millbrook(app):
    council = councils.council("millbrook", "Millbrook")
    councils.places(council)
    return council


def change(listing, **facts):
    with transaction():
        for name, value in facts.items():
            setattr(listing, name, value)
        mark_changed(listing.id)


def test_what_is_published_is_found_with_its_price_and_its_rating(app, millbrook):
    listing = catalogue.listing(title="A friendly chat", council=millbrook, review_count=2, review_sum=18)
    catalogue.card(listing, 1850)
    catalogue.listing(title="Not yet", status=ListingStatus.DRAFT, council=millbrook)
    assert building.rebuild() == 1
    found = search_queries.find(SearchQuery("befriending", council_id=millbrook.id))
    assert ids(found) == [listing.id]
    facts = found.hits[0].facts
    assert (facts.title, facts.price, facts.rating, facts.place) == (
        "A friendly chat",
        "£18.50 an hour",
        4.5,
        "Across Millbrook",
    )
    assert found.facets.counts["kinds"] == {"companionship": 1}
    assert found.is_plain is False


def test_the_framework_is_that_of_the_council_the_kind_and_the_locality(app, millbrook):
    lot = councils.framework(millbrook, ["care-at-home"]).lots[0]
    north = locality_by_slug(millbrook.id, "north")
    south = locality_by_slug(millbrook.id, "south")
    whole, part = providers.provider(), providers.provider()
    providers.place(whole, lot)
    providers.place(part, lot, locality_id=north.id)
    care = catalogue.listing(whole, "care-at-home", millbrook)
    other_kind = catalogue.listing(whole, "meals", millbrook)
    in_north = catalogue.listing(part, "care-at-home", millbrook)
    building.rebuild()
    wanted = SearchQuery(council_id=millbrook.id, framework=True)
    assert sorted(ids(search_queries.find(wanted))) == [care.id, in_north.id]
    assert ids(search_queries.find(SearchQuery(council_id=millbrook.id, framework=False))) == [other_kind.id]
    assert search_queries.find(SearchQuery(council_id=millbrook.id)).facets.counts["framework"] == {"yes": 2, "no": 1}
    southern = SearchQuery(council_id=millbrook.id, framework=True, localities=(south.id,))
    assert ids(search_queries.find(southern)) == [care.id]


def test_counts_beside_a_filter_stay_right_while_others_are_ticked(app, millbrook):
    north, south = (locality_by_slug(millbrook.id, slug) for slug in ("north", "south"))
    everywhere = catalogue.listing(kind="meals", council=millbrook)
    in_north = catalogue.listing(kind="meals")
    in_south = catalogue.listing(kind="transport")
    with transaction():
        db.session.add(ListingArea(listing_id=in_north.id, council_id=millbrook.id, locality_id=north.id))
        db.session.add(ListingArea(listing_id=in_south.id, council_id=millbrook.id, locality_id=south.id))
    building.rebuild()
    found = search_queries.find(SearchQuery(council_id=millbrook.id, localities=(north.id,), kinds=("meals",)))
    assert sorted(ids(found)) == [everywhere.id, in_north.id]
    assert found.facets.counts["kinds"] == {"meals": 2}
    assert (found.facets.of("localities", north.id), found.facets.of("localities", south.id)) == (2, 1)
    found = search_queries.find(SearchQuery(council_id=millbrook.id, kinds=("transport",)))
    assert found.facets.counts["kinds"] == {"meals": 2, "transport": 1}
    assert (found.facets.of("localities", north.id), found.facets.of("localities", south.id)) == (0, 1)


def test_a_place_or_a_postcode_among_the_words_is_taken_as_the_place(app, millbrook):
    near = catalogue.listing(
        kind="sport",
        title="Badminton",
        council=millbrook,
        address="Hall, Fernley",
        postcode="QX2 1AA",
        longitude=-2.4,
        latitude=53.35,
    )
    far = catalogue.listing(
        kind="sport", title="Badminton", council=millbrook, address="Hall, Millbrook", longitude=-2.3, latitude=53.4
    )
    building.rebuild()
    for words in ("badminton fernley", "badminton qx2 1aa", "Badminton in Fernley"):
        found = search_queries.find(SearchQuery(words, council_id=millbrook.id))
        assert ids(found) == [near.id, far.id]
        assert found.understood.place is not None
        assert found.hits[0].miles == pytest.approx(0, abs=0.1)
    found = search_queries.find(SearchQuery("qx21aa", council_id=millbrook.id, sort=Sort.NEAREST))
    assert ids(found) == [near.id, far.id]
    assert found.understood.place.label == "QX2 1AA"


def test_asking_costs_only_the_names_of_places_or_as_many_questions_for_any_number_of_results(app, millbrook):
    from tests.queries import counted

    in_tables = app.config["SEARCH_ENGINE"] == "postgres"

    for _ in range(30):
        catalogue.listing(title="A library in Fernley", council=millbrook, address="Fernley")
    building.rebuild()
    council_id = millbrook.id
    with counted() as statements:
        assert search_queries.find(SearchQuery("library", council_id=council_id)).total == 30
    assert len(statements) == (9 if in_tables else 1)
    with counted() as statements:
        search_queries.find(SearchQuery("library fernley", council_id=council_id))
    assert len(statements) <= (10 if in_tables else 4)


def test_a_change_is_seen_after_catching_up_and_taken_in_once(app, millbrook):
    first = catalogue.listing(title="Old words", council=millbrook)
    second = catalogue.listing(title="Other words", council=millbrook)
    building.rebuild()
    change(first, title="Quandles mended")
    change(first, summary="and fropes")
    change(second, status=ListingStatus.WITHDRAWN)
    third = catalogue.listing(title="Quandle lessons", council=millbrook)
    change(third)
    assert ids(search_queries.find(SearchQuery("quandle"))) == []
    assert building.catch_up() == 3
    assert sorted(ids(search_queries.find(SearchQuery("quandle")))) == [first.id, third.id]
    assert search_queries.find(SearchQuery("fropes")).total == 1
    assert search_queries.find(SearchQuery()).total == 2
    assert building.catch_up() == 0
    assert search_queries.health() == "ok: 2 listings"
    assert not search_queries.index_differences()


def test_a_change_that_commits_late_under_a_lower_number_is_not_lost(app, millbrook):
    listing = catalogue.listing(title="Old words", council=millbrook)
    with transaction():
        db.session.add(ListingChange(id=100, listing_id=listing.id, at=NOON))
    building.rebuild()
    with transaction():
        db.session.add(ListingChange(id=103, listing_id=listing.id, at=NOON))
    assert building.catch_up() == 1
    with transaction():
        listing.title = "Quandles"
        db.session.add(ListingChange(id=101, listing_id=listing.id, at=NOON))
    assert building.catch_up() == 1
    assert ids(search_queries.find(SearchQuery("quandle"))) == [listing.id]
    with transaction():
        listing.title = "Fropes"
        db.session.add(ListingChange(id=99, listing_id=listing.id, at=NOON))
    assert building.catch_up() == 1
    assert ids(search_queries.find(SearchQuery("fropes"))) == [listing.id]


def test_another_writer_is_left_to_it(app, millbrook):
    listing = catalogue.listing(council=millbrook)
    building.rebuild()
    change(listing, title="Quandles")
    with current_snapshot.index_store().held("writer"):
        assert building.catch_up() == 0
    with current_snapshot.index_store().held("rebuild"):
        assert building.rebuild() is None
    assert building.catch_up() == 1


def test_a_price_and_a_framework_place_turn_with_the_calendar(app, millbrook):
    lot = councils.framework(millbrook, ["meals"]).lots[0]
    seller = providers.provider()
    providers.place(seller, lot, from_on=date(2026, 6, 2), until_on=date(2026, 6, 4))
    listing = catalogue.listing(seller, "meals", millbrook)
    catalogue.card(listing, 800)
    catalogue.card(listing, 900, valid_from=date(2026, 6, 2))
    wanted = SearchQuery(council_id=millbrook.id)
    with clock.set_to(NOON):
        building.rebuild()
        (hit,) = search_queries.find(wanted).hits
        assert (hit.facts.price, hit.is_framework) == ("£8.00 an hour", False)
    for day, framework in ((2, True), (4, True), (5, False)):
        with clock.set_to(NOON.replace(day=day)):
            assert building.catch_up() == (1 if day != 4 else 0)
            (hit,) = search_queries.find(wanted).hits
            assert (hit.facts.price, hit.is_framework) == ("£9.00 an hour", framework)


def test_nothing_found_says_which_filter_to_let_go(app, millbrook):
    catalogue.listing(kind="meals", title="Hot dinners", council=millbrook)
    catalogue.listing(kind="transport", title="Taxi", council=millbrook)
    building.rebuild()
    wanted = SearchQuery("dinners", council_id=millbrook.id, kinds=("transport",), natures=("service",))
    assert search_queries.find(wanted).total == 0
    assert search_queries.relax(wanted) == [search_queries.Relaxed("kinds", 1)]
    assert search_queries.relax(SearchQuery("zorl")) == []


def test_pages_do_not_overlap_and_reach_the_end(app, millbrook):
    expected = {catalogue.listing(title="Taxi", kind="transport", council=millbrook).id for _ in range(25)}
    building.rebuild()
    pages = [ids(search_queries.find(SearchQuery("taxi", page=page, size=10))) for page in (1, 2, 3, 4)]
    assert [len(page) for page in pages] == [10, 10, 5, 0]
    assert {number for page in pages for number in page} == expected


def test_changes_more_than_a_day_old_are_forgotten_but_the_newest_stays(app, millbrook):
    listing = catalogue.listing(council=millbrook)
    for _ in range(3):
        change(listing)
    with clock.set_to(datetime(2030, 1, 1, tzinfo=UTC)), transaction():
        assert building.prune_changes() == 2
    building.rebuild()
    change(listing, title="Quandles")
    assert building.catch_up() == 1


def test_a_price_is_found_as_the_reader_pays_it_everything_compulsory_in_it(app, millbrook):
    plain = catalogue.listing(title="Plain", council=millbrook)
    catalogue.card(plain, 2600)
    apart = catalogue.listing(title="Apart", council=millbrook, days=[1, 6])
    catalogue.card(
        apart,
        2500,
        catalogue.add_on("Travel", 200, is_required=True),
        catalogue.add_on("Late", 150, AddOnBasis.PER_HOUR, is_required=True, when=When.OUT_OF_HOURS),
        catalogue.add_on("Chosen", 900),
        saturday_pence=2700,
        bands=[{"name": "evening", "starts": 1080, "ends": 1320, "pence": [2800, 3000, 2800, 2800]}],
        buyers={"direct_payment": [2450, 2700, 2500, 2500], "self_funded": [2600, 2800, 2500, 2500]},
    )
    half = catalogue.listing(title="Half hours", council=millbrook)
    catalogue.card(half, 1200, catalogue.add_on("Travel", 300, is_required=True), unit=Unit.HALF_HOUR)
    building.rebuild()
    by_hour = SearchQuery(council_id=millbrook.id, per="hour", sort=Sort.PRICE)
    for asked, range_, order in (
        # Nobody knows who buys: as with one's own money, £26.00, and £2.00 for the way. Half hours: two, and £3.00 once.
        ({}, (2600, 2800), [plain, half, apart]),
        # A direct payment pays £24.50, and £2.00 for the way.
        ({"buyer": "direct_payment"}, (2600, 2700), [plain, apart, half]),
        ({"buyer": "self_funded"}, (2600, 2800), [plain, half, apart]),
        ({"buyer": "council_arranged"}, (2600, 2700), [plain, apart, half]),
        ({"buyer": "self_funded", "times": ("evening",)}, (3250, 3250), [apart]),
        ({"days": (6,), "buyer": "direct_payment"}, (2900, 2900), [apart]),
        ({"days": (6,), "buyer": "self_funded", "times": ("evening",)}, (3450, 3450), [apart]),
    ):
        wanted = replace(by_hour, **asked)
        if asked.get("times"):
            change(apart, times=["evening"])
            building.catch_up()
        found = search_queries.find(wanted)
        assert (ids(found), found.facets.prices) == ([one.id for one in order], range_)
        dearest = found.hits[-1].listing_id
        for most, is_there in ((range_[1] - 1, False), (range_[1], True)):
            held = ids(search_queries.find(replace(wanted, least_pence=range_[1] - 50, most_pence=most)))
            assert (dearest in held) is is_there
    assert not search_queries.index_differences()
