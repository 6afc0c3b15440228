"""Over another visit, or outside the hours a listing gives: said in every way to book, before it is confirmed."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.people.accounts.rules import Role
from app.people.circles.rules import Power
from app.platform.messages.models import Message
from app.shop.storefront.actions import plans as weeks
from app.shop.storefront.rules.week import WeekLine
from app.support.basket.actions import codes, filling
from app.support.basket.rules import CodeWay
from app.support.booking_records.models.bookings import Booking
from app.support.bookings.actions import proposals
from app.support.recurrence.rules.times import visit_times
from app.support.sharing.actions import plans as shared_plans
from app.support.sharing.actions.plans import Sharer
from app.support.visits.actions import saved_hours
from tests.factories import accounts, bookings, catalogue, circles, places, providers
from tests.factories.bookings import NOW, TUESDAY
from tests.inspection import InspectingClient
from tests.queries import counted

EIGHT = time(8)
THERE_IS = "There is already a visit at this time: Tuesday 24 November 2026, 8am to 10am."
OUTSIDE = (
    "Tuesday 24 November 2026, 8am to 10am is outside the hours that Second Wind gives for this: Tuesday 9am to 5pm."
)


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


class Busy:
    """Somebody with a visit on Tuesday from 9am to 10:30am, who is about to ask another provider for 8am to 10am."""

    def __init__(self, client: InspectingClient) -> None:
        self.client, self.scene = client, bookings.scene()
        self.own = bookings.pot(self.scene.person, bookings.PotKind.OWN_MONEY, 90_000)
        bookings.booking(self.scene, self.own)
        self.there = self.another("Second Wind")
        places.opened(self.there)
        accounts.sign_in(client, self.scene.person)

    def another(self, name: str) -> bookings.Scene:
        """Another provider with a listing, for the same person."""
        provider = providers.provider(name)
        listing = catalogue.listing(provider, "companionship", self.scene.council, title=f"Company from {name}")
        catalogue.card(listing)
        staff = accounts.person(Role.PROVIDER_STAFF, name=f"Sam {name}", provider_id=provider.id)
        return bookings.Scene(self.scene.council, self.scene.person, staff, provider, listing)

    def said(self, address: str) -> str:
        """The words of a page."""
        return " ".join(self.client.page(address).main.get_text(" ").split())


@pytest.fixture
def busy(client: InspectingClient) -> Busy:
    return Busy(client)


def at(day: date = TUESDAY, start: time = EIGHT, end: time = time(10)) -> tuple[datetime, datetime]:
    return visit_times(day, start, end, ends_next_day=False)


def put_in(busy: Busy, scene: bookings.Scene, key: str, start: time = EIGHT) -> None:
    with transaction():
        filling.put_in_basket(
            actor=scene.person,
            person=scene.person,
            listing_id=scene.listing.id,
            plan={"on": str(TUESDAY), "from": f"{start:%H:%M}", "to": "10:00"},
            key=key,
        )


def test_the_check_out_says_it_of_each_thing_and_of_things_beside_each_other(busy: Busy) -> None:
    put_in(busy, busy.there, "line-1")
    with counted() as one:
        said = busy.said("/basket/check-out")
    assert THERE_IS in said
    assert OUTSIDE in said
    assert "Something else here" not in said
    put_in(busy, busy.another("Rowan"), "line-2", time(9, 30))
    with counted() as two:
        said = busy.said("/basket/check-out")
    assert "Something else here is at the same time: Tuesday 24 November 2026, 8am to 10am." in said
    assert "Something else here is at the same time: Tuesday 24 November 2026, 9:30am to 10am." in said
    assert len(two) == len(one)


def test_who_says_yes_by_code_reads_it_with_the_code(busy: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.platform.messages.gateway.hurry", list)
    put_in(busy, busy.there, "line-1")
    helper = accounts.person(Role.CARE_MANAGER, council_id=busy.scene.council.id)
    circles.caseload_entry(helper, busy.scene.person, busy.scene.council, frozenset({Power.SUGGEST}))
    with transaction():
        codes.ask_for_code(actor=helper, person=busy.scene.person, way=CodeWay.EMAIL, secret="s" * 40)
    (body,) = db.session.scalars(select(Message.body).where(Message.body.like("%paid from%")))
    assert (
        "There is already a visit at this time.\nIt is outside the hours that are given for it: Tuesday 9am to" in body
    )
    accounts.sign_in(busy.client, helper)
    with busy.client.session_transaction() as session:
        session["shopping_for"] = busy.scene.person.public_id
    said = busy.said("/basket/ask-for-yes")
    assert THERE_IS in said
    assert OUTSIDE in said


def test_a_week_in_one_go_says_it(busy: Busy) -> None:
    lines = [
        WeekLine(str(number), (2,), start, 120, "Company", "companionship", listing)
        for number, (start, listing) in enumerate(
            [(EIGHT, busy.there.listing.public_id), (time(9), busy.another("Rowan").listing.public_id)]
        )
    ]
    with transaction():
        plan = weeks.keep_plan(actor=busy.scene.person, person=busy.scene.person, name="A week", lines=lines)
    said = busy.said(f"/week/plans/{plan.public_id}/book")
    assert THERE_IS in said
    assert OUTSIDE in said
    assert "Something else here is at the same time: Tuesday 24 November 2026, 9am to 11am." in said


def test_other_times_say_it_to_the_person_and_not_to_the_provider(busy: Busy) -> None:
    made = bookings.booking(busy.there, busy.own, times=[at(start=time(18), end=time(20))])
    with transaction():
        proposals.propose(actor=busy.there.staff, booking=made, times=[at()], words="Only early")
    said = busy.said(f"/bookings/{made.public_id}/other-times")
    assert THERE_IS in said
    assert OUTSIDE in said
    accounts.sign_in(busy.client, busy.there.staff)
    assert "already a visit" not in busy.said(f"/desk/bookings/{made.public_id}/propose")


def test_saved_hours_say_it_with_the_price(busy: Busy) -> None:
    visit = bookings.accepted(busy.there, busy.own, times=[at(TUESDAY + timedelta(days=2))]).visits[0]
    with transaction():
        saved = saved_hours.save_hours(actor=busy.scene.person, visit=visit)
    use = f"/bookings/saved-hours/{saved.public_id}/use"
    when = {"on-day": "24", "on-month": "11", "on-year": "2026", "start": "8am", "end": "10am"}
    said = " ".join(busy.client.submit(use, button="See what it costs", **when).text.split())
    assert THERE_IS in said
    assert OUTSIDE in said


def test_a_move_to_another_provider_says_it_of_other_visits_only(busy: Busy) -> None:
    going = bookings.accepted(
        busy.scene, busy.own, times=[at(TUESDAY + timedelta(weeks=n), time(8), time(9)) for n in range(5, 9)]
    )
    later = TUESDAY + timedelta(weeks=6)
    bookings.booking(busy.scene, busy.own, times=[at(later)])
    said = busy.said(f"/bookings/{going.public_id}/move/{busy.there.listing.public_id}?last=2026-12-20")
    assert f"There is already a visit at this time: Tuesday {later.day} January 2027, 8am to 9am." in said
    assert "and 1 more time are outside the hours that Second Wind gives for this" in said


def test_a_session_says_it(busy: Busy) -> None:
    club = catalogue.listing(busy.scene.provider, "clubs", busy.scene.council, title="Lunch", is_free=True)
    session = places.session(busy.scene, datetime(2026, 11, 24, 10, tzinfo=UTC), listing=club)
    said = busy.said(f"/sessions/{session.public_id}")
    assert "There is already a visit at this time: Tuesday 24 November 2026, 10am to midday." in said


def test_a_shared_plan_says_it_to_each_of_their_own_visits(busy: Busy) -> None:
    neighbour = accounts.person(name="Bea Neighbour")
    link = f"/listings/{busy.there.listing.public_id}/share?on={TUESDAY}&from=08:00&to=10:00"
    filled = {"weeks": "2", "name": "Ada", "parts": "1", "name_1": "Bea", "email_1": neighbour.email, "parts_1": "1"}
    said = " ".join(busy.client.submit(link, button="Work out the shares", **filled).text.split())
    assert THERE_IS in said
    assert "are outside the hours that Second Wind gives" in said
    theirs = bookings.pot(neighbour, bookings.PotKind.OWN_MONEY, 9000)
    with transaction():
        plan = shared_plans.propose_shares(
            actor=neighbour,
            person=neighbour,
            listing_id=busy.there.listing.id,
            times=[at()],
            add_on_ids=(),
            mine=Sharer("", "Bea", 1),
            others=[Sharer(busy.scene.person.email, "Ada", 1)],
            pots=[theirs.id],
            amount_seen=2750,
            key="a-plan-to-share-0001",
            note="",
        )
    assert THERE_IS in busy.said(f"/shared/{plan.public_id}")


TWICE = {"on-day": "31", "on-month": "10", "on-year": "2027", "start": "1am", "end": "3am"}
"""The night in which 1am comes twice: from the first one it is three hours until 3am, from the second two."""
WHICH = "Clocks go back that night. Which time do you mean?"


def test_of_an_hour_that_comes_twice_saved_hours_ask_which(busy: Busy) -> None:
    visit = bookings.accepted(busy.there, busy.own, times=[at(TUESDAY + timedelta(days=2), time(8), time(11))]).visits[
        0
    ]
    with transaction():
        saved = saved_hours.save_hours(actor=busy.scene.person, visit=visit)
    use = f"/bookings/saved-hours/{saved.public_id}/use"
    assert WHICH not in busy.said(use)
    answer = busy.client.submit(use, button="See what it costs", **TWICE)
    assert "so 1:00 comes twice. Select which one you mean." in answer.text
    assert WHICH in answer.text
    for which, price in (("first", "£82.50"), ("second", "£55.00")):
        page = busy.client.submit(use, button="See what it costs", which=which, **TWICE).text
        assert "What it would cost" in page
        assert price in page.partition("What it would cost")[2].partition("</table>")[0]


def test_of_an_hour_that_comes_twice_a_change_asks_which(busy: Busy) -> None:
    made = bookings.booking(busy.scene, busy.own, times=[at(TUESDAY + timedelta(days=2))])
    page = f"/bookings/{made.public_id}/visits/{made.visits[0].public_id}/change"
    answer = busy.client.submit(page, scope="this", **TWICE)
    assert "so 1:00 comes twice. Select which one you mean." in answer.text
    assert WHICH in answer.text
    check = busy.client.submit(page, scope="this", which="second", **TWICE).location
    assert "1 visit for £55.00 instead." in busy.said(check)
    busy.client.submit(check, button="Change it")
    (visit,) = db.session.get_one(Booking, made.id, populate_existing=True).visits
    assert (visit.starts_at, visit.price_pence) == (datetime(2027, 10, 31, 1, tzinfo=UTC), 5500)


def test_sharing_week_by_week_goes_on_through_the_night_clocks_go_back(busy: Busy) -> None:
    neighbour = accounts.person(name="Bea Neighbour")
    link = f"/listings/{busy.there.listing.public_id}/share?on=2027-10-24&from=01:00&to=03:00"
    filled = {"weeks": "2", "name": "Ada", "parts": "1", "name_1": "Bea", "email_1": neighbour.email, "parts_1": "1"}
    said = " ".join(busy.client.submit(link, button="Work out the shares", **filled).text.split())
    # Two hours, and three in the night in which the clocks show one of them twice.
    assert "£137.50" in said
