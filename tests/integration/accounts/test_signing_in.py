"""Signing in and out: where it leads, what it forgets, and how long a guesser may go on."""

import unicodedata
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.people.accounts.actions import signing_in, tries
from app.people.accounts.models import EndedSignIn, Person, SignInAttempt
from app.people.accounts.rules import Role
from app.people.accounts.rules.passwords import hash_password
from app.people.accounts.rules.refusals import TooManyTries, WrongSignIn
from app.platform.audit.models import AuditEvent
from tests.factories import accounts
from tests.factories.passwords import HASH, PASSWORD
from tests.inspection import InspectingClient

WRONG = "The email address or the password is not right"
TOO_MANY = "There were too many tries"


def _attempts() -> int:
    return db.session.scalar(select(func.count()).select_from(SignInAttempt)) or 0


def _try(client: InspectingClient, email: str, password: str = "wrong password", address: str = "192.0.2.1") -> str:
    """Send the sign-in form from a network address; what the page says, or where it leads."""
    token = client.page("/sign-in").find("input", attrs={"name": "csrf_token"})
    assert token is not None
    answer = client.post(
        "/sign-in",
        data={"email": email, "password": password, "csrf_token": token["value"]},
        environ_base={"REMOTE_ADDR": address},
    )
    return answer.location or answer.get_data(as_text=True)


def test_a_reader_is_brought_back_after_signing_in(client: InspectingClient) -> None:
    ada = accounts.person(password_hash=HASH)
    refused = client.get("/messages?page=1")
    assert refused.location == "/sign-in?next=%2Fmessages%3Fpage%3D1"
    assert client.submit(refused.location, email=ada.email.upper(), password=PASSWORD).location == "/messages?page=1"
    assert client.get("/sign-in?next=/account").location == "/account"


@pytest.mark.parametrize(
    "pasted", ["{}\u200b", "\ufeff{}", "\u202a{}\u202c", "{}\u00a0", "\u2068{}\u2069", "{}\u00ad", "\t{}\r\n"]
)
def test_what_came_along_with_a_pasted_address_keeps_nobody_out(client: InspectingClient, pasted: str) -> None:
    ada = accounts.person(password_hash=HASH)
    assert client.submit("/sign-in", email=pasted.format(ada.email), password=PASSWORD).location == "/"


def test_a_password_is_taken_as_it_is_but_for_its_form(client: InspectingClient) -> None:
    written = "cre\u0300me \u200bbru\u0302le\u0301e"
    ada = accounts.person(password_hash=hash_password(written))
    assert client.submit("/sign-in", email=ada.email, password=written.replace("\u200b", "")).status_code == 200
    assert client.submit("/sign-in", email=ada.email, password=unicodedata.normalize("NFC", written)).location == "/"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "//elsewhere.example",
        "https://elsewhere.example",
        "/%5Celsewhere.example",
        "%2F%2Felsewhere.example",
        "/%09/x.example",
    ],
)
def test_nobody_is_sent_to_another_site(client: InspectingClient, elsewhere: str) -> None:
    ada = accounts.person(password_hash=HASH)
    assert client.submit(f"/sign-in?next={elsewhere}", email=ada.email, password=PASSWORD).location == "/"
    assert client.get(f"/sign-in?next={elsewhere}").location == "/"


def test_a_session_from_before_signing_in_is_not_carried_over(client: InspectingClient) -> None:
    ada = accounts.person(password_hash=HASH)
    client.page("/sign-in")
    with client.session_transaction() as session:
        session.update(planted="by somebody else", shopping_for="somebody", council=["quaxton", ""])
        token_before = session["csrf_token"]
    client.submit("/sign-in", email=ada.email, password=PASSWORD)
    client.page("/account")
    with client.session_transaction() as session:
        assert "planted" not in session
        assert "shopping_for" not in session
        assert session["council"] == ["quaxton", ""]
        assert session["csrf_token"] != token_before


def test_signing_out_forgets_who_was_here(client: InspectingClient) -> None:
    ada = accounts.person(password_hash=HASH)
    client.submit("/sign-in", email=ada.email, password=PASSWORD)
    with client.session_transaction() as session:
        session["shopping_for"] = "somebody"
    assert client.get("/sign-out").status_code == 405
    assert client.submit("/account", at="/sign-out").location == "/sign-in"
    with client.session_transaction() as session:
        assert {"_user_id", "shopping_for"} & set(session) == set()
    assert client.get("/account").status_code == 302


