"""Four weeks of a council, invoices with their lines and queries, remittances and the payments that were tried."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, Pence, PublicId, stored_by_value
from app.market.catalogue.rules.rates import Vat
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.councils.models import Council
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.settlement.rules.invoices import InvoiceStatus, LineFate
from app.support.settlement.rules.paying import LEDGER_CODE_LONGEST, LedgerCodeOf, PaymentStatus


class SettlementPeriod(Base):
    """Four weeks of a council. Once closed it stays so: what comes later is in the next."""

    __tablename__ = "settlement_period"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    """The last day, in London."""
    opened_at: Mapped[Moment]
    closed_at: Mapped[datetime | None]
    """When every provider had its invoice."""

    council: Mapped[Council] = relationship()

    __table_args__ = (
        UniqueConstraint("council_id", "starts_on"),
        CheckConstraint("ends_on > starts_on", name="runs_forward"),
        Index(
            "uq_settlement_period_one_open",
            "council_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )


class Invoice(Base):
    """What one provider is owed for four weeks by one council. Only ever added to; where it stands is beside it."""

    __tablename__ = "invoice"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    period_id: Mapped[int] = mapped_column(ForeignKey("settlement_period.id"))
    number: Mapped[int]
    """1, 2, 3 ... of its council, without a gap."""
    made_at: Mapped[Moment]
    charged_pence: Mapped[Pence]
    credited_pence: Mapped[Pence]
    """What was given back in these four weeks, whenever it was charged."""
    withheld_pence: Mapped[Pence]
    """What is kept back for the first time here; no part of what is due."""
    vat_pence: Mapped[Pence]
    """How much of what was charged, less what was given back, is VAT."""
    framework_id: Mapped[int | None] = mapped_column(ForeignKey("framework.id"))
    discount_over_pence: Mapped[Pence | None]
    discount_percent: Mapped[int | None]
    discount_pence: Mapped[Pence]
    """The volume discount: it goes to the council, and touches no price and nobody's balance."""
    due_pence: Mapped[Pence]
    """Less than nothing where more was given back than charged: it is taken off what is paid next."""

    council: Mapped[Council] = relationship()
    provider: Mapped[Provider] = relationship()
    period: Mapped[SettlementPeriod] = relationship()
    progress: Mapped["InvoiceProgress"] = relationship(back_populates="invoice")

    @property
    def name(self) -> str:
        """How people call it: ``7``, with the council's code before it: ``TRAFFORD-000007``."""
        return f"{self.council.code.upper()}-{self.number:06d}"

    __table_args__ = (
        UniqueConstraint("council_id", "number"),
        UniqueConstraint("period_id", "provider_id"),
        CheckConstraint("due_pence = charged_pence - credited_pence - discount_pence", name="due_is_what_it_says"),
        CheckConstraint(
            "charged_pence >= 0 AND credited_pence >= 0 AND withheld_pence >= 0 AND discount_pence >= 0 AND number >= 1",
            name="nothing_is_negative",
        ),
        CheckConstraint(
            "(discount_pence > 0) = (framework_id IS NOT NULL) AND (framework_id IS NULL) = (discount_percent IS NULL)"
            " AND (framework_id IS NULL) = (discount_over_pence IS NULL)"
            " AND (framework_id IS NULL OR charged_pence - credited_pence > discount_over_pence)",
            name="discount_has_terms",
        ),
    )


class InvoiceLine(Base):
    """One entry of the ledger on an invoice: charged, given back, or withheld with why. Only ever added to."""

    __tablename__ = "invoice_line"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), index=True)
    transfer_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"))
    pot_id: Mapped[int] = mapped_column(ForeignKey("pot.id"))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    entered_on: Mapped[date]
    pence: Mapped[Pence]
    vat: Mapped[Vat | None] = mapped_column(stored_by_value(Vat, name="vat"))
    vat_pence: Mapped[Pence]
    fate: Mapped[LineFate] = mapped_column(stored_by_value(LineFate, name="fate"))
    why: Mapped[str] = mapped_column(String(200), default="")

    invoice: Mapped[Invoice] = relationship()
    booking: Mapped[Booking | None] = relationship()
    visit: Mapped[Visit | None] = relationship()

    __table_args__ = (
        # An entry is invoiced once and withheld once, whatever is run again.
        UniqueConstraint("transfer_id", "fate"),
        CheckConstraint("pence <> 0 AND (fate <> 'withheld' OR pence > 0)", name="it_is_an_amount"),
        CheckConstraint("(fate = 'withheld') = (why <> '')", name="withheld_says_why"),
    )


