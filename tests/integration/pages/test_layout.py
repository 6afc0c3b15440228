"""What stands round every page: who is signed in, whose money, for whom one shops, and what was just done."""

import gzip
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, Response, flash, redirect, render_template, render_template_string
from flask.testing import FlaskClient

from app.platform.web.guards import ANYONE, open_to
from tests.factories import accounts
from tests.inspection import InspectingClient

PAGE = """{% extends "layouts/page.html" %}
{% block heading %}Any page{% endblock %}
{% block content %}<p id="own">{{ person }} {{ council }} {{ somebody }} {{ unread }} {{ balance }}</p>{% endblock %}"""
OWN: dict[str, Any] = {name: f"my {name}" for name in ("person", "council", "somebody", "unread", "balance")}


@pytest.fixture(autouse=True)
def any_page(app: Flask) -> dict[str, Any]:
    """A page at ``/any-page``, drawn with what the test puts into the mapping given back."""
    given: dict[str, Any] = {"shopping_for": lambda: None, "header_balance": lambda: None}

    @open_to(ANYONE)
    def view() -> str:
        return render_template_string(PAGE, **OWN, **given)

    @open_to(ANYONE)
    def done() -> Any:
        flash("Your visit on 3 April 2026 is booked.")
        return redirect("/any-page")

    app.add_url_rule("/any-page", "any_page", view)
    app.add_url_rule("/done", "done", done)
    return given


def test_a_page_keeps_the_names_it_was_drawn_with(client: InspectingClient) -> None:
    accounts.sign_in(client, accounts.person(name="Ada Example"))
    own = client.page("/any-page").find(id="own")
    assert own is not None
    assert own.get_text() == "my person my council my somebody my unread my balance"


def test_a_stranger_is_shown_where_to_sign_in_and_nobodys_money(
    client: InspectingClient, any_page: dict[str, Any]
) -> None:
    any_page["header_balance"] = lambda: SimpleNamespace(whose="Your money", left_pence=1, href="/money")
    page = client.page("/any-page")
    assert [a["href"] for a in page.select(".app-account a")] == ["/sign-up", "/sign-in"]
    assert page.select(".app-balance, .app-banner--for-somebody") == []
    assert [f["action"] for f in page.find_all("form")] == ["/search"]


def test_the_money_left_is_always_at_the_end_of_the_menu(client: InspectingClient, any_page: dict[str, Any]) -> None:
    accounts.sign_in(client, accounts.person(name="Ada Example"))
    any_page["header_balance"] = lambda: SimpleNamespace(whose="Your money", left_pence=123450, href="/money")
    page = client.page("/any-page")
    place = page.select_one(".app-nav .app-balance")
    assert place is not None
    assert (place["href"], place.get_text(" ", strip=True)) == ("/money", "Your money left £1,234.50")
    assert [strong.get_text() for strong in page.select("[data-live-balance]")] == ["£1,234.50"]


def test_shopping_for_somebody_is_said_above_all_and_can_be_stopped(
    client: InspectingClient, any_page: dict[str, Any]
) -> None:
    accounts.sign_in(client, accounts.person(name="Ada Example"))
    any_page["shopping_for"] = lambda: SimpleNamespace(full_name="Sam Ward")
    banner = client.page("/any-page").select_one(".app-banner--for-somebody")
    assert banner is not None
    assert banner.p is not None
    assert banner.p.get_text() == "You are shopping for Sam Ward"
    form = banner.form
    assert form is not None
    assert (form["method"], form["action"]) == ("post", "/shop-for")
    assert [box["name"] for box in form.find_all("input")] == ["csrf_token", "action"]


def test_a_notice_is_shown_once(client: InspectingClient) -> None:
    client.get("/done")
    notices = client.page("/any-page").select(".govuk-notification-banner__heading")
    assert [notice.get_text() for notice in notices] == ["Your visit on 3 April 2026 is booked."]
    assert client.page("/any-page").select(".govuk-notification-banner") == []


def test_a_demonstration_says_that_it_is_one_and_a_real_site_does_not(app: Flask, client: InspectingClient) -> None:
    assert "This is a demonstration." in client.page("/any-page").get_text()
    app.config["IS_DEMONSTRATION"] = False
    assert "demonstration" not in client.page("/any-page").get_text()


def test_the_small_search_box_is_left_out_where_there_is_a_large_one(app: Flask, client: InspectingClient) -> None:
    assert len(client.page("/any-page").select("header form[role=search]")) == 1
    assert client.page("/").select("header form[role=search]") == []
    with app.test_request_context("/search"):
        assert 'id="header-q"' not in render_template("pages/help.html")


def test_what_the_browser_keeps_for_ever_is_named_by_its_content(client: InspectingClient) -> None:
    page = client.page("/any-page")
    sheet, script = page.select_one("link[rel=stylesheet]"), page.select_one("script")
    assert sheet is not None
    assert script is not None
    for address in (str(sheet["href"]), str(script["src"])):
        with client.get(address, headers={"Accept-Encoding": "gzip"}) as answer:
            assert answer.status_code == 200
            assert answer.headers["Content-Encoding"] == "gzip"
            assert answer.headers["Cache-Control"] == "max-age=31536000, public"
            assert "Access-Control-Allow-Origin" not in answer.headers


def test_a_page_is_made_small_for_strangers_only(app: Flask, client: InspectingClient) -> None:
    asks = {"Accept-Encoding": "gzip"}
    stranger = FlaskClient(app, Response)
    small = stranger.get("/help", headers=asks)
    assert small.headers["Content-Encoding"] == "gzip"
    assert "Help and contact" in gzip.decompress(small.data).decode()
    assert "Content-Encoding" not in stranger.get("/help").headers
    # A page with the token of a form, or one that knows its reader, beside words somebody else may choose.
    assert "Content-Encoding" not in stranger.get("/sign-in", headers=asks).headers
    accounts.sign_in(client, accounts.person())
    known = client.get("/help", headers=asks)
    assert "Content-Encoding" not in known.headers
    assert "Accept-Encoding" in known.headers["Vary"]
