"""Hours saved for later."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId
from app.support.booking_records.models.bookings import Visit


class SavedHours(Base):
    """The hours of a visit cancelled in time that were kept for later with the same provider; their money stays set aside."""

    __tablename__ = "saved_hours"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    minutes: Mapped[int]
    """How many can be used: those of the visit, or fewer where only some were used and came back."""
    saved_at: Mapped[Moment]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    """When they were spent, or their money was made free again."""
    spent_on_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)

    visit: Mapped[Visit] = relationship()

    @property
    def pence(self) -> int:
        """What is set aside for them."""
        return sum(payment.amount_pence for payment in self.visit.payments)

    __table_args__ = (
        Index("ix_saved_hours_person", "person_id", "provider_id"),
        CheckConstraint("minutes > 0", name="some_minutes"),
        CheckConstraint("spent_on_id IS NULL OR ended_at IS NOT NULL", name="spent_hours_are_ended"),
    )
