"""The private address at which a calendar program reads somebody's visits."""

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Moment, PublicId
from app.people.accounts.models import Person


class CalendarFeed(Base):
    """The private address at which a person's own calendar program reads their visits. A new one shuts the old."""

    __tablename__ = "calendar_feed"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    public_id: Mapped[PublicId]
    """Half of the secret: the address also carries a signature that only this site can make."""
    shows_titles: Mapped[bool]
    """Whether a visit's title says what it is for. Only when the person chose so."""
    made_at: Mapped[Moment]

    person: Mapped[Person] = relationship()


class DeskFeed(Base):
    """The private address at which the calendar program of somebody on a provider's staff reads its days."""

    __tablename__ = "desk_feed"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True, autoincrement=False)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), primary_key=True, autoincrement=False)
    public_id: Mapped[PublicId]
    """Half of the secret: the address also carries a signature that only this site can make."""
    made_at: Mapped[Moment]
