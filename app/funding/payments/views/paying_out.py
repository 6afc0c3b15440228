"""What is paid into bank accounts: who waits, the file for the bank, and what the bank said."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.bank_accounts import PURPOSE, opened_account
from app.base.db import in_transaction
from app.base.money import pounds_of
from app.base.refusals import Refusal
from app.funding.payments.actions import paying_out
from app.funding.payments.forms import PAID, PaidOutForm
from app.funding.payments.queries import card_money
from app.funding.payments.rules import FILE_COLUMNS, PART_WORDS, PartStatus
from app.funding.payments.views.blueprints import blueprint
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles.access import note_look
from app.people.circles.rules import Standing
from app.platform.web.attempts import attempt
from app.platform.web.downloads import columns_file, csv_file
from app.platform.web.fields import PlainForm
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of
from app.platform.web.seals import seal_for

LOOKED = "pay_back_looked_at"
NOTHING_ELSE = Standing(frozenset())


@blueprint.get("/pay-backs")
@open_to(Role.PAYMENTS)
def pay_outs() -> ResponseReturnValue:
    """What is to be paid into bank accounts, and the files made for it."""
    page = page_of(card_money.parts_to_banks(), number=page_number())
    answer = render_template(
        "payments/pay_outs.html",
        page=page,
        files=page_of(card_money.files(), number=1),
        unfiled=any(one.file_id is None and one.status == PartStatus.ON_ITS_WAY for one in page.items),
        words=PART_WORDS,
    )
    note_look(LOOKED, [one.pay_back.person for one in page.items], standing=NOTHING_ELSE)
    return answer


@blueprint.post("/pay-backs/files")
@open_to(Role.PAYMENTS)
def make_pay_out_file() -> ResponseReturnValue:
    """Make the file of what no file asks for yet."""
    form = PlainForm()
    if form.validate_on_submit():
        try:
            in_transaction(lambda: paying_out.make_file(actor=actor()))
        except Refusal as refusal:
            flash(str(refusal))
        else:
            flash("The file is made. Fetch it below, and give it to the bank.")
    return redirect(url_for(".pay_outs"))


@blueprint.get("/pay-backs/files/<public_id>.csv")
@open_to(Role.PAYMENTS)
def pay_out_file(public_id: str) -> ResponseReturnValue:
    """A file for the bank; the same file again is the same."""
    found, seal = card_money.file_known_as(public_id), seal_for(PURPOSE)
    rows = []
    for part in found.parts:
        account = opened_account(part.details.sealed if part.details else "", seal)
        rows.append([part.public_id, account.name, account.sort_code, account.number, pounds_of(part.pence)])
    answer = csv_file(f"pay-backs-{found.public_id}.csv", list(FILE_COLUMNS), rows)
    note_look(LOOKED, [part.pay_back.person for part in found.parts], standing=NOTHING_ELSE)
    return answer


@blueprint.get("/pay-backs/columns.csv")
@open_to(Role.PAYMENTS)
def pay_out_columns() -> ResponseReturnValue:
    """What each column of such a file means."""
    return columns_file("pay-backs-columns.csv", FILE_COLUMNS.items())


@blueprint.route("/pay-backs/<public_id>", methods=["GET", "POST"])
@open_to(Role.PAYMENTS)
def pay_out(public_id: str) -> ResponseReturnValue:
    """One of them: what the bank said of it."""
    found, form = card_money.part_to_bank(public_id), PaidOutForm()
    if form.validate_on_submit():
        with attempt(form, "reason"):
            if form.fate.data == PAID:
                in_transaction(lambda: paying_out.say_paid(actor=actor(), part=found))
                flash("Noted: it was paid.")
            else:
                reason = form.reason.data or ""
                in_transaction(lambda: paying_out.say_sent_back(actor=actor(), part=found, reason=reason))
                flash("Noted. The money is in the person’s own money again, and they are told.")
            return redirect(url_for(".pay_outs"))
        found = card_money.part_to_bank(public_id)
    answer = render_template(
        "payments/pay_out.html", form=form, part=found, words=PART_WORDS, PartStatus=PartStatus, me=actor()
    )
    note_look(LOOKED, [found.pay_back.person], standing=NOTHING_ELSE)
    return answer
