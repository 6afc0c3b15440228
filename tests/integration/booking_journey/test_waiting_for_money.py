"""The journey of a visit that waits for money still to come, and of a pattern that starts with the money there is."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.actions import releasing
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.support.booking_records.models.bookings import Booking
from app.support.bookings.actions import answers
from app.support.desk import actions as sweeps
from app.support.recurrence.rules.times import visit_times
from tests.factories import accounts, bookings, catalogue, patterns, providers
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient

PERIOD = 44615
"""£446.15 in each period, as in the issue's own story."""
ON_THE_SECOND = {"on": "2026-12-02", "from": "09:00", "to": "10:00"}


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


@pytest.fixture
def scene(client: InspectingClient) -> bookings.Scene:
    made = bookings.scene(notice_hours=24)
    accounts.sign_in(client, made.person)
    return made


@pytest.fixture
def pot(scene: bookings.Scene) -> Pot:
    """£446.15 comes on 30 November; of the first period's money nothing is left."""
    made = patterns.budget(scene, PERIOD)
    dear = catalogue.listing(providers.provider("Dear"), council=scene.council)
    catalogue.card(dear, PERIOD)
    bookings.booking(
        replace(scene, listing=dear),
        made,
        times=[visit_times(date(2026, 11, 27), time(9), time(10), ends_next_day=False)],
    )
    assert bookings.left(made) == (0, PERIOD)
    return made


def said_on(client: InspectingClient, address: str) -> str:
    return " ".join(client.page(address).main.get_text(" ").split())


def address_of(scene: bookings.Scene, page: str, **args: str) -> str:
    query = "&".join(f"{name}={value}" for name, value in args.items())
    return f"/listings/{scene.listing.public_id}/book/{page}?{query}"


def the_booking(scene: bookings.Scene) -> Booking:
    db.session.rollback()
    db.session.expire_all()
    return db.session.scalars(select(Booking).where(Booking.listing_id == scene.listing.id)).one()


def test_a_visit_in_the_next_period_says_both_sums_and_waits(
    client: InspectingClient, scene: bookings.Scene, pot: Pot
) -> None:
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 5000)
    money = address_of(scene, "money", **ON_THE_SECOND)
    page = client.page(money)
    ways = [radio["value"] for radio in page.select("input[type=radio]:not([disabled])")]
    assert ways == [own.public_id, f"wait:{pot.public_id}"]
    said = said_on(client, money)
    assert "Pays £27.50. Now £50.00, it would become £22.50." in said
    assert f"Wait for the money that comes: {pot.name}" in said
    assert (
        "Now £0.00 is left. £446.15 comes on Monday 30 November 2026. This costs £27.50: then £418.65 of it would be left."
        in said
    )
    answer = client.submit(money, pay=f"wait:{pot.public_id}")
    said = said_on(client, answer.location)
    assert "pays £27.50 when its money has come. Now £0.00 is left. £446.15 comes on Monday 30 November 2026." in said
    assert "When you confirm, Bright Days is asked. £27.50 is set aside when the money has come." in said
    done = client.submit(answer.location, button="Confirm and send the request")
    booking = the_booking(scene)
    assert done.location == f"/bookings/{booking.public_id}/booked"
    said = said_on(client, done.location)
    assert (
        "£27.50 waits for the money that comes on Monday 30 November 2026. Nothing is set aside for it before." in said
    )
    assert (
        "If it is not there by 1 December 2026 at 9am, the visit is called off, nothing is charged, and we tell you."
        in said
    )
    assert "is set aside. It is not spent yet" not in said
    assert (bookings.left(pot), bookings.left(own)) == ((0, PERIOD), (5000, 0))
    # The next one is told what is promised.
    said = said_on(client, address_of(scene, "money", **{**ON_THE_SECOND, "from": "14:00", "to": "15:00"}))
    assert "£446.15 comes on Monday 30 November 2026, and £27.50 of it is for what you asked for before." in said
    assert "This costs £27.50: then £391.15 of it would be left." in said


