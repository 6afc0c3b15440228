"""What repeats: a booking's pattern, its times of day, the days on which it differs, and changes that were asked for."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import Person
from app.bookings.models.bookings import Booking, Visit
from app.bookings.rules.changes import ChangeStatus
from app.bookings.rules.patterns import ExceptionKind, Rule, Scope, Slot
from app.columns import Base, Key, Moment, Pence, PublicId, stored_by_value


class Pattern(Base):
    """That a booking repeats: which money pays for the visits to come, and how far they have been made."""

    __tablename__ = "pattern"

    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), primary_key=True, autoincrement=False)
    pots: Mapped[list[int]] = mapped_column(JSON)
    """The money that pays, in the order in which each is emptied."""
    extras: Mapped[list[str]] = mapped_column(JSON)
    miles: Mapped[int | None]
    next_on: Mapped[date | None] = mapped_column(index=True)
    """The first day whose visits have not been made: their money has not come yet. Nothing when all have been made."""
    before_notice: Mapped[dict[str, Any] | None] = mapped_column(JSON)
    """How it stood when notice was given (``rules.carrying``), so that another provider can be asked for what fell away."""

    booking: Mapped[Booking] = relationship(back_populates="pattern")
    slots: Mapped[list["PatternSlot"]] = relationship(
        back_populates="pattern", order_by="(PatternSlot.starts_on, PatternSlot.start, PatternSlot.id)"
    )


class PatternSlot(Base):
    """One time of day of a pattern. Its rule only ever ends earlier than it said; another time is another slot."""

    __tablename__ = "pattern_slot"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    booking_id: Mapped[int] = mapped_column(ForeignKey("pattern.booking_id"), index=True)
    starts_on: Mapped[date]
    """The first day of the rule, as London's calendar has it: the day of DTSTART."""
    rule: Mapped[str] = mapped_column(String(120))
    """An RFC 5545 recurrence rule."""
    start: Mapped[time]
    """What clocks in London show when it begins."""
    end: Mapped[time]
    ends_next_day: Mapped[bool]
    is_over: Mapped[bool] = mapped_column(default=False)
    """Whether no day of it is left at all: it was changed before its first visit."""

    pattern: Mapped[Pattern] = relationship(back_populates="slots")
    exceptions: Mapped[list["PatternException"]] = relationship(
        back_populates="slot", order_by="PatternException.day", cascade="all, delete-orphan"
    )

    @property
    def as_rule(self) -> Slot:
        """The same for the rules."""
        return Slot(
            self.id, self.public_id, self.starts_on, Rule.read(self.rule), self.start, self.end, self.ends_next_day
        )


class PatternException(Base):
    """A day on which a pattern differs from its rule."""

    __tablename__ = "pattern_exception"

    id: Mapped[Key]
    slot_id: Mapped[int] = mapped_column(ForeignKey("pattern_slot.id"))
    day: Mapped[date]
    """The day the rule says, whatever became of it: what RFC 5545 calls the RECURRENCE-ID."""
    kind: Mapped[ExceptionKind] = mapped_column(stored_by_value(ExceptionKind))
    noted_at: Mapped[Moment]
    noted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    slot: Mapped[PatternSlot] = relationship(back_populates="exceptions")

    __table_args__ = (UniqueConstraint("slot_id", "day"),)


class VisitChange(Base):
    """Another time that somebody asked for: a visit's or a pattern's. What was agreed stands until the provider says yes."""

    __tablename__ = "visit_change"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made with the form: a second click is the same question."""
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"), index=True)
    visit_id: Mapped[int | None] = mapped_column(ForeignKey("visit.id"))
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("pattern_slot.id"))
    day: Mapped[date]
    """The day of the rule it begins with; of a visit that does not repeat, its own day."""
    scope: Mapped[Scope] = mapped_column(stored_by_value(Scope))
    wanted: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The new time: ``on``, ``start``, ``end``, ``overnight``, ``days``, ``which``; or that a day is put back."""
    before_pence: Mapped[Pence]
    after_pence: Mapped[Pence]
    """What the visits it is about cost before and after, as shown when it was asked."""
    status: Mapped[ChangeStatus] = mapped_column(stored_by_value(ChangeStatus))
    reason: Mapped[str | None] = mapped_column(Text)
    asked_at: Mapped[Moment]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    booking: Mapped[Booking] = relationship()
    visit: Mapped[Visit | None] = relationship()
    slot: Mapped[PatternSlot | None] = relationship()
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])

    __table_args__ = (
        # One question at a time: nobody can answer two that contradict each other.
        Index(
            "uq_visit_change_one_waiting",
            "booking_id",
            unique=True,
            sqlite_where=status == ChangeStatus.ASKED,
            postgresql_where=status == ChangeStatus.ASKED,
        ),
        CheckConstraint("before_pence >= 0 AND after_pence >= 0", name="amounts_are_not_negative"),
    )


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