def _signed_in_twice(client: InspectingClient) -> InspectingClient:
    """Somebody signed in here and on another device."""
    ada = accounts.person(password_hash=HASH)
    other = client.application.test_client()
    assert isinstance(other, InspectingClient)
    for device in (client, other):
        device.submit("/sign-in", email=ada.email, password=PASSWORD)
    return other


def _copy_of(client: InspectingClient) -> InspectingClient:
    """Another browser with the same cookie."""
    copy = client.application.test_client()
    assert isinstance(copy, InspectingClient)
    cookie = client.get_cookie("ownway")
    assert cookie is not None
    copy.set_cookie(cookie.key, cookie.value)
    return copy


def test_a_copied_cookie_opens_nothing_once_its_owner_has_signed_out(client: InspectingClient) -> None:
    other = _signed_in_twice(client)
    copy = _copy_of(client)
    assert copy.get("/account").status_code == 200
    client.submit("/account", at="/sign-out")
    assert copy.get("/account").status_code == 302
    assert other.get("/account").status_code == 200
    with copy.session_transaction() as session:
        assert "_user_id" not in session


def test_signing_out_twice_ends_one_sign_in(client: InspectingClient) -> None:
    _signed_in_twice(client)
    copy = _copy_of(client)
    form = copy.page("/account").select_one("form[action='/sign-out'] input[name=csrf_token]")
    assert form is not None
    client.submit("/account", at="/sign-out")
    assert copy.post("/sign-out", data={"csrf_token": form["value"]}).location == "/sign-in"
    assert db.session.scalar(select(func.count()).select_from(EndedSignIn)) == 1


def test_what_was_ended_is_remembered_as_long_as_its_cookie_would_be_taken(client: InspectingClient) -> None:
    other = _signed_in_twice(client)
    copy = _copy_of(client)
    client.submit("/account", at="/sign-out")
    now = clock.now()
    with clock.set_to(now + timedelta(hours=11, minutes=59)):
        other.submit("/account", at="/sign-out")
        assert db.session.scalar(select(func.count()).select_from(EndedSignIn)) == 2
        assert copy.get("/account").status_code == 302
    somebody = db.session.scalars(select(Person.id)).one()
    with clock.set_to(now + timedelta(hours=24)), transaction():
        signing_in.end_sign_in(sign_in="another", person_id=somebody, lasts=timedelta(hours=12))
    assert db.session.scalar(select(func.count()).select_from(EndedSignIn)) == 1


def test_a_form_without_its_token_signs_nobody_in(client: InspectingClient) -> None:
    ada = accounts.person(password_hash=HASH)
    assert client.post("/sign-in", data={"email": ada.email, "password": PASSWORD}).status_code == 400
    assert client.get("/account").status_code == 302


def test_unknown_wrong_and_closed_all_look_the_same(client: InspectingClient) -> None:
    known = accounts.person(password_hash=HASH)
    closed = accounts.person(password_hash=HASH, closed_at=accounts.LONG_AGO)
    without = accounts.person()
    for email, password in (
        (known.email, "wrong password"),
        ("unknown@example.org", PASSWORD),
        (closed.email, PASSWORD),
        (without.email, PASSWORD),
        (without.email, "nobody has this password"),
    ):
        assert WRONG in _try(client, email, password)
    assert db.session.scalar(select(func.count()).select_from(AuditEvent)) == 0


def test_the_tenth_wrong_try_is_the_last(client: InspectingClient) -> None:
    ada = accounts.person(password_hash=HASH)
    for number in range(10):
        assert WRONG in _try(client, ada.email, address=f"192.0.2.{number}")
    assert _attempts() == 10
    assert TOO_MANY in _try(client, ada.email, PASSWORD, address="192.0.2.99")
    assert _attempts() == 10
    other = accounts.person(password_hash=HASH)
    assert _try(client.application.test_client(), other.email, PASSWORD) == "/"
    with clock.set_to(clock.now() + timedelta(minutes=15, seconds=1)):
        assert _try(client, ada.email, PASSWORD) == "/"
        assert _attempts() == 0


def test_tries_on_unknown_accounts_count_too(client: InspectingClient) -> None:
    for _ in range(10):
        assert WRONG in _try(client, "unknown@example.org")
    assert TOO_MANY in _try(client, "unknown@example.org")


@pytest.mark.usefixtures("app")
def test_fifty_tries_from_one_place_shut_its_door_only() -> None:
    for number in range(50):
        with transaction():
            tries.count_try(email=f"person{number}@example.org", address=f"2001:db8::{number:x}")
    with pytest.raises(TooManyTries), transaction():
        tries.count_try(email="fresh@example.org", address="2001:db8::ffff")
    with transaction():
        tries.count_try(email="fresh@example.org", address="2001:db9::1")
    assert _attempts() == 51


