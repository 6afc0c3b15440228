"""The history of a budget: a version for every change, with who made it and why."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.base.refusals import Conflict
from app.funding.budgets.models import BudgetVersion, PersonalBudget
from app.funding.budgets.rules.kinds import STATUS_WORDS, BudgetStatus
from app.people.accounts.models import Person


def add_version(
    *, budget: PersonalBudget, actor: Person | None, reason: str, pots: dict[str, Any] | None = None
) -> BudgetVersion:
    """Add a version that says how the budget stands now.

    Args:
        budget: which.
        actor: who changed it; nobody when the year simply ended.
        reason: why.
        pots: pence of the year by kind of money; as in the version before when not given.
    """
    last = db.session.scalar(
        select(BudgetVersion)
        .where(BudgetVersion.personal_budget_id == budget.id)
        .order_by(BudgetVersion.number.desc())
        .limit(1)
    )
    made = BudgetVersion(
        personal_budget_id=budget.id,
        number=1 if last is None else last.number + 1,
        status=budget.status,
        total_pence=budget.total_pence,
        contribution_pence=budget.contribution_pence,
        contingency_pence=budget.contingency_pence,
        pots=pots if pots is not None else (last.pots if last is not None else {}),
        reason=reason,
        changed_at=clock.now(),
        changed_by_id=None if actor is None else actor.id,
    )
    db.session.add(made)
    db.session.flush()
    return made


def add_first_versions(*, budgets: Iterable[PersonalBudget], actor: Person, reason: str) -> None:
    """Add the first version of budgets that were written in this transaction; how the money is managed is not known yet."""
    db.session.add_all(
        BudgetVersion(
            personal_budget_id=budget.id,
            number=1,
            status=budget.status,
            total_pence=budget.total_pence,
            contribution_pence=budget.contribution_pence,
            contingency_pence=budget.contingency_pence,
            pots={},
            reason=reason,
            changed_at=clock.now(),
            changed_by_id=actor.id,
        )
        for budget in budgets
    )
    db.session.flush()


def must_be_agreed(budget: PersonalBudget) -> None:
    """Let pass an agreed budget.

    Raises:
        Conflict: saying where it stands, and the way on.
    """
    if budget.status == BudgetStatus.AGREED:
        return
    way_on = "Agree it first." if budget.status == BudgetStatus.INDICATIVE else "Agree a new budget."
    raise Conflict(f"This budget is not in force: {STATUS_WORDS[budget.status].lower()}. {way_on}")
