"""The ``flask payments`` commands."""

from flask.cli import AppGroup

from app.funding.payments.actions import reconciling
from app.platform.jobs.access import tell_swept

group = AppGroup("payments", help="Card payments.")


@group.command()
def reconcile() -> None:
    """Ask Stripe about payments of which nothing was heard for ten minutes. A worker does so by itself; safe to repeat.

    Ends with an error when Stripe did not answer for some, or a payment needs somebody to look at it.
    """
    tell_swept(reconciling.reconcile())
