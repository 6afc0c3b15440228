"""Starting card payments, and crediting each exactly once.

Starting takes three steps, because a transaction is never held open while the card company is asked:
:func:`begin_top_up` in one transaction, the gateway between, :func:`note_checkout` in another. Whatever breaks between
two of them, the same form sent again goes on where it stopped.
"""

import logging
from typing import Any

from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import db
from app.base.money import Money
from app.base.refusals import BadInput, Conflict, NotAllowed, Refusal
from app.funding.budgets.actions import pots as budgets
from app.funding.payments import gateway
from app.funding.payments.actions.accounts import card_account
from app.funding.payments.actions.claims import take_claims_before
from app.funding.payments.gateway import Opened
from app.funding.payments.models import CardPayment, OddPayment, TopUp
from app.funding.payments.permissions import may_settle, may_top_up
from app.funding.payments.queries import top_ups as queries
from app.funding.payments.queries.card_money import card_payment_known_as
from app.funding.payments.rules import (
    BECOMES,
    CURRENCY,
    KEY_LASTS,
    LARGEST,
    REASON_LONGEST,
    SMALLEST,
    STARTED_AT_MOST,
    STARTED_WITHIN,
    OddEnding,
    OddWhy,
    Session,
    TopUpStatus,
    WebhookOutcome,
    outcome_of,
    why_odd,
)
from app.people.accounts.models import Person
from app.people.circles.queries import powers_to_act
from app.platform.audit import actions as audit
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.rules import JournalKind
from app.platform.messages.actions import payments as messages

log = logging.getLogger(__name__)


class AmountOutOfRange(Conflict):
    """Less than the least, or more than the most, of one card payment."""


class TopUpOver(Conflict):
    """The form was used before: paid, given up, or too long ago to go on with."""


class TooManyTopUps(Refusal):
    """More payments started in an hour than a person has reason to."""

    status = 429


def begin_top_up(*, actor: Person, person: Person, amount: Money, key: str) -> TopUp:
    """Write down the wish to add ``amount`` to somebody's own money by card. Nothing is taken yet.

    The same form sent twice gives the same top-up, which may have its card page already.

    Raises:
        NotAllowed: ``actor`` is neither the person nor somebody who may spend their money.
        AmountOutOfRange: not from £1 to £5,000.
        TooManyTopUps: too many in the last hour.
        TopUpOver: this form was used for something else, or before and it is over.
    """
    if not may_top_up(actor, person.id, powers_to_act(actor, person.id)):
        raise NotAllowed("You may not add money for this person. They can let you, on the page People beside you.")
    if not SMALLEST <= amount <= LARGEST:
        raise AmountOutOfRange(f"Enter an amount from {SMALLEST} to {LARGEST}")
    earlier = queries.top_up_by_key(key)
    if earlier is None:
        if queries.started_since(actor.id, clock.now() - STARTED_WITHIN) >= STARTED_AT_MOST:
            raise TooManyTopUps("You have started many payments in the last hour. Wait an hour, then try again.")
        try:
            with db.session.begin_nested():
                return _write_down(actor=actor, person=person, amount=amount, key=key)
        except IntegrityError:
            # A second click, at the same moment as the first.
            earlier = queries.top_up_by_key(key)
            if earlier is None:
                raise
    _check_can_go_on(earlier, actor=actor, person=person, amount=amount)
    return earlier


def _write_down(*, actor: Person, person: Person, amount: Money, key: str) -> TopUp:
    top_up = TopUp(
        key=key,
        person_id=person.id,
        started_by_id=actor.id,
        pot=budgets.open_own_money(person=person),
        amount_pence=amount.pence,
        status=TopUpStatus.STARTED,
        started_at=clock.now(),
    )
    db.session.add(top_up)
    db.session.flush()
    audit.record(
        action="top_up_started",
        actor_id=actor.id,
        for_person_id=person.id,
        subject_kind="top_up",
        subject_id=top_up.id,
        pence=amount.pence,
    )
    db.session.flush()
    return top_up


