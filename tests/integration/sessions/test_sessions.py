"""Places at sessions: taken, paid, given up, waited for and passed on; called off with the money back."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import DatabaseError

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.platform.ledger import queries as ledger
from app.platform.messages.models import Message
from app.support.availability import actions as seats
from app.support.availability import queries as availability_queries
from app.support.availability.models import GroupSession, Place, Waiting
from app.support.availability.rules import NoPlaceLeft
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.actions import answers
from app.support.sessions.actions import sessions
from tests.factories import accounts, bookings, catalogue, places
from tests.factories.bookings import NOW

pytestmark = pytest.mark.usefixtures("app")
THURSDAY = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def scene() -> bookings.Scene:
    return bookings.scene()


@pytest.fixture
def lunch(scene: bookings.Scene) -> Listing:
    """A free lunch club of the scene's provider."""
    return catalogue.listing(scene.provider, "clubs", scene.council, title="Thursday lunch", is_free=True)


def people(number: int) -> list[Person]:
    return [accounts.person(name=f"Person {n}") for n in range(number)]


def join(person: Person, session: GroupSession, actor: Person | None = None) -> Place:
    with transaction():
        return sessions.join(actor=actor or person, person=person, session=session)


def wait(person: Person, session: GroupSession) -> Waiting:
    with transaction():
        return sessions.wait(actor=person, person=person, session=session)


def taken(session: GroupSession) -> list[tuple[int, str]]:
    rows = select(Place.number, Person.full_name).join(Person, Person.id == Place.person_id)
    return [tuple(row) for row in db.session.execute(rows.where(Place.session_id == session.id).order_by(Place.number))]


def told(person: Person) -> list[str]:
    return list(
        db.session.scalars(select(Message.subject).where(Message.to_person_id == person.id).order_by(Message.id))
    )


def test_a_free_place_is_taken_once_and_given_up(scene: bookings.Scene, lunch: Listing) -> None:
    session = places.session(scene, THURSDAY, 2, lunch)
    ada, bob, eve = people(3)
    with clock.set_to(NOW):
        first = join(ada, session)
        assert join(ada, session).id == first.id
        join(bob, session)
        with pytest.raises(NoPlaceLeft, match="You can wait for one"):
            join(eve, session)
        assert taken(session) == [(1, "Person 0"), (2, "Person 1")]
        for _ in range(2):
            with transaction():
                sessions.leave(actor=ada, person=ada, session=session)
        join(eve, session)
    assert taken(session) == [(1, "Person 2"), (2, "Person 1")]


def test_the_next_in_line_is_told_and_the_place_is_kept_for_a_day(scene: bookings.Scene, lunch: Listing) -> None:
    session = places.session(scene, THURSDAY, 1, lunch)
    ada, bob, eve, joe = people(4)
    with clock.set_to(NOW):
        with pytest.raises(Conflict, match="There is a free place now"):
            wait(bob, session)
        join(ada, session)
        assert wait(bob, session).id == wait(bob, session).id
        wait(eve, session)
        assert [availability_queries.standing_at(session, who).in_line for who in (ada, bob, eve)] == [None, 1, 2]
        with transaction():
            sessions.leave(actor=ada, person=ada, session=session)
        assert (told(bob), told(eve)) == (["A place is kept for you"], [])
        stands = availability_queries.standing_at(session, joe)
        assert (stands.free, stands.taken, stands.offered, stands.waiting) == (0, 0, 1, 2)
        assert availability_queries.standing_at(session, bob).offered_until == NOW + timedelta(days=1)
        for other in (eve, joe):
            with pytest.raises(NoPlaceLeft):
                join(other, session)
        # Nobody goes before those who wait.
        with pytest.raises(NoPlaceLeft):
            join(ada, session)
    late = NOW + timedelta(days=1)
    with clock.set_to(late - timedelta(seconds=1)):
        assert availability_queries.offers_over(now=clock.now()) == []
    with clock.set_to(late):
        assert availability_queries.offers_over(now=clock.now()) == [session.id]
        with transaction():
            assert seats.offer_next(session.id) == 1
        assert availability_queries.offers_over(now=clock.now()) == []
        assert told(bob) == ["A place is kept for you", "The place kept for you is free for others"]
        assert told(eve) == ["A place is kept for you"]
        assert availability_queries.standing_at(session, bob).in_line is None
        with transaction():
            sessions.stop_waiting(actor=eve, person=eve, session=session)
        assert join(joe, session).number == 1
    assert db.session.scalar(select(func.count()).select_from(Waiting)) == 0


