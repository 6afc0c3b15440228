"""Weeks kept by name: whose they are, who sees them, what is recorded, and booking one in one go."""

from collections.abc import Iterator
from datetime import UTC, datetime, time

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, NotAllowed, NotFound
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.rules.rates import AddOnBasis
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.rules import Power
from app.platform.audit.models import AuditEvent
from app.shop.storefront.actions import plans
from app.shop.storefront.models import WeekPlan
from app.shop.storefront.rules.week import WeekLine
from app.support.booking_records.models.bookings import Booking
from tests.factories import accounts, bookings, catalogue, circles, councils, providers
from tests.factories.accounts import sign_in
from tests.inspection import InspectingClient, _as_loaded
from tests.queries import counted


@pytest.fixture(autouse=True)
def _in_november() -> Iterator[None]:
    with clock.set_to(datetime(2026, 11, 20, 12, tzinfo=UTC)):
        yield


def _text(page: BeautifulSoup) -> str:
    return " ".join(page.find("main").get_text(" ").split())


def _page(answer) -> BeautifulSoup:
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def _lines(*listings: str) -> list[WeekLine]:
    return [
        WeekLine(str(number), (2, 4), time(8 + number % 13), 60, f"Visit {number}", "companionship", listing)
        for number, listing in enumerate(listings, 1)
    ]


def _kept(person: Person, *listings: str, actor: Person | None = None, name: str = "My week") -> WeekPlan:
    with transaction():
        return plans.keep_plan(actor=actor or person, person=person, name=name, lines=_lines(*listings or ("x",)))


def _acts() -> list[str]:
    acts = select(AuditEvent.action).where(AuditEvent.subject_kind == "week_plan").order_by(AuditEvent.id)
    return list(db.session.scalars(acts))


def _act_for(client: InspectingClient, helper: Person, person: Person) -> None:
    sign_in(client, helper)
    with client.session_transaction() as session:
        session["shopping_for"] = person.public_id


def test_a_week_is_kept_changed_and_let_go_and_the_record_says_so(client: InspectingClient) -> None:
    council = councils.council()
    listing = catalogue.listing(council=council, title="Company")
    catalogue.card(listing, 2000)
    person = accounts.person(Role.PERSON, council_id=council.id)
    sign_in(client, person)
    code = f"24_0900_60_companionship_{listing.public_id}"
    answer = client.submit(f"/week?week={code}", button="Save", name="Usual", **{"v1-what": "Walk"})
    address = answer.headers["Location"]
    assert client.page(address).find("h1").get_text() == "Usual"
    assert client.page("/week/plans").find("main").find("a", string="Usual")["href"] == address
    answer = client.submit(address, button="Save", name="Better", **{"v1-length": "2 hours"})
    assert answer.headers["Location"] == address
    page = client.page(address)
    assert "£80.00 a week" in _text(page)
    assert page.find(id="v1-what")["value"] == "Walk"
    client.submit(address, button="Save as another week", name="Third")
    again = client.submit(address, button="Save as another week", name="Third")
    assert "You already have a week called “Third”. Choose another name" in _text(_page(again))
    assert [plan.name for plan in db.session.scalars(select(WeekPlan).order_by(WeekPlan.id))] == ["Better", "Third"]
    client.submit(address, button="Remove this week")
    assert client.get(address).status_code == 404
    assert _acts() == ["week_plan_kept", "week_plan_changed", "week_plan_kept", "week_plan_removed"]


def test_a_week_needs_a_name_and_times_and_keeps_what_was_typed(client: InspectingClient) -> None:
    person = accounts.person(Role.PERSON)
    sign_in(client, person)
    page = _page(client.submit("/week", button="Save", **{"v1-what": "Walk"}))
    errors = [one.get_text(strip=True) for one in page.select(".govuk-error-summary__list li")]
    assert errors == [
        "Select at least one day",
        "Enter when it starts, like 8am",
        "Enter how long it lasts, like 45 minutes or 1 hour 30",
        "Select a kind of support",
        "Give the week a name, like My usual week",
    ]
    assert page.find(id="v1-what")["value"] == "Walk"
    assert db.session.scalars(select(WeekPlan)).all() == []


