"""Reading invoices, their lines, queries and remittances: for a provider's finance staff and for a council's officers."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, case, func, literal, select
from sqlalchemy.orm import joinedload

from app.base.db import db
from app.base.refusals import NotFound
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.accounts.rules import StaffDuty
from app.support.booking_records.models.bookings import Booking
from app.support.settlement.models import (
    Invoice,
    InvoiceLine,
    InvoiceProgress,
    LineQuery,
    Payment,
    Remittance,
    RemittanceInvoice,
    SettlementPeriod,
)
from app.support.settlement.queries.entries import expected_holds
from app.support.settlement.rules.invoices import InvoiceStatus, LineFate
from app.support.settlement.rules.paying import PaymentStatus

NO_INVOICE = "There is no such invoice, or it is not yours to see."
_WHOLE = (
    joinedload(Invoice.council),
    joinedload(Invoice.provider),
    joinedload(Invoice.period),
    joinedload(Invoice.progress),
)


def invoices_to(provider_ids: Collection[int]) -> Select[Invoice]:
    """The invoices of these providers, the newest first; for paging."""
    return (
        select(Invoice)
        .where(Invoice.provider_id.in_(sorted(provider_ids)))
        .options(*_WHOLE)
        .order_by(Invoice.id.desc())
    )


def invoices_of(council_id: int, *statuses: InvoiceStatus) -> Select[Invoice]:
    """The invoices of a council, the newest first, with one of these statuses where some are said; for paging."""
    rows = select(Invoice).join(Invoice.progress).where(Invoice.council_id == council_id).options(*_WHOLE)
    if statuses:
        rows = rows.where(InvoiceProgress.status.in_(statuses))
    return rows.order_by(Invoice.number.desc())


def to_approve_by(actor: Person, council_id: int) -> Select[Invoice]:
    """The invoices of a council that wait for this officer's yes: not one that is theirs already."""
    rows = invoices_of(council_id, InvoiceStatus.MADE, InvoiceStatus.APPROVED_ONCE)
    is_mine = and_(InvoiceProgress.status == InvoiceStatus.APPROVED_ONCE, InvoiceProgress.first_yes_by_id == actor.id)
    return rows.where(~is_mine, Invoice.provider_id.not_in(sorted(actor.provider_ids)))


def invoice_seen_by_provider(actor: Person, public_id: str) -> Invoice:
    """One invoice, for whoever sees for the provider what was earned.

    Raises:
        NotFound: for anybody else, and when there is none.
    """
    found = _invoice(public_id)
    if found is None or found.provider_id not in actor.provider_ids_to(StaffDuty.FINANCE):
        raise NotFound(NO_INVOICE)
    return found


def invoice_of_council(council_id: int, public_id: str) -> Invoice:
    """One invoice of a council.

    Raises:
        NotFound: when there is none.
    """
    found = _invoice(public_id)
    if found is None or found.council_id != council_id:
        raise NotFound(NO_INVOICE)
    return found


def _invoice(public_id: str) -> Invoice | None:
    return db.session.scalar(select(Invoice).where(Invoice.public_id == public_id).options(*_WHOLE))


def invoice_lines(invoice_id: int) -> Select[InvoiceLine]:
    """The lines of an invoice: those withheld first, then as the ledger has them; for paging."""
    return (
        select(InvoiceLine)
        .where(InvoiceLine.invoice_id == invoice_id)
        .options(joinedload(InvoiceLine.booking).joinedload(Booking.person), joinedload(InvoiceLine.visit))
        .order_by(InvoiceLine.fate.desc(), InvoiceLine.transfer_id)
    )


def line_of(invoice_id: int, public_id: str) -> InvoiceLine:
    """One line of an invoice.

    Raises:
        NotFound: when there is none.
    """
    found = db.session.scalar(invoice_lines(invoice_id).where(InvoiceLine.public_id == public_id))
    if found is None:
        raise NotFound("There is no such line on this invoice.")
    return found


def queries_of(invoice_id: int) -> Sequence[LineQuery]:
    """What the provider asked about lines of an invoice, the newest first."""
    return db.session.scalars(
        select(LineQuery)
        .join(LineQuery.line)
        .where(InvoiceLine.invoice_id == invoice_id)
        .options(joinedload(LineQuery.line), joinedload(LineQuery.asked_by), joinedload(LineQuery.answered_by))
        .order_by(LineQuery.id.desc())
    ).all()


def queries_waiting(council_id: int) -> Select[LineQuery]:
    """What providers asked a council and nobody answered, the oldest first; for paging."""
    return (
        select(LineQuery)
        .join(LineQuery.line)
        .join(InvoiceLine.invoice)
        .where(Invoice.council_id == council_id, LineQuery.answered_at.is_(None))
        .options(
            joinedload(LineQuery.line).joinedload(InvoiceLine.invoice).joinedload(Invoice.provider),
            joinedload(LineQuery.line).joinedload(InvoiceLine.invoice).joinedload(Invoice.council),
        )
        .order_by(LineQuery.id)
    )


