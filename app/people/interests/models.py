"""Conflicts of interest as they were found, and those a council allows in writing."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId
from app.people.accounts.models import Person


def _only_where(condition: str) -> dict[str, Any]:
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Interest(Base):
    """One conflict that was found: when it began and ended, and that both were told. Powers never wait for this row."""

    __tablename__ = "interest"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    helper_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    since: Mapped[Moment]
    until: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    helper: Mapped[Person] = relationship(foreign_keys=[helper_id])

    __table_args__ = (
        Index(
            "ix_interest_lasting", "person_id", "helper_id", "provider_id", unique=True, **_only_where("until IS NULL")
        ),
        CheckConstraint("person_id <> helper_id", name="of_two_people"),
    )


class BrokerException(Base):
    """A council's written reason why somebody who works for a provider may be a person's broker all the same."""

    __tablename__ = "broker_exception"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    helper_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), index=True)
    reason: Mapped[str] = mapped_column(Text)
    """In the council's words; the person and the broker read it."""
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_at: Mapped[Moment]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    helper: Mapped[Person] = relationship(foreign_keys=[helper_id])
    written_by: Mapped[Person] = relationship(foreign_keys=[written_by_id])

    __table_args__ = (
        Index(
            "ix_broker_exception_in_force",
            "person_id",
            "helper_id",
            "provider_id",
            unique=True,
            **_only_where("ended_at IS NULL"),
        ),
        CheckConstraint("person_id <> helper_id AND person_id <> written_by_id", name="of_two_people"),
        CheckConstraint("written_by_id <> helper_id", name="nobody_excepts_themselves"),
        CheckConstraint("length(reason) > 0", name="has_a_reason"),
    )
