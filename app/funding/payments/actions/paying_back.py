"""Own money paid back: to the cards it came from, the oldest payment first, and else into a bank account.

The money is held in the ledger from the moment it is asked for, so nobody spends it meanwhile; it leaves when the card
company or the bank has paid it, and is free again when they could not. No transaction is open while the card company is
asked: :func:`begin_pay_back` in one, :func:`send_to_cards` after it, each answer in one of its own. What breaks in between
is taken up by ``flask payments reconcile``, which looks before it asks again.
"""

import logging
from collections import Counter
from collections.abc import Sequence
from functools import partial

from app.base import clock
from app.base.bank_accounts import BankAccount, sealed_account
from app.base.db import db, in_transaction
from app.base.money import Money
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.base.sealing import Seal
from app.funding.payments import gateway
from app.funding.payments.actions import claims
from app.funding.payments.actions.accounts import card_account, paid_out_account
from app.funding.payments.models import PayBack, PayBackPart, PersonBankDetails
from app.funding.payments.permissions import may_pay_back
from app.funding.payments.queries import card_money
from app.funding.payments.queries.authority import acts_with_authority
from app.funding.payments.queries.card_money import ToCard
from app.funding.payments.rules import CURRENCY, PartStatus, Refunded, WebhookOutcome, split
from app.people.accounts.models import Person
from app.platform.audit import actions as audit
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.rules import JournalKind
from app.platform.messages.actions import payments as messages

log = logging.getLogger(__name__)

CARD_SAYS_NO = "The card company pays nothing back to this card any more"
FAILED_LATER = "The card company could not pay it back"


class NoBankAccount(Conflict):
    """Some of it can go to no card, and no bank account was given."""

    def __init__(self) -> None:
        super().__init__("Some of this can go back to no card. Give a bank account first, then ask again")


class TooMuchBack(BadInput):
    """More is asked for than can be paid back."""


def require_may_pay_back(actor: Person, person: Person) -> None:
    """Let only the person, or who acts for them by law, go on.

    Raises:
        NotAllowed: for anybody else.
    """
    has_authority = acts_with_authority(actor, person.id, to_act=True)
    if not may_pay_back(actor, person, has_authority=has_authority):
        raise NotAllowed(
            "Only the person has their own money paid back, or an attorney, deputy or appointee whose paper the council saw."
        )


def give_bank_account(*, actor: Person, person: Person, account: BankAccount, seal: Seal) -> PersonBankDetails:
    """Keep an account for somebody's own money to go back to; they are told of it, whoever gave it.

    Raises:
        NotAllowed: for anybody but the person and who acts for them by law.
    """
    require_may_pay_back(actor, person)
    made = PersonBankDetails(
        person_id=person.id,
        sealed=sealed_account(account, seal),
        masked=account.masked,
        given_at=clock.now(),
        given_by_id=actor.id,
    )
    db.session.add(made)
    db.session.flush()
    audit.record(
        action="own_bank_account_given",
        actor_id=actor.id,
        for_person_id=person.id,
        subject_kind="person_bank_details",
        subject_id=made.id,
    )
    messages.your_account_was_given(
        to_person_id=person.id, to_email=person.email, name=person.full_name, masked=account.masked
    )
    return made


