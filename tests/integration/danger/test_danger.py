"""Danger comes before results, and words of danger are answered before they are sent: nothing lost, nothing blocked."""

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db
from app.funding.budgets.rules.kinds import PotKind
from app.market.search.actions import building, unmet
from app.market.search.models import UnmetSearch
from app.people.councils.queries import council_by_code
from app.support.conversations.models import BookingMessage
from tests.factories import accounts, bookings, catalogue, councils, providers
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient
from tests.queries import counted

ENDING = "i+feel+like+ending+it+all"


@pytest.fixture
def shop(app: Flask):  # type: ignore[no-untyped-def]
    del app
    council = councils.council("millbrook", "Millbrook")
    councils.places(council)
    seller = providers.provider("Last Light")
    catalogue.card(catalogue.listing(seller, "care-at-home", council, title="End of life care at home"), 2500)
    building.rebuild()
    return council


def text(element) -> str:  # type: ignore[no-untyped-def]
    return " ".join(element.get_text(" ").split())


def numbers(page) -> list[str]:  # type: ignore[no-untyped-def]
    return [link["href"] for link in page.main.select("a[href^='tel:']")]


def test_a_search_of_danger_opens_with_what_to_do_and_offers_nothing(client, shop):  # type: ignore[no-untyped-def]
    page = client.page(f"/search?q={ENDING}&council=millbrook")
    assert text(page.h1) == "What to do now"
    assert numbers(page) == ["tel:999", "tel:116123", "tel:111"]
    assert page.select(".app-result") == []
    assert "End of life" not in text(page.main)
    assert "ending" not in page.title.get_text()


def test_both_ways_of_searching_answer_alike(client, app, monkeypatch):  # type: ignore[no-untyped-def]
    councils.council("millbrook", "Millbrook")
    # There is no index: the database answers.
    assert text(client.page("/search?q=mum+fell&council=millbrook").h1) == "What to do now"
    building.rebuild()
    assert text(client.page("/search?q=mum+fell&council=millbrook").h1) == "What to do now"


def test_the_search_goes_on_all_the_same_when_asked(client, shop):  # type: ignore[no-untyped-def]
    page = client.page(f"/search?q={ENDING}&council=millbrook")
    [on] = [link["href"] for link in page.main.select("a[href*='anyway=1']")]
    results = client.page(on)
    assert "for “i feel like ending it all”" in text(results.h1)
    box = results.select_one("[role=note]")
    assert box is not None
    assert "call 999" in text(box)
    assert "116 123" in text(box)
    # Filters keep the choice.
    assert results.select_one("input[name=anyway]")["value"] == "1"


def test_a_mild_word_gets_a_short_box_above_the_results(client, shop):  # type: ignore[no-untyped-def]
    page = client.page("/search?q=i+am+looking+for+a+domestic+abuse+group&council=millbrook")
    assert "0808 2000 247" in text(page.select_one("[role=note]"))
    assert page.select_one("#q") is not None
    assert client.page("/search?q=cleaning&council=millbrook").select_one("[role=note]") is None


def test_danger_in_the_box_for_a_place_is_heard_too(client, shop):  # type: ignore[no-untyped-def]
    page = client.page("/search?near=my+son+hits+me&council=millbrook")
    assert text(page.h1) == "What to do now"
    assert "near=" not in page.main.select_one("a[href*='nature=community']")["href"]


@pytest.mark.parametrize("how", ["", "&anyway=1"])
def test_searches_of_danger_are_never_counted(client, shop, how):  # type: ignore[no-untyped-def]
    unmet._gathered.clear()  # what other tests missed
    client.page(f"/search?q=my+son+hits+me+zzzzqx&council=millbrook&kind=meals{how}")
    unmet.write_down()
    assert db.session.scalar(select(func.count()).select_from(UnmetSearch)) == 0
    db.session.rollback()
    client.page("/search?q=zzzzqx&council=millbrook&kind=meals")
    unmet.write_down()
    assert db.session.scalar(select(func.count()).select_from(UnmetSearch)) == 1


def test_it_costs_no_search(client, shop):  # type: ignore[no-untyped-def]
    client.page(f"/search?q={ENDING}&council=millbrook")
    with counted() as statements:
        client.page(f"/search?q={ENDING}&council=millbrook")
    assert len(statements) <= 2