def test_another_persons_week_is_not_found_and_cannot_be_touched(client: InspectingClient) -> None:
    owner, stranger = accounts.person(Role.PERSON), accounts.person(Role.PERSON)
    plan = _kept(owner)
    address = f"/week/plans/{plan.public_id}"
    assert client.get(address).status_code == 302
    sign_in(client, stranger)
    token = client.page("/week").find("input", attrs={"name": "csrf_token"})["value"]
    for method, path in (
        ("get", ""),
        ("post", ""),
        ("post", "/share"),
        ("post", "/remove"),
        ("get", "/book"),
        ("post", "/book"),
    ):
        sent = {"csrf_token": token, "do": "keep", "name": "Mine", "shared": "yes"} if method == "post" else None
        assert getattr(client, method)(address + path, data=sent).status_code == 404, (method, path)
    for act in (
        lambda: plans.change_plan(actor=stranger, plan=plan, name="Mine", lines=_lines("x"), revision=1),
        lambda: plans.share_plan(actor=stranger, plan=plan, is_shared=True),
        lambda: plans.remove_plan(actor=stranger, plan=plan),
    ):
        with pytest.raises(NotFound), transaction():
            act()
    with pytest.raises(NotAllowed), transaction():
        plans.keep_plan(actor=stranger, person=owner, name="Mine", lines=_lines("x"))
    db.session.expire_all()
    kept = db.session.scalars(select(WeekPlan)).one()
    assert (kept.name, kept.revision, kept.is_shared) == ("My week", 1, False)
    assert _acts() == ["week_plan_kept"]


def test_a_shared_week_is_seen_by_those_with_the_power_and_the_person_sees_who_looked(client: InspectingClient) -> None:
    person = accounts.person(Role.PERSON, name="Ada Example")
    helper = accounts.person(Role.SUPPORTER, name="Sue Example")
    banker = accounts.person(Role.SUPPORTER, name="Ben Example")
    circles.support(person, helper, frozenset({Power.SUGGEST}))
    circles.support(person, banker, frozenset({Power.SEE_MONEY}))
    plan = _kept(person)
    address = f"/week/plans/{plan.public_id}"
    _act_for(client, helper, person)
    assert client.get(address).status_code == 404
    assert "No week is kept here yet." in _text(client.page("/week/plans"))
    sign_in(client, person)
    with client.session_transaction() as session:
        session.pop("shopping_for")
    client.submit(address, button="Share with the people beside me")
    words = _text(client.page(address))
    assert "Sue Example can see and change it" in words
    assert "Ben Example" not in words
    _act_for(client, banker, person)
    assert client.get(address).status_code == 404
    _act_for(client, helper, person)
    page = client.page(address)
    assert "This is a week for Ada Example." in _text(page)
    assert page.find("button", string="Share with the people beside me") is None
    assert page.find("button", string="Stop sharing") is None
    looks = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "week_plan_looked_at")).all()
    assert [(one.actor_id, one.for_person_id) for one in looks] == [(helper.id, person.id)]
    with pytest.raises(NotAllowed), transaction():
        plans.share_plan(actor=helper, plan=plan, is_shared=False)
    with pytest.raises(NotAllowed), transaction():
        plans.remove_plan(actor=helper, plan=plan)
    assert _acts() == ["week_plan_kept", "week_plan_shared", "week_plan_looked_at"]


def test_what_a_supporter_draws_is_the_persons_and_says_who_drew_it(client: InspectingClient) -> None:
    person = accounts.person(Role.PERSON, name="Ada Example")
    helper = accounts.person(Role.SUPPORTER, name="Sue Example")
    circles.support(person, helper, frozenset({Power.SUGGEST}))
    plan = _kept(person, actor=helper)
    assert (plan.person_id, plan.made_by_id, plan.is_shared) == (person.id, helper.id, True)
    sign_in(client, person)
    assert "Drawn by Sue Example." in _text(client.page(f"/week/plans/{plan.public_id}"))


def test_nobody_overwrites_what_they_have_not_seen(client: InspectingClient) -> None:
    person = accounts.person(Role.PERSON)
    plan = _kept(person)
    sign_in(client, person)
    address = f"/week/plans/{plan.public_id}"
    old = client.page(address)
    stale = _as_loaded(old.find(id="week-form"))
    with transaction():
        plans.change_plan(actor=person, plan=plan, name="Other tab", lines=_lines("y"), revision=1)
    page = _page(client.post(address, data={**stale, "do": "keep", "name": "This tab", "v1-what": "Typed here"}))
    assert "Somebody changed this week while you had it open. Nothing was saved." in _text(page)
    assert page.find(id="v1-what")["value"] == "Typed here"
    db.session.expire_all()
    assert db.session.scalars(select(WeekPlan)).one().name == "Other tab"


