"""Whoever is told about somebody else is told only while they have the right to it: asked as the letter goes."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, current_app
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.actions import supporters
from app.people.circles.rules import Power
from app.platform.audit.models import AuditEvent
from app.platform.messages.actions import sending
from app.platform.messages.models import Message
from app.platform.messages.rules import About, ToldAs
from app.support.booking_records.rules.disputes import DisputeClaim
from app.support.visits.actions import disputes
from tests.factories import accounts, bookings, circles
from tests.factories.messages import sent
from tests.inspection import InspectingClient

SUBJECT = "Something about Ada"


@pytest.fixture(autouse=True)
def _at_the_time(app: Flask) -> Iterator[None]:
    with clock.set_to(bookings.NOW):
        yield


@pytest.fixture
def scene() -> bookings.Scene:
    return bookings.scene()


def _letter(reader: Person, person: Person, told_as: ToldAs, provider_id: int | None = None) -> Message:
    """A letter that could not be sent when it was written, and waits."""
    before = current_app.config["MAIL_URL"]
    current_app.config["MAIL_URL"] = "smtp://127.0.0.1:1"
    try:
        with transaction():
            number = sending.tell(
                to_person_id=reader.id,
                to_email=reader.email,
                subject=SUBJECT,
                body="What it says.",
                link="/bookings",
                about=About(person.id, told_as, provider_id),
            )
    finally:
        current_app.config["MAIL_URL"] = before
    return db.session.get_one(Message, number)


def _again(message: Message) -> Message:
    db.session.expire_all()
    return db.session.get_one(Message, message.id)


def _end(support: Any) -> None:
    with transaction():
        supporters.end_support(actor=support.person, support=support)


def _events(action: str) -> list[AuditEvent]:
    return list(db.session.scalars(select(AuditEvent).where(AuditEvent.action == action)))


@pytest.mark.parametrize("has_ended", [False, True])
def test_a_helper_whose_help_ended_is_not_told_of_a_dispute(scene: bookings.Scene, *, has_ended: bool) -> None:
    """The case it was found by: ended, and seven minutes later an email with a link to nothing."""
    helper = accounts.person(name="Sam Sister")
    support = circles.support(scene.person, helper)
    made = bookings.delivered(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 9000), actor=helper)
    before = _told(helper)
    if has_ended:
        _end(support)
        before = _told(helper)
    with clock.set_to(made.visits[0].ends_at), transaction():
        disputes.raise_dispute(
            actor=scene.person, visit=made.visits[0], claim=DisputeClaim.DID_NOT_COME, words="Nobody came"
        )
    assert _told(helper) - before == (0 if has_ended else 1)


def _told(reader: Person) -> int:
    kept = len(list(db.session.scalars(select(Message).where(Message.to_person_id == reader.id))))
    assert len([to for to, _ in sent() if to == reader.email]) == kept
    return kept


def test_a_letter_that_waited_is_dropped_when_its_reader_may_no_longer_be_told(
    scene: bookings.Scene, client: InspectingClient
) -> None:
    helper = accounts.person(name="Sam Sister")
    support = circles.support(scene.person, helper)
    letter = _letter(helper, scene.person, ToldAs.SEES)
    _end(support)
    assert sending.send_waiting() == 0
    assert (helper.email, SUBJECT) not in sent()
    dropped = _again(letter)
    assert (dropped.sent_at, dropped.dropped_at) == (None, bookings.NOW)
    assert (dropped.body, dropped.link) == ("", None)
    (event,) = _events("letter_not_sent")
    assert (event.for_person_id, event.actor_id, event.subject_id) == (scene.person.id, None, letter.id)
    assert event.details == {"told_person_id": helper.id, "told_as": "sees"}
    # It is neither shown nor counted, and never taken in hand again.
    accounts.sign_in(client, helper)
    assert SUBJECT not in client.page("/messages").get_text()
    client.page(f"/messages/{letter.public_id}", 404)
    assert sending.send_waiting() == 0
    assert len(_events("letter_not_sent")) == 1


def test_a_letter_that_waited_goes_while_the_right_lasts(scene: bookings.Scene) -> None:
    helper = accounts.person(name="Sam Sister")
    circles.support(scene.person, helper)
    letter = _letter(helper, scene.person, ToldAs.SEES)
    assert sending.send_waiting() == 1
    assert (helper.email, SUBJECT) in sent()
    assert _again(letter).sent_at == bookings.NOW


def test_what_was_sent_in_time_leads_nowhere_once_the_help_has_ended(
    scene: bookings.Scene, client: InspectingClient
) -> None:
    helper = accounts.person(name="Sam Sister")
    support = circles.support(scene.person, helper)
    letter = _letter(helper, scene.person, ToldAs.SEES)
    sending.send_waiting()
    accounts.sign_in(client, helper)
    assert "What it says." in client.page(f"/messages/{letter.public_id}").main.get_text()
    _end(support)
    page = client.page(f"/messages/{letter.public_id}").main
    assert "you may no longer see what it was about" in page.get_text()
    assert "What it says." not in page.get_text()
    assert page.find("button", string="Go to what it is about") is None
    assert client.submit(f"/messages/{letter.public_id}").location == "/messages"


def _lose(scene: bookings.Scene, told_as: ToldAs) -> tuple[Person, int | None, Any]:
    """Somebody with just the right, and how they lose it."""
    by_power = {
        ToldAs.SEES: Power.SEE_PLAN,
        ToldAs.SEES_MONEY: Power.SEE_MONEY,
        ToldAs.ARRANGES: Power.BOOK,
        ToldAs.SUGGESTS: Power.SUGGEST,
        ToldAs.ANSWERS: Power.DECIDE,
        ToldAs.COMPLAINS: Power.COMPLAIN,
    }
    if told_as in by_power:
        power = by_power[told_as]
        helper = accounts.person(name="Sam Sister")
        support = circles.support(scene.person, helper, frozenset({power}))
        return helper, None, lambda: _end(support)
    if told_as is ToldAs.STAFF:
        return scene.staff, scene.provider.id, lambda: _end_roles(scene.staff)
    manager = accounts.person(Role.CARE_MANAGER, name="Cara Manager", council_id=scene.council.id)
    if told_as is ToldAs.CARE_MANAGER:
        circles.caseload_entry(manager, scene.person, scene.council)
    return manager, None, lambda: _end_roles(manager)


def _end_roles(person: Person) -> None:
    with transaction():
        for grant in person.grants:
            grant.ended_at = clock.now()


@pytest.mark.parametrize("told_as", list(ToldAs))
def test_each_right_is_asked_again(scene: bookings.Scene, told_as: ToldAs) -> None:
    reader, provider_id, lose = _lose(scene, told_as)
    first = _letter(reader, scene.person, told_as, provider_id)
    assert sending.send_waiting() == 1
    assert _again(first).sent_at is not None
    second = _letter(reader, scene.person, told_as, provider_id)
    lose()
    assert sending.send_waiting() == 0
    assert _again(second).dropped_at is not None


def test_a_care_manager_of_the_council_is_not_told_once_somebody_has_the_person_on_their_caseload(
    scene: bookings.Scene,
) -> None:
    any_manager = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    own_manager = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    letter = _letter(any_manager, scene.person, ToldAs.DECIDES)
    circles.caseload_entry(own_manager, scene.person, scene.council)
    assert sending.send_waiting() == 0
    assert _again(letter).dropped_at is not None


def test_a_closed_account_is_told_nothing_about_others(scene: bookings.Scene) -> None:
    letter = _letter(scene.staff, scene.person, ToldAs.STAFF, scene.provider.id)
    with transaction():
        scene.staff.closed_at = clock.now()
    assert sending.send_waiting() == 0
    assert _again(letter).dropped_at is not None


def test_a_letter_about_ones_own_affairs_asks_nobody(scene: bookings.Scene) -> None:
    letter = _letter(scene.person, scene.person, ToldAs.SEES)
    assert letter.for_person_id is None
    assert sending.send_waiting() == 1