def _check_can_go_on(top_up: TopUp, *, actor: Person, person: Person, amount: Money) -> None:
    is_same = (top_up.started_by_id, top_up.person_id, top_up.amount_pence) == (actor.id, person.id, amount.pence)
    if not is_same:
        raise TopUpOver("This form was already used for another payment. Check the amount and press Continue again.")
    if top_up.status == TopUpStatus.PAID:
        raise TopUpOver("This payment has already been made. To pay the same again, press Continue once more.")
    if top_up.status != TopUpStatus.STARTED or top_up.started_at < clock.now() - KEY_LASTS:
        raise TopUpOver("This form is too old to go on with. Press Continue to start again.")


def note_checkout(*, top_up_id: int, opened: Opened) -> TopUp:
    """Keep the card page that was opened for a top-up. Only after this is anybody sent there.

    Raises:
        TopUpOver: it was settled meanwhile, or has another card page.
    """
    top_up = queries.top_up_locked(top_up_id)
    if top_up.status != TopUpStatus.STARTED or top_up.checkout_session not in {None, opened.session_id}:
        raise TopUpOver("This form is too old to go on with. Press Continue to start again.")
    top_up.checkout_session, top_up.checkout_url = opened.session_id, opened.url
    db.session.flush()
    return top_up


def settle_top_up(*, top_up_id: int, session: Session) -> WebhookOutcome:
    """Do what Stripe says of a payment when asked: the same as if it had told us by itself."""
    return settle_locked(queries.top_up_locked(top_up_id), session, has_failed=False)


def give_up(*, top_up_id: int) -> bool:
    """End a payment that never got as far as a card page, so that nobody can have paid it; whether it was one."""
    top_up = queries.top_up_locked(top_up_id)
    if top_up.status != TopUpStatus.STARTED or top_up.checkout_session is not None:
        return False
    top_up.status = TopUpStatus.EXPIRED
    db.session.flush()
    return True


def settle_locked(top_up: TopUp, session: Session, *, has_failed: bool) -> WebhookOutcome:
    """Do what Stripe says of a payment whose row is locked; what is paid and not as we asked needs a look."""
    if gateway.is_of_the_other_mode(session.is_live):
        return WebhookOutcome.NO_CHANGE
    facts: dict[str, Any] = {
        "asked": top_up.amount,
        "status": top_up.status,
        "known_as": top_up.checkout_session,
        "called": top_up.public_id,
    }
    is_known = session.is_paid and queries.is_known_payment(session.payment_intent, top_up.id)
    outcome = outcome_of(session, **facts, is_known=is_known, has_failed=has_failed)
    if outcome == WebhookOutcome.MISMATCH:
        log.error("card payment %s needs a look: Stripe took something else than we asked for", top_up.public_id)
        needs_a_look(session, why_odd(session, **facts), top_up)
        if top_up.status == TopUpStatus.PAID:
            # The right payment was credited already; this other one is for somebody to settle.
            return outcome
    if outcome in BECOMES:
        top_up.status = BECOMES[outcome]
        if outcome == WebhookOutcome.CREDITED:
            _credit(top_up, session)
        audit.record(
            action=f"top_up_{top_up.status}",
            actor_id=None,
            for_person_id=top_up.person_id,
            subject_kind="top_up",
            subject_id=top_up.id,
            pence=top_up.amount_pence,
        )
        db.session.flush()
    return outcome


def needs_a_look(session: Session, why: OddWhy, top_up: TopUp | None) -> None:
    """Keep a payment that is not as we asked for whoever settles it; told again, it is the same one."""
    if queries.odd_payment_of(session.id) is None:
        db.session.add(
            OddPayment(
                checkout_session=session.id,
                payment_intent=session.payment_intent,
                pence=session.amount_pence,
                currency=session.currency and session.currency[:10],
                why=why,
                top_up_id=None if top_up is None else top_up.id,
                told_at=clock.now(),
            )
        )
        db.session.flush()


