"""Organisations that sell: what the registers say, their places on frameworks, suspensions, and who asked to speak for them."""

from datetime import date, datetime

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId, stored_by_value
from app.market.providers.rules import ClaimStatus, CqcRating, ProviderKind, SuspensionReason
from app.market.providers.rules.proofs import ClaimProof
from app.people.accounts.models import Person
from app.people.councils.models import Council, Locality, Lot


def _one_standing(name: str, *columns: str, where: str) -> Index:
    return Index(
        f"uq_suspension_one_{name}", *columns, unique=True, sqlite_where=text(where), postgresql_where=text(where)
    )


class Provider(Base):
    """An organisation or sole trader. *Unclaimed* while it is only known from a public register."""

    __tablename__ = "provider"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[ProviderKind] = mapped_column(stored_by_value(ProviderKind))
    description: Mapped[str] = mapped_column(Text, default="")
    address: Mapped[str | None] = mapped_column(String(300))
    postcode: Mapped[str | None] = mapped_column(String(8))
    phone: Mapped[str | None] = mapped_column(String(30))
    email: Mapped[str | None] = mapped_column(String(254))
    website: Mapped[str | None] = mapped_column(String(300))
    opening_hours: Mapped[str] = mapped_column(String(300), default="")
    """When people can reach it, in its own words."""
    languages: Mapped[list[str] | None] = mapped_column(JSON)
    not_done: Mapped[str] = mapped_column(Text, default="")
    """What it does not do, in its own words."""
    words_removed_because: Mapped[str | None] = mapped_column(String(40))
    """Why a council's moderator took what it says of itself off its page (of ``RemovalReason``)."""
    small_picture: Mapped[str | None] = mapped_column(String(20))
    """The picture shown small beside what it offers, as its address names it: its logo, else its first picture."""
    cqc_provider_id: Mapped[str | None] = mapped_column(String(20), unique=True)
    charity_number: Mapped[str | None] = mapped_column(String(12), unique=True)
    source: Mapped[str | None] = mapped_column(String(30))
    """Which register it came from (``cqc``, ``libraries``...); empty when it came by itself."""
    source_key: Mapped[str | None] = mapped_column(String(250))
    """What names it in that register, so that a second import finds it again."""
    claimed_at: Mapped[datetime | None]
    created_at: Mapped[Moment]
    updated_at: Mapped[Moment]

    registrations: Mapped[list["Registration"]] = relationship(back_populates="provider", order_by="Registration.name")
    places: Mapped[list["FrameworkPlace"]] = relationship(back_populates="provider")

    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        # SQLite and PostgreSQL both treat a missing source as distinct, so only imported rows are bound.
        CheckConstraint("(source IS NULL) = (source_key IS NULL)", name="source_and_key_go_together"),
    )

    @property
    def is_claimed(self) -> bool:
        """Whether somebody has signed in for it."""
        return self.claimed_at is not None


class Registration(Base):
    """One location registered with the regulator: what it may do, how it was rated and when."""

    __tablename__ = "registration"

    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    cqc_location_id: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    address: Mapped[str | None] = mapped_column(String(300))
    postcode: Mapped[str | None] = mapped_column(String(8))
    phone: Mapped[str | None] = mapped_column(String(30))
    website: Mapped[str | None] = mapped_column(String(300))
    service_types: Mapped[str] = mapped_column(Text, default="")
    """The regulator's words, separated by a bar."""
    specialisms: Mapped[str] = mapped_column(Text, default="")
    rating: Mapped[CqcRating] = mapped_column(stored_by_value(CqcRating), default=CqcRating.NOT_YET_RATED)
    rated_on: Mapped[date | None]
    is_rating_inherited: Mapped[bool] = mapped_column(default=False)
    last_checked_on: Mapped[date | None]
    """The date of the latest inspection the register gives."""
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    """Invented for the demonstration: never linked to the regulator's site."""
    updated_at: Mapped[Moment]

    provider: Mapped[Provider] = relationship(back_populates="registrations")


class FrameworkPlace(Base):
    """A provider's place on one lot of a council's framework, for a time, perhaps in one locality only."""

    __tablename__ = "framework_place"

    id: Mapped[Key]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    lot_id: Mapped[int] = mapped_column(ForeignKey("lot.id"), index=True)
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("locality.id"))
    """Empty: the whole council."""
    from_on: Mapped[date]
    until_on: Mapped[date | None]
    ended_at: Mapped[datetime | None]
    """When somebody said that it ends; what its term or its framework's ends by itself is not ended."""
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    end_words: Mapped[str | None] = mapped_column(Text)
    """Why, for the provider and the record."""
    end_told_at: Mapped[datetime | None]
    """When the provider and the people with agreed visits had been told."""

    provider: Mapped[Provider] = relationship(back_populates="places")
    lot: Mapped[Lot] = relationship()
    locality: Mapped[Locality | None] = relationship()

    __table_args__ = (
        UniqueConstraint("provider_id", "lot_id", "locality_id", "from_on"),
        CheckConstraint("until_on IS NULL OR until_on >= from_on", name="place_runs_forward"),
        CheckConstraint(
            "(ended_at IS NULL) = (end_words IS NULL) AND (ended_at IS NULL OR until_on IS NOT NULL)",
            name="ends_with_a_reason",
        ),
    )


