"""The doors of this room: whose help rests and why, and a council's written reason for a declared broker."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import in_transaction
from app.base.refusals import Conflict
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles.access import note_look
from app.platform.web.attempts import attempt
from app.platform.web.fields import PlainForm
from app.platform.web.guards import SIGNED_IN, open_to
from app.platform.web.paging import PAGE_SIZE, Page, page_number
from app.support.conflicts import actions, queries
from app.support.conflicts.forms import ReasonForm

blueprint = Blueprint("conflicts", __name__)
blueprint.add_app_template_global(queries.would_rest, "help_that_would_rest")


@blueprint.get("/people-beside-you/resting")
@open_to(SIGNED_IN)
def resting() -> ResponseReturnValue:
    """Whose help for oneself rests, which broker the council excepted and why; and for whom one's own help rests."""
    me = actor()
    return render_template(
        "conflicts/resting.html",
        mine=queries.of_person(me),
        helping=queries.of_helper(me),
        exceptions=queries.exceptions_about(me.id),
        is_mine=lambda exception: exception.person_id == me.id,
        form=PlainForm(),
    )


@blueprint.get("/caseload/conflicts")
@open_to(Role.CARE_MANAGER)
def on_caseload() -> ResponseReturnValue:
    """The conflicts of the people on one's caseload; each can be given a written reason."""
    found, number = queries.on_caseload_of(actor()), page_number()
    page = Page(found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, PAGE_SIZE, len(found))
    if number > page.last:
        abort(404)
    if note_look("conflicts_looked_at", [one.person for one in page.items]):
        found = queries.on_caseload_of(actor())
        page = Page(found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE], number, PAGE_SIZE, len(found))
    return render_template("conflicts/on_caseload.html", page=page)


@blueprint.route("/caseload/conflicts/<public_id>/<provider_id>", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def except_broker(public_id: str, provider_id: str) -> ResponseReturnValue:
    """Write why somebody who works for a provider may be the person's broker all the same."""
    support, provider = queries.support_and_provider(actor(), public_id, provider_id)
    form = ReasonForm()
    if form.validate_on_submit():
        with attempt(form, "reason", passing=Conflict):
            in_transaction(
                lambda: actions.except_broker(
                    actor=actor(), support=support, provider=provider, reason=form.reason.data or ""
                )
            )
            flash("They may be the broker: they can see what is arranged and suggest, and nothing else.")
            return redirect(url_for(".on_caseload"))
    if note_look("conflicts_looked_at", [support.person]):
        support, provider = queries.support_and_provider(actor(), public_id, provider_id)
    return render_template("conflicts/except_broker.html", form=form, support=support, provider=provider)


@blueprint.post("/conflicts/<public_id>/end")
@open_to(SIGNED_IN)
def end_exception(public_id: str) -> ResponseReturnValue:
    """End an exception, at once: the person, or the care manager."""
    exception = queries.exception_for(actor(), public_id)
    is_mine = exception.person_id == actor().id
    in_transaction(lambda: actions.end_exception(actor=actor(), exception=exception))
    flash("It has ended. Their help rests while they work for that provider.")
    return redirect(url_for(".resting") if is_mine else url_for(".on_caseload"))
