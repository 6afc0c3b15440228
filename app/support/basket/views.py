"""The basket: what is in it, the check-out, and what became of each thing."""

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import in_transaction
from app.base.refusals import Refusal
from app.people.circles.access import Shopper
from app.platform.web.guards import open_to
from app.support.basket import actions, queries
from app.support.basket.actions import Chosen
from app.support.basket.forms import LEAVE, CheckOutForm, RemoveForm
from app.support.basket.rules import KEY_LONGEST
from app.support.booking_records import permissions as booking_records_permissions
from app.support.bookings.access import BUYERS, may_buy, may_choose, say_looked

blueprint = Blueprint("basket", __name__)


@blueprint.get("/basket")
@open_to(*BUYERS)
def basket() -> ResponseReturnValue:
    """Everything put together for whoever is shopped for, priced now, by provider; on every device the same."""
    buyer = may_choose()
    say_looked(buyer.person)
    return render_template(
        "basket/basket.html",
        buyer=buyer,
        shops=queries.shops_of(buyer.person),
        may_book=booking_records_permissions.may_book(buyer.powers),
        form=RemoveForm(),
    )


@blueprint.post("/basket/<public_id>/take-out")
@open_to(*BUYERS)
def take_out(public_id: str) -> ResponseReturnValue:
    """Take something out of the basket."""
    buyer = may_choose()
    line = queries.basket_line(buyer.person, public_id)
    in_transaction(lambda: actions.take_out_of_basket(actor=buyer.actor, line=line))
    flash("It is no longer in the basket.")
    return redirect(url_for("basket.basket"))


@blueprint.route("/basket/check-out", methods=["GET", "POST"])
@open_to(*BUYERS)
def check_out() -> ResponseReturnValue:
    """Everything priced again, with what changed; then booked provider by provider. Pressing twice books once."""
    buyer, form = may_buy(), CheckOutForm()
    if form.validate_on_submit():
        key = (form.key.data or "")[:KEY_LONGEST]
        for chosen in form.by_provider():
            _book(buyer, key, chosen)
        return redirect(url_for("basket.became", asked=key))
    return render_template(
        "basket/check_out.html",
        buyer=buyer,
        shops=queries.shops_of(buyer.person, spending=buyer.powers),
        form=form,
        leave=LEAVE,
        now=clock.now(),
    )


def _book(buyer: Shopper, key: str, chosen: Sequence[Chosen]) -> None:
    """Book one provider's lines whole or not at all; one that cannot be booked never stops another provider."""
    try:
        in_transaction(lambda: actions.book_from_basket(actor=buyer.actor, person=buyer.person, key=key, chosen=chosen))
    except Refusal as refusal:
        why = refusal
        in_transaction(lambda: actions.note_not_booked(person=buyer.person, key=key, chosen=chosen, refusal=why))


@blueprint.get("/basket/booked")
@open_to(*BUYERS)
def became() -> ResponseReturnValue:
    """What became of each thing of one confirming: its booking, or why not. Loading it again is safe."""
    buyer = may_buy()
    found = queries.became(buyer.person, request.args.get("asked", "")[:KEY_LONGEST] or "none")
    return render_template(
        "basket/became.html",
        buyer=buyer,
        done=[(line, booking) for line, booking in found if booking is not None],
        others=[line for line, booking in found if booking is None],
    )
