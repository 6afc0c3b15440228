"""What can become of a booking and of a visit."""

from enum import StrEnum


class BookingStatus(StrEnum):
    """Where an agreed or asked-for purchase stands."""

    REQUESTED = "requested"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    COMPLETED = "completed"


class VisitStatus(StrEnum):
    """What became of one occurrence."""

    PLANNED = "planned"
    DELIVERED = "delivered"
    CANCELLED_IN_TIME = "cancelled_in_time"
    CANCELLED_LATE = "cancelled_late"
    DECLINED = "declined"
    MISSED = "missed"


BOOKING_MAY_BECOME: dict[BookingStatus, frozenset[BookingStatus]] = {
    BookingStatus.REQUESTED: frozenset({BookingStatus.ACCEPTED, BookingStatus.DECLINED, BookingStatus.CANCELLED}),
    BookingStatus.ACCEPTED: frozenset({BookingStatus.COMPLETED, BookingStatus.CANCELLED}),
    BookingStatus.DECLINED: frozenset(),
    BookingStatus.CANCELLED: frozenset(),
    BookingStatus.COMPLETED: frozenset(),
}

VISIT_MAY_BECOME: dict[VisitStatus, frozenset[VisitStatus]] = {
    VisitStatus.PLANNED: frozenset(VisitStatus) - {VisitStatus.PLANNED},
    VisitStatus.DELIVERED: frozenset(),
    VisitStatus.CANCELLED_IN_TIME: frozenset(),
    VisitStatus.CANCELLED_LATE: frozenset(),
    VisitStatus.DECLINED: frozenset(),
    VisitStatus.MISSED: frozenset(),
}
