"""When somebody says that a visit did not happen, or not at those times: who may say what next, as a table with its words.

While a dispute stands no money moves to the provider: what was charged is put back and stays set aside until both agree,
the person takes it back, or their care manager decides. A dispute never ends dearer than what was first charged.
"""

from datetime import datetime, timedelta

from app.base.refusals import Conflict
from app.support.booking_records.rules.disputes import DisputeClaim, DisputeStatus
from app.support.booking_records.rules.states import CLAIMED, VisitStatus
from app.support.visits.rules.things import RECORDABLE_THINGS

CLAIM_WORDS = {
    DisputeClaim.DID_NOT_COME: "It did not happen",
    DisputeClaim.OTHER_TIMES: "It happened, but at other times",
}

THING_CLAIM_WORDS = {
    DisputeClaim.DID_NOT_COME: "It did not arrive",
    DisputeClaim.DAMAGED: "Not all of it arrived whole",
}
"""The same of things, which are brought and not given by the hour."""

STANDING = frozenset({DisputeStatus.OPEN, DisputeStatus.ANSWERED})
"""In which the money waits."""

DISPUTE_MAY_BECOME: dict[DisputeStatus, frozenset[DisputeStatus]] = {
    DisputeStatus.OPEN: frozenset(DisputeStatus) - {DisputeStatus.OPEN},
    DisputeStatus.ANSWERED: frozenset({DisputeStatus.AGREED, DisputeStatus.WITHDRAWN, DisputeStatus.DECIDED}),
    DisputeStatus.AGREED: frozenset(),
    DisputeStatus.WITHDRAWN: frozenset(),
    DisputeStatus.DECIDED: frozenset(),
}

DISPUTE_IS_NOW = {
    DisputeStatus.OPEN: "waits for the provider's answer",
    DisputeStatus.ANSWERED: "has been answered by the provider",
    DisputeStatus.AGREED: "is settled: both sides agree",
    DisputeStatus.WITHDRAWN: "was taken back",
    DisputeStatus.DECIDED: "has been decided by the care manager",
}
"""The end of "This question ...", for whoever came second."""

MAY_DECIDE_AS = (
    *sorted(CLAIMED - {VisitStatus.PART_DELIVERED, VisitStatus.DAMAGED}),
    VisitStatus.MISSED,
    VisitStatus.FRUSTRATED,
)
"""What may be found of a visit; in part or in full follows from the times."""
CALLED_OFF = (VisitStatus.CANCELLED_LATE, VisitStatus.CANCELLED_IN_TIME)
"""What may be found of a visit, or of things, charged because it was called off late."""

LATEST = timedelta(days=90)
"""After a visit, to say that it was not so."""
TIME_TO_ANSWER = timedelta(days=7)
"""For the provider; after that the care manager may decide without it."""
ASKED_AFTER = timedelta(days=2)
"""After its end, a visit nobody recorded is put before people to settle."""


def dispute_must_become(now: DisputeStatus, then: DisputeStatus) -> None:
    """Let a dispute pass from one status to another only as the table allows.

    Raises:
        Conflict: saying where it stands and that nothing changed.
    """
    if then not in DISPUTE_MAY_BECOME[now]:
        raise Conflict(f"This question {DISPUTE_IS_NOW[now]}. Nothing was changed: look at it again.")


def may_be_disputed(status: VisitStatus, *, is_agreed: bool, ends: datetime, now: datetime) -> str | None:
    """Why a visit cannot be disputed now; nothing when it can."""
    if status == VisitStatus.PLANNED:
        if not is_agreed:
            return "This visit was not agreed, so nothing can be charged for it."
        if now < ends:
            return "This visit is not over yet. You can say what happened once it is."
    elif status not in CLAIMED | {VisitStatus.CANCELLED_LATE}:
        return "Nothing was charged for this visit for somebody having come, so there is nothing to put right."
    if now > ends + LATEST:
        return "This visit was more than 90 days ago. Ask the provider or your council what can still be done."
    return None


def may_decide_as(status: VisitStatus, *, of_things: bool = False) -> tuple[VisitStatus, ...]:
    """What may be found of a visit, or of things, that stand at ``status`` while both sides differ."""
    if status == VisitStatus.CANCELLED_LATE:
        return CALLED_OFF
    return RECORDABLE_THINGS if of_things else MAY_DECIDE_AS


def uncharged(status: VisitStatus) -> VisitStatus:
    """What a visit becomes when both sides agree that nothing is to be paid for it."""
    return VisitStatus.CANCELLED_IN_TIME if status == VisitStatus.CANCELLED_LATE else VisitStatus.MISSED


def may_be_decided(status: DisputeStatus, *, raised: datetime, now: datetime) -> str | None:
    """Why a care manager cannot decide yet; nothing when they can."""
    if status == DisputeStatus.OPEN and now < raised + TIME_TO_ANSWER:
        return "The provider has 7 days to answer first. You can decide once it has, or when the time is over."
    return None
