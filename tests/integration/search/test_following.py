"""Every action that changes what search shows is followed: after it the index and the database agree, without a rebuild."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.actions import claims, listings, places, rates
from app.market.catalogue.actions.changes import mark_changed
from app.market.catalogue.models import Listing
from app.market.catalogue.rules.rates import Unit
from app.market.providers.actions import claims as provider_actions
from app.market.providers.models import Provider
from app.market.providers.rules import CqcRating, SuspensionReason
from app.market.registers.actions import listings as listings_actions
from app.market.registers.rules.providers import Location, Rated
from app.market.search import queries as search_queries
from app.market.search.actions import building
from app.market.search_index.rules.questions import SearchQuery
from app.people.accounts.rules import Role
from app.people.councils.queries import locality_by_slug
from app.shop.reviews import actions as reviews
from app.shop.reviews.actions import publishing
from tests.factories import accounts, bookings, catalogue, councils, providers
from tests.integration.search.conftest import EACH_ENGINE_ONCE

pytestmark = EACH_ENGINE_ONCE

LOCATION = Location(
    location_id="1-900000001",
    name="Applecross House",
    provider_id="1-800000001",
    provider_name="Applecross Care",
    service_types=("Homecare agencies",),
    address="1 Mill Lane",
    postcode="QX11AA",
    area_name="Millbrook",
    line=2,
)


def follow(do, *, shows=True):
    """Do something in a transaction, and see that the index differs until it has caught up, and then no more."""
    with transaction():
        done = do()
    assert bool(search_queries.index_differences()) is shows, do
    assert building.catch_up() >= 1, do
    assert not search_queries.index_differences(), do
    return done


def fresh(row):
    return db.session.get_one(type(row), row.id)


@pytest.fixture
def millbrook(app):
    council = councils.council("millbrook", "Millbrook")
    councils.places(council)
    return council


def test_what_staff_and_councils_do_is_followed(app, millbrook):
    seller = providers.provider("Acme Meals", claimed=False)
    commissioner = accounts.person(Role.COMMISSIONER, council_id=millbrook.id)
    hopeful = accounts.person(Role.PERSON)
    building.rebuild()
    north = locality_by_slug(millbrook.id, "north")
    listing = catalogue.listing(seller, "meals", millbrook, title="Hot dinners")
    follow(lambda: mark_changed(listing.id))
    with transaction():
        asked = provider_actions.claim(
            actor=hopeful, provider=fresh(seller), council=millbrook, job_title="Cook", evidence="A letter"
        )
    follow(lambda: claims.decide_claim(actor=commissioner, claim=fresh(asked), approve=True, checked="Rang"))
    staff = fresh(hopeful)
    words = listings.ListingWords(title="Hot lunches", summary="Brought to the door", languages=["Polish"])
    follow(
        lambda: listings.change_listing(
            actor=staff,
            listing=fresh(listing),
            words=words,
            areas=[(millbrook.id, north.id)],
            seen=listings.version_of(fresh(listing)),
        )
    )
    # Only words that no result shows: search finds by them all the same.
    follow(
        lambda: listings.change_listing(
            actor=staff,
            listing=fresh(listing),
            words=replace(words, languages=["Urdu"]),
            areas=[(millbrook.id, north.id)],
            seen=listings.version_of(fresh(listing)),
        )
    )
    assert search_queries.find(SearchQuery("urdu")).total == 1
    today = clock.today()
    for day, pence in ((today, 800), (today + timedelta(days=10), 900)):
        follow(
            lambda day=day, pence=pence: rates.publish_rate(
                actor=staff, listing=fresh(listing), valid_from=day, unit=Unit.ITEM, weekday_pence=pence
            ),
            shows=day == today,
        )
    follow(lambda: listings.withdraw_listing(actor=staff, listing=fresh(listing)))
    follow(lambda: listings.publish_listing(actor=staff, listing=fresh(listing)))
    second = follow(
        lambda: listings.write_listing(
            actor=staff,
            provider=fresh(seller),
            kind="meals",
            title="Cakes",
            summary="Sweet",
            areas=[(millbrook.id, None)],
        ),
        shows=False,
    )
    assert second.status == "draft"
    lot = councils.framework(millbrook, ["meals"]).lots[0]
    follow(lambda: places.place_on_framework(actor=commissioner, provider=fresh(seller), lot=fresh(lot), from_on=today))
    for of in (fresh(lot), None):
        made = follow(
            lambda of=of: places.suspend_provider(
                actor=commissioner,
                provider=fresh(seller),
                council=fresh(millbrook),
                lot=of,
                from_on=today,
                reason=SuspensionReason.QUALITY,
                words="Late",
            )
        )
        follow(lambda made=made: places.end_suspension(actor=commissioner, suspension=fresh(made), words="Better"))


def test_what_registers_bring_is_followed_by_every_listing_that_shows_it(app, millbrook):
    building.rebuild()

    def bring(**news):
        return listings_actions.import_locations(council=fresh(millbrook), rows=[replace(LOCATION, **news)])

    follow(bring)
    seller = db.session.scalars(select(Provider)).one()
    (registration,) = seller.registrations
    own = catalogue.listing(seller, "care-at-home", millbrook, registration_id=registration.id)
    follow(lambda: mark_changed(own.id))
    follow(lambda: bring(specialisms=("Dementia",)))
    assert own.id in {hit.listing_id for hit in search_queries.find(SearchQuery("dementia")).hits}
    follow(lambda: bring(provider_name="Applecross and Daughters", specialisms=("Dementia",)))
    assert search_queries.find(SearchQuery("daughters")).total == 2
    rated = Rated(
        location_id=LOCATION.location_id,
        name=LOCATION.name,
        area_name="Millbrook",
        postcode="QX11AA",
        rating=CqcRating.OUTSTANDING,
        rated_on=date(2026, 2, 1),
        is_inherited=False,
        line=2,
    )
    follow(lambda: listings_actions.import_ratings(council=fresh(millbrook), rows=[(2, LOCATION.name, rated)]))
    assert {hit.facts.cqc_rating for hit in search_queries.find(SearchQuery("daughters")).hits} == {
        CqcRating.OUTSTANDING
    }


def test_a_review_is_followed_once_it_is_shown(app):
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    made = bookings.delivered(scene, own)
    with transaction():
        said = reviews.write_review(actor=scene.person, booking=made, quality=5, value=4, words="Kind and on time.").id
    building.rebuild()
    (hit,) = search_queries.find(SearchQuery()).hits
    assert hit.facts.review_count == 0
    with clock.set_to(clock.now() + timedelta(days=7)):
        follow(lambda: publishing.publish_review(said))
        (hit,) = search_queries.find(SearchQuery()).hits
    assert (hit.facts.review_count, hit.facts.rating) == (1, 4.5)


def test_a_change_is_marked_in_its_own_transaction_and_waits_for_no_index(app, millbrook):
    """Busy, killed or away, the index never stands in the way of a change, which is taken in once it is back."""
    from app.market.search_index.index import current_snapshot

    listing = catalogue.listing(title="Old words", council=millbrook)
    building.rebuild()
    with (
        current_snapshot.index_store().held("writer") as is_ours,
        current_snapshot.index_store().held("rebuild") as is_also_ours,
    ):
        assert is_ours
        assert is_also_ours
        with transaction():
            fresh(listing).title = "Quandles"
            mark_changed(listing.id)
    db.session.close()
    # Another process, as after the first has died.
    current_snapshot._holders.clear()
    assert building.keep_up() == 1
    assert [hit.listing_id for hit in search_queries.find(SearchQuery("quandle")).hits] == [1]
    assert db.session.get_one(Listing, 1).title == "Quandles"
