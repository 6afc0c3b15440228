"""The basket: what is in it, the check-out, and what became of each thing."""

from collections.abc import Sequence

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import in_transaction
from app.base.refusals import BadInput, Conflict, Refusal
from app.people.circles.access import Shopper
from app.platform.web.attempts import attempt
from app.platform.web.guards import open_to
from app.support.basket import permissions, queries
from app.support.basket.actions import booking, codes, deciding, filling
from app.support.basket.actions.booking import Chosen
from app.support.basket.forms import LEAVE, AskForYesForm, CheckOutForm, NotNowForm, RemoveForm, TakeForm, TypeCodeForm
from app.support.basket.rules import KEY_LONGEST, CodeWay, TypedCode, typed_words
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.rules.states import AGREED
from app.support.booking_records.rules.words import several_words
from app.support.bookings.access import BUYERS, home_first, may_buy, may_choose, say_looked

blueprint = Blueprint("basket", __name__)


@blueprint.get("/basket")
@open_to(*BUYERS)
def basket() -> ResponseReturnValue:
    """Everything put together for whoever is shopped for, priced now, by provider; on every device the same."""
    buyer = may_choose()
    say_looked(buyer.person)
    shops = queries.shops_of(buyer.person)
    return render_template(
        "basket/basket.html",
        buyer=buyer,
        shops=shops,
        suggested=[(shop, line) for shop in shops for line in shop.lines if line.kept.is_waiting],
        mine=queries.suggested_by(buyer.actor, buyer.person) if buyer.is_for_other else [],
        may_book=booking_records_permissions.may_book(buyer.powers),
        may_say_yes=permissions.may_say_yes(buyer.powers),
        may_ask=_may_ask(buyer),
        may_take_out=lambda line: permissions.may_take_out(buyer.powers, buyer.actor, line),
        form=RemoveForm(),
    )


def _may_ask(buyer: Shopper) -> bool:
    return permissions.may_ask_for_code(buyer.powers, buyer.actor, buyer.person)


@blueprint.post("/basket/<public_id>/take-out")
@open_to(*BUYERS)
def take_out(public_id: str) -> ResponseReturnValue:
    """Take something out of the basket."""
    buyer = may_choose()
    line = queries.basket_line(buyer.person, public_id)
    in_transaction(lambda: filling.take_out_of_basket(actor=buyer.actor, line=line))
    flash("It is no longer in the basket.")
    return redirect(url_for("basket.basket"))


@blueprint.post("/basket/<public_id>/take")
@open_to(*BUYERS)
def take(public_id: str) -> ResponseReturnValue:
    """Take what somebody suggested: from then on it can be booked."""
    buyer, form = may_choose(), TakeForm()
    seen = form.seen.number
    in_transaction(
        lambda: deciding.take_suggestion(actor=buyer.actor, person=buyer.person, line=public_id, seen_pence=seen)
    )
    flash("You took it. It is in the basket, and not booked yet.")
    return redirect(url_for("basket.basket"))


@blueprint.route("/basket/<public_id>/not-now", methods=["GET", "POST"])
@open_to(*BUYERS)
def not_now(public_id: str) -> ResponseReturnValue:
    """Say “not now” to what somebody suggested, and why if one likes."""
    buyer, form = may_choose(), NotNowForm()
    line = queries.basket_line(buyer.person, public_id)
    if form.validate_on_submit():
        with attempt(form, "because", only=BadInput):
            in_transaction(
                lambda: deciding.leave_suggestion(
                    actor=buyer.actor, person=buyer.person, line=public_id, because=form.because.data or ""
                )
            )
            flash("You said “not now”. We told whoever suggested it.")
            return redirect(url_for("basket.basket"))
    return render_template("basket/not_now.html", buyer=buyer, form=form, line=line)


@blueprint.route("/basket/ask-for-yes", methods=["GET", "POST"])
@open_to(*BUYERS)
def ask_for_yes() -> ResponseReturnValue:
    """With the person beside: send them a code for exactly this basket. The code is on no page."""
    buyer, form = may_choose(), AskForYesForm()
    say_looked(buyer.person)
    if form.validate_on_submit():
        way = CodeWay(form.way.data)
        with attempt(form, "way", only=Conflict):
            in_transaction(
                lambda: codes.ask_for_code(actor=buyer.actor, person=buyer.person, way=way, secret=_secret())
            )
            return redirect(url_for("basket.type_code"))
    shops = queries.shops_of(buyer.person)
    return render_template("basket/ask_for_yes.html", buyer=buyer, form=form, shops=shops, may_ask=_may_ask(buyer))


@blueprint.route("/basket/code", methods=["GET", "POST"])
@open_to(*BUYERS)
def type_code() -> ResponseReturnValue:
    """Type the code the person tells: right, and nothing changed since, all of the basket is booked with their yes."""
    buyer, form = may_choose(), TypeCodeForm()
    say_looked(buyer.person)
    if form.validate_on_submit():
        with attempt(form, "code", only=codes.NotBookedByCode):
            typed = in_transaction(
                lambda: codes.type_code(
                    actor=buyer.actor, person=buyer.person, typed=form.code.data or "", secret=_secret()
                )
            )
            if typed.became == TypedCode.BOOKED:
                return redirect(url_for("basket.became", asked=typed.checkout))
            form.refuse(typed_words(typed.became, typed.tries_left), "code")
    return render_template(
        "basket/type_code.html",
        buyer=buyer,
        form=form,
        waits=queries.open_code(buyer.person, buyer.actor),
        may_ask=_may_ask(buyer),
    )


def _secret() -> str:
    return str(current_app.config["SECRET_KEY"])


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
    shops = queries.shops_of(buyer.person, spending=buyer.spender, suggested=False)
    asked = home_first(buyer.person, [line.kept.listing.kind for shop in shops for line in shop.lines])
    if asked is not None:
        return asked
    return render_template(
        "basket/check_out.html",
        buyer=buyer,
        shops=shops,
        may_ask=_may_ask(buyer),
        by_council=_may_ask(buyer),
        form=form,
        leave=LEAVE,
        now=clock.now(),
    )


def _book(buyer: Shopper, key: str, chosen: Sequence[Chosen]) -> None:
    """Book one provider's lines whole or not at all; one that cannot be booked never stops another provider."""
    try:
        in_transaction(lambda: booking.book_from_basket(actor=buyer.actor, person=buyer.person, key=key, chosen=chosen))
    except Refusal as refusal:
        why = refusal
        in_transaction(lambda: booking.note_not_booked(person=buyer.person, key=key, chosen=chosen, refusal=why))


@blueprint.get("/basket/booked")
@open_to(*BUYERS)
def became() -> ResponseReturnValue:
    """What became of each thing of one confirming: its booking, or why not. Loading it again is safe."""
    buyer = may_choose()
    found = queries.became(buyer.person, request.args.get("asked", "")[:KEY_LONGEST] or "none")
    return render_template(
        "basket/became.html",
        buyer=buyer,
        heading=several_words(
            [booking.status for _, booking in found if booking is not None],
            is_all=all(booking is not None for _, booking in found),
        ),
        agreed=[(line, booking) for line, booking in found if booking is not None and booking.status in AGREED],
        asked=[(line, booking) for line, booking in found if booking is not None and booking.status not in AGREED],
        others=[line for line, booking in found if booking is None],
    )
