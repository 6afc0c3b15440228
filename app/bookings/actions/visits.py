"""Recording what became of a visit: only this spends money, silence never does."""

from app.accounts.models import Person
from app.bookings.actions import steps
from app.bookings.models import Visit
from app.bookings.rules import VisitStatus
from app.db import db
from app.messages import actions as messages


def mark_delivered(*, actor: Person, visit: Visit) -> Visit:
    """Record that a visit happened, for the provider: the money set aside is spent, and only now.

    Raises:
        NotFound: when the actor does not work for the provider.
        Conflict: when it is not agreed, was recorded already, or has not begun.
    """
    booking, visit = steps.locked_visit(actor, visit)
    steps.must_be_due(booking, visit, VisitStatus.DELIVERED)
    steps.end_visits(booking, {visit.id: VisitStatus.DELIVERED}, actor)
    steps.close_when_over(booking)
    steps.record("visit_delivered", booking, actor, visit=visit.public_id, charged_pence=visit.charged_pence)
    steps.tell_buyers(booking, messages.VISIT_DELIVERED)
    db.session.flush()
    return visit


def mark_missed(*, actor: Person, visit: Visit) -> Visit:
    """Record that a visit did not happen, for the provider: nothing is charged and the money goes back.

    Raises:
        NotFound: when the actor does not work for the provider.
        Conflict: when it is not agreed, was recorded already, or has not begun.
    """
    booking, visit = steps.locked_visit(actor, visit)
    steps.must_be_due(booking, visit, VisitStatus.MISSED)
    steps.end_visits(booking, {visit.id: VisitStatus.MISSED}, actor)
    steps.close_when_over(booking)
    steps.record("visit_missed", booking, actor, visit=visit.public_id)
    steps.tell_buyers(booking, messages.VISIT_MISSED)
    db.session.flush()
    return visit
