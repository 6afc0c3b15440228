"""What search engines, and those a page is shared with, get to read: every public page, nothing else, nothing of anybody."""

import json
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest
from flask import Flask

from app.base.db import db
from app.market.catalogue.models import ListingStatus
from app.people.accounts.rules import Role
from app.shop.sitemaps import queries
from tests.factories import accounts, catalogue, councils, providers
from tests.inspection import InspectingClient

SITE = "http://127.0.0.1:5000"
IN_MAY = datetime(2026, 5, 3, 9, tzinfo=UTC)


def _entries(client: InspectingClient, path: str) -> list[tuple[str, str]]:
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    top = ET.fromstring(answer.get_data())
    return [tuple((part.text or "") for part in one) for one in top]  # type: ignore[misc]


def test_robots_are_told_where_the_map_is_and_what_has_no_end(client: InspectingClient) -> None:
    said = client.get("/robots.txt")
    lines = said.get_data(as_text=True).splitlines()
    assert said.mimetype == "text/plain"
    assert lines[0] == "User-agent: *"
    assert "Disallow: /search?" in lines
    assert "Disallow: /" not in lines
    assert lines[-1] == f"Sitemap: {SITE}/sitemap.xml"


def test_the_map_names_what_is_published_and_who_offers_it(client: InspectingClient, monkeypatch: object) -> None:
    kind, silent = providers.provider(), providers.provider()
    shown = [catalogue.listing(kind, updated_at=IN_MAY) for _ in range(3)]
    for status in (ListingStatus.DRAFT, ListingStatus.WITHDRAWN):
        catalogue.listing(silent, status=status)
    monkeypatch.setattr(queries, "ON_A_MAP", 2)  # type: ignore[attr-defined]
    monkeypatch.setattr("app.shop.sitemaps.views.ON_A_MAP", 2)  # type: ignore[attr-defined]
    assert [one[0] for one in _entries(client, "/sitemap.xml")] == [
        f"{SITE}/sitemaps/pages.xml",
        f"{SITE}/sitemaps/listings-1.xml",
        f"{SITE}/sitemaps/listings-2.xml",
        f"{SITE}/sitemaps/providers-1.xml",
    ]
    first, second = _entries(client, "/sitemaps/listings-1.xml"), _entries(client, "/sitemaps/listings-2.xml")
    assert first + second == [(f"{SITE}/listings/{one.public_id}", "2026-05-03") for one in shown]
    assert _entries(client, "/sitemaps/providers-1.xml") == [(f"{SITE}/providers/{kind.public_id}", "2026-05-03")]
    for path in ("listings-3", "listings-0", "providers-2", "people-1", "listings-99999999999999999999"):
        assert client.get(f"/sitemaps/{path}.xml").status_code == 404, path
    for address, *_ in _entries(client, "/sitemaps/pages.xml"):
        assert client.get(address.removeprefix(SITE)).status_code == 200


def test_every_page_has_one_address_or_is_not_to_be_found(app: Flask, client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    listing = catalogue.listing(council=council)
    catalogue.card(listing)
    own = f"/listings/{listing.public_id}"
    for asked, canonical in {
        "/": "/",
        own: own,
        f"{own}?council=millbrook&day=3&page=1": own,
        f"/providers/{listing.provider.public_id}?council=millbrook": f"/providers/{listing.provider.public_id}",
        "/search": "/search",
        "/help?about=x": "/help",
    }.items():
        page = client.page(asked)
        assert [one["href"] for one in page.select('link[rel="canonical"]')] == [f"{SITE}{canonical}"], asked
        assert not page.select('meta[name="robots"]'), asked
        assert page.select_one('meta[name="description"]')["content"], asked
    for path in ("/search?q=care", "/sign-in", f"{own}/book", f"{own}/prices"):
        page = client.page(path) if not path.endswith("/book") else client.page("/sign-up")
        assert page.select_one('meta[name="robots"]')["content"] == "noindex", path
        assert not page.select('link[rel="canonical"]'), path
    assert "noindex" in client.get("/no-such-page").get_data(as_text=True)


def _told(client: InspectingClient, path: str) -> dict[str, object]:
    found = client.page(path).select('script[type="application/ld+json"]')
    return json.loads(found[0].string) if found else {}


def test_a_listing_is_told_in_the_words_of_schema_org(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    provider = providers.provider(name='Ann & Son </script><script>alert(1)//"', phone="0161 496 0000")
    listing = catalogue.listing(provider, council=council, title="Tea & talk", summary="A chat")
    catalogue.card(listing, 275_000, sunday_pence=300_000)
    address = f"{SITE}/listings/{listing.public_id}"
    told = _told(client, f"/listings/{listing.public_id}?council=millbrook")
    assert told == {
        "@context": "https://schema.org",
        "@type": "Service",
        "name": "Tea & talk",
        "serviceType": "Company and befriending",
        "url": address,
        "description": "A chat",
        "provider": {
            "@type": "Organization",
            "name": 'Ann & Son </script><script>alert(1)//"',
            "url": f"{SITE}/providers/{provider.public_id}",
            "telephone": "0161 496 0000",
        },
        "areaServed": [{"@type": "AdministrativeArea", "name": "Millbrook"}],
        "offers": {
            "@type": "Offer",
            "url": address,
            "price": "2750.00",
            "priceCurrency": "GBP",
            "priceSpecification": {
                "@type": "UnitPriceSpecification",
                "minPrice": "2750.00",
                "priceCurrency": "GBP",
                "unitText": "an hour",
            },
        },
    }


@pytest.mark.parametrize(("count", "is_shown"), [(2, False), (3, True)])
def test_a_score_is_told_where_it_is_shown(client: InspectingClient, count: int, *, is_shown: bool) -> None:
    listing = catalogue.listing(review_sum=count * 9, review_count=count)
    for path in (f"/listings/{listing.public_id}", f"/providers/{listing.provider.public_id}"):
        told = _told(client, path).get("aggregateRating")
        expected = {
            "@type": "AggregateRating",
            "ratingValue": "4.5",
            "reviewCount": count,
            "bestRating": 5,
            "worstRating": 1,
        }
        assert told == (expected if is_shown else None), path


def test_without_a_price_none_is_told_and_free_is_nought(client: InspectingClient) -> None:
    silent, free = catalogue.listing(), catalogue.listing(kind="clubs", is_free=True)
    assert "offers" not in _told(client, f"/listings/{silent.public_id}")
    assert _told(client, f"/listings/{free.public_id}")["offers"]["price"] == "0.00"  # type: ignore[index]


def test_somebody_signed_in_sees_their_own_price_and_programs_nothing(app: Flask, client: InspectingClient) -> None:
    person = accounts.person(Role.PERSON)
    listing = catalogue.listing()
    accounts.sign_in(client, person)
    assert _told(client, f"/listings/{listing.public_id}") == {}
    db.session.rollback()
