"""The front window, as strangers and as people who have signed in see it."""

from flask import Flask

from app.base import clock
from app.base.db import transaction
from app.market.catalogue.rules.kinds import KINDS
from app.people.accounts.rules import Role
from app.people.circles.rules import Power
from app.support.basket.actions import filling
from tests.factories import accounts, bookings, circles
from tests.inspection import InspectingClient
from tests.queries import counted


def _links(page: object, place: str) -> list[tuple[str, str]]:
    return [(a.get_text(" ", strip=True), a["href"]) for a in page.select(place)]  # type: ignore[attr-defined]


def test_a_stranger_finds_one_search_form_and_every_door(client: InspectingClient) -> None:
    page = client.page("/")
    assert page.h1 is not None
    assert page.h1.get_text(strip=True) == "Find the support that suits you"
    forms = page.find_all("form")
    assert [(form["action"], form.get("method")) for form in forms] == [("/search", None)]
    assert [box["name"] for box in forms[0].find_all("input")] == ["q", "near"]
    assert [href for _, href in _links(page, ".app-doors a")] == [
        "/sign-in",
        "/sign-up",
        "/sign-up",
        "/join",
        "/sign-in",
    ]
    assert _links(page, ".app-shortcut") == []


def test_tiles_lead_to_kinds_of_support_that_exist(client: InspectingClient) -> None:
    tiles = _links(client.page("/"), ".app-tile")
    assert len(tiles) == 18
    assert {href.removeprefix("/search?kind=") for _, href in tiles} <= set(KINDS)
    assert [words for words, _ in tiles] == [KINDS[href.removeprefix("/search?kind=")].name for _, href in tiles]


def test_looking_at_the_home_page_leaves_nothing_in_the_browser(client: InspectingClient) -> None:
    assert client.get("/").headers.getlist("Set-Cookie") == []


def test_a_person_finds_their_own_ways(client: InspectingClient) -> None:
    accounts.sign_in(client, accounts.person(name="Ada Example"))
    page = client.page("/")
    assert [words for words, _ in _links(page, ".app-shortcut")] == [
        "Your money",
        "Your bookings",
        "People beside you",
        "Messages",
    ]
    assert "Hello, Ada" in page.get_text()
    assert page.select(".app-doors") == []
    assert [form["action"] for form in page.select("form[method=post]")] == ["/sign-out"]


def test_somebody_with_several_roles_finds_each_way_once(client: InspectingClient) -> None:
    accounts.sign_in(client, accounts.person(Role.PERSON, Role.SUPPORTER))
    assert [href for _, href in _links(client.page("/"), ".app-shortcut")] == [
        "/money",
        "/bookings",
        "/people-beside-you",
        "/messages",
    ]


def test_a_stranger_costs_no_query_and_a_person_few(app: Flask, client: InspectingClient) -> None:
    client.get("/")
    with counted() as asked:
        client.get("/")
    assert asked == []
    accounts.sign_in(client, accounts.person())
    client.get("/")
    with counted() as asked:
        client.get("/")
    # The last asks what is suggested to them.
    assert len(asked) == 4, asked


def test_whoever_is_signed_in_reads_what_waits_for_their_own_yes_and_nothing_of_whom_they_help(
    client: InspectingClient,
) -> None:
    with clock.set_to(bookings.NOW):
        scene = bookings.scene()
        helper = accounts.person(Role.PERSON, name="Sue Supporter")
        circles.support(scene.person, helper, frozenset({Power.SUGGEST}))
        accounts.sign_in(client, scene.person)
        assert "suggested to you" not in client.page("/").get_text()
        for number in range(2):
            with transaction():
                filling.put_in_basket(
                    actor=helper,
                    person=scene.person,
                    listing_id=scene.listing.id,
                    plan={"on": "2026-11-24", "from": "09:00", "to": "10:30"},
                    key=f"suggested-{number}",
                )
            page = client.page("/")
            many = "Something is" if number == 0 else "2 things are"
            assert f"{many} suggested to you. Nothing of it is booked until you say yes." in " ".join(
                page.get_text(" ").split()
            )
            assert page.select_one('a[href="/basket#suggested"]') is not None
        accounts.sign_in(client, helper)
        assert "suggested to you" not in client.page("/").get_text()
        with client.session_transaction() as session:
            session["shopping_for"] = scene.person.public_id
        assert "suggested to you" not in client.page("/").get_text()
