"""The sweeps over bookings: each works through what is due one by one, in a transaction for each.

Whoever answers between the list and the lock comes first, and their answer stands.
"""

import logging
from collections.abc import Callable, Iterable
from functools import partial

from app.base import clock
from app.base.db import in_transaction
from app.base.refusals import Conflict
from app.platform.jobs.rules import Swept
from app.platform.web.filters import plural
from app.support.availability import actions as availability_actions
from app.support.availability import queries as availability_queries
from app.support.booking_records.queries import shares
from app.support.bookings.actions import answers
from app.support.bookings.queries import at_desk, proposals, waiting
from app.support.repeating.actions import making_visits
from app.support.repeating.actions.making_visits import Confirmed
from app.support.repeating.queries import patterns
from app.support.sharing.actions import leaving
from app.support.visits.actions import silence, unconfirmed, uploads
from app.support.visits.queries import endings
from app.support.visits.queries import unconfirmed as unconfirmed_queries

log = logging.getLogger(__name__)


def lapse_unanswered() -> Swept:
    """End the requests and other times nobody answered in time, and pass on places that were kept and not taken."""
    late = [*at_desk.unanswered(now=clock.now()), *proposals.proposals_late(now=clock.now())]
    ended, answered = _each(late, lambda booking_id: answers.lapse(booking_id=booking_id))
    words = [f"{ended} ended, {answered} answered meanwhile"]
    passed_on = sum(
        in_transaction(partial(availability_actions.offer_next, session_id))
        for session_id in availability_queries.offers_over(now=clock.now())
    )
    if passed_on:
        words.append(f"{passed_on} places passed on")
    return Swept(tuple(words))


def end_late_share_plans() -> Swept:
    """End the plans to share whose time is over unanswered; where somebody left, the later visits are called off."""
    due = shares.plans_due(now=clock.now(), today=clock.today())
    ended, answered = _each(due, lambda plan_id: leaving.end_due(plan_id=plan_id))
    return Swept((f"{ended} ended, {answered} answered meanwhile",))


def ask_about_silent_visits() -> Swept:
    """Ask both sides about visits that are two days over and that nobody has recorded; no money moves."""
    silent = endings.silent_visits(now=clock.now())
    asked, said = _each(silent, lambda visit_id: silence.ask_what_became(visit_id=visit_id))
    return Swept((f"{asked} asked about, {said} recorded meanwhile",))


def tell_of_unconfirmed_visits() -> Swept:
    """Tell of visits at home that ought to have begun and of which nobody has said so: the provider, then the circle."""
    late = unconfirmed_queries.visits_to_tell_of(now=clock.now())
    told, said = _each(late, lambda visit_id: unconfirmed.tell_unconfirmed(visit_id=visit_id))
    return Swept((f"{told} told of, {said} recorded meanwhile",))


def confirm_visits_due() -> Swept:
    """Make the visits that repeat whose money has come, person by person, in date order; what does not fit is said.

    Where it fails for one person it goes on with the others, and there is trouble at the end.
    """
    done, failed = Confirmed(), 0
    today = clock.today()
    people = {*patterns.people_with_visits_to_make(today=today), *waiting.people_with_waiting_visits(today=today)}
    for person_id in sorted(people):
        try:
            done += in_transaction(partial(making_visits.confirm, person_id=person_id))
        except Exception:
            log.exception("the visits of person %d could not be made", person_id)
            failed += 1
    trouble = f"The visits of {plural(failed, 'person', 'people')} could not be made. The log says why."
    return Swept(
        (f"{done.made} visits confirmed, {done.waiting} wait for money or a price",), trouble if failed else None
    )


def _each(numbers: Iterable[int], act: Callable[[int], object]) -> tuple[int, int]:
    """Do one thing for each row, in a transaction for each: how many were done, and how many nobody waited for any more."""
    done = refused = 0
    for number in numbers:
        try:
            in_transaction(partial(act, number))
            done += 1
        except Conflict:
            refused += 1
    return done, refused


def forget_files() -> Swept:
    """Forget the files of visits that were looked at and never taken in."""
    forgotten = in_transaction(uploads.forget_not_taken_in)
    return Swept((f"{plural(forgotten, 'file')} forgotten",))
