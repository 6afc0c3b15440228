"""Twenty buyers at the same moment for five places: exactly five have one, on both databases, whatever is sold.

``ROUNDS`` in the environment repeats each as often, for a long run by hand.
"""

import os
from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, in_transaction
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.platform.ledger import queries as ledger
from app.support.availability.models import GroupSession, Place
from app.support.availability.rules import Opening
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules.states import BookingStatus
from app.support.bookings.actions import requests
from app.support.bookings.models import Agreement
from app.support.bookings.rules.requests import BookingRequest
from app.support.sessions.actions import sessions
from tests.factories import accounts, bookings, catalogue, places
from tests.factories.at_once import at_once
from tests.factories.bookings import NOW

ROUNDS = int(os.environ.get("ROUNDS", "1"))
BUYERS, PLACES, COSTS = 20, 5, 4125
THURSDAY = datetime(2026, 11, 26, 12, tzinfo=UTC)


def buyers() -> list[tuple[int, int]]:
    """Twenty people with the money for it, by their numbers."""
    people = [accounts.person(name=f"Buyer {n}") for n in range(BUYERS)]
    return [(one.id, bookings.pot(one, PotKind.OWN_MONEY, 9000).id) for one in people]


def race(app: Flask, act: Callable[[int], object]) -> list[str]:
    def job(number: int) -> None:
        with clock.set_to(NOW):
            in_transaction(lambda: act(number))
        db.session.close()

    return at_once(app, job, BUYERS)


def numbers() -> list[int]:
    db.session.rollback()
    return sorted(db.session.scalars(select(Place.number)))


def must_have_paid(who: list[tuple[int, int]], answers: list[str], pence: int) -> None:
    """Exactly those who were told yes have money set aside, and all of it adds up."""
    for (_, pot), answer in zip(who, answers, strict=True):
        held = bookings.left(db.session.get_one(Pot, pot))
        assert held == ((9000 - pence, pence) if answer == "done" else (9000, 0))
    assert ledger.ledger_differences() == []


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_twenty_buyers_of_a_visit_at_once_and_five_places(app: Flask, turn: int) -> None:
    scene = bookings.scene()
    places.opened(scene, Opening(2, 9 * 60, 17 * 60, PLACES))
    who, listing, times = buyers(), scene.listing.id, bookings.tuesday()

    def book(number: int) -> object:
        person = db.session.get_one(Person, who[number][0])
        return requests.send_request(
            actor=person,
            person=person,
            listing_id=listing,
            asked=BookingRequest(
                times=times,
                add_on_ids=(),
                pots=[who[number][1]],
                key=f"race-{turn}-{number:08d}",
            ),
        )

    answers = race(app, book)
    assert sorted(answers) == ["NoPlaceLeft"] * (BUYERS - PLACES) + ["done"] * PLACES
    assert numbers() == [1, 2, 3, 4, 5]
    assert db.session.scalars(select(Booking.status)).all() == [BookingStatus.ACCEPTED] * PLACES
    assert db.session.scalar(select(func.count()).select_from(Agreement)) == PLACES
    must_have_paid(who, answers, COSTS)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_twenty_buyers_of_a_session_and_five_places(app: Flask, turn: int) -> None:
    scene = bookings.scene()
    session = places.session(scene, THURSDAY, PLACES)
    who, listing, number_of_session = buyers(), scene.listing.id, session.id
    times = [(session.starts_at, session.ends_at)]

    def book(number: int) -> object:
        person = db.session.get_one(Person, who[number][0])
        return requests.send_request(
            actor=person,
            person=person,
            listing_id=listing,
            asked=BookingRequest(
                times=times,
                add_on_ids=(),
                pots=[who[number][1]],
                key=f"race-{turn}-{number:08d}",
                session_id=number_of_session,
            ),
        )

    answers = race(app, book)
    assert sorted(answers) == ["NoPlaceLeft"] * (BUYERS - PLACES) + ["done"] * PLACES
    assert numbers() == [1, 2, 3, 4, 5]
    must_have_paid(who, answers, 5500)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_twenty_people_and_five_free_places(app: Flask, turn: int) -> None:
    scene = bookings.scene()
    lunch = catalogue.listing(scene.provider, "clubs", scene.council, is_free=True)
    session = places.session(scene, THURSDAY, PLACES, lunch).id
    # Two clicks of each of ten people: nobody has two places.
    who = [accounts.person(name=f"Guest {turn} {n}").id for n in range(BUYERS // 2)] * 2

    def join(number: int) -> object:
        person = db.session.get_one(Person, who[number])
        return sessions.join(actor=person, person=person, session=db.session.get_one(GroupSession, session))

    answers = race(app, join)
    assert numbers() == [1, 2, 3, 4, 5]
    has = set(db.session.scalars(select(Place.person_id)))
    assert len(has) == PLACES
    # Whoever has a place is told so, however often they clicked; nobody else is.
    assert [answer == "done" for answer in answers] == [one in has for one in who]
