"""The ``flask bookings`` commands."""

import logging
from functools import partial

import click
from flask.cli import AppGroup

from app.base import clock
from app.base.db import in_transaction
from app.base.refusals import Conflict
from app.platform.web.filters import plural
from app.support.availability import actions as availability_actions
from app.support.availability import queries as availability_queries
from app.support.booking_records.queries import shares
from app.support.bookings.actions import answers
from app.support.bookings.queries import at_desk, proposals
from app.support.repeating.actions import confirming
from app.support.repeating.actions.confirming import Confirmed
from app.support.repeating.queries import patterns
from app.support.sharing.actions import leaving
from app.support.visits.actions import silence
from app.support.visits.queries import endings

log = logging.getLogger(__name__)

group = AppGroup("bookings", help="Commands of the bookings room.")


@group.command("lapse")
def lapse() -> None:
    """End the requests and other times nobody answered in time, and pass on places that were kept and not taken.

    The money of what ends goes back, and both sides are told.
    """
    ended = answered = 0
    for booking_id in [*at_desk.unanswered(now=clock.now()), *proposals.proposals_late(now=clock.now())]:
        try:
            in_transaction(partial(answers.lapse, booking_id=booking_id))
            ended += 1
        except Conflict:
            # Somebody answered it between the list and the lock: that answer stands.
            answered += 1
    passed_on = sum(
        in_transaction(partial(availability_actions.offer_next, session_id))
        for session_id in availability_queries.offers_over(now=clock.now())
    )
    print(f"{ended} ended, {answered} answered meanwhile")
    if passed_on:
        print(f"{passed_on} places passed on")


@group.command("end-share-plans")
def end_share_plans() -> None:
    """End the plans to share whose time is over unanswered; where somebody left, the later visits are called off."""
    ended = answered = 0
    for plan_id in shares.plans_due(now=clock.now(), today=clock.today()):
        try:
            in_transaction(partial(leaving.end_due, plan_id=plan_id))
            ended += 1
        except Conflict:
            answered += 1
    print(f"{ended} ended, {answered} answered meanwhile")


@group.command("ask")
def ask() -> None:
    """Ask both sides about visits that are two days over and that nobody has recorded; no money moves."""
    asked = said = 0
    for visit_id in endings.silent_visits(now=clock.now()):
        try:
            in_transaction(partial(silence.ask_what_became, visit_id=visit_id))
            asked += 1
        except Conflict:
            # Somebody recorded it between the list and the lock.
            said += 1
    print(f"{asked} asked about, {said} recorded meanwhile")


@group.command("confirm")
def confirm() -> None:
    """Make the visits that repeat whose money has come, person by person, in date order; what does not fit is said.

    Run it after ``flask budgets release``. Safe to run twice, and beside itself. Where it fails for one person it goes on
    with the others, and says so at the end.
    """
    done, failed = Confirmed(), 0
    for person_id in patterns.people_with_visits_to_make(today=clock.today()):
        try:
            done += in_transaction(partial(confirming.confirm, person_id=person_id))
        except Exception:
            log.exception("the visits of person %d could not be made", person_id)
            failed += 1
    print(f"{done.made} visits confirmed, {done.waiting} wait for money or a price")
    if failed:
        raise click.ClickException(
            f"The visits of {plural(failed, 'person', 'people')} could not be made. The log says why."
        )
