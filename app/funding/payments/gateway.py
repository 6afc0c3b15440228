"""The one place that touches Stripe. Everything that goes wrong there becomes a refusal with a name."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import stripe
from flask import current_app

from app.base.money import Money
from app.base.refusals import BadInput, Refusal
from app.funding.payments.rules import CURRENCY, HEEDED, Session, takes_real_money
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
    """One genuine message. ``session`` is there for the kinds we heed."""

    event_id: str
    kind: str
    session: Session | None


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
        is_for_us = kind in HEEDED and not is_of_the_other_mode(is_live)
        session = _session(event["data"]["object"]) if is_for_us else None
        return Told(_text(event["id"]), kind, session)
    except (stripe.SignatureVerificationError, ValueError, TypeError, KeyError, RecursionError):
        # Not a word of what was sent is repeated: it may be anybody's.
        msg = "This is not a signed message from the card company."
        raise NotFromStripe(msg) from None


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
