"""What the card company takes back: disputes, and payments paid back there and not from here.

What is there is held at once, and leaves when the card company has won. What was spent already becomes a debt of the person,
shown and asked for; no pot is ever below nothing, and nobody else's money pays for it.
"""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import db
from app.base.money import Money
from app.base.refusals import Conflict, NotAllowed
from app.funding.payments.actions.accounts import card_account, owed_account
from app.funding.payments.models import CardClaim, CardPayment
from app.funding.payments.permissions import may_pay_back, may_top_up
from app.funding.payments.queries import card_money
from app.funding.payments.queries.authority import acts_with_authority
from app.funding.payments.rules import (
    CLAIM_RANK,
    CURRENCY,
    CardCharge,
    CardClaimStatus,
    CardDispute,
    ClaimKind,
    PartStatus,
    WebhookOutcome,
    claim_status,
)
from app.people.accounts.models import Person
from app.people.circles.queries import powers_to_act
from app.platform.audit import actions as audit
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.rules import JournalKind
from app.platform.messages.actions import payments as messages

OWED_PAGE = "/money/owed"


def hear_of_dispute(kind: str, dispute: CardDispute) -> WebhookOutcome:
    """A message about a dispute, in whatever order it comes: what is further on is never undone by what was before it."""
    payment = card_money.card_payment_known_as(dispute.payment_intent)
    pence = dispute.pence
    if dispute.currency != CURRENCY:
        # Told in another money: all of the payment is in question.
        pence = 0 if payment is None else payment.pence
    if dispute.payment_intent is None or pence == 0:
        return WebhookOutcome.UNKNOWN
    status = claim_status(kind, dispute)
    claim, is_new = _written(ClaimKind.DISPUTE, dispute.id, dispute.payment_intent, pence, payment, status)
    if is_new:
        return WebhookOutcome.CLAIMED if payment is not None else WebhookOutcome.UNKNOWN
    if CLAIM_RANK[status] <= CLAIM_RANK[claim.status]:
        return WebhookOutcome.NO_CHANGE
    _end(claim, status)
    return WebhookOutcome.CLAIM_ENDED


def hear_of_charge(charge: CardCharge, made_at: datetime | None) -> WebhookOutcome:
    """A message that some of a charge was paid back, in all, by whomever: what is not ours is a claim.

    One made before a refund of ours failed still counts that; then the card company is asked.
    """
    payment = card_money.card_payment_known_as(charge.payment_intent)
    if charge.payment_intent is None or charge.currency != CURRENCY:
        return WebhookOutcome.UNKNOWN
    ours = 0
    if payment is not None:
        parts = card_money.parts_of_payment(payment.id)
        ours = sum(one.pence for one in parts if one.status != PartStatus.FAILED)
        failed = [one.failed_at for one in parts if one.failed_at is not None and one.refund is not None]
        if failed and (made_at is None or made_at <= max(failed)):
            payment.ask_since = clock.now()
            return WebhookOutcome.NO_CHANGE
    is_new = claim_refunded(charge.payment_intent, charge.refunded_pence - ours, payment)
    if payment is None:
        return WebhookOutcome.UNKNOWN
    return WebhookOutcome.CLAIMED if is_new else WebhookOutcome.NO_CHANGE


def claim_refunded(payment_intent: str, total: int, payment: CardPayment | None) -> bool:
    """Note that so much of a payment was paid back at the card company in all, and not from here; whether that is new."""
    more = total - card_money.refunded_elsewhere(payment_intent)
    if more <= 0:
        return False
    reference = f"{payment_intent}:{total}"
    return _written(ClaimKind.REFUND, reference, payment_intent, more, payment, CardClaimStatus.LOST)[1]


