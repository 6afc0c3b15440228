"""Card payments into somebody's own money, the events Stripe told us about them, and payments that need a look."""

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.base.columns import Base, BigInt, Key, Moment, Pence, PublicId, stored_by_value
from app.base.money import Money
from app.funding.budgets.models import Pot
from app.funding.payments.rules import (
    BACK_REASON_LONGEST,
    CURRENCY,
    CardClaimStatus,
    ClaimKind,
    OddEnding,
    OddWhy,
    PartStatus,
    TopUpStatus,
    WebhookOutcome,
)
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


class CardPayment(Base):
    """Money that a card company took and that was added to somebody's own money: what can go back to that card."""

    __tablename__ = "card_payment"

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    pot_id: Mapped[int] = mapped_column(ForeignKey("pot.id"))
    top_up_id: Mapped[int] = mapped_column(ForeignKey("top_up.id"), index=True)
    payment_intent: Mapped[str | None] = mapped_column(String(255), unique=True)
    pence: Mapped[Pence]
    taken_at: Mapped[Moment]
    gone_at: Mapped[datetime | None]
    """Since when the card company pays nothing back to this card any more."""
    ask_since: Mapped[datetime | None]
    """Since when the card company is to be asked what it paid back of it; nothing when all is known."""

    person: Mapped[Person] = relationship()
    pot: Mapped[Pot] = relationship()

    __table_args__ = (CheckConstraint("pence > 0", name="something_was_taken"),)


class PersonBankDetails(Base):
    """A bank account somebody gave for their own money to go back to. Only ever added to: the newest counts."""

    __tablename__ = "person_bank_details"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    sealed: Mapped[str] = mapped_column(Text)
    """Name, sort code and number, sealed with the site's secret."""
    masked: Mapped[str] = mapped_column(String(40))
    given_at: Mapped[Moment]
    given_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))

    given_by: Mapped[Person] = relationship(foreign_keys=[given_by_id])


class PayBack(Base):
    """One wish to have own money paid back."""

    __tablename__ = "pay_back"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    key: Mapped[str] = mapped_column(String(64), unique=True)
    """Made with the form: a second click is the same wish."""
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    pot_id: Mapped[int] = mapped_column(ForeignKey("pot.id"))
    pence: Mapped[Pence]
    asked_at: Mapped[Moment]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    asked_by: Mapped[Person] = relationship(foreign_keys=[asked_by_id])
    pot: Mapped[Pot] = relationship()
    parts: Mapped[list["PayBackPart"]] = relationship(back_populates="pay_back", order_by="PayBackPart.id")

    __table_args__ = (CheckConstraint("pence > 0", name="something_goes_back"),)


class PayBackFile(Base):
    """A file of what is to be paid into bank accounts; each part is in one file alone."""

    __tablename__ = "pay_back_file"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    made_at: Mapped[Moment]
    made_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    pence: Mapped[Pence]

    made_by: Mapped[Person] = relationship()
    parts: Mapped[list["PayBackPart"]] = relationship(back_populates="file", order_by="PayBackPart.id")


class PayBackPart(Base):
    """A part of what goes back: to the card of one payment, or to a bank account. Held in the ledger until it arrived."""

    __tablename__ = "pay_back_part"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    pay_back_id: Mapped[int] = mapped_column(ForeignKey("pay_back.id"), index=True)
    card_payment_id: Mapped[int | None] = mapped_column(ForeignKey("card_payment.id"), index=True)
    details_id: Mapped[int | None] = mapped_column(ForeignKey("person_bank_details.id"))
    pence: Mapped[Pence]
    hold_id: Mapped[int] = mapped_column(ForeignKey("transfer.id"), unique=True)
    """How the ledger holds it for whoever pays it back."""
    status: Mapped[PartStatus] = mapped_column(stored_by_value(PartStatus))
    refund: Mapped[str | None] = mapped_column(String(255), unique=True)
    """What Stripe calls it."""
    file_id: Mapped[int | None] = mapped_column(ForeignKey("pay_back_file.id"), index=True)
    arrived_at: Mapped[datetime | None]
    failed_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who said what became of it, where it was paid into a bank account."""
    reason: Mapped[str] = mapped_column(String(BACK_REASON_LONGEST), default="")
    """Why it could not be paid back."""

    pay_back: Mapped[PayBack] = relationship(back_populates="parts")
    card_payment: Mapped[CardPayment | None] = relationship()
    details: Mapped[PersonBankDetails | None] = relationship()
    file: Mapped[PayBackFile | None] = relationship(back_populates="parts")

    __table_args__ = (
        CheckConstraint("pence > 0", name="it_is_an_amount"),
        CheckConstraint("(card_payment_id IS NULL) <> (details_id IS NULL)", name="to_a_card_or_a_bank"),
        CheckConstraint("refund IS NULL OR card_payment_id IS NOT NULL", name="refund_is_to_a_card"),
        CheckConstraint("file_id IS NULL OR details_id IS NOT NULL", name="file_is_for_a_bank"),
        CheckConstraint(
            "(status = 'failed') = (failed_at IS NOT NULL) AND (status = 'failed') = (reason <> '')"
            " AND (status <> 'on_its_way' OR arrived_at IS NULL) AND (status <> 'arrived' OR arrived_at IS NOT NULL)",
            name="ended_at_a_time",
        ),
        Index("ix_pay_back_part_on_its_way", "id", **only_where("status = 'on_its_way'")),
    )


class CardClaim(Base):
    """Money of a card payment that the card company claims: what is there is held or gone, what is spent is owed."""

    __tablename__ = "card_claim"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    kind: Mapped[ClaimKind] = mapped_column(stored_by_value(ClaimKind))
    reference: Mapped[str] = mapped_column(String(300), unique=True)
    """What Stripe calls a dispute; for what was paid back there, the payment and how much of it had gone by then."""
    payment_intent: Mapped[str] = mapped_column(String(255), index=True)
    card_payment_id: Mapped[int | None] = mapped_column(ForeignKey("card_payment.id"), index=True)
    """Nothing while we have not heard of the payment itself: messages come in any order."""
    pence: Mapped[Pence]
    status: Mapped[CardClaimStatus] = mapped_column(stored_by_value(CardClaimStatus))
    frozen_pence: Mapped[Pence] = mapped_column(default=0)
    """What was there when it came, held and then taken."""
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("transfer.id"), unique=True)
    owed_pence: Mapped[Pence] = mapped_column(default=0)
    """What was not there any more."""
    repaid_pence: Mapped[Pence] = mapped_column(default=0)
    told_at: Mapped[Moment]
    ended_at: Mapped[datetime | None]

    card_payment: Mapped[CardPayment | None] = relationship()

    __table_args__ = (
        CheckConstraint("pence > 0", name="something_is_claimed"),
        CheckConstraint("frozen_pence >= 0 AND repaid_pence BETWEEN 0 AND owed_pence", name="sums_are_not_negative"),
        CheckConstraint(
            "frozen_pence + owed_pence = CASE WHEN card_payment_id IS NULL THEN 0 ELSE pence END",
            name="frozen_or_owed",
        ),
        CheckConstraint("(frozen_pence > 0) = (hold_id IS NOT NULL)", name="frozen_is_held"),
        CheckConstraint("(status = 'open') = (ended_at IS NULL)", name="ended_at_a_time"),
    )

    @property
    def still_owed_pence(self) -> int:
        """What the person owes because of it."""
        return 0 if self.status == CardClaimStatus.WON else self.owed_pence - self.repaid_pence
