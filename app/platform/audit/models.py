"""The record of who did what to what, for whom, and when. Rows are only ever added."""

from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.base.columns import Base, Key, Moment


class AuditEvent(Base):
    """One act. ``details`` holds facts about the act (a status, an amount), never health facts or free text."""

    __tablename__ = "audit_event"

    id: Mapped[Key]
    at: Mapped[Moment]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who did it; empty when the marketplace itself did (a card payment arriving, a command)."""
    for_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whose affairs it touched, when they are a person's."""
    action: Mapped[str] = mapped_column(String(60))
    """A past-tense verb with its noun: ``booking_requested``, ``money_looked_at``."""
    subject_kind: Mapped[str | None] = mapped_column(String(40))
    subject_id: Mapped[int | None]
    council_id: Mapped[int | None] = mapped_column(ForeignKey("council.id"))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    __table_args__ = (
        Index("ix_audit_event_for_person", "for_person_id", "at"),
        Index("ix_audit_event_subject", "subject_kind", "subject_id"),
        Index(
            "ix_audit_event_council",
            "council_id",
            "at",
            sqlite_where=text("council_id IS NOT NULL"),
            postgresql_where=text("council_id IS NOT NULL"),
        ),
    )
