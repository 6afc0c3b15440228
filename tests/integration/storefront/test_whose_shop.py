"""Whose shop it is: that of the person somebody acts for, and, in an address that is shared, the same for everybody."""

from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup

from app.market.search.actions import building
from app.people.accounts.rules import Role
from app.people.circles.rules import EVERY_POWER, Power
from tests.factories import accounts, catalogue, circles, councils, providers


@pytest.fixture
def shop(app):
    council = councils.council("millbrook", "Millbrook")
    councils.places(council)
    other = councils.council("otherby", "Otherby")
    lot = councils.framework(council, ["meals"]).lots[0]
    listed = providers.provider("Kettle & Crumb")
    providers.place(listed, lot)
    near = catalogue.listing(listed, "meals", council, title="Hot dinners", longitude=-2.3, latitude=53.4)
    catalogue.card(near, 850)
    far = catalogue.listing(kind="meals", council=council, title="Dinners far away", longitude=-2.4, latitude=53.35)
    catalogue.card(far, 800)
    catalogue.card(catalogue.listing(kind="meals", council=other, title="Elsewhere's dinners"), 700)
    building.rebuild()
    return council


def _cards(page):
    return [" ".join(card.select_one("h2").get_text().split()) for card in page.select(".app-result")]


def _menu(page):
    return [link.get_text() for link in page.select(".app-nav nav a")]


@pytest.fixture
def acting(client, shop):
    """A supporter of another council, acting for Ada, who lives in Millbrook; with these powers."""

    def act(powers=EVERY_POWER):
        ada = accounts.person(name="Ada Example", council_id=shop.id, postcode="QX1 1AA")
        sam = accounts.person(
            Role.SUPPORTER, name="Sam Supporter", council_id=councils.council("faraway", "Faraway").id
        )
        circles.support(ada, sam, powers)
        accounts.sign_in(client, sam)
        client.submit("/people-beside-you", button="Shop for Ada Example")
        return ada

    return act


def test_a_supporters_search_has_the_framework_the_areas_and_the_distances_of_the_person(client, acting):
    acting()
    page = client.page("/search?q=dinners&framework=yes")
    assert _cards(page) == ["Hot dinners"]
    assert "Nearest to the home of Ada Example first" in " ".join(page.main.get_text().split())
    names = {one["name"] for one in page.select(".app-filters input[name], .app-filters select[name]")}
    assert {"framework", "locality", "within"} <= names
    assert _cards(client.page("/search?q=dinners&within=1")) == ["Hot dinners"]
    assert _cards(client.page("/search?q=dinners&sort=nearest")) == ["Hot dinners", "Dinners far away"]
    assert "QX1" not in str(page.select(".app-results"))


@pytest.mark.parametrize(
    ("powers", "menu"),
    [
        (
            EVERY_POWER,
            ["Find support", "Cost my week", "Basket", "Your money", "Bookings", "People beside you", "Help"],
        ),
        ({Power.SUGGEST}, ["Find support", "Cost my week", "Basket", "People beside you", "Help"]),
        ({Power.SEE_PLAN}, ["Find support", "Cost my week", "Bookings", "People beside you", "Help"]),
        ({Power.SEE_COUNCIL_MONEY}, ["Find support", "Cost my week", "Your money", "People beside you", "Help"]),
    ],
)
def test_a_supporters_menu_has_what_they_may_open_and_every_link_opens(client, acting, powers, menu):
    acting(frozenset(powers))
    page = client.page("/search")
    assert _menu(page) == menu
    assert {client.get(link["href"]).status_code for link in page.select(".app-nav nav a")} == {200}
    client.submit("/search", button="Stop shopping for Ada Example")
    assert _menu(client.page("/search")) == ["Find support", "Cost my week", "People beside you", "Help"]


def test_a_choice_of_council_holds_for_whom_it_was_made(client, acting):
    acting()
    assert "Millbrook" in client.page("/search").h1.get_text()
    assert "Otherby" in client.page("/search?council=otherby").h1.get_text()
    assert "Otherby" in client.page("/search").h1.get_text()
    client.submit("/search", button="Stop shopping for Ada Example")
    assert "Faraway" in client.page("/search").h1.get_text()


@pytest.mark.parametrize("start", ["/", "/councils", "/help", "/week", "/nowhere-at-all"])
def test_the_address_one_comes_to_names_the_council_so_that_a_stranger_finds_the_same(app, client, shop, start):
    client.submit("/councils", button="Choose this council", council="millbrook")
    form = next(form for form in _any_page(client, start).select("form[action='/search']"))
    sent = {field["name"]: field.get("value", "") for field in form.select("input[name]")} | {"q": "dinners"}
    answer = client.get("/search", query_string=sent)
    assert parse_qs(urlsplit(answer.request.url).query)["council"] == ["millbrook"]
    mine = client.page(f"{answer.request.path}?{answer.request.query_string.decode()}")
    assert len(_cards(mine)) == 2
    shared = [
        link["href"] for link in mine.select("main a[href]") if link["href"].startswith(("/search", "/listings/"))
    ]
    assert shared
    assert all("council=millbrook" in address for address in shared), shared
    stranger = app.test_client()
    assert _cards_of(stranger, f"{answer.request.path}?{answer.request.query_string.decode()}") == _cards(mine)
    narrowed = client.submit("/search?q=dinners", button="Apply", framework="yes")
    assert _cards_of(app.test_client(), narrowed.request.full_path) == ["Hot dinners"]


def _any_page(client, address):
    return BeautifulSoup(client.get(address).get_data(as_text=True), "html.parser")


def _cards_of(client, address):
    return _cards(_any_page(client, address))


def test_suggestions_name_the_council_they_were_asked_for(client, shop):
    found = client.get("/search/suggestions?q=dinn&council=millbrook").get_json()["suggestions"]
    assert found
    assert all("council=millbrook" in one["href"] for one in found if one["what"] != "Help")
    assert all(
        "council" not in one["href"] for one in client.get("/search/suggestions?q=dinn").get_json()["suggestions"]
    )
