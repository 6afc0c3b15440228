"""The pages of sharing: each sees their own share, of the others the name agreed, and nothing more."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.people.accounts.rules import Role
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.queries import shares
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.conversations import actions as conversations_actions
from tests.factories import accounts, circles
from tests.factories.bookings import NOW
from tests.factories.sharing import House, now_is
from tests.inspection import InspectingClient
from tests.queries import counted


@pytest.fixture(autouse=True)
def _on_a_friday(app: Flask) -> Iterator[None]:
    del app
    with clock.set_to(NOW):
        yield


def words_of(client: InspectingClient, address: str) -> str:
    return " ".join(client.page(address).main.get_text(" ").split())


def test_the_journey_of_asking_and_agreeing_shows_each_only_their_own(client: InspectingClient) -> None:
    house = House()
    ada, bea, col = house.people
    listing = house.scene.listing.public_id
    accounts.sign_in(client, ada)
    check = f"/listings/{listing}/book/check?on=2026-11-24&from=09:00&to=10:30&pay={house.pots[0].public_id}"
    link = client.page(check).find("a", string="Share this with other people")["href"]
    typed = {"weeks": "8", "name": "Ada", "parts": "1", "name_1": "Bea", "email_1": bea.email, "parts_1": "1"}
    typed |= {"name_2": "Col", "email_2": col.email, "parts_2": "2"}
    assert client.submit(link, button="Work out the shares", **{**typed, "parts_2": "0"}).status_code == 200
    looked = client.submit(link, button="Work out the shares", **typed)
    assert "£82.50" in looked.get_data(as_text=True)
    page = client.page(link)
    token, key = page.find("input", {"name": "csrf_token"})["value"], page.find("input", {"name": "key"})["value"]
    sent = {**typed, "csrf_token": token, "key": key, "amount": "8250", "pay": house.pots[0].public_id, "step": "ask"}
    address = client.post(link, data=sent).headers["Location"]
    assert client.post(link, data=sent).headers["Location"] == address
    assert "Bea: has not answered yet" in words_of(client, address)
    accounts.sign_in(client, bea)
    assert "Waiting for your answer" in words_of(client, "/shared")
    seen = words_of(client, address)
    assert "£82.50 of £330.00" in seen
    assert "Ada: agreed Col: has not answered yet" in seen
    for secret in ("£165.00", "Ada Example", "Col Upstairs", ada.email, col.email, "Second floor"):
        assert secret not in seen
    client.submit(address, button="Agree and pay my share")
    sister = accounts.person(Role.PERSON, name="Joan Sister")
    circles.support(col, sister)
    accounts.sign_in(client, sister)
    client.page(address, 404)
    client.submit("/people-beside-you", button="Shop for Col Upstairs")
    assert "£165.00 of £330.00" in words_of(client, address)
    client.submit(address, button="Agree and pay my share")
    booking = db.session.scalars(select(Booking)).one()
    mine = f"/bookings/{booking.public_id}"
    accounts.sign_in(client, house.scene.staff)
    assert "Shared by Ada, Bea, Col" in words_of(client, f"/desk{mine}")
    client.submit(f"/desk{mine}", button="Accept this request")
    assert db.session.get_one(Booking, booking.id).status == BookingStatus.ACCEPTED


def test_every_door_of_a_shared_booking_leads_to_ones_own_share_and_strangers_find_none(
    client: InspectingClient,
) -> None:
    house = House()
    ada, bea, _ = house.people
    booking = house.going_on()
    mine, address = f"/bookings/{booking.public_id}", f"/shared/{shares.shared_plan_of(booking.id).public_id}"
    accounts.sign_in(client, accounts.person(Role.PERSON))
    for closed in (mine, f"{mine}/share", f"{mine}/messages", address):
        client.page(closed, 404)
    accounts.sign_in(client, ada)
    for door in ("", "/cancel", "/end", "/move", "/booked"):
        assert client.get(f"{mine}{door}").headers["Location"] == f"{mine}/share"
    assert client.get(f"{mine}/share").headers["Location"] == address
    with transaction():
        conversations_actions.write_to_provider(
            actor=bea, booking=booking, words="Is Tuesday right?", key="a-message-of-its-own"
        )
    talk = words_of(client, f"{mine}/messages")
    assert "Bea" in talk
    assert "Bea Neighbour" not in talk
    assert "Nothing is booked" in words_of(client, "/bookings")
    own = words_of(client, address)
    assert "£10.31" in own
    assert "£20.63" not in own


def test_leaving_by_its_pages_asks_the_others_and_one_no_ends_it_for_all(client: InspectingClient) -> None:
    house = House()
    ada, bea, _ = house.people
    booking = house.going_on()
    address = f"/shared/{shares.shared_plan_of(booking.id).public_id}"
    accounts.sign_in(client, bea)
    leave = f"{address}/leave"
    assert "£41.25 that is set aside now will be free again" in words_of(client, leave)
    assert "The last day can be" in words_of(client, f"{leave}?last-day=1&last-month=12&last-year=2026")
    client.submit(leave, button="Give notice: last day 20 December 2026")
    assert "You leave after 20 December 2026, and the others are asked." in words_of(client, address)
    accounts.sign_in(client, ada)
    again = client.page(address).find("a", string="See what your share would be")["href"]
    assert "£55.00 of £165.00" in words_of(client, again)
    client.submit(again, button="Say no")
    four = [VisitStatus.PLANNED] * 4 + [VisitStatus.CANCELLED_IN_TIME] * 4
    assert now_is(booking) == (BookingStatus.ACCEPTED, four)
    assert house.left() == [(35_875, 4125), (35_875, 4125), (31_750, 8250)]


def test_the_list_of_shares_asks_no_more_of_the_database_for_more_of_them(client: InspectingClient) -> None:
    house = House()
    house.plan()
    accounts.sign_in(client, house.people[0])
    asked = []
    for _ in range(2):
        db.session.expire_all()
        with counted() as statements:
            client.page("/shared")
        asked.append(len(statements))
        for number in range(3):
            house.key = f"another-plan-of-theirs-{number}"
            house.plan()
    assert asked == [5, 5]
