"""The doors of the shop floor: what is found, one listing, one provider."""

from flask import Blueprint

blueprint = Blueprint("storefront", __name__)

from app.storefront.views import listing, prices, provider, results, suggestions  # noqa: E402, F401 - they hang their doors on the blueprint
