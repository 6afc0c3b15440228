"""The doors of the shop floor: what is found, one listing, one provider."""

from flask import Blueprint

blueprint = Blueprint("storefront", __name__)

from app.storefront.views import (  # noqa: E402 - they hang their doors on the blueprint
    compare,  # noqa: F401
    listing,  # noqa: F401
    one_go,  # noqa: F401
    price_history,  # noqa: F401
    provider,  # noqa: F401
    results,  # noqa: F401
    suggestions,  # noqa: F401
    week,  # noqa: F401
)
