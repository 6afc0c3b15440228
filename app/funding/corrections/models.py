"""Who put which event right, and why."""

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, Pence, PublicId
from app.funding.budgets.models import Pot
from app.people.accounts.models import Person
from app.platform.ledger.models import Journal


class Correction(Base):
    """One event of the ledger that was a mistake, and the one that puts it right. Only ever added to."""

    __tablename__ = "correction"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    journal_id: Mapped[int] = mapped_column(ForeignKey("journal.id"), unique=True)
    """The mistake."""
    by_journal_id: Mapped[int] = mapped_column(ForeignKey("journal.id"), unique=True)
    """What puts it right."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    pot_id: Mapped[int] = mapped_column(ForeignKey("pot.id"))
    pence: Mapped[Pence]
    reason: Mapped[str] = mapped_column(Text)
    corrected_at: Mapped[Moment]
    corrected_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    mistake: Mapped[Journal] = relationship(foreign_keys=[journal_id])
    pot: Mapped[Pot] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    corrected_by: Mapped[Person] = relationship(foreign_keys=[corrected_by_id])

    __table_args__ = (CheckConstraint("pence > 0 AND reason <> ''", name="a_sum_and_a_reason"),)