class InvoiceProgress(Base):
    """Where an invoice stands, and whose yes it has."""

    __tablename__ = "invoice_progress"

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), primary_key=True, autoincrement=False)
    status: Mapped[InvoiceStatus] = mapped_column(stored_by_value(InvoiceStatus))
    agreed_at: Mapped[datetime | None]
    """When the provider said that it is right; paying does not wait for it."""
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    first_yes_at: Mapped[datetime | None]
    first_yes_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    second_yes_at: Mapped[datetime | None]
    second_yes_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    invoice: Mapped[Invoice] = relationship(back_populates="progress")
    first_yes_by: Mapped[Person | None] = relationship(foreign_keys=[first_yes_by_id])
    second_yes_by: Mapped[Person | None] = relationship(foreign_keys=[second_yes_by_id])

    __table_args__ = (
        CheckConstraint(
            "second_yes_by_id IS NULL OR (first_yes_by_id IS NOT NULL AND second_yes_by_id <> first_yes_by_id)",
            name="two_officers",
        ),
        CheckConstraint(
            "status NOT IN ('approved', 'remitted') OR first_yes_by_id IS NOT NULL", name="somebody_said_yes"
        ),
    )


class LineQuery(Base):
    """A provider says that a line is not right; somebody of the council answers."""

    __tablename__ = "line_query"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    line_id: Mapped[int] = mapped_column(ForeignKey("invoice_line.id"))
    reason: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[Moment]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answer: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    line: Mapped[InvoiceLine] = relationship()
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])

    __table_args__ = (
        Index("ix_line_query_line", "line_id"),
        Index(
            "uq_line_query_one_open",
            "line_id",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
        CheckConstraint(
            "(answered_at IS NULL) = (answer IS NULL) AND (answered_at IS NULL) = (answered_by_id IS NULL)",
            name="answered_by_somebody",
        ),
    )


class Remittance(Base):
    """What is paid to one provider at once: approved invoices less what they owe back. Only ever added to."""

    __tablename__ = "remittance"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    number: Mapped[int]
    """1, 2, 3 ... of its council, without a gap."""
    pence: Mapped[Pence]
    discount_pence: Mapped[Pence]
    """The discounts of its invoices, which the council keeps."""
    made_at: Mapped[Moment]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    council: Mapped[Council] = relationship()
    provider: Mapped[Provider] = relationship()
    made_by: Mapped[Person] = relationship()
    payments: Mapped[list["Payment"]] = relationship(back_populates="remittance", order_by="Payment.id")

    @property
    def name(self) -> str:
        """How people call it: ``TRAFFORD-R000007``."""
        return f"{self.council.code.upper()}-R{self.number:06d}"

    __table_args__ = (
        UniqueConstraint("council_id", "number"),
        CheckConstraint("pence > 0 AND discount_pence >= 0 AND number >= 1", name="something_is_paid"),
    )


class RemittanceInvoice(Base):
    """That an invoice is paid with a remittance; it is with one alone. Only ever added to."""

    __tablename__ = "remittance_invoice"

    invoice_id: Mapped[int] = mapped_column(ForeignKey("invoice.id"), primary_key=True, autoincrement=False)
    remittance_id: Mapped[int] = mapped_column(ForeignKey("remittance.id"), index=True)

    invoice: Mapped[Invoice] = relationship()
    remittance: Mapped[Remittance] = relationship()


class Payment(Base):
    """One try to pay a remittance: on its way, paid (the ledger says so) or refused by the bank with why."""

    __tablename__ = "payment"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    remittance_id: Mapped[int] = mapped_column(ForeignKey("remittance.id"), index=True)
    status: Mapped[PaymentStatus] = mapped_column(stored_by_value(PaymentStatus))
    tried_at: Mapped[Moment]
    tried_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    paid_on: Mapped[date | None]
    """The day on which it reached the provider's bank."""
    reason: Mapped[str] = mapped_column(String(200), default="")
    """Why the bank did not pay it."""
    journal_id: Mapped[int | None] = mapped_column(ForeignKey("journal.id"), unique=True)
    """How the ledger has it."""

    remittance: Mapped[Remittance] = relationship(back_populates="payments")

    __table_args__ = (
        # Nothing is on its way twice, nor again once it is paid.
        Index(
            "uq_payment_one_stands",
            "remittance_id",
            unique=True,
            sqlite_where=text("status <> 'refused'"),
            postgresql_where=text("status <> 'refused'"),
        ),
        CheckConstraint(
            "(status = 'paid') = (journal_id IS NOT NULL) AND (status = 'paid') = (paid_on IS NOT NULL)",
            name="paid_is_in_the_ledger",
        ),
        CheckConstraint("(status = 'sent') = (answered_at IS NULL)", name="answered_when_settled"),
        CheckConstraint("(status = 'refused') = (reason <> '')", name="refused_says_why"),
    )


class LedgerCode(Base):
    """Under which code a council's own finance system keeps something."""

    __tablename__ = "ledger_code"

    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), primary_key=True, autoincrement=False)
    of: Mapped[LedgerCodeOf] = mapped_column(stored_by_value(LedgerCodeOf), primary_key=True)
    code: Mapped[str] = mapped_column(String(LEDGER_CODE_LONGEST))


