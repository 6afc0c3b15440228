"""What an attacker would try first: cookies, sessions, tokens, logs, headers, a forged Host."""

import logging
import urllib.request
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask, Response, request
from sqlalchemy.exc import IntegrityError

from app import create_app
from app.base import clock
from app.base.db import db, transaction
from app.people.accounts.actions.passwords import ask_to_reset
from app.people.accounts.models import Person
from app.platform.web import logs
from app.platform.web.guards import ANYONE, open_to
from app.platform.web.security import csrf, trust_proxies
from config import UnsafeSettings, settings
from tests import live
from tests.factories import accounts, bookings
from tests.factories.messages import emails
from tests.factories.passwords import HASH, PASSWORD
from tests.inspection import InspectingClient

PRODUCTION = {
    "OWNWAY_MODE": "production",
    "SECRET_KEY": "s" * 48,
    "SEARCH_INDEX_DIR": "/nowhere/search",
    "STRIPE_API_KEY": "sk_live_" + "0" * 24,
    "STRIPE_WEBHOOK_SECRET": "whsec_" + "0" * 24,
    "MAIL_URL": "smtps://user:password@mail.example:465",
    "MAIL_FROM": "Ownway <no-reply@ownway.trafford.gov.uk>",
    "FILES_URL": "file:/nowhere/files",
    "SITE_URL": "https://ownway.example",
}
HEADERS = ("Content-Security-Policy", "X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy")


def _production(database_url: str, folder: Path, **changed: str) -> Mapping[str, str]:
    return {**PRODUCTION, "DATABASE_URL": database_url, "INSTANCE_DIR": str(folder), **changed}


def test_production_starts_when_everything_is_set_and_guards_its_cookies(database_url: str, tmp_path: Path) -> None:
    # Testing: the thread that follows changes would go on asking this database long after it is gone.
    made = create_app({**settings(_production(database_url, tmp_path)), "TESTING": True})
    answer = made.test_client().get("/sign-in", base_url="https://ownway.example")
    cookie = answer.headers["Set-Cookie"]
    assert answer.status_code == 200
    assert cookie.startswith("__Host-ownway=")
    assert {part.strip() for part in cookie.split(";")[1:]} >= {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}
    assert "Domain" not in cookie
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert made.test_client().get("/demonstration/post", base_url="https://ownway.example").status_code == 404
    from app.base.db import db

    with made.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("name", [*(name for name in PRODUCTION if name != "OWNWAY_MODE"), "DATABASE_URL"])
def test_production_refuses_to_start_without(name: str) -> None:
    environment = {**_production("postgresql://db.example/ownway", Path("/nowhere")), name: ""}
    with pytest.raises(UnsafeSettings) as refused:
        settings(environment)
    (line,) = str(refused.value).splitlines()[1:]
    assert line.strip().startswith(f"{name}:")


def test_production_refuses_another_time_and_names_it_with_all_that_is_wrong() -> None:
    environment = {**_production("postgresql://db.example/ownway", Path("/nowhere")), "OWNWAY_CLOCK": "+86400"}
    with pytest.raises(UnsafeSettings) as refused:
        settings({**environment, "SITE_URL": ""})
    assert [line.strip().partition(":")[0] for line in str(refused.value).splitlines()[1:]] == [
        "SITE_URL",
        "OWNWAY_CLOCK",
    ]


def test_signing_in_begins_a_new_session(client: InspectingClient) -> None:
    ada = accounts.person(password_hash=HASH)
    client.get("/sign-in")
    with client.session_transaction() as session:
        planted = session["csrf_token"]
        session["shopping_for"] = "somebody"
        session["left_behind"] = "by the attacker"
    assert client.submit("/sign-in", email=ada.email, password=PASSWORD).status_code == 302
    with client.session_transaction() as session:
        assert session.get("csrf_token") != planted
        assert "left_behind" not in session
        assert "shopping_for" not in session


def test_a_form_without_a_token_is_refused_everywhere_but_at_the_card_companys_door(app: Flask) -> None:
    assert csrf._exempt_views == {"app.shop.webhooks.views.stripe"}
    assert csrf._exempt_blueprints == set()
    assert app.config["WTF_CSRF_ENABLED"]
    assert app.config.get("WTF_CSRF_CHECK_DEFAULT", True)
    assert set(app.config["WTF_CSRF_METHODS"]) == {"POST", "PUT", "PATCH", "DELETE"}


