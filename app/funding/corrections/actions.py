"""Putting a mistake about a council's money right."""

from sqlalchemy import select

from app.base import clock
from app.base.columns import new_public_id
from app.base.db import db
from app.base.money import Money
from app.base.refusals import Conflict, NotAllowed
from app.funding.budgets.actions import decisions
from app.funding.budgets.models import OutsideSpending
from app.funding.budgets.permissions import may_agree_budget
from app.funding.budgets.queries import under_lock
from app.funding.corrections import queries
from app.funding.corrections.models import Correction
from app.funding.corrections.queries import Mistake
from app.people.accounts.models import Person
from app.people.circles.queries import standing_over
from app.platform.audit.actions import record
from app.platform.ledger.actions import transfers as ledger
from app.platform.ledger.rules import NotEnough
from app.platform.messages.actions import corrections as messages
from app.platform.messages.actions.sending import send_notice


def put_right(*, actor: Person, person: Person, council_id: int, journal_id: int, reason: str) -> Correction:
    """Put an event of somebody's council money right by its opposite; both stay to be seen, and the person is told.

    Args:
        actor: a care manager of the council with the person on the caseload, or a commissioner of the council.
        person: whose money.
        council_id: whose it was.
        journal_id: the event.
        reason: why it was a mistake; the person reads it.

    Raises:
        NotAllowed: when the actor may not decide about this money.
        NotFound: when there is no such event, or it is not one that is put right here, or it was.
        BadInput: without a reason.
        Conflict: when the money is closed or no longer there.
    """
    if not may_agree_budget(actor, person, council_id, standing_over(actor, person.id)):
        raise NotAllowed("Only a care manager this person is with, or a commissioner of the council, puts this right.")
    reason = decisions.reason_given(reason)
    mistake = queries.mistake_for(person.id, council_id, journal_id)
    under_lock.lock_pots([mistake.pot_id])
    # Read again: somebody else may have been first.
    mistake = queries.mistake_for(person.id, council_id, journal_id)
    if mistake.is_closed and mistake.subject == "unspent":
        raise Conflict(
            "This money is closed, so what came back to it would go to the council again. Agree a new budget."
        )
    try:
        event = ledger.correct(journal_id=journal_id, actor_id=actor.id)
    except NotEnough as short:
        raise Conflict(
            f"This money was used since: it is {Money(short.short_by_pence)} short. Talk with the person first."
        ) from short
    _follow(mistake, person)
    made = Correction(
        public_id=new_public_id(),
        journal_id=journal_id,
        by_journal_id=event.id,
        person_id=person.id,
        pot_id=mistake.pot_id,
        pence=mistake.pence,
        reason=reason,
        corrected_at=clock.now(),
        corrected_by_id=actor.id,
    )
    db.session.add(made)
    db.session.flush()
    record(
        action="money_put_right",
        actor_id=actor.id,
        for_person_id=person.id,
        subject_kind="correction",
        subject_id=made.id,
        council_id=council_id,
        pence=mistake.pence,
    )
    send_notice(messages.PUT_RIGHT, person, link=f"/money/put-right/{made.public_id}")
    db.session.flush()
    return made


def _follow(mistake: Mistake, person: Person) -> None:
    """What stands beside the ledger says the same."""
    name = (mistake.about or "").partition(":")[2]
    if mistake.subject == "outside":
        spending = db.session.scalars(select(OutsideSpending).where(OutsideSpending.public_id == name)).one()
        spending.taken_back_at = clock.now()
    elif mistake.subject == "contingency":
        budget = under_lock.locked_budget(under_lock.budget_for(person.id, name).id)
        budget.contingency_used_pence -= mistake.pence
