"""Rates are published from a day on, by those who may, kept for ever, and the right one prices each visit."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.market.catalogue import queries as catalogue_queries
from app.market.catalogue.actions import rates
from app.market.catalogue.models import AddOn, Listing, ListingChange, RateCard
from app.market.catalogue.queries import cards
from app.market.catalogue.rules.rates import AddOnBasis, Unit
from app.market.catalogue.rules.tariffs import NoSuchAddOn, RatesNotPublished
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.audit.models import AuditEvent
from tests.factories import accounts, catalogue, councils, providers

pytestmark = pytest.mark.usefixtures("app")
TODAY = date(2026, 6, 1)


@pytest.fixture(autouse=True)
def _in_june() -> Iterator[None]:
    with clock.set_to(datetime(2026, 6, 1, 8, tzinfo=UTC)):
        yield


@pytest.fixture
def listing() -> Listing:
    return catalogue.listing()


@pytest.fixture
def staff(listing: Listing) -> Person:
    return accounts.person(Role.PROVIDER_STAFF, provider_id=listing.provider_id)


def _count(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def _publish(actor: Person, listing: Listing, valid_from: date = TODAY, **more: object) -> RateCard:
    facts = {"unit": Unit.HOUR, "weekday_pence": 2750, **more}
    with transaction():
        return rates.publish_rate(actor=actor, listing=listing, valid_from=valid_from, **facts)


def test_a_rate_is_published_with_its_add_ons_recorded_and_told_to_search(staff: Person, listing: Listing) -> None:
    travel = rates.NewAddOn("Travel", AddOnBasis.PER_VISIT, 350, is_required=True)
    card = _publish(staff, listing, saturday_pence=3000, billing_step_minutes=15, add_ons=[travel])
    kept = catalogue_queries.card_on(listing.id, TODAY)
    assert kept is card
    assert (kept.weekday_pence, kept.saturday_pence, kept.sunday_pence, kept.bank_holiday_pence) == (
        2750,
        3000,
        2750,
        2750,
    )
    assert [(a.name, a.basis, a.amount_pence, a.is_required) for a in kept.add_ons] == [
        ("Travel", AddOnBasis.PER_VISIT, 350, True)
    ]
    event = db.session.scalars(select(AuditEvent)).one()
    assert (event.action, event.actor_id, event.subject_id) == ("rate_published", staff.id, listing.id)
    assert db.session.scalars(select(ListingChange.listing_id)).all() == [listing.id]


def test_minimum_length_and_step_mean_nothing_for_a_night(staff: Person, listing: Listing) -> None:
    card = _publish(staff, listing, unit=Unit.SLEEP_IN, minimum_minutes=60, billing_step_minutes=30)
    assert (card.minimum_minutes, card.billing_step_minutes) == (0, 1)


@pytest.mark.parametrize("who", ["another provider", "a person", "a commissioner", "former staff"])
def test_others_may_not_publish_and_nothing_changes(who: str, staff: Person, listing: Listing) -> None:
    if who == "another provider":
        actor = accounts.person(Role.PROVIDER_STAFF, provider_id=providers.provider().id)
    elif who == "a commissioner":
        actor = accounts.person(Role.COMMISSIONER, council_id=councils.council().id)
    elif who == "former staff":
        actor = staff
        with transaction():
            db.session.get_one(Person, staff.id).grants[0].ended_at = clock.now()
    else:
        actor = accounts.person()
    with pytest.raises(NotAllowed):
        _publish(actor, listing)
    assert (_count(RateCard), _count(AddOn), _count(AuditEvent), _count(ListingChange)) == (0, 0, 0, 0)


def test_an_unclaimed_provider_has_no_rates() -> None:
    unclaimed = providers.provider(claimed=False)
    listing = catalogue.listing(unclaimed)
    actor = accounts.person(Role.PROVIDER_STAFF, provider_id=unclaimed.id)
    with pytest.raises(NotAllowed):
        _publish(actor, listing)
    assert _count(RateCard) == 0


def test_the_past_is_not_rewritten(staff: Person, listing: Listing) -> None:
    with pytest.raises(BadInput, match="today or later"):
        _publish(staff, listing, date(2026, 5, 31))
    assert _count(RateCard) == 0


def test_a_published_day_cannot_be_published_again(staff: Person, listing: Listing) -> None:
    _publish(staff, listing, date(2026, 7, 1))
    with pytest.raises(rates.RateAlreadyPublished, match=r"A rate from 1 July 2026 is already published.*another day"):
        _publish(staff, listing, date(2026, 7, 1), weekday_pence=9999)
    assert db.session.scalars(select(RateCard.weekday_pence)).all() == [2750]


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"weekday_pence": 0}, "more than £0"),
        ({"sunday_pence": 1_000_001}, "at most £10,000"),
        ({"billing_step_minutes": 5}, "steps of 15, 30 or 60"),
        ({"add_ons": [rates.NewAddOn("", AddOnBasis.ONCE, 100)]}, "a name"),
    ],
)
def test_a_rate_that_makes_no_sense_is_refused(
    more: dict[str, object], words: str, staff: Person, listing: Listing
) -> None:
    with pytest.raises(BadInput, match=words):
        _publish(staff, listing, **more)
    assert (_count(RateCard), _count(AddOn)) == (0, 0)


def test_what_is_free_has_no_rate(staff: Person, listing: Listing) -> None:
    with transaction():
        db.session.get_one(Listing, listing.id).is_free = True
    with pytest.raises(Conflict, match="free"):
        _publish(staff, listing)
    assert _count(RateCard) == 0


def test_each_day_has_the_card_in_force_on_it() -> None:
    one, other, none = (catalogue.listing() for _ in range(3))
    catalogue.card(one, 2000, valid_from=date(2026, 1, 1))
    catalogue.card(one, 2100, valid_from=date(2026, 6, 1))
    catalogue.card(one, 2200, valid_from=date(2027, 4, 1))
    catalogue.card(other, 3000, valid_from=date(2026, 6, 2))
    ids = [one.id, other.id, none.id]

    def prices(day: date) -> dict[int, int]:
        return {key: card.weekday_pence for key, card in catalogue_queries.cards_on(ids, day).items()}

    assert prices(date(2025, 12, 31)) == {}
    assert prices(date(2026, 5, 31)) == {one.id: 2000}
    assert prices(date(2026, 6, 1)) == {one.id: 2100}
    assert prices(date(2026, 6, 2)) == {one.id: 2100, other.id: 3000}
    assert catalogue_queries.cards_on([], TODAY) == {}
    coming = catalogue_queries.coming_card(one.id, TODAY)
    assert coming is not None
    assert coming.weekday_pence == 2200
    assert catalogue_queries.coming_card(one.id, date(2027, 4, 1)) is None
    assert catalogue_queries.card_on(none.id, TODAY) is None
    assert [card.weekday_pence for card in cards.cards_of(one.id)] == [2200, 2100, 2000]


def test_each_visit_is_priced_by_the_card_of_its_own_day(listing: Listing) -> None:
    old = catalogue.card(listing, 2000, catalogue.add_on("Travel", 300), valid_from=date(2026, 1, 1))
    catalogue.card(listing, 2400, catalogue.add_on("Travel", 350), valid_from=date(2026, 6, 10))
    hours = [(clock.at_london(date(2026, 6, d), time(9)), clock.at_london(date(2026, 6, d), time(10))) for d in (9, 10)]
    found = catalogue_queries.quotes_for(
        listing=listing, times=hours, add_on_ids=[old.add_ons[0].public_id], council=councils.council()
    )
    assert [quote.total.pence for quote in found] == [2300, 2750]


def test_what_is_charged_once_is_charged_with_the_earliest_visit(listing: Listing) -> None:
    card = catalogue.card(listing, 2000, catalogue.add_on("Setting up", 4000, AddOnBasis.ONCE))
    hours = [(clock.at_london(date(2026, 6, d), time(9)), clock.at_london(date(2026, 6, d), time(10))) for d in (9, 2)]
    chosen = [card.add_ons[0].public_id]
    found = catalogue_queries.quotes_for(listing=listing, times=hours, add_on_ids=chosen, council=None)
    assert [quote.total.pence for quote in found] == [2000, 6000]


def test_a_day_without_a_card_has_no_price(listing: Listing) -> None:
    catalogue.card(listing, valid_from=date(2026, 7, 1))
    nine = clock.at_london(date(2026, 6, 30), time(9))
    ten = clock.at_london(date(2026, 6, 30), time(10))
    with pytest.raises(RatesNotPublished, match="No rate is published for 30 June 2026"):
        catalogue_queries.quote_for(listing=listing, starts=nine, ends=ten, add_on_ids=[], council=None)


def test_an_add_on_the_new_card_no_longer_has_is_refused(listing: Listing) -> None:
    old = catalogue.card(listing, 2000, catalogue.add_on("Key holding", 100))
    catalogue.card(listing, 2400, valid_from=date(2026, 6, 10))
    day = date(2026, 6, 10)
    with pytest.raises(NoSuchAddOn):
        catalogue_queries.quote_for(
            listing=listing,
            starts=clock.at_london(day, time(9)),
            ends=clock.at_london(day, time(10)),
            add_on_ids=[old.add_ons[0].public_id],
            council=None,
        )


def test_bank_holidays_are_those_of_the_nation(listing: Listing) -> None:
    catalogue.card(listing, 2000, bank_holiday_pence=4000)
    day = date(2026, 11, 30)
    hour = {"starts": clock.at_london(day, time(9)), "ends": clock.at_london(day, time(10))}
    scotland = councils.council(nation="scotland")
    assert catalogue_queries.quote_for(listing=listing, add_on_ids=[], council=scotland, **hour).total.pence == 4000
    assert (
        catalogue_queries.quote_for(listing=listing, add_on_ids=[], council=councils.council(), **hour).total.pence
        == 2000
    )
    assert date(2026, 12, 25) in catalogue_queries.holidays_for(councils.council(nation="northern-ireland"))
    assert day not in catalogue_queries.holidays_for(None)


def test_the_headline_says_the_price_in_few_words(listing: Listing) -> None:
    flat = catalogue.card(listing, 2750)
    varied = catalogue.card(listing, 2750, valid_from=date(2026, 2, 1), sunday_pence=3300)
    night = catalogue.card(listing, 8000, valid_from=date(2026, 3, 1), unit=Unit.SLEEP_IN)
    assert catalogue_queries.headline(flat, listing) == "£27.50 an hour"
    assert catalogue_queries.headline(varied, listing) == "from £27.50 an hour"
    assert catalogue_queries.headline(night, listing) == "£80.00 a sleep-in night"
    assert catalogue_queries.headline(None, listing) == "Rates not published"
    assert catalogue_queries.headline(None, catalogue.listing(kind="clubs")) == "Ask for the price"
    assert catalogue_queries.headline(None, catalogue.listing(kind="clubs", is_free=True)) == "Free"
