"""Forgetting, resetting and changing a password."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.people.accounts.actions import passwords
from app.people.accounts.models import EmailToken
from app.people.accounts.rules.refusals import LinkDoesNotWork
from tests.factories import accounts, messages
from tests.factories.passwords import HASH, PASSWORD
from tests.inspection import InspectingClient

NEW = "umbrella frog canoe"


def _link_for(client: InspectingClient, email: str) -> str:
    assert client.submit("/forgotten-password", email=email).location == "/check-your-email"
    return messages.last_link()


def test_a_reset_gives_a_new_password_and_ends_every_session(client: InspectingClient) -> None:
    ada = accounts.person(password_hash=HASH)
    elsewhere = client.application.test_client()
    assert isinstance(elsewhere, InspectingClient)
    accounts.sign_in(elsewhere, ada)
    elsewhere.page("/account")
    link = _link_for(client, ada.email)
    client.page(link)
    elsewhere.page("/account")
    assert client.submit(link, password=NEW).location == "/sign-in"
    assert elsewhere.get("/account").status_code == 302
    assert client.submit("/sign-in", email=ada.email, password=NEW).location == "/"
    assert messages.sent() == [
        (ada.email, "Choose a new password"),
        (ada.email, "Your password was changed"),
    ]


def test_a_reset_link_works_once_and_kills_the_others(client: InspectingClient) -> None:
    ada = accounts.person(password_hash=HASH)
    first, second = _link_for(client, ada.email), _link_for(client, ada.email)
    client.submit(second, password=NEW)
    for link in (first, second):
        assert "This link does not work" in client.page(link, status=404).get_text()
        with pytest.raises(LinkDoesNotWork), transaction():
            passwords.reset_password(token=link.rsplit("/", 1)[1], password="taken over now")
    assert client.submit("/sign-in", email=ada.email, password=NEW).location == "/"


def test_a_reset_link_expires_after_an_hour(client: InspectingClient) -> None:
    ada = accounts.person(password_hash=HASH)
    link = _link_for(client, ada.email)
    with clock.set_to(clock.now() + timedelta(hours=1, seconds=1)):
        client.page(link, status=404)
        with pytest.raises(LinkDoesNotWork), transaction():
            passwords.reset_password(token=link.rsplit("/", 1)[1], password=NEW)
    db.session.expire_all()
    assert ada.password_hash == HASH


def test_a_weak_new_password_leaves_the_link_alive(client: InspectingClient) -> None:
    ada = accounts.person(password_hash=HASH)
    link = _link_for(client, ada.email)
    assert "harder to guess" in client.submit(link, password="password123").get_data(as_text=True)
    assert "is not your email address" in client.submit(link, password=ada.email).get_data(as_text=True)
    db.session.expire_all()
    assert ada.password_hash == HASH
    assert client.submit(link, password=NEW).location == "/sign-in"


def test_a_made_up_link_is_not_found(client: InspectingClient) -> None:
    for token in ("x", "a" * 500, "%00", "' OR 1=1 --", "%F0%9F%A6%A6"):
        client.page(f"/reset-password/{token}", status=404)
        client.page(f"/confirm-email/{token}", status=404)


def test_a_closed_account_gets_no_link_and_its_old_ones_die(client: InspectingClient) -> None:
    ada = accounts.person(password_hash=HASH)
    link = _link_for(client, ada.email)
    ada.closed_at = clock.now()
    db.session.commit()
    assert client.submit("/forgotten-password", email=ada.email).location == "/check-your-email"
    assert db.session.scalar(select(func.count()).select_from(EmailToken)) == 1
    client.page(link, status=404)
    with pytest.raises(LinkDoesNotWork), transaction():
        passwords.reset_password(token=link.rsplit("/", 1)[1], password=NEW)


def test_a_reset_opens_the_door_that_too_many_tries_shut(client: InspectingClient) -> None:
    ada = accounts.person(password_hash=HASH)
    for _ in range(10):
        client.submit("/sign-in", email=ada.email, password="wrong password")
    assert "too many tries" in client.submit("/sign-in", email=ada.email, password=PASSWORD).get_data(as_text=True)
    client.submit(_link_for(client, ada.email), password=NEW)
    assert client.submit("/sign-in", email=ada.email, password=NEW).location == "/"


def test_a_reset_confirms_the_address_it_was_sent_to(client: InspectingClient) -> None:
    ada = accounts.person(password_hash=HASH)
    ada.email_confirmed_at = None
    db.session.commit()
    client.submit(_link_for(client, ada.email), password=NEW)
    assert client.submit("/sign-in", email=ada.email, password=NEW).location == "/"


def test_changing_a_password_keeps_this_device_and_signs_out_the_others(client: InspectingClient) -> None:
    ada = accounts.person(password_hash=HASH)
    elsewhere = client.application.test_client()
    accounts.sign_in(client, ada)
    accounts.sign_in(elsewhere, ada)
    assert client.submit("/account/password", current=PASSWORD, password=NEW).location == "/account"
    client.page("/account")
    assert elsewhere.get("/account").status_code == 302
    assert messages.sent() == [(ada.email, "Your password was changed")]


def test_a_password_is_changed_only_by_somebody_who_knows_it(client: InspectingClient) -> None:
    ada = accounts.person(password_hash=HASH)
    accounts.sign_in(client, ada)
    for _ in range(10):
        answer = client.submit("/account/password", current="wrong password", password=NEW)
        assert "This is not the password you have now" in answer.get_data(as_text=True)
    assert "too many tries" in client.submit("/account/password", current=PASSWORD, password=NEW).get_data(as_text=True)
    db.session.expire_all()
    assert ada.password_hash == HASH
