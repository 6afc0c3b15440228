"""The listing desk, page by page: what staff can do there, and that nobody else gets in."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db
from app.market.catalogue.models import Listing, ListingStatus, RateCard
from app.market.catalogue.rules.rates import AddOnBasis
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.councils.models import Council
from tests.factories import accounts, catalogue, councils, providers
from tests.inspection import InspectingClient

LOOK = "See it as customers will"
RATE = {
    "unit": "hour",
    "weekday": "27.50",
    "valid_from__day": "1",
    "valid_from__month": "7",
    "valid_from__year": "2026",
    "vat": "exempt",
    "vat_reason": "welfare services",
}


@pytest.fixture(autouse=True)
def _in_june() -> Iterator[None]:
    with clock.set_to(datetime(2026, 6, 1, 8, tzinfo=UTC)):
        yield


@pytest.fixture
def council(client: InspectingClient) -> Council:
    made = councils.council("millbrook", "Millbrook")
    councils.places(made)
    return made


@pytest.fixture
def provider(client: InspectingClient) -> Provider:
    return providers.provider("Larch Support")


@pytest.fixture
def staff(client: InspectingClient, provider: Provider) -> Person:
    made = accounts.person(Role.PROVIDER_STAFF, provider_id=provider.id)
    accounts.sign_in(client, made)
    return made


@pytest.fixture
def desk(provider: Provider) -> str:
    return f"/desk/{provider.public_id}/listings"


def _text(page: BeautifulSoup) -> str:
    return " ".join(page.get_text(" ").split())


def _errors(html: str) -> list[str]:
    page = BeautifulSoup(html, "html.parser")
    return [item.get_text(" ", strip=True) for item in page.select(".govuk-error-summary__list li")]


@pytest.mark.usefixtures("staff")
def test_the_desk_lists_its_own_and_no_others(client: InspectingClient, provider: Provider, desk: str) -> None:
    mine = catalogue.listing(provider, title="Ours", status=ListingStatus.DRAFT)
    catalogue.card(mine, 2750)
    catalogue.listing(title="Theirs")
    page = client.page(desk)
    rows = [_text(row) for row in page.select("tbody tr")]
    assert rows == ["Ours Company and befriending £27.50 an hour Draft Rates"]


@pytest.mark.usefixtures("staff")
def test_an_empty_desk_says_so(client: InspectingClient, desk: str) -> None:
    assert client.page(desk).select_one(".app-empty") is not None


@pytest.mark.usefixtures("staff")
def test_long_lists_are_paged(client: InspectingClient, provider: Provider, desk: str) -> None:
    for number in range(21):
        catalogue.listing(provider, title=f"Offer {number:02d}")
    assert len(client.page(desk).select("tbody tr")) == 20
    assert len(client.page(f"{desk}?page=2").select("tbody tr")) == 1
    client.page(f"{desk}?page=3", status=404)


def test_a_listing_is_written_changed_shown_and_taken_down(
    client: InspectingClient, staff: Person, council: Council, desk: str
) -> None:
    answer = client.submit(
        f"{desk}/new",
        kind="companionship",
        title="Company in the afternoon",
        summary="Tea and a chat",
        areas=["millbrook/north"],
        days=["2"],
        times=["evening", "morning"],
        needs=["dementia"],
        other_needs="Learning   disability, Gout, Dementia,",
        notice_hours="48",
    )
    listing = db.session.scalars(select(Listing)).one()
    address = f"{desk}/{listing.public_id}"
    assert (answer.status_code, answer.location) == (302, address)
    assert (listing.status, listing.needs, listing.days, listing.notice_hours, listing.can_take_new_people) == (
        ListingStatus.DRAFT,
        ["Dementia", "Learning disability", "Gout"],
        [2],
        48,
        True,
    )
    assert listing.times == ["morning", "evening"]
    page = client.page(address)
    assert "Your listing is written" in _text(page)
    assert "North, Millbrook" in _text(page)
    client.page(f"/listings/{listing.public_id}", status=404)

    assert client.submit(f"{address}/edit", title="Company and tea").location == address
    assert client.submit(address, button="Put it on show").location == address
    db.session.expire_all()
    assert (listing.title, listing.status, listing.needs) == (
        "Company and tea",
        ListingStatus.PUBLISHED,
        ["Dementia", "Learning disability", "Gout"],
    )
    assert client.submit(address, button="Take it down").location == address
    db.session.expire_all()
    assert listing.status == ListingStatus.WITHDRAWN


@pytest.mark.usefixtures("staff", "council")
def test_nothing_typed_is_lost_when_something_is_missing(client: InspectingClient, desk: str) -> None:
    answer = client.submit(f"{desk}/new", title="Kept title", age_from="60", age_to="50", notice_hours="x")
    assert answer.status_code == 200
    html = answer.get_data(as_text=True)
    assert _errors(html) == [
        "Enter a short description",
        "Select at least one place",
        "Notice to cancel, in hours must be a whole number, like 1",
        "The oldest age must not be below the youngest",
        "Select what kind of support it is",
    ]
    kept = BeautifulSoup(html, "html.parser")
    assert [kept.find(id=name)["value"] for name in ("title", "age_from", "notice_hours")] == ["Kept title", "60", "x"]
    assert db.session.scalar(select(func.count()).select_from(Listing)) == 0


@pytest.mark.usefixtures("staff")
def test_personal_care_is_refused_with_the_reason_on_the_page(
    client: InspectingClient, provider: Provider, council: Council, desk: str
) -> None:
    listing = catalogue.listing(provider, "care-at-home", council, status=ListingStatus.DRAFT)
    answer = client.submit(f"{desk}/{listing.public_id}", button="Put it on show")
    assert answer.status_code == 409
    assert "registered with the Care Quality Commission" in answer.get_data(as_text=True)
    assert db.session.scalars(select(Listing.status)).all() == [ListingStatus.DRAFT]


@pytest.mark.usefixtures("staff")
def test_of_two_people_saving_the_later_sees_both_versions(
    client: InspectingClient, provider: Provider, council: Council, desk: str
) -> None:
    listing = catalogue.listing(provider, council=council, title="First")
    address = f"{desk}/{listing.public_id}/edit"
    seen = client.page(address).find(id="seen")["value"]
    client.submit(address, title="Saved meanwhile")
    late = client.submit(address, title="Mine", seen=seen)
    assert late.status_code == 200
    page = BeautifulSoup(late.get_data(as_text=True), "html.parser")
    assert "Saved meanwhile" in _text(page.select_one("section.app-panel"))
    assert page.find(id="title")["value"] == "Mine"
    assert page.find(id="seen")["value"] != seen
    db.session.expire_all()
    assert listing.title == "Saved meanwhile"


@pytest.mark.usefixtures("staff")
def test_a_rate_is_written_looked_at_and_published(client: InspectingClient, provider: Provider, desk: str) -> None:
    listing = catalogue.listing(provider)
    address = f"{desk}/{listing.public_id}/rates/new"
    extras = {
        "extra_1_name": "Travel",
        "extra_1_amount": "3.50",
        "extra_1_basis": "per_visit",
        "extra_1_required": "y",
        "extra_2_name": "Second worker",
        "extra_2_amount": "20",
        "extra_2_basis": "per_hour",
    }
    look = client.submit(address, button=LOOK, sunday="33", billing_step="15", **RATE, **extras)
    assert look.status_code == 200
    page = BeautifulSoup(look.get_data(as_text=True), "html.parser")
    words = _text(page.select_one("section.app-panel"))
    assert "from £31.00 for the first hour, then £27.50" in words
    assert "Tuesday 7 July 2026, 9am to 10:30am, costs £44.75" in words
    assert "Sunday 5 July 2026, 9am to 10:30am, costs £53.00" in words
    assert "Price for an hour, from 1 July 2026" in words
    assert "Travel, £3.50 a visit" in words
    assert db.session.scalar(select(func.count()).select_from(RateCard)) == 0

    typed = {field["name"]: field["value"] for field in page.select("main form input[type=hidden]")}
    back = client.post(address, data={**typed, "step": "change"})
    form = BeautifulSoup(back.get_data(as_text=True), "html.parser")
    assert (form.find(id="weekday")["value"], form.find(id="extra_2_amount")["value"]) == ("27.50", "20")

    done = client.post(address, data={**typed, "step": "publish"})
    assert (done.status_code, done.location) == (302, f"{desk}/{listing.public_id}/rates")
    card = db.session.scalars(select(RateCard)).one()
    assert (card.valid_from, card.weekday_pence, card.saturday_pence, card.sunday_pence, card.billing_step_minutes) == (
        date(2026, 7, 1),
        2750,
        2750,
        3300,
        15,
    )
    assert [(a.name, a.amount_pence, a.basis, a.is_required) for a in card.add_ons] == [
        ("Travel", 350, AddOnBasis.PER_VISIT, True),
        ("Second worker", 2000, AddOnBasis.PER_HOUR, False),
    ]
    history = client.page(done.location)
    assert "Your rate is published" in _text(history)
    assert [_text(row) for row in history.select("tbody tr")] == [
        "1 July 2026 To come Withdraw the rate from 1 July 2026 an hour £27.50 £27.50 £33.00 £27.50 Travel £3.50, Second worker £20.00"
    ]

    again = client.post(address, data={**typed, "step": "publish"})
    assert _errors(again.get_data(as_text=True)) == [
        "A rate from 1 July 2026 is already published, and a published rate is never changed. Choose another day"
    ]
    assert db.session.scalar(select(func.count()).select_from(RateCard)) == 1


@pytest.mark.usefixtures("staff")
@pytest.mark.parametrize(
    ("typed", "errors"),
    [
        ({"weekday": ""}, ["Enter the price from Monday to Friday"]),
        ({"weekday": "cheap"}, ["Enter an amount in pounds, like 27 or 27.50"]),
        ({"weekday": "0"}, ["Enter an amount of more than £0"]),
        (
            {"valid_from__day": "31", "valid_from__month": "2"},
            ["There is no 31 February 2026. The date must be a real date, like 27 3 2027"],
        ),
        ({"extra_1_name": "Travel"}, ["Enter the price of extra 1"]),
        ({"extra_3_amount": "4"}, ["Enter a name for extra 3"]),
        (
            {"extra_1_name": "Travel", "extra_1_amount": "4", "extra_2_name": "travel", "extra_2_amount": "5"},
            ["Give extra 2 a name of its own"],
        ),
        ({"unit": "fortnight"}, ["Select what one price buys"]),
    ],
)
def test_a_rate_with_a_mistake_says_what_and_where(
    client: InspectingClient, provider: Provider, desk: str, typed: dict[str, str], errors: list[str]
) -> None:
    listing = catalogue.listing(provider)
    answer = client.submit(f"{desk}/{listing.public_id}/rates/new", button=LOOK, **{**RATE, **typed})
    assert _errors(answer.get_data(as_text=True)) == errors
    assert db.session.scalar(select(func.count()).select_from(RateCard)) == 0


@pytest.mark.usefixtures("staff")
def test_a_rate_in_the_past_is_refused_beside_the_date(client: InspectingClient, provider: Provider, desk: str) -> None:
    listing = catalogue.listing(provider)
    typed = {**RATE, "valid_from__month": "5"}
    answer = client.submit(f"{desk}/{listing.public_id}/rates/new", button=LOOK, **typed)
    assert _errors(answer.get_data(as_text=True)) == ["Choose today or a later day: past rates are kept as they were"]


@pytest.mark.parametrize("who", ["another provider", "a person", "nobody"])
def test_the_desk_is_shut_to_everybody_else(
    client: InspectingClient, provider: Provider, desk: str, council: Council, who: str
) -> None:
    listing = catalogue.listing(provider, council=council, title="Ours", status=ListingStatus.DRAFT)
    if who == "another provider":
        other = accounts.person(Role.PROVIDER_STAFF, provider_id=providers.provider().id)
        accounts.sign_in(client, other)
    elif who == "a person":
        accounts.sign_in(client, accounts.person())
    looked = {"another provider": 404, "a person": 403, "nobody": 302}[who]
    sent = {"another provider": 404, "a person": 403, "nobody": 303}[who]
    one = f"{desk}/{listing.public_id}"
    for address in (desk, f"{desk}/new", one, f"{one}/edit", f"{one}/rates", f"{one}/rates/new"):
        assert client.get(address).status_code == looked, address
    token = client.page("/councils").find("input", attrs={"name": "csrf_token"})["value"]
    typed = {name.replace("__", "-"): value for name, value in RATE.items()}
    words = {"title": "Stolen", "summary": "S", "areas": "millbrook", "kind": "gardening", "notice_hours": "1"}
    for address, data in (
        (f"{desk}/new", words),
        (f"{one}/edit", {**words, "seen": listing.updated_at.isoformat()}),
        (f"{one}/publish", {}),
        (f"{one}/withdraw", {}),
        (f"{one}/rates/new", {**typed, "step": "publish"}),
    ):
        assert client.post(address, data={**data, "csrf_token": token}).status_code == sent, address
    db.session.expire_all()
    assert db.session.execute(select(Listing.title, Listing.status)).all() == [("Ours", ListingStatus.DRAFT)]
    assert db.session.scalar(select(func.count()).select_from(RateCard)) == 0


@pytest.mark.usefixtures("staff")
def test_a_listing_of_another_provider_is_not_at_this_desk(client: InspectingClient, desk: str) -> None:
    theirs = catalogue.listing()
    for rest in ("", "/edit", "/rates", "/rates/new"):
        client.page(f"{desk}/{theirs.public_id}{rest}", status=404)
