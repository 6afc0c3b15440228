"""Councils and what they own: localities, postcodes, dated policies, framework agreements and their lots."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, String, Table, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, BigInt, Key, Moment, PublicId, stored_by_value
from app.people.accounts.models import Person
from app.people.councils.rules.admission import Admission
from app.people.councils.rules.geography import PlaceKind


class Council(Base):
    """A local authority with adult social-care duties. Many live in one installation."""

    __tablename__ = "council"

    id: Mapped[Key]
    code: Mapped[str] = mapped_column(String(40), unique=True)
    """Short, lower case, used in addresses: ``council=trafford``."""
    name: Mapped[str] = mapped_column(String(120))
    area_code: Mapped[str] = mapped_column(String(9), unique=True)
    """The ONS code of its area, for example E08000009."""
    nation: Mapped[str] = mapped_column(String(20), default="england")
    """Whose bank holidays apply: england, wales, scotland or northern-ireland."""
    holidays_mark: Mapped[str] = mapped_column(String(24), default="", server_default=text("''"))
    """Another one whenever the nation's rows of ``bank_holiday`` change: who holds what was read under it knows to read anew.
    Empty while there are none, and nothing need be read."""
    phone: Mapped[str | None] = mapped_column(String(20))
    email: Mapped[str | None] = mapped_column(String(254))
    safeguarding_phone: Mapped[str | None] = mapped_column(String(20))
    """Whom to call when an adult may be in danger; ``safeguarding_hours`` says when they answer."""
    safeguarding_hours: Mapped[str | None] = mapped_column(String(120))
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[Moment]

    localities: Mapped[list["Locality"]] = relationship(back_populates="council", order_by="Locality.name")

    __table_args__ = (CheckConstraint("code = lower(code)", name="code_is_lower_case"),)


class BankHoliday(Base):
    """A day on which a nation differs from the list that comes with the program: proclaimed since, moved, or dropped."""

    __tablename__ = "bank_holiday"

    id: Mapped[Key]
    nation: Mapped[str] = mapped_column(String(20))
    day: Mapped[date]
    name: Mapped[str] = mapped_column(String(80))
    is_kept: Mapped[bool]
    """Whether it is a bank holiday; a day of the list that is none stands here as well."""
    said_at: Mapped[Moment]

    __table_args__ = (
        UniqueConstraint("nation", "day"),
        CheckConstraint("nation IN ('england', 'wales', 'scotland', 'northern-ireland')", name="nation_is_one_of_four"),
    )


class Locality(Base):
    """An area inside a council by which services are let and demand is reported."""

    __tablename__ = "locality"

    id: Mapped[Key]
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    name: Mapped[str] = mapped_column(String(80))
    slug: Mapped[str] = mapped_column(String(80))

    council: Mapped[Council] = relationship(back_populates="localities")

    __table_args__ = (UniqueConstraint("council_id", "slug"),)


class Ward(Base):
    """An electoral ward, in the vintage of the file it came from."""

    __tablename__ = "ward"

    id: Mapped[Key]
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    code: Mapped[str] = mapped_column(String(9))
    name: Mapped[str] = mapped_column(String(80))

    __table_args__ = (UniqueConstraint("council_id", "code"),)


class Postcode(Base):
    """A postcode of a council: which ward and locality it is in, and where that is."""

    __tablename__ = "postcode"

    compact: Mapped[str] = mapped_column(String(7), primary_key=True)
    """Upper case without the space: M314FA."""
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), index=True)
    ward_id: Mapped[int] = mapped_column(ForeignKey("ward.id"))
    locality_id: Mapped[int] = mapped_column(ForeignKey("locality.id"))
    neighbourhood: Mapped[str] = mapped_column(String(80), default="")
    """What people call the part of town (the House of Commons name of its statistical area), when the file says."""
    longitude: Mapped[float]
    latitude: Mapped[float]

    council: Mapped[Council] = relationship()
    ward: Mapped[Ward] = relationship()
    locality: Mapped[Locality] = relationship()


class PlaceName(Base):
    """A name people type for a part of a council, and its middle: made again from the postcodes at every import.

    Kept so that a search for "near Sale" reads one short row and not eleven thousand postcodes.
    """

    __tablename__ = "place_name"

    id: Mapped[Key]
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    kind: Mapped[PlaceKind] = mapped_column(stored_by_value(PlaceKind))
    name: Mapped[str] = mapped_column(String(80))
    words: Mapped[str] = mapped_column(String(80), index=True)
    """The name as it is compared (``rules.geography.words_of``)."""
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("locality.id"))
    """Empty when the place lies in several localities."""
    longitude: Mapped[float]
    latitude: Mapped[float]
    postcodes: Mapped[int]
    """How many postcodes bear it: the weight of its middle when names are put together."""

    __table_args__ = (UniqueConstraint("council_id", "kind", "words"),)


class Policy(Base):
    """One rule of one council from one day on. Changed by a newer row, never by an edit."""

    __tablename__ = "policy"

    id: Mapped[Key]
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    name: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any] = mapped_column(JSON)
    valid_from: Mapped[date]
    set_at: Mapped[Moment]
    set_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    __table_args__ = (UniqueConstraint("council_id", "name", "valid_from"),)


class Framework(Base):
    """A council's contract that pre-approves providers, lot by lot, for a term. It guarantees quality, not demand."""

    __tablename__ = "framework"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), index=True)
    name: Mapped[str] = mapped_column(String(120))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    extend_until: Mapped[date | None]
    """The last day to which the contract lets the council move the end; empty: it cannot."""
    about: Mapped[str] = mapped_column(Text, default="")
    """What it is for, in plain words."""
    checks: Mapped[str] = mapped_column(Text, default="")
    """What the council checks before a provider is on it, a line for each."""
    admission: Mapped[Admission] = mapped_column(stored_by_value(Admission), default=Admission.ANY_TIME)
    weights: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    """What answers are weighed by: ``[{"name": "Quality", "percent": 60}, ...]``, together 100; none: each must be met."""
    questions: Mapped[list[str]] = mapped_column(JSON, default=list)
    """What whoever applies answers, in order."""
    published_at: Mapped[datetime | None]
    """From when everybody can read it and providers can apply; empty while the council is still writing it."""
    version: Mapped[int] = mapped_column(default=1)
    """Goes up with each change, so that of two officers the second sees what the first changed."""

    council: Mapped[Council] = relationship()
    lots: Mapped[list["Lot"]] = relationship(back_populates="framework", order_by="Lot.number")

    __table_args__ = (
        CheckConstraint("ends_on >= starts_on", name="term_runs_forward"),
        CheckConstraint("extend_until IS NULL OR extend_until >= ends_on", name="extension_is_later"),
    )


