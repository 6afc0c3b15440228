"""Adding own money by card: the amount, the way to the card page, and the way back; and settling what needs a look."""

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base.db import Busy, in_transaction
from app.base.refusals import NotAllowed, Refusal
from app.funding.payments import gateway
from app.funding.payments.actions import top_ups as actions
from app.funding.payments.forms import SettleForm, TopUpForm
from app.funding.payments.models import TopUp
from app.funding.payments.queries import top_ups as queries
from app.funding.payments.rules import LOOK_EVERY, LOOKS, ODD_ENDINGS, ODD_WORDS, OddEnding, TopUpStatus
from app.funding.payments.views.blueprints import blueprint
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles.access import note_look, shopper
from app.people.circles.rules import Standing
from app.platform.web.attempts import attempt
from app.platform.web.fields import new_key
from app.platform.web.guards import SIGNED_IN, open_to
from app.platform.web.paging import page_number, page_of

LOOKED = "card_payment_looked_at"


@blueprint.route("/money/top-up", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def top_up() -> ResponseReturnValue:
    """Ask how much, then go to the card page."""
    now = shopper()
    form = TopUpForm()
    status = 200
    if not gateway.is_set_up():
        return render_template("payments/not_set_up.html"), 503 if form.is_submitted() else 200
    if form.validate_on_submit():
        try:
            going_to, top_up_id, checkout = in_transaction(
                lambda: _facts(
                    actions.begin_top_up(
                        actor=now.actor, person=now.person, amount=form.amount.data, key=str(form.key.data)
                    )
                )
            )
            if going_to is None:
                # Between the two: a card page is opened once, whatever is tried again around it.
                opened = gateway.open_checkout(checkout)
                going_to = in_transaction(
                    lambda: actions.note_checkout(top_up_id=top_up_id, opened=opened).checkout_url
                )
            return redirect(str(going_to), 303)
        except (NotAllowed, Busy):
            # Busy: the same form sent again goes on where it stopped.
            raise
        except Refusal as refusal:
            # The next press is a new wish: the old one was not paid, was settled, or is not this one.
            form.key.data = new_key()
            form.refuse(str(refusal), "amount")
            status = refusal.status
    return render_template("payments/top_up.html", form=form, shopper=now, is_pretend=gateway.is_pretend()), status


def _facts(begun: TopUp) -> tuple[str | None, int, gateway.Checkout]:
    """What is needed of it once its transaction is over."""
    return begun.checkout_url, begun.id, _checkout(begun)


def _checkout(top_up: TopUp) -> gateway.Checkout:
    """What the card page is asked to take, and the whole addresses it sends the person back to."""
    site = current_app.config["SITE_URL"]
    return gateway.Checkout(
        reference=top_up.public_id,
        amount=top_up.amount,
        words="Your own money on Ownway",
        paid_url=site + url_for("payments.top_up_done", public_id=top_up.public_id),
        cancelled_url=site + url_for("payments.top_up_cancelled", public_id=top_up.public_id),
    )


@blueprint.get("/money/top-up/<public_id>")
@open_to(SIGNED_IN)
def top_up_done(public_id: str) -> ResponseReturnValue:
    """Where the card page sends people: paid, or not heard of yet. What it says here is never taken for payment."""
    found = queries.top_up_for(actor(), public_id)
    looks = min(request.args.get("look", 0, type=int), LOOKS)
    page = render_template(
        "payments/top_up_done.html",
        top_up=found,
        person=actor(),
        TopUpStatus=TopUpStatus,
        odd=queries.settled_odd_of(found.id),
        OddEnding=OddEnding,
    )
    headers = {}
    if found.status == TopUpStatus.STARTED and 0 <= looks < LOOKS:
        again = url_for("payments.top_up_done", public_id=public_id, look=looks + 1)
        headers["Refresh"] = f"{LOOK_EVERY.seconds}; url={again}"
    return page, headers


@blueprint.get("/money/top-up/<public_id>/cancelled")
@open_to(SIGNED_IN)
def top_up_cancelled(public_id: str) -> ResponseReturnValue:
    """Where the card page sends people who turned back."""
    found = queries.top_up_for(actor(), public_id)
    if found.status != TopUpStatus.STARTED:
        return redirect(url_for("payments.top_up_done", public_id=public_id))
    return render_template("payments/top_up_cancelled.html", top_up=found, person=actor())


@blueprint.get("/card-payments")
@open_to(Role.PAYMENTS)
def to_check() -> ResponseReturnValue:
    """Card payments that are not as we asked, those that nobody has settled first."""
    page = page_of(queries.odd_payments(), number=page_number())
    people = {one.top_up.person_id: one.top_up.person for one in page.items if one.top_up is not None}
    note_look(LOOKED, people.values(), standing=Standing(frozenset()))
    return render_template("payments/to_check.html", page=page, whys=ODD_WORDS, endings=ODD_ENDINGS)


@blueprint.route("/card-payments/<public_id>", methods=["GET", "POST"])
@open_to(Role.PAYMENTS)
def settle(public_id: str) -> ResponseReturnValue:
    """One of them: what the card company says, and what becomes of it."""
    found = queries.odd_payment_for(public_id)
    if found.top_up is not None:
        note_look(LOOKED, [found.top_up.person], standing=Standing(frozenset()))
    form = SettleForm()
    if form.validate_on_submit():
        with attempt(form, "how"):
            how, reason = OddEnding(form.how.data), form.reason.data or ""
            in_transaction(lambda: actions.settle_odd_payment(actor=actor(), odd=found, how=how, reason=reason))
            flash("Settled.")
            return redirect(url_for("payments.to_check"))
    return render_template("payments/settle.html", form=form, odd=found, whys=ODD_WORDS, endings=ODD_ENDINGS)
