"""What is known of each file that somebody chose; the file itself is kept elsewhere."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.base.columns import Base, Key, Moment, PublicId


class StoredFile(Base):
    """A file somebody chose. It waits with its form until that is sent in order; then it belongs to what the form made."""

    __tablename__ = "stored_file"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(80), unique=True)
    """What it is called where files are kept."""
    name: Mapped[str] = mapped_column(String(120))
    """What the device it came from called it."""
    media_type: Mapped[str] = mapped_column(String(40))
    size: Mapped[int]
    """Bytes."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what is kept."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who chose it."""
    at: Mapped[Moment]
    waits_for: Mapped[str | None] = mapped_column(String(120))
    """The form it waits with: its field and its key."""
    waits_until: Mapped[datetime | None]

    __table_args__ = (
        UniqueConstraint("person_id", "waits_for"),
        CheckConstraint("(waits_for IS NULL) = (waits_until IS NULL)", name="waits_for_a_while"),
        CheckConstraint("size > 0", name="is_not_empty"),
        Index("ix_stored_file_waits_until", "waits_until"),
    )
