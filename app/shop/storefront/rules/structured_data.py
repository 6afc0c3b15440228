"""What a page says to programs that read it for others: JSON-LD in the words of schema.org.

Only what the page itself shows to somebody signed out: the price of whoever pays for themselves, the score where it is
shown, the reviews of this page without who wrote them.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.market.catalogue.rules.applicable_rate import Price

CONTEXT = "https://schema.org"
MOST, LEAST = 5, 1


@dataclass(frozen=True, slots=True)
class ToldScore:
    """A score as it is shown: the average of ``count`` reviews, or none while there are too few."""

    average: float | None
    count: int


@dataclass(frozen=True, slots=True)
class ToldReview:
    """One review as it is shown."""

    stars: float
    words: str
    on: date


@dataclass(frozen=True, slots=True)
class ToldProvider:
    """Who offers it, as far as its page tells."""

    name: str
    url: str
    phone: str = ""
    email: str = ""
    website: str = ""


def describe_seller(seller: ToldProvider, rated: ToldScore) -> dict[str, Any]:
    """A provider, for the page of its own."""
    return {"@context": CONTEXT, **_organisation(seller), **_rating(rated)}


def describe_listing(
    *,
    name: str,
    kind: str,
    words: str,
    url: str,
    seller: ToldProvider,
    price: Price | None,
    places: Iterable[str],
    rated: ToldScore,
    reviews: Iterable[ToldReview],
) -> dict[str, Any]:
    """A listing: a service with who offers it, where, for how much, and what people said."""
    said = [_review(one) for one in reviews] if rated.average is not None else []
    where = [{"@type": "AdministrativeArea", "name": place} for place in places]
    return {
        "@context": CONTEXT,
        "@type": "Service",
        "name": name,
        "serviceType": kind,
        "url": url,
        "provider": _organisation(seller),
        **({"description": words} if words else {}),
        **({"areaServed": where} if where else {}),
        **({"offers": offer} if (offer := _offer(price, url)) else {}),
        **_rating(rated),
        **({"review": said} if said else {}),
    }


def _organisation(seller: ToldProvider) -> dict[str, Any]:
    told = {"telephone": seller.phone, "email": seller.email, "sameAs": seller.website}
    return {
        "@type": "Organization",
        "name": seller.name,
        "url": seller.url,
        **{name: value for name, value in told.items() if value},
    }


def _offer(price: Price | None, url: str) -> dict[str, Any]:
    """What one unit costs; nothing where the page shows words instead of an amount."""
    if price is None or not (price.amount or price.words == "Free"):
        return {}
    amount = price.amount.lstrip("£").replace(",", "") or "0.00"
    return {
        "@type": "Offer",
        "url": url,
        "price": amount,
        "priceCurrency": "GBP",
        "priceSpecification": {
            "@type": "UnitPriceSpecification",
            "minPrice" if price.is_from else "price": amount,
            "priceCurrency": "GBP",
            **({"unitText": price.words} if price.amount and price.words else {}),
        },
    }


def _rating(rated: ToldScore) -> dict[str, Any]:
    if rated.average is None:
        return {}
    shown = {
        "@type": "AggregateRating",
        "ratingValue": f"{rated.average:.1f}",
        "reviewCount": rated.count,
        "bestRating": MOST,
        "worstRating": LEAST,
    }
    return {"aggregateRating": shown}


def _review(said: ToldReview) -> dict[str, Any]:
    rating = {"@type": "Rating", "ratingValue": f"{said.stars:.1f}", "bestRating": MOST, "worstRating": LEAST}
    return {
        "@type": "Review",
        "reviewRating": rating,
        "author": {"@type": "Person", "name": "A customer"},
        "datePublished": said.on.isoformat(),
        **({"reviewBody": said.words} if said.words else {}),
    }
