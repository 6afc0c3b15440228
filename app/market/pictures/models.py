"""A provider's pictures, and the files in which each is drawn."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, PublicId, stored_by_value
from app.market.pictures.rules import ALT_LONGEST, PictureKind
from app.people.accounts.models import Person
from app.platform.files.models import StoredFile

_SHOWN_LOGO = text("kind = 'logo' AND ended_at IS NULL")


class ProviderPicture(Base):
    """A picture a provider shows of itself. Taken away, its row stays for the history and its files go."""

    __tablename__ = "provider_picture"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made with the form: a second click is the same picture."""
    provider_id: Mapped[int] = mapped_column(ForeignKey("provider.id"))
    kind: Mapped[PictureKind] = mapped_column(stored_by_value(PictureKind))
    alt: Mapped[str] = mapped_column(String(ALT_LONGEST))
    """What it shows, for whoever cannot see it."""
    position: Mapped[int]
    """Shown in this order; the first is the largest."""
    added_at: Mapped[Moment]
    added_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None]
    """When the provider took it away."""

    added_by: Mapped[Person] = relationship()
    sizes: Mapped[list["PictureSize"]] = relationship(back_populates="picture", order_by="PictureSize.width")

    __table_args__ = (
        CheckConstraint("alt <> ''", name="says_what_it_shows"),
        Index("ix_provider_picture_provider", "provider_id", "position"),
        Index("uq_provider_picture_logo", "provider_id", unique=True, sqlite_where=_SHOWN_LOGO, postgresql_where=_SHOWN_LOGO),
    )  # fmt: skip

    @property
    def largest(self) -> "PictureSize":
        """The widest it is drawn in."""
        return self.sizes[-1]


class PictureSize(Base):
    """One width in which a picture is drawn."""

    __tablename__ = "picture_size"

    id: Mapped[Key]
    picture_id: Mapped[int] = mapped_column(ForeignKey("provider_picture.id"))
    width: Mapped[int]
    """Pixels, as the height is."""
    height: Mapped[int]
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"), unique=True)

    picture: Mapped[ProviderPicture] = relationship(back_populates="sizes")
    file: Mapped[StoredFile] = relationship()

    __table_args__ = (
        UniqueConstraint("picture_id", "width"),
        CheckConstraint("width > 0 AND height > 0", name="has_a_size"),
    )
