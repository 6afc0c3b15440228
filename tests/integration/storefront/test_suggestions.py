"""What the search box suggests: kinds, providers and places, the same for everybody, few and quick."""

import pytest
from sqlalchemy import select

from app.base.db import db
from app.market.catalogue.models import ListingStatus
from app.market.providers.models import Provider
from tests.factories import accounts, catalogue, councils, providers
from tests.queries import counted


@pytest.fixture
def shop(app):
    council, other = councils.council("millbrook", "Millbrook"), councils.council("elsewhere", "Elsewhere")
    councils.places(council)
    for name, where in (("Fernley Meals", council), ("The Meals Kitchen", council), ("Meals Afar", other)):
        catalogue.listing(providers.provider(name), "meals", where)
    catalogue.listing(providers.provider("Mealtime Drafts"), "meals", council, status=ListingStatus.DRAFT)
    return council


def suggested(client, q, council="millbrook"):
    answer = client.get("/search/suggestions", query_string={"q": q, "council": council})
    assert answer.status_code == 200
    return [(one["words"], one["what"], one["href"].split("?")[0]) for one in answer.json["suggestions"]]


def test_kinds_providers_and_places_are_suggested_by_the_beginnings_of_words(client, shop):
    public = {one.name: one.public_id for one in db.session.scalars(select(Provider))}
    assert suggested(client, "meal") == [
        ("Meals", "Kind of support", "/search"),
        ("Fernley Meals", "Provider", f"/providers/{public['Fernley Meals']}"),
        ("The Meals Kitchen", "Provider", f"/providers/{public['The Meals Kitchen']}"),
    ]
    assert [words for words, what, _ in suggested(client, " FERN")] == ["Fernley Meals", "Fernley", "Fernley & Ashdale"]
    assert [words for words, what, _ in suggested(client, "domicil")] == ["Care at home"]
    assert ("Meals Afar", "Provider") in [one[:2] for one in suggested(client, "meals", council="")]
    assert ("Fernley", "Area of Millbrook") in [one[:2] for one in suggested(client, "fernl", council="nowhere")]


@pytest.mark.parametrize("q", ["", " ", "m", "%", "__", "*", "'\"", "zzzz", "x" * 5000, "\u202e", "\U0001f642"])
def test_what_is_too_short_or_unknown_suggests_nothing(client, shop, q):
    assert suggested(client, q) == []


def test_an_answer_is_small_the_same_for_everybody_and_kept_for_a_second_at_most(client, shop):
    for number in range(9):
        catalogue.listing(providers.provider(f"Carehouse {number}"), "respite", shop)
    answer = client.get("/search/suggestions?q=care&council=millbrook")
    accounts.sign_in(client, accounts.person())
    with counted() as statements:
        again = client.get("/search/suggestions?q=care&council=millbrook")
    assert answer.data == again.data
    assert len(answer.json["suggestions"]) == 8
    assert len(statements) == 3
    assert again.headers["Cache-Control"] == "public, max-age=1"
    assert "Set-Cookie" not in again.headers
