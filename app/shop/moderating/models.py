"""What is said to be wrong with something, the moderator's decision, and the appeal against it."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId, stored_by_value
from app.market.catalogue.models import Listing
from app.market.providers.models import Provider
from app.market.providers.rules.removal import RemovalReason
from app.people.accounts.models import Person
from app.shop.moderating.rules import ContentKind
from app.support.conversations.models import BookingMessage


class ContentReport(Base):
    """One report of a provider's words, a listing or a message."""

    __tablename__ = "content_report"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    kind: Mapped[ContentKind] = mapped_column(stored_by_value(ContentKind))
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"), index=True)
    """Whose page, listing or booking it is about; also of a message from a person."""
    listing_id: Mapped[int | None] = mapped_column(ForeignKey("listing.id"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("booking_message.id"), index=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whose booking a message is about; nobody's for what all the world reads."""
    council_id: Mapped[int | None] = mapped_column(ForeignKey("council.id"), index=True)
    """Whose moderators decide; empty: any moderator, as no council it concerns has one."""
    by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[RemovalReason] = mapped_column(stored_by_value(RemovalReason))
    words: Mapped[str] = mapped_column(Text)
    made_at: Mapped[Moment]
    is_removed: Mapped[bool | None]
    removed_because: Mapped[RemovalReason | None] = mapped_column(
        stored_by_value(RemovalReason, "content_removed_because")
    )
    answer: Mapped[str | None] = mapped_column(Text)
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    appeal: Mapped[str | None] = mapped_column(Text)
    appealed_at: Mapped[datetime | None]
    appealed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    is_upheld: Mapped[bool | None]
    """Whether the appeal was right, so that the decision was turned round; empty while it waits."""
    appeal_answer: Mapped[str | None] = mapped_column(Text)
    appeal_decided_at: Mapped[datetime | None]
    appeal_decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))

    provider: Mapped[Provider] = relationship()
    listing: Mapped[Listing | None] = relationship()
    message: Mapped[BookingMessage | None] = relationship()
    person: Mapped[Person | None] = relationship(foreign_keys=[person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])

    __table_args__ = (
        CheckConstraint(
            "(kind = 'listing') = (listing_id IS NOT NULL) AND (kind = 'message') = (message_id IS NOT NULL)"
            " AND (kind = 'message') = (person_id IS NOT NULL)",
            name="about_one_thing",
        ),
        CheckConstraint("(decided_at IS NULL) = (is_removed IS NULL)", name="decided_whole"),
        CheckConstraint("(removed_because IS NOT NULL) = (is_removed IS NOT NULL AND is_removed)", name="removed_for_a_reason"),
        CheckConstraint("decided_by_id IS NULL OR decided_by_id <> by_id", name="nobody_decides_their_own"),
        CheckConstraint("appealed_at IS NULL OR decided_at IS NOT NULL", name="appealed_when_decided"),
        CheckConstraint("(appeal_decided_at IS NULL) = (is_upheld IS NULL)", name="appeal_decided_whole"),
        CheckConstraint(
            "appeal_decided_by_id IS NULL OR (appeal_decided_by_id <> decided_by_id"
            " AND appeal_decided_by_id <> appealed_by_id AND appeal_decided_by_id <> by_id)",
            name="appeals_are_decided_by_somebody_else",
        ),
        *(
            Index(
                f"uq_content_report_one_open_{name}", *columns, "by_id", unique=True,
                sqlite_where=text(f"decided_at IS NULL AND kind = '{kind}'"),
                postgresql_where=text(f"decided_at IS NULL AND kind = '{kind}'"),
            )
            for name, kind, columns in (
                ("listing", "listing", ("listing_id",)), ("message", "message", ("message_id",)),
                ("page", "page", ("provider_id",)),
            )
        ),
        Index("ix_content_report_decided_at_made_at", "decided_at", "made_at"),
    )  # fmt: skip

    @property
    def about_words(self) -> str:
        """What it is about, in a few words: ``Company at home, Bright Days``."""
        if self.listing is not None:
            return f"{self.listing.title}, {self.provider.name}"
        return f"A message about a booking with {self.provider.name}" if self.message_id else self.provider.name
