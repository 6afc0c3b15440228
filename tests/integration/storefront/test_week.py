"""Drawing a week without signing in, pricing it, and the same penny on every page; on both databases."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskClient

from app.base import clock
from app.base.db import db
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.models import ListingArea
from app.market.catalogue.rules.rates import AddOnBasis, When
from app.market.search.actions.building import rebuild
from app.people.accounts.rules import Role
from app.people.councils.models import Council
from app.support.booking_records.models.bookings import Booking
from tests.factories import accounts, bookings, budgets, catalogue, councils, providers
from tests.factories.accounts import sign_in
from tests.inspection import InspectingClient, _as_loaded
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


def _page(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def _rows(page: BeautifulSoup, caption: str) -> list[list[str]]:
    found = next(t for t in page.find_all("table") if t.caption.get_text(strip=True) == caption)
    return [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["th", "td"])]
        for row in found.find("tbody").find_all("tr")
    ]


def _filled(public_id: str = "", **more: object) -> dict[str, object]:
    return {
        "v1-what": "Help to get up",
        "v1-kind": "companionship",
        "v1-days": ["1", "3"],
        "v1-start": "8am",
        "v1-length": "1 hour 30",
        "v1-who": public_id,
        **more,
    }


def test_anybody_draws_a_week_and_sees_what_it_costs(client: InspectingClient, council: Council) -> None:
    listing = catalogue.listing(providers.provider("Bright Days"), council=council, title="Company")
    catalogue.card(listing, 2750, bank_holiday_pence=5500)
    page = _page(client.submit("/week", button="Update the cost", **_filled(listing.public_id, money="5000")))
    words = _text(page)
    assert "£82.50 a week" in words
    assert "Four weeks £330.00" in words
    # 23 November 2026 to 21 November 2027: 104 visits at £41.25, and again as much on five bank holidays.
    assert "A budget year, 23 November 2026 to 21 November 2027 £4,496.25" in words
    assert "Of that, 5 bank holidays +£206.25" in words
    assert "£4,496.25 of £5,000.00 for the year: £503.75 to spare." in words
    assert "That pays for all 52 weeks from 23 November 2026." in words
    assert _rows(page, "Your week, visit by visit") == [
        ["Help to get up Monday and Wednesday, 8am to 9:30am Company, Bright Days", "£82.50"]
    ]
    periods = _rows(page, "The year in thirteen parts of four weeks")
    assert len(periods) == 14
    assert periods[1] == ["21 December 2026", "28 December 2026", "£371.25"]
    assert page.find(id="v1-what")["value"] == "Help to get up"
    assert page.find(id="v1-start")["value"] == "8am"


def test_too_little_money_says_by_how_much_and_until_when(client: InspectingClient, council: Council) -> None:
    listing = catalogue.listing(council=council)
    catalogue.card(listing, 2750)
    words = _text(_page(client.submit("/week", button="Update the cost", **_filled(listing.public_id, money="825"))))
    assert "£4,290.00 of £825.00 for the year: £3,465.00 too much ." in words
    assert "That lasts 10 of 52 weeks : until 1 February 2027." in words


def test_nothing_typed_is_lost_when_something_is_wrong(client: InspectingClient, council: Council) -> None:
    listing = catalogue.listing(council=council)
    catalogue.card(listing)
    filled = _filled(listing.public_id)
    filled |= {"v1-length": "until 7am", "v1-days": [], "money": "lots"}
    page = _page(client.submit("/week", button="Update the cost", **filled))
    errors = [one.get_text(strip=True) for one in page.select(".govuk-error-summary__list li")]
    assert errors == [
        "Select at least one day",
        "The end must be after the start. If it ends the next day, enter how long it lasts instead, like 9 hours",
        "Enter an amount in pounds, like 27 or 27.50",
    ]
    assert page.find(id="v1-length")["value"] == "until 7am"
    assert page.find(id="v1-what")["value"] == "Help to get up"
    assert page.find(id="money")["value"] == "lots"
    assert page.find(id="v1-who").find("option", selected=True)["value"] == listing.public_id


BAD = (
    ("v1-length", "0 minutes", "A visit must last longer than no time at all"),
    ("v1-length", "25 hours", "One visit can last at most 24 hours"),
    ("v1-length", "a while", "Enter how long it lasts"),
    ("v1-start", "25:00", "There is no 25:00 in a day. Enter a time, like 9am or 5:30pm"),
    ("v1-start", "", "Enter when it starts, like 8am"),
    ("v1-kind", "", "Select a kind of support"),
    ("v1-what", "x" * 81, "must be 80 characters or fewer"),
)


def test_bad_times_are_refused_with_words_that_mend_them(client: InspectingClient, council: Council) -> None:
    values = {**_values(client.page("/week")), "do": "update"}
    for field, typed, words in BAD:
        page = _page(client.post("/week", data={**values, **_filled(**{field: typed})}))
        assert words in page.select_one(".govuk-error-summary").get_text(), (field, typed)


def test_lines_come_and_go_and_the_difference_is_told(client: InspectingClient, council: Council) -> None:
    dear = catalogue.listing(providers.provider("Dear"), council=council, title="Dear company")
    cheap = catalogue.listing(providers.provider("Cheap"), council=council, title="Cheap company")
    catalogue.card(dear, 3000)
    catalogue.card(cheap, 2000)
    page = _page(client.submit("/week", button="Add another visit", **_filled(dear.public_id)))
    assert [one.get_text() for one in page.select(".app-week__line > fieldset > legend")] == ["Visit 1", "Visit 2"]
    assert not page.select(".govuk-error-message")
    assert page.find(id="v2-kind").find("option", selected=True)["value"] == "companionship"
    values = _values(page)
    answer = client.post("/week", data={**values, "do": "cheapest"})
    page = _page(answer)
    assert page.find(id="v1-who").find("option", selected=True)["value"] == cheap.public_id
    assert _rows(page, "What changed, a week") == [
        ["Help to get up", "£90.00", "£60.00", "−£30.00"],
        ["All of the week", "£90.00", "£60.00", "−£30.00"],
    ]
    values = {**_values(page), "do": "remove-1"}
    page = _page(client.post("/week", data=values))
    assert [one.get_text() for one in page.select(".app-week__line > fieldset > legend")] == ["Visit 1"]
    assert page.find(id="v2-what")["value"] == ""
    assert ["Help to get up", "£60.00", "removed", "−£60.00"] not in _rows_or_none(page)
    assert "Say when a visit is and choose who could do it." in _text(page)


def _rows_or_none(page: BeautifulSoup) -> list[list[str]]:
    return [row for table in page.find_all("table") for row in [[c.get_text() for c in table.find_all(["th", "td"])]]]


def _values(page: BeautifulSoup) -> dict[str, object]:
    return _as_loaded(page.find(id="week-form"))


def test_only_those_who_fit_are_proposed(client: InspectingClient, council: Council) -> None:
    fits = catalogue.listing(providers.provider("Fits"), council=council, title="Fits", review_count=3, review_sum=24)
    best = catalogue.listing(providers.provider("Best"), council=council, title="Best", review_count=3, review_sum=30)
    catalogue.card(fits, 2500)
    catalogue.card(best, 2900)
    elsewhere = catalogue.listing(providers.provider("Elsewhere"), council=councils.council(), title="Elsewhere")
    full = catalogue.listing(providers.provider("Full"), council=council, title="Full", can_take_new_people=False)
    closed = catalogue.listing(providers.provider("Closed"), council=council, title="Closed Mondays", days=[2, 3])
    stopped = catalogue.listing(providers.provider("Stopped"), council=council, title="Stopped")
    providers.suspension(stopped.provider, council)
    unpriced = catalogue.listing(providers.provider("Unpriced"), council=council, title="Unpriced")
    for one in (elsewhere, full, closed, stopped):
        catalogue.card(one, 1000)
    page = _page(client.submit("/week", button="Update the cost", **_filled()))
    options = [one.get_text() for one in page.find(id="v1-who").find_all("option")]
    assert options == [
        "Nobody chosen yet",
        "Fits: £75.00 a week, rated 4.0",
        "Best: £87.00 a week, rated 5.0",
        "Closed Mondays: £30.00 a week, not on Monday",
    ]
    assert unpriced.title not in " ".join(options)
    words = _text(page)
    assert "The best rated that fit : £87.00 a week" in words
    assert "The cheapest that fit : £75.00 a week" in words


def test_extras_are_offered_and_follow_to_another_provider(client: InspectingClient, council: Council) -> None:
    one = catalogue.listing(providers.provider("One"), council=council, title="One")
    two = catalogue.listing(providers.provider("Two"), council=council, title="Two")
    first = catalogue.add_on("Second worker", 2000, AddOnBasis.PER_HOUR)
    second = catalogue.add_on("Second worker", 1000, AddOnBasis.PER_HOUR)
    catalogue.card(one, 2000, first)
    catalogue.card(two, 2000, second)
    page = _page(client.submit("/week", button="Update the cost", **_filled(one.public_id)))
    assert "Second worker, £20.00 an hour" in _text(page)
    chosen = {**_values(page), "v1-extras": [first.public_id], "v1-who": two.public_id, "do": "update"}
    page = _page(client.post("/week", data=chosen))
    assert page.find(id="v1-extras-0")["value"] == second.public_id
    assert page.find(id="v1-extras-0").has_attr("checked")
    assert "£90.00 a week" in _text(page)


def test_the_fragment_says_the_same_and_is_only_a_fragment(client: InspectingClient, council: Council) -> None:
    listing = catalogue.listing(council=council)
    catalogue.card(listing, 2750)
    page = client.page("/week")
    values = {**_values(page), **_filled(listing.public_id), "lines": "1"}
    assert FlaskClient.open(client, "/week/cost", method="POST", data=values | {"csrf_token": ""}).status_code == 400
    with counted() as asked:
        sent = FlaskClient.open(client, "/week/cost", method="POST", data=values)
    part = sent.get_data(as_text=True)
    assert "<html" not in part
    assert BeautifulSoup(part, "html.parser").find(attrs={"data-week-total": True}).get_text() == "£82.50"
    assert len(asked) <= 6, asked


def test_however_long_the_week_the_database_is_asked_as_often(client: InspectingClient, council: Council) -> None:
    listings = [catalogue.listing(providers.provider(), council=council) for _ in range(6)]
    for one in listings:
        catalogue.card(one, 2000, catalogue.add_on(), catalogue.add_on("Second worker"))
    person = accounts.person(Role.PERSON, council_id=council.id, postcode="QX11AA")
    budgets.pot(person, PotKind.DIRECT_PAYMENT, 100_000)
    sign_in(client, person)
    short = f"/week?week=1_0900_60_companionship_{listings[0].public_id}"
    codes = [f"{1 + n % 7}_{8 + n // 2:02d}00_{45 + n}_companionship_{listings[n % 6].public_id}" for n in range(20)]
    client.get(short)
    with counted() as few:
        client.get(short)
    with counted() as many:
        page = client.page("/week?week=" + ".".join(codes))
    assert len(page.select(".app-week__line")) == 20
    assert len(many) == len(few)
    assert len(few) <= 10, few


def test_an_address_that_cannot_be_read_gives_an_empty_sheet(client: InspectingClient, council: Council) -> None:
    for code in ("x", "9_0900_60", "1_0900_60_companionship_<script>"):
        assert "We could not read the week in that address" in _text(client.page(f"/week?week={code}")), code
    assert client.get("/week?week=%00").status_code == 400


def test_looking_writes_nothing(client: InspectingClient, council: Council) -> None:
    listing = catalogue.listing(council=council)
    catalogue.card(listing)
    addresses = (
        "/week",
        f"/week?listing={listing.public_id}&kind=companionship",
        f"/compare?listing={listing.public_id}",
    )
    with counted() as asked:
        for address in addresses:
            client.page(address)
    assert [one for one in asked if not one.lstrip().upper().startswith("SELECT")] == []


def test_the_first_hour_costs_the_same_penny_on_results_listing_compare_plan_and_booking(
    client: InspectingClient, app: Flask, council: Council
) -> None:
    """A Saturday evening hour, as the person's own money pays, with what everybody must pay: once and by the hour."""
    scene = bookings.scene()
    scene.listing.days, scene.listing.times = [6], ["evening"]
    scene.listing.areas.append(ListingArea(council_id=council.id))
    db.session.commit()
    catalogue.card(
        scene.listing,
        2765,
        catalogue.add_on("Travel", 333, is_required=True),
        catalogue.add_on("Late", 111, AddOnBasis.PER_HOUR, is_required=True, when=When.OUT_OF_HOURS),
        valid_from=date(2026, 11, 1),
        saturday_pence=2999,
        bands=[{"name": "evening", "starts": 1080, "ends": 1320, "pence": [3000, 3201, 3000, 6000]}],
        buyers={"self_funded": [2800, 3055, 2800, 2800], "council_arranged": [2000, 2000, 2000, 2000]},
    )
    rebuild()
    bookings.pot(scene.person, PotKind.OWN_MONEY, 50_000)
    sign_in(client, scene.person)
    listing = scene.listing.public_id
    code = f"6_1900_60_companionship_{listing}"
    # £32.01 and 56p more for own money, £1.11 an hour for being late, £3.33 for the way: £33.68 an hour after the first.
    price, along = "£37.01", "council=millbrook&day=6&time=evening"
    found = client.page(f"/search?{along}&per=hour&least=37.01&most=37.01")
    said = f"{price} for the first hour on Saturday evenings, then £33.68"
    assert found.select_one(".app-result__price").get_text(" ", strip=True).split() == said.split()
    assert f"{price} for the first hour on Saturday evenings, then £33.68" in _text(
        client.page(f"/listings/{listing}?{along}")
    )
    assert f"{price} a week for the visits you chose" in _text(client.page(f"/listings/{listing}?week={code}"))
    compared = client.page(f"/compare?listing={listing}&week={code}")
    assert _rows(compared, "Listings side by side")[0][1].endswith(price)
    drawn = client.submit(f"/week?week={code}", button="Save", name="Nights", **{"v1-what": "Company"})
    address = drawn.headers["Location"]
    assert _rows(client.page(address), "Your week, visit by visit")[0][1] == price
    by_hand = client.page(f"/listings/{listing}/book/money?on=2026-12-05&from=19:00&to=20:00")
    assert f"Total {price}" in _text(by_hand)
    client.submit(f"{address}/book", button="Book this week")
    assert db.session.query(Booking).one().total_pence == 3701
    # To the penny: a penny off, and it is not found.
    assert found_at(client, f"{along}&per=hour&least=37.02&most=40") == found_at(client, f"{along}&most=37.00") == []


