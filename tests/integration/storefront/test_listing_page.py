"""What anybody reads of a listing and of a provider, exactly; and how much a page may ask of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import event

from app.base import clock
from app.base.db import db, transaction
from app.market.catalogue.models import ListingArea, ListingStatus
from app.market.catalogue.rules.rates import AddOnBasis, Unit
from app.market.providers.rules import CqcRating, ProviderKind
from app.people.accounts.rules import Role
from app.people.councils.models import Council
from app.people.councils.queries import locality_by_slug
from tests.factories import accounts, catalogue, councils, providers
from tests.inspection import InspectingClient


@pytest.fixture(autouse=True)
def _in_june() -> Iterator[None]:
    with clock.set_to(datetime(2026, 6, 1, 8, tzinfo=UTC)):
        yield


@pytest.fixture
def council(client: InspectingClient) -> Council:
    made = councils.council("millbrook", "Millbrook")
    councils.places(made)
    return made


@contextmanager
def queries_counted() -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def _text(page: BeautifulSoup) -> str:
    return " ".join(page.find("main").get_text(" ").split())


def _table(page: BeautifulSoup, caption: str) -> list[list[str]]:
    found = next(t for t in page.find_all("table") if t.caption.get_text(strip=True) == caption)
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])] for row in found.find_all("tr")
    ]


def test_the_rates_are_a_table_by_day_with_the_next_ones_beside(client: InspectingClient, council: Council) -> None:
    listing = catalogue.listing(council=council, title="Company and tea")
    catalogue.card(listing, 2000, valid_from=date(2025, 4, 1))
    catalogue.card(
        listing,
        2750,
        catalogue.add_on("Travel", 350, is_required=True),
        catalogue.add_on("Second worker", 2000, AddOnBasis.PER_HOUR),
        valid_from=date(2026, 4, 1),
        sunday_pence=3300,
        bank_holiday_pence=5500,
        minimum_minutes=60,
        minimum_charge_pence=2000,
        billing_step_minutes=15,
    )
    catalogue.card(listing, 2900, valid_from=date(2026, 7, 1), sunday_pence=3400, bank_holiday_pence=5800)
    page = client.page(f"/listings/{listing.public_id}")
    assert _table(page, "Price for an hour") == [
        ["Day", "Since 1 April 2026", "From 1 July 2026"],
        ["Monday to Friday", "£27.50", "£29.00"],
        ["Saturday", "£27.50", "£29.00"],
        ["Sunday", "£33.00", "£34.00"],
        ["Bank holiday", "£55.00", "£58.00"],
    ]
    assert _table(page, "Extras") == [
        ["Extra", "Do you have to have it?", "Price"],
        ["Travel", "Yes, everybody pays it", "£3.50 a visit"],
        ["Second worker", "No, you choose", "£20.00 an hour"],
    ]
    words = _text(page)
    assert "from £31.00 for the first hour, then £27.50" in words
    assert "The shortest visit charged for is 60 minutes." in words
    assert "Time is rounded up to the next 15 minutes." in words
    assert "The least you pay for a visit, before extras, is £20.00." in words
    assert "Cancel at least 24 hours before and you pay nothing." in words
    assert "Tuesday 2 June 2026, 9am to 10:30am, costs £44.75" in words
    assert "Sunday 7 June 2026, 9am to 10:30am, costs £53.00" in words
    # The bank holiday of 31 August is priced by the card that is in force by then, which has no extras.
    assert "Monday 31 August 2026 (a bank holiday), 9am to 10:30am, costs £87.00" in words
    book = page.find("a", string="Book this")
    assert book["href"] == f"/listings/{listing.public_id}/book"


def test_one_price_is_one_row_and_a_night_is_shown_overnight(client: InspectingClient, council: Council) -> None:
    listing = catalogue.listing(council=council)
    catalogue.card(listing, 8000, unit=Unit.SLEEP_IN)
    page = client.page(f"/listings/{listing.public_id}")
    caption = "Price for a sleep-in night, since 1 January 2026"
    assert _table(page, caption) == [["Day", "Price"], ["Every day", "£80.00"]]
    assert "Tuesday 2 June 2026, 10pm to 7am the next day, costs £80.00" in _text(page)
    assert "The price is that of the day it starts." in _text(page)


@pytest.mark.parametrize(
    ("facts", "has_card", "words"),
    [
        ({"is_free": True, "kind": "clubs"}, False, "This is free: there is nothing to book."),
        ({}, False, "has not published its rates, so this cannot be booked here"),
        ({"can_take_new_people": False}, True, "cannot take new people for this at present"),
    ],
)
def test_what_cannot_be_booked_says_why(
    client: InspectingClient, facts: dict[str, object], has_card: bool, words: str
) -> None:
    listing = catalogue.listing(**facts)
    if has_card:
        catalogue.card(listing)
    page = client.page(f"/listings/{listing.public_id}")
    assert words in _text(page)
    assert page.find("a", string="Book this") is None


def test_an_assistant_is_introduced_and_employing_is_explained(client: InspectingClient, council: Council) -> None:
    jo = providers.provider("Jo Marsh", kind=ProviderKind.PERSONAL_ASSISTANT)
    listing = catalogue.listing(jo, "personal-assistant", council, title="Help to wash and dress")
    catalogue.card(listing)
    page = client.page(f"/listings/{listing.public_id}?council={council.code}")
    words = _text(page)
    assert page.find("a", string="Book this") is None
    assert page.find("a", string="Ask for times")["href"] == f"/listings/{listing.public_id}/book"
    assert "because it is not personal care" not in words
    assert "Jo Marsh needs no registration while you are the employer" in words
    assert "Money the council looks after cannot pay a personal assistant." in words
    assert "references on this page are as Jo Marsh states them. We have not seen them." in words
    assert page.find("h2", id="employing").get_text() == "You are the employer"
    shop = f"council={council.code}"
    assert {f"/search?kind=payroll&{shop}", f"/search?q=employers+liability+insurance&{shop}"} <= {
        link["href"] for link in page.main.select("a[href^='/search']")
    }


def test_an_agency_of_assistants_is_booked_and_asked_for_its_registration(client: InspectingClient) -> None:
    listing = catalogue.listing(providers.provider("Able Hands"), "personal-assistant")
    catalogue.card(listing)
    page = client.page(f"/listings/{listing.public_id}")
    assert page.find("a", string="Book this") is not None
    assert page.find("h2", id="employing") is None
    assert "it must be registered. We know of no registration" in _text(page)


def test_a_page_from_a_register_says_so_and_can_be_claimed(client: InspectingClient, council: Council) -> None:
    provider = providers.provider("Old Mill House", claimed=False, phone="0161 496 0000")
    one = providers.registration(provider, "1-123456789", rating=CqcRating.GOOD, rated_on=date(2025, 3, 4))
    listing = catalogue.listing(provider, "care-home", council, registration_id=one.id)
    page = client.page(f"/listings/{listing.public_id}")
    words = _text(page)
    assert "This page comes from a public register." in words
    assert "Rates not published" in words
    assert "new people" not in words
    assert "Rating: Good , published 4 March 2025" in words
    links = {link["href"] for link in page.find("main").find_all("a")}
    assert {
        f"/providers/{provider.public_id}/claim",
        "https://www.cqc.org.uk/location/1-123456789",
        "tel:01614960000",
        "/worried-about-somebody",
        f"/report/listing/{listing.public_id}",
    } <= links


def test_an_invented_registration_never_leads_to_the_regulator(client: InspectingClient) -> None:
    provider = providers.provider()
    providers.registration(provider, is_demonstration=True)
    listing = catalogue.listing(provider, "care-at-home")
    for address in (f"/listings/{listing.public_id}", f"/providers/{provider.public_id}"):
        page = client.page(address)
        assert "invented for the demonstration" in _text(page)
        assert page.select('a[href*="cqc.org.uk"]') == []


def test_the_framework_is_told_for_the_chosen_council(client: InspectingClient, council: Council) -> None:
    other = councils.council("fernley", "Fernley")
    listing = catalogue.listing(council=council)
    providers.place(listing.provider, councils.framework(council, ["companionship"]).lots[0])
    address = f"/listings/{listing.public_id}"
    assert "On the framework. Millbrook has checked" in _text(client.page(address))
    assert "Not on the framework. Fernley has not agreed" in _text(client.page(f"{address}?council=fernley"))
    provider = f"/providers/{listing.provider.public_id}"
    assert "Not on a framework of Fernley" in _text(client.page(provider))
    assert "Lot 1 (Support at home)" in _text(client.page(f"{provider}?council=millbrook"))
    assert other.code == "fernley"


def test_distance_is_told_from_the_place_in_the_address(client: InspectingClient, council: Council) -> None:
    listing = catalogue.listing(council=council, longitude=-2.30, latitude=53.40)
    address = f"/listings/{listing.public_id}"
    assert "How far Less than a mile from you" in _text(client.page(f"{address}?near=QX1+1AA"))
    assert "How far About 5 miles from you" in _text(client.page(f"{address}?near=qx21aa"))
    assert "How far" not in _text(client.page(f"{address}?near=nowhere"))
    assert "How far" not in _text(client.page(address))


@pytest.mark.parametrize("status", [ListingStatus.DRAFT, ListingStatus.WITHDRAWN])
def test_what_is_not_on_show_is_not_found_even_by_its_staff(client: InspectingClient, status: ListingStatus) -> None:
    listing = catalogue.listing(status=status, title="Secret offer")
    address = f"/listings/{listing.public_id}"
    assert "Secret offer" not in _text(client.page(address, status=404))
    accounts.sign_in(client, accounts.person(Role.PROVIDER_STAFF, provider_id=listing.provider_id))
    client.page(address, status=404)
    assert "Secret offer" not in _text(client.page(f"/providers/{listing.provider.public_id}"))


@pytest.mark.parametrize("address", ["/listings/none", "/providers/none", "/listings/%00", "/providers/'"])
def test_addresses_of_nothing_are_not_found(client: InspectingClient, address: str) -> None:
    assert client.get(address).status_code == 404


def test_a_nul_in_a_question_is_not_read(client: InspectingClient, council: Council) -> None:
    listing = catalogue.listing(council=council, longitude=-2.30, latitude=53.40)
    assert client.get(f"/listings/{listing.public_id}?near=%00").status_code == 400


def test_hostile_words_are_only_words(client: InspectingClient, council: Council) -> None:
    nasty = "<script>alert(1)</script>"
    provider = providers.provider(nasty, website="javascript:alert(1)", description=nasty)
    listing = catalogue.listing(provider, council=council, title=nasty, summary=nasty, description=nasty, needs=[nasty])
    for address in (f"/listings/{listing.public_id}?near={nasty}", f"/providers/{provider.public_id}"):
        html = client.get(address).get_data(as_text=True)
        assert nasty not in html
        assert 'href="javascript' not in html


def test_a_provider_shows_its_offers_with_prices_in_pages(client: InspectingClient, council: Council) -> None:
    provider = providers.provider("Larch Support", phone="0161 496 0001")
    for number in range(21):
        listing = catalogue.listing(provider, council=council, title=f"Offer {number:02d}")
        catalogue.card(listing, 2000 + number)
    page = client.page(f"/providers/{provider.public_id}")
    rows = page.select(".app-result")
    assert len(rows) == 20
    assert "£20.00 an hour" in " ".join(rows[0].get_text(" ").split())
    assert "21 things on offer here" in _text(page)
    last = client.page(f"/providers/{provider.public_id}?page=2")
    assert ["Offer 20" in row.get_text() for row in last.select(".app-result")] == [True]
    client.page(f"/providers/{provider.public_id}?page=3", status=404)


def test_pages_ask_the_database_little_however_much_there_is(client: InspectingClient, council: Council) -> None:
    provider = providers.provider()
    providers.registration(provider)
    providers.place(provider, councils.framework(council).lots[0])
    for number in range(12):
        listing = catalogue.listing(provider, "care-at-home", council, longitude=-2.3, latitude=53.4)
        for day in range(1, 5):
            catalogue.card(listing, 2000 + number, catalogue.add_on(), valid_from=date(2026, day, 1))
    listing_page = f"/listings/{listing.public_id}?council=millbrook"
    provider_page = f"/providers/{provider.public_id}?council=millbrook"
    db.session.close()
    with queries_counted() as seen:
        client.page(listing_page)
    assert len([one for one in seen if one.startswith("SELECT")]) == 7
    db.session.close()
    with queries_counted() as seen:
        client.page(provider_page)
    assert len([one for one in seen if one.startswith("SELECT")]) == 9


def test_the_average_is_that_of_the_place_named_when_it_tells_enough(
    client: InspectingClient, council: Council
) -> None:
    councils.places(council)
    for slug, pence in (("south", 3000), ("north", 2000)):
        locality = locality_by_slug(council.id, slug)
        for _ in range(3):
            listing = catalogue.listing(providers.provider())
            catalogue.card(listing, pence)
            with transaction():
                db.session.add(ListingArea(listing_id=listing.id, council_id=council.id, locality_id=locality.id))
    address = f"/listings/{listing.public_id}"
    about = "?council=millbrook"
    assert "About £5.00 an hour below the average in Millbrook." in _text(client.page(f"{address}{about}"))
    assert "About the average in North, Millbrook." in _text(client.page(f"{address}{about}&near=North"))
    assert "About £10.00 an hour below the average in South, Millbrook." in _text(
        client.page(f"{address}{about}&near=South")
    )
    assert "In South, Millbrook the average published price is £30.00 an hour on weekdays, from 3 providers." in _text(
        client.page(f"{address}/prices{about}&near=South")
    )
