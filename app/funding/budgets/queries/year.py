"""The budget year: its numbers and periods, what arrives next, and the figures of every period and pot."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import Date, and_, bindparam, case, column, func, or_, select, table
from sqlalchemy.orm import joinedload

from app.base import clock
from app.base.columns import UtcDateTime
from app.base.db import db, fetch_rows
from app.funding.budgets.models import BudgetVersion, PersonalBudget, PotRelease
from app.funding.budgets.queries.balances import PotBalance
from app.funding.budgets.rules.forecast import Forecast, daily_rate, forecast
from app.funding.budgets.rules.kinds import BudgetStatus
from app.funding.budgets.rules.periods import (
    PERIOD_DAYS,
    PERIODS_IN_A_YEAR,
    YEAR_DAYS,
    period_days,
    period_on,
    year_ends_on,
)
from app.platform.ledger.models import Journal, LedgerAccount, Transfer
from app.platform.ledger.rules import JournalKind

FAR = datetime(9999, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class BudgetFacts:
    """The numbers of a budget, in pence."""

    id: int
    public_id: str
    council_id: int
    status: BudgetStatus
    year_starts_on: date
    total_pence: int
    contribution_pence: int
    council_share_pence: int
    contingency_pence: int
    contingency_used_pence: int

    @property
    def ends_on(self) -> date:
        """The last day of its year."""
        return year_ends_on(self.year_starts_on)

    @property
    def kept_back_pence(self) -> int:
        """What is still kept back for a bad spell."""
        return self.contingency_pence - self.contingency_used_pence


@dataclass(frozen=True, slots=True)
class ComingRelease:
    """A day on which money arrives, and how much into each pot by its number: as planned, less what was brought forward."""

    due_on: date
    by_pot: Mapping[int, int]

    @property
    def pence(self) -> int:
        """How much over all pots."""
        return sum(self.by_pot.values())


class PlannedPeriod(NamedTuple):
    """One period of one pot as planned, in pence."""

    pot_id: int
    period: int
    due_on: date
    amount_pence: int
    forward_pence: int
    is_released: bool
    settles_on: date | None
    is_settled: bool


@dataclass(frozen=True, slots=True)
class Year:
    """The agreed budget in whose year a day falls, if there is one, what is planned in it, and what arrives next."""

    budget: BudgetFacts | None = None
    coming: tuple[ComingRelease, ...] = ()
    planned: tuple[PlannedPeriod, ...] = ()

    @property
    def next(self) -> ComingRelease | None:
        """The next day on which money arrives."""
        return next((one for one in self.coming if one.pence), None)


_BUDGET = (
    PersonalBudget.id,
    PersonalBudget.public_id,
    PersonalBudget.council_id,
    PersonalBudget.status,
    PersonalBudget.year_starts_on,
    PersonalBudget.total_pence,
    PersonalBudget.contribution_pence,
    PersonalBudget.council_share_pence,
    PersonalBudget.contingency_pence,
    PersonalBudget.contingency_used_pence,
)
_YEARS = (
    select(
        PersonalBudget.person_id,
        *_BUDGET,
        PotRelease.pot_id,
        PotRelease.period,
        PotRelease.due_on,
        PotRelease.amount_pence,
        PotRelease.forward_pence,
        PotRelease.released_at.is_not(None),
        PotRelease.settles_on,
        PotRelease.settled_at.is_not(None),
    )
    .outerjoin(PotRelease, PotRelease.personal_budget_id == PersonalBudget.id)
    .where(
        PersonalBudget.person_id.in_(bindparam("people", expanding=True)),
        PersonalBudget.status == BudgetStatus.AGREED,
        PersonalBudget.year_starts_on > bindparam("still_runs", type_=Date),
    )
    # One that runs before one that is still to start, the newest first.
    .order_by(
        case((PersonalBudget.year_starts_on <= bindparam("day", type_=Date), 0), else_=1),
        PersonalBudget.year_starts_on.desc(),
        PersonalBudget.id.desc(),
        PotRelease.period,
    )
)
"""Built once: putting it together anew for each page took longer than asking it."""


def years_of(people: Sequence[int], day: date) -> dict[int, Year]:
    """The budget year of each of these people on a day, with one query; the newest budget where two councils' overlap."""
    asked = {"people": sorted(people), "day": day, "still_runs": day - timedelta(days=YEAR_DAYS)}
    budgets: dict[int, BudgetFacts] = {}
    planned: dict[int, list[PlannedPeriod]] = {}
    arrives: dict[int, dict[date, dict[int, int]]] = {}
    for person_id, *values in fetch_rows(_YEARS, asked).all():
        facts, period = values[: len(_BUDGET)], values[len(_BUDGET) :]
        runs = facts[4] <= day
        if runs and person_id not in budgets:
            budgets[person_id] = BudgetFacts(*facts)
        if period[0] is None:
            continue
        one = PlannedPeriod._make(period)
        if runs and budgets[person_id].id == facts[0]:
            planned.setdefault(person_id, []).append(one)
        if not one.is_released:
            pots = arrives.setdefault(person_id, {}).setdefault(one.due_on, {})
            pots[one.pot_id] = pots.get(one.pot_id, 0) + one.amount_pence - one.forward_pence
    return {
        number: Year(
            budgets.get(number),
            tuple(ComingRelease(when, pots) for when, pots in sorted(arrives.get(number, {}).items())),
            tuple(planned.get(number, ())),
        )
        for number in people
    }


