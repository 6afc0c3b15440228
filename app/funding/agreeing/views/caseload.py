"""A care manager's view: the budgets on their caseload, those that need attention first, and one of them opened."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.refusals import NotFound
from app.funding.agreeing import queries as caseload
from app.funding.agreeing.queries import OnCaseload
from app.funding.agreeing.views.blueprints import blueprint
from app.funding.budgets.access import LISTED, person_on_caseload
from app.funding.budgets.queries import balances, paying, unspent, unspent_money
from app.funding.budgets.queries import year as year_queries
from app.funding.budgets.rules.agreements import agreement_words
from app.funding.budgets.rules.kinds import DECISION_WORDS, STATUS_WORDS, BudgetStatus
from app.funding.budgets.rules.periods import period_on
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles.access import note_look
from app.people.circles.rules import Standing
from app.platform.web.guards import open_to
from app.platform.web.paging import PAGE_SIZE, Page, page_number


@blueprint.get("/caseload/budgets")
@open_to(Role.CARE_MANAGER)
def caseload_budgets() -> ResponseReturnValue:
    """Everybody's money on the caseload, those who need attention first."""
    every = caseload.budgets_on_caseload(actor(), clock.today())
    number = page_number()
    shown = every[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    if number > 1 and not shown:
        raise NotFound("There is no such page.")
    page = Page(shown, number, PAGE_SIZE, len(every))
    answer = render_template("agreeing/caseload.html", page=page, needs=_counts(every))
    note_look(LISTED, (one.person for one in shown), standing=Standing(frozenset(), is_care_manager=True))
    return answer


def _counts(every: list[OnCaseload]) -> list[tuple[str, int]]:
    """How many there are of each need, in the order of the list."""
    found: dict[str, int] = {}
    for one in every:
        found[one.need_words] = found.get(one.need_words, 0) + 1
    return list(found.items())


@blueprint.get("/caseload/<public_id>/budget")
@open_to(Role.CARE_MANAGER)
def budget(public_id: str) -> ResponseReturnValue:
    """One person's money: the same numbers as they see, how it came about, and what can be done."""
    person, today = person_on_caseload(public_id), clock.today()
    balance = balances.council_part(balances.balance_of(person.id), person.council_id)
    year = year_queries.year_of(person.id, today)
    starts_on = year.budget.year_starts_on if year.budget else None
    by_pot = year_queries.figures(balance.parts, starts_on=starts_on) if balance.parts else {}
    booked = year_queries.booked_from(one.pot.id for one in balance.parts) if balance.parts else {}
    budgets = year_queries.budgets_of(person.id)
    # The one that runs, else the first estimate: whose history is told.
    is_told = {year.budget.id} if year.budget else {one.id for one in budgets if one.status == BudgetStatus.INDICATIVE}
    return render_template(
        "agreeing/budget.html",
        whose=person,
        balance=balance,
        year=year,
        budget=year.budget,
        period=period_on(starts_on, today) if starts_on else None,
        by_pot=by_pot,
        in_all=year_queries.sum_of_figures(one.year for one in by_pot.values()),
        heading=year_queries.heading(balance.parts, year, by_pot, booked, today),
        may_go_back=unspent.may_go_back(balance.parts, year, today),
        talks=unspent_money.talks_of(person.id, person.council_id, only_open=True),
        budgets=budgets,
        status_words=STATUS_WORDS,
        versions=year_queries.versions_of(is_told),
        decisions=caseload.decisions_of(person.id),
        decision_words=DECISION_WORDS,
        agreements=paying.agreements_of(person.id),
        agreement_words=agreement_words,
        today=today,
    )
