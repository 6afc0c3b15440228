"""What can be booked at once, and who has which place: the database itself never lets one place be had twice."""

from datetime import datetime

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, BigInt, Key, Moment, PublicId
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person


class Availability(Base):
    """When a listing can be had, how many at a time, and whether it can be booked without asking."""

    __tablename__ = "availability"

    id: Mapped[Key]
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), unique=True)
    is_instant: Mapped[bool]
    """Whether a booking in these times is agreed at once. The row is the turnstile for who buys the last place."""
    openings: Mapped[list[dict[str, int]]] = mapped_column(JSON)
    """``[{"day": 1, "starts": 540, "ends": 1020, "places": 2}]``: minutes of the London day."""
    closed: Mapped[list[str]] = mapped_column(JSON)
    """London days that are left out: ``2026-12-25``."""
    ahead_hours: Mapped[int]
    """How many hours before it begins a visit can still be booked at once; later ones are asked for."""
    changed_at: Mapped[Moment]
    changed_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (CheckConstraint("ahead_hours >= 0", name="ahead_is_not_negative"),)


class GroupSession(Base):
    """One time at which several people come together: a lunch on a Thursday, with so many places."""

    __tablename__ = "group_session"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    places: Mapped[int]
    called_off_at: Mapped[datetime | None]
    called_off_because: Mapped[str | None] = mapped_column(String(500))
    made_at: Mapped[Moment]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    listing: Mapped[Listing] = relationship()

    @property
    def is_called_off(self) -> bool:
        """Whether it will not be."""
        return self.called_off_at is not None

    __table_args__ = (
        UniqueConstraint("listing_id", "starts_at"),
        # The places taken at it refer to this pair, so that a place never says it is one of more than there are.
        UniqueConstraint("id", "places"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("places >= 1", name="has_places"),
    )


class Place(Base):
    """One place that somebody has: at a session, or for a visit booked at once.

    Two places of one listing with one number never overlap in time, those by the hour among themselves: an exclusion
    constraint holds that on PostgreSQL, a trigger on SQLite, whoever writes the row. Those of one session are numbered up
    to its number of places.
    """

    __tablename__ = "place"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    session_id: Mapped[int | None] = mapped_column(BigInt)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"), unique=True)
    """The visit it is for; nothing where a place is free of charge."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    number: Mapped[int]
    of_places: Mapped[int]
    """How many there were when it was taken; at a session, how many there are."""
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    taken_at: Mapped[Moment]
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    session: Mapped[GroupSession | None] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    __table_args__ = (
        ForeignKeyConstraint(
            ["session_id", "of_places"],
            ["group_session.id", "group_session.places"],
            name="fk_place_session_and_its_places",
            onupdate="CASCADE",
        ),
        UniqueConstraint("session_id", "number"),
        UniqueConstraint("session_id", "person_id"),
        Index("ix_place_listing", "listing_id", "starts_at"),
        CheckConstraint("number >= 1 AND number <= of_places", name="is_one_of_its_places"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("session_id IS NOT NULL OR visit_id IS NOT NULL", name="is_for_something"),
    )


class Waiting(Base):
    """Somebody who waits for a place at a session that is full, in the order in which they came."""

    __tablename__ = "waiting"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    session_id: Mapped[int] = mapped_column(ForeignKey("group_session.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    joined_at: Mapped[Moment]
    joined_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    offered_at: Mapped[datetime | None]
    offered_until: Mapped[datetime | None]
    """Until when a place that came free is kept for them; nothing while there is none."""

    session: Mapped[GroupSession] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])

    __table_args__ = (
        UniqueConstraint("session_id", "person_id"),
        Index("ix_waiting_offered", "offered_until"),
        CheckConstraint("(offered_at IS NULL) = (offered_until IS NULL)", name="an_offer_has_an_end"),
    )
