"""The ``flask bookings`` commands."""

from functools import partial

from flask.cli import AppGroup

from app import clock
from app.bookings import actions, queries
from app.db import in_transaction
from app.refusals import Conflict

group = AppGroup("bookings", help="Commands of the bookings room.")


@group.command("lapse")
def lapse() -> None:
    """End the requests nobody answered before their first visit: the money goes back, both sides are told."""
    ended = answered = 0
    for booking_id in queries.unanswered(now=clock.now()):
        try:
            in_transaction(partial(actions.lapse, booking_id=booking_id))
            ended += 1
        except Conflict:
            # Somebody answered it between the list and the lock: that answer stands.
            answered += 1
    print(f"{ended} ended, {answered} answered meanwhile")


@group.command("end-share-plans")
def end_share_plans() -> None:
    """End the plans to share whose time is over unanswered; where somebody left, the later visits are called off."""
    ended = answered = 0
    for plan_id in queries.plans_due(now=clock.now(), today=clock.today()):
        try:
            in_transaction(partial(actions.end_due, plan_id=plan_id))
            ended += 1
        except Conflict:
            answered += 1
    print(f"{ended} ended, {answered} answered meanwhile")


@group.command("ask")
def ask() -> None:
    """Ask both sides about visits that are two days over and that nobody has recorded; no money moves."""
    asked = said = 0
    for visit_id in queries.silent_visits(now=clock.now()):
        try:
            in_transaction(partial(actions.ask_what_became, visit_id=visit_id))
            asked += 1
        except Conflict:
            # Somebody recorded it between the list and the lock.
            said += 1
    print(f"{asked} asked about, {said} recorded meanwhile")
