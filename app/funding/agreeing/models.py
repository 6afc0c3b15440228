"""Each time somebody looked at a one-off agreement again."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key
from app.people.accounts.models import Person


class AgreementLook(Base):
    """One time somebody looked at an agreement again, and what they found. Only ever added."""

    __tablename__ = "agreement_look"

    id: Mapped[Key]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("one_off_agreement.id"), index=True)
    looked_on: Mapped[date]
    looked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    goes_on: Mapped[bool]
    words: Mapped[str] = mapped_column(Text)

    looked_by: Mapped[Person] = relationship()

    __table_args__ = (CheckConstraint("words <> ''", name="says_something"),)
