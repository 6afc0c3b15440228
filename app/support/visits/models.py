"""What became of visits: who is at the door now, disputes, and files of visits sent in."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, Pence, PublicId, stored_by_value
from app.people.accounts.models import Person
from app.support.booking_records.models.bookings import Visit
from app.support.booking_records.rules.disputes import DisputeClaim, DisputeStatus
from app.support.visits.rules.uploads import UploadOutcome


class VisitClock(Base):
    """What happens around a visit before it is recorded: who is there now, wrong codes, and whether we asked."""

    __tablename__ = "visit_clock"

    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"), primary_key=True)
    came_at: Mapped[datetime | None]
    came_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    wrong_codes: Mapped[int] = mapped_column(default=0)
    asked_at: Mapped[datetime | None]
    """When both sides were asked what became of a visit nobody had recorded."""
    provider_told_at: Mapped[datetime | None]
    """When the provider was told that nobody has said the worker came. Told before the visit begins, it was of an earlier
    time, from which the visit has been moved since."""
    circle_told_at: Mapped[datetime | None]
    """The same of the care managers and helpers."""


class Dispute(Base):
    """The person's side says a visit did not happen, or not at those times. The money waits while it stands."""

    __tablename__ = "dispute"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    status: Mapped[DisputeStatus] = mapped_column(stored_by_value(DisputeStatus))
    claim: Mapped[DisputeClaim] = mapped_column(stored_by_value(DisputeClaim, name="claim"))
    says_came_at: Mapped[datetime | None]
    says_left_at: Mapped[datetime | None]
    says_arrived: Mapped[int | None]
    """Of things: how many arrived whole, as the person's side says."""
    words: Mapped[str] = mapped_column(Text)
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    raised_at: Mapped[Moment]
    waiting_pence: Mapped[Pence]
    """What was charged and put back: the most it can still come to. For a visit not recorded, the price agreed."""
    answer_words: Mapped[str | None] = mapped_column(Text)
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    stands_came_at: Mapped[datetime | None]
    stands_left_at: Mapped[datetime | None]
    """The times the provider says, where it had recorded none."""
    closed_words: Mapped[str | None] = mapped_column(Text)
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    closed_at: Mapped[datetime | None]

    visit: Mapped[Visit] = relationship()
    raised_by: Mapped[Person] = relationship(foreign_keys=[raised_by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])

    __table_args__ = (
        Index(
            "ix_dispute_standing",
            "visit_id",
            unique=True,
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        Index("ix_dispute_visit", "visit_id", "id"),
        CheckConstraint("(closed_at IS NULL) = (status IN ('open', 'answered'))", name="closed_when_settled"),
        CheckConstraint("waiting_pence >= 0", name="waiting_is_not_negative"),
        CheckConstraint("says_arrived >= 0", name="says_arrived_is_a_number_of_things"),
    )


class VisitUpload(Base):
    """One file of visits a provider sent in: first what would become of it, then taken in, once.

    The same file, or the same file reference, is taken once. What nobody takes in is forgotten after some days.
    """

    __tablename__ = "visit_upload"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Moment]
    name: Mapped[str] = mapped_column(String(120))
    layout: Mapped[str] = mapped_column(String(20))
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the file."""
    file_reference: Mapped[str | None] = mapped_column(String(60))
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    """How many rows met each fate when it was taken in; until then, how many would meet it."""
    taken_at: Mapped[datetime | None]
    """When somebody said yes to it. Until then no visit was touched."""

    by: Mapped[Person] = relationship()

    __table_args__ = (
        UniqueConstraint("provider_id", "digest"),
        UniqueConstraint("provider_id", "file_reference"),
        CheckConstraint("taken_at IS NOT NULL OR file_reference IS NULL", name="only_what_is_taken_bars_others"),
        Index("ix_visit_upload_provider", "provider_id", "at"),
        Index(
            "ix_visit_upload_waiting",
            "at",
            sqlite_where=text("taken_at IS NULL"),
            postgresql_where=text("taken_at IS NULL"),
        ),
    )


class UploadRow(Base):
    """One row of such a file and what became of it; what could not be matched is kept here for a look."""

    __tablename__ = "upload_row"

    id: Mapped[Key]
    upload_id: Mapped[int] = mapped_column(ForeignKey("visit_upload.id"))
    line: Mapped[int]
    fate: Mapped[UploadOutcome] = mapped_column(stored_by_value(UploadOutcome, name="fate"))
    words: Mapped[str] = mapped_column(String(400))
    facts: Mapped[dict[str, str]] = mapped_column(JSON)
    """The row as it was sent: only the columns that were understood."""
    remark: Mapped[str] = mapped_column(String(400), default="")
    """What was guessed in reading it, with the name of the cell."""
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), index=True)
    looked_at: Mapped[datetime | None]
    looked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    upload: Mapped[VisitUpload] = relationship()
    visit: Mapped[Visit | None] = relationship()

    __table_args__ = (UniqueConstraint("upload_id", "line"),)
