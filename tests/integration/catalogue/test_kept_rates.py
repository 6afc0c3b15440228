"""The database itself keeps published rates: never edited, nothing slipped in, removed only before they hold."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.market.catalogue import queries as catalogue_queries
from app.market.catalogue.actions import rates
from app.market.catalogue.models import AddOn, Listing, RateCard, WithdrawnRate
from app.market.catalogue.queries import cards as cards_queries
from app.market.catalogue.rules.cards import Amounts, Band, LengthBand
from app.market.catalogue.rules.rates import AddOnBasis, BandName, Buyer, Unit, Vat, When
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.audit.models import AuditEvent
from tests.factories import accounts, catalogue

pytestmark = pytest.mark.usefixtures("app")
LONG_AGO = date(2026, 1, 1)
COMING = date.today() + timedelta(days=400)  # noqa: DTZ011 - the database has a clock of its own


@pytest.fixture
def listing(app: Flask) -> Listing:
    made = catalogue.listing()
    catalogue.card(made, 2750, catalogue.add_on(), valid_from=LONG_AGO)
    return made


@pytest.fixture
def staff(listing: Listing) -> Person:
    return accounts.person(Role.PROVIDER_STAFF, provider_id=listing.provider_id)


def _kept() -> tuple[int, int, int]:
    cards, add_ons, pence = (
        db.session.scalar(select(func.count()).select_from(RateCard)),
        db.session.scalar(select(func.count()).select_from(AddOn)),
        db.session.scalar(select(func.sum(RateCard.weekday_pence))),
    )
    return cards, add_ons, int(pence or 0)


EDITS = [
    ("UPDATE rate_card SET weekday_pence = 1", "a published rate is never edited"),
    ("UPDATE rate_card SET valid_until = '2030-01-01'", "a published rate is never edited"),
    ("UPDATE rate_card SET vat = 'zero'", "a published rate is never edited"),
    ("DELETE FROM rate_card", "a rate in force is never removed"),
    ("UPDATE add_on SET amount_pence = 1", "a published rate is never edited"),
    ("DELETE FROM add_on", "a rate in force is never removed"),
    (
        (
            "INSERT INTO add_on (public_id, rate_card_id, name, basis, amount_pence, is_required)"
            " SELECT 'slipped-in', id, 'Fee', 'once', 100, true FROM rate_card"
        ),
        "a published rate is never edited",
    ),
]


@pytest.mark.usefixtures("listing")
def test_a_card_in_force_stays_as_it_is() -> None:
    for sql, words in EDITS:
        with pytest.raises(DBAPIError, match=words):
            db.session.execute(text(sql))
        db.session.rollback()
        assert _kept() == (1, 1, 2750)


def test_a_coming_card_is_not_edited_either_but_may_be_withdrawn_and_stays_to_be_read(
    listing: Listing, staff: Person
) -> None:
    catalogue.card(listing, 3000, catalogue.add_on(), valid_from=COMING)
    with pytest.raises(DBAPIError, match="never edited"):
        db.session.execute(text("UPDATE rate_card SET weekday_pence = 1 WHERE weekday_pence = 3000"))
    db.session.rollback()
    with transaction():
        rates.withdraw_rate(actor=staff, listing=listing, valid_from=COMING, reason="A slip of the keyboard")
    assert _kept() == (1, 1, 2750)
    withdrawn = catalogue_queries.withdrawn_rates(listing.id)[0]
    assert (withdrawn.valid_from, withdrawn.reason, withdrawn.card["pence"]) == (
        COMING,
        "A slip of the keyboard",
        [3000] * 4,
    )
    assert [extra["name"] for extra in withdrawn.card["add_ons"]] == ["Travel"]
    assert db.session.scalars(select(AuditEvent.action)).all() == ["rate_withdrawn"]
    for sql in ("UPDATE withdrawn_rate SET reason = ''", "DELETE FROM withdrawn_rate"):
        with pytest.raises(DBAPIError, match="kept for ever"):
            db.session.execute(text(sql))
        db.session.rollback()


def test_what_may_not_be_withdrawn_says_why_and_stays(listing: Listing, staff: Person) -> None:
    stranger = accounts.person()
    catalogue.card(listing, 3000, valid_from=COMING)
    for actor, day, reason, refusal in (
        (staff, LONG_AGO, "Why not", Conflict),
        (staff, COMING, " ", BadInput),
        (staff, COMING + timedelta(days=1), "Why not", NotFound),
        (stranger, COMING, "Why not", NotAllowed),
    ):
        with pytest.raises(refusal), transaction():
            rates.withdraw_rate(actor=actor, listing=listing, valid_from=day, reason=reason)
    assert _kept() == (2, 1, 5750)
    assert db.session.scalar(select(func.count()).select_from(WithdrawnRate)) == 0


def test_everything_a_card_says_is_kept_and_read_back(listing: Listing, staff: Person) -> None:
    evening = Band(BandName.EVENING, 1080, 1320, Amounts(3000, 3100, 3200, 6000))
    buyers = ((Buyer.COUNCIL_ARRANGED, Amounts(2600, 2700, 2800, 5000)),)
    with transaction():
        rates.publish_rate(
            actor=staff,
            listing=listing,
            valid_from=COMING,
            unit=Unit.HOUR,
            weekday_pence=2800,
            bands=(evening,),
            length_bands=(LengthBand(15, 600),),
            buyers=buyers,
            vat=Vat.EXEMPT,
            vat_reason=" welfare services ",
            add_ons=[
                rates.NewAddOn("Second worker", AddOnBasis.PER_HOUR, 2000),
                rates.NewAddOn("Mileage", AddOnBasis.PER_MILE, 45, when=When.WEEKENDS, only_with="Second worker"),
            ],
        )
    kept = catalogue_queries.card_on(listing.id, COMING)
    assert kept is not None
    card = cards_queries.card_of(kept)
    assert (card.bands, card.length_bands, card.buyers) == ((evening,), (LengthBand(15, 600),), buyers)
    assert (card.vat, card.vat_reason, kept.add_on_count) == (Vat.EXEMPT, "welfare services", 2)
    assert [(e.basis, e.when, e.only_with) for e in card.add_ons] == [
        (AddOnBasis.PER_HOUR, When.ALWAYS, None),
        (AddOnBasis.PER_MILE, When.WEEKENDS, "Second worker"),
    ]


def test_a_promised_last_day_is_kept_to(staff: Person, listing: Listing) -> None:
    with clock.set_to(datetime(2026, 6, 1, 8, tzinfo=UTC)):
        until = date(2027, 3, 31)
        facts = {"actor": staff, "listing": listing, "unit": Unit.HOUR, "weekday_pence": 2900}
        with transaction():
            rates.publish_rate(valid_from=date(2026, 7, 1), valid_until=until, **facts)
        for day, words in (
            (date(2027, 3, 31), "overlap the rate that holds until 31 March 2027"),
            (date(2027, 4, 3), "no price from 1 April 2027 until then"),
        ):
            with pytest.raises(rates.WrongRate, match=words) as refused, transaction():
                rates.publish_rate(valid_from=day, **facts)
            assert refused.value.field == "valid_from"
        found = [catalogue_queries.card_on(listing.id, day) for day in (until, until + timedelta(days=1))]
        assert [card and card.weekday_pence for card in found] == [2900, None]
        assert catalogue_queries.cards_on([listing.id], until + timedelta(days=1)) == {}
        assert _kept() == (2, 1, 5650)
