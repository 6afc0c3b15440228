"""Who stands beside whom: supporters a person has named, and care managers' caseloads."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId
from app.people.accounts.models import Person
from app.people.circles.rules import Power, powers_from


def only_where(condition: str) -> dict[str, Any]:
    """Keyword arguments that make an index cover only some rows, on both databases."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


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
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """The person, or a care manager on whose caseload they are."""
    powers: Mapped[list[str]] = mapped_column(JSON)
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    invited_at: Mapped[Moment]
    accepted_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    supporter: Mapped[Person | None] = relationship(foreign_keys=[supporter_id])

    __table_args__ = (
        CheckConstraint("supporter_id <> person_id", name="nobody_supports_themselves"),
        # What was granted is never ambiguous: at most one grant in force between two people.
        Index("ix_support_in_force", "person_id", "supporter_id", unique=True, **only_where("ended_at IS NULL")),
    )

    @property
    def is_in_force(self) -> bool:
        """Whether the supporter may act now."""
        return self.accepted_at is not None and self.ended_at is None

    @property
    def granted(self) -> frozenset[Power]:
        """What the supporter may do."""
        return powers_from(self.powers)


class CaseloadEntry(Base):
    """One person on one care manager's caseload, from a day and until a day."""

    __tablename__ = "caseload_entry"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    care_manager_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    powers: Mapped[list[str]] = mapped_column(JSON)
    from_on: Mapped[date]
    ended_at: Mapped[datetime | None]

    care_manager: Mapped[Person] = relationship(foreign_keys=[care_manager_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    __table_args__ = (
        Index(
            "ix_caseload_entry_in_force",
            "care_manager_id",
            "person_id",
            "council_id",
            unique=True,
            **only_where("ended_at IS NULL"),
        ),
    )

    @property
    def granted(self) -> frozenset[Power]:
        """What the care manager may do."""
        return powers_from(self.powers)
