"""A complaint about support, and each step that was taken about it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId, stored_by_value
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.councils.models import Council
from app.support.booking_records.models.bookings import Booking
from app.support.complaints.rules import ComplaintStatus, ComplaintStep


class Complaint(Base):
    """About a provider, or about the council where there is none; the words are in its steps."""

    __tablename__ = "complaint"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Of the form that sent it, so that a second click is the same complaint."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    written_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """The person, or a supporter whom they let complain for them."""
    council_id: Mapped[int | None] = mapped_column(ForeignKey("council.id"), index=True)
    """Whose moderators have the copy: the council that paid for the person's support when it was made."""
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), index=True)
    """About whom; nobody: about the council."""
    booking_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"))
    for_provider: Mapped[bool]
    """Whether the provider's managers read and answer it; else the council alone does."""
    status: Mapped[ComplaintStatus] = mapped_column(stored_by_value(ComplaintStatus))
    received_at: Mapped[Moment]
    acknowledge_by: Mapped[date]
    acknowledged_at: Mapped[datetime | None]
    answer_by: Mapped[date]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    further_at: Mapped[datetime | None]
    final_at: Mapped[datetime | None]
    final_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    late_told_for: Mapped[date | None]
    """The latest day that passed without what was due by it, and of which everybody concerned was told."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    written_by: Mapped[Person] = relationship(foreign_keys=[written_by_id])
    council: Mapped[Council | None] = relationship()
    provider: Mapped[Provider | None] = relationship()
    booking: Mapped[Booking | None] = relationship()
    steps: Mapped[list["ComplaintEntry"]] = relationship(order_by="ComplaintEntry.id")

    __table_args__ = (
        CheckConstraint("provider_id IS NOT NULL OR council_id IS NOT NULL", name="about_somebody"),
        CheckConstraint("NOT for_provider OR provider_id IS NOT NULL", name="answered_by_whom_it_is_about"),
        CheckConstraint("for_provider OR council_id IS NOT NULL", name="somebody_answers"),
        CheckConstraint("(answered_at IS NULL) = (answered_by_id IS NULL)", name="answered_whole"),
        CheckConstraint("(final_at IS NULL) = (final_by_id IS NULL)", name="final_whole"),
        CheckConstraint("further_at IS NULL OR (answered_at IS NOT NULL AND council_id IS NOT NULL)", name="further_after"),
        CheckConstraint("final_at IS NULL OR (further_at IS NOT NULL AND final_by_id <> answered_by_id)", name="final_by_another"),
        CheckConstraint(
            "written_by_id <> answered_by_id AND person_id <> answered_by_id AND person_id <> final_by_id"
            " AND written_by_id <> final_by_id",
            name="nobody_answers_their_own",
        ),
        Index("ix_complaint_status_answer_by", "status", "answer_by"),
    )  # fmt: skip

    @property
    def about_words(self) -> str:
        """About whom it is: ``Bright Days``, ``Quaxton Council``."""
        about = self.provider or self.council
        return about.name if about is not None else ""


class ComplaintEntry(Base):
    """One step: who did what, and in which words. Only ever added to."""

    __tablename__ = "complaint_entry"

    id: Mapped[Key]
    complaint_id: Mapped[int] = mapped_column(ForeignKey("complaint.id"), index=True)
    step: Mapped[ComplaintStep] = mapped_column(stored_by_value(ComplaintStep))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Moment]
    words: Mapped[str] = mapped_column(Text)

    by: Mapped[Person] = relationship()

    __table_args__ = (CheckConstraint("words <> ''", name="says_something"),)