def test_the_command_passes_on_what_was_kept_and_not_taken(app: Flask, scene: bookings.Scene, lunch: Listing) -> None:
    session = places.session(scene, THURSDAY, 1, lunch)
    ada, bob, eve = people(3)
    with clock.set_to(NOW):
        join(ada, session)
        wait(bob, session)
        wait(eve, session)
        with transaction():
            sessions.leave(actor=ada, person=ada, session=session)
    with clock.set_to(NOW + timedelta(days=1)):
        run = app.test_cli_runner()
        assert run.invoke(args=["bookings", "lapse"]).output == "0 ended, 0 answered meanwhile\n1 places passed on\n"
        assert run.invoke(args=["bookings", "lapse"]).output == "0 ended, 0 answered meanwhile\n"
    assert told(eve) == ["A place is kept for you"]


def book(scene: bookings.Scene, person: Person, session: GroupSession, pot: Pot, key: str = "") -> Booking:
    with transaction():
        return bookings.request_booking(
            actor=person,
            person=person,
            listing=scene.listing,
            times=[(session.starts_at, session.ends_at)],
            add_on_ids=(),
            pots=[pot.id],
            key=key or f"place-for-{person.id:08d}",
            session_id=session.id,
        )


def test_a_paid_place_is_a_booking_agreed_at_once_and_cancelling_passes_it_on(scene: bookings.Scene) -> None:
    session = places.session(scene, THURSDAY, 1)
    bob = accounts.person(name="Bob Waits")
    own, his = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000), bookings.pot(bob, PotKind.OWN_MONEY, 9000)
    with clock.set_to(NOW):
        made = book(scene, scene.person, session, own)
        assert (made.status, made.total_pence, bookings.left(own)) == (BookingStatus.ACCEPTED, 5500, (3500, 5500))
        assert book(scene, scene.person, session, own).id == made.id
        with pytest.raises(Conflict, match="There is a place for this person already"):
            book(scene, scene.person, session, own, key="another-form-of-the-same")
        with pytest.raises(NoPlaceLeft):
            book(scene, bob, session, his)
        assert bookings.left(his) == (9000, 0)
        with pytest.raises(Conflict, match="costs something"):
            join(bob, session)
        with pytest.raises(Conflict, match="This place is paid for"), transaction():
            sessions.leave(actor=scene.person, person=scene.person, session=session)
        wait(bob, session)
        assert availability_queries.booking_of_place(session.id, scene.person.id) == made.public_id
        with transaction():
            answers.cancel(actor=scene.person, booking=made, charge_seen=0)
        assert told(bob) == ["A place is kept for you"]
        assert book(scene, bob, session, his).status == BookingStatus.ACCEPTED
        assert availability_queries.standing_at(session, bob).in_line is None
    assert (bookings.left(own), bookings.left(his)) == ((9000, 0), (3500, 5500))
    assert ledger.ledger_differences() == []


def test_a_place_is_of_its_session_and_listing(scene: bookings.Scene) -> None:
    session = places.session(scene, THURSDAY, 5)
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    other = catalogue.listing(scene.provider, "companionship", scene.council)
    catalogue.card(other)
    scene.listing = other
    with clock.set_to(NOW), pytest.raises(Conflict, match="This session was changed"):
        book(scene, scene.person, session, own)
    assert bookings.left(own) == (9000, 0)


def test_a_session_called_off_gives_every_penny_back_and_tells_everybody(scene: bookings.Scene) -> None:
    session = places.session(scene, THURSDAY, 1)
    bob = accounts.person(name="Bob Waits")
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    with clock.set_to(NOW):
        made = book(scene, scene.person, session, own)
        wait(bob, session)
        with pytest.raises(NotFound), transaction():
            sessions.cancel_session(actor=bob, session=session, reason="No")
        with pytest.raises(BadInput), transaction():
            sessions.cancel_session(actor=scene.staff, session=session, reason=" ")
        with transaction():
            sessions.cancel_session(actor=scene.staff, session=session, reason="The hall is flooded")
        with pytest.raises(Conflict, match="was called off"), transaction():
            sessions.cancel_session(actor=scene.staff, session=session, reason="Again")
        with pytest.raises(Conflict, match="was called off"):
            wait(bob, session)
    assert (made.status, made.visits[0].status) == (BookingStatus.CANCELLED, VisitStatus.DECLINED)
    assert bookings.left(own) == (9000, 0)
    for who in (scene.person, bob):
        assert told(who)[-1] == "A session you were coming to is called off"
    assert taken(session) == []


