"""What no message told: the card company is asked, and what needs a person is listed."""

from collections import Counter
from functools import partial

from app.base import clock
from app.base.db import db, in_transaction
from app.base.refusals import Refusal
from app.funding.payments import gateway
from app.funding.payments.actions.claims import take_claims_before
from app.funding.payments.actions.paying_back import send_to_cards, take_refunds
from app.funding.payments.actions.top_ups import give_up, settle_top_up
from app.funding.payments.queries import card_money
from app.funding.payments.queries import top_ups as queries
from app.funding.payments.rules import WAIT_BEFORE_ASKING, WebhookOutcome
from app.platform.jobs.rules import Swept


def reconcile() -> Swept:
    """Ask Stripe about payments and refunds of which nothing was heard for ten minutes, in transactions of its own: a job.

    There is trouble when Stripe did not answer for some, or a payment needs somebody to look at it.
    """
    outcomes: Counter[str] = Counter()
    waiting = queries.waiting_since_before(clock.now() - WAIT_BEFORE_ASKING)
    # Nothing may stay open while Stripe is asked.
    db.session.rollback()
    for top_up_id, session_id in waiting:
        outcomes[_ask_and_settle(top_up_id, session_id)] += 1
    going_back = card_money.parts_to_cards(asked_before=clock.now() - WAIT_BEFORE_ASKING)
    outcomes += send_to_cards(going_back, is_first_time=False)
    _hear_of_claims_before()
    outcomes += _ask_what_was_refunded()
    words = [f"{len(waiting)} waiting payments asked about"]
    if going_back:
        words.append(f"{len(going_back)} parts on their way back to cards asked about")
    words += [f"  {outcome.replace('_', ' ')}: {count}" for outcome, count in sorted(outcomes.items())]
    to_look_at = queries.needing_a_look()
    if to_look_at:
        words.append(
            f"{len(to_look_at)} need a look at /card-payments, because Stripe took something else than we asked for:"
        )
        words += [f"  {public_id}" for public_id in to_look_at]
    return Swept(tuple(words), "" if to_look_at or outcomes["no_answer"] else None)


def _ask_and_settle(top_up_id: int, session_id: str | None) -> str:
    if session_id is None:
        is_over = in_transaction(partial(give_up, top_up_id=top_up_id))
        return "given_up" if is_over else WebhookOutcome.NO_CHANGE
    try:
        session = gateway.look_up(session_id)
    except Refusal:
        return "no_answer"
    return in_transaction(partial(settle_top_up, top_up_id=top_up_id, session=session))


def _hear_of_claims_before() -> None:
    """A claim and its payment that came at the very same moment did not see each other."""
    for payment_intent in card_money.payments_claimed_before():
        in_transaction(partial(_hear_of_claims, payment_intent))


def _hear_of_claims(payment_intent: str) -> None:
    payment = card_money.card_payment_known_as(payment_intent)
    if payment is not None:
        take_claims_before(payment)


def _ask_what_was_refunded() -> Counter[str]:
    outcomes: Counter[str] = Counter()
    to_ask = card_money.payments_to_ask_about()
    db.session.rollback()
    for payment_intent in to_ask:
        try:
            known = gateway.refunds_of(payment_intent)
        except Refusal:
            outcomes["no_answer"] += 1
            continue
        in_transaction(partial(take_refunds, payment_intent, known))
        outcomes["refunds_looked_at"] += 1
    return outcomes