def query_waiting(council_id: int, public_id: str) -> LineQuery:
    """One of them.

    Raises:
        NotFound: when there is none, or it was answered.
    """
    found = db.session.scalar(queries_waiting(council_id).where(LineQuery.public_id == public_id))
    if found is None:
        raise NotFound("There is no such question, or a colleague has answered it.")
    return found


_REMITTED = (joinedload(Remittance.council), joinedload(Remittance.provider), joinedload(Remittance.payments))


def remittances_of(council_id: int) -> Select[Remittance]:
    """The remittances of a council, the newest first; for paging."""
    return (
        select(Remittance)
        .where(Remittance.council_id == council_id)
        .options(*_REMITTED)
        .order_by(Remittance.number.desc())
    )


def remittances_to(provider_ids: Collection[int]) -> Select[Remittance]:
    """The remittances to these providers, the newest first; for paging."""
    return (
        select(Remittance)
        .where(Remittance.provider_id.in_(sorted(provider_ids)))
        .options(*_REMITTED)
        .order_by(Remittance.id.desc())
    )


def not_known_paid(council_id: int) -> Select[Remittance]:
    """The remittances of a council of which nobody has said that they were paid."""
    paid = (
        select(Payment.id).where(Payment.remittance_id == Remittance.id, Payment.status == PaymentStatus.PAID).exists()
    )
    return remittances_of(council_id).where(~paid)


def remittance_of_council(council_id: int, public_id: str) -> Remittance:
    """One remittance of a council.

    Raises:
        NotFound: when there is none.
    """
    found = db.session.scalars(remittances_of(council_id).where(Remittance.public_id == public_id)).unique().first()
    if found is None:
        raise NotFound("There is no such remittance.")
    return found


def remittance_seen_by_provider(actor: Person, public_id: str) -> Remittance:
    """One remittance, for whoever sees for the provider what was earned.

    Raises:
        NotFound: for anybody else, and when there is none.
    """
    mine = remittances_to(actor.provider_ids_to(StaffDuty.FINANCE))
    found = db.session.scalars(mine.where(Remittance.public_id == public_id)).unique().first()
    if found is None:
        raise NotFound("There is no such remittance, or it is not yours to see.")
    return found


def invoices_on(remittance_id: int) -> Sequence[Invoice]:
    """The invoices paid with a remittance."""
    return db.session.scalars(
        select(Invoice)
        .join(RemittanceInvoice, RemittanceInvoice.invoice_id == Invoice.id)
        .where(RemittanceInvoice.remittance_id == remittance_id)
        .options(*_WHOLE)
        .order_by(Invoice.number)
    ).all()


def remittance_with(invoice_id: int) -> Remittance | None:
    """The remittance that an invoice is paid with, when there is one."""
    return db.session.scalar(
        select(Remittance)
        .join(RemittanceInvoice, RemittanceInvoice.remittance_id == Remittance.id)
        .where(RemittanceInvoice.invoice_id == invoice_id)
        .options(joinedload(Remittance.council))
    )


def approved_sums(council_id: int) -> dict[int, tuple[int, int]]:
    """What approved invoices on no remittance come to, and how many there are, by provider."""
    rows = db.session.execute(
        select(Invoice.provider_id, func.sum(Invoice.due_pence), func.count())
        .join(Invoice.progress)
        .where(Invoice.council_id == council_id, InvoiceProgress.status == InvoiceStatus.APPROVED)
        .group_by(Invoice.provider_id)
    )
    return {provider_id: (int(pence), number) for provider_id, pence, number in rows}


class InvoiceSums(NamedTuple):
    """What four weeks came to for one provider at one council, in pence."""

    earned: int
    """Charged less given back."""
    withheld: int
    discount: int
    due: int
    approved: int
    queried: int
    paid: int

    @property
    def owed(self) -> int:
        """Due and not known to be paid."""
        return self.due - self.paid


