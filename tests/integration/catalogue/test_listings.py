"""Listings are written, changed, shown and taken down by their provider's staff, and by nobody else."""

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.market.catalogue import queries as catalogue_queries
from app.market.catalogue.actions import listings
from app.market.catalogue.models import Listing, ListingArea, ListingChange, ListingStatus
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.models import Council
from app.platform.audit.models import AuditEvent
from tests.factories import accounts, catalogue, councils, providers

pytestmark = pytest.mark.usefixtures("app")
WORDS = listings.ListingWords(title="New title", summary="New summary")


@pytest.fixture
def provider() -> Provider:
    return providers.provider("Larch Support")


@pytest.fixture
def staff(provider: Provider) -> Person:
    return accounts.person(Role.PROVIDER_STAFF, provider_id=provider.id)


@pytest.fixture
def council() -> Council:
    made = councils.council("millbrook")
    councils.places(made)
    return made


def _write(staff: Person, provider: Provider, **more: object) -> Listing:
    facts = {"kind": "companionship", "title": "Company", "summary": "A friendly face", **more}
    with transaction():
        return listings.write_listing(actor=staff, provider=provider, **facts)


def test_a_new_listing_is_a_draft_on_the_map(staff: Person, provider: Provider, council: Council) -> None:
    listing = _write(staff, provider, areas=[(council.id, None)], postcode="qx1 1aa", days=[7, 1, 7], age_from=18)
    assert (listing.status, listing.nature, listing.days) == (ListingStatus.DRAFT, "service", [1, 7])
    assert (listing.postcode, listing.longitude, listing.latitude) == ("QX1 1AA", -2.30, 53.40)
    assert [area.words for area in listing.areas] == [council.name]
    assert db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject_kind == "listing")).all() == [
        "listing_written"
    ]
    assert db.session.scalars(select(ListingChange.listing_id)).all() == [listing.id]
    with pytest.raises(NotFound):
        catalogue_queries.listing_for_visitor(listing.public_id)


def test_a_whole_council_swallows_its_localities(staff: Person, provider: Provider, council: Council) -> None:
    north = council.localities[0]
    listing = _write(staff, provider, areas=[(council.id, north.id)])
    assert [area.words for area in listing.areas] == [f"North, {council.name}"]
    with transaction():
        listings.change_listing(
            actor=staff,
            listing=listing,
            words=WORDS,
            areas=[(council.id, north.id), (council.id, None)],
            seen=listings.version_of(listing),
        )
    assert [area.words for area in listing.areas] == [council.name]
    assert db.session.scalar(select(func.count()).select_from(ListingArea)) == 1


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"kind": "no-such-kind"}, "kind of support"),
        ({"areas": [(999, None)]}, "places from the list"),
        ({"notice_hours": 999}, "Notice to cancel"),
        ({"age_from": 65, "age_to": 18}, "oldest age"),
        ({"age_from": 121}, "Ages must be"),
    ],
)
def test_what_makes_no_sense_is_refused(more: dict[str, object], words: str, staff: Person, provider: Provider) -> None:
    with pytest.raises(BadInput, match=words):
        _write(staff, provider, **more)
    assert db.session.scalar(select(func.count()).select_from(Listing)) == 0


def test_a_locality_of_another_council_is_refused(staff: Person, provider: Provider, council: Council) -> None:
    other = councils.council()
    with pytest.raises(BadInput, match="places from the list"):
        _write(staff, provider, areas=[(other.id, council.localities[0].id)])


def test_the_later_of_two_saves_is_refused(staff: Person, provider: Provider, council: Council) -> None:
    listing = _write(staff, provider, areas=[(council.id, None)])
    seen = listings.version_of(listing)
    areas = [(council.id, None)]
    with transaction():
        listings.change_listing(actor=staff, listing=listing, words=WORDS, areas=areas, seen=seen)
    late = listings.ListingWords(title="Late", summary="Late")
    with pytest.raises(listings.ListingChangedMeanwhile), transaction():
        listings.change_listing(actor=staff, listing=listing, words=late, areas=areas, seen=seen)
    assert db.session.scalars(select(Listing.title)).all() == ["New title"]


