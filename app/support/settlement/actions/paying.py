"""Paying providers: approved invoices become a remittance, and what became of it goes into the ledger.

A council pays by its own finance system, from the file of remittances, or with a bank's file. The ledger learns that
money went out when it is known to have reached the provider, not when somebody asked for it.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import select, update

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.budgets.actions.pots import council_account, provider_account_number
from app.people.accounts.models import Person
from app.platform.audit.actions import record
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.rules import AccountKind, JournalKind
from app.platform.messages.actions import settlement as notices
from app.platform.web.filters import plural
from app.support.settlement.actions.answering import must_settle
from app.support.settlement.actions.running import lock_council, tell_finance_staff
from app.support.settlement.models import Invoice, InvoiceProgress, LedgerCode, Payment, Remittance, RemittanceInvoice
from app.support.settlement.queries import entries
from app.support.settlement.rules.invoices import InvoiceStatus
from app.support.settlement.rules.paying import LEDGER_CODE_LONGEST, LedgerCodeOf, PaymentStatus

REASON_LONGEST = 200


def make_remittances(*, actor: Person, council_id: int) -> list[Remittance]:
    """Put every approved invoice of a council on a remittance to its provider, unless the provider owes as much back.

    What a provider owes back waits for the next invoice that is larger. Asked again, nothing is left to do.

    Raises:
        NotAllowed: for anybody but a finance officer of the council.
    """
    must_settle(actor, council_id)
    lock_council(council_id)
    approved = db.session.scalars(
        select(Invoice)
        .join(InvoiceProgress, InvoiceProgress.invoice_id == Invoice.id)
        .where(Invoice.council_id == council_id, InvoiceProgress.status == InvoiceStatus.APPROVED)
        .order_by(Invoice.provider_id, Invoice.number)
        .with_for_update(of=InvoiceProgress)
    ).all()
    by_provider: dict[int, list[Invoice]] = {}
    for invoice in approved:
        by_provider.setdefault(invoice.provider_id, []).append(invoice)
    return [
        _remit(actor, council_id, provider_id, invoices)
        for provider_id, invoices in by_provider.items()
        if sum(one.due_pence for one in invoices) > 0
    ]


def _remit(actor: Person, council_id: int, provider_id: int, invoices: list[Invoice]) -> Remittance:
    made = Remittance(
        council_id=council_id,
        provider_id=provider_id,
        number=entries.last_number(Remittance, council_id) + 1,
        pence=sum(one.due_pence for one in invoices),
        discount_pence=sum(one.discount_pence for one in invoices),
        made_at=clock.now(),
        made_by_id=actor.id,
    )
    db.session.add(made)
    db.session.flush()
    db.session.add_all(RemittanceInvoice(invoice_id=one.id, remittance_id=made.id) for one in invoices)
    db.session.execute(
        update(InvoiceProgress)
        .where(InvoiceProgress.invoice_id.in_([one.id for one in invoices]))
        .values(status=InvoiceStatus.REMITTED)
    )
    _record("remittance_made", actor, made, pence=made.pence)
    tell_finance_staff(
        provider_id,
        notices.REMITTANCE_MADE,
        link=_path(made),
        council=made.council.name,
        invoices=plural(len(invoices), "invoice", "invoices"),
        remittance=made.name,
    )
    db.session.flush()
    return made


def send_payment(*, actor: Person, remittance: Remittance) -> Payment:
    """Note that a remittance is on its way to the bank. One that stands is the answer.

    Raises:
        NotAllowed: for anybody but a finance officer of the council.
    """
    must_settle(actor, remittance.council_id)
    standing = _standing(remittance)
    if standing is not None:
        return standing
    made = Payment(
        remittance_id=remittance.id, status=PaymentStatus.SENT, tried_at=clock.now(), tried_by_id=actor.id, reason=""
    )
    db.session.add(made)
    db.session.flush()
    _record("payment_sent", actor, remittance)
    return made


def mark_paid(*, actor: Person, remittance: Remittance, paid_on: date) -> Payment:
    """Say that a remittance reached the provider: then the ledger has it. Said again, the first time counts.

    Raises:
        NotAllowed: for anybody but a finance officer of the council who does not work for the provider.
        BadInput: for a day that has not come, or before the remittance was made.
    """
    _must_pay(actor, remittance)
    if not clock.london(remittance.made_at).date() <= paid_on <= clock.today():
        raise BadInput("Enter the day it was paid: from the day the remittance was made to today")
    payment = send_payment(actor=actor, remittance=remittance)
    if payment.status == PaymentStatus.PAID:
        return payment
    provider = provider_account_number(remittance.provider_id)
    out = ledger.account_number(kind=AccountKind.COUNCIL, owner=f"paid:{remittance.council_id}", guarded=False)
    moves = [(provider, out, remittance.pence)]
    if remittance.discount_pence:
        moves.append((provider, council_account(remittance.council_id).id, remittance.discount_pence))
    event = ledger.post(
        key=f"remittance:{remittance.public_id}",
        kind=JournalKind.PAY_OUT,
        moves=moves,
        about=f"remittance:{remittance.public_id}",
        actor_id=actor.id,
    )
    payment.status, payment.journal_id, payment.paid_on = PaymentStatus.PAID, event.id, paid_on
    payment.answered_at, payment.answered_by_id = clock.now(), actor.id
    db.session.flush()
    _record("remittance_paid", actor, remittance, pence=remittance.pence)
    return payment


def mark_refused(*, actor: Person, remittance: Remittance, reason: str) -> Payment:
    """Say that the bank sent a payment back, and why: it can be tried again.

    Raises:
        NotAllowed: for anybody but a finance officer of the council who does not work for the provider.
        BadInput: without a reason.
        Conflict: when nothing is on its way.
    """
    _must_pay(actor, remittance)
    words = reason.strip()[:REASON_LONGEST]
    if not words:
        raise BadInput("Enter why the bank sent it back")
    payment = _standing(remittance)
    if payment is None or payment.status != PaymentStatus.SENT:
        raise Conflict("Nothing of this remittance is on its way. Look at it again.")
    payment.status, payment.reason = PaymentStatus.REFUSED, words
    payment.answered_at, payment.answered_by_id = clock.now(), actor.id
    db.session.flush()
    _record("remittance_sent_back", actor, remittance)
    tell_finance_staff(
        remittance.provider_id,
        notices.BANK_SENT_BACK,
        link=_path(remittance),
        council=remittance.council.name,
        remittance=remittance.name,
        reason=words,
    )
    return payment


def _must_pay(actor: Person, remittance: Remittance) -> None:
    """Whoever works for a provider could have it paid twice by saying that the bank sent a payment back."""
    must_settle(actor, remittance.council_id)
    if remittance.provider_id in actor.provider_ids:
        raise NotAllowed("You work for this provider. A colleague must do this.")


def _standing(remittance: Remittance) -> Payment | None:
    """The payment of a remittance that stands, once everybody before us has finished with it."""
    lock_council(remittance.council_id)
    return db.session.scalar(
        select(Payment)
        .where(Payment.remittance_id == remittance.id, Payment.status != PaymentStatus.REFUSED)
        .execution_options(populate_existing=True)
    )


def _path(remittance: Remittance) -> str:
    """Where the provider reads it."""
    return f"/desk/remittances/{remittance.public_id}"


def _record(action: str, actor: Person, remittance: Remittance, **details: Any) -> None:
    record(
        action=action,
        actor_id=actor.id,
        subject_kind="remittance",
        subject_id=remittance.id,
        council_id=remittance.council_id,
        **details,
    )


def set_ledger_codes(*, actor: Person, council_id: int, codes: Mapping[LedgerCodeOf, str]) -> None:
    """Say under which codes a council's own finance system keeps this; an empty one is forgotten.

    Raises:
        NotAllowed: for anybody but a finance officer of the council.
    """
    must_settle(actor, council_id)
    lock_council(council_id)
    for of, code in codes.items():
        kept, words = db.session.get(LedgerCode, (council_id, of)), code.strip()[:LEDGER_CODE_LONGEST]
        if kept is not None and not words:
            db.session.delete(kept)
        elif words:
            db.session.merge(LedgerCode(council_id=council_id, of=of, code=words))
    db.session.flush()
    record(
        action="ledger_codes_set",
        actor_id=actor.id,
        subject_kind="council",
        subject_id=council_id,
        council_id=council_id,
    )
