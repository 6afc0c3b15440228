"""What can become of another time that somebody asked for, and what a change means in money and notice."""

from enum import StrEnum

from app.base.refusals import Conflict


class ChangeStatus(StrEnum):
    """Where a question about another time stands."""

    ASKED = "asked"
    AGREED = "agreed"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    OVERTAKEN = "overtaken"
    """The visits it was about have changed since it was asked, so whoever asked is asked again."""


CHANGE_MAY_BECOME: dict[ChangeStatus, frozenset[ChangeStatus]] = {
    ChangeStatus.ASKED: frozenset(ChangeStatus) - {ChangeStatus.ASKED},
    ChangeStatus.AGREED: frozenset(),
    ChangeStatus.DECLINED: frozenset(),
    ChangeStatus.WITHDRAWN: frozenset(),
    ChangeStatus.OVERTAKEN: frozenset(),
}

CHANGE_IS_NOW = {
    ChangeStatus.ASKED: "is waiting for an answer",
    ChangeStatus.AGREED: "was agreed already",
    ChangeStatus.DECLINED: "was declined already",
    ChangeStatus.WITHDRAWN: "was taken back by whoever asked",
    ChangeStatus.OVERTAKEN: "must be asked for again, because its visits have changed",
}


def change_must_become(now: ChangeStatus, then: ChangeStatus) -> None:
    """Let a question about another time pass from one status to another only as the table allows.

    Raises:
        Conflict: saying what it is now and that nothing changed.
    """
    if then not in CHANGE_MAY_BECOME[now]:
        raise Conflict(f"This change {CHANGE_IS_NOW[now]}. Nothing was changed: look at it again.")


class VisitChangedMeanwhile(Conflict):
    """Somebody else changed a visit of this booking after the page was made; the first of two wins."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody changed a visit of this booking while you were looking. Nothing was changed by you. "
            "Look at it as it is now, then decide."
        )
