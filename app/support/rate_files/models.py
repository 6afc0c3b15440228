"""Files of rates that were sent in, and what becomes of each of their rows."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId, stored_by_value
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.support.rate_files.rules import RateFate

_WAITS = text("published_at IS NULL")


class RateFile(Base):
    """One file of rates of a provider: looked at, then published once. One waits at a time; the next takes its place."""

    __tablename__ = "rate_file"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    at: Mapped[Moment]
    name: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date | None]
    """The first day of rows that name none."""
    counts: Mapped[dict[str, int]] = mapped_column(JSON)
    """How many rows met each fate; until it is published, how many would."""
    published_at: Mapped[datetime | None]

    by: Mapped[Person] = relationship()

    __table_args__ = (
        Index("ix_rate_file_provider", "provider_id", "at"),
        Index("uq_rate_file_waiting", "provider_id", unique=True, sqlite_where=_WAITS, postgresql_where=_WAITS),
    )


class RateFileRow(Base):
    """One row of it."""

    __tablename__ = "rate_file_row"

    id: Mapped[Key]
    file_id: Mapped[int] = mapped_column(ForeignKey("rate_file.id"))
    line: Mapped[int]
    """As a spreadsheet numbers it."""
    fate: Mapped[RateFate] = mapped_column(stored_by_value(RateFate))
    words: Mapped[str] = mapped_column(String(400))
    """Why it is not published, or what to look at; mostly empty."""
    facts: Mapped[dict[str, str]] = mapped_column(JSON)
    """The row as it was sent: only the columns we know."""
    says: Mapped[list[str]] = mapped_column(JSON)
    """What customers would pay, line by line."""
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"))
    begins_on: Mapped[date | None]
    over_from: Mapped[date | None]
    """The first day of the rate it follows, as it was looked at."""
    told: Mapped[int]
    """How many people with visits booked are told that they would pay more."""

    listing: Mapped[Listing | None] = relationship()

    __table_args__ = (
        UniqueConstraint("file_id", "line"),
        CheckConstraint("told >= 0", name="tells_nobody_or_some"),
    )
