"""Every price a listing ever had, and what its kind of support costs around here."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.base import clock
from app.market.catalogue import queries as catalogue_queries
from app.market.catalogue.queries import cards as cards_queries
from app.market.catalogue.rules.averages import against_average
from app.market.catalogue.rules.price_display import in_force
from app.people.councils import queries as councils
from app.people.councils.access import visitor_council
from app.platform.web.guards import ANYONE, open_to
from app.shop.storefront.views.blueprints import blueprint
from app.shop.storefront.views.listing import near_reader
from app.support.bookings.queries import averages as bookings


@blueprint.get("/listings/<public_id>/prices")
@open_to(ANYONE)
def prices(public_id: str) -> ResponseReturnValue:
    """History kept for ever and open to all, withdrawn rates too; beside it the averages of the place."""
    listing = catalogue_queries.listing_for_visitor(public_id)
    council = visitor_council() or listing.home_council
    cards = cards_queries.cards_of(listing.id)
    now = in_force(cards, clock.today())
    return render_template(
        "storefront/prices.html",
        listing=listing,
        cards=cards,
        in_force=now,
        withdrawn=catalogue_queries.withdrawn_rates(listing.id),
        around=against_average(
            now, bookings.prices_around(listing, council, councils.locality_here(near_reader(council), council))
        )
        if now
        else [],
        today=clock.today(),
    )
