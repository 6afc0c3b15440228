"""Card payments to test with, and messages as Stripe signs them."""

import itertools
import json
import time
from typing import Any

import stripe

from app.base import clock
from app.base.db import db, transaction
from app.base.money import Money
from app.funding.budgets.actions import pots as budgets
from app.funding.payments.actions import top_ups as payments_actions
from app.funding.payments.gateway import Opened
from app.funding.payments.models import TopUp
from app.funding.payments.rules import COMPLETED, Session
from app.people.accounts.models import Person

SECRET = "whsec_only_for_tests"
_numbers = itertools.count(1)


def top_up(person: Person, *, pence: int = 2000, session: str | None = None, by: Person | None = None) -> TopUp:
    """A payment whose card page has been opened; ``session`` names it."""
    number = next(_numbers)
    with transaction():
        made = payments_actions.begin_top_up(
            actor=by or person, person=person, amount=Money(pence), key=f"only-for-tests-{number:06d}"
        )
        opened = Opened(session or f"cs_test_{number}", f"http://127.0.0.1:9/c/pay/{number}")
        return payments_actions.note_checkout(top_up_id=made.id, opened=opened)


def own_money(person: Person) -> int:
    """The balance of somebody's own money, in pence, as the ledger has it."""
    from app.platform.ledger.queries import available

    with transaction():
        account = budgets.open_own_money(person=person).account_id
    db.session.expire_all()
    return int(available([account])[account])


def session_of(made: TopUp, **changed: Any) -> dict[str, Any]:
    """A Checkout Session as Stripe would tell of it when this payment had been made."""
    return {
        "id": made.checkout_session,
        "object": "checkout.session",
        "livemode": False,
        "client_reference_id": made.public_id,
        "amount_total": made.amount_pence,
        "currency": "gbp",
        "status": "complete",
        "payment_status": "paid",
        "payment_intent": f"pi_{made.public_id}",
        **changed,
    }


def message(about: dict[str, Any], *, kind: str = COMPLETED, event: str | None = None) -> str:
    """One event as Stripe words it."""
    return json.dumps(
        {
            "id": event or f"evt_{next(_numbers)}",
            "object": "event",
            "api_version": stripe.api_version,
            "created": int(clock.now().timestamp()),
            "type": kind,
            "livemode": False,
            "data": {"object": about},
        }
    )


def signed(body: str, *, secret: str = SECRET, seconds_old: int = 0) -> dict[str, str]:
    """The headers with which Stripe would send this body."""
    at = int(time.time()) - seconds_old
    return {
        "Stripe-Signature": stripe.WebhookSignature.generate_signature_header(body, secret, at),
        "Content-Type": "application/json",
    }


def paid_in(person: Person, *, pence: int = 2000) -> TopUp:
    """A card payment that was made and added; Stripe calls it ``pi_`` and the public id of the wish."""
    made = top_up(person, pence=pence)
    with transaction():
        session = Session(
            id=str(made.checkout_session),
            reference=made.public_id,
            amount_pence=pence,
            currency="gbp",
            is_paid=True,
            is_expired=False,
            payment_intent=f"pi_{made.public_id}",
            is_live=False,
        )
        payments_actions.settle_top_up(top_up_id=made.id, session=session)
    return made


def dispute_of(made: TopUp, **changed: Any) -> dict[str, Any]:
    """A dispute of the whole of a payment as Stripe tells of it."""
    return {
        "id": f"dp_{made.public_id}",
        "object": "dispute",
        "amount": made.amount_pence,
        "charge": f"ch_{made.public_id}",
        "currency": "gbp",
        "livemode": False,
        "payment_intent": f"pi_{made.public_id}",
        "reason": "fraudulent",
        "status": "needs_response",
        **changed,
    }


def charge_of(made: TopUp, *, refunded: int, **changed: Any) -> dict[str, Any]:
    """The charge of a payment of which so much was paid back by now, as Stripe tells of it."""
    return {
        "id": f"ch_{made.public_id}",
        "object": "charge",
        "amount": made.amount_pence,
        "amount_refunded": refunded,
        "currency": "gbp",
        "livemode": False,
        "payment_intent": f"pi_{made.public_id}",
        "refunded": refunded == made.amount_pence,
        **changed,
    }


def refund_of(made: TopUp, *, pence: int, part: str | None = None, **changed: Any) -> dict[str, Any]:
    """A refund of a payment as Stripe tells of it; ``part`` names what of ours it pays back."""
    return {
        "id": f"re_{part or next(_numbers)}",
        "object": "refund",
        "amount": pence,
        "currency": "gbp",
        "metadata": {"pay_back": part} if part else {},
        "payment_intent": f"pi_{made.public_id}",
        "status": "succeeded",
        **changed,
    }