def test_more_places_go_to_who_waits_and_never_fewer_than_are_taken(scene: bookings.Scene, lunch: Listing) -> None:
    session = places.session(scene, THURSDAY, 2, lunch)
    ada, bob, eve = people(3)
    with clock.set_to(NOW):
        join(ada, session)
        join(bob, session)
        wait(eve, session)

        def change(number: int) -> None:
            with transaction():
                sessions.change_places(actor=scene.staff, session=session, places_now=number)

        with pytest.raises(Conflict, match="2 places are taken already"):
            change(1)
        change(3)
        assert told(eve) == ["A place is kept for you"]
        join(eve, session)
        with transaction():
            sessions.leave(actor=ada, person=ada, session=session)
        change(2)
    assert taken(session) == [(1, "Person 2"), (2, "Person 1")]


def test_the_database_holds_a_session_to_its_places(scene: bookings.Scene, lunch: Listing) -> None:
    session = places.session(scene, THURSDAY, 1, lunch)
    ada, bob = people(2)
    with clock.set_to(NOW):
        join(ada, session)
    row = dict(db.session.execute(select(Place.__table__)).mappings().one())
    row = {**row, "id": row["id"] + 1, "public_id": "another", "person_id": bob.id}
    for changed in ({}, {"number": 2}, {"number": 2, "of_places": 2}):
        with pytest.raises(DatabaseError), transaction():
            db.session.connection().execute(Place.__table__.insert(), {**row, **changed})  # type: ignore[attr-defined]
    with pytest.raises(DatabaseError), transaction():
        db.session.connection().exec_driver_sql("UPDATE group_session SET places = 0")
    assert taken(session) == [(1, "Person 0")]


def test_sessions_are_set_up_week_by_week_and_never_two_at_once(scene: bookings.Scene, lunch: Listing) -> None:
    times = [(THURSDAY + timedelta(weeks=n), THURSDAY + timedelta(weeks=n, hours=2)) for n in range(3)]
    with clock.set_to(NOW):
        with pytest.raises(NotFound), transaction():
            sessions.add_sessions(actor=scene.person, listing=lunch, times=times, places=12)
        with transaction():
            sessions.add_sessions(actor=scene.staff, listing=lunch, times=times, places=12)
        with pytest.raises(Conflict, match="a session at one of these times already"), transaction():
            sessions.add_sessions(
                actor=scene.staff, listing=lunch, times=[(times[2][0] + timedelta(hours=1), times[2][1])], places=1
            )
        assert [one.starts_at for one in availability_queries.sessions_of(lunch.id)] == [starts for starts, _ in times]
        assert availability_queries.next_session(lunch) == THURSDAY


def test_a_listing_may_have_sessions_and_hours_at_the_same_time(scene: bookings.Scene) -> None:
    places.opened(scene)
    session = places.session(scene, bookings.tuesday()[0][0], 2)
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    with clock.set_to(NOW):
        by_the_hour = bookings.booking(scene, own)
        at_the_session = book(scene, scene.person, session, own)
    assert {by_the_hour.status, at_the_session.status} == {BookingStatus.ACCEPTED}
    assert [place.number for place in db.session.scalars(select(Place))] == [1, 1]


def test_care_for_one_person_and_things_have_no_sessions(scene: bookings.Scene) -> None:
    for kind in ("care-at-home", "mobility"):
        listing = catalogue.listing(scene.provider, kind, scene.council)
        with clock.set_to(NOW), pytest.raises(Conflict, match="cannot have sessions"), transaction():
            sessions.add_sessions(
                actor=scene.staff, listing=listing, times=[(THURSDAY, THURSDAY + timedelta(hours=1))], places=2
            )
        assert availability_queries.next_session(listing) is None


def test_only_somebody_who_may_book_takes_a_place_for_another(scene: bookings.Scene, lunch: Listing) -> None:
    session = places.session(scene, THURSDAY, 2, lunch)
    (stranger,) = people(1)
    with clock.set_to(NOW), pytest.raises(NotAllowed):
        join(scene.person, session, actor=stranger)
    assert taken(session) == []