def test_what_has_rates_cannot_be_made_free(staff: Person, provider: Provider, council: Council) -> None:
    listing = _write(staff, provider, areas=[(council.id, None)])
    catalogue.card(listing)
    free = listings.ListingWords(title="T", summary="S", is_free=True)
    with pytest.raises(Conflict, match="published rates"), transaction():
        listings.change_listing(actor=staff, listing=listing, words=free, areas=[], seen=listings.version_of(listing))
    assert db.session.scalars(select(Listing.is_free)).all() == [False]


def _publish(actor: Person, listing: Listing) -> Listing:
    with transaction():
        return listings.publish_listing(actor=actor, listing=listing)


def test_a_listing_is_shown_and_taken_down(staff: Person, provider: Provider, council: Council) -> None:
    listing = _write(staff, provider, areas=[(council.id, None)])
    with clock.set_to(datetime(2026, 6, 1, 8, tzinfo=UTC)):
        _publish(staff, listing)
        _publish(staff, listing)
    assert catalogue_queries.listing_for_visitor(listing.public_id).published_at == datetime(2026, 6, 1, 8, tzinfo=UTC)
    with transaction():
        listings.withdraw_listing(actor=staff, listing=listing)
    with pytest.raises(NotFound):
        catalogue_queries.listing_for_visitor(listing.public_id)
    actions = db.session.scalars(
        select(AuditEvent.action).where(AuditEvent.subject_kind == "listing").order_by(AuditEvent.id)
    ).all()
    assert actions == ["listing_written", "listing_published", "listing_withdrawn"]


def test_a_listing_that_reaches_nowhere_is_not_shown(staff: Person, provider: Provider) -> None:
    listing = _write(staff, provider)
    with pytest.raises(Conflict, match="where it reaches"):
        _publish(staff, listing)
    assert db.session.scalars(select(Listing.status)).all() == [ListingStatus.DRAFT]


def test_personal_care_needs_a_registration(staff: Person, provider: Provider, council: Council) -> None:
    listing = _write(staff, provider, kind="care-at-home", areas=[(council.id, None)])
    with pytest.raises(Conflict, match="registered with the Care Quality"):
        _publish(staff, listing)
    assert db.session.scalars(select(Listing.status)).all() == [ListingStatus.DRAFT]
    providers.registration(provider)
    assert _publish(staff, listing).status == ListingStatus.PUBLISHED


def test_the_only_registration_is_taken_for_personal_care(staff: Person, provider: Provider) -> None:
    one = providers.registration(provider)
    assert _write(staff, provider, kind="care-at-home").registration_id == one.id
    assert _write(staff, provider, kind="gardening").registration_id is None


def test_a_framework_provider_must_publish_a_rate_first(staff: Person, provider: Provider, council: Council) -> None:
    lot = councils.framework(council, ["companionship"]).lots[0]
    providers.place(provider, lot)
    listing = _write(staff, provider, areas=[(council.id, None)])
    with clock.set_to(datetime(2026, 6, 1, 8, tzinfo=UTC)):
        with pytest.raises(Conflict, match="publish a rate first"):
            _publish(staff, listing)
        catalogue.card(listing, valid_from=date(2026, 6, 1))
        assert _publish(staff, listing).status == ListingStatus.PUBLISHED


def _change(actor: Person, listing: Listing) -> None:
    listings.change_listing(actor=actor, listing=listing, words=WORDS, areas=[], seen=listings.version_of(listing))


@pytest.mark.parametrize(
    "act",
    [
        _change,
        lambda actor, listing: listings.publish_listing(actor=actor, listing=listing),
        lambda actor, listing: listings.withdraw_listing(actor=actor, listing=listing),
        lambda actor, listing: listings.write_listing(
            actor=actor, provider=listing.provider, kind="gardening", title="T", summary="S"
        ),
    ],
    ids=["change", "publish", "withdraw", "write"],
)
@pytest.mark.parametrize("who", ["another provider", "a person"])
def test_others_may_do_none_of_it_and_nothing_changes(
    act: Callable[[Person, Listing], None], who: str, provider: Provider
) -> None:
    listing = catalogue.listing(provider, title="Mine")
    elsewhere = providers.provider().id
    actor = (
        accounts.person(Role.PROVIDER_STAFF, provider_id=elsewhere) if who == "another provider" else accounts.person()
    )
    with pytest.raises(NotAllowed), transaction():
        act(actor, listing)
    assert db.session.execute(select(Listing.title, Listing.status)).all() == [("Mine", ListingStatus.PUBLISHED)]
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == 0
    assert db.session.scalar(select(func.count()).select_from(ListingChange)) == 0
