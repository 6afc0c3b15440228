"""Your money: what came in, was spent, is set aside and is left, by period, year and pot; and every line of it."""

from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.refusals import NotFound
from app.funding.budgets.access import whose_money
from app.funding.budgets.models import UnspentTalk
from app.funding.budgets.queries import balances as balances_queries
from app.funding.budgets.queries import statement as statement_queries
from app.funding.budgets.queries import unspent, unspent_money
from app.funding.budgets.queries import year as year_queries
from app.funding.budgets.queries.balances import Balance, PotBalance
from app.funding.budgets.queries.statement import EVER, StatementLine, Stretch
from app.funding.budgets.queries.year import BudgetFigures, PotFigures, Year
from app.funding.budgets.rules.forecast import Forecast
from app.funding.budgets.rules.kinds import POT_BUYS, SPENT_ANYWHERE
from app.funding.budgets.rules.periods import PERIODS_IN_A_YEAR, period_days, period_on
from app.funding.budgets.views.blueprints import blueprint
from app.funding.budgets.views.header import said
from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.access import shopper
from app.people.circles.rules import Power
from app.platform.web.downloads import csv_file
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number

WHO = (Role.PERSON, Role.SUPPORTER, Role.CARE_MANAGER)
LINES_SHOWN = 10
"""Lines of the statement under the sums: what happened lately. The rest is a page further, or on paper."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Which part of somebody's money a page or file is about."""

    balances: list[PotBalance]
    year: Year
    period: int | None
    """A period asked for in the address; all time otherwise."""
    pot: str | None

    @property
    def days(self) -> tuple[date, date] | None:
        """The first and last day of the period asked for."""
        if self.period is None or self.year.budget is None:
            return None
        return period_days(self.year.budget.year_starts_on, self.period)

    @property
    def stretch(self) -> Stretch:
        """The moments of the lines to show."""
        if self.days is None:
            return EVER
        first, last = self.days
        return Stretch(clock.at_london(first, time.min), clock.at_london(last + timedelta(days=1), time.min))

    @property
    def chosen(self) -> list[PotBalance]:
        """The pots whose lines to show."""
        return [one for one in self.balances if self.pot in {None, one.pot.public_id}]

    @property
    def query(self) -> dict[str, str]:
        """The same choice in an address."""
        asked = {"period": None if self.period is None else str(self.period), "pot": self.pot}
        return {name: value for name, value in asked.items() if value is not None}


def _shown(balance: Balance, year: Year) -> Shown:
    """What the address asks for.

    Raises:
        NotFound: when there is no such period or pot.
    """
    asked, pot = request.args.get("period"), request.args.get("pot")
    period = None
    if asked is not None:
        begun = period_on(year.budget.year_starts_on, clock.today()) if year.budget else None
        if begun is None or not (asked.isascii() and asked.isdigit() and 1 <= int(asked[:3]) <= begun):
            raise NotFound("There is no such period.")
        period = int(asked[:3])
    if pot is not None and pot not in {one.pot.public_id for one in balance.parts}:
        raise NotFound("There is no such money.")
    return Shown(list(balance.parts), year, period, pot)


@blueprint.get("/money")
@open_to(*WHO)
def money() -> ResponseReturnValue:
    """What came in, was spent, is set aside and is left; where it is heading; and every line of it."""
    person, today = whose_money(), clock.today()
    looking = shopper()
    is_mine = person.id == actor().id
    balance = balances_queries.balance_seen(person.id, shopper().powers)
    if balance is None:
        return render_template("budgets/no_money.html", whose=person, is_mine=is_mine)
    # The header says the same number from the same reading.
    g.header_balance = said(looking, balance)
    year = year_queries.year_of(person.id, today)
    shown = _shown(balance, year)
    number = page_number()
    lines = statement_queries.statement_page(shown.chosen, number=number, size=LINES_SHOWN, stretch=shown.stretch)
    if number > 1 and not lines.items:
        raise NotFound("There is no such page.")
    is_whole = number == 1
    by_pot = year_queries.figures(balance.parts, starts_on=year.budget.year_starts_on if year.budget else None)
    begun = len(next(iter(by_pot.values())).periods)
    return render_template(
        "budgets/money.html",
        whose=person,
        is_mine=is_mine,
        sees_all=looking.may(Power.SEE_MONEY),
        may_spend=looking.may(Power.BOOK),
        knows_how=person.council_id is not None and not looking.is_care_manager,
        balance=balance,
        buys=POT_BUYS,
        spent_anywhere=any(one.pot.kind in SPENT_ANYWHERE for one in balance.parts),
        budget=year.budget,
        coming=year.next,
        by_pot=by_pot,
        in_all=year_queries.sum_of_figures(one.year for one in by_pot.values()),
        begun=begun,
        period=_period(year, by_pot, shown.period or begun) if begun else None,
        heading=_heading(balance, year, by_pot, today) if is_whole else None,
        may_go_back=unspent.may_go_back(balance.parts, year, today) if is_whole else None,
        talks=_talks(person, balance) if is_whole and person.council_id is not None else (),
        is_manager=looking.is_care_manager,
        shown=shown,
        page=lines,
        lines=lines.items,
        periods_in_a_year=PERIODS_IN_A_YEAR,
    )


