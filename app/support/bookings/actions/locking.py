"""Taking a booking's lock and reading it again."""

from sqlalchemy import bindparam, select
from sqlalchemy.orm import joinedload, selectinload

from app.base import clock
from app.base.days import day_words
from app.base.db import db
from app.base.refusals import Conflict, NotAllowed, NotFound
from app.market.providers.queries import suspensions
from app.people.accounts.models import Person
from app.people.accounts.rules import StaffDuty
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.changes import VisitChangedMeanwhile

LOCK_PERSON = (
    select(Person.public_id, Person.closed_at, Person.stopped_at)
    .where(Person.id == bindparam("person_id"))
    .with_for_update(key_share=True)
)
"""The turnstile of whoever spends somebody's money; and whether anything new may still be done in their name."""
_LOCK = select(Booking.id).where(Booking.id == bindparam("booking_id")).with_for_update(key_share=True)
_READ_AGAIN = (
    select(Booking)
    .where(Booking.id == bindparam("booking_id"))
    .options(
        selectinload(Booking.visits).joinedload(Visit.payments),
        joinedload(Booking.person),
        joinedload(Booking.booked_by),
        joinedload(Booking.provider),
    )
    .execution_options(populate_existing=True)
)
"""Written once: every answer and every visit asks these, and writing them takes longer than running them."""


def locked(booking: Booking) -> Booking:
    """The booking as it is once everybody before us has finished with it, with its visits and their money."""
    this = {"booking_id": booking.id}
    db.session.execute(_LOCK, this)
    return db.session.execute(_READ_AGAIN, this).scalar_one()


def locked_for_staff(actor: Person, booking: Booking, duty: StaffDuty = StaffDuty.ANSWER) -> Booking:
    """The same, for staff of the provider booked who do this there.

    Raises:
        NotFound: when the actor does not work for it.
        NotAllowed: when this is not what they do there.
    """
    if not booking_records_permissions.is_staff_of(actor, booking):
        raise NotFound("We cannot find that booking among those of your organisation.")
    must_do_there(actor, booking, duty)
    return locked(booking)


def must_do_there(actor: Person, booking: Booking, duty: StaffDuty) -> None:
    """Let pass only staff of the provider booked who do this there.

    Raises:
        NotAllowed: for everybody else.
    """
    if not booking_records_permissions.does_there(actor, booking, duty):
        raise NotAllowed("Your role there does not let you do this. Ask somebody who manages the page to change it.")


def locked_visit(actor: Person, visit: Visit) -> tuple[Booking, Visit]:
    """The visit and its booking, locked, for staff of the provider booked."""
    booking = locked_for_staff(actor, visit.booking, StaffDuty.RECORD)
    return booking, next(one for one in booking.visits if one.id == visit.id)


def provider_must_not_be_stopped(booking: Booking) -> None:
    """Let pass while the booking's provider is not suspended for the person's council: for whatever agrees anew.

    A suspension made meanwhile is waited for, and seen. What was agreed before stands and never comes here.

    Raises:
        Conflict: saying by whom it is suspended, to either side.
    """
    stopped = suspensions.stopped_under_lock(
        booking.provider_id, council_id=booking.person.council_id, on=clock.today()
    )
    if stopped is not None:
        raise Conflict(
            f"{booking.provider.name} has been suspended by {stopped.council or 'Ownway'} since "
            f"{day_words(stopped.since)}, so nothing new can be agreed with it. Nothing was changed: visits already "
            "agreed stand, and a request can still be taken back or declined."
        )


def must_be_as_seen(booking: Booking, seen: int | None) -> None:
    """Let pass who looked at the visits as they are now; of two people who change them at once one comes second.

    Raises:
        VisitChangedMeanwhile: saying that somebody else came first and nothing was changed.
    """
    if seen is not None and seen != booking.revision:
        raise VisitChangedMeanwhile
