"""Messages to people: every email is also a message inside the site, kept before it is sent."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.base.columns import Base, Key, Moment, PublicId


class Message(Base):
    """One message to one person. The row is the promise; the email is sent from it after the commit, or later."""

    __tablename__ = "message"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    to_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Empty when it goes to somebody who has no account yet; then it is an email only."""
    to_email: Mapped[str] = mapped_column(String(254))
    subject: Mapped[str] = mapped_column(String(150))
    """Says nothing about care, health or money: other people see subject lines."""
    body: Mapped[str] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(String(300))
    """A path inside the site, where the matter itself is."""
    is_secret: Mapped[bool] = mapped_column(default=False)
    """Holds a link that opens something by itself: sent by email, never shown inside the site, wiped once sent."""
    made_at: Mapped[Moment]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    claimed_until: Mapped[datetime | None]
    """While one sender has it in hand the others leave it alone; free again when that sender has died."""
    read_at: Mapped[datetime | None]
    for_person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whose affairs it tells somebody else about; empty when it is about the reader's own, or about nobody's."""
    told_as: Mapped[str | None] = mapped_column(String(20))
    """By what right (:class:`app.platform.messages.rules.ToldAs`); asked again when it is sent and when it is opened."""
    for_provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))
    """As whose staff the reader is told."""
    useful_until: Mapped[datetime | None]
    """When it is of no more use (its link ends then); nothing when it is worth sending for ``LASTS``."""
    instead: Mapped[dict[str, str] | None] = mapped_column(JSON)
    """``subject``, ``body`` and ``link`` of what is sent in its place once it is out of date; nothing when nothing is."""
    fault: Mapped[str | None] = mapped_column(String(80))
    """Why it could not be sent the last time, in words that name nobody."""
    given_up_at: Mapped[datetime | None]
    """When it was given up: out of date, or refused for good. The message is still there inside the site."""
    dropped_at: Mapped[datetime | None]
    """When it was found that its reader may no longer be told. It was not sent, is not shown, and says nothing any more."""

    __table_args__ = (
        CheckConstraint("(for_person_id IS NULL) = (told_as IS NULL)", name="told_by_a_right"),
        Index("ix_message_inbox", "to_person_id", "made_at"),
        Index("ix_message_unsent", "sent_at", "made_at"),
        # Every page of somebody signed in says how many are new, however many they have had.
        Index(
            "ix_message_unread",
            "to_person_id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )


class Letter(Base):
    """One letter on paper to one person, until the operator has printed it. No page shows it; staff cannot read it."""

    __tablename__ = "letter"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    to_person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    to_name: Mapped[str] = mapped_column(String(120))
    postcode: Mapped[str] = mapped_column(String(8))
    heading: Mapped[str] = mapped_column(String(150))
    body: Mapped[str] = mapped_column(Text)
    """Wiped once it is printed, or no longer of use."""
    made_at: Mapped[Moment]
    last_useful_at: Mapped[Moment]
    printed_at: Mapped[datetime | None]

    __table_args__ = (Index("ix_letter_waiting", "printed_at", "made_at"),)
