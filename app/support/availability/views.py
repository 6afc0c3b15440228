"""When a listing can be booked without asking, said by its provider."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import in_transaction
from app.market.catalogue import queries as catalogue
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.platform.web.attempts import attempt
from app.platform.web.filters import plural
from app.platform.web.guards import open_to
from app.support.availability import actions, queries
from app.support.availability.forms import availability_form

blueprint = Blueprint("availability", __name__)


@blueprint.route("/desk/<provider_id>/listings/<listing_id>/availability", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def availability(provider_id: str, listing_id: str) -> ResponseReturnValue:
    """When this can be booked without asking, and how many at a time."""
    provider = catalogue.provider_for_staff(actor(), provider_id)
    listing = catalogue.listing_for_staff(actor(), provider, listing_id)
    form = availability_form(queries.availability_of(listing.id))
    if form.validate_on_submit():
        with attempt(form):
            openings, closed = form.openings, form.closed_days
            without = in_transaction(
                lambda: actions.set_availability(
                    actor=actor(),
                    listing=listing,
                    openings=openings,
                    closed=closed,
                    ahead_hours=form.ahead.data,
                    is_instant=form.is_instant.data == "at once",
                )
            )
            flash(
                "Your times are saved."
                + (
                    f" {plural(without, 'visit')} agreed before found no place in them, and stay agreed."
                    if without
                    else ""
                )
            )
            return redirect(
                url_for("catalogue.desk_listing", provider_id=provider.public_id, listing_id=listing.public_id)
            )
    return render_template("availability/availability.html", form=form, provider=provider, listing=listing)
