"""A year's money planned over its periods in the ways that the person chose."""

from collections.abc import Sequence

from app.base import clock
from app.base.db import db
from app.base.money import Money
from app.base.refusals import BadInput
from app.funding.budgets.actions.pots import open_pot
from app.funding.budgets.models import MoneyChoice, PersonalBudget, Pot, PotRelease
from app.funding.budgets.queries import under_lock
from app.funding.budgets.rules.kinds import PotKind
from app.funding.budgets.rules.periods import PERIODS_IN_A_YEAR, amounts_over, period_days
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.councils.models import Council


def shared_out(pence: int, choice: MoneyChoice) -> dict[PotKind, int]:
    """An amount shared over the ways that were chosen, to the penny."""
    parts = Money(pence).split(list(choice.shares.values()))
    return {PotKind(kind): part.pence for kind, part in zip(choice.shares, parts, strict=True)}


def pots_chosen(choice: MoneyChoice, person: Person, council: Council) -> dict[PotKind, Pot]:
    """The pot of each way that was chosen, opened empty where there was none."""
    holder = None if choice.provider_id is None else db.session.get_one(Provider, choice.provider_id)
    return {
        (kind := PotKind(way)): open_pot(
            person=person,
            kind=kind,
            council=council,
            fund_holder=holder if kind == PotKind.INDIVIDUAL_SERVICE_FUND else None,
            agent_name=choice.agent_name if kind == PotKind.INDIRECT_PAYMENT else None,
            agent_id=choice.agent_id if kind == PotKind.INDIRECT_PAYMENT else None,
        )
        for way in choice.shares
    }


def plan_year(budget: PersonalBudget, pot: Pot, yearly_pence: int) -> None:
    """Write down the thirteen periods' money of one pot."""
    _plan(budget, pot, list(enumerate(amounts_over(yearly_pence, PERIODS_IN_A_YEAR), start=1)))


def periods_to_come(budget: PersonalBudget) -> list[int]:
    """The periods of a budget's year that begin after today."""
    every = range(1, PERIODS_IN_A_YEAR + 1)
    return [number for number in every if period_days(budget.year_starts_on, number)[0] > clock.today()]


def plan_the_rest(budget: PersonalBudget, paid_in_pence: int, choice: MoneyChoice) -> dict[str, int]:
    """Spread what has not arrived of a year's money over the periods still to come, in the ways that were chosen.

    What arrived stays where it came. Money that was brought forward stays noted at the period it came out of.

    Returns:
        the year's pence by way: what arrived, and what will.

    Raises:
        BadInput: when more than the year's money arrived already.
    """
    person, council = db.session.get_one(Person, budget.person_id), db.session.get_one(Council, budget.council_id)
    rows = under_lock.releases_of(budget.id)
    begun = {row.period for row in rows if row.released_at is not None}
    later = [period for period in periods_to_come(budget) if period not in begun]
    arrived = sum(row.forward_pence if _is_to_come(row, later) else row.amount_pence for row in rows)
    if paid_in_pence < arrived:
        raise BadInput(f"{Money(arrived)} of this year's money has arrived already. Enter at least that for the year.")
    to_come = shared_out(paid_in_pence - arrived, choice)
    pots = pots_chosen(choice, person, council)
    wanted = {pots[kind].id: pence for kind, pence in to_come.items()}
    for pot_id in {row.pot_id for row in rows} | set(wanted):
        _replan(budget, pot_id, [row for row in rows if row.pot_id == pot_id], wanted.get(pot_id, 0), later)
    db.session.flush()
    return _by_kind(under_lock.releases_of(budget.id))


def _is_to_come(row: PotRelease, later: Sequence[int]) -> bool:
    """Whether a period's money may still be planned anew; what is due today belongs to the run that releases it."""
    return row.released_at is None and row.period in later


def _by_kind(rows: Sequence[PotRelease]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.pot.kind.value] = sums.get(row.pot.kind.value, 0) + row.amount_pence
    return sums


def _plan(budget: PersonalBudget, pot: Pot, amounts: Sequence[tuple[int, int]]) -> None:
    """Write down a period's money for each (period, pence)."""
    db.session.add_all(
        PotRelease(
            pot_id=pot.id,
            personal_budget_id=budget.id,
            period=period,
            due_on=period_days(budget.year_starts_on, period)[0],
            amount_pence=pence,
        )
        for period, pence in amounts
        if pence
    )


def _replan(
    budget: PersonalBudget, pot_id: int, rows: Sequence[PotRelease], to_come_pence: int, later: Sequence[int]
) -> None:
    """Spread what is to come into one pot over the periods still to come."""
    pot = db.session.get_one(Pot, pot_id)
    coming = {row.period: row for row in rows if _is_to_come(row, later)}
    amounts = dict(zip(later, amounts_over(to_come_pence, len(later)), strict=True))
    for period in later:
        row = coming.get(period)
        pence = amounts[period] + (row.forward_pence if row is not None else 0)
        if row is None:
            _plan(budget, pot, [(period, pence)])
        elif pence:
            row.amount_pence = pence
        else:
            db.session.delete(row)
