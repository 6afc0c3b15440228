"""An account closed by its person: never while something is open, and never half."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask

from app.base import clock
from app.base.db import db, in_transaction
from app.base.refusals import Conflict, NotAllowed
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.actions.signing_in import recognise
from app.people.accounts.models import Person
from app.people.accounts.rules import Role, passwords
from app.people.accounts.rules.refusals import WrongSignIn
from app.people.circles.models import Support
from app.people.homes.models import HomeDetails
from app.support.booking_records.models.bookings import Booking
from app.support.bookings.actions.requests import send_request
from app.support.bookings.rules.requests import BookingRequest
from app.support.leaving.actions.closing import close_account
from app.support.leaving.rules import StillInTheWay
from tests.factories import accounts, bookings, circles
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient

PASSWORD = "lantern puddle brick"
HASH = passwords.hash_password(PASSWORD)


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


def close(person: Person, password: str = PASSWORD) -> None:
    in_transaction(lambda: close_account(actor=person, person=person, password=password))


def test_a_person_closes_their_account_and_nothing_of_it_opens_any_more(client: InspectingClient) -> None:
    person = accounts.person(password_hash=HASH)
    helper = accounts.person(Role.SUPPORTER)
    support = circles.support(person, helper)
    accounts.sign_in(client, person)
    page = client.page("/account/close")
    assert "What must be over first" not in page.main.get_text()
    answer = client.submit("/account/close", button="Close my account", password=PASSWORD)
    assert (answer.status_code, answer.location) == (302, "/")
    now = db.session.get_one(Person, person.id, populate_existing=True)
    assert now.closed_at == NOW
    assert db.session.get(HomeDetails, person.id) is None
    assert db.session.get_one(Support, support.id, populate_existing=True).ended_at == NOW
    assert client.get("/account").status_code == 302
    accounts.sign_in(client, helper)
    with client.session_transaction() as session:
        session["shopping_for"] = person.public_id
    assert client.get("/bookings").status_code == 403
    with pytest.raises(WrongSignIn):
        recognise(email=person.email, password=PASSWORD)


def test_a_wrong_password_closes_nothing(client: InspectingClient) -> None:
    person = accounts.person(password_hash=HASH)
    with pytest.raises(WrongSignIn):
        close(person, "another one")
    with pytest.raises(NotAllowed):
        in_transaction(lambda: close_account(actor=accounts.person(), person=person, password=PASSWORD))
    assert db.session.get_one(Person, person.id).closed_at is None


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("booking", "Something you booked or asked for is not over."),
        ("own money", "£90.00 of your own money is here."),
        ("works", "You work for a provider or a council here."),
    ],
)
def test_while_something_is_open_it_is_refused_with_what_to_do(client: InspectingClient, what: str, words: str) -> None:
    scene = bookings.scene()
    scene.person.password_hash = HASH
    db.session.commit()
    if what != "works":
        own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
        if what == "booking":
            bookings.accepted(scene, own)
    who = scene.person
    if what == "works":
        who = accounts.person(Role.PROVIDER_STAFF, provider_id=scene.provider.id, password_hash=HASH)
    accounts.sign_in(client, who)
    page = client.page("/account/close")
    assert words in page.main.get_text()
    assert page.main.find("input", {"name": "password"}) is None
    with pytest.raises(StillInTheWay):
        close(who)


def test_of_closing_and_booking_at_once_one_comes_second(app: Flask) -> None:
    scene = bookings.scene()
    scene.person.password_hash = HASH
    db.session.commit()
    pot = bookings.pot(scene.person, PotKind.COUNCIL_MANAGED, 9000, scene.council)
    numbers = (scene.person.id, scene.listing.id, pot.id)
    became: list[str] = []
    both = threading.Barrier(2)

    def run(what: str) -> None:
        person_id, listing_id, pot_id = numbers
        with app.app_context(), clock.set_to(NOW):
            me = db.session.get_one(Person, person_id)
            asked = BookingRequest(times=bookings.tuesday(), add_on_ids=(), pots=[pot_id], key="race")
            both.wait()
            try:
                if what == "close":
                    close(me)
                else:
                    in_transaction(lambda: send_request(actor=me, person=me, listing_id=listing_id, asked=asked))
                became.append(what)
            except Conflict:
                became.append(f"no {what}")
            finally:
                db.session.close()

    threads = [threading.Thread(target=run, args=(one,)) for one in ("close", "book")]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(became) in (["book", "no close"], ["close", "no book"])
    db.session.rollback()
    is_closed = db.session.get_one(Person, numbers[0]).closed_at is not None
    assert db.session.query(Booking).count() == (0 if is_closed else 1)


def test_whoever_closed_their_account_books_nothing_from_a_page_that_is_open(app: Flask) -> None:
    scene = bookings.scene()
    scene.person.password_hash = HASH
    db.session.commit()
    close(scene.person)
    pot = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    with pytest.raises(Conflict, match="This account is closed"):
        bookings.booking(scene, pot)
    assert db.session.query(Booking).count() == 0