def year_of(person_id: int, day: date) -> Year:
    """One person's budget year on a day."""
    return years_of([person_id], day)[person_id]


def versions_of(budgets: Iterable[int]) -> Sequence[BudgetVersion]:
    """Every version of these budgets, the newest first, with who made it."""
    return db.session.scalars(
        select(BudgetVersion)
        .where(BudgetVersion.personal_budget_id.in_(sorted(budgets)))
        .options(joinedload(BudgetVersion.changed_by))
        .order_by(BudgetVersion.id.desc())
    ).all()


def budgets_of(person_id: int) -> Sequence[PersonalBudget]:
    """Every budget a person has or had, the newest year first."""
    return db.session.scalars(
        select(PersonalBudget)
        .where(PersonalBudget.person_id == person_id)
        .order_by(PersonalBudget.year_starts_on.desc(), PersonalBudget.id.desc())
    ).all()


# Figures ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class BudgetFigures:
    """A stretch of time in pence: what was there before, came in, went back, was spent, is set aside, and is left.

    ``carried_in + came_in - went_back - spent - set_aside`` is ``left``, always.
    """

    carried_in: int = 0
    came_in: int = 0
    spent: int = 0
    set_aside: int = 0
    left: int = 0
    went_back: int = 0

    def __add__(self, other: "BudgetFigures") -> "BudgetFigures":
        """Two pots together."""
        return BudgetFigures(
            self.carried_in + other.carried_in,
            self.came_in + other.came_in,
            self.spent + other.spent,
            self.set_aside + other.set_aside,
            self.left + other.left,
            self.went_back + other.went_back,
        )


@dataclass(frozen=True, slots=True)
class PotFigures:
    """One pot's figures: in the year so far, or since it was opened without one, and in each period that has begun."""

    year: BudgetFigures
    periods: tuple[BudgetFigures, ...] = ()


_BOUNDS = PERIODS_IN_A_YEAR + 1


def _moved() -> Any:
    into = Transfer.credit_id == LedgerAccount.id
    # Spending that was put right was none.
    put_right = and_(Journal.kind == JournalKind.CORRECT, Journal.about.like("outside:%"))
    is_spending = or_(Journal.kind.in_([JournalKind.CHARGE, JournalKind.REFUND]), put_right)
    stretch = case(
        *((Journal.at < bindparam(f"bound{n}", type_=UtcDateTime()), n) for n in range(_BOUNDS)), else_=_BOUNDS
    )
    return (
        select(
            LedgerAccount.id,
            stretch.label("stretch"),
            func.sum(case((is_spending, case((into, -Transfer.moved), else_=Transfer.moved)), else_=0)),
            func.sum(case((and_(~is_spending, into), Transfer.moved), else_=0)),
            func.sum(case((and_(~is_spending, ~into), Transfer.moved), else_=0)),
            func.sum(case((into, 0), else_=Transfer.held)),
        )
        .join(Transfer, or_(into, Transfer.debit_id == LedgerAccount.id))
        .join(Journal, Journal.id == Transfer.journal_id)
        .where(
            LedgerAccount.id.in_(bindparam("numbers", expanding=True)),
            Journal.at >= bindparam("since", type_=UtcDateTime()),
        )
        .group_by(LedgerAccount.id, "stretch")
    )


_MOVED = _moved()
"""What moved in and out of each account in each period of a year and after it: one query for all of it."""


def figures(
    balances: Iterable[PotBalance], *, starts_on: date | None, today: date | None = None
) -> dict[int, PotFigures]:
    """The figures of each pot by its number, with one query; worked back from what is there now, so that they always agree.

    Args:
        balances: the pots and what is in them.
        starts_on: the first day of the budget year; without one there are no periods, and the year is all time.
        today: a day of the last period to say.
    """
    balances = list(balances)
    asked = {**_bounds(starts_on), "numbers": [balance.pot.account_id for balance in balances]}
    found: dict[int, dict[int, tuple[int, int, int, int]]] = {}
    for number, stretch, spent, came_in, went_out, held in fetch_rows(_MOVED, asked).all():
        found.setdefault(number, {})[stretch] = (int(spent), int(came_in), int(went_out), int(held))
    begun = period_on(starts_on, today or clock.today()) if starts_on is not None else None
    return {
        balance.pot.id: _figures(balance, found.get(balance.pot.account_id, {}), begun, starts_on is None)
        for balance in balances
    }


