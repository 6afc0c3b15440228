"""Who may take back a dispute, and when hours can be saved."""

from datetime import datetime

from app.people.accounts.models import Person
from app.people.circles.rules import Standing
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.permissions import may_be_recorded, may_book
from app.support.booking_records.rules.cancelling import is_in_time
from app.support.booking_records.rules.states import VisitStatus
from app.support.visits.models import Dispute


def why_not_saved(booking: Booking, visit: Visit, *, now: datetime) -> str | None:
    """Why the hours of a visit cannot be saved for later now; nothing when they can."""
    if visit.status != VisitStatus.PLANNED or not may_be_recorded(booking):
        return "Only the hours of a visit that is agreed and still to come can be saved."
    if not is_in_time(visit.starts_at, now=now, notice_hours=int(booking.agreed["notice_hours"])):
        return "It is too late to save these hours: the notice agreed is no longer there."
    if booking.is_of_things:
        return "Only hours of support can be saved."
    if visit.payer_ids != [booking.person_id]:
        return "This support is shared, so its hours cannot be saved by one person alone."
    if visit.waits_on is not None:
        return (
            "This visit waits for money that is still to come, so there is nothing to save yet. Cancel it without paying, "
            "and ask for another time."
        )
    return None if visit.payments else "No money is set aside for this visit, so there is nothing to save."


def may_withdraw(actor: Person, standing: Standing, dispute: Dispute) -> bool:
    """Whether this person may take back what was said of a visit: that pays for it.

    The person's side may; a care manager only what they said themselves, because otherwise they are there to decide it.
    """
    return may_book(standing.powers) and (not standing.is_care_manager or dispute.raised_by_id == actor.id)
