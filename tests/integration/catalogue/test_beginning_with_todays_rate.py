"""A new rate begins with the one that holds: nothing of it is left out unless that was named and said yes to."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db
from app.market.catalogue.models import Listing, RateCard
from app.market.catalogue.queries import cards
from app.market.catalogue.rules.rates import AddOnBasis
from app.people.accounts.rules import Role
from tests.factories import accounts, catalogue, providers
from tests.inspection import InspectingClient

LOOK, PUBLISH = "See it as customers will", "Publish this rate"
TICK = "Tick that you leave out what people have now, or change the rate. Nothing is published yet"
LEFT_OUT = [
    "The extra “Second worker”, £20.00 an hour",
    "The extra “Holding a key”, £10.00 once",
    "The extra “Bank holiday”, £5.00 a visit",
    "The shortest visit charged for, 30 minutes",
    "The minimum charge of £12.00",
    "The steps of 15 minutes in which time is charged",
    "The prices for the evening",
    "The dearer price for short visits",
    "Another price for who buys: arranged by the council",
]


@pytest.fixture(autouse=True)
def _in_june() -> Iterator[None]:
    with clock.set_to(datetime(2026, 6, 1, 8, tzinfo=UTC)):
        yield


@pytest.fixture
def listing(client: InspectingClient) -> Listing:
    provider = providers.provider("Larch Support")
    accounts.sign_in(client, accounts.person(Role.PROVIDER_STAFF, provider_id=provider.id))
    made = catalogue.listing(provider)
    catalogue.card(
        made,
        2750,
        catalogue.add_on("Travel", 350, is_required=True),
        catalogue.add_on("Second worker", 2000, AddOnBasis.PER_HOUR, when="weekends"),
        catalogue.add_on("Holding a key", 1000, AddOnBasis.ONCE, only_with="Second worker"),
        catalogue.add_on("Bank holiday", 500, when="bank_holidays"),
        sunday_pence=3300,
        minimum_minutes=30,
        minimum_charge_pence=1200,
        billing_step_minutes=15,
        bands=[{"name": "evening", "starts": 1080, "ends": 1320, "pence": [3000, 3000, 3300, 3000]}],
        length_bands=[{"up_to": 45, "more_pence": 600}, {"up_to": 60, "more_pence": 300}],
        buyers={"council_arranged": [2600, 2600, 3300, 2750]},
        vat="exempt",
        vat_reason="welfare services",
    )
    return made


def _address(listing: Listing) -> str:
    return f"/desk/{listing.provider.public_id}/listings/{listing.public_id}/rates/new"


def _text(tag: object) -> str:
    return " ".join(tag.get_text().split())  # type: ignore[attr-defined]


def _hidden(page: BeautifulSoup) -> dict[str, str]:
    return {field["name"]: field["value"] for field in page.select("main form input[type=hidden]")}


def test_a_rate_left_as_the_form_opens_is_todays_from_its_own_day(client: InspectingClient, listing: Listing) -> None:
    (today,) = cards.cards_of(listing.id)
    opened = client.page(_address(listing))
    assert "The form begins with the rate from 1 January 2026." in _text(opened.main)
    look = client.submit(_address(listing), button=LOOK)
    page = BeautifulSoup(look.get_data(as_text=True), "html.parser")
    assert "leaves out" not in _text(page.main)
    done = client.post(_address(listing), data={**_hidden(page), "step": "publish"})
    assert done.status_code == 302
    new, old = cards.cards_of(listing.id)
    assert (old, new.valid_from) == (today, date(2026, 6, 2))
    ids = {extra.name: extra.id for extra in old.add_ons}
    same = [replace(extra, id=ids[extra.name]) for extra in new.add_ons]
    assert replace(new, valid_from=old.valid_from, add_ons=tuple(same)) == old


def test_what_is_left_out_is_named_and_published_only_with_a_yes_to_exactly_that(
    client: InspectingClient, listing: Listing
) -> None:
    emptied = {
        name: "" for n in (2, 3, 4) for name in (f"extra_{n}_name", f"extra_{n}_amount", f"extra_{n}_only_with")
    } | dict.fromkeys(
        ["minimum_minutes", "minimum_charge", "evening_starts", "evening_ends", "evening_weekday", "evening_saturday"]
        + [
            "evening_sunday",
            "evening_bank_holiday",
            "length_1_up_to",
            "length_1_more",
            "length_2_up_to",
            "length_2_more",
        ]
        + [f"council_arranged_{kind}" for kind in ("weekday", "saturday", "sunday", "bank_holiday")],
        "",
    )
    look = client.submit(_address(listing), button=LOOK, weekday="28.50", billing_step="1", **emptied)
    page = BeautifulSoup(look.get_data(as_text=True), "html.parser")
    assert [_text(one) for one in page.select("#drops-hint li")] == LEFT_OUT

    # Without the tick, and with a tick for less than was named, nothing is published and the page asks again.
    for ticked in ({}, {"drops": LEFT_OUT[0]}):
        again = client.post(_address(listing), data={**_hidden(page), **ticked, "step": "publish"})
        asked = BeautifulSoup(again.get_data(as_text=True), "html.parser")
        assert _text(asked.select_one(".govuk-error-summary li")) == TICK
        assert [_text(one) for one in asked.select("#drops-hint li")] == LEFT_OUT
    assert db.session.scalar(select(func.count()).select_from(RateCard)) == 1

    tick = page.find(id="drops")["value"]
    done = client.post(_address(listing), data={**_hidden(page), "drops": tick, "step": "publish"})
    assert done.status_code == 302
    new = cards.cards_of(listing.id)[0]
    assert (new.weekday_pence, new.sunday_pence, [extra.name for extra in new.add_ons]) == (2850, 3300, ["Travel"])


def test_the_first_rate_of_a_listing_begins_empty_and_leaves_nothing_out(client: InspectingClient) -> None:
    provider = providers.provider("Rowan Support")
    accounts.sign_in(client, accounts.person(Role.PROVIDER_STAFF, provider_id=provider.id))
    listing = catalogue.listing(provider)
    opened = client.page(_address(listing))
    assert opened.find(id="weekday").get("value", "") == ""
    look = client.submit(_address(listing), button=LOOK, weekday="27.50", vat="zero")
    assert "leaves out" not in look.get_data(as_text=True)
