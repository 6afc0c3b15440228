"""What a visit at home needs, one row for each person who has said it."""

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from app.base.columns import Base, Moment


class HomeDetails(Base):
    """Where to come and how to get in, sealed (:class:`app.people.homes.rules.HomeSeal`); written over, never in a log."""

    __tablename__ = "home_details"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    facts: Mapped[bytes] = mapped_column(LargeBinary)
    way_in: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Sealed apart, so that a page that does not show it does not open it."""
    revision: Mapped[int]
    """Counts up with every change, so that of two who change it at once the second is told."""
    saved_at: Mapped[Moment]
    saved_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (CheckConstraint("revision >= 1", name="revision_counts_from_one"),)
