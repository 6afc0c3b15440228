"""The money that arrives until a day to come, and is sure to be there then."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from app.base.db import db
from app.funding.budgets.models import PersonalBudget, Pot, PotRelease
from app.funding.budgets.rules.kinds import BudgetStatus
from app.funding.budgets.rules.periods import PERIODS_IN_A_YEAR, carry_over_from, settled_after
from app.people.councils.queries import policies


class MoneyBy(NamedTuple):
    """What arrives until a day in one part of somebody's money. Nothing of what is promised already is taken off."""

    pence: int
    """What arrives until then, and is sure to be there still. What is left now does not count: it can be spent before."""
    first_on: date
    """The day on which the first of it arrives: it pays for this and later days."""
    last_on: date
    """The day on which the last of it arrives."""


def money_by(pots: Collection[int], day: date, *, today: date) -> dict[int, MoneyBy]:
    """What arrives in these pots until a day, by number; those in which nothing does are left out.

    Money that may go back to the council before is not counted.

    Args:
        pots: the numbers of open pots.
        day: a London day, today or later.
        today: the day on which it is asked.
    """
    rows = db.session.execute(
        select(
            PotRelease.pot_id,
            PotRelease.due_on,
            PotRelease.amount_pence - PotRelease.forward_pence,
            PersonalBudget.council_id,
        )
        .join(PersonalBudget, PersonalBudget.id == PotRelease.personal_budget_id)
        .join(Pot, Pot.id == PotRelease.pot_id)
        .where(
            PotRelease.pot_id.in_(pots),
            Pot.closed_at.is_(None),
            PotRelease.released_at.is_(None),
            PotRelease.due_on <= day,
            PersonalBudget.status == BudgetStatus.AGREED,
        )
        .order_by(PotRelease.due_on, PotRelease.id)
    ).all()
    by_pot: dict[int, list[tuple[date, int, int]]] = {}
    for number, due, pence, council in rows:
        by_pot.setdefault(number, []).append((due, int(pence), council))
    return {number: _of(coming, today) for number, coming in by_pot.items()}


def _of(coming: list[tuple[date, int, int]], today: date) -> MoneyBy:
    last, _, council = coming[-1]
    rule = carry_over_from(policies(council, today))
    # Money that evens out over the year is there until the year ends. By any other rule only that of the period counts.
    is_even = settled_after(rule, 1) == PERIODS_IN_A_YEAR and rule.keeps_at_year_end
    counted = [(due, pence) for due, pence, _ in coming if is_even or due == last]
    return MoneyBy(sum(pence for _, pence in counted), counted[0][0], last)
