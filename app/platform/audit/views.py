"""The doors of this room: a person sees who looked at their affairs."""

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from app.base.refusals import NotFound
from app.platform.audit import queries
from app.platform.audit.rules import act_words, acting_as_words, collapsed
from app.platform.web.guards import SIGNED_IN, open_to
from app.platform.web.paging import page_number, page_of
from app.platform.web.visitor import visitor

blueprint = Blueprint("audit", __name__)


@blueprint.get("/money/who-looked")
@open_to(SIGNED_IN)
def who_looked() -> ResponseReturnValue:
    """Who looked and what was done, by what right, and when (``who=``). Always one's own, never somebody else's."""
    me = visitor()
    acted, wanted = queries.who_acted(me.id), request.args.get("who") or None
    if wanted is not None and wanted not in acted:
        raise NotFound("That person has done nothing about you that is on record.")
    rows = queries.done_about(me.id, acted[wanted][0] if wanted is not None else None)
    page = page_of(rows, number=page_number())
    return render_template(
        "audit/who_looked.html",
        page=page,
        told=collapsed(page.items),
        names=queries.names_of(page.items),
        reasons=queries.reasons_of(page.items),
        acted=acted,
        wanted=wanted,
        act_words=act_words,
        acting_as_words=acting_as_words,
    )
