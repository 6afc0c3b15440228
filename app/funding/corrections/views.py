"""A care manager puts a mistake about a council's money right; the person reads what was, and why."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import in_transaction
from app.base.refusals import NotFound
from app.funding.budgets.access import person_on_caseload, whose_money
from app.funding.budgets.permissions import may_see_pot
from app.funding.corrections import actions, queries
from app.funding.corrections.forms import PutRightForm
from app.funding.corrections.rules import CORRECTABLE, WHAT_HAPPENS
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles.access import shopper
from app.platform.web.attempts import attempt
from app.platform.web.guards import open_to
from app.platform.web.paging import Page, page_number, page_of

blueprint = Blueprint("corrections", __name__)


@blueprint.get("/caseload/<public_id>/put-right")
@open_to(Role.CARE_MANAGER)
def mistakes(public_id: str) -> ResponseReturnValue:
    """What of the council's money for somebody on the caseload may be put right, the newest first; and what was."""
    person = person_on_caseload(public_id)
    council_id = person.council_id or 0
    numbers = page_of(queries.may_be_put_right(person.id, council_id), number=page_number())
    found = queries.mistakes_numbered(person.id, council_id, numbers.items)
    page = Page(found, numbers.number, numbers.size, numbers.total)
    made = queries.corrections_of(person.id, council_id) if page.number == 1 else ()
    return render_template("corrections/mistakes.html", whose=person, page=page, corrections=made)


@blueprint.route("/caseload/<public_id>/put-right/<int(max=9223372036854775807):event>", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def put_right(public_id: str, event: int) -> ResponseReturnValue:
    """What putting it right would do, and why it is done."""
    person = person_on_caseload(public_id)
    council_id = person.council_id or 0
    mistake = queries.mistake_for(person.id, council_id, event)
    form = PutRightForm()
    if form.validate_on_submit():
        with attempt(form, "reason"):
            in_transaction(
                lambda: actions.put_right(
                    actor=actor(), person=person, council_id=council_id, journal_id=event, reason=form.reason.data or ""
                )
            )
            flash("Put right. The person is told, and can read why.")
            return redirect(url_for(".mistakes", public_id=public_id))
    return render_template(
        "corrections/put_right.html",
        form=form,
        whose=person,
        mistake=mistake,
        when=CORRECTABLE[mistake.kind, mistake.subject],
        happens=WHAT_HAPPENS[mistake.subject],
    )


@blueprint.get("/money/put-right/<public_id>")
@open_to(Role.PERSON, Role.SUPPORTER)
def corrected(public_id: str) -> ResponseReturnValue:
    """What was put right in somebody's money, by whom and why."""
    person = whose_money()
    found = queries.correction_for(person.id, public_id)
    if not may_see_pot(shopper().powers, found.pot.kind):
        raise NotFound("We cannot find that in your money.")
    return render_template(
        "corrections/corrected.html",
        whose=person,
        is_mine=person.id == actor().id,
        correction=found,
        happens=WHAT_HAPPENS,
    )