def test_its_pages_say_so_to_each_reader_until_the_money_comes(
    client: InspectingClient, scene: bookings.Scene, pot: Pot
) -> None:
    client.submit(address_of(scene, "check", pay=pot.public_id, wait="yes", **ON_THE_SECOND))
    booking = the_booking(scene)
    accounts.sign_in(client, scene.staff)
    assert "It is not confirmed yet: open it to see until when." in said_on(client, "/desk")
    at_desk = f"/desk/bookings/{booking.public_id}"
    said = said_on(client, at_desk)
    assert "It is not confirmed yet. We tell you when it is, or that it is called off" in said
    assert "Propose other times" not in said
    assert "446" not in said
    assert "money" not in said
    with transaction():
        answers.accept(actor=scene.staff, booking=booking)
    assert "Planned, not confirmed yet" in said_on(client, at_desk)
    accounts.sign_in(client, scene.person)
    said = said_on(client, f"/bookings/{booking.public_id}")
    assert "Waits for its money" in said
    assert "£27.50 is, when the money comes on Monday 30 November 2026." in said
    assert "Waits for its money" in said_on(client, f"/bookings/visits/{booking.visits[0].public_id}")
    assert "not confirmed yet" in said_on(client, "/bookings/calendar?on=2026-12-02").lower()
    with clock.set_to(datetime(2026, 11, 30, 1, tzinfo=UTC)):
        releasing.release_what_is_due()
        sweeps.confirm_visits_due()
        said = said_on(client, f"/bookings/{booking.public_id}")
        assert "Waits for its money" not in said
        assert "£27.50 set aside." in said
        assert "The money for a visit came and is set aside" in said


def test_what_repeats_starts_with_the_money_there_is(client: InspectingClient, scene: bookings.Scene) -> None:
    # Four days a week: one more is left of this period than the £100.00 pays for.
    pot = patterns.budget(scene, 10_000)
    repeats = {"on": "2026-11-23", "from": "09:00", "to": "10:00", "day": "1&day=2&day=3&day=4&day=5", "every": "1"}
    money = address_of(scene, "money", **repeats)
    said = said_on(client, money)
    assert f"Start with the money there is: {pot.name}" in said
    assert "3 of 5 visits are confirmed now, for £82.50." in said
    assert "The other 2 visits wait, and each is confirmed when there is money for it." in said
    answer = client.submit(money, pay=f"wait:{pot.public_id}")
    said = said_on(client, answer.location)
    assert "When you confirm, £82.50 is set aside and Bright Days is asked." in said
    client.submit(answer.location, button="Confirm and send the request")
    booking = the_booking(scene)
    assert patterns.days_of(booking) == [date(2026, 11, 23), date(2026, 11, 24), date(2026, 11, 25)]
    assert (booking.total_pence, bookings.left(pot)) == (8250, (1750, 8250))
    said = said_on(client, f"/bookings/{booking.public_id}")
    assert "2 visits are not confirmed, because the money does not stretch to them" in said


def test_what_repeats_from_the_next_period_on_waits_with_its_first_day(
    client: InspectingClient, scene: bookings.Scene, pot: Pot
) -> None:
    repeats = {"on": "2026-12-01", "from": "09:00", "to": "10:00", "day": "2", "every": "1"}
    answer = client.submit(address_of(scene, "money", **repeats), pay=f"wait:{pot.public_id}")
    client.submit(answer.location, button="Confirm and send the request")
    booking = the_booking(scene)
    assert [(one.waits_on, one.price_pence) for one in booking.visits] == [(date(2026, 11, 30), 2750)]
    with transaction():
        answers.accept(actor=scene.staff, booking=booking)
    with clock.set_to(datetime(2026, 11, 30, 1, tzinfo=UTC)):
        releasing.release_what_is_due()
        assert sweeps.confirm_visits_due().words == ("4 visits confirmed, 0 wait for money or a price",)
    assert bookings.left(pot) == (PERIOD - 4 * 2750, PERIOD + 4 * 2750)
