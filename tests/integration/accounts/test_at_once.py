"""What may happen only once happens once, however many ask at the same moment."""

from flask import Flask
from sqlalchemy import func, select

from app.base.db import db, transaction
from app.people.accounts.actions import passwords, signing_up, tries
from app.people.accounts.models import Person, SignInAttempt
from tests.factories import accounts, messages
from tests.factories.at_once import at_once


def test_a_link_used_twice_at_once_works_once(app: Flask) -> None:
    ada = accounts.person()
    with transaction():
        passwords.ask_to_reset(email=ada.email)
    token = messages.last_link().rsplit("/", 1)[1]

    def reset(number: int) -> None:
        with transaction():
            passwords.reset_password(token=token, password=f"umbrella frog canoe {number}")

    assert sorted(at_once(app, reset, 4)) == ["LinkDoesNotWork", "LinkDoesNotWork", "LinkDoesNotWork", "done"]
    assert messages.sent() == [(ada.email, "Choose a new password"), (ada.email, "Your password was changed")]


def test_two_who_sign_up_with_one_address_at_once_make_one_account(app: Flask) -> None:
    def sign_up(number: int) -> None:
        with transaction():
            signing_up.sign_up(email="new@example.org", full_name=f"New {number}", password="otter lamp teapot")

    assert at_once(app, sign_up, 3) == ["done", "done", "done"]
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1


def test_tries_made_at_once_are_all_counted(app: Flask) -> None:
    def try_it(number: int) -> None:
        del number
        with transaction():
            tries.count_try(email="ada@example.org", address="192.0.2.1")

    assert sorted(at_once(app, try_it, 14)) == ["TooManyTries"] * 4 + ["done"] * 10
    assert db.session.scalar(select(func.count()).select_from(SignInAttempt)) == 10