def _talks(person: Person, balance: Balance) -> list[UnspentTalk]:
    """What of the money that is seen was not used and waits to be talked about."""
    seen = {one.pot.id for one in balance.parts}
    return [one for one in unspent_money.talks_of(person.id, only_open=True) if one.pot_id in seen]


@blueprint.get("/money/periods")
@open_to(*WHO)
def periods() -> ResponseReturnValue:
    """Every period of the year that has begun, the newest first: what came in, was spent and was left in each."""
    person = whose_money()
    balance = balances_queries.balance_seen(person.id, shopper().powers)
    year = year_queries.year_of(person.id, clock.today())
    if balance is None or year.budget is None:
        raise NotFound("There is no budget here for this year, so there are no periods.")
    by_pot = year_queries.figures(balance.parts, starts_on=year.budget.year_starts_on)
    begun = len(next(iter(by_pot.values())).periods)
    return render_template(
        "budgets/periods.html",
        whose=person,
        is_mine=person.id == actor().id,
        balance=balance,
        budget=year.budget,
        periods=[_period(year, by_pot, n) for n in range(begun, 0, -1)],
        in_all=year_queries.sum_of_figures(one.year for one in by_pot.values()),
    )


@dataclass(frozen=True, slots=True)
class PeriodFigures:
    """One period that has begun: its number, days and figures over all pots and for each."""

    number: int
    first: date
    last: date
    together: BudgetFigures
    by_pot: dict[int, BudgetFigures]


def _period(year: Year, by_pot: dict[int, PotFigures], number: int) -> PeriodFigures:
    assert year.budget is not None
    first, last = period_days(year.budget.year_starts_on, number)
    each = {pot: figures.periods[number - 1] for pot, figures in by_pot.items()}
    return PeriodFigures(number, first, last, year_queries.sum_of_figures(each.values()), each)


def _heading(balance: Balance, year: Year, by_pot: dict[int, PotFigures], today: date) -> Forecast | None:
    booked = year_queries.booked_from(one.pot.id for one in balance.parts)
    return year_queries.heading(balance.parts, year, by_pot, booked, today)


@blueprint.get("/money/statement")
@open_to(*WHO)
def printable() -> ResponseReturnValue:
    """The statement on clean sheets of paper: a period, or everything."""
    person = whose_money()
    balance = balances_queries.balance_seen(person.id, shopper().powers)
    if balance is None:
        raise NotFound("There is no money here yet, so there is no statement.")
    shown = _shown(balance, year_queries.year_of(person.id, clock.today()))
    period, budget = shown.period, shown.year.budget
    by_pot = year_queries.figures(balance.parts, starts_on=budget.year_starts_on if budget and period else None)
    figures = {number: one.periods[period - 1] if period else one.year for number, one in by_pot.items()}
    return render_template(
        "budgets/statement.html",
        whose=person,
        is_mine=person.id == actor().id,
        shown=shown,
        figures=figures,
        in_all=year_queries.sum_of_figures(figures[one.pot.id] for one in shown.chosen),
        lines=list(reversed(statement_queries.statement(shown.chosen, shown.stretch))),
        printed_at=clock.now(),
    )


@blueprint.get("/money/statement.csv")
@open_to(*WHO)
def statement() -> ResponseReturnValue:
    """Every line of the statement, newest first, for a spreadsheet."""
    person = whose_money()
    balance = balances_queries.balance_seen(person.id, shopper().powers) or Balance()
    asks = bool({"period", "pot"} & set(request.args))
    shown = _shown(balance, year_queries.year_of(person.id, clock.today()) if asks else Year())
    return csv_file(
        "statement.csv",
        ["Date", "What happened", "Which money", "Money in", "Money out", "Set aside"],
        (_row(line) for line in statement_queries.statement(shown.chosen, shown.stretch)),
    )


def _row(line: StatementLine) -> list[Any]:
    """A line for a spreadsheet: its day and its amounts as it reads them, nothing where nothing moved."""
    amounts = [Decimal(pence).scaleb(-2) if pence else None for pence in (line.came_in, line.went_out, line.set_aside)]
    return [clock.london(line.at).date(), line.words, line.purse, *amounts]