@lru_cache(maxsize=64)
def _bounds(starts_on: date | None) -> dict[str, datetime]:
    if starts_on is None:
        return {**{f"bound{n}": FAR for n in range(_BOUNDS)}, "since": LONG_AGO}
    days = [starts_on + timedelta(days=PERIOD_DAYS * n) for n in range(_BOUNDS)]
    bounds = [clock.at_london(day, time.min) for day in days]
    return {**{f"bound{n}": bound for n, bound in enumerate(bounds)}, "since": bounds[0]}


_NOTHING = (0, 0, 0, 0)


def _figures(
    balance: PotBalance, moved: Mapping[int, tuple[int, int, int, int]], begun: int | None, is_all_time: bool
) -> PotFigures:
    there, held = balance.in_pence, balance.set_aside_pence
    in_all_came = in_all_spent = in_all_went = 0
    periods: list[BudgetFigures] = []
    last = begun or 0
    # From now backwards: what comes after the year and its periods; without a year, all time is before its first bound.
    for n in (0,) if is_all_time else (*(n for n in range(_BOUNDS, last, -1) if n in moved), *range(last, 0, -1)):
        spent, came_in, went_out, held_more = moved.get(n, _NOTHING)
        before = there - came_in + went_out + spent
        if 0 < n <= last:
            periods.append(BudgetFigures(before, came_in, spent, held, there - held, went_out))
        in_all_came, in_all_spent, in_all_went = in_all_came + came_in, in_all_spent + spent, in_all_went + went_out
        there, held = before, held - held_more
    year = BudgetFigures(
        there, in_all_came, in_all_spent, balance.set_aside_pence, balance.available_pence, in_all_went
    )
    return PotFigures(year, tuple(reversed(periods)))


def sum_of_figures(parts: Iterable[BudgetFigures]) -> BudgetFigures:
    """The figures of several pots together."""
    return sum(parts, BudgetFigures())


# Where it is heading ----------------------------------------------------------------------------------------------

# Visits live in a room above this one: their tables are spoken to by name, for the days and sums of what is booked only.
_VISIT = table("visit", column("id"), column("status"), column("starts_at", UtcDateTime()))
_PAYMENT = table("visit_payment", column("visit_id"), column("pot_id"), column("amount_pence"))
_BOOKED = (
    select(_PAYMENT.c.pot_id, func.sum(_PAYMENT.c.amount_pence), func.max(_VISIT.c.starts_at))
    .join(_VISIT, _VISIT.c.id == _PAYMENT.c.visit_id)
    .where(_VISIT.c.status == "planned", _PAYMENT.c.pot_id.in_(bindparam("pots", expanding=True)))
    .group_by(_PAYMENT.c.pot_id)
)


@dataclass(frozen=True, slots=True)
class Booked:
    """What is booked from a pot and still to happen: its pence, and the last day of it."""

    pence: int
    until: date


def booked_from(pots: Iterable[int]) -> dict[int, Booked]:
    """What is booked from these pots and still to happen, with one query."""
    rows = fetch_rows(_BOOKED, {"pots": sorted(pots)}).all()
    return {number: Booked(int(pence), clock.london(last).date()) for number, pence, last in rows}


def heading(
    balances: Iterable[PotBalance],
    year: Year,
    by_pot: Mapping[int, PotFigures],
    booked: Mapping[int, Booked],
    today: date,
) -> Forecast | None:
    """Where the council's money is heading this year; without a budget, where own money is. Nothing when too little is known."""
    parts = [one for one in balances if (one.pot.council_id is not None) == (year.budget is not None)]
    if not parts:
        return None
    mine = [one.pot.id for one in parts]
    if year.budget is not None:
        ends_on, year_pence = year.budget.ends_on, year.budget.council_share_pence
        begun = period_on(year.budget.year_starts_on, today) or PERIODS_IN_A_YEAR
        since, _ = period_days(year.budget.year_starts_on, max(1, begun - 1))
        spent = sum(sum(one.spent for one in by_pot[number].periods[-2:]) for number in mine)
    else:
        # Without a year there is only all time: what is booked says more than what once was.
        ends_on, year_pence, since, spent = today + timedelta(days=YEAR_DAYS - 1), 0, today, 0
    spoken_for = [booked[number] for number in mine if number in booked]
    last = max((one.until for one in spoken_for), default=today - timedelta(days=1))
    a_day = daily_rate(
        spent_pence=max(0, spent),
        spent_days=(today - since).days,
        booked_pence=sum(one.pence for one in spoken_for),
        booked_days=max(0, (last - today).days + 1),
    )
    if a_day is None:
        return None
    return forecast(
        today=today,
        ends_on=ends_on,
        there_pence=sum(one.in_pence for one in parts),
        a_day=a_day,
        coming=[(one.due_on, one.pence) for one in year.coming],
        year_pence=year_pence,
    )
