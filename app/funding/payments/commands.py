"""The ``flask payments`` commands."""

from collections import Counter
from functools import partial

import click
from flask.cli import AppGroup

from app.base import clock
from app.base.db import db, in_transaction
from app.base.refusals import Refusal
from app.funding.payments import actions, gateway, queries
from app.funding.payments.rules import WAIT_BEFORE_ASKING, WebhookOutcome

group = AppGroup("payments", help="Card payments.")


@group.command()
def reconcile() -> None:
    """Ask Stripe about payments of which nothing was heard for ten minutes. Run it every hour; it is safe to repeat.

    Ends with an error when Stripe did not answer for some, or a payment needs somebody to look at it.
    """
    outcomes: Counter[str] = Counter()
    waiting = queries.waiting_since_before(clock.now() - WAIT_BEFORE_ASKING)
    # Nothing may stay open while Stripe is asked.
    db.session.rollback()
    for top_up_id, session_id in waiting:
        outcomes[_ask_and_settle(top_up_id, session_id)] += 1
    print(f"{len(waiting)} waiting payments asked about")
    for outcome, count in sorted(outcomes.items()):
        print(f"  {outcome.replace('_', ' ')}: {count}")
    to_look_at = queries.needing_a_look()
    if to_look_at:
        print(f"{len(to_look_at)} need a look, because Stripe took something else than we asked for:")
        for public_id in to_look_at:
            print(f"  {public_id}")
    if to_look_at or outcomes["no_answer"]:
        raise click.exceptions.Exit(1)


def _ask_and_settle(top_up_id: int, session_id: str | None) -> str:
    if session_id is None:
        is_over = in_transaction(partial(actions.give_up, top_up_id=top_up_id))
        return "given_up" if is_over else WebhookOutcome.NO_CHANGE
    try:
        session = gateway.look_up(session_id)
    except Refusal:
        return "no_answer"
    return in_transaction(partial(actions.settle_top_up, top_up_id=top_up_id, session=session))
