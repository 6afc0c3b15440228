"""Hours saved for later: keep them, see them, ask the same provider for another time, or free their money."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import in_transaction
from app.base.refusals import NotAllowed, Refusal
from app.people.accounts.access import actor
from app.people.circles.access import shopper
from app.platform.web.filters import money
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.saved_hours import SavedHours
from app.support.bookings.access import BUYERS, say_looked
from app.support.bookings.queries import beside, offers
from app.support.bookings.queries.offers import Offer
from app.support.visits.actions import saved_hours as saved_hours_actions
from app.support.visits.forms import UseHoursForm
from app.support.visits.queries import endings
from app.support.visits.rules import figures
from app.support.visits.views.blueprints import blueprint


@blueprint.post("/bookings/visits/<public_id>/save")
@open_to(*BUYERS)
def save_hours(public_id: str) -> ResponseReturnValue:
    """Call off a visit in time and keep its hours."""
    visit = endings.visit_for(actor(), public_id)
    in_transaction(lambda: saved_hours_actions.save_hours(actor=actor(), visit=visit))
    flash("The visit is cancelled and its hours are saved. Nothing is charged, and the money stays set aside for them.")
    return redirect(url_for("visits.saved_hours"))


@blueprint.get("/bookings/saved-hours")
@open_to(*BUYERS)
def saved_hours() -> ResponseReturnValue:
    """The hours that were saved and not used yet."""
    looking = shopper()
    if not booking_records_permissions.may_see_bookings(looking.powers):
        raise NotAllowed(f"You may not see the bookings of {looking.person.full_name}. Only they can let you.")
    say_looked(looking.person)
    return render_template(
        "visits/saved_hours.html",
        looking=looking,
        page=page_of(endings.saved_hours_of(looking.actor, looking.person), number=page_number()),
        may_use=booking_records_permissions.may_book(looking.powers),
        hours=figures.hours_words,
    )


@blueprint.route("/bookings/saved-hours/<public_id>/use", methods=["GET", "POST"])
@open_to(*BUYERS)
def use_hours(public_id: str) -> ResponseReturnValue:
    """Ask the same provider for another visit: the exact price is shown before anything is asked for."""
    saved = endings.saved_hours_for(actor(), public_id)
    form = UseHoursForm()
    offer = None
    if form.validate_on_submit():
        try:
            starts, ends = form.times
            offer = _offer(saved, form)
            price = offer.total_pence
            if form.price_seen == price:
                sent = in_transaction(
                    lambda: saved_hours_actions.spend_hours(
                        actor=actor(),
                        saved=saved,
                        starts=starts,
                        ends=ends,
                        key=form.key.data or "",
                        price_seen=price,
                    )
                )
                flash("We have asked the provider. The saved hours are used for this.")
                return redirect(url_for("desk.booking", public_id=sent.public_id))
            form.price.data = str(price)
        except Refusal as refusal:
            offer = None
            field = getattr(refusal, "field", "on")
            form.refuse(str(refusal), field if field in form else "on")
    return render_template(
        "visits/use_hours.html",
        form=form,
        saved=saved,
        offer=offer,
        beside=None if offer is None else _beside(saved, offer),
        hours=figures.hours_words,
        money=money,
    )


def _beside(saved: SavedHours, offer: Offer) -> beside.Beside:
    booking = saved.visit.booking
    return beside.visits_beside(booking.person_id, booking.listing, [(one.starts, one.ends) for one in offer.visits])


def _offer(saved: SavedHours, form: UseHoursForm) -> Offer:
    booking = saved.visit.booking
    starts, ends = form.times
    return offers.offer(
        listing=booking.listing,
        times=[(starts, ends)],
        add_on_ids=endings.extras_of(booking, starts),
        council=offers.home_of(booking.person),
        person=booking.person,
        miles=booking.agreed.get("miles"),
    )


@blueprint.post("/bookings/saved-hours/<public_id>/give-back")
@open_to(*BUYERS)
def give_back_hours(public_id: str) -> ResponseReturnValue:
    """Make the money of saved hours free again."""
    saved = endings.saved_hours_for(actor(), public_id)
    in_transaction(lambda: saved_hours_actions.give_back_hours(actor=actor(), saved=saved))
    flash("The hours are given back, and their money is free again.")
    return redirect(url_for("visits.saved_hours"))
