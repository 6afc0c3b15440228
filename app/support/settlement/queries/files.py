"""The rows of the file of remittances, for a council's own finance system."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.base import clock
from app.base.db import db
from app.base.money import pounds_of
from app.support.settlement.models import Invoice, LedgerCode, Payment, Remittance, RemittanceInvoice
from app.support.settlement.rules.paying import LedgerCodeOf, PaymentStatus


def ledger_codes(council_id: int) -> dict[LedgerCodeOf, str]:
    """The codes of a council's own finance system; nothing where none was said."""
    rows = db.session.scalars(select(LedgerCode).where(LedgerCode.council_id == council_id))
    return dict.fromkeys(LedgerCodeOf, "") | {one.of: one.code for one in rows}


def file_rows(council_id: int) -> Iterator[list[Any]]:
    """One row for each invoice on a remittance of a council, the newest remittance first."""
    codes = ledger_codes(council_id)
    of_invoice = (
        select(RemittanceInvoice)
        .join(RemittanceInvoice.remittance)
        .join(RemittanceInvoice.invoice)
        .where(Remittance.council_id == council_id)
        .options(
            joinedload(RemittanceInvoice.invoice).joinedload(Invoice.period),
            joinedload(RemittanceInvoice.invoice).joinedload(Invoice.council),
            joinedload(RemittanceInvoice.remittance).joinedload(Remittance.provider),
            joinedload(RemittanceInvoice.remittance).joinedload(Remittance.payments),
            joinedload(RemittanceInvoice.remittance).joinedload(Remittance.council),
        )
        .order_by(Remittance.number.desc(), Invoice.number)
    )
    for row in db.session.scalars(of_invoice).unique():
        invoice, remittance = row.invoice, row.remittance
        payment: Payment | None = remittance.payments[-1] if remittance.payments else None
        yield [
            remittance.name,
            clock.london(remittance.made_at).date(),
            payment.status.value if payment else "not_sent",
            payment.paid_on if payment and payment.status == PaymentStatus.PAID else None,
            remittance.provider.name,
            remittance.provider.public_id,
            invoice.name,
            invoice.period.starts_on,
            invoice.period.ends_on,
            *(
                pounds_of(pence)
                for pence in (
                    invoice.charged_pence,
                    invoice.credited_pence,
                    invoice.vat_pence,
                    invoice.discount_pence,
                    invoice.due_pence,
                )
            ),
            codes[LedgerCodeOf.SUPPORT],
            codes[LedgerCodeOf.VAT],
            codes[LedgerCodeOf.DISCOUNT],
        ]
