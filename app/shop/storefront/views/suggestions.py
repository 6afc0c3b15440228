"""What the search box suggests, as JSON: the same for everybody."""

from flask import Response, jsonify, request, url_for

from app.base.text import clean_code
from app.market.search.queries.suggestions import Suggestion, suggest
from app.people.councils import queries as councils
from app.platform.danger.rules.hearing import hear
from app.platform.web.guards import ANYONE, open_to
from app.shop.storefront.views.blueprints import blueprint

KEPT_SECONDS = 1
"""Whoever is suspended is out of suggestions within a second, also of those a browser kept."""
TYPED_MOST = 200


@blueprint.get("/search/suggestions")
@open_to(ANYONE)
def suggestions() -> Response:
    """At most twelve things to go to for the letters in ``q``; of one council (``council=CODE``) or of all.

    Looks at nothing but the address: who asks, and what they chose before, plays no part.
    """
    code = clean_code(request.args.get("council", "")).lower()[:40]
    council = councils.council_by_code(code) if code else None
    heard = hear(request.args.get("q", "")[:TYPED_MOST])
    if heard is not None and heard.is_now:
        # Nothing to buy is the answer, and such words are kept nowhere.
        return jsonify(suggestions=[_help()])
    found = suggest(request.args.get("q", ""), None if council is None else council.id)
    answer = jsonify(suggestions=[_shown(one, None if council is None else council.code) for one in found])
    answer.cache_control.public = True
    answer.cache_control.max_age = KEPT_SECONDS
    return answer


def _help() -> dict[str, str]:
    words = "What to do if somebody is in danger"
    return {"words": words, "what": "Help", "href": url_for("pages.worried_about_somebody")}


def _shown(one: Suggestion, code: str | None) -> dict[str, str]:
    if one.sort == "kind":
        return {"words": one.words, "what": "Kind of support", "href": url_for(".results", kind=one.key, council=code)}
    if one.sort == "provider":
        return {"words": one.words, "what": "Provider", "href": url_for(".provider", public_id=one.key, council=code)}
    what = "Area" if code else f"Area of {one.council}"
    return {"words": one.words, "what": what, "href": url_for(".results", near=one.words, council=code)}
