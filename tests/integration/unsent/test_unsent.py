"""A refused form comes back by a redirect; what was sent after a sign-in had ended waits in its form, for its writer alone."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db
from app.base.refusals import Conflict
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.unsent import actions
from app.platform.unsent.models import Unsent
from app.platform.unsent.rules.sealing import KEPT_EACH
from tests.factories import accounts, circles
from tests.factories.passwords import HASH, PASSWORD
from tests.inspection import InspectingClient, _forget_the_last_request

WROTE = "He said he would come back <on Tuesday> & bring it"


def _page(answer):
    return BeautifulSoup(answer.get_data(as_text=True), "html.parser")


def _form(client, address):
    """The form on the page, filled in."""
    page = client.page(address)
    form = page.select_one("main form[method=post]")
    return {one["name"]: one.get("value", "") for one in form.select("input[name]")}


def _post(client, address, **more):
    """Send it as a browser does, and stop at its answer."""
    _forget_the_last_request()
    return FlaskClient.open(client, address, method="POST", **more)


def _send(client, address, **filled):
    """Fill in a form and send it."""
    return _post(client, address, data={**_form(client, address), **filled})


def _count():
    return db.session.scalar(select(func.count()).select_from(Unsent))


def test_errors_come_back_by_a_redirect_and_the_page_can_be_loaded_again(client):
    answer = _send(client, "/sign-up", full_name="", email="new@example.org", password=PASSWORD)
    assert answer.status_code == 303
    assert urlsplit(answer.location).path == "/sign-up"
    assert answer.headers["Cache-Control"] == "no-store"
    assert PASSWORD not in answer.location
    assert "example.org" not in answer.location
    for _ in range(2):
        seen = client.get(answer.location)
        assert (seen.status_code, seen.headers["Cache-Control"]) == (200, "no-store")
        page = _page(seen)
        assert page.title.get_text().startswith("Error: ")
        assert page.select_one(".govuk-error-summary li").get_text(strip=True) == "Enter your full name"
        assert page.select_one("#email")["value"] == "new@example.org"
        assert PASSWORD not in str(page)
    assert _count() == 1
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0
    # The form on that page goes on from there.
    again = {one["name"]: one.get("value", "") for one in page.select("main form input[name]")}
    done = _post(client, answer.location, data={**again, "full_name": "New", "password": PASSWORD})
    assert (done.status_code, done.location) == (302, "/check-your-email")


def test_a_form_refused_for_how_things_stand_comes_back_by_a_redirect_too(client, monkeypatch):
    def refused(**_facts):
        raise Conflict("That was paid already")

    monkeypatch.setattr("app.funding.payments.gateway.is_set_up", lambda: True)
    monkeypatch.setattr("app.funding.payments.actions.top_ups.begin_top_up", refused)
    accounts.sign_in(client, accounts.person(Role.PERSON))
    answer = _send(client, "/money/top-up", amount="20")
    assert answer.status_code == 303
    for _ in range(2):
        seen = client.get(answer.location)
        assert seen.status_code == 409
        assert _page(seen).select_one(".govuk-error-summary li").get_text(strip=True) == "That was paid already"


def test_nothing_of_it_can_be_read_in_the_table(client):
    _send(client, "/sign-up", full_name="", email="secret.person@example.org", password=PASSWORD)
    kept = db.session.scalars(select(Unsent)).one()
    assert b"secret" not in kept.sealed


def test_the_page_is_for_the_browser_and_the_account_it_was_drawn_for(app, client):
    ada = accounts.person(name="Ada", password_hash=HASH)
    accounts.sign_in(client, ada)
    answer = _send(client, "/account/password", current="wrong", password="another password")
    assert answer.status_code == 303
    assert "There is a problem" in client.get(answer.location).get_data(as_text=True)
    stranger = app.test_client()
    accounts.sign_in(stranger, accounts.person(name="Bob"))
    seen = stranger.get(answer.location)
    assert (seen.status_code, seen.location) == (302, "/account/password")
    with client.session_transaction() as session:
        session["_user_id"] = _cookie(stranger)
    assert client.get(answer.location).status_code == 302


def _cookie(client):
    with client.session_transaction() as session:
        return session["_user_id"]


@pytest.mark.usefixtures("app")
def test_a_page_that_is_forgotten_is_the_form_as_it_is(client):
    answer = _send(client, "/sign-up", full_name="", email="new@example.org", password=PASSWORD)
    with clock.set_to(clock.now() + timedelta(hours=3)):
        assert client.get(answer.location).location == "/sign-up"
        assert actions.forget_old().words == ("1 forgotten that nobody came back for.",)
    assert _count() == 0
    assert client.get("/choose-council?refused=x").location == "/"


def test_one_browser_keeps_so_many_and_no_more(client):
    for number in range(KEPT_EACH + 3):
        _send(client, "/sign-up", full_name="", email=f"new{number}@example.org", password=PASSWORD)
    assert _count() == KEPT_EACH


@pytest.fixture
def writing(client):
    """Ada, who writes why a helper's help is to end; her browser; and what she sends."""
    ada, sam = accounts.person(name="Ada", password_hash=HASH), accounts.person(Role.SUPPORTER, name="Sam")
    support = circles.support(ada, sam)
    accounts.sign_in(client, ada)
    address = f"/people-beside-you/{support.public_id}"
    return ada, address, {**_form(client, address), "powers": ["see_plan"]}


