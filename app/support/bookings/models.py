"""What was agreed, kept as it was; and other times that a provider proposed."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.base.columns import Base, Key, Moment, Pence, PublicId


class Agreement(Base):
    """What two sides agreed, as it was at that moment. The database refuses any change of it.

    ``words``: title, summary, description, provider, rate card lines, extras, the notice rule and what is charged for each
    way a visit can end, and every visit agreed with its price line by line.
    """

    __tablename__ = "agreement"

    id: Mapped[Key]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), unique=True)
    words: Mapped[dict[str, Any]] = mapped_column(JSON)
    total_pence: Mapped[Pence]
    agreed_at: Mapped[Moment]
    agreed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whose yes made it an agreement: staff of the provider, the buyer's side for other times, or the buyer at once."""

    __table_args__ = (CheckConstraint("total_pence >= 0", name="total_is_not_negative"),)


class Proposal(Base):
    """Other times that a provider could come instead of those asked for. The newest of a booking counts."""

    __tablename__ = "proposal"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    visits: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """``[{"starts": "2026-11-24T11:00:00+00:00", "ends": ..., "pence": 4125, "lines": [{"words": ..., "pence": ...}]}]``."""
    total_pence: Mapped[Pence]
    words: Mapped[str] = mapped_column(Text)
    """Why, for the person."""
    made_at: Mapped[Moment]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answer_by: Mapped[Moment]
    """After this it can no longer be agreed."""

    __table_args__ = (
        Index("ix_proposal_booking", "booking_id", "made_at"),
        Index("ix_proposal_answer_by", "answer_by"),
        CheckConstraint("total_pence >= 0", name="total_is_not_negative"),
    )
