"""Files of people a council brings, and what became of each row. What a row said stands in the file and nowhere else."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId, stored_by_value
from app.funding.people_files.rules import FileStatus
from app.people.accounts.models import Person
from app.people.councils.models import Council
from app.platform.files.models import StoredFile
from app.platform.tables.rules.outcomes import Outcome


class PeopleFile(Base):
    """One file of people and budgets a council brings. It can be undone for a day."""

    __tablename__ = "people_file"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    status: Mapped[FileStatus] = mapped_column(stored_by_value(FileStatus))
    stored_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    """The file itself, until it is forgotten."""
    made_at: Mapped[Moment]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who sent it; then who said yes to it: it is brought by that one's right."""
    added: Mapped[int]
    unchanged: Mapped[int]
    refused: Mapped[int]
    ended_at: Mapped[datetime | None]
    """When the last row was brought. It can be undone for a day from then."""
    fault: Mapped[str | None] = mapped_column(String(200))
    """Why the rest was not brought."""
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    council: Mapped[Council] = relationship()
    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])
    stored: Mapped[StoredFile | None] = relationship()

    __table_args__ = (Index("ix_people_file_status", "status"),)


class PeopleFileRow(Base):
    """One row of such a file: what would become of it, then what did; named by the council's reference."""

    __tablename__ = "people_file_row"

    id: Mapped[Key]
    file_id: Mapped[int] = mapped_column(ForeignKey("people_file.id"))
    line: Mapped[int]
    what: Mapped[str] = mapped_column(String(100))
    fate: Mapped[Outcome] = mapped_column(stored_by_value(Outcome))
    words: Mapped[str] = mapped_column(String(400))
    is_done: Mapped[bool] = mapped_column(default=False)
    """Whether this is what became of it; else what would."""
    council_person_id: Mapped[int | None] = mapped_column(ForeignKey("council_person.id"), index=True)
    """Who was asked because of it."""
    personal_budget_id: Mapped[int | None] = mapped_column(ForeignKey("personal_budget.id"), index=True)
    """The first estimate it wrote."""
    is_undone: Mapped[bool] = mapped_column(default=False)
    """Whether undoing has come to it."""
    stays: Mapped[str | None] = mapped_column(String(200))
    """Why it was not undone."""

    __table_args__ = (UniqueConstraint("file_id", "line"),)
