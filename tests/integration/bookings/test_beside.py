"""What times run into is said before they are confirmed: other visits, made or to come, and the hours a listing gives."""

from collections.abc import Iterator
from datetime import date, time, timedelta

import pytest

from app.base import clock
from app.base.db import transaction
from app.support.availability.rules import Opening
from app.support.bookings.queries import beside
from app.support.recurrence.rules.patterns import RequestedPattern
from app.support.recurrence.rules.times import visit_times
from tests.factories import accounts, bookings, catalogue, patterns, places, providers
from tests.factories.bookings import NOW, TUESDAY
from tests.inspection import InspectingClient

WEEK = timedelta(weeks=1)


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


@pytest.fixture
def scene(client: InspectingClient) -> bookings.Scene:
    made = bookings.scene()
    accounts.sign_in(client, made.person)
    return made


def at(day: date, start: int, end: int) -> tuple[object, object]:
    return visit_times(day, time(start), time(end), ends_next_day=False)


def said_on(client: InspectingClient, address: str) -> str:
    return " ".join(client.page(address).main.get_text(" ").split())


def check_address(scene: bookings.Scene, pay: str, start: str, end: str, *more: str) -> str:
    return f"/listings/{scene.listing.public_id}/book/check?" + "&".join(
        [f"on={TUESDAY}", f"from={start}", f"to={end}", f"pay={pay}", *more]
    )


def test_a_visit_meets_what_is_made_and_what_will_be_made_of_what_repeats(scene: bookings.Scene) -> None:
    patterns.agreed(scene, patterns.budget(scene, 4125))
    later = TUESDAY + 10 * WEEK
    asked = [at(TUESDAY, 10, 11), at(TUESDAY, 11, 12), at(later, 8, 10), at(later + timedelta(days=1), 9, 10)]
    # Nine to half past ten on Tuesdays: of ten weeks on no visit is made yet.
    assert beside.meets(scene.person.id, asked) == [asked[0], asked[2]]
    assert beside.meets(accounts.person().id, asked) == []


def test_its_own_visits_do_not_count_for_a_booking_that_is_changed(scene: bookings.Scene) -> None:
    own = patterns.agreed(scene, patterns.budget(scene, 4125))
    assert beside.meets(scene.person.id, [at(TUESDAY, 10, 11)], but=own.id) == []


def test_days_taken_out_meet_nothing_and_an_end_that_is_a_beginning_does_not_either(scene: bookings.Scene) -> None:
    own = patterns.agreed(scene, patterns.budget(scene, 4125))
    with transaction():
        bookings.cancel_visit(actor=scene.person, visit=own.visits[0])
    assert beside.meets(scene.person.id, [at(TUESDAY, 9, 10)]) == []
    assert beside.meets(scene.person.id, [at(TUESDAY + 5 * WEEK, 7, 9)]) == []


def test_the_check_page_says_both_and_books_all_the_same(client: InspectingClient, scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, bookings.PotKind.OWN_MONEY, 50_000)
    bookings.booking(scene, own)
    other = catalogue.listing(providers.provider("Rowan"), council=scene.council, opening_times="Weekday mornings")
    catalogue.card(other)
    theirs = bookings.Scene(scene.council, scene.person, scene.staff, other.provider, other)
    said = said_on(client, check_address(theirs, own.public_id, "10:00", "11:00"))
    assert "There is already a visit at this time: Tuesday 24 November 2026, 10am to 11am. You can still ask" in said
    assert "Rowan says when it is open: Weekday mornings. Look whether your time is in it." in said
    assert "outside the hours" not in said
    # In the hours that can be reckoned with, and outside them.
    places.opened(scene, Opening(2, 9 * 60, 17 * 60, 2))
    said = said_on(client, check_address(scene, own.public_id, "14:00", "15:00"))
    assert "outside the hours" not in said
    assert "already a visit" not in said
    address = check_address(scene, own.public_id, "17:00", "18:00")
    said = said_on(client, address)
    assert (
        "Tuesday 24 November 2026, 5pm to 6pm is outside the hours that Bright Days gives for this: Tuesday 9am to 5pm."
        in said
    )
    assert client.submit(address, button="Confirm and send the request").status_code == 302


def test_what_repeats_is_held_against_half_a_year(client: InspectingClient, scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, bookings.PotKind.OWN_MONEY, 90_000)
    far = TUESDAY + 12 * WEEK
    bookings.booking(scene, own, times=[at(far, 9, 10)])
    wanted = RequestedPattern(patterns.WEEKLY, TUESDAY, (patterns.MORNING,))
    assert beside.meets(scene.person.id, beside.times_of(wanted)) == [
        visit_times(far, time(9), time(10, 30), ends_next_day=False)
    ]
    said = said_on(client, check_address(scene, own.public_id, "09:00", "10:30", "day=2", "every=1"))
    assert f"There is already a visit at this time: Tuesday {far.day} February 2027, 9am to 10:30am." in said


def test_a_change_says_what_the_new_time_runs_into(client: InspectingClient, scene: bookings.Scene) -> None:
    own = bookings.pot(scene.person, bookings.PotKind.OWN_MONEY, 90_000)
    made = bookings.booking(scene, own)
    bookings.booking(scene, own, times=[at(TUESDAY, 14, 15)])
    places.opened(scene, Opening(2, 9 * 60, 15 * 60, 2))
    answer = client.submit(
        f"/bookings/{made.public_id}/visits/{made.visits[0].public_id}/change", start="2:30pm", end="4pm"
    )
    said = said_on(client, answer.location)
    assert "There is already a visit at this time: Tuesday 24 November 2026, 2:30pm to 4pm." in said
    assert "is outside the hours that Bright Days gives for this: Tuesday 9am to 3pm." in said
