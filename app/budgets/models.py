"""Personal budgets and the pots they are paid into."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.budgets.rules import BudgetStatus, PotKind
from app.db import Base, Key, Moment, Pence, PublicId, stored_by_value
from app.ledger.models import LedgerAccount


class PersonalBudget(Base):
    """The yearly money agreed for a person's eligible needs: always three numbers together."""

    __tablename__ = "personal_budget"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), index=True)
    status: Mapped[BudgetStatus] = mapped_column(stored_by_value(BudgetStatus))
    year_starts_on: Mapped[date]
    total_pence: Mapped[Pence]
    contribution_pence: Mapped[Pence]
    """What the person is assessed to pay towards it."""
    council_share_pence: Mapped[Pence]
    agreed_at: Mapped[datetime | None]
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    __table_args__ = (
        UniqueConstraint("person_id", "council_id", "year_starts_on"),
        CheckConstraint("total_pence = contribution_pence + council_share_pence", name="three_numbers_agree"),
        CheckConstraint("contribution_pence >= 0 AND council_share_pence >= 0", name="parts_are_not_negative"),
    )


class Pot(Base):
    """A part of somebody's money with one way of managing it. A person may have several at once."""

    __tablename__ = "pot"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[PotKind] = mapped_column(stored_by_value(PotKind))
    name: Mapped[str] = mapped_column(String(80))
    council_id: Mapped[int | None] = mapped_column(ForeignKey("council.id"))
    """Whose money it is when it is a council's; empty for own money."""
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))
    """Who holds an individual service fund."""
    account_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"), unique=True)
    opened_at: Mapped[Moment]
    closed_at: Mapped[datetime | None]

    account: Mapped[LedgerAccount] = relationship()

    __table_args__ = (
        CheckConstraint("(kind = 'own_money') = (council_id IS NULL)", name="council_money_names_its_council"),
        Index(
            "uq_pot_one_of_own_money",
            "person_id",
            unique=True,
            sqlite_where=kind == PotKind.OWN_MONEY,
            postgresql_where=kind == PotKind.OWN_MONEY,
        ),
    )


class PotRelease(Base):
    """One four-week period's money for one pot: planned, then released once, on or after its day."""

    __tablename__ = "pot_release"

    id: Mapped[Key]
    pot_id: Mapped[int] = mapped_column(ForeignKey("pot.id"))
    personal_budget_id: Mapped[int] = mapped_column(ForeignKey("personal_budget.id"), index=True)
    period: Mapped[int]
    """1 to 13."""
    due_on: Mapped[date]
    amount_pence: Mapped[Pence]
    released_at: Mapped[datetime | None]

    pot: Mapped[Pot] = relationship()

    __table_args__ = (
        UniqueConstraint("pot_id", "personal_budget_id", "period"),
        CheckConstraint("period BETWEEN 1 AND 13", name="thirteen_periods"),
        CheckConstraint("amount_pence > 0", name="amount_is_positive"),
    )


class OneOffAgreement(Base):
    """The council's signed leave to pay a non-framework provider from council-managed money, for one person."""

    __tablename__ = "one_off_agreement"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    signed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    from_on: Mapped[date]
    until_on: Mapped[date]
