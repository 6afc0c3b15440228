"""Requests for another time: of one visit, of this and later ones, or of all to come."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, Pence, PublicId, stored_by_value
from app.people.accounts.models import Person
from app.support.booking_records.models.bookings import Booking, PatternSlot, Visit
from app.support.booking_records.rules.changes import ChangeStatus
from app.support.recurrence.rules.patterns import Scope


class VisitChange(Base):
    """Another time that somebody asked for: a visit's or a pattern's. What was agreed stands until the provider says yes."""

    __tablename__ = "visit_change"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made with the form: a second click is the same question."""
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("pattern_slot.id"))
    day: Mapped[date]
    """The day of the rule it begins with; of a visit that does not repeat, its own day."""
    scope: Mapped[Scope] = mapped_column(stored_by_value(Scope))
    wanted: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The new time: ``on``, ``start``, ``end``, ``overnight``, ``days``, ``which``; or that a day is put back."""
    before_pence: Mapped[Pence]
    after_pence: Mapped[Pence]
    """What the visits it is about cost before and after, as shown when it was asked."""
    planned: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """The visits it takes away and those it makes, each with its times and pence, as shown when it was asked. The
    provider's yes counts for exactly these."""
    status: Mapped[ChangeStatus] = mapped_column(stored_by_value(ChangeStatus))
    reason: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[Moment]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    booking: Mapped[Booking] = relationship()
    visit: Mapped[Visit | None] = relationship()
    slot: Mapped[PatternSlot | None] = relationship()
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])

    __table_args__ = (
        # One question at a time: nobody can answer two that contradict each other.
        Index(
            "uq_visit_change_one_waiting",
            "booking_id",
            unique=True,
            sqlite_where=status == ChangeStatus.ASKED,
            postgresql_where=status == ChangeStatus.ASKED,
        ),
        CheckConstraint("before_pence >= 0 AND after_pence >= 0", name="amounts_are_not_negative"),
    )
