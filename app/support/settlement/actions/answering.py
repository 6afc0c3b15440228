"""What people say about an invoice: the provider that it is right or a line is not, the council's officers that it is paid."""

from typing import Any

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.staff.queries import staff_with_role
from app.platform.audit.actions import record
from app.platform.messages.actions import sending
from app.platform.messages.actions import settlement as notices
from app.support.settlement.actions.running import desk_invoice_path, tell_finance_staff
from app.support.settlement.models import Invoice, InvoiceLine, InvoiceProgress, LineQuery
from app.support.settlement.permissions import may_answer_for, may_approve, may_pay_providers
from app.support.settlement.queries.entries import two_approvals_over
from app.support.settlement.rules.invoices import (
    OPEN_TO_QUERY,
    STATUS_WORDS,
    InvoiceStatus,
    invoice_must_become,
    needs_two,
)

WORDS_LONGEST = 1000


def agree_invoice(*, actor: Person, invoice: Invoice) -> None:
    """Say for the provider that an invoice is right. Said again, it is the same.

    Raises:
        NotFound: when the actor does not see what the provider earned.
        Conflict: while a question about a line waits.
    """
    progress = _locked(invoice)
    if not may_answer_for(actor, invoice.provider_id):
        raise NotFound("There is no such invoice, or it is not yours to see.")
    if progress.status == InvoiceStatus.QUERIED:
        raise Conflict("You asked about a line of this invoice. Wait for the answer first.")
    if progress.agreed_at is None:
        progress.agreed_at, progress.agreed_by_id = clock.now(), actor.id
        _record("invoice_agreed", actor, invoice)


def query_line(*, actor: Person, line: InvoiceLine, reason: str) -> LineQuery:
    """Say for the provider that a line is not right. Nothing of the invoice is paid until somebody has answered.

    Raises:
        NotFound: when the actor does not see what the provider earned.
        BadInput: without a reason.
        Conflict: when the invoice is approved already, or the line is asked about.
    """
    invoice, words = line.invoice, _words(reason)
    progress = _locked(invoice)
    if not may_answer_for(actor, invoice.provider_id):
        raise NotFound("There is no such invoice, or it is not yours to see.")
    if progress.status not in OPEN_TO_QUERY and invoice.due_pence:
        raise Conflict(
            f"This invoice is now: {STATUS_WORDS[progress.status].lower()}. Write to the council: what is put right comes "
            "onto your next one."
        )
    waiting = select(LineQuery.id).where(LineQuery.line_id == line.id, LineQuery.answered_at.is_(None))
    if db.session.scalar(waiting) is not None:
        raise Conflict("You have asked about this line already. Wait for the answer.")
    query = LineQuery(line_id=line.id, reason=words, asked_at=clock.now(), asked_by_id=actor.id)
    db.session.add(query)
    if invoice.due_pence:
        invoice_must_become(progress.status, InvoiceStatus.QUERIED)
        progress.status, progress.first_yes_at, progress.first_yes_by_id = InvoiceStatus.QUERIED, None, None
    db.session.flush()
    _record("invoice_line_queried", actor, invoice, line=line.public_id)
    for officer in staff_with_role(invoice.council_id, Role.FINANCE):
        sending.send_notice(
            notices.LINE_QUERIED,
            officer,
            link=f"/council/{invoice.council.code}/line-queries/{query.public_id}",
            provider=invoice.provider.name,
            invoice=invoice.name,
        )
    return query


def answer_query(*, actor: Person, query: LineQuery, answer: str) -> None:
    """Answer for the council. The invoice stays as it is: what must be put right comes onto the next.

    Raises:
        NotAllowed: for anybody but a finance officer of the council who does not work for the provider.
        BadInput: without words.
        Conflict: when a colleague has answered.
    """
    invoice, words = query.line.invoice, _words(answer)
    progress = _locked(invoice)
    _must_approve(actor, invoice)
    db.session.refresh(query)
    if query.answered_at is not None:
        raise Conflict("A colleague has answered this.")
    query.answer, query.answered_at, query.answered_by_id = words, clock.now(), actor.id
    db.session.flush()
    others = (
        select(LineQuery.id)
        .join(LineQuery.line)
        .where(InvoiceLine.invoice_id == invoice.id, LineQuery.answered_at.is_(None))
    )
    if progress.status == InvoiceStatus.QUERIED and db.session.scalar(others) is None:
        progress.status = InvoiceStatus.MADE
    _record("invoice_query_answered", actor, invoice, line=query.line.public_id)
    tell_finance_staff(
        invoice.provider_id,
        notices.QUERY_ANSWERED,
        link=desk_invoice_path(invoice),
        council=invoice.council.name,
        invoice=invoice.name,
    )
    db.session.flush()


def approve(*, actor: Person, invoice: Invoice) -> InvoiceStatus:
    """Say yes for the council to paying an invoice. Over the council's limit a second officer says yes, too.

    Returns:
        Where it stands now.

    Raises:
        NotAllowed: for anybody but a finance officer of the council who does not work for the provider.
        Conflict: while a question about a line waits, when it is approved, or the first yes was this officer's.
    """
    progress = _locked(invoice)
    _must_approve(actor, invoice)
    if progress.status == InvoiceStatus.APPROVED_ONCE:
        if progress.first_yes_by_id == actor.id:
            raise Conflict("You have said yes to this. It needs the yes of a colleague as well.")
        progress.second_yes_at, progress.second_yes_by_id = clock.now(), actor.id
        progress.status = InvoiceStatus.APPROVED
    else:
        limit = two_approvals_over(invoice.council_id, clock.today())
        both = needs_two(invoice.due_pence, limit)
        then = InvoiceStatus.APPROVED_ONCE if both else InvoiceStatus.APPROVED
        invoice_must_become(progress.status, then)
        progress.first_yes_at, progress.first_yes_by_id, progress.status = clock.now(), actor.id, then
    _record("invoice_approved", actor, invoice, status=progress.status.value)
    db.session.flush()
    return progress.status


def must_settle(actor: Person, council_id: int) -> None:
    """Let pass a finance officer of a council.

    Raises:
        NotAllowed: for anybody else.
    """
    if not may_pay_providers(actor, council_id):
        raise NotAllowed("Only a finance officer of this council may do this.")


def _must_approve(actor: Person, invoice: Invoice) -> None:
    must_settle(actor, invoice.council_id)
    if not may_approve(actor, invoice):
        raise NotAllowed("You work for this provider. A colleague must do this.")


def _locked(invoice: Invoice) -> InvoiceProgress:
    """Where an invoice stands, once everybody before us has finished with it."""
    return db.session.scalars(
        select(InvoiceProgress)
        .where(InvoiceProgress.invoice_id == invoice.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _words(typed: str) -> str:
    words = typed.strip()
    if not words:
        raise BadInput("Enter what is not right, or your answer")
    if len(words) > WORDS_LONGEST:
        raise BadInput(f"Use {WORDS_LONGEST} characters or fewer")
    return words


def _record(action: str, actor: Person, invoice: Invoice, **details: Any) -> None:
    record(
        action=action,
        actor_id=actor.id,
        subject_kind="invoice",
        subject_id=invoice.id,
        council_id=invoice.council_id,
        **details,
    )
