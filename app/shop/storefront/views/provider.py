"""The page of one provider: who they are, what the registers say, what they offer here."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.base import clock
from app.market.catalogue import queries as catalogue
from app.market.presenting import queries as presenting
from app.market.providers import queries as providers
from app.market.providers.models import FrameworkPlace, Provider
from app.market.providers.queries import suspensions
from app.market.providers.queries.suspensions import Stopped
from app.market.providers.rules import CQC_RATING_WORDS, PROVIDER_KIND_WORDS
from app.people.accounts.rules import RUN_FRAMEWORKS
from app.people.circles.access import shopper_or_none
from app.people.councils.access import visitor_council
from app.platform.web.guards import ANYONE, open_to
from app.platform.web.paging import page_number, page_of
from app.platform.web.visitor import visitor
from app.shop.reviews.rules import score_of
from app.shop.storefront.queries.reader import reader_buys_as
from app.shop.storefront.views.blueprints import blueprint
from app.shop.storefront.views.telling import tell_of_provider


@blueprint.get("/providers/<public_id>")
@open_to(ANYONE)
def provider(public_id: str) -> ResponseReturnValue:
    """One provider, open to the whole world."""
    found = providers.provider_by_public_id(public_id)
    page = page_of(catalogue.listings_on_show(found), number=page_number())
    cards = catalogue.cards_on([listing.id for listing in page.items], clock.today())
    # Who buys matters only where a card says so: most pages never ask.
    looking = shopper_or_none() if any(card.buyers for card in cards.values()) else None
    buyer = reader_buys_as(looking.person if looking else None)
    score = score_of(*catalogue.reviews_counted(found))
    return render_template(
        "storefront/provider.html",
        provider=found,
        ratings=CQC_RATING_WORDS,
        kind=PROVIDER_KIND_WORDS[found.kind],
        page=page,
        prices={listing.id: catalogue.headline_parts(cards.get(listing.id), listing, buyer) for listing in page.items},
        scores={listing.id: score_of(listing.review_sum, listing.review_count) for listing in page.items},
        score=score,
        told=None if visitor() else tell_of_provider(found, score),
        council=visitor_council(),
        places=_places(found),
        stopped=_stopped(found),
        credentials=presenting.credentials_shown(found.id, clock.today()),
        may_suspend=_may_suspend(),
    )


def _stopped(found: Provider) -> Stopped | None:
    """That it is suspended for the people of the council one shops in."""
    council = visitor_council()
    council_id = None if council is None else council.id
    return suspensions.stopped([found.id], council_id=council_id, on=clock.today()).get(found.id)


def _may_suspend() -> bool:
    looking = visitor()
    return looking is not None and any(looking.has_role(role) for role in RUN_FRAMEWORKS)


def _places(found: Provider) -> list[FrameworkPlace]:
    """Its places on the frameworks of the council one shops in; of every council when that is not known."""
    council = visitor_council()
    places = providers.places_on_frameworks([found.id], clock.today())
    return [place for place in places if council is None or place.lot.framework.council_id == council.id]
