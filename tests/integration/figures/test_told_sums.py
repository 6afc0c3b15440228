"""The sums a page or message once told wrongly, with the very numbers; on both databases."""

import re
from collections.abc import Iterator
from datetime import time, timedelta

import pytest
from flask import Flask

from app.base import clock
from app.base.db import transaction
from app.funding.budgets.rules.kinds import PotKind
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules.states import VisitStatus
from app.support.recurrence.rules.patterns import Rule
from app.support.recurrence.rules.times import visit_times
from app.support.visits.actions import recording, saved_hours
from app.support.visits.rules.endings import TimesWorked
from tests.factories import accounts, bookings, catalogue, patterns
from tests.inspection import InspectingClient

QUARTER_PAST_TEN = time(10, 15)


@pytest.fixture(autouse=True)
def _in_november(app: Flask) -> Iterator[None]:
    with clock.set_to(bookings.NOW):
        yield


@pytest.fixture
def scene(client: InspectingClient) -> bookings.Scene:
    """Somebody who buys an hour and a quarter at £40.30 an hour, £50.38; three quarters of an hour are £30.23."""
    made = bookings.scene()
    made.listing = catalogue.listing(made.provider)
    catalogue.card(made.listing, 4030)
    accounts.sign_in(client, made.person)
    return made


def main(client: InspectingClient, address: str) -> str:
    """The words of a page, without what stands around them."""
    return re.sub(r"\s+([.,:])", r"\1", " ".join(client.page(address).main.get_text(" ").split()))


def _weeks(number: int) -> list[tuple[object, object]]:
    return [
        visit_times(bookings.TUESDAY + timedelta(weeks=n), time(9), QUARTER_PAST_TEN, ends_next_day=False)
        for n in range(number)
    ]


def _addresses(booking: Booking) -> list[str]:
    (visit, *_) = booking.visits
    return [
        f"/bookings/{booking.public_id}",
        f"/bookings/{booking.public_id}/visits/{visit.public_id}",
        f"/bookings/visits/{visit.public_id}",
    ]


def test_a_visit_says_what_was_set_aside_and_what_was_charged(client: InspectingClient, scene: bookings.Scene) -> None:
    pot = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    booking = bookings.accepted(scene, pot, times=_weeks(1))
    (visit,) = booking.visits
    for address in _addresses(booking):
        assert "£50.38 set aside." in main(client, address), address
    with clock.set_to(visit.ends_at):
        with transaction():
            recording.record_visit(
                actor=scene.staff,
                visit=visit,
                ending=VisitStatus.DELIVERED,
                stay=TimesWorked(visit.starts_at, visit.starts_at + timedelta(minutes=45)),
            )
        assert (visit.price_pence, visit.charged_pence) == (5038, 3023)
        for address in _addresses(booking):
            words = main(client, address)
            assert "£30.23 spent, £20.15 given back." in words, address
            assert "£50.38 spent" not in words, address
            assert "set aside" not in words.partition("What happened")[0], address


def test_cancelling_words_say_the_price_of_the_visit_cancelled(client: InspectingClient, scene: bookings.Scene) -> None:
    """Of four visits, as one booking or as a pattern, each costs £50.38; £201.52 is what nobody pays for cancelling one."""
    pot = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    repeats = patterns.agreed(scene, pot, rule=Rule((2,), count=4), times=((time(9), QUARTER_PAST_TEN, False),))
    four = bookings.accepted(scene, pot, times=_weeks(4))
    for booking in (repeats, four):
        assert booking.total_pence == 20152
        for page in ("", "/booked"):
            words = main(client, f"/bookings/{booking.public_id}{page}")
            assert (
                "You can cancel a visit without paying until 24 hours before it. After that its whole price (£50.38) is "
                "charged." in words
            )
            assert "(£201.52)" not in words
    with clock.set_to(four.visits[0].starts_at - timedelta(hours=1)):
        for booking in (repeats, four):
            this = f"/bookings/{booking.public_id}/visits/{booking.visits[0].public_id}/cancel"
            assert (
                "1 visit. 1 visit of them is less than 24 hours away: £50.38 is charged. £0.00 is free again."
                in main(client, this)
            )
            words = main(client, f"/bookings/{booking.public_id}/cancel")
            assert words.startswith("Cancelling now costs £50.38")
            assert words.count("£50.38 is charged") == 1
            assert words.count("£50.38 is free again") == 3


def test_before_booking_cancelling_words_say_the_price_of_one_visit(
    client: InspectingClient, scene: bookings.Scene
) -> None:
    bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    when = {"on-day": "24", "on-month": "11", "on-year": "2026", "start": "9am", "end": "10:15am"}
    repeat = client.submit(f"/listings/{scene.listing.public_id}/book", often="repeats", **when).location
    money = client.submit(repeat, days=["2"], every="1", ends="count", count="4").location
    pay = client.page(money).select_one("input[name=pay]")["value"]
    words = main(client, client.submit(money, pay=pay).location)
    assert "After that its whole price (£50.38) is charged. You can end all of it at any time." in words
    assert "(£201.52)" not in words


def test_cancelling_what_saved_hours_were_used_for_frees_no_money(
    client: InspectingClient, scene: bookings.Scene
) -> None:
    """The hours come back, and their money stays set aside: it is not "free again"."""
    pot = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    booking = bookings.accepted(scene, pot, times=_weeks(1))
    with transaction():
        saved = saved_hours.save_hours(actor=scene.person, visit=booking.visits[0])
    starts, ends = _weeks(2)[1]
    with transaction():
        sent = saved_hours.spend_hours(
            actor=scene.person, saved=saved, starts=starts, ends=ends, key="hours-used-again", price_seen=5038
        )
    (again,) = [one for one in client.page(f"/bookings/{sent.public_id}").select("h2 a") if "/visits/" in one["href"]]
    words = main(client, f"{again['href']}/cancel")
    assert "1 visit, nothing is charged. The hours used for it are saved again." in words
    assert "free again" not in words


def test_many_visits_within_long_notice_are_all_said_to_be_charged(
    client: InspectingClient, scene: bookings.Scene
) -> None:
    """The page names eight visits, and the rest together: some of those may be charged, too."""
    scene.listing = catalogue.listing(scene.provider, notice_hours=14 * 24)
    catalogue.card(scene.listing, 4030)
    pot = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    daily = [
        visit_times(bookings.TUESDAY + timedelta(days=n), time(9), QUARTER_PAST_TEN, ends_next_day=False)
        for n in range(12)
    ]
    booking = bookings.accepted(scene, pot, times=daily)
    words = main(client, f"/bookings/{booking.public_id}/cancel")
    late = sum(starts - bookings.NOW < timedelta(days=14) for starts, _ in daily)
    assert late == 11
    assert words.startswith("Cancelling now costs £554.18")
    assert words.count("£50.38 is charged") == 8
    assert "And 4 later visits: £151.14 is charged, and £50.38 is free again." in words
