"""The ``flask bookings`` commands."""

from functools import partial

from flask.cli import AppGroup

from app import clock
from app.bookings import actions, queries
from app.bookings.actions import places
from app.db import in_transaction
from app.refusals import Conflict

group = AppGroup("bookings", help="Commands of the bookings room.")


@group.command("lapse")
def lapse() -> None:
    """End the requests and other times nobody answered in time, and pass on places that were kept and not taken.

    The money of what ends goes back, and both sides are told.
    """
    ended = answered = 0
    for booking_id in [*queries.unanswered(now=clock.now()), *queries.proposals_late(now=clock.now())]:
        try:
            in_transaction(partial(actions.lapse, booking_id=booking_id))
            ended += 1
        except Conflict:
            # Somebody answered it between the list and the lock: that answer stands.
            answered += 1
    passed_on = sum(
        in_transaction(partial(places.offer_next, session_id)) for session_id in queries.offers_over(now=clock.now())
    )
    print(f"{ended} ended, {answered} answered meanwhile")
    if passed_on:
        print(f"{passed_on} places passed on")
