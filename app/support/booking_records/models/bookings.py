"""Bookings, their visits and payments; and the pattern of what repeats: its times of day and the days on which it differs."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, and_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, Pence, PublicId, stored_by_value
from app.funding.budgets.models import Pot
from app.market.catalogue.models import Listing
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.circles.models import only_where
from app.support.booking_records.rules.paying import spent_of
from app.support.booking_records.rules.states import CAME, BookingStatus, VisitStatus, is_set_aside
from app.support.booking_records.rules.waiting import waits_until
from app.support.recurrence.rules.patterns import ExceptionKind, PatternTime, Rule


class Booking(Base):
    """One purchase from one listing, asked for, then agreed or declined. Keeps its own copy of words and price."""

    __tablename__ = "booking"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    """What people say on the phone: ``OW-7K3F-92QM``; random, never a count."""
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made with the form: a second click is the same booking."""
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what was asked with that key, so that one key cannot be used for two different things."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    booked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Who pressed the button: the person, or somebody beside them."""
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    council_id: Mapped[int | None] = mapped_column(ForeignKey("council.id"), index=True)
    """The person's council when booked, for its aggregates."""
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("locality.id"))
    kind: Mapped[str] = mapped_column(String(40))
    is_framework: Mapped[bool]
    """Whether the provider was a framework provider of that council, for this kind, on the day of booking."""
    status: Mapped[BookingStatus] = mapped_column(stored_by_value(BookingStatus))
    agreed: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Frozen words: title, provider, rates and their dates, notice rule, extras chosen. Never rewritten."""
    total_pence: Mapped[Pence]
    note: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str | None] = mapped_column(Text)
    """Why it was declined or cancelled."""
    requested_at: Mapped[Moment]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    revision: Mapped[int] = mapped_column(default=1, server_default="1")
    """Counts up with every change of its visits, so that of two people who change them at once one is told."""

    ends_on: Mapped[date | None]
    """The last London day of visits, once somebody gave notice: none is made for a later day."""
    ended_at: Mapped[datetime | None]
    """When notice was given: visits settled from then on fell away with it."""
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    is_shared: Mapped[bool] = mapped_column(default=False, server_default="0")
    """Several people's money pays it, each their share (:class:`SharePlan`): ``person`` is only the first of them."""
    moved_from_id: Mapped[int | None] = mapped_column(ForeignKey("booking.id"), index=True)
    """The booking whose visits were carried over to this one, with another provider."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    booked_by: Mapped[Person] = relationship(foreign_keys=[booked_by_id])
    listing: Mapped[Listing] = relationship()
    provider: Mapped[Provider] = relationship()
    visits: Mapped[list["Visit"]] = relationship(back_populates="booking", order_by="Visit.starts_at")
    pattern: Mapped["Pattern | None"] = relationship(back_populates="booking")
    """That it repeats, when it does."""

    @property
    def is_of_things(self) -> bool:
        """Whether things were bought with it by number. They arrive or do not, and last no hours."""
        return "quantity" in self.agreed

    @property
    def visits_that_came(self) -> list["Visit"]:
        """Those in which support was given or things were brought; a purchase of things has one at most."""
        return [visit for visit in self.visits if visit.status in CAME]

    @property
    def shown_visits(self) -> list["Visit"]:
        """Its visits as a list shows them: without those that other times took the place of, unless there are no others."""
        return [visit for visit in self.visits if visit.status != VisitStatus.DECLINED] or self.visits

    @property
    def cancelling_prices(self) -> list[int]:
        """What cancelling each of its planned visits too late costs, in pence: never all of them together."""
        return [visit.price_pence for visit in self.visits if visit.status == VisitStatus.PLANNED]

    @property
    def waits(self) -> bool:
        """Whether one of its visits waits for money still to come."""
        return any(visit.waits_on is not None for visit in self.visits)

    def visits_to_come(self, now: datetime) -> list["Visit"]:
        """Its visits that are planned and not over, in order."""
        return [visit for visit in self.visits if visit.status == VisitStatus.PLANNED and visit.ends_at > now]

    __table_args__ = (
        Index("ix_booking_person", "person_id", "requested_at"),
        Index("ix_booking_provider", "provider_id", "status", "requested_at"),
        CheckConstraint("total_pence >= 0", name="total_is_not_negative"),
    )


class Visit(Base):
    """One occurrence of a booking, with its exact price line by line."""

    __tablename__ = "visit"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    booking_id: Mapped[int] = mapped_column(ForeignKey("booking.id"))
    starts_at: Mapped[Moment]
    ends_at: Mapped[Moment]
    status: Mapped[VisitStatus] = mapped_column(stored_by_value(VisitStatus))
    price_pence: Mapped[Pence]
    price_lines: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """The quote as agreed: ``[{"words": ..., "pence": ...}]``, summing to ``price_pence``."""
    charged_pence: Mapped[Pence] = mapped_column(default=0)
    returned_pence: Mapped[Pence] = mapped_column(default=0, server_default="0")
    """What of it went back for things sent back that have arrived there."""
    arrived: Mapped[int | None]
    """Of things that were brought: how many arrived whole. Nothing of visits, and while nobody has said so."""
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    slot_id: Mapped[int | None] = mapped_column(ForeignKey("pattern_slot.id"))
    """Which time of day of a pattern it was made from; none when it does not repeat."""
    slot_day: Mapped[date | None]
    """The day the rule says, wherever the visit has been moved since."""
    revision: Mapped[int] = mapped_column(default=0, server_default="0")
    """How often it was changed: what RFC 5545 calls the SEQUENCE."""
    waits_on: Mapped[date | None]
    """While its money has not come and nothing is set aside for it: the day on which it comes."""
    waits_for: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    """The money it waits for, in the order in which each is emptied."""
    told_short_at: Mapped[datetime | None]
    """When the person was told that the money that came does not stretch to it."""

    booking: Mapped[Booking] = relationship(back_populates="visits")
    payments: Mapped[list["VisitPayment"]] = relationship(back_populates="visit", order_by="VisitPayment.id")

    @property
    def waits_until(self) -> datetime | None:
        """The moment at which it is called off when its money is not there; nothing of one that does not wait."""
        if self.waits_on is None:
            return None
        notice_hours = int(self.booking.agreed["notice_hours"])
        return waits_until(self.starts_at, comes_on=self.waits_on, notice_hours=notice_hours)

    @property
    def paid_pence(self) -> int:
        """What it has cost: what was charged, less what went back of it."""
        return self.charged_pence - self.returned_pence

    @property
    def lines(self) -> list[tuple[str, int]]:
        """The price agreed, line by line: words and pence."""
        return [(line["words"], line["pence"]) for line in self.price_lines]

    def is_set_aside(self, *, is_disputed: bool) -> bool:
        """Whether its money is set aside still, and so neither spent nor given back."""
        return is_set_aside(self.status, is_disputed=is_disputed)

    @property
    def spending(self) -> list[tuple["VisitPayment", int]]:
        """Each sum set aside for it, with the pence of that sum that were spent."""
        return list(zip(self.payments, self.shares_of(self.charged_pence), strict=True))

    def shares_of(self, pence: int) -> list[int]:
        """So many pence shared over the sums set aside for it, in their order."""
        amounts = [payment.amount_pence for payment in self.payments]
        several = len(self.payments) > 1
        return spent_of(pence, amounts, [payment.pot.person_id for payment in self.payments] if several else ())

    @property
    def payer_ids(self) -> list[int]:
        """Whose money pays for it: one person's, or that of all who share it."""
        return sorted({self.booking.person_id} | {payment.pot.person_id for payment in self.payments})

    __table_args__ = (
        Index("ix_visit_booking", "booking_id", "starts_at"),
        Index("ix_visit_status", "status", "starts_at"),
        # A day of a pattern has one visit that stands, however often the night's run is started.
        Index(
            "uq_visit_one_for_each_day",
            "slot_id",
            "slot_day",
            unique=True,
            sqlite_where=and_(status == VisitStatus.PLANNED, slot_id.is_not(None)),
            postgresql_where=and_(status == VisitStatus.PLANNED, slot_id.is_not(None)),
        ),
        # What the sweep of waiting visits looks for.
        Index("ix_visit_waits", "waits_on", **only_where("waits_on IS NOT NULL")),
        CheckConstraint("waits_on IS NULL OR status = 'planned'", name="only_what_is_planned_waits"),
        CheckConstraint("ends_at > starts_at", name="ends_after_it_starts"),
        CheckConstraint("charged_pence >= 0 AND charged_pence <= price_pence", name="never_charged_more_than_agreed"),
        CheckConstraint("returned_pence >= 0 AND returned_pence <= charged_pence", name="no_more_back_than_charged"),
        CheckConstraint("arrived >= 0", name="arrived_is_a_number_of_things"),
    )


PAID = Visit.charged_pence - Visit.returned_pence
"""What visits have cost, for sums made by the database: as :attr:`Visit.paid_pence` says it of one."""


class VisitPayment(Base):
    """Which money is set aside for a visit, and what of it was spent."""

    __tablename__ = "visit_payment"

    id: Mapped[Key]
    visit_id: Mapped[int] = mapped_column(ForeignKey("visit.id"))
    pot_id: Mapped[int] = mapped_column(ForeignKey("pot.id"), index=True)
    hold_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), unique=True)
    amount_pence: Mapped[Pence]

    visit: Mapped[Visit] = relationship(back_populates="payments")
    pot: Mapped[Pot] = relationship()

    __table_args__ = (
        UniqueConstraint("visit_id", "pot_id"),
        CheckConstraint("amount_pence > 0", name="amount_is_positive"),
    )


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
    def as_rule(self) -> PatternTime:
        """The same for the rules."""
        return PatternTime(
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