def test_the_search_box_suggests_help_and_keeps_nothing(client, shop):  # type: ignore[no-untyped-def]
    answer = client.get("/search/suggestions?q=my+son+hits+me&council=millbrook")
    assert [(one["words"], one["href"]) for one in answer.json["suggestions"]] == [
        ("What to do if somebody is in danger", "/worried-about-somebody")
    ]
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_councils_own_number_is_shown_where_it_is_known(client, shop, app):  # type: ignore[no-untyped-def]
    hit = "/search?q=my+son+hits+me"
    assert "Your council’s adult social care" in text(client.page(hit).main)
    runner: FlaskCliRunner = app.test_cli_runner()
    done = runner.invoke(
        args=[
            *("councils", "set-contact", "millbrook", "--safeguarding-phone", "01632 960999"),
            *("--safeguarding-hours", "Day and night"),
        ]
    )
    assert (done.exit_code, "Safeguarding: 01632 960999, Day and night." in done.output) == (0, True)
    page = client.page(f"{hit}&council=millbrook")
    assert "tel:01632960999" in numbers(page)
    assert "Day and night" in text(page.main)
    assert "tel:01632960999" in numbers(client.page("/worried-about-somebody?council=millbrook"))


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        (["--safeguarding-phone", "ring us"], "Enter a telephone number, like 0161 496 0001"),
        (["--safeguarding-hours", "Day and night"], "Give the number of the safeguarding team"),
        (["--email", "nobody"], "is no email address"),
    ],
)
def test_a_contact_that_is_none_is_refused_and_changes_nothing(shop, app, given, fault):  # type: ignore[no-untyped-def]
    done = app.test_cli_runner().invoke(args=["councils", "set-contact", "millbrook", *given])
    assert done.exit_code == 1
    assert fault in done.output
    council = council_by_code("millbrook")
    assert council is not None
    assert (council.phone, council.email, council.safeguarding_phone) == (None, None, None)


class TestBeforeItIsSent:
    """The same for a message: the other forms share the one door."""

    @pytest.fixture(autouse=True)
    def _on_a_friday(self, app: Flask) -> Iterator[None]:
        del app
        with clock.set_to(NOW):
            yield

    def at_the_form(self, client: InspectingClient):  # type: ignore[no-untyped-def]
        scene = bookings.scene()
        booking = bookings.booking(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000))
        accounts.sign_in(client, scene.person)
        return f"/bookings/{booking.public_id}/messages"

    def test_the_page_asks_first_and_the_same_button_sends_it(self, client):  # type: ignore[no-untyped-def]
        where = self.at_the_form(client)
        words = "Please come early. My son hits me."
        asked = client.submit(where, button="Send message", words=words)
        page = BeautifulSoup(asked.get_data(as_text=True), "html.parser")
        assert "This sounds as if somebody is in danger" in text(page.main)
        assert "tel:999" in numbers(page)
        assert page.select_one("textarea").get_text().strip() == words
        assert db.session.scalar(select(func.count()).select_from(BookingMessage)) == 0
        db.session.rollback()
        form = {one["name"]: one.get("value", "") for one in page.main.select("form input[name]")}
        assert form["danger_seen"] == "hurt"
        # The same form, with the same key, pressed again.
        assert client.post(where, data={**form, "words": words}).status_code == 302
        assert db.session.scalars(select(BookingMessage.words)).all() == [words]

    def test_another_danger_in_changed_words_is_answered_too(self, client):  # type: ignore[no-untyped-def]
        where = self.at_the_form(client)
        sent = client.submit(where, button="Send message", words="I want to die", danger_seen="hurt")
        page = BeautifulSoup(sent.get_data(as_text=True), "html.parser")
        assert "tel:116123" in numbers(page)
        assert db.session.scalar(select(func.count()).select_from(BookingMessage)) == 0

    def test_everyday_words_and_mild_ones_are_sent_at_once(self, client):  # type: ignore[no-untyped-def]
        where = self.at_the_form(client)
        for words in ("Please ring the bell twice", "I go to a group about domestic abuse on Fridays"):
            assert client.submit(where, button="Send message", words=words).status_code == 302
        assert db.session.scalar(select(func.count()).select_from(BookingMessage)) == 2
