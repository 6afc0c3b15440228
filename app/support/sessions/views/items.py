"""Buying things, and sending them back within 14 days."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import in_transaction
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.market.catalogue import queries as catalogue_queries
from app.market.catalogue.queries import cards as cards_queries
from app.market.catalogue.rules.tariffs import NoSuchAddOn
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.platform.web.attempts import attempt
from app.platform.web.filters import money
from app.platform.web.guards import open_to
from app.support.booking_journey.access import BASKET, NOT_THEN, into_basket, on_show, priced_plan
from app.support.booking_journey.forms import JourneyPlan
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.queries import returns, whose_money
from app.support.bookings.access import BUYERS, found_booking, may_choose
from app.support.bookings.queries import offers
from app.support.sessions.actions import returns as actions
from app.support.sessions.forms import BuyForm, SendBackForm
from app.support.sessions.rules import last_day_to_return
from app.support.sessions.views.blueprints import blueprint


@blueprint.route("/listings/<public_id>/buy", methods=["GET", "POST"])
@open_to(*BUYERS)
def buy(public_id: str) -> ResponseReturnValue:
    """Step 1 for a thing: how many, when should it come, and with which extras?"""
    buyer = may_choose()
    listing = on_show(public_id, buyer.person)
    cards = cards_queries.cards_of(listing.id)
    form = BuyForm(data=_prefilled())
    day = form.on.data or clock.today()
    extras = offers.extras_on(cards, day)
    form.offer_extras(
        {extra.id: extra.name for extra in extras},
        {extra.id: offers.price_words(extra) for extra in extras},
    )
    form.extras.data, missing = offers.same_extras(cards, extras, form.extras.data or ())
    came_back = request.method == "GET" and request.args.get("again") == "yes" and bool(form.on.data)
    if came_back or form.validate_on_submit():
        try:
            if missing:
                raise NoSuchAddOn(f"{' and '.join(missing)}: not offered on that day. Look at the extras again.")
            priced_plan(buyer, listing, form.plan)
        except NOT_THEN as refusal:
            form.refuse(str(refusal), "extras" if isinstance(refusal, NoSuchAddOn) and form.extras.choices else "on")
        else:
            if request.form.get("to") == BASKET:
                return into_basket(buyer, listing.id, form.plan, key=form.key.data or "")
            return redirect(url_for("booking_journey.money", public_id=public_id, **form.plan.query))
    price = catalogue_queries.headline(offers.card_or_none(cards, day), listing, offers.buyer_of(buyer.person))
    return render_template(
        "sessions/buy.html",
        form=form,
        listing=listing,
        buyer=buyer,
        price=price,
        may_book=booking_records_permissions.may_book(buyer.powers),
    )


def _prefilled() -> dict[str, object]:
    """What the address says already, for somebody who came back to change it."""
    try:
        plan = JourneyPlan.read(request.args)
    except BadInput:
        return {"quantity": 1}
    return {"quantity": plan.quantity, "on": plan.on, "extras": list(plan.extras)}


@blueprint.route("/bookings/<public_id>/send-back", methods=["GET", "POST"])
@open_to(*BUYERS)
def send_back(public_id: str) -> ResponseReturnValue:
    """Say that some or all of what was bought goes back."""
    found = found_booking(public_id)
    if not booking_records_permissions.may_book(whose_money.powers_about(actor(), found)):
        raise NotAllowed("You may look at this booking but not send things back.")
    arrived = returns.arrived_at(found)
    if not found.is_of_things or arrived is None:
        raise Conflict("There is nothing here to send back. Things can be sent back once they have arrived.")
    form = SendBackForm()
    if form.validate_on_submit():
        with attempt(form, "quantity"):
            made = in_transaction(
                lambda: (
                    actions.send_back(
                        actor=actor(),
                        booking=found,
                        quantity=form.quantity.data,
                        key=form.key.data or "",
                        reason=form.reason.data or "",
                    ).pence
                )
            )
            flash(f"Send it back to the provider. {money(made)} goes back to where it came from once it has arrived.")
            return redirect(url_for("desk.booking", public_id=public_id))
    return render_template(
        "sessions/send_back.html",
        form=form,
        booking=found,
        until=last_day_to_return(arrived),
        is_over=clock.now() > last_day_to_return(arrived),
        came=returns.how_many_arrived(found),
        left=returns.how_many_arrived(found) - sum(one.quantity for one in returns.returns_of(found)),
    )


@blueprint.post("/desk/returns/<public_id>/arrived")
@open_to(Role.PROVIDER_STAFF)
def arrived(public_id: str) -> ResponseReturnValue:
    """Say that what was sent back is here: the money goes back."""
    item_return, booking = returns.return_at_desk(actor(), public_id)
    pence = in_transaction(lambda: actions.say_arrived(actor=actor(), item_return=item_return).pence)
    flash(f"{money(pence)} has gone back to the money that paid.")
    return redirect(url_for("desk.desk_booking", public_id=booking.public_id))
