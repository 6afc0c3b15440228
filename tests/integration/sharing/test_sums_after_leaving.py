"""After somebody has left, every page says what is really theirs: nine visits of £29.50, shared by three."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta

import pytest
from flask import Flask

from app.base import clock
from app.base.db import db, transaction
from app.market.catalogue.rules.rates import Unit
from app.platform.ledger import queries as ledger
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.queries import shares
from app.support.booking_records.rules.states import BookingStatus
from app.support.sharing.actions import leaving, plans
from app.support.visits.actions import recording
from tests.factories import accounts, bookings, catalogue
from tests.factories.bookings import NOW
from tests.factories.sharing import House
from tests.inspection import InspectingClient

FIFTH = date(2026, 12, 22)
"""The last day of whoever leaves: the fifth of nine Tuesdays."""
LEFT, STAYS = ["£49.17", "£49.17", "£49.16"], ["£108.17", "£108.17", "£108.16"]
"""What each of them pays: five visits of £29.50 shared by three, and for those who stay four more shared by two."""


@pytest.fixture(autouse=True)
def _on_a_friday(app: Flask) -> Iterator[None]:
    del app
    with clock.set_to(NOW):
        yield


@pytest.fixture
def house() -> House:
    made = House(weeks=9)
    made.scene.listing = catalogue.listing(made.scene.provider, "companionship", made.scene.council, title="Lunch")
    catalogue.card(made.scene.listing, 2950, unit=Unit.VISIT)
    return made


def going_on(house: House) -> Booking:
    plan = house.plan((1, 1, 1), amount=8850)
    house.agree(1, plan)
    booking = house.agree(2, plan).booking
    assert booking is not None
    with transaction():
        return bookings.answers.accept(actor=house.scene.staff, booking=booking)


def words_of(client: InspectingClient, address: str) -> str:
    return " ".join(client.page(address).main.get_text(" ").split())


def own_page(house: House, booking: Booking) -> str:
    return f"/shared/{shares.shared_plan_of(booking.id).public_id}"


@pytest.mark.parametrize("place", [0, 2])
def test_each_reads_what_is_really_theirs_and_one_booking_once(
    client: InspectingClient, house: House, place: int
) -> None:
    booking = going_on(house)
    assert [bookings.left(pot)[1] for pot in house.pots] == [8850] * 3
    house.leave(place, booking, last_day=FIFTH)
    staying = [other for other in (0, 1, 2) if other != place]
    for other in staying:
        house.agree(other, house.leaving())
    held = [bookings.left(pot)[1] for pot in house.pots]
    assert sorted(held) == sorted([held[place], *(held[other] for other in staying)])
    assert (held[place], sum(held)) == (held[place], 9 * 2950)
    for who, person in enumerate(house.people):
        accounts.sign_in(client, person)
        page, listed = words_of(client, own_page(house, booking)), words_of(client, "/shared")
        sums = LEFT if who == place else STAYS
        mine = f"£{held[who] / 100:.2f}"
        assert mine in sums
        assert f"{mine} of £265.50: £0.00 paid, {mine} set aside" in page
        assert f"Your share is {mine}" in listed
        assert listed.count("Your share is") == 1
        assert "£88.50" not in page + listed
    assert ledger.ledger_differences() == []


def test_a_visit_that_is_over_is_paid_and_the_others_are_set_aside(client: InspectingClient, house: House) -> None:
    booking = going_on(house)
    with clock.set_to(booking.visits[0].ends_at):
        with transaction():
            recording.mark_missed(actor=house.scene.staff, visit=booking.visits[0])
        with clock.set_to(booking.visits[1].ends_at), transaction():
            recording.mark_delivered(actor=house.scene.staff, visit=booking.visits[1])
        accounts.sign_in(client, house.people[0])
        page = words_of(client, own_page(house, booking))
    # Nobody pays for the one that did not happen: eight visits are left of nine.
    assert "of £236.00: £9.8" in page
    assert "£68.8" in page


def test_leaving_is_said_to_each_in_their_own_words_until_it_is_settled(client: InspectingClient, house: House) -> None:
    booking = going_on(house)
    house.leave(0, booking, last_day=FIFTH)
    house.agree(1, house.leaving())
    said = {
        0: "You leave after 22 December 2026, and the others are asked.",
        1: "Somebody leaves after 22 December 2026, and not everybody has answered.",
        2: "Somebody leaves after 22 December 2026: your answer is needed.",
    }
    _all_read(client, house, booking, said)
    house.agree(2, house.leaving())
    said = {
        0: "You left after 22 December 2026.",
        1: "Somebody left after 22 December 2026, and the others share it anew.",
        2: "Somebody left after 22 December 2026, and the others share it anew.",
    }
    _all_read(client, house, booking, said)
    accounts.sign_in(client, house.scene.staff)
    assert said[1] in words_of(client, f"/desk/bookings/{booking.public_id}")


def _all_read(client: InspectingClient, house: House, booking: Booking, said: dict[int, str]) -> None:
    for who, words in said.items():
        accounts.sign_in(client, house.people[who])
        for address in (own_page(house, booking), "/shared"):
            page = words_of(client, address)
            assert words in page
            for other in set(said.values()) - {words}:
                assert other not in page


@pytest.mark.parametrize("is_refused", [True, False], ids=["refused", "lapsed"])
def test_where_not_everybody_agrees_nobody_is_told_that_notice_was_given(
    client: InspectingClient, house: House, is_refused: bool
) -> None:
    booking = going_on(house)
    house.leave(0, booking, last_day=FIFTH)
    plan = house.leaving()
    if is_refused:
        with transaction():
            plans.refuse_to_share(actor=house.people[1], person=house.people[1], share=house.share(1, plan))
    else:
        with clock.set_to(datetime.combine(FIFTH, time(12), NOW.tzinfo)), transaction():
            leaving.end_due(plan_id=plan.id)
    db.session.expire_all()
    ends = "It ends after 22 December 2026: somebody left, and not everybody agreed to share it anew."
    for reader, address in (
        *((person, own_page(house, booking)) for person in house.people),
        (house.scene.staff, f"/desk/bookings/{booking.public_id}"),
    ):
        accounts.sign_in(client, reader)
        page = words_of(client, address)
        assert ends in page
        assert "Notice was given" not in page
    subjects = [
        one.subject for one in db.session.query(Message).filter_by(to_person_id=house.people[2].id).order_by(Message.id)
    ]
    assert subjects[-1] == "Shared support ends, as not everybody agreed"
    assert not any(one.startswith("Notice was given") for one in subjects)


def test_leaving_is_offered_only_while_something_is_left_to_leave(client: InspectingClient, house: House) -> None:
    booking = going_on(house)
    accounts.sign_in(client, house.people[0])
    assert "Leave this shared support" in words_of(client, own_page(house, booking))
    # Thirty days before the last visit nothing comes after the first day that could be the last one.
    with clock.set_to(booking.visits[-1].starts_at - timedelta(days=30)):
        page = words_of(client, own_page(house, booking))
        assert booking.status == BookingStatus.ACCEPTED
        assert "Leave this shared support" not in page