def _written(
    kind: ClaimKind,
    reference: str,
    payment_intent: str,
    pence: int,
    payment: CardPayment | None,
    status: CardClaimStatus,
) -> tuple[CardClaim, bool]:
    """The claim of this reference, made when there was none; and whether it was made."""
    known = card_money.claim_known_as(reference)
    if known is not None:
        return known, False
    claim = CardClaim(
        kind=kind,
        reference=reference,
        payment_intent=payment_intent,
        pence=pence,
        status=status,
        told_at=clock.now(),
        ended_at=None if status == CardClaimStatus.OPEN else clock.now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(claim)
    except IntegrityError:
        # Told by two messages at the same moment.
        known = card_money.claim_known_as(reference)
        if known is None:
            raise
        return known, False
    if payment is not None and status != CardClaimStatus.WON:
        _take(claim, payment)
    return claim, True


def take_claims_before(payment: CardPayment) -> None:
    """Do what was claimed of a payment before we had heard of the payment itself."""
    if payment.payment_intent is not None:
        for claim in card_money.claims_before(payment.payment_intent):
            _take(claim, payment)


def _about(claim: CardClaim) -> str:
    return f"claim:{claim.public_id}"


def _take(claim: CardClaim, payment: CardPayment) -> None:
    """Hold what is there; what is not is owed. What is lost already leaves at once."""
    left = card_money.left_locked(payment.pot)
    frozen = min(max(left, 0), claim.pence)
    owed = claim.pence - frozen
    card = card_account().id
    hold_id = None
    if frozen:
        parts = [(payment.pot.account_id, card, frozen)]
        hold_id = ledger.hold(key=f"claim:{claim.public_id}", parts=parts, about=_about(claim))[0].id
    if owed:
        _post("claim-owed", claim, [(owed_account().id, card, owed)])
    claim.card_payment, claim.frozen_pence, claim.owed_pence, claim.hold_id = payment, frozen, owed, hold_id
    db.session.flush()
    if claim.status == CardClaimStatus.LOST:
        _settle_hold(claim, claim.frozen_pence)
    _tell(claim, "card_claim_came", messages.your_card_company_claims)


def _post(what: str, claim: CardClaim, moves: list[tuple[int, int, int]]) -> None:
    ledger.post(key=f"{what}:{claim.public_id}", kind=JournalKind.MOVE, moves=moves, about=_about(claim))


def _settle_hold(claim: CardClaim, pence: int) -> None:
    if claim.hold_id is not None:
        ledger.settle(
            key=f"claim-ended:{claim.public_id}",
            kind=JournalKind.PAY_OUT if pence else JournalKind.RELEASE,
            holds={claim.hold_id: pence},
            about=_about(claim),
        )


def _end(claim: CardClaim, status: CardClaimStatus) -> None:
    """Move a claim on: lost, what is frozen leaves; won, everything is as if it had never been claimed."""
    before, claim.status, claim.ended_at = claim.status, status, clock.now()
    payment = claim.card_payment
    if payment is None:
        db.session.flush()
        return
    card_money.left_locked(payment.pot)
    if status == CardClaimStatus.LOST:
        _settle_hold(claim, claim.frozen_pence)
    else:
        if before == CardClaimStatus.OPEN:
            _settle_hold(claim, 0)
        elif claim.frozen_pence:
            _post("claim-back", claim, [(card_account().id, payment.pot.account_id, claim.frozen_pence)])
        if claim.owed_pence:
            _post("claim-not-owed", claim, [(card_account().id, owed_account().id, claim.owed_pence)])
        if claim.repaid_pence:
            _post("claim-repaid-back", claim, [(owed_account().id, payment.pot.account_id, claim.repaid_pence)])
    db.session.flush()
    _tell(claim, f"card_claim_{status}", messages.your_card_company_decided)


def _tell(claim: CardClaim, action: str, tell: Callable[..., None]) -> None:
    payment = claim.card_payment
    if payment is None:
        return
    audit.record(
        action=action,
        actor_id=None,
        for_person_id=payment.person_id,
        subject_kind="card_claim",
        subject_id=claim.id,
        pence=claim.pence,
    )
    tell(
        to_person_id=payment.person_id,
        to_email=payment.person.email,
        name=payment.person.full_name,
        amount=str(Money(claim.pence)),
        path=OWED_PAGE,
    )


def pay_what_is_owed(*, actor: Person, person: Person) -> Money:
    """Pay what somebody owes from their own money, the oldest first, as far as it reaches; how much was paid.

    Raises:
        NotAllowed: for anybody but the person, who may spend their money, and who acts for them by law.
        Conflict: nothing is owed, or there is no own money to pay it from.
    """
    may = may_pay_back(actor, person, has_authority=acts_with_authority(actor, person.id, to_act=True))
    if not may and not may_top_up(actor, person.id, powers_to_act(actor, person.id)):
        raise NotAllowed("You may not spend this person’s own money.")
    pot = card_money.own_pot(person.id)
    left = 0 if pot is None else card_money.left_locked(pot)
    owed = card_money.claims_of(person.id, owed_only=True)
    if not owed:
        raise Conflict("Nothing is owed. Nothing was changed.")
    if pot is None or left <= 0:
        raise Conflict("There is no own money to pay it from. Add some first.")
    paid = 0
    for claim in owed:
        part = min(left - paid, claim.still_owed_pence)
        if part > 0:
            ledger.post(
                key=f"owed:{claim.public_id}:{claim.repaid_pence}",
                kind=JournalKind.MOVE,
                moves=[(pot.account_id, owed_account().id, part)],
                about=f"owed:{claim.public_id}",
                actor_id=actor.id,
            )
            claim.repaid_pence += part
            paid += part
    audit.record(
        action="owed_paid",
        actor_id=actor.id,
        for_person_id=person.id,
        subject_kind="person",
        subject_id=person.id,
        pence=paid,
    )
    db.session.flush()
    return Money(paid)