class BankDetails(Base):
    """An account a provider is paid into, or a council pays from, as somebody gave it. Only ever added to: the newest counts."""

    __tablename__ = "bank_details"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)
    council_id: Mapped[int | None] = mapped_column(ForeignKey("council.id"), index=True)
    """Whose it is, where it is a council's own."""
    sealed: Mapped[str] = mapped_column(Text)
    """Name, sort code and number, sealed with the site's secret."""
    masked: Mapped[str] = mapped_column(String(40))
    given_at: Mapped[Moment]
    given_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    provider: Mapped[Provider | None] = relationship()
    given_by: Mapped[Person] = relationship()
    checks: Mapped[list["BankCheck"]] = relationship(back_populates="details")

    __table_args__ = (CheckConstraint("(provider_id IS NULL) <> (council_id IS NULL)", name="somebodys"),)


class BankCheck(Base):
    """That a finance officer asked whose account it is and was told the same: from then on their council pays into it."""

    __tablename__ = "bank_check"

    details_id: Mapped[int] = mapped_column(ForeignKey("bank_details.id"), primary_key=True, autoincrement=False)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), primary_key=True, autoincrement=False)
    checked_at: Mapped[Moment]
    checked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    details: Mapped[BankDetails] = relationship(back_populates="checks")


class BankFile(Base):
    """A file that asks a council's bank to pay; its words are sealed, for they name accounts."""

    __tablename__ = "bank_file"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    number: Mapped[int]
    made_at: Mapped[Moment]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    pence: Mapped[Pence]
    sealed: Mapped[str] = mapped_column(Text, deferred=True)

    council: Mapped[Council] = relationship()
    payments: Mapped[list["BankFilePayment"]] = relationship(
        back_populates="file", order_by="BankFilePayment.payment_id"
    )

    @property
    def name(self) -> str:
        """By which the bank knows it again: ``TRAFFORD-B000007``, cut to the 35 characters a bank takes."""
        return f"{self.council.code.upper()[:26]}-B{self.number:06d}"

    __table_args__ = (
        UniqueConstraint("council_id", "number"),
        CheckConstraint("pence > 0 AND number >= 1", name="asks_for_something"),
    )


class BankFilePayment(Base):
    """That a payment was asked for with a file, into which account."""

    __tablename__ = "bank_file_payment"

    payment_id: Mapped[int] = mapped_column(ForeignKey("payment.id"), primary_key=True, autoincrement=False)
    file_id: Mapped[int] = mapped_column(ForeignKey("bank_file.id"), index=True)
    details_id: Mapped[int] = mapped_column(ForeignKey("bank_details.id"))

    file: Mapped[BankFile] = relationship(back_populates="payments")
    payment: Mapped[Payment] = relationship()
    details: Mapped[BankDetails] = relationship()
