"""Up to four listings side by side, exactly; on both databases."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup

from app.base import clock
from app.market.catalogue.models import ListingStatus
from app.market.catalogue.rules.rates import AddOnBasis
from app.market.providers.rules import CqcRating
from app.people.councils.models import Council
from tests.factories import catalogue, councils, providers
from tests.inspection import InspectingClient
from tests.queries import counted


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with clock.set_to(datetime(2026, 11, 20, 12, tzinfo=UTC)):
        yield


@pytest.fixture
def council(client: InspectingClient) -> Council:
    made = councils.council("millbrook", "Millbrook")
    councils.places(made)
    assert client.get("/?council=millbrook").status_code == 200
    return made


def _text(page: BeautifulSoup) -> str:
    return " ".join(page.find("main").get_text(" ").split())


def _table(page: BeautifulSoup) -> dict[str, list[str]]:
    """Each fact with what each listing says, without the names that are repeated for phones."""
    for name in page.select(".app-compare__whose"):
        name.decompose()
    rows = page.select("table.app-compare tbody tr")
    return {
        row.find("th").get_text(strip=True): [" ".join(cell.get_text(" ").split()) for cell in row.find_all("td")]
        for row in rows
    }


def test_two_listings_side_by_side_for_ones_own_visits(client: InspectingClient, council: Council) -> None:
    lark, oak = providers.provider("Larkmoor"), providers.provider("Oak")
    providers.registration(lark, rating=CqcRating.GOOD)
    first = catalogue.listing(
        lark,
        "care-at-home",
        council,
        title="Help at home",
        languages=["English", "Urdu"],
        notice_hours=48,
        review_count=4,
        review_sum=36,
        longitude=-2.30,
        latitude=53.40,
    )
    second = catalogue.listing(oak, "care-at-home", council, title="Morning care", days=[1, 2, 3, 4, 5])
    catalogue.card(
        first,
        2400,
        catalogue.add_on("Second worker", 2000, AddOnBasis.PER_HOUR),
        catalogue.add_on("Travel", 350, is_required=True),
        saturday_pence=2600,
        sunday_pence=2800,
        bank_holiday_pence=4800,
        minimum_minutes=30,
        billing_step_minutes=15,
    )
    catalogue.card(second, 3000)
    framework = councils.framework(council)
    providers.place(lark, framework.lots[0])
    ids = f"listing={first.public_id}&listing={second.public_id}"
    page = client.page(f"/compare?{ids}&week=17_0800_45&near=QX1+1AA")
    assert page.find("h1").get_text() == "Compare 2 side by side"
    assert _table(page) == {
        # Monday £18.00 and Sunday £21.00, each with £3.50 for the travel; £22.50 twice.
        "Your visits, a week": ["£46.00", "£45.00 Not on Sunday"],
        # 104 visits: two Mondays of December and March and three more, at £36.00 instead of £18.00.
        "A year, bank holidays included": ["£2,482.00", "£2,340.00"],
        "Monday to Friday": ["£27.50 for the first hour, then £24.00", "£30.00 an hour"],
        "Saturday": ["£29.50 for the first hour, then £26.00", "£30.00 an hour"],
        "Sunday": ["£31.50 for the first hour, then £28.00", "£30.00 an hour"],
        "Bank holiday": ["£51.50 for the first hour, then £48.00", "£30.00 an hour"],
        "Extras": ["Travel £3.50 a visit, which everybody pays; Second worker £20.00 an hour", "None"],
        "Shortest visit and steps": ["At least 30 minutes. Rounded up to 15 minutes.", "To the minute."],
        "If you cancel or turn it away": [
            "Nothing with 48 hours notice. Later, or if you turn the worker away: the whole price, up to £24.50 a visit.",
            "Nothing with 24 hours notice. Later, or if you turn the worker away: the whole price, up to £22.50 a visit.",
        ],
        "If they miss a visit": ["You pay nothing", "You pay nothing"],
        "What people say": ["4.5 out of 5 (4 reviews)", "No reviews yet"],
        "The regulator (CQC)": ["Good", "No registration known"],
        "Millbrook": ["On the framework", "Not on the framework"],
        "How far": ["Less than a mile", "–"],
        "Languages": ["English, Urdu", "–"],
        "New people": ["Can take new people", "Can take new people"],
    }
    both = _table(client.page(f"/compare?{ids}&week=1_0800_45"))
    assert both["Your visits, a week"] == ["£21.50 Lowest", "£22.50 £1.00 more"]
    off = [link["href"] for link in page.find_all("a") if link.get_text().startswith("Take off")]
    assert off[0] == f"/compare?listing={second.public_id}&week=17_0800_45&near=QX1+1AA&council=millbrook"


def test_visits_are_asked_for_and_stand_in_the_address(client: InspectingClient, council: Council) -> None:
    listing = catalogue.listing(council=council)
    catalogue.card(listing)
    address = f"/compare?listing={listing.public_id}"
    answer = client.get(f"{address}&days=1&days=3&start=9am&length=1+hour")
    assert answer.headers["Location"] == f"{address}&week=13_0900_60&council=millbrook"
    page = client.page(f"{address}&days=1&start=9am&length=0")
    assert "A visit must last longer than no time at all" in page.select_one(".govuk-error-summary").get_text()
    assert page.find(id="start")["value"] == "9am"
    assert page.find(id="days-0").has_attr("checked")


def test_four_fit_and_what_is_gone_is_said(client: InspectingClient, council: Council) -> None:
    listings = [catalogue.listing(council=council, title=f"Number {n}") for n in range(5)]
    for one in listings:
        catalogue.card(one)
    ids = "&".join(f"listing={one.public_id}" for one in listings)
    page = client.page(f"/compare?{ids}")
    assert len(page.select("table.app-compare thead th")) == 4
    assert "Four fit side by side. These are the first four you chose." in _text(page)
    draft = catalogue.listing(council=council, status=ListingStatus.DRAFT)
    page = client.page(
        f"/compare?listing={listings[0].public_id}&listing={draft.public_id}&listing=nonsense22&listing=%3Cb"
    )
    assert len(page.select("table.app-compare thead th")) == 1
    assert "2 listings you chose are no longer offered." in _text(page)
    assert [one.get_text() for one in page.find(id="another").find_all("option")] == [
        f"Number {n}, {listings[n].provider.name}" for n in range(1, 5)
    ]
    assert "Nothing is chosen yet." in _text(client.page("/compare"))
    assert "Nothing is chosen yet." in _text(client.page("/compare?listing=&week=junk"))


def test_listings_called_alike_are_told_apart_beside_every_fact(client: InspectingClient, council: Council) -> None:
    oak = providers.provider("Oak")
    alike = [
        catalogue.listing(one, "care-at-home", council, title="Help") for one in (providers.provider("Elm"), oak, oak)
    ]
    page = client.page("/compare?" + "&".join(f"listing={one.public_id}" for one in alike))
    names = ["Help, Elm", "Help, Oak (1)", "Help, Oak (2)"]
    for row in page.select("table.app-compare tbody tr"):
        assert [one.get_text(strip=True) for one in row.select(".app-compare__whose")] == names
    assert [one.get_text(" ", strip=True) for one in page.select("thead a.app-no-print")] == [
        f"Take off {one}" for one in names
    ]


def test_different_kinds_have_no_lowest_and_say_so(client: InspectingClient, council: Council) -> None:
    listings = [catalogue.listing(kind=kind, council=council) for kind in ("companionship", "gardening", "clubs")]
    listings[2].is_free = True
    for one in listings[:2]:
        catalogue.card(one)
    ids = "&".join(f"listing={one.public_id}" for one in listings)
    page = client.page(f"/compare?{ids}&week=1_0900_60")
    assert "These are different kinds of support." in _text(page)
    assert _table(page)["Your visits, a week"] == ["£27.50", "£27.50", "Free"]


def test_four_cost_the_database_no_more_than_one(client: InspectingClient, council: Council) -> None:
    listings = [catalogue.listing(providers.provider(), council=council) for _ in range(4)]
    for one in listings:
        catalogue.card(one, 2000, catalogue.add_on(), catalogue.add_on("Second worker"))
        providers.registration(one.provider)
    ids = [f"listing={one.public_id}" for one in listings]
    client.get(f"/compare?{ids[0]}")
    with counted() as few:
        client.get(f"/compare?{'&'.join(ids[:2])}&week=1_0900_60&near=QX1+1AA")
    with counted() as many:
        client.get(f"/compare?{'&'.join(ids[:3])}&week={'.'.join(['17_0900_60'] * 9)}&near=QX1+1AA")
    assert len(many) == len(few)
    assert len(few) <= 8, few
