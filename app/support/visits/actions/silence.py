"""Visits that nobody recorded: both sides are asked what became of them. Nothing is ever charged for silence."""

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.base.refusals import Conflict
from app.platform.messages.actions import bookings
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Visit
from app.support.booking_records.rules.states import VisitStatus
from app.support.bookings.actions import locking, telling
from app.support.visits.actions import settling
from app.support.visits.models import VisitClock
from app.support.visits.rules.disputes import ASKED_AFTER


def ask_what_became(*, visit_id: int) -> Visit:
    """Ask both sides of a visit that is two days over and that nobody has recorded; once.

    Done by the marketplace itself, never by a person. It moves no money.

    Raises:
        Conflict: when it was recorded meanwhile, is not over long enough, or was asked about before.
    """
    visit = db.session.get_one(Visit, visit_id)
    booking = locking.locked(visit.booking)
    visit = next(one for one in booking.visits if one.id == visit_id)
    is_silent = visit.status == VisitStatus.PLANNED and booking_records_permissions.may_be_recorded(booking)
    if not is_silent or clock.now() < visit.ends_at + ASKED_AFTER:
        raise Conflict("This visit does not wait for anybody to say what became of it.")
    clocked = db.session.scalar(
        select(VisitClock).where(VisitClock.visit_id == visit_id).execution_options(populate_existing=True)
    )
    if clocked is None:
        clocked = VisitClock(visit_id=visit_id, wrong_codes=0)
        db.session.add(clocked)
    if clocked.asked_at is not None:
        raise Conflict("Both sides have been asked about this visit before.")
    clocked.asked_at = clock.now()
    telling.record_booking_act("visit_not_recorded", booking, None, visit=visit.public_id)
    telling.tell_provider(booking, bookings.VISIT_NOT_RECORDED, link=settling.desk_visit_path_of(visit))
    telling.tell_buyers(booking, bookings.VISIT_NOT_RECORDED, link=settling.visit_path_of(visit))
    db.session.flush()
    return visit
