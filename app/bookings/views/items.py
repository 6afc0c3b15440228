"""Buying things, and sending them back within 14 days."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.accounts.access import actor, open_to
from app.accounts.rules import Role
from app.bookings import permissions, queries, rules
from app.bookings.actions import items as actions
from app.bookings.forms import Plan
from app.bookings.forms.sessions import BuyForm, SendBackForm
from app.bookings.rules.sessions import last_day_to_return
from app.bookings.views import blueprint
from app.bookings.views.journey import BASKET, NOT_THEN, into_basket, may_choose, on_show, priced
from app.bookings.views.mine import BUYERS, found_booking
from app.catalogue import queries as catalogue
from app.catalogue.rules.quote import NoSuchAddOn
from app.circles import queries as circles
from app.db import in_transaction
from app.refusals import BadInput, Conflict, NotAllowed, Refusal
from app.web.filters import money


@blueprint.route("/listings/<public_id>/buy", methods=["GET", "POST"])
@open_to(*BUYERS)
def buy(public_id: str) -> ResponseReturnValue:
    """Step 1 for a thing: how many, when should it come, and with which extras?"""
    buyer, listing = may_choose(), on_show(public_id)
    cards = catalogue.cards_of(listing.id)
    form = BuyForm(data=_prefilled())
    day = form.on.data or clock.today()
    extras = queries.extras_on(cards, day)
    form.offer_extras(
        {extra.id: extra.name for extra in extras},
        {extra.id: queries.price_words(extra) for extra in extras},
    )
    form.extras.data, missing = queries.same_extras(cards, extras, form.extras.data or ())
    came_back = request.method == "GET" and request.args.get("again") == "yes" and bool(form.on.data)
    if came_back or form.validate_on_submit():
        try:
            if missing:
                raise NoSuchAddOn(f"{' and '.join(missing)}: not offered on that day. Look at the extras again.")
            priced(buyer, listing, form.plan)
        except NOT_THEN as refusal:
            form.refuse(str(refusal), "extras" if isinstance(refusal, NoSuchAddOn) and form.extras.choices else "on")
        else:
            if request.form.get("to") == BASKET:
                return into_basket(buyer, listing.id, form.plan, key=form.key.data or "")
            return redirect(url_for(".money", public_id=public_id, **form.plan.query))
    price = catalogue.headline(queries.card_or_none(cards, day), listing)
    return render_template(
        "bookings/buy.html",
        form=form,
        listing=listing,
        buyer=buyer,
        price=price,
        may_book=permissions.may_book(buyer.powers),
    )


def _prefilled() -> dict[str, object]:
    """What the address says already, for somebody who came back to change it."""
    try:
        plan = Plan.read(request.args)
    except BadInput:
        return {"quantity": 1}
    return {"quantity": plan.quantity, "on": plan.on, "extras": list(plan.extras)}


@blueprint.route("/bookings/<public_id>/send-back", methods=["GET", "POST"])
@open_to(*BUYERS)
def send_back(public_id: str) -> ResponseReturnValue:
    """Say that some or all of what was bought goes back."""
    found = found_booking(public_id)
    if not permissions.may_book(circles.powers_over(actor(), found.person_id)):
        raise NotAllowed("You may look at this booking but not send things back.")
    arrived = queries.arrived_at(found)
    if "quantity" not in found.agreed or arrived is None:
        raise Conflict("There is nothing here to send back. Things can be sent back once they have arrived.")
    form = SendBackForm()
    if form.validate_on_submit():
        try:
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
        except Refusal as refusal:
            form.refuse(str(refusal), "quantity")
        else:
            flash(f"Send it back to the provider. {money(made)} goes back to where it came from once it has arrived.")
            return redirect(url_for(".booking", public_id=public_id))
    return render_template(
        "bookings/send_back.html",
        form=form,
        booking=found,
        until=last_day_to_return(arrived),
        is_over=clock.now() > last_day_to_return(arrived),
        left=found.agreed["quantity"] - sum(one.quantity for one in queries.returns_of(found)),
        words=rules.BOOKING_WORDS,
    )


@blueprint.post("/desk/returns/<public_id>/arrived")
@open_to(Role.PROVIDER_STAFF)
def arrived(public_id: str) -> ResponseReturnValue:
    """Say that what was sent back is here: the money goes back."""
    item_return, booking = queries.return_at_desk(actor(), public_id)
    pence = in_transaction(lambda: actions.say_arrived(actor=actor(), item_return=item_return).pence)
    flash(f"{money(pence)} has gone back to the money that paid.")
    return redirect(url_for(".desk_booking", public_id=booking.public_id))
