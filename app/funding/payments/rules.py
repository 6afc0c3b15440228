"""Plain rules of card payments: how much at a time, what a top-up may become, and what a message from Stripe makes of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.base.money import Money

SMALLEST = Money(100)
LARGEST = Money(500_000)
"""The least and the most of one payment."""

STARTED_AT_MOST = 20
STARTED_WITHIN = timedelta(hours=1)
"""A person's payments started within the window; stolen cards are tried out by the hundred."""

KEY_LASTS = timedelta(hours=23)
"""How long a started payment may still be taken to the card page; Stripe forgets its own keys after 24 hours."""

WAIT_BEFORE_ASKING = timedelta(minutes=10)
"""How old a payment must be before we ask Stripe what became of it, when no message came."""

LOOK_EVERY = timedelta(seconds=4)
LOOKS = 10
"""How the page that waits for a payment looks again by itself, and how often before it leaves that to the person."""

CURRENCY = "gbp"


class TopUpStatus(StrEnum):
    """Where a card payment stands."""

    STARTED = "started"
    PAID = "paid"
    EXPIRED = "expired"
    FAILED = "failed"
    NEEDS_A_LOOK = "needs_a_look"
    """Stripe took something else than we asked for: nothing is credited until somebody has looked."""


MAY_BECOME: dict[TopUpStatus, frozenset[TopUpStatus]] = {
    TopUpStatus.STARTED: frozenset(TopUpStatus) - {TopUpStatus.STARTED},
    # Messages come in any order: money that was truly taken is credited, whatever was said before.
    TopUpStatus.EXPIRED: frozenset({TopUpStatus.PAID, TopUpStatus.NEEDS_A_LOOK}),
    TopUpStatus.FAILED: frozenset({TopUpStatus.PAID, TopUpStatus.NEEDS_A_LOOK}),
    TopUpStatus.NEEDS_A_LOOK: frozenset({TopUpStatus.PAID, TopUpStatus.FAILED}),
    TopUpStatus.PAID: frozenset(),
}

STATUS_WORDS = {
    TopUpStatus.STARTED: "Waiting",
    TopUpStatus.PAID: "Paid",
    TopUpStatus.EXPIRED: "Not paid",
    TopUpStatus.FAILED: "Not paid",
    TopUpStatus.NEEDS_A_LOOK: "Being checked",
}


class WebhookOutcome(StrEnum):
    """What a message from Stripe did."""

    CREDITED = "credited"
    ALREADY_CREDITED = "already_credited"
    NOT_PAID_YET = "not_paid_yet"
    EXPIRED = "expired"
    FAILED = "failed"
    MISMATCH = "mismatch"
    """It speaks of another amount, currency or payment than we asked for."""
    NO_CHANGE = "no_change"
    UNKNOWN = "unknown"
    """It speaks of a payment that is not ours."""
    NOT_FOR_US = "not_for_us"
    """A kind of message we do not act on."""
    ALREADY_TOLD = "already_told"
    """The very same message came before."""
    PAID_BACK = "paid_back"
    COULD_NOT_PAY_BACK = "could_not_pay_back"
    CLAIMED = "claimed"
    """The card company claims money of a payment: it is frozen, and what is spent of it is owed."""
    CLAIM_ENDED = "claim_ended"


class OddWhy(StrEnum):
    """Why a payment needs a look."""

    OTHER_SUM = "other_sum"
    SECOND_PAYMENT = "second_payment"
    KNOWN_PAYMENT = "known_payment"
    NOT_OURS = "not_ours"


ODD_WORDS = {
    OddWhy.OTHER_SUM: "The card company took another sum, or another currency, than we asked for.",
    OddWhy.SECOND_PAYMENT: "It is a second card page for a payment that has its own.",
    OddWhy.KNOWN_PAYMENT: "The card company's reference of it stands with another payment already.",
    OddWhy.NOT_OURS: "It names no payment that was started here.",
}


class OddEnding(StrEnum):
    """How somebody settled it."""

    ADDED = "added"
    PAID_BACK = "paid_back"
    NOTHING_TAKEN = "nothing_taken"


