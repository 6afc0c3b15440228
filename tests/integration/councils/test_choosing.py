"""A visitor's council comes from the address, from who they are, or from what they chose."""

import pytest
from flask import Flask

from app.people.councils.access import place_to_return, visitor_council
from app.platform.web.guards import ANYONE, open_to
from tests.factories import accounts, councils
from tests.inspection import InspectingClient


@pytest.fixture
def visiting(app: Flask, client: InspectingClient) -> InspectingClient:
    """A client of an application with a page that says whose shop one stands in."""

    @app.get("/whose")
    @open_to(ANYONE)
    def _whose() -> dict[str, str | None]:
        council = visitor_council()
        again = visitor_council()
        assert again is council
        return {"council": council and council.code}

    return client


def _code(client: InspectingClient, query: str = "") -> str | None:
    code: str | None = client.get(f"/whose{query}").get_json()["council"]
    return code


def test_the_address_wins_and_is_remembered(visiting: InspectingClient) -> None:
    councils.council("millbrook")
    assert _code(visiting) is None
    assert _code(visiting, "?council=MILLBROOK") == "millbrook"
    assert _code(visiting) == "millbrook"


def test_an_unknown_code_is_ignored_with_a_notice(visiting: InspectingClient) -> None:
    councils.council("millbrook")
    assert _code(visiting, "?council=millbrook") == "millbrook"
    page = visiting.page("/councils?council=nowhere")
    assert "We do not know that council" in page.get_text()
    assert _code(visiting) == "millbrook"


def test_the_council_one_lives_in_comes_before_an_old_memory_but_not_before_a_choice(
    visiting: InspectingClient,
) -> None:
    home, other = councils.council("home"), councils.council("other")
    assert _code(visiting, "?council=other") == "other"
    accounts.sign_in(visiting, accounts.person(council_id=home.id))
    assert _code(visiting) == "home"
    assert _code(visiting, f"?council={other.code}") == "other"
    assert _code(visiting) == "other"


def test_a_council_is_chosen_from_the_list(visiting: InspectingClient) -> None:
    councils.council("millbrook", "Millbrook")
    councils.council("fernley", "Fernley")
    response = visiting.submit("/councils?next=/whose", button="Choose this council", council="fernley")
    assert (response.status_code, response.location) == (302, "/whose")
    assert _code(visiting) == "fernley"
    assert "You are now looking at support in Fernley." in visiting.page("/councils").get_text()
    response = visiting.submit("/councils", button="Choose this council", council="nowhere")
    assert response.status_code == 200
    assert "Select your council" in response.get_data(as_text=True)
    assert _code(visiting) == "fernley"


def test_a_council_is_found_from_a_postcode(visiting: InspectingClient) -> None:
    councils.places(councils.council("millbrook", "Millbrook"))
    response = visiting.submit("/councils", button="Find my council", postcode="qx1 1aa", next="//evil.example")
    assert (response.status_code, response.location) == (302, "/")
    assert _code(visiting) == "millbrook"
    response = visiting.submit("/councils", button="Find my council", postcode="QZ9 9ZZ")
    assert response.status_code == 200
    assert "We do not hold the postcode QZ9 9ZZ, nor any that begins with QZ9. Check it" in response.get_data(
        as_text=True
    )


def test_with_no_council_the_page_says_so(client: InspectingClient) -> None:
    assert "No council is here yet." in client.page("/councils").get_text()


@pytest.mark.parametrize(
    "elsewhere", [None, "", "//evil.example", "https://evil.example", "/\\evil.example", "/a\nb", "x"]
)
def test_one_returns_only_to_this_site(elsewhere: str | None) -> None:
    assert place_to_return(elsewhere) == "/"
    assert place_to_return("/search?q=a") == "/search?q=a"
