"""What the pretend card company remembers, and the rules it holds to: sessions, payments, refunds and events.

Amounts are whole pence. Objects are plain dictionaries with the names the real ones have. Callers hold ``lock``.
"""

import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import stripe

Thing = dict[str, Any]

SMALLEST = {"gbp": 30}
"""The least the card company takes, in pence; pounds are all this stand-in knows."""
LARGEST = 99_999_999
SESSION_LASTS = 24 * 60 * 60
SHORTEST_SESSION = 30 * 60
MOST_METADATA, LONGEST_NAME, LONGEST_VALUE = 50, 40, 500
LONGEST_REFERENCE = 200
WORKS, DECLINED, NO_MONEY = "4242424242424242", "4000000000000002", "4000000000009995"
DECLINES = {
    DECLINED: ("generic_decline", "Your card was declined."),
    NO_MONEY: ("insufficient_funds", "Your card has insufficient funds."),
}


class Problem(Exception):  # noqa: N818 - it is an answer, not a fault
    """A refusal as the API words it."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"error": {"type": kind, "message": message, "code": code, "param": param}}


class Books:
    """Everything remembered, in memory and, when a file is named, on disk too."""

    def __init__(self, *, now: Callable[[], float] = time.time, file: Path | None = None) -> None:
        self.lock = threading.RLock()
        self.now = now
        self._file = file
        self.things: dict[str, Thing] = {}
        self.answers: dict[str, Thing] = {}
        """By idempotency key: what was asked, and the answer it got."""
        self.unsent: list[Thing] = []
        if file is not None and file.exists():
            kept = json.loads(file.read_text())
            self.things, self.answers = kept["things"], kept["answers"]

    def keep(self) -> None:
        """Write everything down, whole or not at all."""
        if self._file is not None:
            new = self._file.with_suffix(".new")
            new.write_text(json.dumps({"things": self.things, "answers": self.answers}))
            new.replace(self._file)

    def all_of(self, kind: str) -> Iterator[Thing]:
        """Every object of a kind (``checkout.session``, ``event``), newest first."""
        return (thing for thing in reversed(self.things.values()) if thing["object"] == kind)

    def find(self, kind: str, name: str, param: str | None = None) -> Thing:
        """One object.

        Raises:
            Problem: 404 (400 when it was named in a parameter), when there is none.
        """
        thing = self.things.get(name)
        if thing is None or thing["object"] != kind:
            words = f"No such {kind}: '{name}'"
            raise Problem(words, status=400 if param else 404, code="resource_missing", param=param or "id")
        return thing

    def create_session(self, asked: Thing, pages: str) -> Thing:
        """Open a Checkout Session; its hosted page lies under the address ``pages``."""
        _only_payments(asked)
        currency, total = _total(asked["line_items"])
        self._check_small_print(asked)
        session = self._new(
            "cs_test",
            "checkout.session",
            allowed_payment_method_types=asked.get("allowed_payment_method_types"),
            amount_subtotal=total,
            amount_total=total,
            cancel_url=asked.get("cancel_url"),
            client_reference_id=asked.get("client_reference_id"),
            currency=currency,
            customer=asked.get("customer"),
            customer_email=asked.get("customer_email"),
            expires_at=asked.get("expires_at", int(self.now()) + SESSION_LASTS),
            locale=asked.get("locale"),
            metadata=asked.get("metadata", {}),
            mode="payment",
            payment_intent=None,
            payment_method_types=["card"],
            payment_status="unpaid",
            status="open",
            success_url=asked["success_url"],
            ui_mode="hosted_page",
        )
        session["url"] = f"{pages}/c/pay/{session['id']}"
        session["pretend_lines"] = [line["price_data"]["product_data"]["name"] for line in asked["line_items"]]
        return session

    def _check_small_print(self, asked: Thing) -> None:
        for name in ("success_url", "cancel_url"):
            parts = urlsplit(asked.get(name) or "")
            if asked.get(name) is not None and not (parts.scheme in {"http", "https"} and parts.hostname):
                raise Problem("Not a valid URL", code="url_invalid", param=name)
        if len(asked.get("client_reference_id") or "") > LONGEST_REFERENCE:
            raise Problem("Invalid string: must be at most 200 characters", param="client_reference_id")
        metadata = asked.get("metadata", {})
        if len(metadata) > MOST_METADATA:
            raise Problem("Metadata can have up to 50 keys", param="metadata")
        if any(len(name) > LONGEST_NAME or len(value) > LONGEST_VALUE for name, value in metadata.items()):
            raise Problem("Metadata names have up to 40 characters and values up to 500", param="metadata")
        ends = asked.get("expires_at")
        if ends is not None and not SHORTEST_SESSION <= ends - self.now() <= SESSION_LASTS:
            words = "The `expires_at` timestamp must be between 30 minutes and 24 hours from Checkout Session creation."
            raise Problem(words, param="expires_at")

    def expire(self, session: Thing) -> Thing:
        """Close an open session.

        Raises:
            Problem: when it is not open.
        """
        if session["status"] != "open":
            words = f'Only Checkout Sessions with a status in ["open"] can be expired. This one is {session["status"]}.'
            raise Problem(words)
        session.update(status="expired", url=None)
        self._tell("checkout.session.expired", session)
        return session

    def expire_what_is_due(self) -> None:
        """Close every session whose time has come."""
        for session in list(self.all_of("checkout.session")):
            if session["status"] == "open" and session["expires_at"] <= self.now():
                self.expire(session)

    def pay(self, session: Thing, card: str) -> str | None:
        """Try to pay an open session with a card; what is wrong in words, or nothing when it was paid."""
        amount = session["amount_total"]
        if card in DECLINES:
            code, words = DECLINES[card]
            payment = self._payment(session, status="requires_payment_method", received=0)
            payment["last_payment_error"] = {"type": "card_error", "code": "card_declined", "decline_code": code}
            self._tell("payment_intent.payment_failed", payment)
            return words
        if card != WORKS:
            return "Choose one of the pretend cards."
        payment = self._payment(session, status="succeeded", received=amount)
        session.update(status="complete", payment_status="paid", payment_intent=payment["id"], url=None)
        self._tell("payment_intent.succeeded", payment)
        self._tell("checkout.session.completed", session)
        return None

    def _payment(self, session: Thing, *, status: str, received: int) -> Thing:
        payment = self._new(
            "pi",
            "payment_intent",
            amount=session["amount_total"],
            amount_received=received,
            currency=session["currency"],
            latest_charge=None,
            metadata={},
            status=status,
        )
        if received:
            charge = self._new(
                "ch",
                "charge",
                amount=received,
                amount_refunded=0,
                currency=session["currency"],
                disputed=False,
                payment_intent=payment["id"],
                refunded=False,
                status="succeeded",
            )
            payment["latest_charge"] = charge["id"]
        return payment

    def refund(self, asked: Thing) -> Thing:
        """Pay back a payment, in whole or in part; never more than was taken.

        Raises:
            Problem: when it was never taken, or less than this of it is left.
        """
        if "payment_intent" not in asked:
            raise Problem("One of the following params should be provided for this request: payment_intent or charge.")
        payment = self.find("payment_intent", asked["payment_intent"], "payment_intent")
        if payment["status"] != "succeeded":
            raise Problem(f"This PaymentIntent ({payment['id']}) does not have a successful charge to refund.")
        charge = self.find("charge", payment["latest_charge"])
        if charge["disputed"]:
            words = f"The charge {charge['id']} has been charged back; cannot issue a refund."
            raise Problem(words, code="charge_disputed")
        left = payment["amount_received"] - self._refunded(payment)
        amount = asked.get("amount", left)
        if left == 0:
            raise Problem(f"Charge for {payment['id']} has already been refunded.", code="charge_already_refunded")
        if not 0 < amount <= left:
            words = (
                f"Refund amount (£{amount / 100:.2f}) is greater than unrefunded amount on charge (£{left / 100:.2f})"
            )
            raise Problem(words if amount > 0 else "Invalid positive integer", param="amount")
        made = self._new(
            "re",
            "refund",
            amount=amount,
            currency=payment["currency"],
            metadata=asked.get("metadata", {}),
            payment_intent=payment["id"],
            reason=asked.get("reason"),
            charge=charge["id"],
            # A card takes a refund at once; whether its bank does is known some days later.
            status="succeeded",
        )
        self._tell("refund.created", made)
        self._note_refunded(payment, charge)
        self._tell("charge.refunded", charge)
        return made

    def _refunded(self, payment: Thing) -> int:
        return sum(
            thing["amount"]
            for thing in self.all_of("refund")
            if thing["payment_intent"] == payment["id"] and thing["status"] not in {"failed", "canceled"}
        )

    def _note_refunded(self, payment: Thing, charge: Thing) -> None:
        charge["amount_refunded"] = self._refunded(payment)
        charge["refunded"] = charge["amount_refunded"] == charge["amount"]

    def fail_refund(self, refund: Thing) -> None:
        """The card's bank does not take a refund after all: the money is with the card company again."""
        refund.update(status="failed", failure_reason="lost_or_stolen_card")
        payment = self.find("payment_intent", refund["payment_intent"])
        self._note_refunded(payment, self.find("charge", payment["latest_charge"]))
        self._tell("refund.failed", refund)

    def dispute(self, payment: Thing, amount: int | None = None) -> Thing:
        """The cardholder tells their bank that a payment was not right: the bank takes the money at once.

        Raises:
            Problem: when it is disputed already.
        """
        charge = self.find("charge", payment["latest_charge"])
        if charge["disputed"]:
            raise Problem("This charge is disputed already.")
        charge["disputed"] = True
        made = self._new(
            "dp",
            "dispute",
            amount=amount or charge["amount"] - charge["amount_refunded"],
            charge=charge["id"],
            currency=charge["currency"],
            is_charge_refundable=False,
            payment_intent=payment["id"],
            reason="fraudulent",
            status="needs_response",
        )
        self._tell("charge.dispute.created", made)
        self._tell("charge.dispute.funds_withdrawn", made)
        return made

    def close_dispute(self, dispute: Thing, status: str) -> None:
        """The bank decides: ``won`` gives the money back, ``lost`` does not."""
        dispute["status"] = status
        self._tell("charge.dispute.closed", dispute)
        if status == "won":
            self._tell("charge.dispute.funds_reinstated", dispute)

    def _new(self, prefix: str, kind: str, **facts: Any) -> Thing:
        made = {
            "id": f"{prefix}_{secrets.token_hex(12)}",
            "object": kind,
            "created": int(self.now()),
            "livemode": False,
            **facts,
        }
        self.things[made["id"]] = made
        return made

    def _tell(self, kind: str, about: Thing) -> None:
        event = self._new(
            "evt",
            "event",
            api_version=stripe.api_version,
            data={"object": json.loads(json.dumps(about))},
            pending_webhooks=1,
            request={"id": None, "idempotency_key": None},
            type=kind,
        )
        self.unsent.append(event)


