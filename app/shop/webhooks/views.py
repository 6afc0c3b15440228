"""The doors at which outside systems knock. They are answered in plain text: no person reads it."""

from flask import Blueprint, Response, request

from app.base.db import in_transaction
from app.base.refusals import Refusal
from app.funding.payments.actions import events as payments
from app.platform.web.guards import ANYONE, open_to
from app.platform.web.security import csrf

blueprint = Blueprint("webhooks", __name__)

LARGEST_MESSAGE = 256 * 1024
"""Bytes. Stripe's messages are a few thousand."""


@blueprint.post("/webhooks/stripe")
@open_to(ANYONE)
@csrf.exempt  # type: ignore[untyped-decorator] # flask_wtf has no types; the signature stands in for the token
def stripe() -> Response:
    """A message from Stripe: answered 2xx only once it is safely kept, so that Stripe tells us again otherwise."""
    request.max_content_length = LARGEST_MESSAGE
    body = request.get_data(cache=False)
    try:
        signature = request.headers.get("Stripe-Signature", "")
        outcome = in_transaction(lambda: payments.take_event(body=body, signature=signature))
    except Refusal as refusal:
        return Response(f"{refusal}\n", refusal.status, mimetype="text/plain")
    return Response(f"{outcome}\n", 200, mimetype="text/plain")
