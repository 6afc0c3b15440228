"""Binding the money somebody holds for a person to that somebody's account."""

from app.base.db import db
from app.base.refusals import Conflict, NotAllowed
from app.funding.agents import permissions, queries
from app.funding.budgets.models import Pot
from app.funding.budgets.queries import under_lock
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.accounts.queries import lock_person
from app.people.circles.queries import standing_over
from app.platform.audit.actions import record
from app.platform.messages.actions import circles as messages
from app.platform.messages.rules import About, ToldAs


def bind_agent(*, actor: Person, pot: Pot, agent: Person) -> Pot:
    """Say whose account it is that holds this money: from now on that account may spend it, as far as it was let.

    Pressing again changes nothing. An account that is bound gives way to another only once its help is over or rests:
    to have somebody else hold the money is a choice, which the council puts in place.

    Args:
        actor: the person whose money it is.
        pot: a direct payment that somebody holds for them.
        agent: stands beside the person now.

    Raises:
        NotAllowed: when the actor is not the person.
        Conflict: when nobody holds this money, it is closed, the account does not stand beside the person, or another
            that does is bound already.
    """
    if not permissions.may_bind(standing_over(actor, pot.person_id)):
        raise NotAllowed("Only the person whose money it is says whose account holds it.")
    lock_person(pot.person_id)
    pot = under_lock.lock_pots([pot.id])[pot.id]
    if pot.kind != PotKind.INDIRECT_PAYMENT or pot.closed_at is not None:
        raise Conflict("Nobody holds this money for you, or not any more.")
    beside = {one.id for one in queries.helpers_of(pot.person_id).values()}
    if agent.id not in beside:
        raise Conflict("This person does not help you now. Ask them to help first, then say that they hold this money.")
    if pot.agent_id == agent.id:
        return pot
    if pot.agent_id in beside:
        raise Conflict(
            "Somebody who helps you holds this money already. To have somebody else hold it, choose on the page How my "
            "money is looked after."
        )
    before, pot.agent_id = pot.agent_id, agent.id
    db.session.flush()
    record(
        action="agent_bound",
        actor_id=actor.id,
        for_person_id=pot.person_id,
        subject_kind="pot",
        subject_id=pot.id,
        council_id=pot.council_id,
        agent_id=agent.id,
        before=before,
    )
    messages.you_hold_money(
        to_person_id=agent.id,
        to_email=agent.email,
        name=agent.full_name,
        for_name=actor.full_name,
        about=About(pot.person_id, ToldAs.ARRANGES),
    )
    db.session.flush()
    return pot
