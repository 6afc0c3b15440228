"""Other times that providers proposed, and which of them nobody answered."""

from datetime import datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import aliased

from app.base.db import db
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules.states import BookingStatus
from app.support.bookings.models import Proposal

_NEWEST = (
    select(Proposal)
    .where(Proposal.booking_id == bindparam("booking_id"))
    .order_by(Proposal.made_at.desc(), Proposal.id.desc())
    .limit(1)
)


def newest_proposal(booking_id: int) -> Proposal | None:
    """The other times that count for a booking: the newest."""
    return db.session.scalar(_NEWEST, {"booking_id": booking_id})


def proposals_late(*, now: datetime) -> list[int]:
    """The ids of bookings whose newest other times nobody agreed to in time, oldest first."""
    other = aliased(Proposal)
    newest = select(func.max(other.id)).where(other.booking_id == Booking.id).scalar_subquery()
    rows = (
        select(Booking.id)
        .join(Proposal, Proposal.id == newest)
        .where(Booking.status == BookingStatus.PROPOSED, Proposal.answer_by <= now)
        .order_by(Booking.id)
    )
    return list(db.session.scalars(rows))
