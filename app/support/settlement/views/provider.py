"""A provider's finance staff: what was earned, withheld, paid and is owed; an invoice, its lines, and what is not right."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import in_transaction
from app.people.accounts.access import actor
from app.people.accounts.rules import Role, StaffDuty
from app.platform.web.attempts import attempt
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of
from app.support.settlement.actions import answering
from app.support.settlement.forms import QueryForm
from app.support.settlement.queries import reading
from app.support.settlement.rules.invoices import OPEN_TO_QUERY, STATUS_WORDS
from app.support.settlement.rules.paying import PAYMENT_WORDS
from app.support.settlement.views.blueprints import blueprint


@blueprint.get("/desk/invoices")
@open_to(Role.PROVIDER_STAFF)
def desk_invoices() -> ResponseReturnValue:
    """Every invoice of the providers whose finances the reader sees, and what their four weeks came to."""
    mine = actor().provider_ids_to(StaffDuty.FINANCE)
    page = page_of(reading.invoices_to(mine), number=page_number())
    return render_template(
        "settlement/desk_invoices.html",
        page=page,
        paid=reading.paid_among([one.id for one in page.items]),
        total=reading.total_of(mine),
        withheld=sum(reading.still_withheld(provider_ids=mine).values()),
        providers=sorted(reading.providers_by_number(mine).values(), key=lambda one: one.name),
        may_see=bool(mine),
        several=len(mine) > 1,
        words=STATUS_WORDS,
    )


@blueprint.get("/desk/invoices/<public_id>")
@open_to(Role.PROVIDER_STAFF)
def desk_invoice(public_id: str) -> ResponseReturnValue:
    """One invoice with its lines."""
    found = reading.invoice_seen_by_provider(actor(), public_id)
    return render_template(
        "settlement/desk_invoice.html",
        invoice=found,
        page=page_of(reading.invoice_lines(found.id), number=page_number()),
        queries=reading.queries_of(found.id),
        remittance=reading.remittance_with(found.id),
        may_query=found.progress.status in OPEN_TO_QUERY or not found.due_pence,
        words=STATUS_WORDS,
    )


@blueprint.post("/desk/invoices/<public_id>/agree")
@open_to(Role.PROVIDER_STAFF)
def agree_invoice(public_id: str) -> ResponseReturnValue:
    """Say that an invoice is right."""
    found = reading.invoice_seen_by_provider(actor(), public_id)
    in_transaction(lambda: answering.agree_invoice(actor=actor(), invoice=found))
    flash("You said that this invoice is right.")
    return redirect(url_for(".desk_invoice", public_id=public_id))


@blueprint.route("/desk/invoices/<public_id>/lines/<line_id>/query", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def query_line(public_id: str, line_id: str) -> ResponseReturnValue:
    """Say that a line is not right."""
    found = reading.invoice_seen_by_provider(actor(), public_id)
    line, form = reading.line_of(found.id, line_id), QueryForm()
    if form.validate_on_submit():
        with attempt(form, "reason"):
            in_transaction(lambda: answering.query_line(actor=actor(), line=line, reason=form.reason.data or ""))
            flash("The council’s finance officers are asked. You will hear from us when they answer.")
            return redirect(url_for(".desk_invoice", public_id=public_id))
        found = reading.invoice_seen_by_provider(actor(), public_id)
        line = reading.line_of(found.id, line_id)
    return render_template("settlement/query_line.html", invoice=found, line=line, form=form)


@blueprint.get("/desk/remittances/<public_id>")
@open_to(Role.PROVIDER_STAFF)
def desk_remittance(public_id: str) -> ResponseReturnValue:
    """What will reach or has reached the provider's bank, invoice by invoice; made to be printed."""
    found = reading.remittance_seen_by_provider(actor(), public_id)
    return render_template(
        "settlement/remittance.html",
        remittance=found,
        invoices=reading.invoices_on(found.id),
        back=(url_for(".desk_invoices"), "Invoices"),
        invoice_page="settlement.desk_invoice",
        words=PAYMENT_WORDS,
    )
