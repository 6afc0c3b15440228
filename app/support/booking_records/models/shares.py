"""Plans to share support, and the share of each person: what was asked, what each of them said, which money pays."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, Pence, PublicId, stored_by_value
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules.shares import NAME_LONGEST, SharePlanStatus, ShareStatus


class SharePlan(Base):
    """A plan that everybody must agree to: to share a new booking, or to share anew once somebody leaves one."""

    __tablename__ = "share_plan"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made with the form: a second click is the same plan."""
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), index=True)
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    """What it became, or whose shares it changes."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """For whom it was asked: the first of those who share, or whoever leaves."""
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    last_day: Mapped[date | None]
    """The last London day of whoever leaves; empty when nobody leaves and something new is shared."""
    status: Mapped[SharePlanStatus] = mapped_column(stored_by_value(SharePlanStatus))
    times: Mapped[list[list[str]]] = mapped_column(JSON)
    """Start and end of each visit in UTC; of a new booking only."""
    extras: Mapped[list[str]] = mapped_column(JSON)
    miles: Mapped[int | None]
    note: Mapped[str] = mapped_column(Text)
    total_pence: Mapped[Pence]
    made_at: Mapped[Moment]
    ended_at: Mapped[datetime | None]

    listing: Mapped[Listing] = relationship()
    booking: Mapped[Booking | None] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    shares: Mapped[list["Share"]] = relationship(back_populates="plan", order_by="Share.id")

    @property
    def spans(self) -> list[tuple[datetime, datetime]]:
        """The times of a new booking, aware."""
        return [(datetime.fromisoformat(starts), datetime.fromisoformat(ends)) for starts, ends in self.times]

    __table_args__ = (
        Index("ix_share_plan_status", "status", "made_at"),
        CheckConstraint("total_pence >= 0", name="total_is_not_negative"),
        CheckConstraint("last_day IS NULL OR booking_id IS NOT NULL", name="leaving_is_from_a_booking"),
    )


class Share(Base):
    """One person's share of a plan: what they pay, and whether they agreed."""

    __tablename__ = "share"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    plan_id: Mapped[int] = mapped_column(ForeignKey("share_plan.id"))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    """Empty until somebody with this confirmed email address has an account here."""
    email: Mapped[str] = mapped_column(String(254), index=True)
    name: Mapped[str] = mapped_column(String(NAME_LONGEST))
    """All the others ever see of this person."""
    parts: Mapped[int]
    amount_pence: Mapped[Pence]
    status: Mapped[ShareStatus] = mapped_column(stored_by_value(ShareStatus))
    pots: Mapped[list[Any]] = mapped_column(JSON)
    """Numbers of the money that pays, in the order in which each is emptied."""
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]

    plan: Mapped[SharePlan] = relationship(back_populates="shares")
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])

    __table_args__ = (
        UniqueConstraint("plan_id", "email"),
        CheckConstraint("parts > 0", name="parts_are_positive"),
        CheckConstraint("amount_pence >= 0", name="amount_is_not_negative"),
    )