class Lot(Base):
    """One part of a framework: the kinds of support it pre-approves."""

    __tablename__ = "lot"

    id: Mapped[Key]
    framework_id: Mapped[int] = mapped_column(ForeignKey("framework.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(120))
    kinds: Mapped[list[str]] = mapped_column(JSON)
    """Codes of the kinds of support it covers (see ``catalogue/rules/kinds.py``)."""

    framework: Mapped[Framework] = relationship(back_populates="lots")
    localities: Mapped[list[Locality]] = relationship(secondary="lot_locality", order_by=Locality.name)
    """Where it is let, each for itself; none: in the whole council."""

    __table_args__ = (UniqueConstraint("framework_id", "number"),)


Table(
    "lot_locality",
    Base.metadata,
    Column("lot_id", BigInt, ForeignKey("lot.id"), primary_key=True),
    Column("locality_id", BigInt, ForeignKey("locality.id"), primary_key=True),
)


class PolicyProposal(Base):
    """A rule that moves money, asked for by one of a council's staff: it holds only once a second person says yes."""

    __tablename__ = "policy_proposal"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"))
    name: Mapped[str] = mapped_column(String(60))
    value: Mapped[Any] = mapped_column(JSON)
    valid_from: Mapped[date]
    reason: Mapped[str] = mapped_column(Text)
    asked_at: Mapped[Moment]
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    policy_id: Mapped[int | None] = mapped_column(ForeignKey("policy.id"))
    """The rule it became; empty where it was answered no."""

    council: Mapped[Council] = relationship()
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])

    __table_args__ = (
        CheckConstraint(
            "(answered_at IS NULL) = (answered_by_id IS NULL) AND (policy_id IS NULL OR answered_by_id <> asked_by_id)",
            name="two_people",
        ),
        Index(
            "uq_policy_proposal_one_waits",
            "council_id",
            "name",
            unique=True,
            sqlite_where=text("answered_at IS NULL"),
            postgresql_where=text("answered_at IS NULL"),
        ),
    )
