"""The pages on which care managers name who covers for them, and look over what colleagues opened."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import db, in_transaction
from app.base.refusals import BadInput, Conflict
from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.caseloads import actions, forms, queries
from app.people.caseloads.actions import WrongDays
from app.people.caseloads.rules import LOOKED_OVER_WITHIN
from app.people.circles.access import note_look
from app.people.councils.models import Council
from app.platform.web.attempts import attempt
from app.platform.web.fields import PlainForm
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of

blueprint = Blueprint("caseloads", __name__)
WHO = (Role.CARE_MANAGER, Role.COMMISSIONER)


def _councils() -> set[int]:
    return actor().council_ids_as(*WHO)


@blueprint.route("/caseload/cover", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def cover() -> ResponseReturnValue:
    """Who covers for one, and for whom one covers; name somebody for some days."""
    me, form = actor(), forms.CoverForm()
    known = {one.public_id: (one, number) for number, some in queries.colleagues_of(me).items() for one in some}
    form.who.choices = [("", "Choose one"), *((code, one.full_name) for code, (one, _) in known.items())]
    if form.validate_on_submit():
        with attempt(form, "who", blame={WrongDays: "until_on"}):
            who, number = known[form.who.data]
            named = in_transaction(
                lambda: actions.name_cover(
                    actor=me,
                    cover=who,
                    council=db.session.get_one(Council, number),
                    from_on=form.from_on.data,
                    until_on=form.until_on.data,
                )
            )
            flash(_said(who, named.left_out))
            return redirect(url_for(".cover"))
    return render_template("caseloads/cover.html", form=form, covers=queries.covers_around(me), me=me)


def _said(who: Person, left_out: list[Person]) -> str:
    words = f"{who.full_name} covers for you on those days. Each person was told."
    if left_out:
        names = ", ".join(one.full_name for one in left_out)
        words += f" Not for {names}: {who.full_name} may not stand beside them. Name somebody else for them."
    return words


@blueprint.route("/caseload/cover/<public_id>/end", methods=["GET", "POST"])
@open_to(*WHO)
def end_cover(public_id: str) -> ResponseReturnValue:
    """End a cover before its last day, after asking once."""
    found, form = queries.cover_to_end(actor(), public_id), PlainForm()
    if form.validate_on_submit():
        in_transaction(lambda: actions.end_cover(actor=actor(), cover=found))
        flash("Ended. Each person was told.")
        is_manager = actor().has_role(Role.CARE_MANAGER)
        return redirect(url_for(".cover") if is_manager else url_for("council_desk.desk"))
    return render_template("caseloads/end_cover.html", form=form, cover=found)


@blueprint.get("/caseload/openings")
@open_to(*WHO)
def openings() -> ResponseReturnValue:
    """Whom colleagues opened for themselves and why, until somebody else has looked at it."""
    page = page_of(queries.openings_to_look_over(actor(), _councils()), number=page_number())
    shown = render_template("caseloads/openings.html", page=page, late_before=clock.today() - LOOKED_OVER_WITHIN)
    note_look("openings_in_a_list_looked_at", [one.person for one in page.items])
    return shown


@blueprint.route("/caseload/openings/<public_id>", methods=["GET", "POST"])
@open_to(*WHO)
def look_over(public_id: str) -> ResponseReturnValue:
    """Say that it was right to open somebody, or end it with a reason."""
    found = queries.opening_to_look_over(actor(), public_id, _councils())
    form = forms.LookOverForm()
    if form.validate_on_submit():
        with attempt(form, "answer", blame={BadInput: "because"}, only=Conflict):
            is_right = form.answer.data == "right"
            in_transaction(
                lambda: actions.look_over(
                    actor=actor(), entry=found, is_right=is_right, because=form.because.data or ""
                )
            )
            flash("Noted as right." if is_right else "Ended. The person and your colleague were told.")
            return redirect(url_for(".openings"))
    shown = render_template("caseloads/look_over.html", form=form, entry=found)
    note_look("opening_looked_at", [found.person])
    return shown
