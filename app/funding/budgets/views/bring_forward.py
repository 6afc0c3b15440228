"""Money of later in the year, used now."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import in_transaction
from app.base.money import Money
from app.funding.budgets.access import whose_money
from app.funding.budgets.actions import releasing
from app.funding.budgets.actions.releasing import may_bring_forward_pence
from app.funding.budgets.forms import ForwardForm, offer_pots
from app.funding.budgets.permissions import may_spend_from
from app.funding.budgets.queries import balances, under_lock
from app.funding.budgets.views.blueprints import blueprint
from app.funding.budgets.views.money import WHO
from app.people.accounts.access import actor
from app.people.circles.access import shopper
from app.people.circles.rules import Power
from app.platform.web.attempts import attempt
from app.platform.web.fields import new_key
from app.platform.web.guards import open_to


@blueprint.route("/money/bring-forward", methods=["GET", "POST"])
@open_to(*WHO)
def bring_forward() -> ResponseReturnValue:
    """Use some of the year's later money now, within what the council allows."""
    shopper().require(Power.BOOK_COUNCIL_MANAGED)
    spender = shopper().spender
    person = whose_money()
    may = [
        (one.pot, may_bring_forward_pence(under_lock.pot_for(person.id, one.pot.public_id)))
        for one in balances.pots_of(person.id)
        if one.pot.council_id is not None and may_spend_from(spender, one.pot)
    ]
    open_ones = [(pot, pence) for pot, pence in may if pence]
    form = ForwardForm()
    offer_pots(form.into, [pot for pot, _ in open_ones])
    form.into.hints = {pot.public_id: f"Up to {Money(pence)}" for pot, pence in open_ones}
    if open_ones and form.validate_on_submit():
        with attempt(form, "amount"):
            made = in_transaction(
                lambda: (
                    releasing.bring_forward(
                        actor=actor(),
                        person=person,
                        into=under_lock.pot_for(person.id, form.into.data),
                        pence=form.amount.data.pence,
                        reason=form.reason.data,
                        key=form.key.data or "",
                    ).pence
                )
            )
            flash(f"{Money(made)} was brought forward. The last periods of your year get that much less.")
            return redirect(url_for(".money"))
    form.key.data = form.key.data or new_key()
    return render_template("budgets/bring_forward.html", form=form, whose=person, may=open_ones)
