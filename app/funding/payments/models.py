"""Card payments into somebody's own money, the events Stripe told us about them, and payments that need a look."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, BigInt, Key, Moment, Pence, PublicId, stored_by_value
from app.base.money import Money
from app.funding.budgets.models import Pot
from app.funding.payments.rules import CURRENCY, OddEnding, OddWhy, TopUpStatus, WebhookOutcome
from app.people.accounts.models import Person
from app.people.circles.models import only_where


class TopUp(Base):
    """One wish to add own money by card. Paid only when a signed event says so, credited exactly once."""

    __tablename__ = "top_up"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made with the form: a second click is the same wish."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    started_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    pot_id: Mapped[int] = mapped_column(ForeignKey("pot.id"))
    amount_pence: Mapped[Pence]
    status: Mapped[TopUpStatus] = mapped_column(stored_by_value(TopUpStatus))
    checkout_session: Mapped[str | None] = mapped_column(String(255), unique=True)
    checkout_url: Mapped[str | None] = mapped_column(String(2000))
    payment_intent: Mapped[str | None] = mapped_column(String(255), unique=True)
    started_at: Mapped[Moment]
    paid_at: Mapped[datetime | None]
    added_pence: Mapped[int | None] = mapped_column(BigInt)
    """What was added in the end; another sum than was asked for only where somebody settled it so."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    started_by: Mapped[Person] = relationship(foreign_keys=[started_by_id])
    pot: Mapped[Pot] = relationship()

    __table_args__ = (
        CheckConstraint("amount_pence > 0", name="amount_is_positive"),
        CheckConstraint("(status = 'paid') = (paid_at IS NOT NULL)", name="paid_at_a_time"),
        CheckConstraint("(status = 'paid') = (added_pence IS NOT NULL)", name="paid_and_added"),
        # What `flask payments reconcile` looks for.
        Index("ix_top_up_status", "status", "started_at"),
    )

    @property
    def amount(self) -> Money:
        """What was asked for."""
        return Money(self.amount_pence)


class StripeEvent(Base):
    """One event from Stripe, by its id: at least once and in any order from them, exactly once in effect with us."""

    __tablename__ = "stripe_event"

    id: Mapped[Key]
    event: Mapped[str] = mapped_column(String(255), unique=True)
    kind: Mapped[str] = mapped_column(String(80))
    outcome: Mapped[WebhookOutcome] = mapped_column(stored_by_value(WebhookOutcome))
    top_up_id: Mapped[int | None] = mapped_column(ForeignKey("top_up.id"), index=True)
    """The payment it spoke of, when that is one of ours."""
    received_at: Mapped[Moment]


class OddPayment(Base):
    """A card payment that Stripe tells of and that is not one we asked for: nothing is added until somebody settled it."""

    __tablename__ = "odd_payment"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    checkout_session: Mapped[str] = mapped_column(String(255), unique=True)
    payment_intent: Mapped[str | None] = mapped_column(String(255))
    pence: Mapped[int | None] = mapped_column(BigInt)
    """What Stripe took, in the small unit of the currency."""
    currency: Mapped[str | None] = mapped_column(String(10))
    why: Mapped[OddWhy] = mapped_column(stored_by_value(OddWhy))
    top_up_id: Mapped[int | None] = mapped_column(ForeignKey("top_up.id"), index=True)
    """The wish it speaks of, when that is one of ours."""
    told_at: Mapped[Moment]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    how: Mapped[OddEnding | None] = mapped_column(stored_by_value(OddEnding))
    reason: Mapped[str] = mapped_column(Text, default="")

    top_up: Mapped[TopUp | None] = relationship()
    settled_by: Mapped[Person | None] = relationship()

    __table_args__ = (
        CheckConstraint(
            "(settled_at IS NULL) = (how IS NULL) AND (settled_at IS NULL) = (reason = '')",
            name="settled_with_a_reason",
        ),
        CheckConstraint("how <> 'added' OR top_up_id IS NOT NULL", name="added_to_somebodys_money"),
        Index("ix_odd_payment_open", "id", **only_where("settled_at IS NULL")),
    )

    @property
    def amount_words(self) -> str:
        """What Stripe took: ``£20.00``, ``2000 of the smallest unit of EUR``."""
        if self.pence is None:
            return "no amount"
        if self.currency == CURRENCY:
            return str(Money(self.pence))
        return f"{self.pence} of the smallest unit of {(self.currency or 'no currency').upper()}"
