"""Card payments into somebody's own money, and the events Stripe told us about them."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, Key, Moment, Pence, PublicId, stored_by_value
from app.base.money import Money
from app.funding.budgets.models import Pot
from app.funding.payments.rules import TopUpStatus, WebhookOutcome
from app.people.accounts.models import Person


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

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    started_by: Mapped[Person] = relationship(foreign_keys=[started_by_id])
    pot: Mapped[Pot] = relationship()

    __table_args__ = (
        CheckConstraint("amount_pence > 0", name="amount_is_positive"),
        CheckConstraint("(status = 'paid') = (paid_at IS NOT NULL)", name="paid_at_a_time"),
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