def settle_odd_payment(*, actor: Person, odd: OddPayment, how: OddEnding, reason: str) -> OddPayment:
    """Settle a payment that is not as we asked: add what was taken, or note that it was paid back or never taken.

    Args:
        actor: who looks after card payments for this site; never about their own money.
        odd: the payment.
        how: what becomes of it. Paying back is done at the card company; this notes it and tells the person.
        reason: why; kept with it, for whoever asks later.

    Raises:
        NotAllowed: when the actor may not.
        BadInput: without a reason.
        Conflict: when it was settled before, or there is nothing that could be added.
    """
    if not may_settle(actor, odd):
        raise NotAllowed("Only somebody who looks after card payments settles this, and nobody their own.")
    reason = reason.strip()
    if not 0 < len(reason) <= REASON_LONGEST:
        raise BadInput(f"Enter why, in {REASON_LONGEST} characters or fewer")
    top_up = None if odd.top_up_id is None else queries.top_up_locked(odd.top_up_id)
    odd = queries.odd_payment_locked(odd.id)
    if odd.settled_at is not None:
        raise Conflict("This payment was settled already. Nothing was changed: look at it again.")
    if how == OddEnding.ADDED:
        _add_odd(odd, top_up, actor)
    elif top_up is not None and top_up.status == TopUpStatus.NEEDS_A_LOOK:
        top_up.status = TopUpStatus.FAILED
    odd.how, odd.reason, odd.settled_at, odd.settled_by_id = how, reason, clock.now(), actor.id
    audit.record(
        action=f"odd_payment_{how.value}",
        actor_id=actor.id,
        for_person_id=None if top_up is None else top_up.person_id,
        subject_kind="odd_payment",
        subject_id=odd.id,
        pence=odd.pence,
    )
    if top_up is not None:
        messages.your_payment_was_looked_at(
            to_person_id=top_up.person_id,
            to_email=top_up.person.email,
            name=top_up.person.full_name,
            path=_page_of(top_up),
        )
    db.session.flush()
    return odd


def _add_odd(odd: OddPayment, top_up: TopUp | None, actor: Person) -> None:
    """Add what was taken to the person's own money.

    Raises:
        Conflict: when it is nobody's, not in pounds, or its reference was added with another payment.
    """
    if top_up is None:
        raise Conflict(
            "It names no payment that was started here, so there is nobody's money to add it to. Pay it back."
        )
    if not odd.pence or odd.currency != CURRENCY:
        raise Conflict("It was not taken in pounds, so it cannot be added. Pay it back.")
    if queries.is_known_payment(odd.payment_intent, top_up.id) or card_payment_known_as(odd.payment_intent) is not None:
        raise Conflict("The card company's reference of it was added with another payment. Nothing more was taken.")
    card = card_account()
    ledger.post(
        key=f"odd-payment:{odd.public_id}",
        kind=JournalKind.TOP_UP,
        moves=[(card.id, top_up.pot.account_id, odd.pence)],
        about=f"top_up:{top_up.id}",
        actor_id=actor.id,
    )
    if top_up.status in {TopUpStatus.NEEDS_A_LOOK, TopUpStatus.FAILED, TopUpStatus.EXPIRED}:
        top_up.status, top_up.paid_at, top_up.added_pence = TopUpStatus.PAID, clock.now(), odd.pence
        top_up.payment_intent = odd.payment_intent
    _keep(top_up, odd.payment_intent, odd.pence)


def _keep(top_up: TopUp, payment_intent: str | None, pence: int) -> None:
    """Keep what was taken and added, for what of it may go back one day; and what of it was claimed before we heard."""
    taken = CardPayment(
        person_id=top_up.person_id,
        pot=top_up.pot,
        top_up_id=top_up.id,
        payment_intent=payment_intent,
        pence=pence,
        taken_at=clock.now(),
    )
    db.session.add(taken)
    db.session.flush()
    take_claims_before(taken)


def _page_of(top_up: TopUp) -> str:
    return f"/money/top-up/{top_up.public_id}"


def _credit(top_up: TopUp, session: Session) -> None:
    """Put the money into the pot. The journal's key makes a second time impossible, whatever else goes wrong."""
    top_up.paid_at, top_up.added_pence = clock.now(), top_up.amount_pence
    top_up.checkout_session = session.id
    top_up.payment_intent = session.payment_intent
    card = card_account()
    ledger.post(
        key=f"top-up:{top_up.public_id}",
        kind=JournalKind.TOP_UP,
        moves=[(card.id, top_up.pot.account_id, top_up.amount_pence)],
        about=f"top_up:{top_up.id}",
        actor_id=top_up.started_by_id,
    )
    _keep(top_up, session.payment_intent, top_up.amount_pence)
    messages.your_payment_arrived(
        to_person_id=top_up.person_id,
        to_email=top_up.person.email,
        name=top_up.person.full_name,
        amount=str(top_up.amount),
        path=_page_of(top_up),
    )
