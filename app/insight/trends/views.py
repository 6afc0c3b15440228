"""The commissioner's page: what people of a council buy, as figures, a chart and a file that say the same."""

import csv
import io
from collections.abc import Iterator

from flask import Blueprint, Response, render_template, request
from flask.typing import ResponseReturnValue

from app.insight.trends import queries
from app.insight.trends.queries import Trends
from app.insight.trends.rules import NOT_YET, WITHHELD, Figure
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
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
    "spend_pounds": f"Charged for visits delivered, whole pounds; {WITHHELD} withheld, as fewer than {{fewest}} people "
    f"stand behind it or such a figure could be worked out; {NOT_YET} period not finished",
    "people": "Different people, rounded to 5; given for 'all' only",
    "bookings": "Different bookings, rounded to 5; given for 'all' only",
}
"""What each column of the file is; ``{fewest}`` stands for the council's own small number."""


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
    """The same figures as a file; its second row says what each column is."""
    councils = queries.councils_of(actor())
    council = queries.council_among(councils, request.args.get("council"))
    if council is None:
        return render_template("trends/choose.html", councils=councils)
    found = queries.trends_of(council, request.args.get("year"))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerow(meaning.format(fewest=found.fewest) for meaning in COLUMNS.values())
    writer.writerows(_rows(found))
    answer = Response(text.getvalue(), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="trends-{council.code}-{found.year}.csv"'
    return answer


def _rows(trends: Trends) -> Iterator[list[str]]:
    def row(period: str, days: tuple[str, str], breakdown: str, name: str, *figures: Figure | None) -> list[str]:
        shown = ["" if f is None else f.mark if f.number is None else str(f.number) for f in figures]
        # A spreadsheet would run a name that begins like a formula.
        council = trends.council.name.lstrip("=+-@\t\r")
        return [council, trends.year.isoformat(), period, *days, breakdown, name, *shown]

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
