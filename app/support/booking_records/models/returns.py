"""Things that were sent back."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.base.columns import Base, Key, Moment, Pence, PublicId


class ItemReturn(Base):
    """Some or all of the things bought with one booking on their way back, and the money for them once they arrived."""

    __tablename__ = "item_return"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made with the form: a second click is the same return."""
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    quantity: Mapped[int]
    pence: Mapped[Pence]
    """What is given back for them."""
    reason: Mapped[str] = mapped_column(Text, default="")
    told_at: Mapped[Moment]
    told_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    arrived_at: Mapped[datetime | None]
    arrived_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who of the provider says that they arrived: then the money goes back."""

    __table_args__ = (
        CheckConstraint("quantity >= 1", name="something_comes_back"),
        CheckConstraint("pence >= 0", name="pence_are_not_negative"),
        CheckConstraint("(arrived_at IS NULL) = (arrived_by_id IS NULL)", name="somebody_says_it_arrived"),
    )