def _sums(by: tuple[Any, ...], *where: Any) -> dict[Any, InvoiceSums]:
    is_paid = (
        select(Payment.id)
        .join(RemittanceInvoice, RemittanceInvoice.remittance_id == Payment.remittance_id)
        .where(RemittanceInvoice.invoice_id == Invoice.id, Payment.status == PaymentStatus.PAID)
        .exists()
    )
    yes = InvoiceProgress.status.in_((InvoiceStatus.APPROVED, InvoiceStatus.REMITTED))

    def total(column: Any, when: Any = None) -> Any:
        return func.coalesce(func.sum(column if when is None else case((when, column), else_=0)), 0)

    rows = (
        select(
            *by,
            total(Invoice.charged_pence - Invoice.credited_pence),
            total(Invoice.withheld_pence),
            total(Invoice.discount_pence),
            total(Invoice.due_pence),
            total(Invoice.due_pence, yes),
            total(Invoice.due_pence, InvoiceProgress.status == InvoiceStatus.QUERIED),
            total(Invoice.due_pence, is_paid),
        )
        .join(Invoice.progress)
        .where(*where)
        .group_by(*by)
    )
    many = len(by)
    return {
        (row[0] if many == 1 else tuple(row[:many])): InvoiceSums(*(int(one) for one in row[many:]))
        for row in db.session.execute(rows)
    }


def settled_weeks_of(council_id: int) -> Select[SettlementPeriod]:
    """The four weeks of a council, the newest first; for paging."""
    return (
        select(SettlementPeriod)
        .where(SettlementPeriod.council_id == council_id)
        .order_by(SettlementPeriod.starts_on.desc())
    )


def still_withheld(council_id: int | None = None, provider_ids: Collection[int] | None = None) -> Mapping[int, int]:
    """What is kept back to this day, in pence by provider."""
    paid = InvoiceLine.__table__.alias("paid")
    rows = (
        select(Invoice.provider_id, func.sum(InvoiceLine.pence))
        .join(InvoiceLine.invoice)
        .outerjoin(paid, and_(paid.c.transfer_id == InvoiceLine.transfer_id, paid.c.fate == LineFate.INVOICED))
        .where(InvoiceLine.fate == LineFate.WITHHELD, paid.c.id.is_(None))
        .group_by(Invoice.provider_id)
    )
    if council_id is not None:
        rows = rows.where(Invoice.council_id == council_id)
    if provider_ids is not None:
        rows = rows.where(Invoice.provider_id.in_(sorted(provider_ids)))
    return {provider_id: int(pence) for provider_id, pence in db.session.execute(rows)}


def providers_by_number(numbers: Collection[int]) -> dict[int, Provider]:
    """Providers by number."""
    return {one.id: one for one in db.session.scalars(select(Provider).where(Provider.id.in_(sorted(numbers))))}


def expected_from(council_id: int) -> dict[int, int]:
    """What is set aside of money a council looks after for visits to come, in pence by provider."""
    found = db.session.execute(expected_holds(council_id))
    return {int(owner.partition(":")[2]): int(pence) for owner, pence in found}


def provider_sums(council_id: int, period_id: int | None = None) -> dict[int, InvoiceSums]:
    """What the invoices of a council came to by provider, over all four weeks or one. One query."""
    where = [Invoice.council_id == council_id, *([] if period_id is None else [Invoice.period_id == period_id])]
    return _sums((Invoice.provider_id,), *where)


def total_of(provider_ids: Collection[int]) -> InvoiceSums:
    """What all invoices of these providers came to."""
    found = _sums((literal(value=1),), Invoice.provider_id.in_(sorted(provider_ids)))
    return next(iter(found.values()), InvoiceSums(0, 0, 0, 0, 0, 0, 0))


def paid_among(invoice_ids: Collection[int]) -> set[int]:
    """Those of these invoices that are known to be paid."""
    rows = (
        select(RemittanceInvoice.invoice_id)
        .join(Payment, Payment.remittance_id == RemittanceInvoice.remittance_id)
        .where(RemittanceInvoice.invoice_id.in_(sorted(invoice_ids)), Payment.status == PaymentStatus.PAID)
    )
    return set(db.session.scalars(rows))


def period_of(council_id: int, public_id: str) -> SettlementPeriod | None:
    """Four weeks of a council; nothing when none is asked for.

    Raises:
        NotFound: when there are no such weeks.
    """
    if not public_id:
        return None
    found = db.session.scalar(settled_weeks_of(council_id).where(SettlementPeriod.public_id == public_id))
    if found is None:
        raise NotFound("There are no such four weeks.")
    return found


def narrowed(rows: Select[Invoice], provider_public_id: str, period_public_id: str) -> Select[Invoice]:
    """Of these invoices, those of one provider and of four weeks, where some are said."""
    if provider_public_id:
        rows = rows.join(Provider, Provider.id == Invoice.provider_id).where(Provider.public_id == provider_public_id)
    if period_public_id:
        rows = rows.join(SettlementPeriod, SettlementPeriod.id == Invoice.period_id).where(
            SettlementPeriod.public_id == period_public_id
        )
    return rows


def rows_in(rows: Select[Any]) -> int:
    """How many rows a list has in all."""
    every = rows.order_by(None).with_only_columns(literal(1), maintain_column_froms=True).subquery()
    return db.session.scalar(select(func.count()).select_from(every)) or 0
