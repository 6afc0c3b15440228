"""From the listing to the review, through the pages, as people without JavaScript do it."""

from collections.abc import Iterator
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db
from app.funding.budgets.queries import balances as balances_queries
from app.funding.budgets.queries import statement
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.rules import EVERY_POWER, Power, Spender
from app.platform.audit.models import AuditEvent
from app.platform.ledger import queries as ledger
from app.shop.reviews.models import Review
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.queries import offers
from tests.factories import accounts, bookings, catalogue, circles
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient

TUESDAY_AT_NINE = {
    "on__day": "24",
    "on__month": "11",
    "on__year": "2026",
    "start": "9am",
    "end": "10:30am",
}


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


@pytest.fixture
def scene(client: InspectingClient) -> bookings.Scene:
    made = bookings.scene()
    accounts.sign_in(client, made.person)
    return made


def book_address(scene: bookings.Scene) -> str:
    return f"/listings/{scene.listing.public_id}/book"


def to_check(client: InspectingClient, scene: bookings.Scene, pay: str) -> str:
    """The address of the third step, reached through the first two."""
    answer = client.submit(book_address(scene), **TUESDAY_AT_NINE)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    answer = client.submit(answer.location, pay=pay)
    assert answer.status_code == 302, answer.get_data(as_text=True)
    return answer.location


def text_of(page: object) -> str:
    return " ".join(page.main.get_text(" ").split())  # type: ignore[attr-defined]


def count_of(model: type) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def the_booking() -> Booking:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Booking)).one()


def test_book_accept_deliver_and_review(  # noqa: PLR0915 - a whole journey is one story
    client: InspectingClient, scene: bookings.Scene
) -> None:
    budget = bookings.pot(scene.person, PotKind.DIRECT_PAYMENT, 3000, scene.council)
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 5000)
    held = bookings.pot(scene.person, PotKind.COUNCIL_MANAGED, 90_000, scene.council)

    money = client.submit(book_address(scene), **TUESDAY_AT_NINE).location
    assert parse_qs(urlsplit(money).query) == {"on": ["2026-11-24"], "from": ["09:00"], "to": ["10:30"]}
    page = client.page(money)
    said = text_of(page)
    assert "Pays £41.25. Now £50.00, it would become £8.75." in said
    assert "pays £30.00. Now £30.00, it would become £0.00." in said
    assert "pays £11.25. Now £50.00, it would become £38.75." in said
    ways = [radio["value"] for radio in page.select("input[type=radio]:not([disabled])")]
    assert ways == [own.public_id, f"{budget.public_id}.{own.public_id}", "each"]
    closed = {
        page.find("label", attrs={"for": radio["id"]}).get_text(strip=True): page.find(
            id=radio["aria-describedby"]
        ).get_text(strip=True)
        for radio in page.select("input[type=radio][disabled]")
    }
    (refused,) = (
        purse.closed_because
        for purse in offers.purses_of(
            scene.person, listing=scene.listing, days=[bookings.TUESDAY], spender=Spender(scene.person.id, EVERY_POWER)
        )
        if purse.id == held.id
    )
    assert closed == {
        f"{budget.name} by itself": "It has £30.00 left: £11.25 too little by itself.",
        held.name: refused,
    }

    check = client.submit(money, pay=ways[1]).location
    said = text_of(client.page(check))
    assert "Tuesday 24 November 2026, 9am to 10:30am" in said
    assert "You can cancel without paying until 24 hours before the visit." in said
    answer = client.submit(check, note="Ring twice")
    booking = the_booking()
    assert answer.location == f"/bookings/{booking.public_id}/booked"
    assert booking.reference in text_of(client.page(answer.location))
    assert (bookings.left(budget), bookings.left(own), bookings.left(held)) == ((0, 3000), (3875, 1125), (90_000, 0))

    accounts.sign_in(client, scene.staff)
    desk = text_of(client.page("/desk"))
    assert "Company at home for Ada Example" in desk
    at_desk = f"/desk/bookings/{booking.public_id}"
    request = text_of(client.page(at_desk))
    assert "Ring twice" in request
    assert budget.name not in request
    assert own.name not in request
    assert client.submit("/desk", button=f"Accept {booking.reference}").location == at_desk

    with clock.set_to(booking.visits[0].ends_at):
        assert client.submit("/desk", button="It was delivered").location == at_desk
        assert "Delivered" in text_of(client.page(at_desk))
        assert "£41.25 in the last four weeks" in text_of(client.page("/desk"))
        booking = the_booking()
        assert booking.status == BookingStatus.COMPLETED
        assert (bookings.left(budget), bookings.left(own)) == ((0, 0), (3875, 0))
        assert ledger.ledger_differences() == []

        accounts.sign_in(client, scene.person)
        mine = client.page(f"/bookings/{booking.public_id}")
        assert "£41.25 charged" in text_of(mine)
        assert mine.find("a", href=f"/bookings/{booking.public_id}/review")
        balances = balances_queries.pots_of(scene.person.id)
        spent = [line for line in statement.statement(balances) if line.went_out]
        assert sorted((line.purse, line.went_out) for line in spent) == sorted([(budget.name, 3000), (own.name, 1125)])
        assert {line.about for line in spent} == {f"booking:{booking.public_id}"}
        review = f"/bookings/{booking.public_id}/review"
        answer = client.submit(
            review,
            quality="5",
            value="4",
            purpose="company",
            helped="fully",
            connection="none",
            words="Kind, on time, and we laughed a lot.",
        )
        made = db.session.scalars(select(Review)).one()
        assert answer.location == f"/reviews/{made.public_id}"
        assert "The provider has a week to answer" in text_of(client.page(answer.location))
        assert (made.quality, made.value, made.by) == (5, 4, "Person who uses this service")
        assert client.get(review).location == answer.location


