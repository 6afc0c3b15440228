"""Who stands beside whom: supporters a person has named, and care managers' caseloads."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.db import Base, Key, Moment, PublicId


class Support(Base):
    """One supporter named by one person, and what was granted. Ended, never deleted."""

    __tablename__ = "support"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Whose affairs these are."""
    supporter_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Empty until the invitation is accepted."""
    invited_email: Mapped[str] = mapped_column(String(254))
    relation: Mapped[str] = mapped_column(String(60))
    """In the person's words: my sister, my advocate."""
    powers: Mapped[list[str]] = mapped_column(JSON)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    invited_at: Mapped[Moment]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    supporter: Mapped[Person | None] = relationship(foreign_keys=[supporter_id])

    __table_args__ = (CheckConstraint("supporter_id <> person_id", name="nobody_supports_themselves"),)


class CaseloadEntry(Base):
    """One person on one care manager's caseload, from a day and until a day."""

    __tablename__ = "caseload_entry"

    id: Mapped[Key]
    care_manager_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    powers: Mapped[list[str]] = mapped_column(JSON)
    from_on: Mapped[date]
    ended_at: Mapped[datetime | None]

    care_manager: Mapped[Person] = relationship(foreign_keys=[care_manager_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    __table_args__ = (Index("ix_caseload_entry_care_manager", "care_manager_id", "person_id"),)
