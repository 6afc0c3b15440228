"""Signing up and confirming an address, as visitors do and as attackers try."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.people.accounts.actions import passwords, signing_up, tries
from app.people.accounts.models import EmailToken, Person, RoleGrant
from app.people.accounts.rules import Role
from app.people.accounts.rules.refusals import LinkDoesNotWork, TooManyAsked
from app.platform.audit.models import AuditEvent
from app.platform.messages.models import Message
from tests.factories import accounts, circles, messages
from tests.inspection import InspectingClient

PASSWORD = "otter lamp teapot"


def _sign_up(client: InspectingClient, email: str = "new@example.org", name: str = "New Person") -> None:
    sent = client.submit("/sign-up", full_name=name, email=email, password=PASSWORD)
    assert (sent.status_code, sent.location) == (302, "/check-your-email")


def test_a_new_account_waits_for_its_address_to_be_confirmed(client: InspectingClient) -> None:
    _sign_up(client, email="New@Example.org")
    person = db.session.scalars(select(Person)).one()
    assert (person.email, person.full_name, person.email_confirmed_at) == ("new@example.org", "New Person", None)
    assert [grant.role for grant in person.grants] == [Role.PERSON]
    assert messages.sent() == [("new@example.org", "Confirm your email address")]
    refused = client.submit("/sign-in", email="new@example.org", password=PASSWORD)
    assert "Confirm your email address first" in refused.get_data(as_text=True)

    link = messages.last_link()
    assert "New Person" in client.page(link).get_text()
    assert db.session.scalars(select(Person.email_confirmed_at)).one() is None, "looking at the page confirms nothing"
    assert client.submit(link).location == "/sign-in"
    db.session.expire_all()
    assert person.email_confirmed_at is not None
    assert client.submit("/sign-in", email="new@example.org", password=PASSWORD).location == "/"
    assert "New Person" in client.page("/account").get_text()


def test_a_confirmation_link_works_once(client: InspectingClient) -> None:
    _sign_up(client)
    link = messages.last_link()
    with client.application.test_client() as other:
        assert isinstance(other, InspectingClient)
        client.submit(link)
        assert "This link does not work" in other.page(link, status=404).get_text()
    token = link.rsplit("/", 1)[1]
    with pytest.raises(LinkDoesNotWork), transaction():
        signing_up.confirm_email(token=token)


def test_a_confirmation_link_expires(client: InspectingClient) -> None:
    _sign_up(client)
    link = messages.last_link()
    with clock.set_to(clock.now() + timedelta(days=3, seconds=1)):
        client.page(link, status=404)
        with pytest.raises(LinkDoesNotWork), transaction():
            signing_up.confirm_email(token=link.rsplit("/", 1)[1])
    assert db.session.scalars(select(Person.email_confirmed_at)).one() is None


def test_a_link_does_only_what_it_was_sent_for(client: InspectingClient) -> None:
    _sign_up(client)
    token = messages.last_link().rsplit("/", 1)[1]
    client.page(f"/reset-password/{token}", status=404)
    with pytest.raises(LinkDoesNotWork), transaction():
        passwords.reset_password(token=token, password=PASSWORD)
    with transaction():
        passwords.ask_to_reset(email="new@example.org")
    token = messages.last_link().rsplit("/", 1)[1]
    client.page(f"/confirm-email/{token}", status=404)
    with pytest.raises(LinkDoesNotWork), transaction():
        signing_up.confirm_email(token=token)


def test_only_the_hash_of_a_link_is_kept(client: InspectingClient) -> None:
    _sign_up(client)
    token = messages.last_link().rsplit("/", 1)[1]
    kept = db.session.scalars(select(EmailToken)).one()
    assert kept.token_hash != token
    assert len(kept.token_hash) == 64
    message = db.session.scalars(select(Message)).one()
    assert (message.body, message.link, message.is_secret) == ("", None, True)


def test_signing_up_again_before_confirming_replaces_name_and_link(client: InspectingClient) -> None:
    _sign_up(client, name="First Try")
    first = messages.last_link()
    _sign_up(client, name="Second Try")
    client.page(first, status=404)
    client.submit(messages.last_link())
    assert client.submit("/sign-in", email="new@example.org", password=PASSWORD).location == "/"
    assert db.session.scalars(select(Person.full_name)).one() == "Second Try"
    assert db.session.scalar(select(func.count()).select_from(RoleGrant)) == 1


def test_of_two_passwords_for_one_address_neither_opens_it_but_the_reader_of_its_mail_chooses(
    client: InspectingClient,
) -> None:
    _sign_up(client)
    first = messages.last_link()
    sent = client.submit("/sign-up", full_name="Second Try", email="new@example.org", password="another otter lamp")
    assert sent.location == "/check-your-email"
    client.page(first, status=404)
    client.submit(messages.last_link(), password="chosen by its reader")
    for somebodys in (PASSWORD, "another otter lamp"):
        assert client.submit("/sign-in", email="new@example.org", password=somebodys).status_code == 200
    assert client.submit("/sign-in", email="new@example.org", password="chosen by its reader").location == "/"
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1
    assert db.session.scalar(select(func.count()).select_from(RoleGrant)) == 1


def test_signing_up_with_a_known_address_changes_nothing_and_looks_the_same(client: InspectingClient) -> None:
    known = accounts.person(name="Known Person")
    _sign_up(client, email=known.email, name="Somebody Else")
    db.session.expire_all()
    assert (known.full_name, known.password_hash) == ("Known Person", None)
    assert messages.sent() == [(known.email, "You already have an account")]


def test_somebody_with_an_account_is_told_so_only_so_often(client: InspectingClient) -> None:
    known = accounts.person()
    for _ in range(5):
        _sign_up(client, email=known.email)
    assert messages.sent() == [(known.email, "You already have an account")] * 3


@pytest.mark.parametrize("address", ["/sign-up", "/confirm-email", "/forgotten-password"])
def test_emails_are_asked_for_only_so_often_known_or_not(
    client: InspectingClient, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.people.accounts.actions.tries.ATTEMPTS_PER_ACCOUNT", 2)
    filled = {"full_name": "Ada", "password": PASSWORD} if address == "/sign-up" else {}
    known = accounts.person()
    for email in (known.email, "unknown@example.org"):
        answers = [client.submit(address, email=email, **filled).status_code for _ in range(3)]
        assert answers == [302, 302, 200]
    assert "You have asked many times" in client.submit(address, email=known.email, **filled).get_data(as_text=True)
    with clock.set_to(clock.now() + timedelta(minutes=16)):
        assert client.submit(address, email=known.email, **filled).status_code == 302


@pytest.mark.usefixtures("app")
def test_from_one_place_fifty_emails_are_asked_for_at_most() -> None:
    with transaction():
        for number in range(50):
            tries.count_asking(email=f"somebody-{number}@example.org", address="2001:db8::1")
    with pytest.raises(TooManyAsked), transaction():
        tries.count_asking(email="another@example.org", address="2001:db8::2")
    with transaction():
        # Asking for links shuts no door at which people sign in.
        tries.count_try(email="another@example.org", address="2001:db8::1")


def test_a_stranger_cannot_choose_the_password_of_staff_who_have_not_signed_in_yet(client: InspectingClient) -> None:
    at = circles.council()
    with transaction():
        staff = signing_up.add_staff(
            email="staff@council.example", full_name="Staff Member", roles=[Role.COMMISSIONER], council_id=at.id
        )
    _sign_up(client, email="staff@council.example", name="Stranger")
    db.session.expire_all()
    assert (staff.full_name, staff.password_hash) == ("Staff Member", None)
    assert messages.sent() == [("staff@council.example", "Your account is ready")] * 2


@pytest.mark.parametrize(
    ("filled", "words"),
    [
        ({"full_name": ""}, "Enter your full name"),
        ({"full_name": "\u200b"}, "Enter your full name"),
        ({"full_name": "\u2060\u3164\u00a0"}, "Enter your full name"),
        ({"full_name": "x" * 121}, "Full name must be 120 characters or fewer"),
        ({"full_name": "Ada\x07"}, "Use ordinary letters, numbers and punctuation only"),
        ({"email": ""}, "Enter your email address"),
        ({"email": "not an address"}, "Enter an email address in the right form, like name@example.com"),
        ({"email": "a@example.org\nBcc: b@example.org"}, "Enter an email address in the right form"),
        ({"email": "a@localhost"}, "Enter an email address in the right form"),
        ({"password": ""}, "Enter a password"),
        ({"password": "short"}, "Password must be 10 characters or more"),
        ({"password": "password123"}, "Choose a password that is harder to guess"),
        ({"password": "new@example.org"}, "Choose a password that is not your email address"),
    ],
)
def test_what_cannot_be_used_is_said_beside_its_field(
    client: InspectingClient, filled: dict[str, str], words: str
) -> None:
    good = {"full_name": "New Person", "email": "new@example.org", "password": PASSWORD}
    answer = client.submit("/sign-up", **{**good, **filled})
    assert answer.status_code == 200
    assert words in answer.get_data(as_text=True)
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0
    assert messages.sent() == []


def test_a_line_break_in_a_name_forges_nothing(client: InspectingClient) -> None:
    _sign_up(client, name="Ada\r\nBcc: victim@example.org\r\n\r\nHello")
    assert db.session.scalars(select(Person.full_name)).one() == "Ada Bcc: victim@example.org Hello"
    (email,) = messages.emails()
    assert (email["Bcc"], email["To"]) == (None, "new@example.org")


def test_an_inbox_is_not_filled_with_links(client: InspectingClient) -> None:
    _sign_up(client)
    for _ in range(5):
        client.submit("/confirm-email", email="new@example.org")
    assert messages.sent() == [("new@example.org", "Confirm your email address")] * 3
    with clock.set_to(clock.now() + timedelta(minutes=61)):
        client.submit("/confirm-email", email="new@example.org")
    assert len(messages.sent()) == 4


def test_asking_for_a_link_tells_nobody_which_addresses_are_known(client: InspectingClient) -> None:
    known = accounts.person()
    for page in ("/confirm-email", "/forgotten-password"):
        answers = [client.submit(page, email=email) for email in (known.email, "unknown@example.org")]
        assert {(a.status_code, a.location) for a in answers} == {(302, "/check-your-email")}
    assert messages.sent() == [(known.email, "Choose a new password")]


def test_the_record_says_who_signed_up(client: InspectingClient) -> None:
    _sign_up(client)
    person_id = db.session.scalars(select(Person.id)).one()
    events = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [(e.action, e.for_person_id) for e in events] == [("role_granted", person_id), ("signed_up", person_id)]


def test_where_the_visitor_was_going_outlives_signing_up(client: InspectingClient) -> None:
    client.submit("/sign-up?next=/messages", full_name="New Person", email="new@example.org", password=PASSWORD)
    client.submit(messages.last_link())
    assert client.submit("/sign-in", email="new@example.org", password=PASSWORD).location == "/messages"