def begin_pay_back(*, actor: Person, person: Person, amount: Money, key: str) -> PayBack:
    """Ask for own money to be paid back: it is held at once, and shared out over the cards it came from.

    The same form sent twice is the same wish. What went to no card yet is sent with :func:`send_to_cards`.

    Raises:
        NotAllowed: for anybody but the person and who acts for them by law.
        TooMuchBack: more than is unused, or nothing.
        NoBankAccount: some of it can go to no card.
        Conflict: the form was used for something else.
    """
    require_may_pay_back(actor, person)
    pot = card_money.own_pot(person.id)
    left = 0 if pot is None else card_money.left_locked(pot)
    # After the lock: of two clicks the second sees what the first has done.
    before = card_money.pay_back_by_key(key)
    if before is not None:
        if (before.person_id, before.pence) != (person.id, amount.pence):
            raise Conflict("This form was used already. Look at what was paid back, then ask again")
        return before
    most = left - card_money.owed_by(person.id)
    if pot is None or not 0 < amount.pence <= most:
        raise TooMuchBack(
            f"Enter an amount up to {Money(most)}: that is all that can be paid back now"
            if most > 0
            else "There is nothing that can be paid back now"
        )
    ways = split(amount.pence, card_money.refundable(person.id))
    details = card_money.newest_details(person.id)
    if ways[-1].to is None and details is None:
        raise NoBankAccount
    made = PayBack(
        key=key, person_id=person.id, asked_by_id=actor.id, pot_id=pot.id, pence=amount.pence, asked_at=clock.now()
    )
    db.session.add(made)
    db.session.flush()
    card, bank = card_account().id, paid_out_account().id
    holds = ledger.hold(
        key=f"pay-back:{made.public_id}",
        parts=[(pot.account_id, card if way.to else bank, way.pence) for way in ways],
        about=_about(made),
        actor_id=actor.id,
    )
    for way, held in zip(ways, holds, strict=True):
        made.parts.append(
            PayBackPart(
                card_payment_id=way.to.id if way.to else None,
                details_id=details.id if details and not way.to else None,
                pence=way.pence,
                hold_id=held.id,
                status=PartStatus.ON_ITS_WAY,
            )
        )
    db.session.flush()
    _record("pay_back_asked", made, pence=made.pence, actor_id=actor.id)
    messages.your_money_goes_back(
        to_person_id=person.id, to_email=person.email, name=person.full_name, amount=str(amount), path=_page_of(made)
    )
    return made


def _about(pay_back: PayBack) -> str:
    return f"pay_back:{pay_back.public_id}"


def _page_of(pay_back: PayBack) -> str:
    return f"/money/pay-back/{pay_back.public_id}"


def _record(action: str, pay_back: PayBack, *, pence: int, actor_id: int | None) -> None:
    audit.record(
        action=action,
        actor_id=actor_id,
        for_person_id=pay_back.person_id,
        subject_kind="pay_back",
        subject_id=pay_back.id,
        pence=pence,
    )


def arrive(part: PayBackPart, *, actor_id: int | None = None) -> None:
    """Note that a part was paid: its money leaves for good."""
    ledger.settle(
        key=f"pay-back-arrived:{part.public_id}",
        kind=JournalKind.PAY_OUT,
        holds={part.hold_id: part.pence},
        about=_about(part.pay_back),
        actor_id=actor_id,
    )
    part.status, part.arrived_at, part.answered_by_id = PartStatus.ARRIVED, clock.now(), actor_id
    _record("pay_back_arrived", part.pay_back, pence=part.pence, actor_id=actor_id)
    db.session.flush()


def fail(part: PayBackPart, reason: str, *, actor_id: int | None = None) -> None:
    """Note that a part could not be paid, at once or after we had been told it was: its money is here again."""
    pay_back = part.pay_back
    if part.status == PartStatus.ON_ITS_WAY:
        ledger.settle(
            key=f"pay-back-failed:{part.public_id}",
            kind=JournalKind.RELEASE,
            holds={part.hold_id: 0},
            about=_about(pay_back),
            actor_id=actor_id,
        )
    else:
        came_from = card_account() if part.card_payment_id else paid_out_account()
        ledger.post(
            key=f"pay-back-came-back:{part.public_id}",
            kind=JournalKind.MOVE,
            moves=[(came_from.id, pay_back.pot.account_id, part.pence)],
            about=_about(pay_back),
            actor_id=actor_id,
        )
    part.status, part.failed_at, part.reason = PartStatus.FAILED, clock.now(), reason
    part.answered_by_id = actor_id or part.answered_by_id
    if part.card_payment is not None:
        part.card_payment.gone_at = part.card_payment.gone_at or clock.now()
    _record("pay_back_failed", pay_back, pence=part.pence, actor_id=actor_id)
    messages.your_money_came_back(
        to_person_id=pay_back.person_id,
        to_email=pay_back.person.email,
        name=pay_back.person.full_name,
        amount=str(Money(part.pence)),
        path=_page_of(pay_back),
    )
    db.session.flush()


