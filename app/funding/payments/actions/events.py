"""Taking a message of the card company: checked, noted, and done once, in whatever order they come."""

import logging

from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import db
from app.funding.payments import gateway
from app.funding.payments.actions import claims, paying_back, top_ups
from app.funding.payments.gateway import Told
from app.funding.payments.models import StripeEvent
from app.funding.payments.queries.top_ups import top_up_of_session
from app.funding.payments.rules import LATER_FAILED, OddWhy, Session, WebhookOutcome

log = logging.getLogger(__name__)


def take_event(*, body: bytes, signature: str) -> WebhookOutcome:
    """Take one message from Stripe: check it, note it, and do what it says; the very same message again does nothing.

    Args:
        body: the message as it came, byte for byte.
        signature: its ``Stripe-Signature`` header; empty when it had none.

    Raises:
        NotFromStripe: it is not genuine or not fresh; nothing is written.
        CardsNotSetUp: there is no secret to check it by.
    """
    told = gateway.read_message(body, signature)
    event = StripeEvent(
        event=told.event_id, kind=told.kind[:80], outcome=WebhookOutcome.NOT_FOR_US, received_at=clock.now()
    )
    try:
        with db.session.begin_nested():
            db.session.add(event)
    except IntegrityError:
        return WebhookOutcome.ALREADY_TOLD
    event.outcome = _done(told, event)
    db.session.flush()
    return event.outcome


def _done(told: Told, event: StripeEvent) -> WebhookOutcome:
    if told.session is not None:
        return _of_session(told.session, told.kind, event)
    if told.refunded is not None:
        return paying_back.hear_of_refund(told.refunded)
    if told.charge is not None:
        return claims.hear_of_charge(told.charge, told.made_at)
    if told.dispute is not None:
        return claims.hear_of_dispute(told.kind, told.dispute)
    return WebhookOutcome.NOT_FOR_US


def _of_session(session: Session, kind: str, event: StripeEvent) -> WebhookOutcome:
    top_up = top_up_of_session(session)
    if top_up is None:
        log.warning("a message about a card payment that is not ours")
        if session.is_paid:
            top_ups.needs_a_look(session, OddWhy.NOT_OURS, None)
        return WebhookOutcome.UNKNOWN
    event.top_up_id = top_up.id
    return top_ups.settle_locked(top_up, session, has_failed=kind == LATER_FAILED)
