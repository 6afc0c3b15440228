"""What people have put together to book: one line for each thing, on every device, whoever put it there."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, Pence, PublicId, stored_by_value
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.support.basket.rules import CodeWay

_TAKEN_OR_LEFT = (
    "(taken_at IS NULL) = (taken_by_id IS NULL) AND (left_at IS NULL) = (left_by_id IS NULL)"
    " AND (taken_at IS NULL OR left_at IS NULL)"
    " AND (suggested_at IS NOT NULL OR (taken_at IS NULL AND left_at IS NULL))"
)
_BOOKED_ONCE_TAKEN = "booking_id IS NULL OR suggested_at IS NULL OR taken_at IS NOT NULL"


class BasketLine(Base):
    """One thing somebody means to book, as they last saw its price. Booked lines stay, and say what became of them."""

    __tablename__ = "basket_line"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made with the form that put it here: a second click is the same line."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    added_as: Mapped[str | None] = mapped_column(String(20))
    """By what right: ``person``, ``supporter`` or ``care_manager``; unknown for lines older than this question."""
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
    suggested_at: Mapped[datetime | None]
    """When it was put here by somebody who may not book it with the money it needs: then it waits for the person's yes."""
    taken_at: Mapped[datetime | None]
    """When the person, or somebody they let book, took what was suggested; from then on it is like any other line."""
    taken_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    left_at: Mapped[datetime | None]
    """When they said: not now. It stays, for whoever suggested it, and is in no basket any more."""
    left_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    left_because: Mapped[str] = mapped_column(String(300), default="")
    """Why, in the person's words, for whoever suggested it; may be empty."""

    listing: Mapped[Listing] = relationship()
    added_by: Mapped[Person] = relationship(foreign_keys=[added_by_id])
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    __table_args__ = (
        Index("ix_basket_line_person", "person_id", "done_at"),
        CheckConstraint("quantity >= 1", name="quantity_is_positive"),
        CheckConstraint("(booking_id IS NULL) = (done_at IS NULL)", name="done_when_booked"),
        CheckConstraint(_TAKEN_OR_LEFT, name="taken_or_left_once_suggested"),
        CheckConstraint(_BOOKED_ONCE_TAKEN, name="booked_once_taken"),
        Index("ix_basket_line_suggested", "added_by_id", "person_id", "suggested_at"),
    )

    @property
    def is_waiting(self) -> bool:
        """Whether it was suggested and neither taken nor left yet: no check-out knows it."""
        return self.suggested_at is not None and self.taken_at is None and self.left_at is None


class YesCode(Base):
    """A code sent to a person alone, by which they say yes to one basket as it was then, on somebody else's device."""

    __tablename__ = "basket_yes_code"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    asked_as: Mapped[str] = mapped_column(String(20))
    asked_at: Mapped[Moment]
    way: Mapped[CodeWay] = mapped_column(stored_by_value(CodeWay, "basket_code_way"))
    expires_at: Mapped[Moment]
    code_hash: Mapped[str] = mapped_column(String(64))
    """Keyed with the site's secret: who reads this table cannot try out a million codes."""
    content_hash: Mapped[str] = mapped_column(String(64))
    """Of all that was in the basket: things, providers, times, prices, money. Anything else is not what they said yes to."""
    total_pence: Mapped[Pence]
    tries: Mapped[int] = mapped_column(default=0)
    used_at: Mapped[datetime | None]
    typed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    void_at: Mapped[datetime | None]
    """When it stopped to count: another was asked for, the basket changed, or it was tried too often."""

    __table_args__ = (
        CheckConstraint("tries BETWEEN 0 AND 5", name="five_tries"),
        CheckConstraint("(used_at IS NULL) = (typed_by_id IS NULL)", name="used_when_typed"),
        CheckConstraint("used_at IS NULL OR void_at IS NULL", name="used_or_void"),
        CheckConstraint("asked_by_id <> person_id", name="asked_by_another"),
        Index(
            "uq_basket_yes_code_open",
            "person_id",
            unique=True,
            sqlite_where=text("used_at IS NULL AND void_at IS NULL"),
            postgresql_where=text("used_at IS NULL AND void_at IS NULL"),
        ),
    )
