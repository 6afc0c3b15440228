"""What can be bought or joined: listings, where they reach, and their dated published rates."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from app.base.columns import Base, Key, Moment, Pence, PublicId, stored_by_value
from app.market.catalogue.rules.kinds import KINDS, Kind, Nature
from app.market.catalogue.rules.rates import AddOnBasis, Unit, Vat, When
from app.market.catalogue.rules.regulation import Regulation, regulation_of
from app.market.providers.models import Provider, Registration
from app.market.providers.rules import ProviderKind
from app.people.councils.models import Council, Locality


class ListingStatus(StrEnum):
    """Whether people can see it."""

    DRAFT = "draft"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"


class Listing(Base):
    """One thing that can be bought or joined, from one provider."""

    __tablename__ = "listing"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id"), index=True)
    """The registered location it is sold from, when the kind needs one or the register brought it."""
    kind: Mapped[str] = mapped_column(String(40), index=True)
    nature: Mapped[Nature] = mapped_column(stored_by_value(Nature))
    title: Mapped[str] = mapped_column(String(150))
    summary: Mapped[str] = mapped_column(String(300), default="")
    description: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[ListingStatus] = mapped_column(stored_by_value(ListingStatus), default=ListingStatus.DRAFT)
    removed_because: Mapped[str | None] = mapped_column(String(40))
    """Why a council's moderator removed it (of ``RemovalReason``); it cannot be put on show until that is turned round."""
    is_free: Mapped[bool] = mapped_column(default=False)
    """Costs nothing to anybody; has no rate card."""
    can_take_new_people: Mapped[bool] = mapped_column(default=True)
    notice_hours: Mapped[int] = mapped_column(default=24)
    """Cancel at least this long before the visit and nothing is charged."""
    opening_times: Mapped[str] = mapped_column(String(300), default="")
    how_to_join: Mapped[str] = mapped_column(String(300), default="")
    days: Mapped[list[int]] = mapped_column(JSON, default=list)
    """Days it can be had: 1 Monday to 7 Sunday; empty when not known."""
    times: Mapped[list[str] | None] = mapped_column(JSON, default=list)
    """Parts of the day it can be had (of ``TimeOfDay``); empty, or nothing in rows of before, when not known."""
    languages: Mapped[list[str]] = mapped_column(JSON, default=list)
    needs: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Needs catered for, in plain words: Dementia, Learning disability."""
    age_from: Mapped[int | None]
    age_to: Mapped[int | None]
    address: Mapped[str | None] = mapped_column(String(300))
    postcode: Mapped[str | None] = mapped_column(String(8))
    longitude: Mapped[float | None]
    latitude: Mapped[float | None]
    source: Mapped[str | None] = mapped_column(String(30))
    source_key: Mapped[str | None] = mapped_column(String(250))
    review_count: Mapped[int] = mapped_column(default=0)
    review_sum: Mapped[int] = mapped_column(default=0)
    """Quality and value of every published review added up: the average is this over twice the count."""
    created_at: Mapped[Moment]
    published_at: Mapped[datetime | None]
    updated_at: Mapped[Moment]

    provider: Mapped[Provider] = relationship()
    registration: Mapped[Registration | None] = relationship()
    areas: Mapped[list["ListingArea"]] = relationship(back_populates="listing")
    rate_cards: Mapped[list["RateCard"]] = relationship(back_populates="listing", order_by="RateCard.valid_from")

    __table_args__ = (
        UniqueConstraint("source", "source_key"),
        CheckConstraint("(source IS NULL) = (source_key IS NULL)", name="source_and_key_go_together"),
        CheckConstraint("notice_hours >= 0", name="notice_is_not_negative"),
    )

    @property
    def about_kind(self) -> Kind:
        """The kind of support, with its name."""
        return KINDS[self.kind]

    @property
    def is_for_all(self) -> bool:
        """Free or of the community: no budget is needed, so frameworks and bookings play no part."""
        return self.is_free or self.nature == Nature.COMMUNITY

    @property
    def is_employed(self) -> bool:
        """Whether it is one person's own work, who is introduced here and employed by whoever they help."""
        return self.provider.kind == ProviderKind.PERSONAL_ASSISTANT

    @property
    def regulation(self) -> Regulation:
        """What its page says of the regulator where no registration is known."""
        return regulation_of(self.about_kind, self.provider.name, is_employed=self.is_employed)

    @property
    def shown_registration(self) -> Registration | None:
        """The registered location its page speaks of: its own, else the provider's first for what may be personal care."""
        kind = self.about_kind
        if self.registration is not None or not (kind.is_regulated or kind.may_be_employed):
            return self.registration
        return next(iter(self.provider.registrations), None)

    @property
    def home_council(self) -> Council | None:
        """The council it reaches when that is only one."""
        councils = {area.council_id: area.council for area in self.areas}
        return next(iter(councils.values())) if len(councils) == 1 else None


