"""The pages of the storefront: what is found, one listing, one provider."""

from flask import Blueprint

blueprint = Blueprint("storefront", __name__)

# They hang their pages on the blueprint.
from app.shop.storefront.views import (  # noqa: E402
    compare,  # noqa: F401
    listing,  # noqa: F401
    narrowing,  # noqa: F401
    nothing_found,  # noqa: F401
    one_go,  # noqa: F401
    price_history,  # noqa: F401
    prices,  # noqa: F401
    provider,  # noqa: F401
    question,  # noqa: F401
    results,  # noqa: F401
    suggestions,  # noqa: F401
    week,  # noqa: F401
)
