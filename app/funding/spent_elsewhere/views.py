"""Money spent elsewhere: recorded, looked at with its receipt, and taken back."""

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base.db import in_transaction
from app.base.money import Money
from app.base.refusals import NotFound
from app.funding.budgets.access import whose_money
from app.funding.budgets.forms import offer_pots
from app.funding.budgets.permissions import may_spend_from
from app.funding.budgets.queries import balances, under_lock
from app.funding.budgets.rules.kinds import SPENT_ANYWHERE
from app.funding.spent_elsewhere import actions as outside_actions
from app.funding.spent_elsewhere import queries as outside_queries
from app.funding.spent_elsewhere.actions import WrongDay
from app.funding.spent_elsewhere.forms import OutsideForm, ReceiptForm
from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.access import shopper
from app.people.circles.rules import Power
from app.platform.files import actions as files
from app.platform.files.rules.kinds import ENDINGS
from app.platform.web.attempts import attempt
from app.platform.web.fields import PlainForm, new_key
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of

blueprint = Blueprint("spent_elsewhere", __name__)

WHO = (Role.PERSON, Role.SUPPORTER, Role.CARE_MANAGER)


def _spender() -> Person:
    """Whose money is spent, when the actor may spend what is in the person's own hands.

    Raises:
        NotAllowed: when they may only look, or spend nothing but what the council looks after.
    """
    shopper().require(Power.BOOK)
    return whose_money()


@blueprint.route("/money/outside", methods=["GET", "POST"])
@open_to(*WHO)
def record_outside() -> ResponseReturnValue:
    """When, whom, how much, what for, and from which money?"""
    person = _spender()
    spender = shopper().spender
    may = [one.pot for one in balances.pots_of(person.id) if may_spend_from(spender, one.pot)]
    pots = [pot for pot in may if pot.kind in SPENT_ANYWHERE]
    if not pots:
        raise NotFound("None of this money is in your hands, so none of it is spent elsewhere.")
    form = OutsideForm()
    offer_pots(form.pot, pots)
    form.receipt.wait_with(actor().id, form.key.data)
    if form.validate_on_submit():
        with attempt(form, "amount", blame={WrongDay: "spent_on"}):
            made = in_transaction(
                lambda: (
                    outside_actions.record_outside(
                        actor=actor(),
                        person=person,
                        pot=under_lock.pot_for(person.id, form.pot.data),
                        spent_on=form.spent_on.data,
                        paid_to=form.paid_to.data,
                        paid_for=form.paid_for.data,
                        pence=form.amount.data.pence,
                        key=form.key.data or "",
                        receipt=form.receipt.waits_for,
                    ).public_id
                )
            )
            flash("Recorded. What you have left says so now.")
            return redirect(url_for(".outside", public_id=made))
    form.key.data = form.key.data or new_key()
    return render_template(
        "spent_elsewhere/record_outside.html", form=form, whose=person, is_mine=person.id == actor().id
    )


@blueprint.get("/money/outside/all")
@open_to(*WHO)
def all_outside() -> ResponseReturnValue:
    """Everything spent elsewhere, newest first; with ``show=missing`` what has no receipt."""
    person = whose_money()
    only_missing = request.args.get("show") == "missing"
    page = page_of(
        outside_queries.spending_list(person.id, shopper().powers, only_missing=only_missing), number=page_number()
    )
    return render_template(
        "spent_elsewhere/all_outside.html",
        page=page,
        only_missing=only_missing,
        with_receipt=outside_queries.with_receipt(page.items),
        whose=person,
        is_mine=person.id == actor().id,
    )


@blueprint.get("/money/outside/<public_id>")
@open_to(*WHO)
def outside(public_id: str) -> ResponseReturnValue:
    """One payment outside: everything about it, its receipt with those before, and a way to take it back."""
    person = whose_money()
    spending = outside_queries.spending_seen(person.id, public_id, shopper().powers)
    may_change = spending.taken_back_at is None and shopper().may(Power.BOOK)
    return render_template(
        "spent_elsewhere/outside.html",
        spending=spending,
        receipts=outside_queries.receipts_of(spending),
        may_change=may_change,
        form=PlainForm(formdata=None),
    )


@blueprint.route("/money/outside/<public_id>/add-receipt", methods=["GET", "POST"])
@open_to(*WHO)
def add_receipt(public_id: str) -> ResponseReturnValue:
    """Which file is the receipt? The one before stays, and can still be opened."""
    person = _spender()
    spending = outside_queries.spending_seen(person.id, public_id, shopper().powers)
    form = ReceiptForm()
    form.receipt.wait_with(actor().id, form.key.data)
    if form.validate_on_submit():
        with attempt(form, "receipt"):
            in_transaction(
                lambda: outside_actions.add_receipt(
                    actor=actor(), spending=spending, waits_for=form.receipt.waits_for or "", key=form.key.data or ""
                )
            )
            flash("The receipt is kept.")
            return redirect(url_for(".outside", public_id=public_id))
    form.key.data = form.key.data or new_key()
    return render_template("spent_elsewhere/add_receipt.html", form=form, spending=spending)


@blueprint.get("/money/outside/<public_id>/receipt")
@blueprint.get("/money/outside/<public_id>/receipts/<which>")
@open_to(*WHO)
def receipt(public_id: str, which: str | None = None) -> ResponseReturnValue:
    """A receipt as a file to keep, never shown inside the site: the one that counts, or one from before."""
    person = whose_money()
    spending = outside_queries.spending_seen(person.id, public_id, shopper().powers)
    kept = outside_queries.receipt_called(spending, which)
    content = files.file_content(kept.file) if kept.file else outside_queries.kept_in_database(spending.id)
    name = f"receipt-{spending.spent_on:%Y-%m-%d}.{ENDINGS[kept.media_type]}"
    return Response(
        content,
        mimetype=kept.media_type,
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; sandbox",
        },
    )


@blueprint.post("/money/outside/<public_id>/take-back")
@open_to(*WHO)
def take_back_outside(public_id: str) -> ResponseReturnValue:
    """It was a mistake: the money comes back."""
    person = _spender()
    spending = outside_queries.spending_for(person.id, public_id)
    back = Money(in_transaction(lambda: outside_actions.take_back_outside(actor=actor(), spending=spending).pence))
    flash(f"Taken back. {back} is yours to use again.")
    return redirect(url_for(".outside", public_id=public_id))
