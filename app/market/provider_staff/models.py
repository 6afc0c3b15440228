"""Invitations to work for a provider."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId
from app.market.providers.models import Provider
from app.people.accounts.models import Person

_OPEN = text("answered_at IS NULL AND ended_at IS NULL")


class StaffInvitation(Base):
    """Somebody is asked by email to work for a provider; the link is for whoever reads mail at that address."""

    __tablename__ = "staff_invitation"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    email: Mapped[str] = mapped_column(String(254))
    duties: Mapped[list[str]] = mapped_column(JSON)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    invited_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    council_id: Mapped[int | None] = mapped_column(ForeignKey("council.id"))
    """The council that helped when nobody managed; empty: a manager of the provider."""
    invited_at: Mapped[Moment]
    answered_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who said yes."""
    ended_at: Mapped[datetime | None]
    """When it was taken back, or another took its place."""

    provider: Mapped[Provider] = relationship()
    invited_by: Mapped[Person] = relationship(foreign_keys=[invited_by_id])

    __table_args__ = (
        CheckConstraint("(answered_at IS NULL) = (person_id IS NULL)", name="somebody_answered"),
        CheckConstraint("email = lower(email)", name="email_is_lower_case"),
        Index(
            "uq_staff_invitation_one_open", "provider_id", "email", unique=True,
            sqlite_where=_OPEN, postgresql_where=_OPEN,
        ),
    )  # fmt: skip
