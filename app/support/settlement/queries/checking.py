"""Whether what was invoiced, withheld and paid out is what the ledger has: added up again, in words where it differs."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, String, and_, cast, func, literal, or_, select

from app.base.db import db
from app.platform.ledger.models import Journal, LedgerAccount, Transfer
from app.support.settlement.models import (
    Invoice,
    InvoiceLine,
    Payment,
    Remittance,
    RemittanceInvoice,
    SettlementPeriod,
)
from app.support.settlement.queries.entries import council_entries, councils_to_settle, end_of, last_period
from app.support.settlement.rules.invoices import LineFate
from app.support.settlement.rules.paying import PaymentStatus


def settlement_differences() -> list[str]:
    """Whatever of invoices and remittances does not agree with the ledger; nothing when all is well."""
    return [
        *(line for council_id in councils_to_settle() for line in _of_council(council_id)),
        *_lines(),
        *_invoices(),
        *_numbers(),
        *_remittances(),
    ]


def _total(rows: Select[Any]) -> int:
    return int(db.session.scalar(rows) or 0)


def _of_council(council_id: int) -> Iterator[str]:
    """Charged = invoiced + withheld + not yet due; and in closed weeks everything is invoiced or withheld."""
    charged, returned = (
        _total(half.with_only_columns(func.sum(Transfer.moved))) for half in council_entries(council_id)
    )
    of_council = select(func.sum(InvoiceLine.pence)).join(InvoiceLine.invoice).where(Invoice.council_id == council_id)
    invoiced = _total(of_council.where(InvoiceLine.fate == LineFate.INVOICED))
    withheld = _total(of_council.where(InvoiceLine.fate == LineFate.WITHHELD, ~_paid_after_all()))
    unsaid = [
        half.outerjoin(InvoiceLine, InvoiceLine.transfer_id == Transfer.id).where(InvoiceLine.id.is_(None))
        for half in council_entries(council_id)
    ]
    due, back = (_total(half.with_only_columns(func.sum(Transfer.moved))) for half in unsaid)
    if charged - returned != invoiced + withheld + due - back:
        yield (
            f"council {council_id}: {charged - returned}p charged to money it looks after, but {invoiced}p invoiced, "
            f"{withheld}p withheld and {due - back}p not yet due"
        )
    last = last_period(council_id)
    if last is None:
        return
    closed = db.session.scalar(
        select(func.max(SettlementPeriod.ends_on)).where(
            SettlementPeriod.council_id == council_id, SettlementPeriod.closed_at.is_not(None)
        )
    )
    if closed is not None:
        # An entry that was being written while its weeks were closed is in the next: it has the higher number.
        newest = (
            select(func.max(InvoiceLine.transfer_id))
            .join(InvoiceLine.invoice)
            .where(Invoice.council_id == council_id)
            .scalar_subquery()
        )
        for half in unsaid:
            late = half.where(Journal.at < end_of(closed), Transfer.id <= newest)
            for number in db.session.scalars(late.with_only_columns(Transfer.id).limit(5)):
                yield f"council {council_id}: transfer {number} is in closed weeks, and on no invoice"


def _paid_after_all() -> Any:
    paid = InvoiceLine.__table__.alias("paid")
    return (
        select(paid.c.id)
        .where(paid.c.transfer_id == InvoiceLine.transfer_id, paid.c.fate == LineFate.INVOICED)
        .correlate(InvoiceLine)
        .exists()
    )


def _lines() -> Iterator[str]:
    """A line is the transfer it names: its pence, its provider."""
    owner = literal("provider:") + cast(Invoice.provider_id, String)
    into = select(LedgerAccount.owner).where(LedgerAccount.id == Transfer.credit_id).scalar_subquery()
    out_of = select(LedgerAccount.owner).where(LedgerAccount.id == Transfer.debit_id).scalar_subquery()
    wrong = (
        select(InvoiceLine.id)
        .join(InvoiceLine.invoice)
        .join(Transfer, Transfer.id == InvoiceLine.transfer_id)
        .where(
            ~or_(
                and_(InvoiceLine.pence == Transfer.moved, into == owner),
                and_(InvoiceLine.pence == -Transfer.moved, out_of == owner),
            )
        )
        .limit(5)
    )
    yield from (f"invoice line {number}: is not what the ledger has" for number in db.session.scalars(wrong))


def _invoices() -> Iterator[str]:
    """An invoice is the sum of its lines."""

    def part(*where: Any) -> Any:
        rows = select(func.coalesce(func.sum(InvoiceLine.pence), 0)).where(InvoiceLine.invoice_id == Invoice.id, *where)
        return rows.correlate(Invoice).scalar_subquery()

    counted = InvoiceLine.fate == LineFate.INVOICED
    wrong = (
        select(Invoice.council_id, Invoice.number)
        .where(
            or_(
                Invoice.charged_pence != part(counted, InvoiceLine.pence > 0),
                Invoice.credited_pence != -part(counted, InvoiceLine.pence < 0),
                Invoice.withheld_pence != part(InvoiceLine.fate == LineFate.WITHHELD),
            )
        )
        .order_by(Invoice.id)
        .limit(5)
    )
    for council_id, number in db.session.execute(wrong):
        yield f"council {council_id}: invoice {number} is not the sum of its lines"


def _numbers() -> Iterator[str]:
    """Numbers have no gap."""
    for kind, words in ((Invoice, "invoices"), (Remittance, "remittances")):
        rows = select(kind.council_id, func.count(), func.max(kind.number)).group_by(kind.council_id)
        for council_id, count, highest in db.session.execute(rows):
            if count != highest:
                yield f"council {council_id}: {count} {words}, but the last is number {highest}"


def _remittances() -> Iterator[str]:
    """A remittance is its invoices less their discounts; what was paid is in the ledger, and nothing else was."""
    due, discount = (
        select(func.coalesce(func.sum(column), 0))
        .join(RemittanceInvoice, RemittanceInvoice.invoice_id == Invoice.id)
        .where(RemittanceInvoice.remittance_id == Remittance.id)
        .correlate(Remittance)
        .scalar_subquery()
        for column in (Invoice.charged_pence - Invoice.credited_pence - Invoice.discount_pence, Invoice.discount_pence)
    )
    rows = select(Remittance.council_id, Remittance.number)
    wrong = rows.where(or_(Remittance.pence != due, Remittance.discount_pence != discount)).order_by(Remittance.id)
    for council_id, number in db.session.execute(wrong.limit(5)):
        yield f"council {council_id}: remittance {number} is not its invoices less their discounts"
    out = (
        select(func.coalesce(func.sum(Transfer.moved), 0))
        .where(Transfer.journal_id == Payment.journal_id)
        .correlate(Payment)
        .scalar_subquery()
    )
    paid = rows.join(Payment, Payment.remittance_id == Remittance.id).where(
        Payment.status == PaymentStatus.PAID, out != Remittance.pence + Remittance.discount_pence
    )
    for council_id, number in db.session.execute(paid.order_by(Remittance.id).limit(5)):
        yield f"council {council_id}: what was paid for remittance {number} is not what the ledger has"
    about = func.coalesce(Journal.about, "")
    # What goes back to cards and bank accounts is paid out, too; card money has a check of its own.
    is_card_money = or_(about.like("pay_back:%"), about.like("claim:%"))
    stray = (
        select(Journal.id)
        .outerjoin(Payment, Payment.journal_id == Journal.id)
        .where(Journal.kind == "pay_out", Payment.id.is_(None), ~is_card_money)
        .limit(5)
    )
    yield from (f"journal {number}: paid out, but on no remittance" for number in db.session.scalars(stray))