def test_signing_in_forgets_the_wrong_tries_of_that_account_only(client: InspectingClient) -> None:
    ada = accounts.person(password_hash=HASH)
    for _ in range(9):
        _try(client, ada.email)
    _try(client, "unknown@example.org")
    assert _try(client, ada.email, PASSWORD) == "/"
    assert _attempts() == 1


def test_old_tries_are_swept_away(client: InspectingClient) -> None:
    _try(client, "unknown@example.org")
    with clock.set_to(clock.now() + timedelta(minutes=16)):
        _try(client, "other@example.org")
    assert _attempts() == 1


def test_an_old_hash_is_made_anew(client: InspectingClient) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    ada = accounts.person(password_hash=old)
    assert _try(client, ada.email, PASSWORD) == "/"
    db.session.expire_all()
    assert ada.password_hash is not None
    assert ada.password_hash.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert _try(client.application.test_client(), ada.email, PASSWORD) == "/"


def test_an_account_closed_while_signed_in_is_out_at_once(client: InspectingClient) -> None:
    ada = accounts.person()
    accounts.sign_in(client, ada)
    client.page("/account")
    ada.closed_at = clock.now()
    db.session.commit()
    assert client.get("/account").status_code == 302


def test_a_forged_cookie_is_nobody(client: InspectingClient) -> None:
    ada = accounts.person()
    for forged in (ada.public_id, f"{ada.public_id}.", f"{ada.public_id}.guess", "." + ada.session_key, ""):
        with client.session_transaction() as session:
            session["_user_id"] = forged
        assert client.get("/account").status_code == 302


def test_what_a_wrong_try_does_between_recognising_and_entering(app: Flask) -> None:
    ada = accounts.person(password_hash=HASH)
    recognised = signing_in.recognise(email=ada.email, password=PASSWORD)
    ada.password_hash = "changed meanwhile"
    db.session.commit()
    with pytest.raises(WrongSignIn), transaction():
        signing_in.let_in(recognised=recognised, password=PASSWORD)


def test_the_demonstration_lets_strangers_in_as_its_people(client: InspectingClient) -> None:
    ada = accounts.person(name="Ada Example", is_demonstration=True)
    staff = accounts.person(Role.PERSON, Role.SUPPORTER, name="Sam Example", is_demonstration=True)
    accounts.person(name="Real Person")
    page = client.page("/sign-in")
    buttons = [b.get_text(strip=True) for b in page.select('form[action="/sign-in/demonstration"] button')]
    assert buttons == [
        "Sign in as Ada Example, a person who uses support",
        "Sign in as Sam Example, a supporter",
    ]
    assert client.submit("/sign-in", button=buttons[1]).location == "/"
    assert "Sam Example" in client.page("/account").get_text()
    assert staff.id != ada.id


def test_at_most_three_for_each_role_are_shown(client: InspectingClient) -> None:
    for number in range(5):
        accounts.person(name=f"Person {number}", is_demonstration=True)
        accounts.person(Role.PERSON, Role.SUPPORTER, name=f"Supporter {number}", is_demonstration=True)
    assert len(client.page("/sign-in").select('form[action="/sign-in/demonstration"]')) == 6


def test_nobody_real_can_be_entered_through_the_demonstration(client: InspectingClient) -> None:
    real = accounts.person(name="Real Person")
    accounts.person(is_demonstration=True)
    button = "Sign in as Ada Example, a person who uses support"
    for public_id in (real.public_id, "nobody", "", "' OR 1=1"):
        assert client.submit("/sign-in", button=button, person=public_id).status_code == 404
    assert client.submit("/sign-in", button=button, person="\x00").status_code == 400
    assert client.get("/account").status_code == 302


def test_outside_a_demonstration_its_doors_do_not_exist(client: InspectingClient) -> None:
    pretend = accounts.person(is_demonstration=True)
    client.application.config["IS_DEMONSTRATION"] = False
    page = client.page("/sign-in")
    assert page.select('form[action="/sign-in/demonstration"]') == []
    assert pretend.full_name not in page.get_text()
    token = page.select_one("main input[name=csrf_token]")
    assert token is not None
    sent = client.post("/sign-in/demonstration", data={"person": pretend.public_id, "csrf_token": token["value"]})
    assert sent.status_code == 404
    assert client.get("/account").status_code == 302
    client.page("/demonstration/post", status=404)
    assert client.page("/check-your-email").select('a[href="/demonstration/post"]') == []
