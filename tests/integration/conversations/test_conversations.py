"""Messages on a booking: who may read and write, who is told and of what, what is new, and what a second click does."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Conflict, NotAllowed, NotFound
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.rules import Power
from app.platform.audit import queries as audit
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Booking
from app.support.bookings.actions import answers
from app.support.conversations import actions as conversations_actions
from app.support.conversations import queries as conversations_queries
from app.support.conversations import rules
from app.support.conversations.models import BookingMessage
from tests.factories import accounts, bookings, circles, councils, providers
from tests.factories.at_once import at_once
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient
from tests.queries import counted

KEY = "a-form-of-its-own-{:04d}"


@pytest.fixture(autouse=True)
def _on_a_friday(app: Flask) -> Iterator[None]:
    del app
    with clock.set_to(NOW):
        yield


def made() -> tuple[bookings.Scene, Booking]:
    scene = bookings.scene()
    return scene, bookings.booking(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000))


def write(actor: Person, booking: Booking, words: str, number: int = 1) -> BookingMessage:
    act = conversations_actions.write_as_provider if actor.provider_ids else conversations_actions.write_to_provider
    with transaction():
        return act(actor=actor, booking=booking, words=words, key=KEY.format(number))


def told(since: int = 0) -> list[tuple[str, str, str | None]]:
    """Everybody told of a message, with the email's subject and link."""
    rows = db.session.execute(
        select(Person.full_name, Message.subject, Message.link)
        .join(Message, Message.to_person_id == Person.id)
        .where(Message.subject == "A new message waits for you")
        .order_by(Message.id)
        .offset(since)
    )
    return [tuple(row) for row in rows]


def test_both_sides_write_and_everybody_else_on_it_is_told_without_a_word_of_it() -> None:
    scene, booking = made()
    sister = accounts.person(Role.PERSON, name="Joan Sister")
    circles.support(scene.person, sister, frozenset({Power.BOOK}))
    looker = accounts.person(Role.PERSON, name="Len Looker")
    circles.support(scene.person, looker, frozenset({Power.SEE_MONEY, Power.SEE_PLAN}))
    write(scene.person, booking, "Please ring the bell twice")
    write(scene.staff, booking, "We will", 2)
    write(sister, booking, "Thank you", 3)
    theirs, ours = f"/desk/bookings/{booking.public_id}/messages", f"/bookings/{booking.public_id}/messages"
    waits = "A new message waits for you"
    assert told() == [
        ("Joan Sister", waits, ours),
        ("Bob Staff", waits, theirs),
        ("Ada Example", waits, ours),
        ("Joan Sister", waits, ours),
        ("Ada Example", waits, ours),
        ("Bob Staff", waits, theirs),
    ]
    bodies = db.session.scalars(select(Message.body).where(Message.subject == waits)).all()
    for body in bodies:
        assert not any(word in body for word in ("bell", "Company", "We will", "Thank you", "Bright Days"))
    kept = db.session.scalars(select(BookingMessage).order_by(BookingMessage.id)).all()
    assert [(one.author_id, one.for_person_id, one.is_from_provider) for one in kept] == [
        (scene.person.id, None, False),
        (scene.staff.id, None, True),
        (sister.id, scene.person.id, False),
    ]


def test_a_care_manager_is_told_once_they_take_part() -> None:
    scene = bookings.scene()
    providers.place(scene.provider, councils.framework(scene.council, ["companionship"]).lots[0])
    booking = bookings.booking(scene, bookings.pot(scene.person, PotKind.COUNCIL_MANAGED, 90_000, scene.council))
    manager = accounts.person(Role.CARE_MANAGER, name="Cara Manager", council_id=scene.council.id)
    circles.caseload_entry(manager, scene.person, scene.council, frozenset({Power.BOOK_COUNCIL_MANAGED}))
    write(scene.person, booking, "Hello")
    assert [name for name, _, _ in told()] == ["Bob Staff"]
    write(manager, booking, "I can help", 2)
    write(scene.person, booking, "Good", 3)
    assert [name for name, _, _ in told(since=1)] == ["Ada Example", "Bob Staff", "Cara Manager", "Bob Staff"]


def test_only_those_on_the_booking_read_or_write_and_nothing_is_kept_for_others() -> None:
    scene, booking = made()
    message = write(scene.person, booking, "Ring twice")
    only_money = accounts.person(Role.PERSON, name="Len Looker")
    circles.support(scene.person, only_money, frozenset({Power.SEE_MONEY, Power.SEE_PLAN}))
    stranger = accounts.person(Role.PERSON)
    other_staff = accounts.person(Role.PROVIDER_STAFF, provider_id=providers.provider().id)
    for who, refusal in ((only_money, NotAllowed), (stranger, NotFound), (other_staff, NotFound)):
        with pytest.raises(refusal):
            write(who, booking, "Let me in", 9)
        with pytest.raises(refusal):
            conversations_queries.conversation_for(who, booking.public_id)
        with pytest.raises(NotFound), transaction():
            conversations_actions.mark_messages_read(actor=who, booking=booking, newest=message.public_id)
    assert db.session.scalar(select(func.count()).select_from(BookingMessage)) == 1


