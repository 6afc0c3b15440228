"""What was published, once, and which money stood behind it. Both are only ever added to."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, Pence
from app.people.councils.models import Council


class TrendPublication(Base):
    """The figures of one period of a council, as they were on the day they were published. Never changed afterwards."""

    __tablename__ = "trend_publication"

    id: Mapped[Key]
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    number: Mapped[int]
    """1, 2, 3 ... of its council, without a gap."""
    starts_on: Mapped[date]
    """After the last day of every publication before it, so that no day is in two."""
    ends_on: Mapped[date]
    """The last day, in London."""
    published_at: Mapped[Moment]
    json_text: Mapped[str] = mapped_column(Text)
    """Everything that is said; pages are drawn from it, and it is served as it is."""
    csv_text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of both files, one after the other."""

    council: Mapped[Council] = relationship()

    __table_args__ = (
        UniqueConstraint("council_id", "number"),
        UniqueConstraint("council_id", "starts_on"),
        CheckConstraint("ends_on > starts_on AND number >= 1", name="runs_forward"),
    )


class TrendCounted(Base):
    """How much of a booking's money stands in a publication, as a purchase of its period or a correction told in it.

    Never shown. All of them together are what has been told of a booking; what it has cost less that is still to be told.
    """

    __tablename__ = "trend_counted"

    id: Mapped[Key]
    publication_id: Mapped[int] = mapped_column(ForeignKey("trend_publication.id"))
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    pence: Mapped[Pence]

    __table_args__ = (UniqueConstraint("publication_id", "booking_id"),)
