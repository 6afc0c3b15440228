"""Accounts, journals and transfers. Double entry in whole pence; the database itself keeps the promises.

Balanced by construction: a transfer is one debit, one credit and one amount. The triggers that apply a transfer to its
accounts, and refuse every other way of changing them, stand in the migrations ``0002`` and ``0004``.
"""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, BigInt, Key, Moment, Pence, UtcDateTime, WholePence, stored_by_value
from app.platform.ledger.rules import AccountKind, JournalKind


class LedgerAccount(Base):
    """One account. Running sums are kept for guarded accounts only, by a trigger, never by hand."""

    __tablename__ = "ledger_account"

    id: Mapped[Key]
    kind: Mapped[AccountKind] = mapped_column(stored_by_value(AccountKind))
    owner: Mapped[str] = mapped_column(String(40))
    """Whose it is, as ``kind:name``: ``pot:7h2k...`` (its public id), ``provider:4``, ``council:1``, ``card:1``."""
    guarded: Mapped[bool]
    credited: Mapped[Pence] = mapped_column(default=0)
    debited: Mapped[Pence] = mapped_column(default=0)
    held: Mapped[Pence] = mapped_column(default=0)
    applied_id: Mapped[int] = mapped_column(BigInt, default=0)
    """The last transfer counted in. A change of the sums must be exactly that of a later transfer, so a balance
    written by hand has nothing to stand on. No foreign key: the two tables would need each other."""

    __table_args__ = (
        UniqueConstraint("kind", "owner"),
        CheckConstraint("credited >= 0 AND debited >= 0 AND held >= 0", name="sums_are_not_negative"),
        # The promise of the product: money that is not there cannot be spent or set aside.
        CheckConstraint("NOT guarded OR credited - debited - held >= 0", name="never_overdrawn"),
    )

    @property
    def available_pence(self) -> int:
        """What is left: in, less spent, less set aside."""
        return self.credited - self.debited - self.held


class Journal(Base):
    """One business event: everything it moved, moved together. Only ever added."""

    __tablename__ = "journal"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    """Idempotency key: the same event told twice happens once."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what was asked, so that one key cannot be used for two different things."""
    kind: Mapped[JournalKind] = mapped_column(stored_by_value(JournalKind))
    about: Mapped[str | None] = mapped_column(String(40), index=True)
    """What it concerns, as ``kind:public_id``: ``booking:7h2k...``, ``top_up:...``; pages make a link of it."""
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Moment]
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime())
    """When the money set aside here goes back by itself, unless it was settled before."""

    transfers: Mapped[list["Transfer"]] = relationship(back_populates="journal", order_by="Transfer.id")

    __table_args__ = (
        CheckConstraint("expires_at IS NULL OR kind = 'hold'", name="only_holds_expire"),
        Index(
            None,
            "expires_at",
            sqlite_where=text("expires_at IS NOT NULL"),
            postgresql_where=text("expires_at IS NOT NULL"),
        ),
    )


class Transfer(Base):
    """Exactly one of: direct (moved), hold (held), or the settling of a hold in full, in part or not at all."""

    __tablename__ = "transfer"

    id: Mapped[Key]
    journal_id: Mapped[int] = mapped_column(ForeignKey("journal.id"), index=True)
    debit_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"), index=True)
    credit_id: Mapped[int] = mapped_column(ForeignKey("ledger_account.id"), index=True)
    held: Mapped[int] = mapped_column(WholePence)
    moved: Mapped[int] = mapped_column(WholePence)
    settles_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"), unique=True)
    """The hold this settles; a hold is settled at most once."""

    journal: Mapped[Journal] = relationship(back_populates="transfers")

    __table_args__ = (
        CheckConstraint("debit_id <> credit_id", name="two_accounts"),
        CheckConstraint(
            "(settles_id IS NULL AND held = 0 AND moved > 0)"
            " OR (settles_id IS NULL AND held > 0 AND moved = 0)"
            " OR (settles_id IS NOT NULL AND held < 0 AND moved >= 0 AND moved <= -held)",
            name="direct_hold_or_settle",
        ),
        # PostgreSQL would round half a penny sent to a whole-number column: here it is refused, and so is what is no
        # number or beyond counting. SQLite has the trigger ``transfer_whole``.
        CheckConstraint(
            "held = round(held) AND moved = round(moved)"
            " AND held BETWEEN -1000000000000000 AND 1000000000000000 AND moved <= 1000000000000000",
            name="whole_pence",
        ).ddl_if(dialect="postgresql"),
    )
