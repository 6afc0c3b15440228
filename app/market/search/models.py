"""Searches that found nothing, counted: what for, where, on which day. Nothing of who asked or in which words."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.base.columns import Base, Key


class UnmetSearch(Base):
    """How many searches of one day found nothing of one kind of support in one place."""

    __tablename__ = "unmet_search"

    id: Mapped[Key]
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("locality.id"))
    """Empty when no place was named, or one that lies in several localities."""
    kind: Mapped[str] = mapped_column(String(40))
    """A kind of support; empty when what was wanted was not understood."""
    day: Mapped[date]
    count: Mapped[int]

    __table_args__ = (
        CheckConstraint("count >= 0", name="count_is_not_negative"),
        Index("uq_unmet_search_there", "council_id", "kind", "locality_id", "day", unique=True),
        # Empty is unlike empty to a unique index, so those without a locality have one of their own.
        Index(
            "uq_unmet_search_anywhere",
            "council_id",
            "kind",
            "day",
            unique=True,
            sqlite_where=locality_id.is_(None),
            postgresql_where=locality_id.is_(None),
        ),
    )
