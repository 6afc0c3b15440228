"""Every price a listing ever had, and what its kind of support costs around here."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app import clock
from app.accounts.access import ANYONE, open_to
from app.bookings import queries as bookings
from app.catalogue import queries as catalogue
from app.catalogue.rules.averages import against_average
from app.catalogue.rules.pricing import in_force
from app.councils import queries as councils
from app.councils.access import visitor_council
from app.storefront.views import blueprint
from app.storefront.views.listing import near_reader


@blueprint.get("/listings/<public_id>/prices")
@open_to(ANYONE)
def prices(public_id: str) -> ResponseReturnValue:
    """History kept for ever and open to all, withdrawn rates too; beside it the averages of the place."""
    listing = catalogue.listing_for_visitor(public_id)
    council = visitor_council() or listing.home_council
    cards = catalogue.cards_of(listing.id)
    now = in_force(cards, clock.today())
    return render_template(
        "storefront/prices.html",
        listing=listing,
        cards=cards,
        in_force=now,
        withdrawn=catalogue.withdrawn_rates(listing.id),
        around=against_average(
            now, bookings.prices_around(listing, council, councils.locality_here(near_reader(council), council))
        )
        if now
        else [],
        today=clock.today(),
    )
