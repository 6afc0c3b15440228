"""The pages about the site itself can be read by anybody, and say what the law asks for."""

import pytest
from flask import Flask

from app.base.db import db
from app.people.councils.models import Council
from tests.factories.accounts import LONG_AGO
from tests.inspection import InspectingClient

PAGES = {
    "/help": "Help and contact",
    "/accessibility": "Accessibility statement",
    "/privacy": "Privacy",
    "/cookies": "Cookies",
    "/reviews-policy": "How reviews work",
    "/how-results-are-ordered": "How results are ordered",
    "/worried-about-somebody": "Worried about somebody?",
}


@pytest.mark.parametrize(("address", "heading"), PAGES.items())
def test_a_stranger_can_read_it(client: InspectingClient, address: str, heading: str) -> None:
    page = client.page(address)
    assert page.h1 is not None
    assert page.h1.get_text(strip=True) == heading
    assert page.title is not None
    assert page.title.get_text(strip=True) == f"{heading} – Ownway"


def test_every_page_links_to_all_of_them(client: InspectingClient) -> None:
    footer = client.page("/help").select_one("footer")
    assert footer is not None
    assert sorted(a["href"] for a in footer.find_all("a")) == sorted(PAGES)


def test_the_council_of_the_visitor_is_named_with_its_telephone(app: Flask, client: InspectingClient) -> None:
    db.session.add(
        Council(
            code="harbour", name="Harbour Council", area_code="QX0000001", phone="01632 960 001", created_at=LONG_AGO
        )
    )
    db.session.commit()
    page = client.page("/worried-about-somebody?council=harbour")
    assert "Call Harbour Council on 01632 960 001 and ask for adult safeguarding." in page.get_text(
        " ", strip=True
    ).replace(" .", ".")
    assert {a["href"] for a in page.select('a[href^="tel:"]')} == {"tel:999", "tel:03000616161", "tel:01632960001"}
    assert "With Harbour Council" in client.page("/").select_one("footer").get_text(" ", strip=True)  # type: ignore[union-attr]


def test_the_cookies_page_names_the_cookie_that_is_set(app: Flask, client: InspectingClient) -> None:
    assert app.config["SESSION_COOKIE_NAME"] in client.page("/cookies").get_text()
    asked = client.get("/sign-in").headers.getlist("Set-Cookie")
    assert [cookie.partition("=")[0] for cookie in asked] == [app.config["SESSION_COOKIE_NAME"]]
