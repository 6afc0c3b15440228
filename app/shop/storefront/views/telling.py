"""What the pages of a listing and of a provider tell programs: the words of schema.org, from what the page shows."""

from collections.abc import Iterable
from typing import Any

from flask import current_app, url_for

from app.market.catalogue.models import Listing
from app.market.catalogue.rules.applicable_rate import Price
from app.market.providers.models import Provider
from app.shop.reviews.models import Review
from app.shop.reviews.rules import Score, score_of
from app.shop.storefront.rules.structured_data import (
    ToldProvider,
    ToldReview,
    ToldScore,
    describe_listing,
    describe_seller,
)


def tell_of_listing(listing: Listing, price: Price, reviews: Iterable[Review], *, stopped: bool) -> dict[str, Any]:
    """A listing as it is shown to somebody signed out; without a price while its provider is suspended here."""
    score = score_of(listing.review_sum, listing.review_count)
    return describe_listing(
        name=listing.title,
        kind=listing.about_kind.name,
        words=listing.summary or "",
        url=_address("storefront.listing", listing.public_id),
        seller=_seller(listing.provider),
        price=None if stopped else price,
        places=sorted(area.words for area in listing.areas),
        rated=ToldScore(score.average, score.count),
        reviews=[
            ToldReview((one.quality + one.value) / 2, one.words, one.written_at.date())
            for one in reviews
            if one.removed_because is None
        ],
    )


def tell_of_provider(provider: Provider, score: Score) -> dict[str, Any]:
    """A provider as its page shows it."""
    return describe_seller(_seller(provider), ToldScore(score.average, score.count))


def _seller(provider: Provider) -> ToldProvider:
    website = provider.website or ""
    return ToldProvider(
        name=provider.name,
        url=_address("storefront.provider", provider.public_id),
        phone=provider.phone or "",
        email=provider.email or "",
        website=website if website.startswith(("https://", "http://")) else "",
    )


def _address(endpoint: str, public_id: str) -> str:
    return f"{current_app.config['SITE_URL']}{url_for(endpoint, public_id=public_id, council=None)}"
