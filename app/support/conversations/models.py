"""What people write to each other about a booking, and how far each of them has read."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId
from app.people.accounts.models import Person


class BookingMessage(Base):
    """One message about one booking, to everybody who is on it. Only ever added to: never changed, never taken back."""

    __tablename__ = "booking_message"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    author_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    for_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """For whom it was written, when the author helps somebody; nobody when for oneself or for the provider."""
    is_from_provider: Mapped[bool]
    words: Mapped[str] = mapped_column(Text)
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made with the form: a second click is the same message."""
    sent_at: Mapped[Moment]

    author: Mapped[Person] = relationship(foreign_keys=[author_id])
    for_person: Mapped[Person | None] = relationship(foreign_keys=[for_person_id])

    __table_args__ = (
        Index("ix_booking_message_booking", "booking_id", "id"),
        Index("ix_booking_message_author", "author_id", "sent_at"),
    )


class MessagesRead(Base):
    """How far one account has read what was written about one booking."""

    __tablename__ = "booking_messages_read"

    id: Mapped[Key]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    up_to_id: Mapped[int] = mapped_column(ForeignKey("booking_message.id"))
    """The newest message on the page when it was marked: what came later is still new."""
    read_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("booking_id", "person_id"),)
