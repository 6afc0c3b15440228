"""A postcode that is typed: understood alike in every box, whether it is held, new, ended, or another council's."""

from urllib.parse import urlencode

import pytest
from bs4 import BeautifulSoup

from app.base.db import transaction
from app.market.search.actions import building
from app.people.councils.actions.postcodes import add_postcodes
from app.people.councils.rules.areas import PostcodeRow
from tests.factories import catalogue, councils


@pytest.fixture
def shop(app):
    council = councils.council("millbrook", "Millbrook")
    councils.places(council)
    other = councils.council("otherby", "Otherby")
    with transaction():
        add_postcodes(council=other, rows=[PostcodeRow("QX91AA", "E05900009", "Far", "East", -2.6, 53.6, "Far End", 2)])
    catalogue.listing(kind="sport", council=council, title="Badminton", longitude=-2.4, latitude=53.35)
    catalogue.listing(kind="sport", council=other, title="Bowls", longitude=-2.6, latitude=53.6)
    building.rebuild()
    return council


def _words(element):
    return " ".join(element.get_text().split())


HELD = ("QX1 1AA", "qx11aa", "QX1-1AA", "qx1\u00a01aa\u200b", "QXI 1AA", "QX1 IAA", "qxl 1aa")
UNHELD = ("QX1 9ZZ", "qx19zz", "QXI 9ZZ", "QX1 OZZ")
NOBODYS = ("QX7 9ZZ", "qx79zz", "AB10 1AA", "ABI0 IAA")
BOXES = ("q", "near")


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("typed", HELD)
def test_a_postcode_held_is_the_place_in_either_box(client, shop, box, typed):
    page = client.page(f"/search?{urlencode({'council': 'millbrook', box: typed})}")
    assert [_words(card.select_one("h2")) for card in page.select(".app-result")] == ["Badminton"]
    assert page.select(".govuk-inset-text") == []
    assert "QX1 1AA" in _words(page.main)


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("typed", UNHELD)
def test_one_not_held_falls_back_to_its_first_half_and_says_so(client, shop, box, typed):
    page = client.page(f"/search?{urlencode({'council': 'millbrook', box: typed})}")
    said = "QX1 0ZZ" if "O" in typed else "QX1 9ZZ"
    assert [_words(one) for one in page.select(".govuk-inset-text")] == [
        f"We do not hold the postcode {said}. It may be new, or have ended. We looked near QX1 instead."
    ]
    assert [_words(card.select_one("h2")) for card in page.select(".app-result")] == ["Badminton"]


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("typed", NOBODYS)
def test_one_nobody_knows_is_still_a_postcode_and_offers_to_go_on(client, shop, box, typed):
    page = client.page(f"/search?{urlencode({'council': 'millbrook', box: typed})}")
    half = "AB10" if typed.startswith("AB") else "QX7"
    said = _words(page.select_one(".govuk-inset-text"))
    assert said.startswith(f"We do not hold the postcode {half} ")
    assert f", nor any that begins with {half}. Check it." in said
    link = page.select_one(".govuk-inset-text a")
    assert _words(link) == "Choose your council from the list"
    assert client.get(link["href"]).status_code == 200
    assert "use fewer words" not in _words(page.main)
    assert [_words(card.select_one("h2")) for card in page.select(".app-result")] == ["Badminton"]


@pytest.mark.parametrize("box", BOXES)
@pytest.mark.parametrize("typed", ["QX9 1AA", "qx9 9zz", "QX9"])
def test_one_of_another_council_names_that_council_and_leads_there(client, shop, box, typed):
    page = client.page(f"/search?{urlencode({'council': 'millbrook', box: typed})}")
    said = page.select_one(".govuk-inset-text")
    assert "is in Otherby, and this is support in Millbrook." in _words(said)
    assert _words(said.a) == "Look at support in Otherby"
    there = client.page(said.a["href"])
    assert [_words(card.select_one("h2")) for card in there.select(".app-result")] == ["Bowls"]
    assert "Millbrook" not in _words(there.main)


@pytest.mark.parametrize("words", ["is 10am", "visit 4hr", "age 8to 10", "bloom", "step 1"])
def test_words_that_only_look_like_one_stay_words(client, shop, words):
    page = client.page(f"/search?{urlencode({'council': 'millbrook', 'q': words})}")
    assert "postcode" not in _words(page.select_one("#found"))


@pytest.mark.parametrize("typed", HELD)
def test_the_box_for_a_council_reads_the_same(client, shop, typed):
    answer = client.submit("/councils", button="Find my council", postcode=typed)
    assert (answer.status_code, answer.location) == (302, "/")


@pytest.mark.parametrize(
    ("typed", "said", "chosen"),
    [
        ("QX1 9ZZ", "We do not hold the postcode QX1 9ZZ. QX1 is in Millbrook. Check it, or go on", "millbrook"),
        ("qxi ozz", "We do not hold the postcode QX1 0ZZ. QX1 is in Millbrook. Check it, or go on", "millbrook"),
        ("QX9", "QX9 is no whole postcode. QX9 is in Otherby. Check it, or go on", "otherby"),
        ("QX7 9ZZ", "We do not hold the postcode QX7 9ZZ, nor any that begins with QX7. Check it", None),
        ("Millbrook", "Enter a full postcode, like M31 4FA, or choose your council from the list", None),
    ],
)
def test_the_box_for_a_council_goes_on_from_a_first_half(client, shop, typed, said, chosen):
    answer = client.submit("/councils", button="Find my council", postcode=typed)
    page = BeautifulSoup(answer.get_data(as_text=True), "html.parser")
    assert _words(page.select_one(".govuk-error-summary")).startswith(f"There is a problem {said}")
    assert page.select_one("#postcode")["value"]
    picked = page.select_one("input[name=council][checked]")
    assert (picked and picked["value"]) == chosen
