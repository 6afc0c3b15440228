"""The commissioner's pages: what was published of what people of a council buy, as tables, charts and files that say the same."""

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base.refusals import NotFound
from app.insight.disclosure.rules import ROUNDED_TO
from app.insight.trends.queries import counting, published
from app.insight.trends.queries.published import SHOWN, Publication
from app.insight.trends.rules import files
from app.insight.trends.rules.figures import NOT_KNOWN, WITHHELD
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.councils.models import Council
from app.platform.web.guards import open_to

blueprint = Blueprint("trends", __name__)


@blueprint.get("/trends")
@open_to(Role.COMMISSIONER)
def trends() -> ResponseReturnValue:
    """What was published last, and every publication before it."""
    councils = published.councils_of(actor())
    council = published.council_among(councils, request.args.get("council"))
    if council is None:
        return render_template("trends/choose.html", councils=councils)
    typed = request.args.get("before", "")
    found = published.latest(council, int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 7 else None)  # noqa: PLR2004 - digits
    return render_template(
        "trends/trends.html",
        council=council,
        councils=councils,
        publications=found,
        more=found[-1].row.number if len(found) == SHOWN and found[-1].row.number > 1 else None,
        rules=None if found else counting.rules_today(council.id),
        WITHHELD=WITHHELD,
        ROUNDED_TO=ROUNDED_TO,
    )


@blueprint.get("/trends/<code>/<first_day>")
@open_to(Role.COMMISSIONER)
def publication(code: str, first_day: str) -> ResponseReturnValue:
    """One publication: all of its tables, as they were when it was published."""
    council, found = _asked_for(code, first_day)
    return render_template(
        "trends/publication.html", council=council, one=found, WITHHELD=WITHHELD, NOT_KNOWN=NOT_KNOWN
    )


@blueprint.get("/trends/<code>/<first_day>.csv")
@open_to(Role.COMMISSIONER)
def publication_csv(code: str, first_day: str) -> ResponseReturnValue:
    """The same figures as a table, byte for byte as they were published."""
    council, found = _asked_for(code, first_day)
    answer = _kept(found.row.csv_text, "text/csv", f"trends-{council.code}-{found.first_day}.csv")
    described = url_for("trends.publication_metadata", code=code, first_day=first_day)
    answer.headers["Link"] = f'<{described}>; rel="describedby"; type="application/csvm+json"'
    return answer


@blueprint.get("/trends/<code>/<first_day>.csv-metadata.json")
@open_to(Role.COMMISSIONER)
def publication_metadata(code: str, first_day: str) -> ResponseReturnValue:
    """What each column of the table means, for programs."""
    council, found = _asked_for(code, first_day)
    text = files.json_text(files.metadata(found.said))
    return _kept(text, "application/csvm+json", f"trends-{council.code}-{found.first_day}.csv-metadata.json")


@blueprint.get("/trends/<code>/<first_day>.json")
@open_to(Role.COMMISSIONER)
def publication_json(code: str, first_day: str) -> ResponseReturnValue:
    """The same figures with their definitions, byte for byte as they were published."""
    council, found = _asked_for(code, first_day)
    return _kept(found.row.json_text, "application/json", f"trends-{council.code}-{found.first_day}.json")


def _asked_for(code: str, first_day: str) -> tuple[Council, Publication]:
    council = published.council_among(published.councils_of(actor()), code)
    if council is None:
        raise NotFound
    return council, published.publication_of(council, first_day)


def _kept(text: str, mimetype: str, name: str) -> Response:
    return Response(text.encode(), mimetype=mimetype, headers={"Content-Disposition": f'attachment; filename="{name}"'})
