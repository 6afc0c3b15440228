"""What people have put together to book: one line for each thing, on every device, whoever put it there."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, Pence, PublicId
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person


class BasketLine(Base):
    """One thing somebody means to book, as they last saw its price. Booked lines stay, and say what became of them."""

    __tablename__ = "basket_line"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made with the form that put it here: a second click is the same line."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_at: Mapped[Moment]
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), index=True)
    title: Mapped[str] = mapped_column(String(150))
    """What it was called when it was put here, for when it is gone."""
    plan: Mapped[dict[str, Any]] = mapped_column(JSON)
    """When, as London clocks show it, with which extras: ``{"on": "2026-11-24", "from": "09:00", "to": "10:30"}``."""
    quantity: Mapped[int] = mapped_column(default=1)
    pay: Mapped[str] = mapped_column(String(400), default="")
    """Which money is to pay, by public ids in order; empty when nobody said."""
    note: Mapped[str] = mapped_column(Text, default="")
    seen_pence: Mapped[Pence | None]
    """The price last shown to whoever put it here or said yes to it."""
    seen_lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    checkout: Mapped[str | None] = mapped_column(String(40))
    """Which confirming of the basket it was last part of."""
    refused_because: Mapped[str | None] = mapped_column(String(500))
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), unique=True)
    done_at: Mapped[datetime | None]
    """When it was booked."""

    listing: Mapped[Listing] = relationship()
    added_by: Mapped[Person] = relationship(foreign_keys=[added_by_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    __table_args__ = (
        Index("ix_basket_line_person", "person_id", "done_at"),
        CheckConstraint("quantity >= 1", name="quantity_is_positive"),
        CheckConstraint("(booking_id IS NULL) = (done_at IS NULL)", name="done_when_booked"),
    )
