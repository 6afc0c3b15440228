"""Ending visits with their money."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import insert

from app.base import clock
from app.base.db import write_rows
from app.base.refusals import Conflict
from app.people.accounts.models import Person
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.rules import JournalKind
from app.support.availability import actions as availability_actions
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.models.visit_records import VisitRecord
from app.support.booking_records.queries import shares
from app.support.booking_records.rules import states
from app.support.booking_records.rules.states import BOOKING_IS_NOW, CAME, CHARGED, BookingStatus, How, VisitStatus
from app.support.bookings.actions import hours_back
from app.support.bookings.actions.telling import about


def must_be_due(booking: Booking, visit: Visit, then: VisitStatus) -> None:
    """Let pass a visit that was agreed, has begun and nobody has recorded.

    Raises:
        Conflict: saying which of these is not so.
    """
    states.visit_must_become(visit.status, then)
    if visit.waits_on is not None:
        raise Conflict(
            "This visit was not confirmed: what was to pay for it is not there. It is called off, and nothing is charged."
        )
    if booking.status != BookingStatus.ACCEPTED:
        raise Conflict(f"This booking {BOOKING_IS_NOW[booking.status]}. Nothing was changed: look at it again.")
    if visit.starts_at > clock.now():
        raise Conflict("This visit has not begun yet. Record it when it has.")
    if booking.is_shared and shares.is_in_doubt(booking.id, clock.london(visit.starts_at).date()):
        raise Conflict(
            "Somebody who shared this has left, and the others have not agreed who pays for this visit. It cannot be "
            "charged: speak with them."
        )


def end_visits(
    booking: Booking,
    endings: dict[int, VisitStatus],
    actor: Person | None,
    charges: Mapping[int, int] | None = None,
    *,
    is_replaced: bool = False,
) -> bool:
    """Give visits their endings and settle their money: one journal for what is spent, one for what goes back.

    Saved hours that were used for visits which come to nothing so come back with their money.

    Args:
        booking: locked.
        endings: what each visit becomes, by its number.
        actor: who ends them; nobody: the marketplace itself.
        charges: the pence of each, where that is not simply the whole price or nothing; what a hold does not pay of them
            is free again in the same journal.
        is_replaced: whether others take their place, so that they do not come to nothing.

    Returns:
        Whether saved hours came back.
    """
    # Places before money, as whoever takes them does.
    availability_actions.give_back([number for number, ending in endings.items() if ending not in CAME])
    uncharged = [number for number, ending in endings.items() if not _costs(ending, number, charges)]
    coming = None if is_replaced or not uncharged else hours_back.coming_back(booking, uncharged)
    spent: dict[int, int] = {}
    returned: dict[int, int] = {}
    ended = [visit for visit in booking.visits if visit.id in endings]
    for visit in ended:
        ending = endings[visit.id]
        states.visit_must_become(visit.status, ending)
        visit.status = ending
        visit.waits_on = visit.waits_for = visit.told_short_at = None
        visit.settled_at = clock.now()
        visit.settled_by_id = None if actor is None else actor.id
        visit.revision += 1
        whole = visit.price_pence if ending in CHARGED else 0
        visit.charged_pence = whole if charges is None else charges[visit.id]
        if ending != VisitStatus.SAVED:
            # The money of saved hours stays set aside.
            holds = spent if visit.charged_pence else returned
            holds.update({payment.hold_id: pence for payment, pence in visit.spending})
        if ending == VisitStatus.CANCELLED_LATE and actor is not None:
            write_rows(_LATE, _late(booking, visit, actor))
    # A visit ends once, so its first visit's id tells one settling of a booking from any other.
    which = f"booking:{booking.public_id}:{min(endings)}"
    back = JournalKind.EXPIRE if VisitStatus.LAPSED in endings.values() else JournalKind.RELEASE
    for kind, holds in ((JournalKind.CHARGE, spent), (back, returned)):
        if holds:
            ledger.settle(
                key=f"{which}:{kind.value}",
                kind=kind,
                holds=holds,
                about=about(booking),
                actor_id=None if actor is None else actor.id,
            )
    if coming is None:
        return False
    hours_back.bring_back(coming, actor)
    return True


def _costs(ending: VisitStatus, number: int, charges: Mapping[int, int] | None) -> bool:
    """Whether an ending is charged, or keeps its money set aside."""
    return ending == VisitStatus.SAVED or (ending in CHARGED if charges is None else charges[number] > 0)


_LATE = insert(VisitRecord.__table__)  # type: ignore[arg-type] # it is a table


def _late(booking: Booking, visit: Visit, actor: Person) -> dict[str, Any]:
    """The record of a visit called off too late: nothing given, all of it charged. Things last no time."""
    planned = 0 if booking.is_of_things else int((visit.ends_at - visit.starts_at).total_seconds()) // 60
    return {
        "visit_id": visit.id,
        "is_current": True,
        "ending": VisitStatus.CANCELLED_LATE,
        "how": How.SAID,
        "planned_minutes": planned,
        "delivered_minutes": 0,
        "charged_minutes": planned if visit.charged_pence else 0,
        "charged_pence": visit.charged_pence,
        "is_short_but_full": False,
        "lines": visit.price_lines,
        "rule": "Cancelled with less notice than was agreed: the whole price",
        "words": "",
        "by_id": actor.id,
        "at": clock.now(),
    }


def decide(booking: Booking, status: BookingStatus, actor: Person) -> None:
    """Note the provider's answer, who gave it and when."""
    booking.status = status
    booking.decided_at = clock.now()
    booking.decided_by_id = actor.id
