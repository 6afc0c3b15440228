"""What people say after a delivered visit."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId, stored_by_value
from app.people.accounts.models import Person
from app.shop.reviews.rules import WRITTEN_AS_WORDS, ReviewStatus, WrittenAs
from app.support.booking_records.models.bookings import Booking


class Review(Base):
    """Two scores and words about one booking, by the person or by somebody beside them, saying so."""

    __tablename__ = "review"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), unique=True)
    """One review for each booking."""
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_as: Mapped[WrittenAs] = mapped_column(stored_by_value(WrittenAs))
    """In which part they wrote, as it was then."""
    quality: Mapped[int]
    value: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    status: Mapped[ReviewStatus] = mapped_column(stored_by_value(ReviewStatus))
    written_at: Mapped[Moment]
    removed_at: Mapped[datetime | None]

    booking: Mapped[Booking] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    __table_args__ = (
        Index("ix_review_listing", "listing_id", "status", "written_at"),
        CheckConstraint("quality BETWEEN 1 AND 5 AND value BETWEEN 1 AND 5", name="scores_are_one_to_five"),
    )

    @property
    def by(self) -> str:
        """Who wrote it, as anybody may read it: never a name."""
        return WRITTEN_AS_WORDS[self.written_as]
