"""Nobody has said that the worker came: the provider is told the same hour, and then those beside the person."""

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.base.refusals import Conflict
from app.people.accounts.models import Person
from app.platform.messages.actions import bookings, sending
from app.platform.web.filters import hour
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.queries import shares, staff
from app.support.booking_records.rules.states import VisitStatus
from app.support.bookings.actions import locking, telling
from app.support.visits.actions import disputes, settling
from app.support.visits.models import VisitClock
from app.support.visits.queries import unconfirmed
from app.support.visits.rules.unconfirmed import AT_HOME, due_now


def tell_unconfirmed(*, visit_id: int) -> Visit:
    """Tell whoever is to know now that a visit at home ought to have begun and nobody has said so; each once.

    Done by the marketplace itself, never by a person. It moves no money. The booking is locked, as by whoever records or
    enters a code: what was said first counts. Who is told follows from who stands beside the person at this moment.

    Raises:
        Conflict: when something was said meanwhile, or nobody is left to tell.
    """
    visit = db.session.get_one(Visit, visit_id)
    booking = locking.locked(visit.booking)
    visit = next(one for one in booking.visits if one.id == visit_id)
    clocked = db.session.scalar(
        select(VisitClock).where(VisitClock.visit_id == visit_id).execution_options(populate_existing=True)
    )
    if _is_known_of(booking, visit, clocked):
        raise Conflict("Something has been said about this visit: nobody needs to be told.")
    now = clock.now()
    due = due_now(
        starts=visit.starts_at,
        now=now,
        patience=unconfirmed.patience_of(booking.person.council_id, clock.london(visit.starts_at).date()),
        provider_told=None if clocked is None else clocked.provider_told_at,
        circle_told=None if clocked is None else clocked.circle_told_at,
    )
    if not due.is_any:
        raise Conflict("Everybody who is to know of this visit by now was told.")
    if clocked is None:
        clocked = VisitClock(visit_id=visit_id, wrong_codes=0)
        db.session.add(clocked)
    if due.provider:
        clocked.provider_told_at = now
        _tell_provider(booking, visit)
    if due.circle:
        clocked.circle_told_at = now
        _tell_circle(booking, visit)
    db.session.flush()
    return visit


def _is_known_of(booking: Booking, visit: Visit, clocked: VisitClock | None) -> bool:
    is_open = visit.status == VisitStatus.PLANNED and booking_records_permissions.may_be_recorded(booking)
    has_come = clocked is not None and clocked.came_at is not None
    return not is_open or has_come or booking.kind not in AT_HOME or disputes.standing_dispute(visit) is not None


def _tell_provider(booking: Booking, visit: Visit) -> None:
    telling.record_booking_act("visit_unconfirmed", booking, None, visit=visit.public_id)
    for member in staff.staff_of(booking.provider_id):
        sending.send_notice(
            bookings.VISIT_UNCONFIRMED,
            member,
            link=settling.desk_visit_path_of(visit),
            about=telling.to_staff(booking),
            reference=booking.reference,
            at=_began(visit),
        )


def _tell_circle(booking: Booking, visit: Visit) -> None:
    people: list[Person] = shares.sharers(booking) if booking.is_shared else [booking.person]
    told = unconfirmed.circle_to_tell(people)
    if told:
        telling.record_booking_act("visit_unconfirmed_told_on", booking, None, visit=visit.public_id)
    for one in told:
        sending.send_notice(
            bookings.VISIT_UNCONFIRMED_STILL,
            one.reader,
            # Nobody is sent to a page that is not theirs to read.
            link=settling.visit_path_of(visit) if one.may_look else "/caseload",
            about=one.about,
            reference=booking.reference,
            at=_began(visit),
        )


def _began(visit: Visit) -> str:
    """When it was to begin, as clocks in London show it."""
    return hour(visit.starts_at)
