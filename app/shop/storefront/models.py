"""Typical weeks that people keep by name."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId
from app.people.accounts.models import Person


class WeekPlan(Base):
    """A typical week with the providers chosen for it. Prices are never kept: they are asked for anew each time."""

    __tablename__ = "week_plan"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Whose week it is."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who drew it: the person, or somebody beside them."""
    name: Mapped[str] = mapped_column(String(80))
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """See ``rules.week.stored_powers``."""
    is_shared: Mapped[bool] = mapped_column(default=False)
    """Whether those who may look for support for the person see it."""
    revision: Mapped[int] = mapped_column(default=1)
    """Goes up with each change, so that nobody overwrites what they have not seen."""
    made_at: Mapped[Moment]
    changed_at: Mapped[datetime]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    made_by: Mapped[Person] = relationship(foreign_keys=[made_by_id])

    __table_args__ = (
        UniqueConstraint("person_id", "name"),
        CheckConstraint("revision >= 1", name="revision_counts_up"),
    )
