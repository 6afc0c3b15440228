"""Marks and checks a provider states, and the history of all it says of itself."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId, stored_by_value
from app.market.presenting.rules import CredentialKind
from app.people.accounts.models import Person


class Credential(Base):
    """A mark or a check as the provider states it: what, by whom, since when, until when. Nobody here has verified it."""

    __tablename__ = "credential"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    kind: Mapped[CredentialKind] = mapped_column(stored_by_value(CredentialKind))
    name: Mapped[str] = mapped_column(String(150))
    given_by: Mapped[str] = mapped_column(String(150))
    """Who gave the mark, or made the check."""
    given_on: Mapped[date | None]
    until_on: Mapped[date | None]
    link: Mapped[str | None] = mapped_column(String(300))
    stated_at: Mapped[Moment]
    stated_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    """When the provider took it away; the row stays."""

    stated_by: Mapped[Person] = relationship()

    __table_args__ = (
        CheckConstraint("name <> '' AND given_by <> ''", name="says_what_and_by_whom"),
        CheckConstraint("until_on IS NULL OR given_on IS NULL OR until_on >= given_on", name="runs_forward"),
    )


class ProviderChange(Base):
    """One thing a provider changed about itself: what stood there before, and after. Only ever added to."""

    __tablename__ = "provider_change"

    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    fact: Mapped[str] = mapped_column(String(30))
    before: Mapped[Any] = mapped_column(JSON)
    after: Mapped[Any] = mapped_column(JSON)
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Moment]

    by: Mapped[Person] = relationship()

    __table_args__ = (Index("ix_provider_change_provider", "provider_id", "id"),)
