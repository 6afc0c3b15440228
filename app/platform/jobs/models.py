"""What is kept of each job: when it is due, how its last runs went, and who has it in hand."""

from datetime import datetime

from sqlalchemy import CheckConstraint, String
from sqlalchemy.orm import Mapped, mapped_column

from app.base.columns import Base, Moment


class JobState(Base):
    """One job of the table of contents. Nothing of a person is ever in it."""

    __tablename__ = "job_state"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    due_at: Mapped[Moment]
    """Moved on only when a run has ended: a worker that dies leaves it due."""
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    """When a run last ended well."""
    failed_at: Mapped[datetime | None]
    failures: Mapped[int] = mapped_column(default=0)
    """In a row, since it last ended well."""
    fault: Mapped[str | None] = mapped_column(String(80))
    """The class of what went wrong and never its words, which may quote what people wrote. The log has more."""
    holder: Mapped[str | None] = mapped_column(String(120))
    """The machine and process that has it in hand."""
    leased_until: Mapped[datetime | None]
    fence: Mapped[int] = mapped_column(default=0)
    """Counts up with each run: a worker that lost its lease says nothing any more about the run of another."""

    __table_args__ = (
        CheckConstraint("(holder IS NULL) = (leased_until IS NULL)", name="held_by_somebody_until_then"),
        CheckConstraint("(failures = 0) = (fault IS NULL)", name="failures_have_a_class"),
        CheckConstraint("failures >= 0 AND fence >= 0", name="counts_are_not_negative"),
    )
