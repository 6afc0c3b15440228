"""How far visits are made, and what a pattern would cost in the periods whose money is still to come."""

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import case, func, select

from app.base import clock
from app.base.db import db
from app.base.refusals import Refusal
from app.funding.budgets.models import PersonalBudget, Pot, PotRelease
from app.funding.budgets.permissions import may_spend_from
from app.funding.budgets.queries import balances, paying, year
from app.funding.budgets.rules.kinds import BudgetStatus
from app.funding.budgets.rules.periods import PERIOD_DAYS
from app.market.catalogue import queries as catalogue
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.people.circles.rules import Spender
from app.people.councils.queries import InNation
from app.support.bookings.queries.offers import buyer_of
from app.support.recurrence.rules.patterns import AHEAD, RequestedPattern, occurrences

FARTHEST = timedelta(days=365)


def made_until(person_id: int, *, today: date) -> date:
    """The day up to which a person's visits are made: the last of their budget's periods whose money has come.

    Own money goes by the same periods, so that one answer holds for everything a person books; the earliest counts
    where several budgets run. For somebody without a budget, visits are made eight weeks ahead.
    """
    released = case((PotRelease.released_at.is_not(None), PotRelease.due_on))
    coming = case((PotRelease.released_at.is_(None), PotRelease.due_on))
    rows = db.session.execute(
        select(func.max(released), func.min(coming))
        .join(PersonalBudget, PersonalBudget.id == PotRelease.personal_budget_id)
        .join(Pot, Pot.id == PotRelease.pot_id)
        .where(Pot.person_id == person_id, Pot.closed_at.is_(None), PersonalBudget.status == BudgetStatus.AGREED)
        .group_by(PotRelease.pot_id)
    ).all()
    ends = [
        _day(coming) - timedelta(days=1) if coming is not None else _day(released) + timedelta(days=PERIOD_DAYS - 1)
        for released, coming in rows
    ]
    return min(min(ends, default=today + AHEAD), today + FARTHEST)


def _day(value: date | str) -> date:
    """SQLite gives back what a CASE made as it keeps it."""
    return value if isinstance(value, date) else date.fromisoformat(value)


class PeriodAhead(NamedTuple):
    """A period whose money has not come: its days, and what will come into each part of the money, by its number."""

    first: date
    last: date
    due_by_pot: Mapping[int, int]


def periods_ahead(person_id: int, *, most: int) -> list[PeriodAhead]:
    """The next periods whose money is still to come to a person, soonest first."""
    return [
        PeriodAhead(one.due_on, one.due_on + timedelta(days=PERIOD_DAYS - 1), one.by_pot)
        for one in year.year_of(person_id, clock.today()).coming[:most]
    ]


class Ahead(NamedTuple):
    """A period to come: its visits, what they would cost at the prices published now, and the money that comes.

    ``due_pence`` is what comes of the money that may pay all of these visits, and that whoever books may spend.
    """

    period: PeriodAhead
    visits: int
    pence: int
    due_pence: int

    @property
    def short_pence(self) -> int:
        """By how much the money that comes is too little for these visits alone."""
        return max(0, self.pence - self.due_pence)


PERIODS_SHOWN = 3


def cost_in_coming_periods(
    person: Person,
    listing: Listing,
    wanted: RequestedPattern,
    *,
    extras: Collection[str],
    miles: int | None,
    council: InNation | None,
    spender: Spender,
    chosen: Collection[int] = (),
) -> list[Ahead]:
    """What a pattern would cost in the next periods whose money is to come. Those without a published price are left out.

    Args:
        person: who would have the visits.
        listing: of what.
        wanted: the pattern.
        extras: chosen ones.
        miles: where something is charged by the mile.
        council: for the bank holidays.
        spender: who books: only money that they may spend is counted.
        chosen: the numbers of the money chosen to pay; while none is chosen, all that may pay counts.
    """
    periods = periods_ahead(person.id, most=PERIODS_SHOWN)
    if not periods:
        return []
    slots = wanted.slots
    begun = wanted.begun(made_until(person.id, today=clock.today()))
    if begun.next_on is None:
        return []
    visits = occurrences(slots, (), max(begun.next_on, periods[0].first), periods[-1].last)
    try:
        quotes = catalogue.quotes_for(
            listing=listing,
            times=[(one.starts, one.ends) for one in visits],
            add_on_ids=extras,
            council=council,
            starts_booking=False,
            buyer=buyer_of(person),
            miles=miles,
        )
    except Refusal:
        return []
    prices = [(one.day, quote.total.pence) for one, quote in zip(visits, quotes, strict=True)]
    pays = _days_paid(person, listing, {day for day, _ in prices}, spender, chosen)
    ahead = []
    for period in periods:
        mine = {day: pence for day, pence in prices if period.first <= day <= period.last}
        pence = sum(pence for day, pence in prices if day in mine)
        if mine:
            due = sum(due for pot, due in period.due_by_pot.items() if mine.keys() <= pays.get(pot, frozenset()))
            ahead.append(Ahead(period, sum(day in mine for day, _ in prices), pence, due))
    return ahead


def _days_paid(
    person: Person, listing: Listing, days: Collection[date], spender: Spender, chosen: Collection[int]
) -> dict[int, frozenset[date]]:
    """On which of these days each part of somebody's money may pay, by its number; only what may be spent and is meant."""
    pots = [
        one.pot
        for one in balances.pots_of(person.id)
        if may_spend_from(spender, one.pot) and (not chosen or one.pot.id in chosen)
    ]
    lawful = paying.lawful_by_day(pots, provider=listing.provider, listing=listing, days=days)
    return {number: frozenset(day for day, one in by_day.items() if one.ok) for number, by_day in lawful.items()}