def note_refund(refunded: Refunded) -> WebhookOutcome:
    """Do what the card company says of a refund of ours, however often and in whatever order: what failed stays so."""
    part = card_money.part_locked(refunded.part) if refunded.part else None
    payment = part.card_payment if part is not None else None
    if part is None or payment is None or refunded.payment_intent != payment.payment_intent:
        return WebhookOutcome.UNKNOWN
    is_as_asked = refunded.pence == part.pence and refunded.currency == CURRENCY
    if not is_as_asked or part.refund not in {None, refunded.id}:
        log.error("a refund is not as we asked for it: part %s", part.public_id)
        payment.ask_since = clock.now()
        return WebhookOutcome.MISMATCH
    part.refund = refunded.id
    if part.status == PartStatus.FAILED:
        if not refunded.is_over:
            payment.ask_since = clock.now()
        return WebhookOutcome.NO_CHANGE
    if refunded.is_over:
        fail(part, FAILED_LATER)
        return WebhookOutcome.COULD_NOT_PAY_BACK
    if refunded.status == "succeeded" and part.status == PartStatus.ON_ITS_WAY:
        arrive(part)
        return WebhookOutcome.PAID_BACK
    return WebhookOutcome.NO_CHANGE


def hear_of_refund(refunded: Refunded) -> WebhookOutcome:
    """A message about a refund: of ours it is done, of another's the card company is asked how much it was in all."""
    outcome = note_refund(refunded)
    if outcome == WebhookOutcome.UNKNOWN:
        payment = card_money.card_payment_known_as(refunded.payment_intent)
        if payment is not None:
            payment.ask_since = clock.now()
            return WebhookOutcome.NO_CHANGE
    return outcome


def take_refunds(payment_intent: str, refunds: Sequence[Refunded], *, refused_part: str | None = None) -> None:
    """Do what the card company says when asked of every refund of a payment: ours end, the others are claims.

    Args:
        payment_intent: what it calls the payment.
        refunds: all of them.
        refused_part: the part it has just refused; when it is not among them, it could not be paid.
    """
    payment = card_money.card_payment_known_as(payment_intent)
    if payment is None:
        return
    for refunded in refunds:
        note_refund(refunded)
    refused = card_money.part_locked(refused_part) if refused_part else None
    if refused is not None and refused.status == PartStatus.ON_ITS_WAY and refused.refund is None:
        fail(refused, CARD_SAYS_NO)
    parts = card_money.parts_of_payment(payment.id)
    ours = {one.refund for one in parts if one.status != PartStatus.FAILED}
    claims.claim_refunded(
        payment_intent, sum(one.pence for one in refunds if not one.is_over and one.id not in ours), payment
    )
    payment.ask_since = None
    db.session.flush()


def send_to_cards(parts: Sequence[ToCard], *, is_first_time: bool) -> Counter[str]:
    """Have the card company pay parts back, each with transactions of its own; how many became of each outcome.

    Args:
        parts: what is on its way and was not answered.
        is_first_time: nothing was asked for them yet. Else the card company is looked at before it is asked: it forgets
            after a day that it was asked before.
    """
    # Nothing may stay open while the card company is asked.
    db.session.rollback()
    return Counter(_send(part, is_first_time=is_first_time) for part in parts)


def _send(part: ToCard, *, is_first_time: bool) -> str:
    try:
        if not is_first_time:
            known = gateway.refunds_of(part.payment_intent)
            if any(one.part == part.part for one in known):
                in_transaction(partial(take_refunds, part.payment_intent, known))
                return "known"
        refunded = gateway.pay_back(part.part, part.payment_intent, part.pence)
    except gateway.CardRefused:
        return _refused(part)
    except (gateway.CardsBusy, gateway.CardsNotSetUp):
        return "no_answer"
    return in_transaction(partial(note_refund, refunded))


def _refused(part: ToCard) -> str:
    """Why may be that it was paid back already, by us or at the card company: that is looked at before money is given back."""
    try:
        known = gateway.refunds_of(part.payment_intent)
    except (gateway.CardsBusy, gateway.CardsNotSetUp):
        return "no_answer"
    in_transaction(partial(take_refunds, part.payment_intent, known, refused_part=part.part))
    return WebhookOutcome.COULD_NOT_PAY_BACK