ODD_ENDINGS = {
    OddEnding.ADDED: "The sum that was taken is added to the person's own money",
    OddEnding.PAID_BACK: "It was paid back to the card, at the card company",
    OddEnding.NOTHING_TAKEN: "The card company took nothing: there is nothing to add or pay back",
}
REASON_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Session:
    """What Stripe says of one Checkout Session. ``amount_pence`` is in the small unit of ``currency``."""

    id: str
    reference: str | None
    amount_pence: int | None
    currency: str | None
    is_paid: bool
    is_expired: bool
    payment_intent: str | None
    is_live: bool
    """Whether real money moves; a test of the card company's otherwise."""


COMPLETED = "checkout.session.completed"
LATER_PAID = "checkout.session.async_payment_succeeded"
LATER_FAILED = "checkout.session.async_payment_failed"
EXPIRED = "checkout.session.expired"
SESSIONS = frozenset({COMPLETED, LATER_PAID, LATER_FAILED, EXPIRED})
REFUNDS = frozenset({"refund.created", "refund.updated", "refund.failed", "charge.refund.updated"})
CHARGE_REFUNDED = "charge.refunded"
DISPUTES = frozenset(
    f"charge.dispute.{what}" for what in ("created", "updated", "closed", "funds_withdrawn", "funds_reinstated")
)
REINSTATED = "charge.dispute.funds_reinstated"
HEEDED = SESSIONS | REFUNDS | DISPUTES | {CHARGE_REFUNDED}
"""The kinds of message we act on; the endpoint at Stripe needs no others."""


def outcome_of(
    session: Session,
    *,
    asked: Money,
    status: TopUpStatus,
    known_as: str | None,
    called: str,
    is_known: bool = False,
    has_failed: bool = False,
) -> WebhookOutcome:
    """What a session's state makes of a top-up of ``asked`` that stands at ``status``.

    Args:
        session: what Stripe says.
        asked: what we asked Stripe to take.
        status: where the top-up stands with us.
        known_as: the session we sent the person to; nothing when its name never reached us.
        called: what we called the top-up when we asked for a session.
        is_known: Stripe's reference of the payment stands with another top-up.
        has_failed: Stripe says that a payment which takes its time came to nothing.
    """
    is_the_one = known_as in {None, session.id} and session.reference in {None, called}
    if session.is_paid:
        is_as_asked = is_the_one and session.amount_pence == asked.pence and session.currency == CURRENCY
        if not is_as_asked or is_known:
            return WebhookOutcome.MISMATCH
        return WebhookOutcome.ALREADY_CREDITED if status == TopUpStatus.PAID else WebhookOutcome.CREDITED
    if not (has_failed or session.is_expired):
        return WebhookOutcome.NOT_PAID_YET
    wanted = TopUpStatus.FAILED if has_failed else TopUpStatus.EXPIRED
    return WebhookOutcome(wanted.value) if is_the_one and wanted in MAY_BECOME[status] else WebhookOutcome.NO_CHANGE


def why_odd(session: Session, *, asked: Money, status: TopUpStatus, known_as: str | None, called: str) -> OddWhy:
    """Why a payment that was taken is not the one we asked for."""
    if known_as not in {None, session.id} or session.reference not in {None, called}:
        return OddWhy.SECOND_PAYMENT
    if session.amount_pence != asked.pence or session.currency != CURRENCY:
        return OddWhy.OTHER_SUM
    return OddWhy.SECOND_PAYMENT if status == TopUpStatus.PAID else OddWhy.KNOWN_PAYMENT


def takes_real_money(key: str) -> bool | None:
    """Whether a key of the card company's moves real money; nothing when the key does not say."""
    for begins, is_live in (("sk_live_", True), ("rk_live_", True), ("sk_test_", False), ("rk_test_", False)):
        if key.startswith(begins):
            return is_live
    return None


BECOMES = {
    WebhookOutcome.CREDITED: TopUpStatus.PAID,
    WebhookOutcome.EXPIRED: TopUpStatus.EXPIRED,
    WebhookOutcome.FAILED: TopUpStatus.FAILED,
    WebhookOutcome.MISMATCH: TopUpStatus.NEEDS_A_LOOK,
}
"""The status an outcome leads to; the others change nothing."""


