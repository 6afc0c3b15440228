"""What was recorded of each visit; only ever added to."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Enum, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, Pence, stored_by_value
from app.people.accounts.models import Person
from app.support.booking_records.models.bookings import Visit
from app.support.booking_records.rules.states import How, VisitStatus

_ENDING = Enum(
    VisitStatus,
    native_enum=False,
    create_constraint=False,
    length=40,
    values_callable=lambda members: [member.value for member in members],
)
"""The visit's own column says which values there are; once is enough."""


class VisitRecord(Base):
    """What was recorded of a visit. Only ever added to: a correction is a new row, and one row of a visit is current."""

    __tablename__ = "visit_record"

    id: Mapped[Key]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    is_current: Mapped[bool] = mapped_column(default=True)
    ending: Mapped[VisitStatus] = mapped_column(_ENDING)
    came_at: Mapped[datetime | None]
    left_at: Mapped[datetime | None]
    how: Mapped[How] = mapped_column(stored_by_value(How))
    planned_minutes: Mapped[int]
    delivered_minutes: Mapped[int]
    charged_minutes: Mapped[int]
    charged_pence: Mapped[Pence]
    is_short_but_full: Mapped[bool]
    """A stay shorter than planned that was charged as the whole."""
    lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    rule: Mapped[str] = mapped_column(String(300))
    words: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Empty: the operator, who decided where nobody else could."""
    at: Mapped[Moment]

    visit: Mapped[Visit] = relationship()
    by: Mapped[Person | None] = relationship()

    @property
    def shown_lines(self) -> list[tuple[str, int]]:
        """What was charged, line by line: words and pence."""
        return [(line["words"], line["pence"]) for line in self.lines]

    __table_args__ = (
        Index(
            "ix_visit_record_current",
            "visit_id",
            unique=True,
            sqlite_where=text("is_current"),
            postgresql_where=text("is_current"),
        ),
        Index("ix_visit_record_visit", "visit_id", "id"),
        CheckConstraint("(came_at IS NULL) = (left_at IS NULL)", name="both_times_or_none"),
        CheckConstraint("left_at > came_at", name="left_after_coming"),
        CheckConstraint("delivered_minutes >= 0 AND charged_minutes >= 0", name="minutes_are_not_negative"),
        CheckConstraint("charged_minutes <= planned_minutes", name="no_more_charged_than_planned"),
    )
