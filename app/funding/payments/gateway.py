"""The one place that touches Stripe. Everything that goes wrong there becomes a refusal with a name."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

import stripe
from flask import current_app

from app.base.money import Money
from app.base.refusals import BadInput, Refusal
from app.funding.payments.rules import (
    CHARGE_REFUNDED,
    CURRENCY,
    DISPUTES,
    HEEDED,
    REFUNDS,
    SESSIONS,
    CardCharge,
    CardDispute,
    Refunded,
    Session,
    takes_real_money,
)
from app.platform.ledger.rules import LARGEST_PENCE

log = logging.getLogger(__name__)

PATIENCE = (3.05, 8.0)
"""Seconds to wait for a connection and for an answer. With two more tries a person waits half a minute at worst."""
TRIES_AGAIN = 2
SIGNED_WITHIN = 300
"""Seconds for which a signed message is fresh."""


class CardsNotSetUp(Refusal):
    """No card company is named in the settings, or it does not know our key."""

    status = 503


class CardsBusy(Refusal):
    """The card company did not answer, or not in a way we could use. Nothing was taken."""

    status = 503


class CardRefused(Refusal):
    """The card company pays nothing back to this card: the card is gone, or nothing is left of the payment there."""


class NotFromStripe(BadInput):
    """A message whose signature is missing, wrong or old, or which is no message at all."""


@dataclass(frozen=True, slots=True)
class Checkout:
    """What a card page is asked to take, and where it sends the person afterwards (whole addresses)."""

    reference: str
    amount: Money
    words: str
    paid_url: str
    cancelled_url: str


@dataclass(frozen=True, slots=True)
class Opened:
    """A card page that was opened: Stripe's name for it, and its address."""

    session_id: str
    url: str


@dataclass(frozen=True, slots=True)
class Told:
    """One genuine message, with what it is about for the kinds we heed."""

    event_id: str
    kind: str
    made_at: datetime | None = None
    session: Session | None = None
    refunded: Refunded | None = None
    charge: CardCharge | None = None
    dispute: CardDispute | None = None


def is_set_up() -> bool:
    """Whether cards can be taken at all: with a key, and a secret by which to know that messages are genuine."""
    return bool(current_app.config["STRIPE_API_KEY"] and current_app.config["STRIPE_WEBHOOK_SECRET"])


def is_pretend() -> bool:
    """Whether the card page is the pretend one on this machine."""
    return urlsplit(current_app.config["STRIPE_API_BASE"]).hostname in {"127.0.0.1", "localhost"}


def open_checkout(wanted: Checkout) -> Opened:
    """Open a card page. Asking again for the same reference gives the same page (for 24 hours).

    Never called with a transaction open: it may take half a minute.

    Raises:
        CardsNotSetUp: no key, or a wrong one.
        CardsBusy: no usable answer; nothing was taken.
    """
    with _named_refusals(), _client() as client:
        session = client.v1.checkout.sessions.create(
            {
                "mode": "payment",
                "line_items": [
                    {
                        "price_data": {
                            "currency": CURRENCY,
                            "product_data": {"name": wanted.words},
                            "unit_amount": wanted.amount.pence,
                        },
                        "quantity": 1,
                    }
                ],
                "allowed_payment_method_types": ["card"],
                "client_reference_id": wanted.reference,
                "success_url": wanted.paid_url,
                "cancel_url": wanted.cancelled_url,
                "locale": "en-GB",
                "submit_type": "pay",
            },
            {"idempotency_key": f"top-up:{wanted.reference}"},
        )
        if not session.url:
            log.error("the card company opened a page without an address")
            raise CardsBusy(_BUSY)
        return Opened(session.id, session.url)


def look_up(session_id: str) -> Session:
    """Ask how one card page stands.

    Raises:
        CardsNotSetUp: no key, or a wrong one.
        CardsBusy: no usable answer.
    """
    with _named_refusals(), _client() as client:
        try:
            return _session(client.v1.checkout.sessions.retrieve(session_id).to_dict())
        except (KeyError, TypeError):
            log.error("the card company answered with something that is no card page")  # noqa: TRY400
            raise CardsBusy(_BUSY) from None


