"""Suggest, then yes: what staff put in waits for the person, and each of two at once has one answer."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, in_transaction, transaction
from app.base.refusals import Conflict, NotAllowed, NotFound
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.rules import COUNCIL_STAFF_POWERS, Power
from app.platform.audit.models import AuditEvent
from app.platform.messages.models import Message
from app.support.basket.actions import booking, deciding, filling
from app.support.basket.actions.booking import Chosen, NotBooked
from app.support.basket.models import BasketLine
from app.support.booking_records.models.bookings import Booking
from tests.factories import accounts, bookings, circles, councils, providers
from tests.factories.at_once import at_once
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient

PLAN = {"on": "2026-11-24", "from": "09:00", "to": "10:30"}
SUGGESTED, TAKEN, LEFT = (
    "Somebody suggested something to you",
    "Something you suggested was taken",
    "Something you suggested was left for now",
)


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


@pytest.fixture
def scene(app: Flask) -> bookings.Scene:
    del app
    return bookings.scene()


def helen(scene: bookings.Scene, powers: frozenset[Power] = COUNCIL_STAFF_POWERS) -> Person:
    manager = accounts.person(Role.CARE_MANAGER, name="Helen Manager", council_id=scene.council.id)
    circles.caseload_entry(manager, scene.person, scene.council, powers)
    return manager


def suggest(scene: bookings.Scene, by: Person, *, key: str = "first", pay: Pot | None = None) -> BasketLine:
    with transaction():
        return filling.put_in_basket(
            actor=by,
            person=scene.person,
            listing_id=scene.listing.id,
            plan=PLAN,
            key=key,
            pay=pay.public_id if pay else "",
        )


def act_for(client: InspectingClient, by: Person, person: Person) -> None:
    accounts.sign_in(client, by)
    with client.session_transaction() as session:
        session["shopping_for"] = person.public_id


def text_of(page: object) -> str:
    return " ".join(page.main.get_text(" ").split())  # type: ignore[attr-defined]


def told(person: Person) -> list[str]:
    db.session.rollback()
    rows = select(Message.subject).where(Message.to_person_id == person.id).order_by(Message.id)
    return list(db.session.scalars(rows))


def test_what_needs_money_staff_may_not_spend_is_a_suggestion(scene: bookings.Scene) -> None:
    manager = helen(scene)
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    providers.place(scene.provider, councils.framework(scene.council, ["companionship"]).lots[0])
    looked_after = bookings.pot(scene.person, PotKind.COUNCIL_MANAGED, 5000, scene.council)
    free = suggest(scene, manager, key="council's")
    assert (free.suggested_at, free.added_as) == (None, "care_manager")
    hers = suggest(scene, manager, key="own", pay=own)
    assert (hers.is_waiting, hers.added_as) == (True, "care_manager")
    assert (suggest(scene, scene.person, key="herself", pay=own).suggested_at) is None
    # What the council looks after is confirmed by the care manager; nothing else is, whatever is sent.
    with pytest.raises(Conflict, match="only suggested"), transaction():
        booking.book_from_basket(
            actor=manager, person=scene.person, key="x", chosen=[Chosen(hers.public_id, looked_after.public_id, 4125)]
        )
    with pytest.raises(NotBooked, match="may not spend"), transaction():
        booking.book_from_basket(
            actor=manager, person=scene.person, key="x", chosen=[Chosen(free.public_id, own.public_id, 4125)]
        )
    assert db.session.scalars(select(Booking)).all() == []
    with transaction():
        booking.book_from_basket(
            actor=manager, person=scene.person, key="x", chosen=[Chosen(free.public_id, looked_after.public_id, 4125)]
        )
    assert (bookings.left(own), bookings.left(looked_after)) == ((9000, 0), (875, 4125))
    # With less there than it costs, the next is a suggestion.
    assert suggest(scene, manager, key="too much").is_waiting


def test_the_person_takes_it_on_their_own_device_and_books_it(client: InspectingClient, scene: bookings.Scene) -> None:
    manager, own = helen(scene), bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    line = suggest(scene, manager)
    suggest(scene, manager, key="second")
    assert told(scene.person) == [SUGGESTED]
    accounts.sign_in(client, scene.person)
    assert "Nothing in the basket can be booked yet." in text_of(client.page("/basket/check-out"))
    said = text_of(client.page("/basket"))
    assert "Suggested to you" in said
    assert said.count("Helen Manager suggested, from Bright Days :".replace(" :", ":")) == 2
    client.submit("/basket", at=f"/basket/{line.public_id}/take")
    client.submit("/basket/check-out", button="Confirm and book")
    assert bookings.left(own) == (4875, 4125)
    assert told(manager) == [TAKEN]
    done = db.session.get_one(BasketLine, line.id)
    assert (done.taken_by_id, done.booking_id is not None) == (scene.person.id, True)
    acts = db.session.scalars(select(AuditEvent.action).where(AuditEvent.subject_kind == "basket_line")).all()
    assert sorted(acts) == ["suggested", "suggested", "suggestion_taken"]


def test_left_for_now_with_why_and_its_suggester_reads_it(client: InspectingClient, scene: bookings.Scene) -> None:
    manager = helen(scene)
    line = suggest(scene, manager)
    accounts.sign_in(client, scene.person)
    client.submit(f"/basket/{line.public_id}/not-now", because="I want to ask my sister")
    assert "Nothing is in the basket." in text_of(client.page("/basket"))
    assert told(manager) == [LEFT]
    client.page(f"/basket/{line.public_id}/not-now", 404)
    act_for(client, manager, scene.person)
    said = text_of(client.page("/basket"))
    assert (
        "Company at home, Bright Days Not now, said 20 November 2026 at midday : “I want to ask my sister”".replace(
            " :", ":"
        )
        in said
    )
    # A sitting is over when nothing of it waits: the next suggestion is told.
    suggest(scene, manager, key="again")
    assert told(scene.person) == [SUGGESTED, SUGGESTED]


def test_only_the_person_or_who_may_book_says_yes(client: InspectingClient, scene: bookings.Scene) -> None:
    manager = helen(scene)
    helper, sister = accounts.person(name="Joan Helper"), accounts.person(name="Sister Books")
    circles.support(scene.person, helper, frozenset({Power.SUGGEST}))
    circles.support(scene.person, sister, frozenset({Power.BOOK, Power.SUGGEST, Power.SEE_PLAN}))
    line = suggest(scene, manager)
    stranger = accounts.person(name="Stranger")
    for actor in (manager, helper, stranger):
        with pytest.raises(NotAllowed), transaction():
            deciding.take_suggestion(actor=actor, person=scene.person, line=line.public_id, seen_pence=4125)
        with pytest.raises(NotAllowed), transaction():
            deciding.leave_suggestion(actor=actor, person=scene.person, line=line.public_id, because="")
    # What another put in, who may only suggest does not take out.
    with pytest.raises(NotAllowed), transaction():
        filling.take_out_of_basket(actor=helper, line=line)
    assert db.session.get_one(BasketLine, line.id).is_waiting
    act_for(client, sister, scene.person)
    client.submit("/basket", at=f"/basket/{line.public_id}/take")
    assert db.session.get_one(BasketLine, line.id).taken_by_id == sister.id


def test_taken_by_the_person_while_staff_take_it_back(app: Flask, scene: bookings.Scene) -> None:
    manager = helen(scene)
    line = suggest(scene, manager)
    number, public_id, person_id, manager_id = line.id, line.public_id, scene.person.id, manager.id

    def job(which: int) -> None:
        with clock.set_to(NOW):
            person = db.session.get_one(Person, person_id)
            if which:
                by = db.session.get_one(Person, manager_id)
                there = db.session.get(BasketLine, number)
                if there is None:
                    raise NotFound("gone")
                in_transaction(lambda: filling.take_out_of_basket(actor=by, line=there))
            else:
                in_transaction(
                    lambda: deciding.take_suggestion(actor=person, person=person, line=public_id, seen_pence=4125)
                )

    answers = at_once(app, job, 2)
    left = db.session.scalar(select(BasketLine).where(BasketLine.public_id == public_id))
    if left is None:
        assert answers == ["NotFound", "done"]
        assert told(manager) == []
    else:
        assert answers == ["done", "NotAllowed"]
        assert left.taken_by_id == scene.person.id
        assert told(manager) == [TAKEN]


def test_taken_in_one_window_and_left_in_another(app: Flask, scene: bookings.Scene) -> None:
    public_id, person_id = suggest(scene, helen(scene)).public_id, scene.person.id

    def job(which: int) -> None:
        with clock.set_to(NOW):
            person = db.session.get_one(Person, person_id)
            if which:
                in_transaction(
                    lambda: deciding.leave_suggestion(actor=person, person=person, line=public_id, because="no")
                )
            else:
                in_transaction(
                    lambda: deciding.take_suggestion(actor=person, person=person, line=public_id, seen_pence=4125)
                )

    assert sorted(at_once(app, job, 2)) == ["Conflict", "done"]
    line = db.session.scalars(select(BasketLine)).one()
    assert (line.taken_at is None) != (line.left_at is None)