def test_logs_say_nothing_about_people(app: Flask, client: InspectingClient, caplog: pytest.LogCaptureFixture) -> None:
    scene = bookings.scene()
    app.config["LOG_REQUESTS"] = True
    accounts.sign_in(client, scene.person)
    with caplog.at_level(logging.DEBUG, logger="ownway"), caplog.at_level(logging.INFO):
        client.get("/search?q=incontinence+pads&near=QX1+1AA")
        client.get("/account")
        client.get(f"/listings/{scene.listing.public_id}")
        client.get(f"/bookings/{scene.person.public_id}")
        client.submit("/forgotten-password", email=scene.staff.email)
    said = "\n".join(
        f"{record.getMessage()} {record.__dict__}" for record in caplog.records if record.name != "werkzeug"
    )
    assert "'/search'" in said
    for private in (
        scene.person.full_name,
        scene.person.email,
        scene.staff.email,
        "incontinence",
        "QX1",
        scene.person.public_id,
    ):
        assert private not in said


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/health", 200),
        ("/nowhere", 404),
        ("/desk/%00", 404),
        ("/?council=%00", 400),
        ("/account", 302),
        ("/static/built/app.css", 200),
        ("/static/nothing.css", 404),
        ("/broken", 500),
    ],
)
def test_every_answer_carries_the_headers(app: Flask, client: InspectingClient, address: str, status: int) -> None:
    app.config["PROPAGATE_FAULTS"], app.testing = False, False
    app.add_url_rule("/broken", "pages.broken", lambda: 1 / 0)
    app.view_functions["pages.broken"].open_to = frozenset({"anyone"})  # type: ignore[attr-defined]
    answer = client.get(address)
    answer.close()
    assert answer.status_code == status
    assert {name for name in HEADERS if name not in answer.headers} == set()
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_a_forged_host_finds_its_way_into_no_email_and_no_redirect(client: InspectingClient) -> None:
    ada = accounts.person(password_hash=HASH)
    with transaction():
        ask_to_reset(email=ada.email)
    client.get("/forgotten-password")
    page = client.get("/forgotten-password", base_url="http://evil.example")
    assert "evil.example" not in page.get_data(as_text=True)
    assert "evil.example" not in client.get("/account", base_url="http://evil.example").headers["Location"]
    (email,) = emails()
    assert "http://127.0.0.1:5000/reset-password/" in email.get_content()


def test_behind_a_proxy_a_visitor_is_counted_by_their_own_address(app: Flask) -> None:
    @app.get("/who-asks")
    @open_to(ANYONE)
    def who_asks() -> Response:
        return Response(f"{request.remote_addr} {request.scheme} {request.host}", mimetype="text/plain")

    forged = {
        "X-Forwarded-For": "10.9.9.9, 203.0.113.7",
        "X-Forwarded-Proto": "https",
        "X-Forwarded-Host": "evil.example",
    }
    assert app.test_client().get("/who-asks", headers=forged).get_data(as_text=True) == "127.0.0.1 http localhost"
    app.config["PROXIES"] = 1
    trust_proxies(app)
    # Only what our own proxy added counts: what stands before it, anybody can say.
    assert app.test_client().get("/who-asks", headers=forged).get_data(as_text=True) == "203.0.113.7 https localhost"


@pytest.mark.parametrize("number", ["-1", "two", "6", "\u0663"])
def test_a_number_of_proxies_that_is_none_is_refused(number: str) -> None:
    with pytest.raises(UnsafeSettings, match="PROXIES"):
        settings({"PROXIES": number, "SECRET_KEY": "s" * 48})


def test_a_file_name_that_no_database_keeps_is_refused(client: InspectingClient) -> None:
    token = client.page("/sign-in").select_one("input[name=csrf_token]")
    assert token is not None
    sent = {"csrf_token": str(token["value"]), "email": "a@example.org", "password": "x"}
    assert client.post("/sign-in", data={**sent, "sheet": (BytesIO(b"x"), "visits.csv")}).status_code == 200
    assert client.post("/sign-in", data={**sent, "sheet": (BytesIO(b"x"), "vis\0its.csv")}).status_code == 400


def test_a_fault_of_the_database_is_logged_without_what_was_typed(app: Flask) -> None:
    known = accounts.person().email
    with pytest.raises(IntegrityError) as raised, transaction() as session:
        session.add(Person(email=known, full_name="Nobody Else", session_key="k", created_at=clock.now()))
    told = logs.explained((raised.type, raised.value, raised.tb))
    says = {
        "sqlite": "IntegrityError SQLITE_CONSTRAINT_UNIQUE",
        "postgresql": "UniqueViolation 23505: person, uq_person_email",
    }
    assert told.splitlines()[-1] == says[db.engine.dialect.name]
    assert "test_security.py" in told
    assert known not in told
    assert "Nobody Else" not in told
    assert "Nobody Else" not in str(raised.value)


def test_the_development_server_quotes_no_address_either(app: Flask, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, logger="werkzeug"), live.served(app) as address:
        urllib.request.urlopen(f"{address}/help?q=Maureen", timeout=30).read()
        logging.getLogger("werkzeug").info(" * Restarting with stat")
    assert [line.getMessage() for line in caplog.records if line.name == "werkzeug"] == [" * Restarting with stat"]
