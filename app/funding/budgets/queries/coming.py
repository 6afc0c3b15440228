"""The money that arrives for the period a day to come lies in."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from app.base.db import db
from app.funding.budgets.models import PersonalBudget, Pot, PotRelease
from app.funding.budgets.rules.kinds import BudgetStatus


class PeriodMoney(NamedTuple):
    """What arrives in one part of somebody's money for the period of a day. Nothing that is promised already is taken off."""

    pence: int
    """Only what arrives for that very period: what is left now, and what arrives before, can be spent before."""
    on: date
    """The day on which it arrives."""


def money_for(pots: Collection[int], day: date) -> dict[int, PeriodMoney]:
    """What is still to arrive in these pots for the period a day lies in, by number; those in which nothing is are left out.

    Args:
        pots: the numbers of pots.
        day: a London day.
    """
    rows = db.session.execute(
        select(PotRelease.pot_id, PotRelease.due_on, PotRelease.amount_pence - PotRelease.forward_pence)
        .join(PersonalBudget, PersonalBudget.id == PotRelease.personal_budget_id)
        .join(Pot, Pot.id == PotRelease.pot_id)
        .where(
            PotRelease.pot_id.in_(pots),
            Pot.closed_at.is_(None),
            PotRelease.released_at.is_(None),
            PotRelease.due_on <= day,
            PersonalBudget.status == BudgetStatus.AGREED,
        )
        .order_by(PotRelease.due_on)
    )
    found: dict[int, PeriodMoney] = {}
    for number, due, pence in rows:
        before = found.get(number)
        # Two budgets may pay into one pot on one day.
        same = before.pence if before is not None and before.on == due else 0
        found[number] = PeriodMoney(same + int(pence), due)
    return {number: one for number, one in found.items() if one.pence > 0}
