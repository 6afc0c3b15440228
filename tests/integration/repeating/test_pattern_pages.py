"""The pages of visits that repeat: asked for, looked at, cancelled, moved, put back and answered, without JavaScript."""

from datetime import date

import pytest
from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.funding.budgets.rules.kinds import PotKind
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.models.changes import VisitChange
from app.support.booking_records.rules.changes import ChangeStatus
from app.support.booking_records.rules.states import BookingStatus
from tests.factories import accounts, bookings, patterns
from tests.factories.bookings import NOW
from tests.factories.patterns import days_of
from tests.inspection import InspectingClient
from tests.queries import counted

WHEN = {"on-day": "24", "on-month": "11", "on-year": "2026", "start": "9am", "end": "10:30am"}


@pytest.fixture
def scene(client: InspectingClient) -> bookings.Scene:
    made = bookings.scene()
    accounts.sign_in(client, made.person)
    return made


def text(client: InspectingClient, address: str) -> str:
    return " ".join(client.get(address).get_data(as_text=True).split())


def test_from_a_listing_to_a_pattern_without_javascript(client: InspectingClient, scene: bookings.Scene) -> None:
    patterns.budget(scene, 10_000)
    with clock.set_to(NOW):
        repeat = client.submit(f"/listings/{scene.listing.public_id}/book", often="repeats", **WHEN).location
        assert "/book/repeat?" in repeat
        money = client.submit(repeat, days=["2", "4"], every="1", ends="never").location
        page = text(client, money)
        assert "Every week on Tuesday and Thursday, 9am to 10:30am" in page
        assert "2 visits" in page
        # Eight visits at £41.25 in the four weeks from 30 November, and £100 that come.
        assert "From 30 November 2026, 8 visits<br><strong>£230.00 too little for all of them</strong>" in page
        pay = page.split('name="pay"')[1].split('value="')[1].split('"')[0]
        check = client.submit(money, pay=pay).location
        assert "You can end all of it at any time." in text(client, check)
        done = client.submit(check, note="Ring twice").location
    made = db.session.scalars(select(Booking)).one()
    assert done == f"/bookings/{made.public_id}/booked"
    assert days_of(made) == [date(2026, 11, 24), date(2026, 11, 26)]
    with clock.set_to(NOW):
        page = text(client, f"/bookings/{made.public_id}")
    assert "Visits from 1 December 2026 on are confirmed one after the other" in page


def test_several_visits_a_day_until_a_date(client: InspectingClient, scene: bookings.Scene) -> None:
    bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    with clock.set_to(NOW):
        repeat = client.submit(f"/listings/{scene.listing.public_id}/book", often="repeats", **WHEN).location
        until = {"until-day": "2", "until-month": "12", "until-year": "2026"}
        answer = client.submit(repeat, days=["2"], every="1", ends="until", start_2="6pm", **until)
        assert "Enter both the start and the end of this visit" in answer.get_data(as_text=True)
        answer = client.submit(repeat, days=["2"], every="1", ends="until", start_2="10am", end_2="11am", **until)
        assert "Two of these visits are at the same time" in answer.get_data(as_text=True)
        money = client.submit(repeat, days=["2"], every="1", ends="until", start_2="6pm", end_2="7pm", **until).location
        page = text(client, money)
        assert "4 visits" in page
        # Back to change it: every answer is still there.
        query = money.partition("?")[2]
        page = text(client, f"/listings/{scene.listing.public_id}/book/repeat?{query}")
    for kept in ('value="18:00"', 'value="19:00"', 'value="2" checked', 'name="until-month" type="text" value="12"'):
        assert kept in page, kept


def test_what_does_not_go_together_is_said_beside_the_question(client: InspectingClient, scene: bookings.Scene) -> None:
    with clock.set_to(NOW):
        repeat = client.submit(f"/listings/{scene.listing.public_id}/book", often="repeats", **WHEN).location
        page = client.submit(repeat, days=[], every="0", ends="count").get_data(as_text=True)
    for words in ("Select the days of the week", "How many weeks apart? must be between 1 and 12"):
        assert words in page


def test_cancelling_shows_what_each_way_means_and_does_what_was_chosen(
    client: InspectingClient, scene: bookings.Scene
) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    made = patterns.agreed(scene, own)
    second = made.visits[1].public_id
    address = f"/bookings/{made.public_id}/visits/{second}"
    with clock.set_to(NOW):
        assert "Every week on Tuesday, 9am to 10:30am" in text(client, address)
        page = text(client, f"{address}/cancel")
        assert "1 visit, <strong>nothing is charged</strong>. £41.25 is free again." in page
        assert "7 visits, <strong>nothing is charged</strong>. £288.75 is free again. And all" in page
        assert client.submit(f"{address}/cancel", scope="this").location == f"/bookings/{made.public_id}"
        page = text(client, f"/bookings/{made.public_id}")
        assert "Cancelled, and can be put back" in page
        back = client.get(f"{address}/change/check?back=yes")
        assert "Ask for this change" in back.get_data(as_text=True)
        client.submit(f"{address}/change/check?back=yes")
    change = db.session.scalars(select(VisitChange)).one()
    assert (change.status, change.wanted["back"]) == (ChangeStatus.ASKED, True)
    assert len(days_of(made)) == 7


