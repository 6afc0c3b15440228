"""Keeping what was agreed as it was at that moment."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import insert

from app.base import clock
from app.base.db import write_rows
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules.states import VisitStatus
from app.support.bookings.models import Agreement
from app.support.bookings.rules import agreements as rules

_AGREEMENT = insert(Agreement.__table__)  # type: ignore[arg-type] # it is a table


def freeze(
    *, booking_id: int, words: dict[str, Any], visits: Sequence[dict[str, Any]], total_pence: int, actor_id: int
) -> None:
    """Write the agreement: what the booking says, and the visits as :func:`app.support.bookings.rules.agreements.visits_kept`."""
    write_rows(
        _AGREEMENT,
        {
            "booking_id": booking_id,
            "words": {**words, "visits": list(visits)},
            "total_pence": total_pence,
            "agreed_at": clock.now(),
            "agreed_by_id": actor_id,
        },
    )


def freeze_booking(booking: Booking, *, actor_id: int) -> None:
    """The same for a booking with its visits at hand: those still planned are what was agreed."""
    planned = [visit for visit in booking.visits if visit.status == VisitStatus.PLANNED]
    freeze(
        booking_id=booking.id,
        words=booking.agreed,
        visits=rules.visits_kept((one.starts_at, one.ends_at, one.price_pence, one.lines) for one in planned),
        total_pence=sum(one.price_pence for one in planned),
        actor_id=actor_id,
    )