class Suspension(Base):
    """A council, or the operator for everybody, stops new bookings with a provider from a day; the row outlives its end.

    Of a lot it takes the framework status, and the provider can still be booked with other money. Whole, the provider is
    out of that council's results and nothing new can be booked. Visits already agreed stand.
    """

    __tablename__ = "suspension"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    council_id: Mapped[int | None] = mapped_column(ForeignKey("council.id"), index=True)
    """Whose people it is for; empty: everybody, by the operator."""
    lot_id: Mapped[int | None] = mapped_column(ForeignKey("lot.id"))
    """The one lot of that council it is for; empty: the whole provider."""
    from_on: Mapped[date]
    reason: Mapped[SuspensionReason] = mapped_column(stored_by_value(SuspensionReason))
    words: Mapped[str] = mapped_column(Text)
    """Why, for the provider and for the record."""
    public_words: Mapped[str] = mapped_column(Text, default="")
    """What everybody may read of it on the provider's page; may be empty."""
    made_at: Mapped[Moment]
    made_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Empty: a command of the operator's."""
    told_at: Mapped[datetime | None]
    """When the provider and the people with agreed visits had been told."""
    ended_on: Mapped[date | None]
    """The first day on which it no longer holds; its own first day when it was taken back before."""
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    end_words: Mapped[str | None] = mapped_column(Text)
    end_told_at: Mapped[datetime | None]

    provider: Mapped[Provider] = relationship()
    council: Mapped[Council | None] = relationship()
    lot: Mapped[Lot | None] = relationship()
    made_by: Mapped[Person | None] = relationship(foreign_keys=[made_by_id])
    ended_by: Mapped[Person | None] = relationship(foreign_keys=[ended_by_id])

    __table_args__ = (
        CheckConstraint("lot_id IS NULL OR council_id IS NOT NULL", name="lot_is_of_a_council"),
        CheckConstraint("council_id IS NOT NULL OR made_by_id IS NULL", name="everywhere_is_the_operators"),
        CheckConstraint("words <> ''", name="says_why"),
        CheckConstraint("ended_on IS NULL OR ended_on >= from_on", name="runs_forward"),
        CheckConstraint(
            "(ended_at IS NULL) = (ended_on IS NULL) AND (ended_at IS NULL) = (end_words IS NULL)"
            " AND (ended_at IS NOT NULL OR ended_by_id IS NULL)",
            name="ends_whole",
        ),
        # One that stands at a time for each of the three reaches. An ended one lies before the next by its days.
        _one_standing("everywhere", "provider_id", where="ended_at IS NULL AND council_id IS NULL"),
        _one_standing(
            "council",
            "provider_id",
            "council_id",
            where="ended_at IS NULL AND council_id IS NOT NULL AND lot_id IS NULL",
        ),
        _one_standing("lot", "provider_id", "lot_id", where="ended_at IS NULL AND lot_id IS NOT NULL"),
    )

    @property
    def is_open(self) -> bool:
        """Whether nobody has ended it; it may hold from a later day only."""
        return self.ended_at is None


class Claim(Base):
    """Somebody asks to speak for an unclaimed provider; the council says yes or no."""

    __tablename__ = "claim"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), index=True)
    job_title: Mapped[str] = mapped_column(String(120))
    evidence: Mapped[str] = mapped_column(Text)
    status: Mapped[ClaimStatus] = mapped_column(stored_by_value(ClaimStatus), default=ClaimStatus.WAITING)
    reason: Mapped[str | None] = mapped_column(Text)
    made_at: Mapped[Moment]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    proof: Mapped[ClaimProof | None] = mapped_column(stored_by_value(ClaimProof))
    """What showed that they work there; empty while nothing did."""
    proof_words: Mapped[str] = mapped_column(Text, default="")
    """Which address or number it was, or how the council checked it."""
    proved_at: Mapped[datetime | None]
    code_way: Mapped[ClaimProof | None] = mapped_column(stored_by_value(ClaimProof, "claim_code_way"))
    code_to: Mapped[str | None] = mapped_column(String(400))
    """The registered address or telephone to which the code went."""
    code_hash: Mapped[str | None] = mapped_column(String(64))
    code_until: Mapped[datetime | None]
    code_tries: Mapped[int] = mapped_column(default=0)

    provider: Mapped[Provider] = relationship()
    council: Mapped[Council] = relationship()
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])

    __table_args__ = (
        CheckConstraint("(proof IS NULL) = (proved_at IS NULL)", name="proved_whole"),
        CheckConstraint(
            "(code_hash IS NULL) = (code_until IS NULL) AND (code_way IS NULL) = (code_to IS NULL)"
            " AND (code_hash IS NULL OR code_way IS NOT NULL)",
            name="code_whole",
        ),
        Index(
            "uq_claim_one_waiting",
            "provider_id",
            "person_id",
            unique=True,
            sqlite_where=status == ClaimStatus.WAITING,
            postgresql_where=status == ClaimStatus.WAITING,
        ),
    )
