"""A person and a council: who asked, by what facts the council knows them, and what became of it."""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId, stored_by_value
from app.funding.taking_on.rules import TakingOn
from app.people.accounts.models import Person
from app.people.councils.models import Council


class CouncilPerson(Base):
    """That a council asks to be the one that pays for a person's support, or is. Ended, never deleted."""

    __tablename__ = "council_person"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    reference: Mapped[str | None] = mapped_column(String(40))
    """The council's own."""
    born_on: Mapped[date]
    """As the council knows it; the person must give the same to say yes."""
    postcode: Mapped[str] = mapped_column(String(8))
    status: Mapped[TakingOn] = mapped_column(stored_by_value(TakingOn))
    asked_at: Mapped[Moment]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    file_id: Mapped[int | None] = mapped_column(ForeignKey("people_file.id"), index=True)
    code_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    """Of the code in the letter; empty once it is used or dead."""
    code_until: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(default=0)
    """Wrong dates of birth so far."""
    answered_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    council: Mapped[Council] = relationship()
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])

    __table_args__ = (
        CheckConstraint("(code_hash IS NULL) = (code_until IS NULL)", name="code_has_an_end"),
        CheckConstraint("(status = 'ended') = (ended_at IS NOT NULL)", name="ended_when_it_is"),
        # One council pays for a person, and one asks at a time for each council; a reference names one person.
        *(
            Index(
                f"uq_council_person_{name}",
                *columns,
                unique=True,
                sqlite_where=text(where),
                postgresql_where=text(where),
            )
            for name, columns, where in (
                ("one_pays", ("person_id",), "status = 'confirmed'"),
                ("one_open", ("person_id", "council_id"), "status IN ('asked', 'moving', 'confirmed')"),
                (
                    "one_reference",
                    ("council_id", "reference"),
                    "reference IS NOT NULL AND status IN ('asked', 'moving', 'confirmed')",
                ),
            )
        ),
        Index("ix_council_person_found", "council_id", "born_on"),
    )
