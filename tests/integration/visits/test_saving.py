"""Hours saved: cancelled in time, kept with their money, spent later with the same provider or given back; once."""

from collections.abc import Iterator
from datetime import time, timedelta

import pytest

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Conflict, NotFound
from app.funding.budgets.rules.kinds import PotKind
from app.platform.ledger import queries as ledger
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.visits.actions import saved_hours
from app.support.visits.models import SavedHours
from tests.factories import accounts, bookings
from tests.factories.bookings import NOW, TUESDAY, Scene
from tests.inspection import InspectingClient

FRIDAY = clock.at_london(TUESDAY + timedelta(days=3), time(9))


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


def saved(pence: int = 4125) -> tuple[Scene, object, SavedHours]:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, pence)
    made = bookings.accepted(scene, own)
    with transaction():
        kept = saved_hours.save_hours(actor=scene.person, visit=made.visits[0])
    return scene, own, kept


def spend(
    scene: Scene, kept: SavedHours, minutes: int = 60, price: int = 2750, key: str = "the-form-of-the-hours"
) -> object:
    with transaction():
        return saved_hours.spend_hours(
            actor=scene.person,
            saved=kept,
            starts=FRIDAY,
            ends=FRIDAY + timedelta(minutes=minutes),
            key=key,
            price_seen=price,
        )


@pytest.mark.usefixtures("app")
def test_hours_are_saved_with_their_money_and_spent_once() -> None:
    scene, own, kept = saved()
    visit = kept.visit
    assert (kept.minutes, visit.status, visit.booking.status) == (90, VisitStatus.SAVED, BookingStatus.CANCELLED)
    # Not a penny is left over: the money of the saved hours is what the new visit is set aside from.
    assert bookings.left(own) == (0, 4125)
    with pytest.raises(Conflict, match="longer than the hours saved"):
        spend(scene, kept, 91)
    with pytest.raises(Conflict, match="The price changed"):
        spend(scene, kept, price=2000)
    assert (bookings.left(own), kept.ended_at) == ((0, 4125), None)
    sent = spend(scene, kept)
    assert bookings.left(own) == (1375, 2750)
    assert spend(scene, kept) == sent
    with pytest.raises(Conflict, match="used or given back already"):
        spend(scene, kept, key="another-form-of-the-hours")
    assert (kept.visit.status, kept.spent_on_id) == (
        VisitStatus.CANCELLED_IN_TIME,
        db.session.get_one(Booking, kept.spent_on_id).id,
    )
    assert ledger.ledger_differences() == []


@pytest.mark.usefixtures("app")
def test_hours_are_saved_only_in_time_and_given_back_once() -> None:
    scene, own, kept = saved(9000)
    with pytest.raises(NotFound), transaction():
        saved_hours.give_back_hours(actor=accounts.person(), saved=kept)
    with transaction():
        saved_hours.give_back_hours(actor=scene.person, saved=kept)
    assert bookings.left(own) == (9000, 0)
    with pytest.raises(Conflict, match="used or given back already"), transaction():
        saved_hours.give_back_hours(actor=scene.person, saved=kept)
    late = bookings.accepted(scene, own).visits[0]
    with clock.set_to(late.starts_at - timedelta(hours=1)), pytest.raises(Conflict, match="too late"), transaction():
        saved_hours.save_hours(actor=scene.person, visit=late)


def test_the_person_saves_hours_and_uses_them_after_seeing_the_price(client: InspectingClient) -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    visit = bookings.accepted(scene, own).visits[0]
    accounts.sign_in(client, scene.person)
    client.submit(f"/bookings/visits/{visit.public_id}", button="Cancel it and save the hours for later")
    page = client.page("/bookings/saved-hours")
    assert "1h 30m with Bright Days" in page.main.get_text(" ")
    use = page.select_one("main a.govuk-button")["href"]
    asked = {"on-day": "27", "on-month": "11", "on-year": "2026", "start": "9am", "end": "10am"}
    answer = client.submit(use, button="See what it costs", **asked)
    assert "The other £13.75 is free again." in answer.text
    form = answer.text
    key, price = (form.split(f'name="{name}" type="hidden" value="')[1].split('"')[0] for name in ("key", "price"))
    client.submit(use, button="See what it costs", **asked, key=key, price=price)
    assert bookings.left(own) == (9000 - 2750, 2750)
    assert "No hours are saved." in client.page("/bookings/saved-hours").main.get_text(" ")