def found_at(client: InspectingClient, asked: str) -> list[str]:
    return [one.get_text() for one in client.page(f"/search?{asked}").select(".app-result h2")]


def test_the_same_visit_costs_the_same_penny_on_listing_compare_plan_and_booking(
    client: InspectingClient, app: Flask, council: Council
) -> None:
    """Saturday 28 November, 11:25pm for 100 minutes over midnight into Sunday, with an extra: an awkward price."""
    scene = bookings.scene()
    card = catalogue.card(
        scene.listing,
        2765,
        catalogue.add_on("Travel", 333, is_required=True),
        valid_from=date(2026, 11, 1),
        saturday_pence=2999,
        sunday_pence=3333,
        bank_holiday_pence=5001,
        billing_step_minutes=15,
    )
    assert card.id
    pot = bookings.pot(scene.person, PotKind.OWN_MONEY, 50_000)
    sign_in(client, scene.person)
    listing = scene.listing.public_id
    code = f"6_2325_100_companionship_{listing}"
    # 105 minutes: 35 of Saturday at £29.99 (£17.49), 70 of Sunday at £33.33 (£38.89), and the travel (£3.33).
    price = "£59.71"
    page = client.page(f"/listings/{listing}?week={code}")
    assert f"{price} a week for the visits you chose: Saturday, 11:25pm to 1:05am the next day" in _text(page)
    compared = client.page(f"/compare?listing={listing}&week={code}")
    assert _rows(compared, "Listings side by side")[0][1].endswith(price)
    drawn = client.submit(f"/week?week={code}", button="Save", name="Nights", **{"v1-what": "Bed"})
    address = drawn.headers["Location"]
    plan = client.page(address)
    assert _rows(plan, "Your week, visit by visit")[0][1] == price
    book = client.page(f"{address}/book")
    assert _rows(book, "Visits from Bright Days")[0] == ["Saturday 28 November 2026, 11:25pm to 1:05am", price]
    done = client.submit(f"{address}/book", button="Book this week")
    assert f"1 visit, {price}." in _text(client.page(done.headers["Location"]))
    booking = db.session.query(Booking).one()
    assert booking.total_pence == 5971
    assert bookings.left(pot) == (50_000 - 5971, 5971)
    by_hand = client.page(f"/listings/{listing}/book/money?on=2026-12-05&from=23:25&to=01:05&overnight=yes")
    assert f"Total {price}" in _text(by_hand)


