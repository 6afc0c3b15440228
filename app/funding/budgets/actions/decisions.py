"""Writing down who decided what about money, and why; told once for each form."""

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput
from app.funding.budgets.models import MoneyDecision, Pot
from app.funding.budgets.rules.kinds import DecisionKind
from app.people.accounts.models import Person
from app.platform.audit.actions import record
from app.platform.ledger.rules import KeyUsedOtherwise

REASON_LONGEST = 500


def reason_given(words: str) -> str:
    """The reason as it is kept.

    Raises:
        BadInput: when it is empty or too long.
    """
    words = words.strip()
    if not words:
        raise BadInput("Enter a reason")
    if len(words) > REASON_LONGEST:
        raise BadInput(f"The reason must be {REASON_LONGEST} characters or fewer")
    return words


def told_before(
    key: str, kind: DecisionKind, from_pot_id: int | None, into_pot_id: int, pence: int
) -> MoneyDecision | None:
    """The decision this form already made, if it did.

    Raises:
        KeyUsedOtherwise: when the form made another one.
    """
    first = db.session.scalar(select(MoneyDecision).where(MoneyDecision.key == key))
    if first is None:
        return None
    if (first.kind, first.from_pot_id, first.into_pot_id, first.pence) != (kind, from_pot_id, into_pot_id, pence):
        raise KeyUsedOtherwise
    return first


def record_decision(
    *, actor: Person, key: str, kind: DecisionKind, into: Pot, pence: int, reason: str, out_of: Pot | None = None
) -> MoneyDecision:
    """Add a decision to the history of somebody's money, and to the record."""
    made = MoneyDecision(
        key=key,
        kind=kind,
        person_id=into.person_id,
        from_pot_id=None if out_of is None else out_of.id,
        into_pot_id=into.id,
        pence=pence,
        reason=reason,
        decided_at=clock.now(),
        decided_by_id=actor.id,
    )
    db.session.add(made)
    db.session.flush()
    record(
        action=f"money_{kind.value}",
        actor_id=actor.id,
        for_person_id=into.person_id,
        subject_kind="money_decision",
        subject_id=made.id,
        council_id=into.council_id,
        pence=pence,
    )
    db.session.flush()
    return made
