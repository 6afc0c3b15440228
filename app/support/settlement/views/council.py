"""A council's finance officer: what waits, what four weeks came to by provider, one invoice with its lines, a yes, an answer."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base.db import in_transaction
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles.access import note_look
from app.people.councils.access import council_of_staff
from app.platform.web.attempts import attempt
from app.platform.web.guards import open_to
from app.platform.web.paging import PAGE_SIZE, Page, page_number, page_of
from app.support.settlement.actions import answering
from app.support.settlement.forms import LineAnswerForm
from app.support.settlement.permissions import may_approve
from app.support.settlement.queries import reading
from app.support.settlement.rules.invoices import STATUS_WORDS, InvoiceStatus
from app.support.settlement.views.blueprints import blueprint

LOOKED = "invoice_lines_looked_at"


@blueprint.get("/council/<code>/settlement")
@open_to(Role.FINANCE)
def settlement(code: str) -> ResponseReturnValue:
    """What waits, and by provider: expected, earned, withheld, queried, approved, paid and owed; in all or for four weeks."""
    council, me = council_of_staff(code, Role.FINANCE), actor()
    period = reading.period_of(council.id, request.args.get("weeks", ""))
    sums = reading.provider_sums(council.id, period.id if period else None)
    expected = {} if period else reading.expected_from(council.id)
    withheld = {one: sums[one].withheld for one in sums} if period else reading.still_withheld(council.id)
    named = reading.providers_by_number(sums.keys() | expected.keys())
    ordered = sorted(named.values(), key=lambda one: (one.name, one.id))
    number = page_number()
    shown = ordered[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    return render_template(
        "settlement/settlement.html",
        council=council,
        period=period,
        periods=page_of(reading.settled_weeks_of(council.id), number=1),
        page=Page(shown, number, PAGE_SIZE, len(ordered)),
        sums=sums,
        expected=expected,
        withheld=withheld,
        to_approve=reading.rows_in(reading.to_approve_by(me, council.id)),
        queries=reading.rows_in(reading.queries_waiting(council.id)),
        approved=reading.approved_sums(council.id),
        unpaid=reading.rows_in(reading.not_known_paid(council.id)),
    )


@blueprint.get("/council/<code>/invoices")
@open_to(Role.FINANCE)
def invoices(code: str) -> ResponseReturnValue:
    """The invoices of a council: those that wait for the reader's yes, of one status, of one provider, or all."""
    council = council_of_staff(code, Role.FINANCE)
    asked, provider_id = request.args.get("status", ""), request.args.get("provider", "")
    weeks = request.args.get("weeks", "")
    if asked == "mine":
        rows = reading.to_approve_by(actor(), council.id)
    else:
        rows = reading.invoices_of(council.id, *([InvoiceStatus(asked)] if asked in {*InvoiceStatus} else []))
    rows = reading.narrowed(rows, provider_id, weeks)
    return render_template(
        "settlement/invoices.html",
        council=council,
        page=page_of(rows, number=page_number()),
        asked=asked,
        kept={"status": asked, "provider": provider_id, "weeks": weeks},
        words=STATUS_WORDS,
    )


@blueprint.get("/council/<code>/invoices/<public_id>")
@open_to(Role.FINANCE)
def invoice(code: str, public_id: str) -> ResponseReturnValue:
    """One invoice with its lines; whose visits they are is put on record as looked at."""
    council = council_of_staff(code, Role.FINANCE)
    found = reading.invoice_of_council(council.id, public_id)
    page = page_of(reading.invoice_lines(found.id), number=page_number())
    if note_look(LOOKED, [one.booking.person for one in page.items if one.booking is not None]):
        council = council_of_staff(code, Role.FINANCE)
        found = reading.invoice_of_council(council.id, public_id)
        page = page_of(reading.invoice_lines(found.id), number=page_number())
    is_second = found.progress.status == InvoiceStatus.APPROVED_ONCE
    waits = found.progress.status in {InvoiceStatus.MADE, InvoiceStatus.APPROVED_ONCE}
    return render_template(
        "settlement/invoice.html",
        council=council,
        invoice=found,
        page=page,
        queries=reading.queries_of(found.id),
        remittance=reading.remittance_with(found.id),
        may_approve=waits
        and may_approve(actor(), found)
        and not (is_second and found.progress.first_yes_by_id == actor().id),
        words=STATUS_WORDS,
    )


@blueprint.post("/council/<code>/invoices/<public_id>/approve")
@open_to(Role.FINANCE)
def approve(code: str, public_id: str) -> ResponseReturnValue:
    """Say yes to paying an invoice."""
    council = council_of_staff(code, Role.FINANCE)
    found = reading.invoice_of_council(council.id, public_id)
    status = in_transaction(lambda: answering.approve(actor=actor(), invoice=found))
    flash("Approved." if status == InvoiceStatus.APPROVED else "Your yes is kept. A colleague’s is needed as well.")
    return redirect(url_for(".invoice", code=code, public_id=public_id))


@blueprint.get("/council/<code>/line-queries")
@open_to(Role.FINANCE)
def line_queries(code: str) -> ResponseReturnValue:
    """What providers asked about lines, the oldest first."""
    council = council_of_staff(code, Role.FINANCE)
    return render_template(
        "settlement/line_queries.html",
        council=council,
        page=page_of(reading.queries_waiting(council.id), number=page_number()),
    )


@blueprint.route("/council/<code>/line-queries/<public_id>", methods=["GET", "POST"])
@open_to(Role.FINANCE)
def answer_query(code: str, public_id: str) -> ResponseReturnValue:
    """Answer what a provider asked about a line."""
    council, form = council_of_staff(code, Role.FINANCE), LineAnswerForm()
    query = reading.query_waiting(council.id, public_id)
    if form.validate_on_submit():
        with attempt(form, "answer"):
            in_transaction(lambda: answering.answer_query(actor=actor(), query=query, answer=form.answer.data or ""))
            flash("The provider reads your answer on the invoice.")
            return redirect(url_for(".line_queries", code=code))
        query = reading.query_waiting(council.id, public_id)
    line = reading.line_of(query.line.invoice_id, query.line.public_id)
    if line.booking is not None and note_look(LOOKED, [line.booking.person]):
        query = reading.query_waiting(council.id, public_id)
        line = reading.line_of(query.line.invoice_id, query.line.public_id)
    return render_template(
        "settlement/answer_query.html",
        council=council_of_staff(code, Role.FINANCE),
        query=query,
        line=line,
        invoice=query.line.invoice,
        form=form,
    )
