"""The doors of this room: a person sees who looked at their affairs."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.platform.audit import queries
from app.platform.audit.rules import acting_as_words, look_words
from app.platform.web.guards import SIGNED_IN, open_to
from app.platform.web.paging import page_number, page_of
from app.platform.web.visitor import visitor

blueprint = Blueprint("audit", __name__)


@blueprint.get("/money/who-looked")
@open_to(SIGNED_IN)
def who_looked() -> ResponseReturnValue:
    """Who looked at your money or bookings, by what right, and when. Always one's own, never somebody else's."""
    page = page_of(queries.who_looked(visitor().id), number=page_number())
    return render_template(
        "audit/who_looked.html",
        page=page,
        names=queries.names_of(page.items),
        look_words=look_words,
        acting_as_words=acting_as_words,
    )
