"""The page of one listing: what it is, what it costs, who offers it, what people say."""

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.text import clean_line
from app.market.catalogue import queries as catalogue_queries
from app.market.catalogue.models import Listing
from app.market.catalogue.permissions import why_not_bookable
from app.market.catalogue.queries import averages
from app.market.catalogue.rules.averages import difference_words
from app.market.catalogue.rules.cards import Card
from app.market.catalogue.rules.rates import BUYER_WORDS, Buyer
from app.market.catalogue.rules.suitability import DAY_WORDS, TimeOfDay
from app.market.providers.queries import framework_status
from app.market.providers.rules import CQC_RATING_WORDS
from app.people.circles.access import home_shopped_from, shopper_or_none
from app.people.councils import queries as councils
from app.people.councils.access import visitor_council
from app.people.councils.models import Council
from app.people.councils.rules.geography import MapPlace, miles_between
from app.platform.web.guards import ANYONE, open_to
from app.platform.web.paging import page_number
from app.platform.web.visitor import visitor
from app.shop.reviews import queries as reviews
from app.shop.reviews.rules import (
    HELPED_WORDS,
    NO_TALLY,
    PURPOSE_WORDS,
    REPORT_REASON_WORDS,
    ReviewPurpose,
    score_of,
)
from app.shop.storefront.queries.compare import ForVisits, for_visits
from app.shop.storefront.queries.offers import stopped_among
from app.shop.storefront.queries.reader import reader_buys_as
from app.shop.storefront.rules.week import read_week
from app.shop.storefront.views.blueprints import blueprint
from app.shop.storefront.views.telling import tell_of_listing
from app.support.availability import queries as availability_queries

REVIEWS_ON_A_PAGE = 5
DAYS = frozenset(str(day) for day in DAY_WORDS)
TIMES = frozenset(TimeOfDay)


@blueprint.get("/listings/<public_id>")
@open_to(ANYONE)
def listing(public_id: str) -> ResponseReturnValue:
    """One thing that can be bought or joined, open to the whole world."""
    found = catalogue_queries.listing_for_visitor(public_id)
    council = visitor_council() or found.home_council
    cards = catalogue_queries.published_cards(found)
    # Who buys matters only where a card says so: most pages never ask.
    is_apart = any(card.buyers for card in cards)
    looking = shopper_or_none() if is_apart else None
    buyer = reader_buys_as(looking.person if looking else None)
    pricing = catalogue_queries.pricing_of(found, council, cards=cards, buyer=buyer)
    near = near_reader(council)
    days, times = _chosen()
    stopped = stopped_among([found], visitor_council()).get(found.provider_id)
    price = catalogue_queries.headline_on(pricing.now or pricing.coming, found, buyer=buyer, days=days, times=times)
    said = _what_people_say(found)
    told = None if visitor() else tell_of_listing(found, price, said["page"].items, stopped=stopped is not None)
    return render_template(
        "storefront/listing.html",
        listing=found,
        provider=found.provider,
        registration=found.shown_registration,
        pricing=pricing,
        price=price,
        buyer=BUYER_WORDS[buyer] if is_apart else None,
        is_signed_in=looking is not None,
        around=_around(found, council, near, pricing.now.for_buyer(buyer)) if pricing.now else [],
        ratings=CQC_RATING_WORDS,
        council=council,
        is_on_framework=_is_on_framework(found, council),
        miles=_whole_miles_to(found, near),
        why_not=why_not_bookable(found, has_rates=pricing.is_published, stopped=stopped),
        stopped=stopped,
        next_session=availability_queries.next_session(found),
        score=score_of(found.review_sum, found.review_count),
        mine=_for_my_visits(found, council, buyer),
        told=told,
        **said,
    )


def _what_people_say(found: Listing) -> dict[str, Any]:
    """A page of reviews, of one purpose where the address names one (``about=``), and how all of them are spread."""
    asked = request.args.get("about", "")
    about = ReviewPurpose(asked) if asked in frozenset(ReviewPurpose) else None
    page = reviews.reviews_of(found.id, number=page_number(), size=REVIEWS_ON_A_PAGE, purpose=about)
    return {
        "page": page,
        "about": about,
        "tally": reviews.tally_of(found.id, clock.today()) if page.total else NO_TALLY,
        "purposes": PURPOSE_WORDS,
        "helped": HELPED_WORDS,
        "reasons": REPORT_REASON_WORDS,
    }


def _for_my_visits(found: Listing, council: Council | None, buyer: Buyer) -> ForVisits | None:
    """What it costs for the visits named in the address (``week=``); nothing when none are."""
    try:
        week = read_week(request.args.get("week", ""))
    except ValueError:
        return None
    if not week:
        return None
    return for_visits(found, week, council, buyer)


def _chosen() -> tuple[list[int], list[str]]:
    """The days and times that came along from a search (``day=``, ``time=``); what is neither says nothing."""
    days = [int(day) for day in dict.fromkeys(request.args.getlist("day")) if day in DAYS]
    return days, [part for part in dict.fromkeys(request.args.getlist("time")) if part in TIMES]


def _around(found: Listing, council: Council | None, near: MapPlace | None, card: Card) -> list[str]:
    """How the price stands beside the average here, where three providers or more publish one."""
    return [
        f"{difference_words(card, average).capitalize()} in {average.place}."
        for average in averages.averages_near(found, council, councils.locality_here(near, council))
        if average.unit == card.unit
    ]


def _is_on_framework(found: Listing, council: Council | None) -> bool | None:
    """Nothing when no council is known, or when money plays no part."""
    if council is None or found.is_for_all:
        return None
    return framework_status(found.provider_id, council.id, found.kind, clock.today())


def near_reader(council: Council | None) -> MapPlace | None:
    """The place in the address (``near=``), else that of the postcode of whoever is shopped for."""
    near = clean_line(request.args.get("near", "")) or home_shopped_from()
    return councils.find_place(near, council) if near else None


def _whole_miles_to(found: Listing, near: MapPlace | None) -> int | None:
    """Whole miles from there; nothing when either place is not known."""
    if near is None or found.longitude is None or found.latitude is None:
        return None
    return int(miles_between(near.lon, near.lat, found.longitude, found.latitude))