def test_too_little_money_says_by_how_much_and_what_to_do(client: InspectingClient, scene: bookings.Scene) -> None:
    bookings.pot(scene.person, PotKind.DIRECT_PAYMENT, 3000, scene.council)
    page = client.page(client.submit(book_address(scene), **TUESDAY_AT_NINE).location)
    said = text_of(page)
    assert "This costs £41.25 and you have £30.00 that may pay for it: £11.25 short ." in said
    links = [link["href"] for link in page.main.find_all("a")]
    assert "/money/top-up" in links
    assert f"/search?kind=companionship&council={scene.council.code}" in links
    assert page.select("main form") == []


def test_money_that_runs_out_between_the_pages_books_nothing(client: InspectingClient, scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 5000)
    check = to_check(client, scene, own.public_id)
    page = client.page(check)
    token = page.select_one("input[name=csrf_token]")["value"]
    fields = {name: page.select_one(f"input[name={name}]")["value"] for name in ("key", "price")}
    bookings.booking(scene, own)
    answer = client.post(check, data={"csrf_token": token, **fields})
    assert answer.location.startswith(f"{book_address(scene)}/money?")
    assert "£32.50 short" in text_of(client.page(answer.location))
    assert (count_of(Booking), bookings.left(own)) == (1, (875, 4125))


def test_a_second_press_of_confirm_is_the_same_booking(client: InspectingClient, scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 5000)
    check = to_check(client, scene, own.public_id)
    page = client.page(check)
    data = {field["name"]: field.get("value", "") for field in page.select("main form input")}
    first, second = client.post(check, data=data), client.post(check, data=data)
    assert first.location == second.location
    assert (count_of(Booking), bookings.left(own)) == (1, (875, 4125))
    again = client.post(check, data={**data, "note": "Something else"})
    assert again.status_code in {200, 302}
    assert count_of(Booking) == 1


def test_a_price_that_changed_since_the_check_page_is_shown_and_asked_again(
    client: InspectingClient, scene: bookings.Scene
) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    check = to_check(client, scene, own.public_id)
    page = client.page(check)
    data = {field["name"]: field.get("value", "") for field in page.select("main form input")}
    catalogue.card(scene.listing, 3000, valid_from=date(2026, 11, 21))
    answer = client.post(check, data=data)
    assert answer.status_code == 200
    assert "The price changed from £41.25 to £45.00 while you were looking." in answer.get_data(as_text=True)
    assert count_of(Booking) == 0
    assert client.submit(check).status_code == 302
    assert the_booking().total_pence == 4500


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"on__day": ""}, "The date must include a day"),
        ({"on__year": "2025"}, "Choose a date and time that are still to come"),
        ({"on__year": "2028"}, "Choose a date within the next year"),
        ({"start": "noonish"}, "Enter a time, like 9am or 5:30pm"),
        ({"start": ""}, "Enter when it should start"),
        ({"end": "9am"}, "The end must be after the start"),
        ({"on__day": "28", "on__month": "3", "on__year": "2027", "start": "1:30am", "end": "4am"}, "Clocks go forward"),
    ],
)
def test_times_are_refused_beside_the_question(
    client: InspectingClient, scene: bookings.Scene, changed: dict[str, str], words: str
) -> None:
    bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    answer = client.submit(book_address(scene), **{**TUESDAY_AT_NINE, **changed})
    assert answer.status_code == 200
    assert words in answer.get_data(as_text=True)


