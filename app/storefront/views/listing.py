"""The page of one listing: what it is, what it costs, who offers it, what people say."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.accounts.access import ANYONE, open_to
from app.catalogue import queries as catalogue
from app.catalogue.models import Listing
from app.catalogue.permissions import why_not_bookable
from app.catalogue.rules.averages import difference_words
from app.catalogue.rules.cards import Card
from app.circles.access import shopper_or_none
from app.councils import queries as councils
from app.councils.access import visitor_council
from app.councils.models import Council
from app.councils.rules import miles_between
from app.providers.queries import framework_status
from app.providers.rules import CQC_RATING_WORDS
from app.reviews import queries as reviews
from app.reviews.rules import score_of
from app.storefront.views import blueprint
from app.web.paging import page_number

REVIEWS_ON_A_PAGE = 5


@blueprint.get("/listings/<public_id>")
@open_to(ANYONE)
def listing(public_id: str) -> ResponseReturnValue:
    """One thing that can be bought or joined, open to the whole world."""
    found = catalogue.listing_for_visitor(public_id)
    council = visitor_council() or found.home_council
    pricing = catalogue.pricing_of(found, council)
    return render_template(
        "storefront/listing.html",
        listing=found,
        provider=found.provider,
        registration=found.shown_registration,
        pricing=pricing,
        price=catalogue.headline_parts(pricing.now or pricing.coming, found),
        around=_around(found, council, pricing.now) if pricing.now else [],
        ratings=CQC_RATING_WORDS,
        council=council,
        is_on_framework=_is_on_framework(found, council),
        miles=_whole_miles_to(found, council),
        why_not=why_not_bookable(found, has_rates=pricing.is_published),
        score=score_of(found.review_sum, found.review_count),
        page=reviews.reviews_of(found.id, number=page_number(), size=REVIEWS_ON_A_PAGE),
    )


def _around(found: Listing, council: Council | None, card: Card) -> list[str]:
    """How the price stands beside the average here, where three providers or more publish one."""
    return [
        f"{difference_words(card, average).capitalize()} in {average.place}."
        for average in catalogue.averages_around(found, council)
        if average.unit == card.unit
    ]


def _is_on_framework(found: Listing, council: Council | None) -> bool | None:
    """Nothing when no council is known, or when money plays no part."""
    if council is None or found.is_for_all:
        return None
    return framework_status(found.provider_id, council.id, found.kind, clock.today())


def _whole_miles_to(found: Listing, council: Council | None) -> int | None:
    """Whole miles from the place in the address (``near=``) or from the postcode of whoever is shopped for."""
    if found.longitude is None or found.latitude is None:
        return None
    shopper = shopper_or_none()
    near = request.args.get("near", "") or (shopper.person.postcode if shopper else "")
    place = councils.find_place(near, council) if near else None
    if place is None:
        return None
    return int(miles_between(place.lon, place.lat, found.longitude, found.latitude))