def test_a_second_click_is_the_same_message_and_a_form_is_used_once() -> None:
    scene, booking = made()
    first = write(scene.person, booking, "Ring twice").public_id
    assert write(scene.person, booking, "Ring twice  ").public_id == first
    with pytest.raises(Conflict, match="already been used for another message"):
        write(scene.person, booking, "Ring once")
    assert len(told()) == 1


def test_one_form_sent_four_times_at_once_is_one_message(app: Flask) -> None:
    scene, booking = made()
    person, number = scene.person.id, booking.id

    def send(_: int) -> None:
        write(db.session.get_one(Person, person), db.session.get_one(Booking, number), "Ring twice")

    assert at_once(app, send, 4) == ["done"] * 4
    assert db.session.scalar(select(func.count()).select_from(BookingMessage)) == 1
    assert len(told()) == 1


def test_what_came_after_the_page_stays_new_and_marks_never_go_back() -> None:
    scene, booking = made()
    first = write(scene.staff, booking, "One", 1)
    second = write(scene.staff, booking, "Two", 2)
    write(scene.person, booking, "Mine", 3)

    def new() -> int:
        return conversations_queries.new_messages(scene.person, [booking]).get(booking.id, 0)

    assert new() == 2
    with transaction():
        conversations_actions.mark_messages_read(actor=scene.person, booking=booking, newest=first.public_id)
    assert new() == 1
    for newest in (second.public_id, first.public_id):
        with transaction():
            conversations_actions.mark_messages_read(actor=scene.person, booking=booking, newest=newest)
    assert new() == 0
    assert conversations_queries.new_messages(scene.staff, [booking]) == {booking.id: 1}
    assert conversations_queries.new_messages(scene.person, []) == {}


def test_a_booking_long_over_is_read_only_and_a_day_has_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    scene, booking = made()
    monkeypatch.setattr(rules, "MESSAGES_A_DAY", 2)
    for number in range(2):
        write(scene.person, booking, f"Number {number}", number)
    with pytest.raises(Conflict, match="2 messages about this booking in 24 hours"):
        write(scene.person, booking, "One more", 99)
    with transaction():
        answers.decline(actor=scene.staff, booking=booking, reason="Full")
    ends = booking.visits[0].ends_at
    with clock.set_to(ends + timedelta(days=90) - timedelta(seconds=1)):
        write(scene.staff, booking, "Still here", 100)
    with clock.set_to(ends + timedelta(days=90)), pytest.raises(Conflict, match="over for 90 days"):
        write(scene.staff, booking, "Too late", 101)
    assert db.session.scalar(select(func.count()).select_from(BookingMessage)) == 3


def test_a_conversation_by_page_with_new_marks_and_a_record_of_who_read(client: InspectingClient) -> None:
    scene, booking = made()
    sister = accounts.person(Role.PERSON, name="Joan Sister")
    circles.support(scene.person, sister)
    about = {"booking_id": booking.id, "author_id": scene.staff.id, "is_from_provider": True, "sent_at": NOW}
    with transaction():
        for number in range(21):
            db.session.add(BookingMessage(words=f"Number {number}", key=KEY.format(number), **about))
            db.session.flush()
    accounts.sign_in(client, scene.person)
    mine = f"/bookings/{booking.public_id}"
    assert "21 new messages" in client.page("/bookings").main.get_text(" ")
    assert "Messages with the provider 21 new" in " ".join(client.page(mine).main.get_text(" ").split())
    with counted() as statements:
        page = client.page(f"{mine}/messages")
    assert len(statements) == 10
    assert [one.get_text(" ", strip=True) for one in page.select("h3")] == ["Bob Staff, Bright Days New"] * 20
    assert "Number 0" in client.page(f"{mine}/messages?page=2").main.get_text()
    client.submit(f"{mine}/messages", button="Mark all as read")
    assert client.page(f"{mine}/messages").select_one("main h2.govuk-heading-m").get_text() == "Messages so far"
    client.submit(f"{mine}/messages", button="Send message", words="Thank you\n\nSee you then")
    client.submit(f"{mine}/messages", button="Send message", words=" ")
    assert list(db.session.scalars(audit.who_looked(scene.person.id))) == []
    accounts.sign_in(client, scene.staff)
    assert "1 new message" in client.page("/desk/bookings").main.get_text(" ")
    assert booking.reference in client.page("/desk/bookings?show=messages").main.get_text()
    desk = f"/desk/bookings/{booking.public_id}/messages"
    assert "See you then" in client.page(desk).main.get_text()
    client.submit(desk, button="Mark all as read")
    assert "There are none." in client.page("/desk/bookings?show=messages").main.get_text()
    client.submit(desk, button="Send message", words="See you")
    accounts.sign_in(client, sister)
    for _ in range(2):
        assert "See you" in client.page(f"{mine}/messages").main.get_text()
    looks = list(db.session.scalars(audit.who_looked(scene.person.id)))
    # Twice by the sister; and whatever page the provider's staff opened.
    own = [look.action for look in looks if look.actor_id == sister.id]
    assert own == ["booking_messages_looked_at"] * 2
    assert {(look.action, look.actor_id) for look in looks if look.actor_id != sister.id} == {
        ("bookings_looked_at", scene.staff.id)
    }
