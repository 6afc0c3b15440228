"""A council's finance officer pays: remittances, what became of them, the file for the council's own finance system."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import in_transaction
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.councils.access import council_of_staff
from app.platform.web.attempts import attempt
from app.platform.web.downloads import columns_file, csv_file
from app.platform.web.filters import plural
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of
from app.support.settlement.actions import paying
from app.support.settlement.forms import PAID, LedgerCodesForm, PaidForm
from app.support.settlement.queries import files, reading
from app.support.settlement.rules.paying import FILE_COLUMNS, PAYMENT_WORDS, LedgerCodeOf
from app.support.settlement.views.blueprints import blueprint


@blueprint.get("/council/<code>/remittances")
@open_to(Role.FINANCE)
def remittances(code: str) -> ResponseReturnValue:
    """What was and is to be paid: every remittance, and what approved invoices would come to."""
    council = council_of_staff(code, Role.FINANCE)
    sums = reading.approved_sums(council.id)
    return render_template(
        "settlement/remittances.html",
        council=council,
        page=page_of(reading.remittances_of(council.id), number=page_number()),
        to_pay=[pence for pence, _ in sums.values() if pence > 0],
        owing=[pence for pence, _ in sums.values() if pence <= 0],
        words=PAYMENT_WORDS,
    )


@blueprint.post("/council/<code>/remittances/make")
@open_to(Role.FINANCE)
def make_remittances(code: str) -> ResponseReturnValue:
    """Make the remittances of every approved invoice, and tell the providers."""
    council = council_of_staff(code, Role.FINANCE)
    made = in_transaction(lambda: len(paying.make_remittances(actor=actor(), council_id=council.id)))
    flash(f"{plural(made, 'remittance', 'remittances')} made." if made else "There was nothing to pay.")
    return redirect(url_for(".remittances", code=code))


@blueprint.get("/council/<code>/remittances/<public_id>")
@open_to(Role.FINANCE)
def remittance(code: str, public_id: str) -> ResponseReturnValue:
    """One remittance, as the provider sees it, with what became of it."""
    council = council_of_staff(code, Role.FINANCE)
    found = reading.remittance_of_council(council.id, public_id)
    return render_template(
        "settlement/remittance.html",
        remittance=found,
        invoices=reading.invoices_on(found.id),
        back=(url_for(".remittances", code=code), "Remittances"),
        invoice_page="settlement.invoice",
        council=council,
        words=PAYMENT_WORDS,
    )


@blueprint.route("/council/<code>/remittances/<public_id>/paid", methods=["GET", "POST"])
@open_to(Role.FINANCE)
def paid(code: str, public_id: str) -> ResponseReturnValue:
    """Say that a remittance was paid, or that the bank sent it back."""
    council, form = council_of_staff(code, Role.FINANCE), PaidForm()
    found = reading.remittance_of_council(council.id, public_id)
    if form.validate_on_submit():
        is_paid = form.fate.data == PAID
        if is_paid and form.paid_on.data is None:
            form.refuse("Enter the day it was paid", "paid_on")
        else:
            with attempt(form, "paid_on" if is_paid else "reason"):
                if is_paid:
                    in_transaction(lambda: paying.mark_paid(actor=actor(), remittance=found, paid_on=form.paid_on.data))
                else:
                    in_transaction(
                        lambda: paying.mark_refused(actor=actor(), remittance=found, reason=form.reason.data or "")
                    )
                flash("Kept.")
                return redirect(url_for(".remittance", code=code, public_id=public_id))
            council = council_of_staff(code, Role.FINANCE)
            found = reading.remittance_of_council(council.id, public_id)
    return render_template("settlement/paid.html", council=council, remittance=found, form=form)


@blueprint.post("/council/<code>/remittances/<public_id>/sent")
@open_to(Role.FINANCE)
def sent(code: str, public_id: str) -> ResponseReturnValue:
    """Say that a remittance is on its way to the bank."""
    council = council_of_staff(code, Role.FINANCE)
    found = reading.remittance_of_council(council.id, public_id)
    in_transaction(lambda: paying.send_payment(actor=actor(), remittance=found))
    flash("Kept.")
    return redirect(url_for(".remittance", code=code, public_id=public_id))


@blueprint.get("/council/<code>/remittances.csv")
@open_to(Role.FINANCE)
def remittances_file(code: str) -> ResponseReturnValue:
    """Every remittance, a row for each invoice, for the council's own finance system."""
    council = council_of_staff(code, Role.FINANCE)
    name = f"remittances-{council.code}-{clock.today().isoformat()}.csv"
    return csv_file(name, list(FILE_COLUMNS), files.file_rows(council.id))


@blueprint.get("/council/<code>/remittances-columns.csv")
@open_to(Role.FINANCE)
def remittances_columns(code: str) -> ResponseReturnValue:
    """What each column of that file means."""
    council_of_staff(code, Role.FINANCE)
    return columns_file("remittances-columns.csv", FILE_COLUMNS.items())


@blueprint.route("/council/<code>/ledger-codes", methods=["GET", "POST"])
@open_to(Role.FINANCE)
def ledger_codes(code: str) -> ResponseReturnValue:
    """The codes of the council's own finance system, which stand in the file."""
    council = council_of_staff(code, Role.FINANCE)
    form = LedgerCodesForm(data={of.value: kept for of, kept in files.ledger_codes(council.id).items()})
    if form.validate_on_submit():
        with attempt(form):
            codes = {of: form[of.value].data or "" for of in LedgerCodeOf}
            in_transaction(lambda: paying.set_ledger_codes(actor=actor(), council_id=council.id, codes=codes))
            flash("The codes are kept.")
            return redirect(url_for(".remittances", code=code))
        council = council_of_staff(code, Role.FINANCE)
    return render_template("settlement/ledger_codes.html", council=council, form=form)
