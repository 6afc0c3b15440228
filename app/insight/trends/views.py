"""The commissioner's page: what people of a council buy, as figures, a chart and a file that say the same."""

from collections.abc import Iterator
from typing import Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.base import clock
from app.insight.trends import queries
from app.insight.trends.queries import Trends
from app.insight.trends.rules import NOT_YET, WITHHELD, Figure
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.platform.web.downloads import columns_file, csv_file
from app.platform.web.guards import open_to

blueprint = Blueprint("trends", __name__)

COLUMNS = {
    "council": "The council whose residents bought",
    "budget_year": "First day of the budget year",
    "period": "Four-week period of the budget year, 1 to 13; 'year' is the sum of the periods published",
    "from": "First day of the period",
    "to": "Last day of the period",
    "breakdown": "What the figure is split by: all, framework or kind of support",
    "name": "Which part of the breakdown",
    "spend_pounds": "Charged for visits delivered, whole pounds; empty where spend_mark says why",
    "people": "Different people, rounded to 5; given for 'all' only",
    "bookings": "Different bookings, rounded to 5; given for 'all' only",
    "spend_mark": f"{WITHHELD} withheld, as fewer than {{fewest}} people stand behind the spend or such a figure could be "
    f"worked out; {NOT_YET} the period has not finished; empty where there is a figure",
    "people_mark": "The same of people",
    "bookings_mark": "The same of bookings",
}
"""What each column of the file is; ``{fewest}`` stands for the council's own small number.

Marks have columns of their own: a column of figures with a word in it is no column of figures to any program.
"""


@blueprint.get("/trends")
@open_to(Role.COMMISSIONER)
def trends() -> ResponseReturnValue:
    """Spend by kind of support and period, and on the framework and off it."""
    councils = queries.councils_of(actor())
    council = queries.council_among(councils, request.args.get("council"))
    if council is None:
        return render_template("trends/choose.html", councils=councils)
    found = queries.trends_of(council, request.args.get("year"))
    return render_template("trends/trends.html", trends=found, councils=councils, WITHHELD=WITHHELD, NOT_YET=NOT_YET)


@blueprint.get("/trends/delivered")
@open_to(Role.COMMISSIONER)
def delivered() -> ResponseReturnValue:
    """Delivered against billed by provider, in the last finished four-week period."""
    councils = queries.councils_of(actor())
    council = queries.council_among(councils, request.args.get("council"))
    if council is None:
        return render_template("trends/choose.html", councils=councils)
    found = queries.delivered_in(council, request.args.get("from"))
    return render_template("trends/delivered.html", found=found, WITHHELD=WITHHELD)


@blueprint.get("/trends.csv")
@open_to(Role.COMMISSIONER)
def trends_file() -> ResponseReturnValue:
    """The same figures as a file; what each column is stands in the file beside it."""
    councils = queries.councils_of(actor())
    council = queries.council_among(councils, request.args.get("council"))
    if council is None:
        return render_template("trends/choose.html", councils=councils)
    found = queries.trends_of(council, request.args.get("year"))
    return csv_file(f"trends-{council.code}-{found.year}.csv", list(COLUMNS), _rows(found))


@blueprint.get("/trends-columns.csv")
@open_to(Role.COMMISSIONER)
def trends_columns() -> ResponseReturnValue:
    """What each column of the file of figures means, with the council's own small number."""
    councils = queries.councils_of(actor())
    council = queries.council_among(councils, request.args.get("council"))
    if council is None:
        return render_template("trends/choose.html", councils=councils)
    fewest = queries.fewest_of(council.id, clock.today())
    return columns_file("trends-columns.csv", ((name, words.format(fewest=fewest)) for name, words in COLUMNS.items()))


def _rows(trends: Trends) -> Iterator[list[Any]]:
    def row(period: str, days: tuple[str, str], breakdown: str, name: str, *figures: Figure | None) -> list[Any]:
        numbers = [None if one is None else one.number for one in figures]
        marks = ["" if one is None else one.mark for one in figures]
        return [trends.council.name, trends.year, period, *days, breakdown, name, *numbers, *marks]

    for period, said in trends.periods:
        number, days = str(period.number), (period.starts_on.isoformat(), period.ends_on.isoformat())
        yield row(number, days, "all", "All support", said.total, said.people, said.bookings)
        yield row(number, days, "framework", "Framework providers", said.framework, None, None)
        yield row(number, days, "framework", "Other providers", said.other, None, None)
        for code, name in trends.kinds:
            yield row(number, days, "kind of support", name, said.kinds[code], None, None)
    year = (trends.periods[0][0].starts_on.isoformat(), trends.periods[-1][0].ends_on.isoformat())
    yield row("year", year, "all", "All support", trends.total, None, None)
    for code, name in trends.kinds:
        yield row("year", year, "kind of support", name, trends.year_of_kind(code), None, None)
