"""What people say after a delivered visit, what it said before, and what was said against it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId, stored_by_value
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.shop.reviews.rules import (
    CONNECTION_SHOWN,
    WRITTEN_AS_WORDS,
    Connection,
    Helped,
    ReportReason,
    ReviewPurpose,
    ReviewStatus,
    WrittenAs,
)
from app.support.booking_records.models.bookings import Booking


class Review(Base):
    """Two scores and words about one booking, by the person or by somebody beside them, saying so."""

    __tablename__ = "review"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    number: Mapped[int]
    """The first, second ... of its booking, each three months after the one before."""
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    council_id: Mapped[int | None] = mapped_column(ForeignKey("council.id"), index=True)
    """Whose moderator decides about it."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    written_as: Mapped[WrittenAs] = mapped_column(stored_by_value(WrittenAs))
    """In which part they wrote, as it was then."""
    quality: Mapped[int]
    value: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    purpose: Mapped[ReviewPurpose | None] = mapped_column(stored_by_value(ReviewPurpose))
    helped: Mapped[Helped | None] = mapped_column(stored_by_value(Helped))
    connection: Mapped[Connection | None] = mapped_column(stored_by_value(Connection))
    """Empty, as the two above, where nobody was asked: reviews written before there was the question."""
    status: Mapped[ReviewStatus] = mapped_column(stored_by_value(ReviewStatus))
    written_at: Mapped[Moment]
    changed_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    """When the provider's week is over; nothing while it is held."""
    published_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]
    removed_because: Mapped[ReportReason | None] = mapped_column(stored_by_value(ReportReason, "removed_because"))
    """By the council's moderator, or taken back by its writer or its person."""
    removed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    reply: Mapped[str | None] = mapped_column(Text)
    """The provider's one answer to what it says now."""
    replied_at: Mapped[datetime | None]
    replied_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    booking: Mapped[Booking] = relationship()
    listing: Mapped[Listing] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    written_by: Mapped[Person] = relationship(foreign_keys=[written_by_id])
    versions: Mapped[list["ReviewVersion"]] = relationship(order_by="ReviewVersion.number")

    __table_args__ = (
        UniqueConstraint("booking_id", "number"),
        Index("ix_review_listing", "listing_id", "status", "written_at"),
        Index("ix_review_status_due_at", "status", "due_at"),
        CheckConstraint("quality BETWEEN 1 AND 5 AND value BETWEEN 1 AND 5", name="scores_are_one_to_five"),
        CheckConstraint("(reply IS NULL) = (replied_at IS NULL)", name="reply_has_its_moment"),
        CheckConstraint("(status = 'removed') = (removed_because IS NOT NULL)", name="removed_for_a_reason"),
        CheckConstraint("status <> 'published' OR published_at IS NOT NULL", name="shown_since_a_moment"),
        CheckConstraint("status <> 'notice' OR due_at IS NOT NULL", name="notice_has_an_end"),
        CheckConstraint("connection IS NULL OR connection <> 'kin'", name="never_by_kin"),
    )

    @property
    def by(self) -> str:
        """Who wrote it, as anybody may read it: never a name."""
        return WRITTEN_AS_WORDS[self.written_as]

    @property
    def connection_shown(self) -> str:
        """What ties the writer to the provider, in words; empty where nothing does."""
        return CONNECTION_SHOWN.get(self.connection, "") if self.connection else ""


class ReviewVersion(Base):
    """What a review said before its writer changed it, and what the provider had replied to that. Only ever added to."""

    __tablename__ = "review_version"

    id: Mapped[Key]
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"))
    number: Mapped[int]
    quality: Mapped[int]
    value: Mapped[int]
    words: Mapped[str] = mapped_column(Text)
    purpose: Mapped[ReviewPurpose | None] = mapped_column(stored_by_value(ReviewPurpose))
    helped: Mapped[Helped | None] = mapped_column(stored_by_value(Helped))
    connection: Mapped[Connection | None] = mapped_column(stored_by_value(Connection))
    reply: Mapped[str | None] = mapped_column(Text)
    replaced_at: Mapped[Moment]

    __table_args__ = (UniqueConstraint("review_id", "number"),)


class ReviewReport(Base):
    """What is said to be wrong with a review, the moderator's decision, an appeal against that, and its decision.

    Nobody decides about what they reported or appealed against, and no appeal is decided by whoever decided first.
    """

    __tablename__ = "review_report"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    review_id: Mapped[int] = mapped_column(ForeignKey("review.id"), index=True)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Nobody where the site itself heard words of harm, or found the writer on the provider's staff."""
    is_from_provider: Mapped[bool]
    reason: Mapped[ReportReason] = mapped_column(stored_by_value(ReportReason))
    words: Mapped[str] = mapped_column(Text)
    made_at: Mapped[Moment]
    is_removed: Mapped[bool | None]
    """What was decided; empty while it waits."""
    answer: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    appeal: Mapped[str | None] = mapped_column(Text)
    """Why the decision is said to be wrong."""
    appealed_at: Mapped[datetime | None]
    appealed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    is_upheld: Mapped[bool | None]
    """Whether the appeal was right, so that the decision was turned round; empty while it waits."""
    appeal_answer: Mapped[str | None] = mapped_column(Text)
    appeal_decided_at: Mapped[datetime | None]
    appeal_decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    review: Mapped[Review] = relationship()
    by: Mapped[Person | None] = relationship(foreign_keys=[by_id])
    appealed_by: Mapped[Person | None] = relationship(foreign_keys=[appealed_by_id])

    __table_args__ = (
        CheckConstraint("(decided_at IS NULL) = (is_removed IS NULL)", name="decided_whole"),
        CheckConstraint("(appealed_at IS NULL) = (appealed_by_id IS NULL)", name="appealed_whole"),
        CheckConstraint("appealed_at IS NULL OR decided_at IS NOT NULL", name="appealed_when_decided"),
        CheckConstraint("(appeal_decided_at IS NULL) = (is_upheld IS NULL)", name="appeal_decided_whole"),
        CheckConstraint("appeal_decided_at IS NULL OR appealed_at IS NOT NULL", name="appeal_before_its_decision"),
        CheckConstraint(
            "decided_by_id IS NULL OR by_id IS NULL OR decided_by_id <> by_id", name="nobody_decides_their_own"
        ),
        CheckConstraint(
            "appeal_decided_by_id IS NULL OR (appeal_decided_by_id <> decided_by_id"
            " AND appeal_decided_by_id <> appealed_by_id AND (by_id IS NULL OR appeal_decided_by_id <> by_id))",
            name="appeals_are_decided_by_somebody_else",
        ),
        Index(
            "uq_review_report_one_open", "review_id", "by_id", unique=True,
            sqlite_where=text("decided_at IS NULL"), postgresql_where=text("decided_at IS NULL"),
        ),
        Index("ix_review_report_decided_at_made_at", "decided_at", "made_at"),
    )  # fmt: skip