def _only_payments(asked: Thing) -> None:
    if "mode" not in asked:
        raise Problem("Missing required param: mode.", code="parameter_missing", param="mode")
    if asked["mode"] != "payment" or asked.get("ui_mode", "hosted_page") not in {"hosted", "hosted_page"}:
        raise Problem("The stand-in only knows payments on the hosted page.", param="mode")
    for needed in ("success_url", "line_items"):
        if not asked.get(needed):
            raise Problem(f"Missing required param: {needed}.", code="parameter_missing", param=needed)


def _total(lines: list[Thing]) -> tuple[str, int]:
    """The currency and the sum of the lines.

    Raises:
        Problem: for a line without a price of its own, mixed currencies, and sums too small or too large.
    """
    total, currencies = 0, set()
    for number, line in enumerate(lines):
        price = _price(line, f"line_items[{number}]")
        total += price["unit_amount"] * line["quantity"]
        currencies.add(price["currency"].lower())
    if len(currencies) > 1:
        raise Problem("All line items must use the same currency.", param="line_items")
    currency = currencies.pop()
    if currency not in SMALLEST:
        raise Problem(f"The stand-in takes pounds only, not {currency}.", param="line_items[0][price_data][currency]")
    if total < SMALLEST[currency]:
        words = f"The Checkout Session's total amount due must add up to at least £{SMALLEST[currency] / 100:.2f} {currency}"
        raise Problem(words, code="amount_too_small")
    if total > LARGEST:
        raise Problem("The Checkout Session's total amount must be no more than £999,999.99", code="amount_too_large")
    return currency, total


def _price(line: Thing, where: str) -> Thing:
    price: Thing | None = line.get("price_data")
    if price is None:
        raise Problem("The stand-in keeps no prices: give price_data.", param=f"{where}[price]")
    for needed in ("unit_amount", "product_data"):
        if needed not in price:
            name = f"{where}[price_data][{needed}]"
            raise Problem(f"Missing required param: {name}.", code="parameter_missing", param=name)
    for name, number, least in (
        (f"{where}[price_data][unit_amount]", price["unit_amount"], 0),
        (f"{where}[quantity]", line.get("quantity", 0), 1),
    ):
        if number < least:
            raise Problem("Invalid non-negative integer", code="parameter_invalid_integer", param=name)
    if not price["product_data"]["name"].strip():
        name = f"{where}[price_data][product_data][name]"
        raise Problem("You passed an empty string for a name.", code="parameter_invalid_empty", param=name)
    return price