def test_a_new_time_is_asked_for_shown_to_both_and_agreed_at_the_desk(
    client: InspectingClient, scene: bookings.Scene
) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    made = patterns.agreed(scene, own)
    visit = made.visits[1].public_id
    address = f"/bookings/{made.public_id}/visits/{visit}"
    day = {"on-day": "2", "on-month": "12", "on-year": "2026"}
    with clock.set_to(NOW):
        check = client.submit(f"{address}/change", scope="this", start="2pm", end="4pm", **day).location
        page = text(client, check)
        assert "1 visit for £41.25 now. 1 visit for £55.00 instead. <strong>£13.75 more is set aside.</strong>" in page
        assert "If you cancelled the visit instead, nothing would be charged." in page
        client.submit(check)
        page = text(client, f"/bookings/{made.public_id}")
        assert "the visit of Tuesday 1 December 2026 on Wednesday 2 December 2026, 2pm to 4pm" in page
        accounts.sign_in(client, scene.staff)
        desk = f"/desk/bookings/{made.public_id}"
        assert "The visits concerned cost £41.25 now and would cost £55.00" in text(client, desk)
        change = db.session.scalars(select(VisitChange)).one()
        assert client.submit(desk, button="Agree to the new time").location == desk
    db.session.expire_all()
    moved = db.session.scalars(select(Visit).where(Visit.public_id == visit)).one()
    assert (f"{clock.london(moved.starts_at):%d %b %H:%M}", change.status) == ("02 Dec 14:00", ChangeStatus.AGREED)


def test_declining_a_new_time_needs_a_reason_and_leaves_everything(
    client: InspectingClient, scene: bookings.Scene
) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    made = patterns.agreed(scene, own)
    address = f"/bookings/{made.public_id}/visits/{made.visits[1].public_id}"
    with clock.set_to(NOW):
        check = client.submit(f"{address}/change", scope="later", days=["5"], start="2pm", end="3pm").location
        assert "Every week on Friday, 2pm to 3pm" in text(client, check)
        client.submit(check)
        accounts.sign_in(client, scene.staff)
        change = db.session.scalars(select(VisitChange)).one()
        decline = f"/desk/changes/{change.public_id}/decline"
        assert "Enter a reason" in client.submit(decline, reason="").get_data(as_text=True)
        client.submit(decline, reason="Nobody is free on Fridays")
        accounts.sign_in(client, scene.person)
        assert "declined another time" in text(client, f"/bookings/{made.public_id}")
    assert len(days_of(made)) == 8


def test_taking_a_change_back_and_writing_the_note_anew(client: InspectingClient, scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    made = patterns.agreed(scene, own)
    page = f"/bookings/{made.public_id}"
    with clock.set_to(NOW):
        check = client.submit(
            f"{page}/visits/{made.visits[1].public_id}/change", scope="all", days=["5"], start="2pm", end="3pm"
        ).location
        client.submit(check)
        assert client.submit(page, button="Take the change back").location == page
        client.submit(f"{page}/note", note="The key is with Jo")
        assert "The key is with Jo" in text(client, page)
    change = db.session.scalars(select(VisitChange)).one()
    assert change.status == ChangeStatus.WITHDRAWN
    assert len(days_of(made)) == 8


def test_a_strangers_visit_is_not_there_and_an_odd_address_neither(
    client: InspectingClient, scene: bookings.Scene
) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    made = patterns.agreed(scene, own)
    page = f"/bookings/{made.public_id}/visits"
    visit = made.visits[1].public_id
    with clock.set_to(NOW):
        for name in ("zzzzzzzzzzzzzz", "zzzzzzzzzzzzzz-20261201", f"{visit}-20261301"):
            assert client.get(f"{page}/{name}").status_code == 404
        for wrong in ("scope=this", "scope=this&from=9&to=10", "scope=later&from=x&to=10:00&day=1"):
            assert client.get(f"{page}/{visit}/change/check?{wrong}").status_code == 400
        accounts.sign_in(client, accounts.person(name="Somebody else"))
        for address in (page, f"{page}/{visit}", f"{page}/{visit}/cancel", f"{page}/{visit}/change"):
            assert client.get(address).status_code == 404


def test_the_page_of_a_booking_asks_no_more_when_the_pattern_is_longer(
    client: InspectingClient, scene: bookings.Scene
) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 1_000_000)
    short = patterns.agreed(scene, own)
    long = patterns.agreed(
        scene, own, rule=patterns.Rule((1, 3, 5)), times=((bookings.time(18), bookings.time(19), False),)
    )
    asked = []
    with clock.set_to(NOW):
        for made in (short, long):
            client.get(f"/bookings/{made.public_id}")
            with counted() as statements:
                client.get(f"/bookings/{made.public_id}")
            asked.append(len(statements))
        listed = text(client, f"/bookings/{long.public_id}/visits")
    assert asked[0] == asked[1]
    assert listed.count("app-card") == 20
    assert short.status == BookingStatus.ACCEPTED