def pay_back(part: str, payment_intent: str, pence: int) -> Refunded:
    """Pay a part of a payment back to its card. Asking again for the same part gives the same refund (for 24 hours).

    Never called with a transaction open.

    Raises:
        CardRefused: it pays nothing back of this payment.
        CardsNotSetUp: no key, or a wrong one.
        CardsBusy: no usable answer: it may have been paid back, or not. Look with :func:`refunds_of`.
    """
    with _named_refusals(), _client() as client:
        try:
            made = client.v1.refunds.create(
                {"payment_intent": payment_intent, "amount": pence, "metadata": {"pay_back": part}},
                {"idempotency_key": f"pay-back:{part}"},
            )
        except stripe.InvalidRequestError as wrong:
            log.warning("the card company pays nothing back: %s", wrong.code)
            if wrong.code in _LATER or wrong.http_status == HTTPStatus.CONFLICT:
                raise CardsBusy(_BUSY) from None
            msg = "The card company pays nothing back to this card."
            raise CardRefused(msg) from None
        return _refunded(made.to_dict())


def refunds_of(payment_intent: str) -> list[Refunded]:
    """Every refund of a payment that the card company knows, whoever asked for it.

    Raises:
        CardsNotSetUp: no key, or a wrong one.
        CardsBusy: no usable answer.
    """
    with _named_refusals(), _client() as client:
        try:
            found = client.v1.refunds.list({"payment_intent": payment_intent, "limit": 100})
            return [_refunded(one.to_dict()) for one in found.auto_paging_iter()]
        except stripe.InvalidRequestError as wrong:
            if wrong.code != "resource_missing":
                raise
            return []
        except (KeyError, TypeError):
            log.error("the card company answered with something that is no list of refunds")  # noqa: TRY400
            raise CardsBusy(_BUSY) from None


_LATER = frozenset({"balance_insufficient", "lock_timeout", "idempotency_key_in_use", "rate_limit"})
"""Refusals that say nothing of the card: the same may work later."""


def read_message(body: bytes, signature: str) -> Told:
    """Check that a message is genuine and fresh, and read it.

    Raises:
        CardsNotSetUp: there is no secret to check it by.
        NotFromStripe: it is not genuine, too old, or not a message.
    """
    secret = current_app.config["STRIPE_WEBHOOK_SECRET"]
    if not secret:
        raise CardsNotSetUp(_NOT_SET_UP)
    try:
        stripe.WebhookSignature.verify_header(body, signature, secret, SIGNED_WITHIN)
        event = json.loads(body)
        kind, is_live = _text(event["type"]), _yes_or_no(event["livemode"])
        # What names an account speaks of another than ours.
        is_for_us = kind in HEEDED and event.get("account") is None and not is_of_the_other_mode(is_live)
        if not is_for_us:
            return Told(_text(event["id"]), kind)
        return _told(_text(event["id"]), kind, event)
    except (
        *(stripe.SignatureVerificationError, ValueError, TypeError, KeyError, RecursionError, AttributeError),
        OverflowError,
    ):
        # Not a word of what was sent is repeated: it may be anybody's.
        msg = "This is not a signed message from the card company."
        raise NotFromStripe(msg) from None


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _told(event_id: str, kind: str, event: dict[str, Any]) -> Told:
    made, about = event.get("created"), event["data"]["object"]
    made_at = _EPOCH + timedelta(seconds=made) if type(made) is int else None
    if kind in SESSIONS:
        return Told(event_id, kind, made_at, session=_session(about))
    if kind in REFUNDS:
        return Told(event_id, kind, made_at, refunded=_refunded(about))
    if kind == CHARGE_REFUNDED:
        return Told(event_id, kind, made_at, charge=_charge(about))
    return Told(event_id, kind, made_at, dispute=_dispute(about) if kind in DISPUTES else None)


def is_of_the_other_mode(is_live: bool) -> bool:
    """Whether a message is about pretend money where ours is real, or the other way round: our key says which."""
    ours = takes_real_money(current_app.config["STRIPE_API_KEY"])
    if ours is None or ours == is_live:
        return False
    log.warning("a message of the card company's %s mode is left alone", "live" if is_live else "test")
    return True


_LONGEST = 255


def _text(fact: object) -> str:
    """One of Stripe's names.

    Raises:
        TypeError: it is no text that could be one.
    """
    if not isinstance(fact, str) or not 0 < len(fact) <= _LONGEST or "\x00" in fact:
        raise TypeError
    return fact


def _yes_or_no(fact: object) -> bool:
    """One of Stripe's answers.

    Raises:
        TypeError: it is neither.
    """
    if not isinstance(fact, bool):
        raise TypeError
    return fact