def test_extras_are_asked_for_priced_and_carried_along(client: InspectingClient, scene: bookings.Scene) -> None:
    extra = catalogue.add_on("Travel", 350)
    catalogue.card(scene.listing, 2750, extra, valid_from=date(2026, 11, 1))
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    money = client.submit(book_address(scene), **TUESDAY_AT_NINE, extras=[extra.public_id]).location
    assert "Travel, £3.50 a visit" in text_of(client.page(money))
    check = client.submit(money, pay=own.public_id).location
    back = next(link for link in client.page(check).main.find_all("a") if "the extras" in link.get_text())
    assert client.page(back["href"]).select_one("input[name=extras]").has_attr("checked")
    client.submit(check)
    assert the_booking().total_pence == 4475


def test_a_plan_that_is_past_by_now_goes_back_to_the_first_question(
    client: InspectingClient, scene: bookings.Scene
) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    check = to_check(client, scene, own.public_id)
    with clock.set_to(NOW + timedelta(days=5)):
        answer = client.get(check)
        assert answer.status_code == 302
        page = client.page(answer.location)
    assert page.title.get_text().startswith("Error: When do you want it?")
    assert "still to come" in text_of(page)


@pytest.mark.parametrize(
    "tail",
    [
        "/money",
        "/money?on=yesterday&from=09:00&to=10:00",
        "/money?on=2026-11-24&from=25:00&to=10:00",
        "/money?on=2026-11-24&from=9&to=10:00\x00",
        "/check?on=2026-11-24&from=09:00&to=10:30",
        "/check?on=2026-11-24&from=09:00&to=10:30&pay=somebody-elses",
        "/money?on=2026-11-24&from=09:00&to=10:30" + "&extra=x" * 30,
    ],
)
def test_addresses_nobody_was_given_are_refused_in_plain_words(
    client: InspectingClient, scene: bookings.Scene, tail: str
) -> None:
    bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    answer = client.get(book_address(scene) + tail)
    assert answer.status_code in {302, 400}
    assert count_of(Booking) == 0


def test_an_extra_nobody_offers_goes_back_to_the_question(client: InspectingClient, scene: bookings.Scene) -> None:
    answer = client.get(book_address(scene) + "/money?on=2026-11-24&from=09:00&to=10:30&extra=x")
    assert answer.status_code == 302
    assert answer.location.startswith(book_address(scene))


def test_a_price_field_somebody_changed_is_refused(client: InspectingClient, scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    check = to_check(client, scene, own.public_id)
    assert client.submit(check, price="1e9").status_code == 400
    assert client.submit(check, key="short").status_code == 200
    assert "The price changed from £0.01 to £41.25" in client.submit(check, price="1").get_data(as_text=True)
    assert (count_of(Booking), bookings.left(own)) == (0, (9000, 0))


def test_a_visitor_signs_in_and_comes_back_to_the_same_step(client: InspectingClient) -> None:
    scene = bookings.scene()
    step = f"{book_address(scene)}/money?on=2026-11-24&from=09:00&to=10:30"
    answer = client.get(step)
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.location).query)["next"] == [step]


def test_a_supporter_books_for_somebody_and_every_page_says_so(client: InspectingClient, scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    helper = accounts.person(Role.SUPPORTER, name="Sam Sister")
    circles.support(scene.person, helper)
    accounts.sign_in(client, db.session.get_one(Person, helper.id))
    with client.session_transaction() as session:
        session["shopping_for"] = scene.person.public_id
    check = to_check(client, scene, own.public_id)
    assert "Ada Example, booked by Sam Sister" in text_of(client.page(check))
    client.submit(check)
    made = the_booking()
    assert (made.person_id, made.booked_by_id) == (scene.person.id, helper.id)
    for _ in range(3):
        assert "Booked by Sam Sister for Ada Example" in text_of(client.page("/bookings"))
        assert "Sam Sister for Ada Example asked for this" in text_of(client.page(f"/bookings/{made.public_id}"))
    looks = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "bookings_looked_at")).all()
    # Each page they opened, each time.
    assert {(look.actor_id, look.for_person_id) for look in looks} == {(helper.id, scene.person.id)}
    assert len(looks) == 6


