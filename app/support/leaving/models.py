"""That somebody has died, as it was reported, and what became of the report."""

from datetime import datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId, stored_by_value
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.support.leaving.rules import DeathEvidence, ReportedAs, ReportStatus


class DeathReport(Base):
    """One report. While it waits nothing new is booked, released or written for the person."""

    __tablename__ = "death_report"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    council_id: Mapped[int | None] = mapped_column(ForeignKey("council.id"), index=True)
    """That of the person when it was reported: its staff answer."""
    reported_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reported_as: Mapped[ReportedAs] = mapped_column(stored_by_value(ReportedAs))
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"))
    words: Mapped[str] = mapped_column(Text)
    """How they know."""
    reported_at: Mapped[Moment]
    status: Mapped[ReportStatus] = mapped_column(stored_by_value(ReportStatus))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    answer_words: Mapped[str | None] = mapped_column(Text)
    operator_first: Mapped[str | None] = mapped_column(String(120))
    """Of a person without a council: the operator who looked at the evidence first, and which it was."""
    operator_evidence: Mapped[DeathEvidence | None] = mapped_column(stored_by_value(DeathEvidence))
    operator_first_at: Mapped[datetime | None]
    operator_second: Mapped[str | None] = mapped_column(String(120))
    """The other operator, who confirmed it."""
    called_off: Mapped[list[str]] = mapped_column(JSON)
    """Public ids of the visits called off because of it, so that they can be asked for again."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    reported_by: Mapped[Person] = relationship(foreign_keys=[reported_by_id])
    answered_by: Mapped[Person | None] = relationship(foreign_keys=[answered_by_id])
    provider: Mapped[Provider | None] = relationship()

    __table_args__ = (
        CheckConstraint("words <> ''", name="says_how_they_know"),
        CheckConstraint("(status = 'waiting') = (answered_at IS NULL)", name="answered_when_it_is"),
        CheckConstraint(
            "(operator_first IS NULL) = (operator_first_at IS NULL) AND (operator_first IS NULL) = (operator_evidence IS NULL)"
            " AND (operator_second IS NULL OR (operator_first IS NOT NULL AND operator_first <> operator_second))",
            name="two_operators",
        ),
        CheckConstraint("operator_first IS NULL OR council_id IS NULL", name="operators_where_no_council_is"),
        CheckConstraint(
            "status <> 'confirmed' OR answered_by_id IS NOT NULL OR operator_second IS NOT NULL",
            name="confirmed_by_somebody",
        ),
        CheckConstraint(
            "(provider_id IS NOT NULL) = (reported_as = 'provider_staff')", name="staff_name_their_provider"
        ),
        # Never by one alone: who reports it does not confirm it.
        CheckConstraint("status <> 'confirmed' OR answered_by_id <> reported_by_id", name="confirmed_by_a_second"),
        Index(
            "uq_death_report_one_stands",
            "person_id",
            unique=True,
            sqlite_where=text("status <> 'mistaken'"),
            postgresql_where=text("status <> 'mistaken'"),
        ),
    )