def _session(facts: object) -> Session:
    """What Stripe says of one Checkout Session.

    Raises:
        KeyError: it is not one: something that every one has is missing.
        TypeError: the same, or a fact is of another kind than Stripe's.
    """
    if not isinstance(facts, dict):
        raise TypeError
    payment, amount = facts.get("payment_intent"), facts.get("amount_total")
    if isinstance(payment, dict):
        payment = payment["id"]
    if not (amount is None or (type(amount) is int and 0 <= amount <= LARGEST_PENCE)):
        raise TypeError
    return Session(
        id=_text(facts["id"]),
        reference=_text_if_any(facts.get("client_reference_id")),
        amount_pence=amount,
        currency=_text_if_any(facts.get("currency")),
        is_paid=facts.get("payment_status") == "paid",
        is_expired=facts.get("status") == "expired",
        payment_intent=_text_if_any(payment),
        is_live=_yes_or_no(facts.get("livemode", False)),
    )


def _refunded(facts: object) -> Refunded:
    """What Stripe says of one refund.

    Raises:
        KeyError: something that every one has is missing.
        TypeError: a fact is of another kind than Stripe's.
    """
    if not isinstance(facts, dict):
        raise TypeError
    metadata = facts.get("metadata") or {}
    if not isinstance(metadata, dict):
        raise TypeError
    return Refunded(
        id=_text(facts["id"]),
        payment_intent=_name_of(facts.get("payment_intent")),
        pence=_amount(facts["amount"]),
        currency=_text_if_any(facts.get("currency")),
        status=_text(facts["status"]),
        part=_text_if_any(metadata.get("pay_back")),
    )


def _charge(facts: object) -> CardCharge:
    """What Stripe says of one charge; raises as :func:`_refunded` does."""
    if not isinstance(facts, dict):
        raise TypeError
    return CardCharge(
        _name_of(facts.get("payment_intent")),
        _amount(facts["amount_refunded"]),
        _text_if_any(facts.get("currency")),
    )


def _dispute(facts: object) -> CardDispute:
    """What Stripe says of one dispute; raises as :func:`_refunded` does."""
    if not isinstance(facts, dict):
        raise TypeError
    return CardDispute(
        id=_text(facts["id"]),
        payment_intent=_name_of(facts.get("payment_intent")),
        pence=_amount(facts["amount"]),
        currency=_text_if_any(facts.get("currency")),
        status=_text(facts["status"]),
    )


def _name_of(fact: object) -> str | None:
    """The name of an object that is told by its name or whole."""
    return _text_if_any(fact["id"] if isinstance(fact, dict) else fact)


def _amount(fact: object) -> int:
    """An amount of Stripe's.

    Raises:
        TypeError: it is none.
    """
    if not (type(fact) is int and 0 <= fact <= LARGEST_PENCE):
        raise TypeError
    return fact


def _text_if_any(fact: object) -> str | None:
    return None if fact is None else _text(fact)


_NOT_SET_UP = "Paying by card is not set up here yet. Nothing was taken."
_BUSY = "The card company did not answer. Nothing was taken. Wait a minute, then try again."


@contextmanager
def _client() -> Iterator[stripe.StripeClient]:
    if not is_set_up():
        raise CardsNotSetUp(_NOT_SET_UP)
    base = current_app.config["STRIPE_API_BASE"]
    line = stripe.RequestsClient(timeout=PATIENCE)
    try:
        yield stripe.StripeClient(
            current_app.config["STRIPE_API_KEY"],
            base_addresses={"api": base} if base else {},
            max_network_retries=TRIES_AGAIN,
            http_client=line,
        )
    finally:
        line.close()  # type: ignore[no-untyped-call]


@contextmanager
def _named_refusals() -> Iterator[None]:
    """Turn every fault of the card company's into a refusal; say to operators what it was, without anybody's facts."""
    try:
        yield
    except (stripe.AuthenticationError, stripe.PermissionError) as wrong:
        log.error("the card company does not take our key: %s", type(wrong).__name__)  # noqa: TRY400
        raise CardsNotSetUp(_NOT_SET_UP) from None
    except stripe.StripeError as wrong:
        log.error("the card company did not do what we asked: %s %s", type(wrong).__name__, wrong.code)  # noqa: TRY400
        raise CardsBusy(_BUSY) from None
