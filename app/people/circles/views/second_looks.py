"""What one person of a council recorded about somebody, for a second to look at: it counts for nothing before."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base.db import transaction
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles import queries
from app.people.circles.access import note_look
from app.people.circles.actions import decisions
from app.people.circles.rules import AUTHORITY_WORDS, HELPER_WORDS, POWER_WORDS
from app.people.circles.views.blueprints import blueprint
from app.platform.web.fields import PlainForm
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of

WHO = (Role.CARE_MANAGER, Role.COMMISSIONER)


def _councils() -> set[int]:
    return actor().council_ids_as(Role.CARE_MANAGER) | actor().council_ids_as(Role.COMMISSIONER)


@blueprint.get("/caseload/second-look")
@open_to(*WHO)
def second_look() -> ResponseReturnValue:
    """Decisions and papers that colleagues recorded and that wait for somebody else of the council."""
    councils = _councils()
    page = page_of(queries.decisions_to_agree(actor(), councils), number=page_number())
    papers = queries.authorities_to_see(actor(), councils)
    people = [*(one.entry.person for one in page.items), *(one.person for one in papers)]
    shown = render_template(
        "circles/second_look.html",
        page=page,
        papers=papers,
        form=PlainForm(formdata=None),
        power_words=POWER_WORDS,
        helper_words=HELPER_WORDS,
        authority_words=AUTHORITY_WORDS,
    )
    note_look("decision_in_a_list_looked_at", people)
    return shown


@blueprint.post("/caseload/second-look/decisions/<public_id>")
@open_to(*WHO)
def agree_decision(public_id: str) -> ResponseReturnValue:
    """Agree that a decision was rightly made (``answer=yes``), or not."""
    found, agrees = queries.decision_for(actor(), public_id), request.form.get("answer") == "yes"
    with transaction():
        decisions.answer_capacity_decision(actor=actor(), decision=found, agrees=agrees)
    flash(
        "You agreed. It counts from now on, until its day of review."
        if agrees
        else "You did not agree. It opens nothing."
    )
    return redirect(url_for(".second_look"))


@blueprint.post("/caseload/second-look/papers/<public_id>")
@open_to(*WHO)
def see_authority(public_id: str) -> ResponseReturnValue:
    """Say that one has seen the paper and it is right (``answer=yes``), or that it is not."""
    found, agrees = queries.authority_to_see(actor(), public_id, _councils()), request.form.get("answer") == "yes"
    with transaction():
        decisions.answer_authority(actor=actor(), support=found, agrees=agrees)
    flash("You saw the paper. It counts from now on." if agrees else "You did not agree. It gives no authority.")
    return redirect(url_for(".second_look"))
