"""What surrounds a council's framework: its dated terms, its rounds, whom it invited, and who applied with what answers."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, Pence, PublicId, stored_by_value
from app.market.frameworks.rules.applications import ApplicationStatus, LotAnswer
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.councils.models import Framework, Locality, Lot


class VolumeDiscount(Base):
    """The discount a framework's providers give the council from a day on, on a whole four-week invoice over a threshold.

    It goes to the council and never changes what a person pays. The newest row not later than a day holds on it.
    """

    __tablename__ = "volume_discount"

    id: Mapped[Key]
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"))
    valid_from: Mapped[date]
    threshold_pence: Mapped[Pence]
    """A provider's total in the four weeks must be over it: at the threshold itself there is none."""
    percent: Mapped[int]
    """0: none from this day on."""
    set_at: Mapped[Moment]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (
        UniqueConstraint("framework_id", "valid_from"),
        CheckConstraint("percent BETWEEN 0 AND 100 AND threshold_pence >= 0", name="discount_is_one"),
    )


class FrameworkRound(Base):
    """A time in which providers can apply to a framework that lets them in by rounds; both days included."""

    __tablename__ = "framework_round"

    id: Mapped[Key]
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"))
    opens_on: Mapped[date]
    closes_on: Mapped[date]

    __table_args__ = (
        UniqueConstraint("framework_id", "opens_on"),
        CheckConstraint("closes_on >= opens_on", name="round_runs_forward"),
    )


class FrameworkInvitation(Base):
    """A provider the council asked to apply. Nobody needs to be asked, and not answering is no mark."""

    __tablename__ = "framework_invitation"

    id: Mapped[Key]
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    invited_at: Mapped[Moment]
    invited_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    provider: Mapped[Provider] = relationship()

    __table_args__ = (UniqueConstraint("framework_id", "provider_id"),)


class FrameworkApplication(Base):
    """A provider asks to be on lots of a framework, with answers and documents. Kept as it was sent."""

    __tablename__ = "framework_application"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"), index=True)
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    round_id: Mapped[int | None] = mapped_column(ForeignKey("framework_round.id"))
    status: Mapped[ApplicationStatus] = mapped_column(stored_by_value(ApplicationStatus))
    questions: Mapped[list[str]] = mapped_column(JSON)
    """The framework's questions as they were answered."""
    answers: Mapped[list[str]] = mapped_column(JSON)
    weights: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    """What it is weighed by, as declared when it was sent."""
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    made_at: Mapped[Moment]
    sent_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    """When the last of its lots was answered."""

    framework: Mapped[Framework] = relationship()
    provider: Mapped[Provider] = relationship()
    made_by: Mapped[Person] = relationship()
    round: Mapped[FrameworkRound | None] = relationship()
    lots: Mapped[list["ApplicationLot"]] = relationship(back_populates="application", order_by="ApplicationLot.id")

    __table_args__ = (
        CheckConstraint("(status = 'draft') = (sent_at IS NULL) OR status = 'withdrawn'", name="sent_is_no_draft"),
        Index(
            "uq_framework_application_one_open",
            "framework_id",
            "provider_id",
            unique=True,
            sqlite_where=status.in_(["draft", "sent"]),
            postgresql_where=status.in_(["draft", "sent"]),
        ),
    )


class ApplicationLot(Base):
    """One lot of an application, in one locality or the whole council, and the council's answer with its reason."""

    __tablename__ = "application_lot"

    id: Mapped[Key]
    application_id: Mapped[int] = mapped_column(ForeignKey("framework_application.id"), index=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"))
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("locality.id"))
    answer: Mapped[LotAnswer] = mapped_column(stored_by_value(LotAnswer), default=LotAnswer.WAITING)
    scores: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    """By the weights' names, from 0 to 100 each."""
    reason: Mapped[str | None] = mapped_column(Text)
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    place_id: Mapped[int | None] = mapped_column(ForeignKey("framework_place.id"))

    application: Mapped[FrameworkApplication] = relationship(back_populates="lots")
    lot: Mapped[Lot] = relationship()
    locality: Mapped[Locality | None] = relationship()
    answered_by: Mapped[Person | None] = relationship()

    __table_args__ = (
        UniqueConstraint("application_id", "lot_id", "locality_id"),
        CheckConstraint(
            "(answer = 'waiting') = (answered_at IS NULL) AND (answer = 'waiting') = (reason IS NULL)"
            " AND (answer = 'awarded') = (place_id IS NOT NULL)",
            name="answer_has_a_reason",
        ),
    )


class ApplicationDocument(Base):
    """A file that came with an application: read by the council's contracts officers and the provider's own staff."""

    __tablename__ = "application_document"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    application_id: Mapped[int] = mapped_column(ForeignKey("framework_application.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    media_type: Mapped[str] = mapped_column(String(80))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    size: Mapped[int]
    added_at: Mapped[Moment]
