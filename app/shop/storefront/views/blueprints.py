"""The blueprint on which each page of storefront hangs itself."""

from typing import Any

from flask import Blueprint, g, has_request_context, request

from app.people.councils.access import visitor_council

blueprint = Blueprint("storefront", __name__)

OF_ONE_COUNCIL = frozenset(
    {
        "storefront.results",
        "storefront.listing",
        "storefront.provider",
        "storefront.compare_listings",
        "storefront.week",
    }
)
"""Pages that show a stranger something else than somebody of another council."""


@blueprint.app_url_defaults
def keep_council(endpoint: str, values: dict[str, Any]) -> None:
    """Have every link to the shop name its council, so that an address that is shared shows the same to everybody.

    Only in links of a page: a letter goes to somebody who has a council of their own.
    """
    if endpoint not in OF_ONE_COUNCIL or "council" in values or not has_request_context():
        return
    if request.method == "GET" and not g.get("is_bare"):
        council = visitor_council()
        if council is not None:
            values["council"] = council.code