def test_a_supporter_without_leave_to_see_money_sees_none(client: InspectingClient, council: Council) -> None:
    from app.people.circles.rules import Power
    from tests.factories import circles

    person = accounts.person(Role.PERSON, name="Ada Example", council_id=council.id)
    budgets.pot(person, PotKind.DIRECT_PAYMENT, 123_456)
    helper = accounts.person(Role.SUPPORTER, name="Sue Example")
    circles.support(person, helper, frozenset({Power.SUGGEST}))
    listing = catalogue.listing(council=council)
    catalogue.card(listing)
    sign_in(client, helper)
    with client.session_transaction() as session:
        session["shopping_for"] = person.public_id
    page = client.page(f"/week?week=1_0900_60_companionship_{listing.public_id}")
    assert "1,234.56" not in page.get_text()
    assert page.find(id="money") is not None


def test_council_managed_money_is_proposed_only_whom_it_may_pay(client: InspectingClient, council: Council) -> None:
    on = catalogue.listing(providers.provider("On"), council=council, title="On")
    off = catalogue.listing(providers.provider("Off"), council=council, title="Off")
    catalogue.card(on, 3000)
    catalogue.card(off, 2000)
    framework = councils.framework(council, ["companionship"])
    providers.place(on.provider, framework.lots[0])
    person = accounts.person(Role.PERSON, council_id=council.id)
    budgets.pot(person, PotKind.COUNCIL_MANAGED, 100_000)
    sign_in(client, person)
    page = _page(client.submit("/week", button="Update the cost", **_filled()))
    assert [one.get_text() for one in page.find(id="v1-who").find_all("option")][1:] == [
        "On: £90.00 a week",
        "Off: £60.00 a week, your money cannot pay for it",
    ]
