"""Somebody brings a provider: what they said so far, and what became of it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId, stored_by_value
from app.market.catalogue.rules.rates import Unit
from app.market.joining.rules import JoiningStatus
from app.market.providers.models import Provider
from app.market.providers.rules import ProviderKind
from app.people.accounts.models import Person
from app.people.councils.models import Council, Locality

_OPEN = text("status IN ('draft', 'waiting')")
_PUBLISHED = text("status = 'published'")


class Joining(Base):
    """One provider that joins by itself: a draft until it is published, or sent to the council that must look first."""

    __tablename__ = "joining"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    status: Mapped[JoiningStatus] = mapped_column(stored_by_value(JoiningStatus))
    kind: Mapped[ProviderKind] = mapped_column(stored_by_value(ProviderKind, "joining_kind"))
    name: Mapped[str] = mapped_column(String(200))
    name_key: Mapped[str] = mapped_column(String(200))
    """The name as names are compared."""
    postcode: Mapped[str] = mapped_column(String(8))
    """Compact."""
    phone: Mapped[str | None] = mapped_column(String(30))
    email: Mapped[str | None] = mapped_column(String(254))
    website: Mapped[str | None] = mapped_column(String(300))
    about: Mapped[str] = mapped_column(Text, default="")
    charity_number: Mapped[str | None] = mapped_column(String(12))
    cqc_location_id: Mapped[str | None] = mapped_column(String(20))

    offer: Mapped[str | None] = mapped_column(String(40))
    """Code of the kind of support offered first; empty until that is written."""
    title: Mapped[str] = mapped_column(String(150), default="")
    summary: Mapped[str] = mapped_column(String(300), default="")
    council_id: Mapped[int | None] = mapped_column(ForeignKey("council.id"), index=True)
    """Where the first offer reaches; this council looks first where one must."""
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("locality.id"))
    unit: Mapped[Unit | None] = mapped_column(stored_by_value(Unit, "joining_unit"))
    """Empty with an offer: it is free."""
    price_pence: Mapped[int | None]
    """Of one unit, every day; published as the first rate."""
    opening_times: Mapped[str] = mapped_column(String(300), default="")
    languages: Mapped[str] = mapped_column(String(200), default="")

    reason: Mapped[str | None] = mapped_column(Text)
    """Why the council said no the last time."""
    made_at: Mapped[Moment]
    updated_at: Mapped[Moment]
    sent_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    published_at: Mapped[datetime | None]
    provider_id: Mapped[int | None] = mapped_column(ForeignKey("provider.id"), unique=True)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    provider: Mapped[Provider | None] = relationship()
    council: Mapped[Council | None] = relationship()
    locality: Mapped[Locality | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "(status = 'published') = (provider_id IS NOT NULL) AND (provider_id IS NULL) = (published_at IS NULL)",
            name="published_is_a_provider",
        ),
        CheckConstraint("status <> 'waiting' OR sent_at IS NOT NULL AND council_id IS NOT NULL", name="waits_for_a_council"),
        CheckConstraint("(price_pence IS NULL) = (unit IS NULL) AND price_pence > 0", name="price_of_a_unit"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> person_id", name="nobody_checks_their_own"),
        CheckConstraint("phone IS NOT NULL OR email IS NOT NULL", name="can_be_reached"),
        Index("uq_joining_one_open", "person_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index(
            "uq_joining_one_of_a_name", "name_key", "postcode", unique=True,
            sqlite_where=_PUBLISHED, postgresql_where=_PUBLISHED,
        ),
    )  # fmt: skip