def _signed_in(client, address, person):
    """Sign in on the page a browser was led to, and go on to where that leads."""
    page = client.page(address)
    assert "Your sign-in ended, so this was not sent. Every word you wrote is kept." in page.main.get_text()
    answer = client.submit(address, email=person.email, password=PASSWORD)
    assert answer.status_code == 302
    return answer.location


ENDINGS = {
    "the cookie is gone": lambda client: client.delete_cookie("ownway"),
    "signed out in another tab": lambda client: client.submit("/account", button="Sign out"),
    "another token": lambda client: client.delete_cookie("ownway") or client.get("/sign-in"),
}


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_sign_in_that_ended_says_so_and_comes_back_to_the_form_filled(client, writing, ending):
    ada, address, sent = writing
    ENDINGS[ending](client)
    answer = _post(client, address, data={**sent, "ends_on-day": "27", "ends_on-month": "3", "ends_on-year": "2099"})
    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in?next=")
    back = _signed_in(client, answer.location, ada)
    assert urlsplit(back).path == address
    page = client.page(back)
    said = page.select_one(".govuk-notification-banner").get_text(" ", strip=True)
    assert "What you wrote is kept. It was not sent." in said
    assert [page.select_one(f"[name=ends_on-{part}]")["value"] for part in ("day", "month", "year")] == [
        "27",
        "3",
        "2099",
    ]
    assert [box["value"] for box in page.select("[name=powers][checked]")] == ["see_plan"]
    # Loading it again changes nothing; sending it does, and then it is forgotten.
    assert page.select_one("[name=ends_on-day]")["value"] == client.page(back).select_one("[name=ends_on-day]")["value"]
    assert _count() == 1
    assert client.submit(back, at=None, button=_button(page)).status_code in {302, 200}
    assert _count() in {0, 1}


def _button(page):
    return page.select("main form[method=post] button")[-1].get_text(strip=True)


def test_long_words_come_back_to_the_letter(client):
    ada = accounts.person(name="Ada", password_hash=HASH)
    accounts.sign_in(client, ada)
    sent = {**_form(client, "/week"), "v1-what": WROTE, "name": WROTE}
    client.delete_cookie("ownway")
    answer = _post(client, "/week", data=sent)
    page = client.page(_signed_in(client, answer.location, ada))
    assert page.select_one("[name=v1-what]")["value"] == WROTE


def test_whoever_else_signs_in_there_sees_none_of_it(client, writing):
    _, address, sent = writing
    client.delete_cookie("ownway")
    answer = _post(client, address, data={**sent, "ends_on-day": "27"})
    bob = accounts.person(name="Bob", password_hash=HASH)
    back = _signed_in(client, answer.location, bob)
    assert client.get(back).status_code == 404
    assert "kept" in parse_qs(urlsplit(back).query)


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "https://evil.example"}, {"Referer": "https://evil.example/"}, {"Sec-Fetch-Site": "cross-site"}],
)
def test_what_another_site_sends_is_refused_and_kept_nowhere(client, writing, headers):
    _, address, sent = writing
    client.delete_cookie("ownway")
    answer = _post(client, address, data=sent, headers=headers)
    assert answer.status_code == 400
    assert _count() == 0


def test_a_script_gets_its_answer_in_place(client):
    answer = _post(client, "/sign-up", data=_form(client, "/sign-up"), headers={"Sec-Fetch-Mode": "cors"})
    assert answer.status_code == 200
    assert _count() == 0


def test_the_word_for_a_page_does_not_reach_the_views(client: InspectingClient):
    page = client.page("/search?q=meals&kept=nothing")
    assert "kept" not in str(page.select("a[href*='kept=']"))