@pytest.mark.parametrize(("name", "lines"), [("", 1), ("x" * 81, 1), ("ok", 0), ("ok", 21)])
def test_names_and_sizes_have_bounds(app: Flask, name: str, lines: int) -> None:
    person = accounts.person(Role.PERSON)
    with pytest.raises(BadInput), transaction():
        plans.keep_plan(actor=person, person=person, name=name, lines=_lines(*["x"] * lines))
    assert db.session.scalars(select(WeekPlan)).all() == []


def test_a_listing_that_is_gone_is_said_and_the_rest_is_priced(client: InspectingClient) -> None:
    council = councils.council()
    here = catalogue.listing(providers.provider("Here"), council=council, title="Here")
    catalogue.card(here, 2000)
    person = accounts.person(Role.PERSON, council_id=council.id)
    plan = _kept(person, here.public_id, "gone22gone22go")
    sign_in(client, person)
    words = _text(client.page(f"/week/plans/{plan.public_id}"))
    assert "This is no longer offered. Choose somebody else." in words
    assert "£40.00 a week" in words
    assert "1 visit not counted yet: say when and who." in words


def test_a_week_is_booked_provider_by_provider_and_each_outcome_is_said(client: InspectingClient) -> None:
    scene = bookings.scene()
    second = catalogue.listing(providers.provider("Second"), council=scene.council, title="Second company")
    catalogue.card(second, 2000)
    full = catalogue.listing(providers.provider("Full"), council=scene.council, title="Full", can_take_new_people=False)
    catalogue.card(full, 2000)
    pot = bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    # 2 visits at £27.50, then 2 at £20, then nobody.
    plan = _kept(scene.person, scene.listing.public_id, second.public_id, full.public_id)
    sign_in(client, scene.person)
    address = f"/week/plans/{plan.public_id}/book"
    page = client.page(address)
    assert page.find("h1").get_text() == "Book the week of 23 November 2026"
    assert "Altogether £95.00 ." in _text(page)
    assert "Full cannot take new people for this at present" in _text(page)
    sent = _as_loaded(page.find("main").find("form"))
    done = _page(client.post(address, data=sent, follow_redirects=True))
    assert done.find("h1").get_text() == "Part of your week is asked for"
    made = db.session.scalars(select(Booking).order_by(Booking.id)).all()
    assert [(one.total_pence, len(one.visits)) for one in made] == [(5500, 2), (4000, 2)]
    assert all(one.reference in _text(done) for one in made)
    assert "Full: Full cannot take new people" in _text(done).replace("Full, Full", "Full")
    assert bookings.left(pot) == (500, 9500)
    again = _page(client.post(address, data=sent, follow_redirects=True))
    assert again.find("h1").get_text() == "Part of your week is asked for"
    assert len(db.session.scalars(select(Booking)).all()) == 2
    assert bookings.left(pot) == (500, 9500)
    # With £5 left the same week can no longer be asked for anew: it says by how much.
    assert "£50.00 short" in _text(client.page(address))


def test_miles_are_asked_counted_and_booked_in_one_go(client: InspectingClient) -> None:
    scene = bookings.scene()
    driver = catalogue.listing(providers.provider("Driver"), council=scene.council, title="Drives")
    miles = catalogue.add_on("Mileage", 45, AddOnBasis.PER_MILE, is_required=True)
    catalogue.card(driver, 2000, miles)
    pot = bookings.pot(scene.person, PotKind.OWN_MONEY, 50_000)
    sign_in(client, scene.person)
    code = f"24_0900_60_companionship_{driver.public_id}"
    page = client.page(f"/week?week={code}")
    assert "Mileage: charged by the mile. Enter how many miles to count it." in _text(page)
    kept = client.submit(f"/week?week={code}", button="Save", name="Out", **{"v1-what": "Drive", "v1-miles": "10"})
    address = kept.headers["Location"]
    page = client.page(address)
    # Twice an hour at £20.00 and ten miles at 45p.
    assert page.find(attrs={"data-week-total": True}).get_text() == "£49.00"
    assert page.find(id="v1-miles")["value"] == "10"
    assert "Enter how many miles" not in _text(page)
    done = client.submit(f"{address}/book", button="Book this week")
    assert done.status_code == 302
    assert "2 visits, £49.00." in _text(client.page(done.headers["Location"]))
    assert db.session.scalars(select(Booking)).one().agreed["miles"] == 10
    assert bookings.left(pot) == (45_100, 4900)


