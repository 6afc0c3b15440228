"""What can become of a booking and of a visit, as tables, and the words for whoever came second."""

from collections.abc import Collection
from enum import StrEnum

from app.base.refusals import Conflict


class How(StrEnum):
    """How somebody came to know when a worker was there. Never by where their telephone was."""

    AS_PLANNED = "as_planned"
    TYPED = "typed"
    CODE = "code"
    UPLOADED = "uploaded"
    SAID = "said"
    DECIDED = "decided"


class BookingStatus(StrEnum):
    """Where an agreed or asked-for purchase stands."""

    REQUESTED = "requested"
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    COMPLETED = "completed"


AGREED = frozenset({BookingStatus.ACCEPTED, BookingStatus.COMPLETED})
"""What its provider said yes to: only of this it is said that it is booked."""
OPEN = frozenset({BookingStatus.REQUESTED, BookingStatus.PROPOSED, BookingStatus.ACCEPTED})
"""Statuses in which something may still happen."""


class VisitStatus(StrEnum):
    """Where one visit stands."""

    PLANNED = "planned"
    DELIVERED = "delivered"
    CANCELLED_IN_TIME = "cancelled_in_time"
    CANCELLED_LATE = "cancelled_late"
    DECLINED = "declined"
    LAPSED = "lapsed"
    MISSED = "missed"
    PART_DELIVERED = "part_delivered"
    REFUSED = "refused"
    UNUSED = "unused"
    FRUSTRATED = "frustrated"
    SAVED = "saved"
    DAMAGED = "damaged"
    """Of things only: they came, but not whole."""


CHARGED = frozenset({VisitStatus.DELIVERED, VisitStatus.CANCELLED_LATE})
"""Endings that always spend all the money set aside. What those a worker came for spend is a rule: see ``endings``."""

CAME = frozenset({VisitStatus.DELIVERED, VisitStatus.PART_DELIVERED, VisitStatus.DAMAGED})
"""Endings of which there is something to speak of: support was given, or things were brought."""
CLAIMED = CAME | {VisitStatus.REFUSED, VisitStatus.UNUSED}
"""Endings in which a worker came, so that the agreement may charge for it."""


def is_set_aside(status: VisitStatus, *, is_disputed: bool) -> bool:
    """Whether a visit's money waits: it is still to come or to be recorded, its hours are saved, or it is to be settled.

    Of every other visit the money is spent or was given back.
    """
    return is_disputed or status in {VisitStatus.PLANNED, VisitStatus.SAVED}


BOOKING_MAY_BECOME: dict[BookingStatus, frozenset[BookingStatus]] = {
    BookingStatus.REQUESTED: frozenset(
        {
            BookingStatus.PROPOSED,
            BookingStatus.ACCEPTED,
            BookingStatus.DECLINED,
            BookingStatus.CANCELLED,
            BookingStatus.LAPSED,
        }
    ),
    # The provider may think of better times, and the buyer's yes makes it an agreement.
    BookingStatus.PROPOSED: frozenset(
        {
            BookingStatus.PROPOSED,
            BookingStatus.ACCEPTED,
            BookingStatus.DECLINED,
            BookingStatus.CANCELLED,
            BookingStatus.LAPSED,
        }
    ),
    BookingStatus.ACCEPTED: frozenset({BookingStatus.COMPLETED, BookingStatus.CANCELLED}),
    BookingStatus.DECLINED: frozenset(),
    BookingStatus.CANCELLED: frozenset(),
    BookingStatus.LAPSED: frozenset(),
    BookingStatus.COMPLETED: frozenset(),
}

VISIT_MAY_BECOME: dict[VisitStatus, frozenset[VisitStatus]] = {
    VisitStatus.PLANNED: frozenset(VisitStatus) - {VisitStatus.PLANNED},
    VisitStatus.DELIVERED: frozenset(),
    VisitStatus.CANCELLED_IN_TIME: frozenset(),
    VisitStatus.CANCELLED_LATE: frozenset(),
    VisitStatus.DECLINED: frozenset(),
    VisitStatus.LAPSED: frozenset(),
    VisitStatus.MISSED: frozenset(),
    VisitStatus.PART_DELIVERED: frozenset(),
    VisitStatus.REFUSED: frozenset(),
    VisitStatus.UNUSED: frozenset(),
    VisitStatus.FRUSTRATED: frozenset(),
    VisitStatus.SAVED: frozenset(),
    VisitStatus.DAMAGED: frozenset(),
}
"""What a dispute may make of a recorded visit stands in ``disputes``."""

BOOKING_IS_NOW = {
    BookingStatus.REQUESTED: "has not been accepted yet",
    BookingStatus.PROPOSED: "waits for an answer to the other times proposed",
    BookingStatus.ACCEPTED: "has already been accepted",
    BookingStatus.DECLINED: "has been declined",
    BookingStatus.CANCELLED: "has been cancelled",
    BookingStatus.LAPSED: "was not answered before the visit was due, so it has ended",
    BookingStatus.COMPLETED: "is finished",
}
"""The end of "This booking ...", for whoever came second."""

VISIT_IS_NOW = {
    VisitStatus.PLANNED: "is planned",
    VisitStatus.DELIVERED: "has already been marked as delivered",
    VisitStatus.CANCELLED_IN_TIME: "was cancelled",
    VisitStatus.CANCELLED_LATE: "was cancelled",
    VisitStatus.DECLINED: "was declined",
    VisitStatus.LAPSED: "was never agreed",
    VisitStatus.MISSED: "has already been recorded as not having happened",
    VisitStatus.PART_DELIVERED: "has already been recorded",
    VisitStatus.REFUSED: "has already been recorded as turned away",
    VisitStatus.UNUSED: "has already been recorded: nobody was in",
    VisitStatus.FRUSTRATED: "has already been recorded as one that could not go ahead",
    VisitStatus.SAVED: "was cancelled, and its hours were saved",
    VisitStatus.DAMAGED: "has already been recorded: it arrived damaged",
}


def must_become(now: BookingStatus, then: BookingStatus) -> None:
    """Let a booking pass from one status to another only as the table allows.

    Raises:
        Conflict: saying what the booking is now and that nothing changed.
    """
    if then not in BOOKING_MAY_BECOME[now]:
        raise Conflict(f"This booking {BOOKING_IS_NOW[now]}. Nothing was changed: look at it again.")


def visit_must_become(now: VisitStatus, then: VisitStatus) -> None:
    """Let a visit pass from one status to another only as the table allows.

    Raises:
        Conflict: saying what the visit is now and that nothing changed.
    """
    if then not in VISIT_MAY_BECOME[now]:
        raise Conflict(f"This visit {VISIT_IS_NOW[now]}. Nothing was changed: look at it again.")


def outcome(visits: Collection[VisitStatus]) -> BookingStatus | None:
    """What an accepted booking has become once no visit is planned any more; nothing while one is."""
    if VisitStatus.PLANNED in visits:
        return None
    return BookingStatus.COMPLETED if CLAIMED & set(visits) else BookingStatus.CANCELLED
