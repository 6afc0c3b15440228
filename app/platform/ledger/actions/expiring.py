"""The sweep that gives back the money of holds whose time is over."""

from functools import partial

from app.base.db import in_transaction
from app.platform.jobs.rules import Swept
from app.platform.ledger.actions import transfers

AT_A_TIME = 500
"""Holds in one transaction."""


def expire_holds() -> Swept:
    """Give back the money of every hold whose time is over, in transactions of its own: a job."""
    ended = 0
    while some := in_transaction(partial(transfers.expire_due, at_most=AT_A_TIME)):
        ended += some
    return Swept(("1 hold ended." if ended == 1 else f"{ended} holds ended.",))