def test_of_an_hour_that_comes_twice_it_is_asked_which_before_booking(client: InspectingClient) -> None:
    scene = bookings.scene()
    bookings.pot(scene.person, PotKind.OWN_MONEY, 50_000)
    with transaction():
        line = WeekLine("1", (7,), time(1, 30), 60, "Night", "companionship", scene.listing.public_id)
        plan = plans.keep_plan(actor=scene.person, person=scene.person, name="Night", lines=[line])
    address = f"/week/plans/{plan.public_id}/book"
    with clock.set_to(datetime(2027, 10, 20, 12, tzinfo=UTC)):
        sign_in(client, scene.person)
        page = client.page(address)
        assert "1:30 comes twice. Say above which of the two you mean." in _text(page)
        assert page.find("button", string="Book this week") is None
        # From the first half past one to half past two are two hours; from the second one.
        for which, price in (("first", "£55.00"), ("second", "£27.50")):
            assert f"Altogether {price} ." in _text(client.page(f"{address}?which={which}"))
        sent = _as_loaded(client.page(f"{address}?which=second").find("main").find_all("form")[-1])
        done = client.post(f"{address}?which=second", data=sent, follow_redirects=True)
        assert _page(done).find("h1").get_text() == "Your week is asked for"
    visit = db.session.scalars(select(Booking)).one().visits[0]
    assert (visit.starts_at, visit.price_pence) == (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), 2750)


def test_a_changed_price_or_other_peoples_money_books_nothing(client: InspectingClient) -> None:
    scene = bookings.scene()
    bookings.pot(scene.person, PotKind.OWN_MONEY, 10_000)
    other = bookings.pot(accounts.person(Role.PERSON), PotKind.OWN_MONEY, 10_000)
    plan = _kept(scene.person, scene.listing.public_id)
    sign_in(client, scene.person)
    address = f"/week/plans/{plan.public_id}/book"
    sent = _as_loaded(client.page(address).find("main").find("form"))
    for changed, words in (
        ({"price-1": "1"}, "The price changed from £0.01 to £55.00"),
        ({"price-1": "junk"}, "Go back, load the page again and send it once more."),
        ({"pay-1": other.public_id}, "Choose which of the money pays."),
        ({"pay-1": "leave"}, "You left this out."),
    ):
        page = _page(client.post(address, data={**sent, **changed}, follow_redirects=True))
        assert page.find("h1").get_text() == "Nothing was booked", changed
        assert words in _text(page)
    assert db.session.scalars(select(Booking)).all() == []
    assert bookings.left(other) == (10_000, 0)


def test_booking_needs_the_power_to_book(client: InspectingClient) -> None:
    person = accounts.person(Role.PERSON)
    helper = accounts.person(Role.SUPPORTER)
    circles.support(person, helper, frozenset({Power.SUGGEST}))
    plan = _kept(person, actor=helper)
    _act_for(client, helper, person)
    address = f"/week/plans/{plan.public_id}"
    assert client.page(address).find("a", string="Book this week") is None
    assert client.get(f"{address}/book").status_code == 403


def test_the_pages_of_kept_weeks_ask_as_often_however_many_there_are(client: InspectingClient) -> None:
    scene = bookings.scene()
    bookings.pot(scene.person, PotKind.DIRECT_PAYMENT, 100_000, scene.council)
    listings = [catalogue.listing(providers.provider(), council=scene.council) for _ in range(4)]
    for one in listings:
        catalogue.card(one, 2000, catalogue.add_on())
    short = _kept(scene.person, listings[0].public_id, name="Short")
    long = _kept(scene.person, *[one.public_id for one in listings * 3], name="Long")
    sign_in(client, scene.person)
    few, many = {}, {}
    for plan, found in ((short, few), (long, many)):
        for path in ("", "/book"):
            address = f"/week/plans/{plan.public_id}{path}"
            client.get(address)
            with counted() as asked:
                client.page(address)
            found[path] = asked
    assert {path: len(asked) for path, asked in few.items()} == {path: len(asked) for path, asked in many.items()}
    assert {path: len(asked) for path, asked in few.items()} == {"": 11, "/book": 14}
