"""What is coming up: nothing that is over, in the order in which it comes."""

from datetime import time, timedelta

from app.base import clock
from app.funding.budgets.rules.kinds import PotKind
from app.support.recurrence.rules.times import visit_times
from tests.factories import accounts, bookings, patterns
from tests.factories.bookings import NOW, TUESDAY


def _listed(client, address="/bookings"):
    cards = client.page(address).select(".app-card p:first-of-type")
    return [" ".join(card.get_text(" ", strip=True).split()).removeprefix("Bright Days ") for card in cards]


def _on(*days):
    return [visit_times(TUESDAY + timedelta(days=day), time(9), time(10), ends_next_day=False) for day in days]


def test_what_is_over_is_not_coming_up_and_the_rest_is_in_time_order(client):
    scene = bookings.scene()
    pot = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000)
    bookings.accepted(scene, pot, times=_on(14))
    bookings.accepted(scene, pot, times=_on(0, 7))
    bookings.booking(scene, pot, times=_on(3))
    bookings.accepted(scene, pot, times=_on(1))
    accounts.sign_in(client, scene.person)
    with clock.set_to(NOW):
        assert _listed(client) == [
            "Tuesday 24 November 2026, 9am to 10am, and 1 more visit",
            "Wednesday 25 November 2026, 9am to 10am",
            "Friday 27 November 2026, 9am to 10am",
            "Tuesday 8 December 2026, 9am to 10am",
        ]
        assert _listed(client, "/bookings?when=past") == []
    # Nobody has recorded anything, and it is Saturday: the visits of the week are over all the same.
    with clock.set_to(NOW + timedelta(days=8)):
        assert _listed(client) == [
            "Tuesday 1 December 2026, 9am to 10am",
            "Tuesday 8 December 2026, 9am to 10am",
        ]
        assert len(_listed(client, "/bookings?when=past")) == 2


def test_a_visit_that_is_going_on_is_not_over(client):
    scene = bookings.scene()
    bookings.accepted(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 100_000), times=_on(0))
    accounts.sign_in(client, scene.person)
    with clock.set_to(clock.at_london(TUESDAY, time(9, 59))):
        assert len(_listed(client)) == 1
    with clock.set_to(clock.at_london(TUESDAY, time(10))):
        assert _listed(client) == []


def test_support_that_repeats_is_coming_up_while_its_visits_are_still_to_be_made(client):
    scene = bookings.scene()
    patterns.agreed(scene, patterns.budget(scene, 100_000))
    accounts.sign_in(client, scene.person)
    with clock.set_to(NOW + timedelta(days=5)):
        assert _listed(client) == ["Its next visits are made when their money has come."]