def test_somebody_who_may_only_look_may_not_book(client: InspectingClient, scene: bookings.Scene) -> None:
    bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    helper = accounts.person(Role.SUPPORTER, name="Sam Sister")
    circles.support(scene.person, helper, frozenset({Power.SUGGEST}))
    accounts.sign_in(client, db.session.get_one(Person, helper.id))
    with client.session_transaction() as session:
        session["shopping_for"] = scene.person.public_id
    # Whoever may suggest puts it before the person; which money pays is not theirs to see.
    page = client.page(book_address(scene))
    assert [button.get_text() for button in page.main.find_all("button")] == ["Suggest it"]
    client.page(f"{book_address(scene)}/money?on=2026-11-24&from=09:00&to=10:30", 403)
    client.page("/bookings", 403)
    assert count_of(Booking) == 0


def test_cancelling_says_what_it_costs_first(client: InspectingClient, scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.accepted(scene, own)
    address = f"/bookings/{made.public_id}/cancel"
    assert "nothing is charged, and £41.25 is free again" in text_of(client.page(address))
    with clock.set_to(made.visits[0].starts_at - timedelta(hours=23)):
        page = client.page(address)
        assert page.h1.get_text(strip=True) == "Cancelling now costs £41.25"
        assert "£41.25 is charged , because it starts in less than 24 hours" in text_of(page)
        stale = client.submit(address, charge="0")
        assert "Cancelling now costs £41.25, not £0.00" in stale.get_data(as_text=True)
        assert bookings.left(own) == (4875, 4125)
        assert client.submit(address, reason="Not well").location == f"/bookings/{made.public_id}"
        booking = the_booking()
        assert (booking.status, booking.visits[0].status) == (BookingStatus.CANCELLED, VisitStatus.CANCELLED_LATE)
        assert bookings.left(own) == (4875, 0)
        client.page(address, 409)
        assert "Cancelled late, charged" in text_of(client.page(f"/bookings/{made.public_id}"))


def test_declining_is_told_with_its_reason(client: InspectingClient, scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.booking(scene, own)
    accounts.sign_in(client, scene.staff)
    address = f"/desk/bookings/{made.public_id}/decline"
    assert "Enter a reason" in client.submit(address, reason="").get_data(as_text=True)
    assert client.submit(address, reason="Nobody is free then").status_code == 302
    client.page(address, 409)
    accounts.sign_in(client, scene.person)
    assert "Nobody is free then" in text_of(client.page(f"/bookings/{made.public_id}"))
    assert bookings.left(own) == (9000, 0)


def test_an_amount_from_each_is_shown_before_and_kept_after(client: InspectingClient, scene: bookings.Scene) -> None:
    budget = bookings.pot(scene.person, PotKind.DIRECT_PAYMENT, 9000, scene.council)
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 5000)
    money = client.submit(book_address(scene), **TUESDAY_AT_NINE).location
    boxes = {f"amount-{budget.public_id}": "30", f"amount-{own.public_id}": "11"}
    refused = client.submit(money, pay="each", **boxes).get_data(as_text=True)
    assert "The amounts come to £41.00, and this costs £41.25: £0.25 too little" in refused
    check = client.submit(money, pay="each", **boxes | {f"amount-{own.public_id}": "11.25"}).location
    said = text_of(client.page(check))
    assert f"{budget.name} pays £30.00 . Now £90.00, it would become £60.00." in said
    assert f"{own.name} pays £11.25 . Now £50.00, it would become £38.75." in said
    client.submit(check)
    [visit] = the_booking().visits
    assert [(one.pot_id, one.amount_pence) for one in visit.payments] == [(budget.id, 3000), (own.id, 1125)]
    assert (bookings.left(budget), bookings.left(own)) == ((6000, 3000), (3875, 1125))
