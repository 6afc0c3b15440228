"""A council's rules set from the site: at once where they move no money, else once a second person says yes."""

from datetime import date
from typing import Any

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.budgets.actions.agreements import set_money_policy
from app.people.accounts.models import Person
from app.people.councils.models import Council, Policy, PolicyProposal
from app.people.councils.permissions import may_give_second_yes, may_run
from app.people.councils.rules.policies import needs_second_yes, policy_fault
from app.platform.audit.actions import record


def ask_for_rule(
    *, actor: Person, council: Council, name: str, value: Any, valid_from: date, reason: str
) -> Policy | PolicyProposal:
    """Set a rule from a day on, or ask a second person for it where it moves money.

    Raises:
        NotAllowed: for anybody but the council's administrators and commissioners.
        BadInput: when there is no such rule or value, the day is past, or there is no reason.
        Conflict: when one begins on that day or later, or one waits already.
    """
    if not may_run(actor, council.id):
        raise NotAllowed("Only this council's administrators and commissioners can set its rules")
    fault = policy_fault(name, value)
    if fault is not None:
        raise BadInput(fault)
    if valid_from < clock.today():
        raise BadInput("Enter today or a later day: a rule never reaches back")
    reason = reason.strip()
    if not reason:
        raise BadInput("Enter why")
    db.session.scalar(select(Council.id).where(Council.id == council.id).with_for_update(key_share=True))
    if not needs_second_yes(name):
        return set_money_policy(actor=actor, council=council, name=name, value=value, valid_from=valid_from)
    waits = select(PolicyProposal.id).where(
        PolicyProposal.council_id == council.id, PolicyProposal.name == name, PolicyProposal.answered_at.is_(None)
    )
    if db.session.scalar(waits) is not None:
        raise Conflict("A change of this rule waits for a second yes already. Answer that one first")
    made = PolicyProposal(
        council_id=council.id,
        name=name,
        value=value,
        valid_from=valid_from,
        reason=reason,
        asked_at=clock.now(),
        asked_by_id=actor.id,
    )
    db.session.add(made)
    db.session.flush()
    _note("policy_asked_for", actor, made)
    return made


def answer_rule(*, actor: Person, proposal: PolicyProposal, yes: bool) -> PolicyProposal:
    """Say the second yes to a rule, or no. Whoever asked may take it back, which is a no.

    Raises:
        NotAllowed: for who may not, and for a yes by whoever asked.
        Conflict: when it was answered already; when its day has passed, or another begins on that day or later.
    """
    proposal = db.session.get_one(PolicyProposal, proposal.id, with_for_update=True, populate_existing=True)
    if not may_give_second_yes(actor, proposal.council_id):
        raise NotAllowed("Only this council's finance officers, administrators and commissioners can answer")
    if yes and proposal.asked_by_id == actor.id:
        raise NotAllowed("You asked for this yourself. Ask a colleague to say yes")
    if proposal.answered_at is not None:
        raise Conflict("A colleague has answered this already")
    if yes:
        if proposal.valid_from < clock.today():
            raise Conflict("Its first day has passed. Say no, and ask for it again from a later day")
        proposal.policy_id = set_money_policy(
            actor=None,
            council=proposal.council,
            name=proposal.name,
            value=proposal.value,
            valid_from=proposal.valid_from,
            set_by=proposal.asked_by,
        ).id
    proposal.answered_at, proposal.answered_by_id = clock.now(), actor.id
    db.session.flush()
    _note("policy_agreed" if yes else "policy_not_agreed", actor, proposal)
    return proposal


def _note(action: str, actor: Person, proposal: PolicyProposal) -> None:
    record(
        action=action,
        actor_id=actor.id,
        subject_kind="policy",
        subject_id=proposal.id,
        council_id=proposal.council_id,
        name=proposal.name,
    )
