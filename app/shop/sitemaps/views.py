"""The doors of this room: ``/robots.txt`` and the maps of the site, as sitemaps.org describes them."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, current_app, url_for

from app.base.refusals import NotFound
from app.platform.web.guards import ANYONE, open_to
from app.shop.sitemaps import queries
from app.shop.sitemaps.queries import ON_A_MAP, Entry

blueprint = Blueprint("sitemaps", __name__)

SCHEMA = "http://www.sitemaps.org/schemas/sitemap/0.9"
NOT_FOR_ROBOTS = ("storefront.suggestions", "storefront.compare_listings", "storefront.week", "accounts.sign_in")
"""Pages without end, which a robot would walk through for ever, and those that are of no use without a person."""
OPEN_PAGES = (
    "pages.home",
    "storefront.results",
    "pages.help_and_contact",
    "pages.accessibility",
    "pages.privacy",
    "pages.cookies",
    "pages.reviews_policy",
    "pages.how_results_are_ordered",
)
KINDS: dict[str, tuple[str, Callable[[], int], Callable[[int], Sequence[Entry]]]] = {
    "listings": ("storefront.listing", queries.count_listings, queries.listings_on_map),
    "providers": ("storefront.provider", queries.count_providers, queries.providers_on_map),
}


@blueprint.get("/robots.txt")
@open_to(ANYONE)
def robots() -> Response:
    """Which pages a robot may read, and where the map of them is."""
    lines = [
        "User-agent: *",
        # A search by words or filters; the page without any is theirs.
        f"Disallow: {_of_every_council('storefront.results')}?",
        *(f"Disallow: {_of_every_council(name)}" for name in NOT_FOR_ROBOTS),
        f"Sitemap: {_whole(url_for('sitemaps.sitemap'))}",
    ]
    return Response("\n".join(lines) + "\n", mimetype="text/plain")


@blueprint.get("/sitemap.xml")
@open_to(ANYONE)
def sitemap() -> Response:
    """The map of the maps: one of the pages that stay, and as many of listings and providers as there need be."""
    files = [url_for("sitemaps.pages")]
    for kind, (_, count, _) in KINDS.items():
        last = -(-count() // ON_A_MAP)
        files += [url_for("sitemaps.one_map", kind=kind, number=number) for number in range(1, last + 1)]
    return _xml("sitemapindex", "sitemap", ((path, None) for path in files))


@blueprint.get("/sitemaps/pages.xml")
@open_to(ANYONE)
def pages() -> Response:
    """The pages that are always there."""
    return _xml("urlset", "url", ((_of_every_council(name), None) for name in OPEN_PAGES))


@blueprint.get("/sitemaps/<kind>-<int:number>.xml")
@open_to(ANYONE)
def one_map(kind: str, number: int) -> Response:
    """One file of listings or of providers.

    Raises:
        NotFound: when there is no such kind, or nothing is left for that file.
    """
    endpoint, _, on_map = KINDS.get(kind, ("", None, None))
    found = on_map(number) if on_map is not None and 1 <= number <= ON_A_MAP else []
    if not found:
        raise NotFound("There is no such map of the site")
    entries = ((_of_every_council(endpoint, public_id=one), f"{changed:%Y-%m-%d}") for one, changed in found)
    return _xml("urlset", "url", entries)


def _of_every_council(endpoint: str, **values: Any) -> str:
    """Without the council of whoever asks, which a link of the shop else names."""
    return url_for(endpoint, council=None, **values)


def _whole(path: str) -> str:
    return f"{current_app.config['SITE_URL']}{path}"


def _xml(root: str, each: str, entries: Iterable[tuple[str, str | None]]) -> Response:
    top = ET.Element(root, xmlns=SCHEMA)
    for path, changed in entries:
        one = ET.SubElement(top, each)
        ET.SubElement(one, "loc").text = _whole(path)
        if changed:
            ET.SubElement(one, "lastmod").text = changed
    return Response(ET.tostring(top, encoding="utf-8", xml_declaration=True), mimetype="application/xml")
