"""What waits, sealed, for somebody to come back for it."""

from sqlalchemy import Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.base.columns import Base, Key, Moment, PublicId


class Unsent(Base):
    """A page that refused a form, or the words of a form that could not be sent; nobody but their browser can open it."""

    __tablename__ = "unsent"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    owner: Mapped[str] = mapped_column(String(64))
    """The hash of the key it is sealed with."""
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    kept_until: Mapped[Moment] = mapped_column(index=True)

    __table_args__ = (Index("ix_unsent_owner", "owner", "id"),)
