"""Whatever goes wrong, a person gets a page that says what happened and where to go on."""

import io

import pytest
from bs4 import BeautifulSoup
from flask import Flask, abort
from gunicorn.http.errors import InvalidChunkSize
from sqlalchemy.exc import OperationalError

from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.platform.web.guards import ANYONE, open_to
from tests.factories import accounts
from tests.inspection import InspectingClient

REFUSALS = {"bad": BadInput, "not-allowed": NotAllowed, "not-found": NotFound, "conflict": Conflict}


@pytest.fixture(autouse=True)
def trouble(app: Flask) -> None:
    """Doors behind which things go wrong."""
    app.config["PROPAGATE_FAULTS"] = False
    app.testing = False

    @open_to(ANYONE)
    def refused(how: str) -> str:
        raise REFUSALS[how]("You have £3.05 left. Book fewer hours.")

    @open_to(ANYONE)
    def status(code: int) -> str:
        abort(code)

    @open_to(ANYONE)
    def fault() -> str:
        raise ZeroDivisionError

    @open_to(ANYONE)
    def busy() -> str:
        raise OperationalError("SELECT secret", {}, Exception("locked"))

    def unmarked() -> str:
        return "never reached"

    app.add_url_rule("/trouble/refused/<how>", "refused", refused)
    app.add_url_rule("/trouble/status/<int:code>", "status", status)
    app.add_url_rule("/trouble/fault", "fault", fault)
    app.add_url_rule("/trouble/busy", "busy", busy)
    app.add_url_rule("/trouble/unmarked", "unmarked", unmarked)


def _said(page: BeautifulSoup) -> tuple[str, str]:
    heading, words = page.select_one("main h1"), page.select_one("main .govuk-body-l")
    assert heading is not None
    assert words is not None
    return heading.get_text(strip=True), words.get_text(strip=True)


def _ways_on(page: BeautifulSoup) -> list[str]:
    return [a["href"] for a in page.select("main a")]  # type: ignore[misc]


@pytest.mark.parametrize(
    ("how", "status", "heading"),
    [
        ("bad", 400, "We could not read what was sent"),
        ("not-allowed", 403, "This page is not open to you"),
        ("not-found", 404, "Page not found"),
        ("conflict", 409, "That cannot be done as things stand"),
    ],
)
def test_a_refusal_is_said_in_its_own_words(client: InspectingClient, how: str, status: int, heading: str) -> None:
    page = client.page(f"/trouble/refused/{how}", status)
    assert _said(page) == (heading, "You have £3.05 left. Book fewer hours.")


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 410, 413, 414, 415, 429, 500, 503, 418])
def test_every_status_has_a_page_with_ways_on(client: InspectingClient, status: int) -> None:
    page = client.page(f"/trouble/status/{status}", status)
    assert {"/", "/help"} <= set(_ways_on(page))
    assert "Traceback" not in page.get_text()


def test_a_page_not_found_offers_to_search(client: InspectingClient) -> None:
    page = client.page("/no/such/page", 404)
    assert [(f["action"], f.input["name"]) for f in page.select("main form")] == [("/search", "q")]  # type: ignore[index]


def test_a_stranger_at_a_shut_door_is_shown_where_to_sign_in(client: InspectingClient) -> None:
    assert "/sign-in" in _ways_on(client.page("/trouble/unmarked", 403))
    accounts.sign_in(client, accounts.person())
    ways = _ways_on(client.page("/trouble/unmarked", 403))
    assert "/account" in ways
    assert "/sign-in" not in ways


def test_a_wrong_method_is_a_page_too(client: InspectingClient) -> None:
    assert client.post("/help").status_code in {400, 405}
    answer = client.put("/help")
    assert answer.mimetype == "text/html"


def test_a_form_without_its_token_is_refused_with_what_to_do(client: InspectingClient) -> None:
    answer = client.post("/sign-in", data={"email": "a@example.org"})
    assert answer.status_code == 400
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert _said(page)[1] == "This form has expired. Go back, load the page again and send it once more."


class _Garbled(io.BytesIO):
    """A body as the server reads it when its pieces do not fit."""

    def read(self, size: int | None = -1, /) -> bytes:
        del size
        raise InvalidChunkSize(b"zz")


def test_a_body_in_broken_pieces_is_no_fault_of_ours(client: InspectingClient) -> None:
    environ = {"wsgi.input": _Garbled(), "wsgi.input_terminated": True, "HTTP_TRANSFER_ENCODING": "chunked"}
    answer = client.post("/sign-in", content_type="application/x-www-form-urlencoded", environ_overrides=environ)
    assert answer.status_code == 400
    assert "We could not read what was sent" in answer.get_data(as_text=True)


def test_too_much_is_refused(app: Flask, client: InspectingClient) -> None:
    app.config["MAX_CONTENT_LENGTH"] = 1000
    answer = client.post("/sign-in", data={"email": "x" * 2000})
    assert answer.status_code == 413
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert _said(page) == ("That file is too big", "Send a smaller one, at most 20MB.")


@pytest.mark.parametrize(("where", "status"), [("fault", 500), ("busy", 503)])
def test_our_own_faults_are_owned_and_ask_the_database_nothing(
    client: InspectingClient, where: str, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    accounts.sign_in(client, accounts.person(name="Ada Example"))

    def gone(_cookie: str) -> None:
        raise OperationalError("SELECT secret", {}, Exception("gone"))

    monkeypatch.setattr("app.people.accounts.queries.person_signed_in", gone)
    page = client.page(f"/trouble/{where}", status)
    words = page.get_text(" ", strip=True)
    assert "Ada Example" not in words
    assert "SELECT" not in words
    assert "ZeroDivisionError" not in words
    assert page.select("header form, nav[aria-label=Menu]") == []
