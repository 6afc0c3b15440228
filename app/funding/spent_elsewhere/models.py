"""Receipts of money spent elsewhere: every file that was ever added, in order."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key
from app.people.accounts.models import Person
from app.platform.files.models import StoredFile


class ReceiptFile(Base):
    """One file added as the receipt of some spending. The newest counts; those before stay. Only ever added."""

    __tablename__ = "receipt_file"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made with the form: a second click is the same receipt."""
    spending_id: Mapped[int] = mapped_column(ForeignKey("outside_spending.id"))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)
    added_at: Mapped[datetime]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    file: Mapped[StoredFile] = relationship()
    added_by: Mapped[Person] = relationship()

    __table_args__ = (Index("ix_receipt_file_spending", "spending_id", "id"),)
