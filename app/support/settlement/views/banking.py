"""Bank details and their second look; the file for the bank, and the bank's answer."""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.bank_accounts import PURPOSE, BankAccount, bank_account, opened_account, opened_words
from app.base.db import in_transaction
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.councils.access import council_of_staff
from app.platform.web.attempts import attempt
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of
from app.platform.web.seals import seal_for
from app.support.settlement.actions import banking
from app.support.settlement.forms import BankAnswerForm, BankCheckForm, BankDetailsForm
from app.support.settlement.queries import banking as reading
from app.support.settlement.rules.bank_files import answer_of
from app.support.settlement.rules.paying import PAYMENT_WORDS
from app.support.settlement.views.blueprints import blueprint


def _typed(form: BankDetailsForm) -> BankAccount:
    return bank_account(form.name.data or "", form.sort_code.data or "", form.number.data or "")


@blueprint.route("/desk/<provider_id>/bank-details", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def bank_details(provider_id: str) -> ResponseReturnValue:
    """The account a provider is paid into, masked, and giving another."""
    provider, form = reading.provider_with_finances(actor(), provider_id), BankDetailsForm()
    if form.validate_on_submit():
        with attempt(form, "number"):
            account = _typed(form)
            in_transaction(
                lambda: banking.give_bank_details(
                    actor=actor(), provider_id=provider.id, account=account, seal=seal_for(PURPOSE)
                )
            )
            flash("Kept. Each council checks it with you by telephone before it pays into it.")
            return redirect(url_for(".bank_details", provider_id=provider_id))
        provider = reading.provider_with_finances(actor(), provider_id)
    return render_template(
        "settlement/bank_details.html", provider=provider, given=reading.details_of_provider(provider.id), form=form
    )


@blueprint.route("/council/<code>/bank-files", methods=["GET"])
@open_to(Role.FINANCE)
def bank_files(code: str) -> ResponseReturnValue:
    """The files made for the bank, accounts to check, and what could be asked for now."""
    council = council_of_staff(code, Role.FINANCE)
    checked, waiting = reading.checked_details(council.id), reading.remittances_to_send(council.id)
    own = reading.details_of_council(council.id)
    return render_template(
        "settlement/bank_files.html",
        council=council,
        page=page_of(reading.bank_files_of(council.id), number=page_number()),
        to_check=page_of(reading.details_to_check(council.id), number=1),
        own=own[0] if own else None,
        pays=checked.get(None),
        ready=[one for one in waiting if one.provider_id in checked],
        unready=sorted({one.provider.name for one in waiting if one.provider_id not in checked}),
        words=PAYMENT_WORDS,
        me=actor(),
    )


@blueprint.route("/council/<code>/bank-account", methods=["GET", "POST"])
@open_to(Role.FINANCE)
def council_account(code: str) -> ResponseReturnValue:
    """Say from which account the council pays."""
    council, form = council_of_staff(code, Role.FINANCE), BankDetailsForm()
    if form.validate_on_submit():
        with attempt(form, "number"):
            account = _typed(form)
            in_transaction(
                lambda: banking.give_council_account(
                    actor=actor(), council_id=council.id, account=account, seal=seal_for(PURPOSE)
                )
            )
            flash("Kept. A colleague checks it before anything is paid from it.")
            return redirect(url_for(".bank_files", code=code))
        council = council_of_staff(code, Role.FINANCE)
    return render_template("settlement/council_account.html", council=council, form=form)


@blueprint.route("/council/<code>/bank-details/<public_id>", methods=["GET", "POST"])
@open_to(Role.FINANCE)
def check_bank_details(code: str, public_id: str) -> ResponseReturnValue:
    """Check an account: its owner reads its number out, and what is typed must be the same."""
    council, form = council_of_staff(code, Role.FINANCE), BankCheckForm()
    details = reading.details_named(council.id, public_id)
    if form.validate_on_submit():
        with attempt(form, "number"):
            in_transaction(
                lambda: banking.check_bank_details(
                    actor=actor(),
                    council_id=council.id,
                    details=details,
                    number=form.number.data or "",
                    seal=seal_for(PURPOSE),
                )
            )
            flash("Checked. It can be used from now on.")
            return redirect(url_for(".bank_files", code=code))
        council = council_of_staff(code, Role.FINANCE)
        details = reading.details_named(council.id, public_id)
    return render_template(
        "settlement/check_bank_details.html",
        council=council,
        details=details,
        name=opened_account(details.sealed, seal_for(PURPOSE)).name,
        is_mine=details.given_by_id == actor().id,
        form=form,
    )


@blueprint.post("/council/<code>/bank-files/make")
@open_to(Role.FINANCE)
def make_bank_file(code: str) -> ResponseReturnValue:
    """Make the file that asks the bank to pay what is ready."""
    council = council_of_staff(code, Role.FINANCE)
    in_transaction(
        lambda: banking.make_bank_file(actor=actor(), council_id=council.id, seal=seal_for(PURPOSE)) and None
    )
    flash("The file is made. Fetch it and give it to your bank.")
    return redirect(url_for(".bank_files", code=code))


@blueprint.get("/council/<code>/bank-files/<public_id>.xml")
@open_to(Role.FINANCE)
def bank_file(code: str, public_id: str) -> ResponseReturnValue:
    """The file for the bank: ISO 20022 pain.001."""
    council = council_of_staff(code, Role.FINANCE)
    found = reading.bank_file_of(council.id, public_id)
    return Response(
        opened_words(found.sealed, seal_for(PURPOSE)),
        mimetype="application/xml",
        headers={"Content-Disposition": f'attachment; filename="{found.name}.xml"'},
    )


@blueprint.route("/council/<code>/bank-answer", methods=["GET", "POST"])
@open_to(Role.FINANCE)
def bank_answer(code: str) -> ResponseReturnValue:
    """Take in the bank's answer: what became of each payment."""
    council, form = council_of_staff(code, Role.FINANCE), BankAnswerForm()
    fates: list[banking.PaymentFate] = []
    if form.validate_on_submit():
        with attempt(form, "answer"):
            answers = answer_of(form.answer.content)
            fates = in_transaction(
                lambda: banking.take_bank_answer(actor=actor(), council_id=council.id, answers=answers)
            )
        council = council_of_staff(code, Role.FINANCE)
    return render_template("settlement/bank_answer.html", council=council, form=form, fates=fates)
