"""What somebody may claim of a visit, and where a dispute about it stands."""

from enum import StrEnum


class DisputeStatus(StrEnum):
    """Where a dispute stands."""

    OPEN = "open"
    ANSWERED = "answered"
    AGREED = "agreed"
    WITHDRAWN = "withdrawn"
    DECIDED = "decided"


class DisputeClaim(StrEnum):
    """What the person's side says."""

    DID_NOT_COME = "did_not_come"
    OTHER_TIMES = "other_times"
    DAMAGED = "damaged"
    """Things came, but not all of them whole."""
