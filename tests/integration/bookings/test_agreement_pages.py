"""The pages of other times, of booking at once, of sessions and of things sent back, as people without JavaScript use them."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.rules.rates import AddOnBasis, Unit
from app.support.availability.models import GroupSession, Place
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.models.returns import ItemReturn
from app.support.booking_records.rules.states import BookingStatus
from app.support.bookings.actions import answers
from app.support.visits.actions import recording
from tests.factories import accounts, bookings, catalogue, places
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient

THURSDAY = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


@pytest.fixture
def scene(client: InspectingClient) -> bookings.Scene:
    del client
    return bookings.scene()


def text_of(page: object) -> str:
    return " ".join(page.main.get_text(" ").split())  # type: ignore[attr-defined]


def the_booking() -> Booking:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Booking)).one()


def test_other_times_from_desk_to_yes(client: InspectingClient, scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 6000)
    made = bookings.booking(scene, own).public_id
    accounts.sign_in(client, scene.staff)
    propose = f"/desk/bookings/{made}/propose"
    page = client.page(f"/desk/bookings/{made}")
    assert page.main.find("a", href=propose).get_text() == "Propose other times"
    assert "Enter a few words for the person" in client.submit(propose).get_data(as_text=True)
    assert "The end must be after the start" in client.submit(
        propose, start_0="3pm", end_0="2pm", words="Later?"
    ).get_data(as_text=True)
    assert client.submit(propose, start_0="2pm", end_0="4pm", words="Only later").location == f"/desk/bookings/{made}"
    said = text_of(client.page(f"/desk/bookings/{made}"))
    assert "You proposed other times. The person answers now" in said
    assert "Accept this request" not in said
    accounts.sign_in(client, scene.person)
    answer = f"/bookings/{made}/other-times"
    assert client.page(f"/bookings/{made}").main.find("a", href=answer).get_text() == "See them and answer"
    page = client.page(answer)
    said = text_of(page)
    assert "They say: Only later" in said
    assert "Tuesday 24 November 2026, 2pm to 4pm £55.00 , £13.75 more" in said
    assert "Own money pays £55.00 and would have £5.00 left." in said
    assert bookings.left(own) == (1875, 4125)
    form = {box["name"]: box["value"] for box in page.main.find("form").find_all("input") if box["type"] == "hidden"}
    form["pay"] = page.main.find("input", type="radio")["value"]
    for _ in range(2):
        assert client.post(answer, data=form).location == f"/bookings/{made}"
    assert (the_booking().status, bookings.left(own)) == (BookingStatus.ACCEPTED, (500, 5500))
    assert "agreed to the other times" in text_of(client.page(f"/bookings/{made}"))
    client.page(answer, 409)


def test_many_visits_are_moved_to_another_time_of_day(client: InspectingClient, scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
    days = [bookings.date(2026, 11, 23 + n) for n in range(8)]
    times = [bookings.visit_times(day, bookings.time(9), bookings.time(10), ends_next_day=False) for day in days]
    made = bookings.booking(scene, own, times=times).public_id
    accounts.sign_in(client, scene.staff)
    client.submit(f"/desk/bookings/{made}/propose", start="11am", end="midday", words="Two hours later")
    accounts.sign_in(client, scene.person)
    assert text_of(client.page(f"/bookings/{made}/other-times")).count("11am to midday") == 16
    assert the_booking().status == BookingStatus.PROPOSED


def test_a_provider_says_when_it_can_be_booked_at_once(client: InspectingClient, scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    accounts.sign_in(client, scene.staff)
    address = f"/desk/{scene.provider.public_id}/listings/{scene.listing.public_id}/availability"
    half = client.submit(address, is_instant="at once", start_2="9am").get_data(as_text=True)
    assert "Tuesday: enter a start, an end and how many at once, or leave all three empty" in half
    filled = {"start_2": "9am", "end_2": "5pm", "places_2": "1", "ahead": "24"}
    odd = client.submit(address, is_instant="at once", closed="Christmas", **filled).get_data(as_text=True)
    assert "“Christmas” is not a day" in odd
    saved = client.submit(address, is_instant="at once", closed="25/12/2026", **filled)
    assert saved.location == address.removesuffix("/availability")
    page = client.page(address)
    assert page.find(id="start_2")["value"] == "09:00"
    assert page.find(id="closed").get_text().strip() == "25/12/2026"
    accounts.sign_in(client, scene.person)
    book = f"/listings/{scene.listing.public_id}/book"
    assert "booked at once, while there is a place: Tuesday 9am to 5pm." in text_of(client.page(book))
    when = {"on__day": "24", "on__month": "11", "on__year": "2026", "start": "9am", "end": "10:30am"}
    money = client.submit(book, button="Continue", **when).location
    check = client.submit(money, pay=own.public_id).location
    answer = client.submit(check, button="Confirm and send the request")
    page = client.page(answer.location)
    assert page.h1.get_text() == "Booked"
    assert "It is agreed already: Bright Days can be booked at once in these times." in text_of(page)
    full = client.submit(check, button="Confirm and send the request")
    assert "Every place at that time is taken." in full.get_data(as_text=True)
    assert the_booking().status == BookingStatus.ACCEPTED


def test_a_session_from_the_desk_to_a_place_and_called_off(client: InspectingClient, scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    accounts.sign_in(client, scene.staff)
    desk = f"/desk/{scene.provider.public_id}/listings/{scene.listing.public_id}/sessions"
    when = {"on__day": "26", "on__month": "11", "on__year": "2026", "start": "midday", "end": "2pm"}
    assert client.submit(desk, places="1", weeks="2", **when).location == desk
    again = client.submit(desk, places="1", weeks="1", **when).get_data(as_text=True)
    assert "There is a session at one of these times already." in again
    first = db.session.scalars(select(GroupSession).order_by(GroupSession.starts_at)).first()
    assert first is not None
    address = f"/sessions/{first.public_id}"
    accounts.sign_in(client, scene.person)
    listing = client.page(f"/listings/{scene.listing.public_id}")
    assert "The next session is on Thursday 26 November 2026 at" in text_of(listing)
    assert "1 of 1 left" in text_of(client.page(f"/listings/{scene.listing.public_id}/sessions"))
    booked = client.submit(address, button="Book a place", pay=own.public_id)
    assert client.page(booked.location).h1.get_text() == "Booked"
    assert bookings.left(own) == (3500, 5500)
    assert "You have a place." in text_of(client.page(address))
    other = accounts.person(name="Eve Waits")
    accounts.sign_in(client, other)
    client.submit(address, button="Wait for a place")
    assert "You are number 1 in line." in text_of(client.page(address))
    assert "Waiting since 20 November 2026" in text_of(client.page("/bookings/places"))
    accounts.sign_in(client, scene.staff)
    said = text_of(client.page(f"/desk/sessions/{first.public_id}"))
    assert "1 of 1 place taken, 1 waiting." in said
    assert "Ada Example" in said
    client.submit(f"/desk/sessions/{first.public_id}", places="2")
    client.submit(f"/desk/sessions/{first.public_id}/call-off", reason="The hall is flooded")
    accounts.sign_in(client, other)
    assert "This session is called off. “The hall is flooded”" in text_of(client.page(address))
    assert (bookings.left(own), the_booking().status) == ((9000, 0), BookingStatus.CANCELLED)
    client.page(f"/desk/sessions/{first.public_id}", 403)


def test_a_free_place_is_taken_and_given_up_on_its_page(client: InspectingClient, scene: bookings.Scene) -> None:
    club = catalogue.listing(scene.provider, "clubs", scene.council, title="Lunch", is_free=True)
    session = places.session(scene, THURSDAY, 1, club)
    client.page(f"/listings/{club.public_id}/sessions")
    accounts.sign_in(client, scene.person)
    address = f"/sessions/{session.public_id}"
    client.submit(address, button="Take a place")
    assert "You have a place." in text_of(client.page(address))
    assert "Lunch Thursday 26 November 2026" in text_of(client.page("/bookings/places"))
    assert len(db.session.scalars(select(Place)).all()) == 1
    client.submit(address, button="Give up the place")
    assert "1 place, 0 taken." in text_of(client.page(address))
    assert db.session.scalars(select(Place)).all() == []


def test_things_are_bought_by_number_and_sent_back(client: InspectingClient, scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    seat = catalogue.listing(scene.provider, "daily-living", scene.council, title="Raised seat")
    catalogue.card(seat, 4200, catalogue.add_on("Fitting", 1800, AddOnBasis.ONCE), unit=Unit.ITEM)
    accounts.sign_in(client, scene.person)
    assert client.get(f"/listings/{seat.public_id}/book").location == f"/listings/{seat.public_id}/buy"
    day = {"on__day": "24", "on__month": "11", "on__year": "2026"}
    money = client.submit(f"/listings/{seat.public_id}/buy", button="Continue", quantity="2", **day).location
    assert "quantity=2" in money
    check = client.submit(money, pay=own.public_id).location
    said = text_of(client.page(check))
    assert "2 of them, delivered on Tuesday 24 November 2026" in said
    assert "Total £84.00" in said
    booked = client.submit(check, button="Confirm and send the request")
    made = the_booking()
    assert (made.total_pence, booked.status_code) == (8400, 302)
    with transaction():
        answers.accept(actor=scene.staff, booking=made)
    with clock.set_to(made.visits[0].ends_at):
        with transaction():
            recording.mark_delivered(actor=scene.staff, visit=made.visits[0])
        back = f"/bookings/{made.public_id}/send-back"
        assert client.page(f"/bookings/{made.public_id}").main.find("a", href=back).get_text() == "Send something back"
        assert "You have 2 of these left" in client.submit(back, quantity="3").get_data(as_text=True)
        assert client.submit(back, quantity="1", reason="Too high").location == f"/bookings/{made.public_id}"
        assert "£42.00 goes back once the provider says it has arrived." in text_of(
            client.page(f"/bookings/{made.public_id}")
        )
        accounts.sign_in(client, scene.staff)
        client.submit(f"/desk/bookings/{made.public_id}", button="It has arrived: give £42.00 back")
        assert "“Too high” Back with you" in text_of(client.page(f"/desk/bookings/{made.public_id}"))
    assert bookings.left(own) == (20_000 - 4200, 0)
    assert [one.pence for one in db.session.scalars(select(ItemReturn))] == [4200]
