"""Where a plan to share support and each person's share of it stand."""

from enum import StrEnum

from app.base.refusals import Conflict


class SharePlanStatus(StrEnum):
    """Where a plan to share stands."""

    ASKED = "asked"
    SENT = "sent"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


class ShareStatus(StrEnum):
    """What one of those asked has said."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"


PLAN_MAY_BECOME: dict[SharePlanStatus, frozenset[SharePlanStatus]] = {
    SharePlanStatus.ASKED: frozenset(SharePlanStatus) - {SharePlanStatus.ASKED},
    SharePlanStatus.SENT: frozenset(),
    SharePlanStatus.REFUSED: frozenset(),
    SharePlanStatus.WITHDRAWN: frozenset(),
    SharePlanStatus.LAPSED: frozenset(),
}

PLAN_IS_NOW = {
    SharePlanStatus.ASKED: "still waits for answers",
    SharePlanStatus.SENT: "has been agreed by everybody",
    SharePlanStatus.REFUSED: "was refused by somebody",
    SharePlanStatus.WITHDRAWN: "was taken back",
    SharePlanStatus.LAPSED: "was not answered in time",
}
"""The end of "This plan to share ...", for whoever came second."""
NAME_LONGEST = 80


def plan_must_become(now: SharePlanStatus, then: SharePlanStatus) -> None:
    """Let a plan to share pass from one status to another only as the table allows.

    Raises:
        Conflict: saying what it is now and that nothing changed.
    """
    if then not in PLAN_MAY_BECOME[now]:
        raise Conflict(f"This plan to share {PLAN_IS_NOW[now]}. Nothing was changed: look at it again.")