CARD_LASTS = timedelta(days=365)
"""How old a card payment may be to be paid back to its card: after that the card may be gone."""

BACK_REASON_LONGEST = 200


class PartStatus(StrEnum):
    """Where a part of what is paid back stands. What has failed is in the person's money again, for good."""

    ON_ITS_WAY = "on_its_way"
    ARRIVED = "arrived"
    FAILED = "failed"


PART_WORDS = {
    PartStatus.ON_ITS_WAY: "On its way",
    PartStatus.ARRIVED: "Paid back",
    PartStatus.FAILED: "Could not be paid back: it is in the money here again",
}


@dataclass(frozen=True, slots=True)
class Refunded:
    """What Stripe says of one refund. ``pence`` is in the small unit of ``currency``."""

    id: str
    payment_intent: str | None
    pence: int
    currency: str | None
    status: str
    part: str | None
    """Which part of ours it pays back, as we told Stripe; nothing for a refund that was made there."""

    @property
    def is_over(self) -> bool:
        """Whether it came to nothing."""
        return self.status in {"failed", "canceled"}


@dataclass(frozen=True, slots=True)
class CardCharge:
    """What Stripe says of one charge: how much of it was paid back so far, by whomever."""

    payment_intent: str | None
    refunded_pence: int
    currency: str | None


@dataclass(frozen=True, slots=True)
class CardDispute:
    """What Stripe says of one dispute: the cardholder told the bank that the payment was not theirs, or not right."""

    id: str
    payment_intent: str | None
    pence: int
    currency: str | None
    status: str


class ClaimKind(StrEnum):
    """Why the card company takes money of a payment back."""

    DISPUTE = "dispute"
    REFUND = "refund"
    """Paid back at the card company, not from here."""


class CardClaimStatus(StrEnum):
    """Where a claim stands. In this order: what comes later in it is never undone by what comes earlier."""

    OPEN = "open"
    LOST = "lost"
    WON = "won"


CLAIM_RANK = {status: place for place, status in enumerate(CardClaimStatus)}
CLAIM_WORDS = {
    CardClaimStatus.OPEN: "Frozen until the card company has decided",
    CardClaimStatus.LOST: "The card company took it back",
    CardClaimStatus.WON: "Given back: it is yours to use again",
}
_WON = frozenset({"won", "warning_closed", "prevented"})


def claim_status(kind: str, dispute: CardDispute) -> CardClaimStatus:
    """Where a dispute stands by what Stripe says of it; money that came back is ours, whatever its status says."""
    if kind == REINSTATED or dispute.status in _WON:
        return CardClaimStatus.WON
    return CardClaimStatus.LOST if dispute.status == "lost" else CardClaimStatus.OPEN


@dataclass(frozen=True, slots=True)
class Refundable:
    """A card payment of which something may go back to its card."""

    id: int
    payment_intent: str
    pence: int
    """What of it can still go back."""
    taken_at: datetime


@dataclass(frozen=True, slots=True)
class BackWay:
    """A part of what goes back: to the card of a payment, or, without one, to a bank account."""

    to: Refundable | None
    pence: int


def split(pence: int, payments: Iterable[Refundable]) -> list[BackWay]:
    """How so much goes back: to the cards it came from, the oldest payment first; what no card takes, to the bank."""
    ways, left = [], pence
    for payment in sorted(payments, key=lambda one: (one.taken_at, one.id)):
        part = min(left, payment.pence)
        if part > 0:
            ways.append(BackWay(payment, part))
            left -= part
    return [*ways, BackWay(None, left)] if left else ways


FILE_COLUMNS = {
    "reference": "Ours, for the payee's statement; the same in every copy of the file",
    "name": "The name on the account",
    "sort_code": "Six digits",
    "account_number": "Eight digits",
    "pounds": "How much, like 12.40",
}
"""The columns of the file of what is paid back to bank accounts. A new one is added at the end, and none is renamed."""