class ListingArea(Base):
    """Where a listing reaches: a whole council, or one locality of it."""

    __tablename__ = "listing_area"

    id: Mapped[Key]
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), index=True)
    council_id: Mapped[int] = mapped_column(ForeignKey("council.id"), index=True)
    locality_id: Mapped[int | None] = mapped_column(ForeignKey("locality.id"))

    listing: Mapped[Listing] = relationship(back_populates="areas")
    council: Mapped[Council] = relationship()
    locality: Mapped[Locality | None] = relationship()

    @property
    def words(self) -> str:
        """``Trafford``, or ``Sale, Trafford`` when only one locality is reached."""
        return f"{self.locality.name}, {self.council.name}" if self.locality else self.council.name

    __table_args__ = (
        UniqueConstraint("listing_id", "council_id", "locality_id"),
        # NULLs are distinct, so the line above alone would let "the whole council" stand twice.
        Index(
            "uq_listing_area_whole_council",
            "listing_id",
            "council_id",
            unique=True,
            sqlite_where=locality_id.is_(None),
            postgresql_where=locality_id.is_(None),
        ),
    )


class RateCard(Base):
    """A listing's published basic rate from one day until its last or the next card's first.

    Never edited and kept for ever: the database refuses any change of a row or of its add-ons, and the removal of a card
    in force. A mistake found before it holds is withdrawn: it moves to :class:`WithdrawnRate`. Bands and the amounts of
    single buyers stand in the row itself, so that one row is the whole card and nothing can be slipped in beside it.
    """

    __tablename__ = "rate_card"

    id: Mapped[Key]
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    valid_from: Mapped[date]
    unit: Mapped[Unit] = mapped_column(stored_by_value(Unit))
    weekday_pence: Mapped[Pence]
    saturday_pence: Mapped[Pence]
    sunday_pence: Mapped[Pence]
    bank_holiday_pence: Mapped[Pence]
    minimum_minutes: Mapped[int] = mapped_column(default=0)
    minimum_charge_pence: Mapped[Pence] = mapped_column(default=0)
    billing_step_minutes: Mapped[int] = mapped_column(default=1)
    valid_until: Mapped[date | None]
    """The last day it holds; empty when it holds until the next card."""
    bands: Mapped[list[dict[str, Any]] | None] = mapped_column(JSON, default=list)
    """``[{"name": "evening", "starts": 1080, "ends": 1320, "pence": [3000, 3200, 3400, 6000]}]``: minutes of the day."""
    length_bands: Mapped[list[dict[str, int]] | None] = mapped_column(JSON, default=list)
    """``[{"up_to": 15, "more_pence": 600}]``, shortest first."""
    buyers: Mapped[dict[str, list[int]] | None] = mapped_column(JSON, default=dict)
    """``{"council_arranged": [2600, 2850, 3150, 5350]}``: by kind of day, for buyers who do not pay what everybody does."""
    vat: Mapped[Vat | None] = mapped_column(stored_by_value(Vat))
    """The VAT inside the amounts; empty on cards published before it was asked."""
    vat_reason: Mapped[str | None] = mapped_column(String(200))
    add_on_count: Mapped[int] = mapped_column(default=0, server_default="0")
    """How many add-ons it was published with: the database takes no more of them."""
    published_at: Mapped[Moment]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    listing: Mapped[Listing] = relationship(back_populates="rate_cards")
    add_ons: Mapped[list["AddOn"]] = relationship(back_populates="rate_card", order_by="AddOn.id")

    @validates("add_ons")
    def _counted(self, _name: str, new: "AddOn") -> "AddOn":
        """Count each add-on as it is put on the card, before the card is kept."""
        self.add_on_count = (self.add_on_count or 0) + 1
        return new

    __table_args__ = (
        UniqueConstraint("listing_id", "valid_from"),
        CheckConstraint(
            "weekday_pence > 0 AND saturday_pence > 0 AND sunday_pence > 0 AND bank_holiday_pence > 0",
            name="amounts_are_positive",
        ),
        CheckConstraint("minimum_minutes >= 0 AND minimum_charge_pence >= 0", name="minimums_are_not_negative"),
        CheckConstraint("billing_step_minutes IN (1, 15, 30, 60)", name="step_is_one_of_four"),
        CheckConstraint("valid_until >= valid_from", name="ends_after_it_begins"),
    )


class WithdrawnRate(Base):
    """A card that was published by mistake and taken back before it held: its words and why, kept for ever."""

    __tablename__ = "withdrawn_rate"

    id: Mapped[Key]
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"), index=True)
    valid_from: Mapped[date]
    card: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Everything the card said, add-ons too."""
    reason: Mapped[str] = mapped_column(String(300))
    published_at: Mapped[Moment]
    published_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    withdrawn_at: Mapped[Moment]
    withdrawn_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))


class AddOn(Base):
    """Something extra on a rate card, with its own published price."""

    __tablename__ = "add_on"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    rate_card_id: Mapped[int] = mapped_column(ForeignKey("rate_card.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    basis: Mapped[AddOnBasis] = mapped_column(stored_by_value(AddOnBasis))
    amount_pence: Mapped[Pence]
    is_required: Mapped[bool] = mapped_column(default=False)
    when: Mapped[When] = mapped_column(
        "charged_when", stored_by_value(When), default=When.ALWAYS, server_default="always"
    )
    """Which part of a visit it is charged for."""
    only_with: Mapped[str | None] = mapped_column(String(100))
    """The name of the add-on beside which alone it can be had."""

    rate_card: Mapped[RateCard] = relationship(back_populates="add_ons")

    __table_args__ = (CheckConstraint("amount_pence > 0", name="amount_is_positive"),)


class ListingChange(Base):
    """A listing whose words, price, rating or status changed: the search index reads these and catches up."""

    __tablename__ = "listing_change"

    id: Mapped[Key]
    listing_id: Mapped[int] = mapped_column(ForeignKey("listing.id"))
    at: Mapped[Moment]
