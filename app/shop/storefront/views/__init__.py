"""The pages of the storefront: what is found, one listing, one provider."""

from app.shop.storefront.views import (
    compare,
    listing,
    narrowing,
    nothing_found,
    one_go,
    price_history,
    prices,
    provider,
    question,
    results,
    suggestions,
    week,
)
from app.shop.storefront.views.blueprints import blueprint

__all__ = [
    "blueprint",
    "compare",
    "listing",
    "narrowing",
    "nothing_found",
    "one_go",
    "price_history",
    "prices",
    "provider",
    "question",
    "results",
    "suggestions",
    "week",
]
