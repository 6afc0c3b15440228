"""The doors of this room: close one's account; report a death, answer the report, print a letter, say that it is a mistake."""

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_login import logout_user

from app.base.db import in_transaction, transaction
from app.base.refusals import BadInput, NotFound
from app.people.accounts.access import actor
from app.people.accounts.actions import tries
from app.people.accounts.rules import Role
from app.people.accounts.rules.refusals import TooManyTries, WrongSignIn
from app.people.circles.access import note_look
from app.people.circles.rules import Standing
from app.people.councils import queries as councils
from app.people.councils.access import council_of_staff
from app.platform.web.attempts import attempt
from app.platform.web.fields import PlainForm
from app.platform.web.guards import SIGNED_IN, open_to
from app.platform.web.paging import page_number, page_of
from app.platform.web.visitor import forget_visitor
from app.support.leaving import permissions, queries
from app.support.leaving.actions import closing
from app.support.leaving.actions import deaths as deaths_actions
from app.support.leaving.forms import CONFIRM, CloseForm, DeathAnswerForm, DeathReportForm
from app.support.leaving.models import DeathReport
from app.support.leaving.permissions import ANSWERERS
from app.support.leaving.rules import REPORTED_AS_WORDS, STATUS_WORDS, ReportStatus, StillInTheWay

blueprint = Blueprint("leaving", __name__)

REPORTERS = (Role.SUPPORTER, Role.CARE_MANAGER, Role.PROVIDER_STAFF)
COUNCIL_STAFF = Standing(frozenset(), is_care_manager=True)
LOOKED = "death_report_looked_at"


@blueprint.app_context_processor
def _banner() -> dict[str, object]:
    return {"is_reported": _is_reported}


def _is_reported() -> bool:
    """Whether whoever looks was reported dead; of what was read already, so that the page of a fault asks nothing."""
    seen = g.get("visitor")
    return seen is not None and request.endpoint != "leaving.reported" and bool(seen.__dict__.get("stopped_at"))


@blueprint.route("/account/close", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def close() -> ResponseReturnValue:
    """Close one's account: what stands in the way, what happens, and then one's password."""
    me, form = actor(), CloseForm()
    if form.validate_on_submit():
        with attempt(
            form,
            None,
            blame={WrongSignIn: "password", TooManyTries: "password", StillInTheWay: None},
            only=(WrongSignIn, TooManyTries, StillInTheWay),
        ):
            with transaction():
                tries.count_try(email=me.email, address=request.remote_addr or "")
            with transaction():
                closing.close_account(actor=actor(), person=actor(), password=form.password.data)
            logout_user()
            forget_visitor()
            session.clear()
            flash("Your account is closed. Thank you for having been here.")
            return redirect(url_for("pages.home"))
    return render_template("leaving/close.html", form=form, stands=queries.in_the_way(actor()), owner=actor())


@blueprint.route("/report-death/<public_id>", methods=["GET", "POST"])
@open_to(*REPORTERS)
def report(public_id: str) -> ResponseReturnValue:
    """Tell that somebody has died; what happens then is said before."""
    person, form = queries.person_to_report(actor(), public_id), DeathReportForm()
    if form.validate_on_submit():
        with attempt(form, "words"):
            in_transaction(
                lambda: deaths_actions.report_death(
                    actor=actor(), person=queries.person_to_report(actor(), public_id), words=form.words.data
                )
            )
            flash("Thank you for telling us. We are sorry.")
            return redirect(url_for("pages.home"))
        person = queries.person_to_report(actor(), public_id)
    right = queries.right_to_report(actor(), person)
    standing = queries.standing_report(person.id)
    answer = render_template(
        "leaving/report.html",
        form=form,
        person=person,
        calls_off=right is not None and right[0] == "care_manager",
        standing=standing,
    )
    note_look("affairs_looked_at", [person])
    return answer


@blueprint.get("/council/<code>/deaths")
@open_to(*ANSWERERS)
def deaths(code: str) -> ResponseReturnValue:
    """The reports of a council: those that wait first; and whose own money waits for their estate."""
    council = council_of_staff(code, *ANSWERERS)
    page = page_of(queries.reports_of(council.id), number=page_number())
    answer = render_template(
        "leaving/deaths.html",
        council=council,
        page=page,
        status_words=STATUS_WORDS,
        waits={one.id: queries.own_pence(one.person_id) for one in page.items if one.status == ReportStatus.CONFIRMED},
    )
    note_look(LOOKED, [one.person for one in page.items], standing=COUNCIL_STAFF)
    return answer


@blueprint.route("/council/<code>/deaths/<public_id>", methods=["GET", "POST"])
@open_to(*ANSWERERS)
def death(code: str, public_id: str) -> ResponseReturnValue:
    """One report: confirm it, or say that it was a mistake; what either does is said before."""
    found, form = queries.report_at(council_of_staff(code, *ANSWERERS).id, public_id), DeathAnswerForm()
    if not permissions.may_confirm_death(actor(), found) or found.status != ReportStatus.WAITING:
        form.only_mistake()
    if form.validate_on_submit():
        act = deaths_actions.confirm_death if form.answer.data == CONFIRM else deaths_actions.say_mistaken
        with attempt(form, "words", only=BadInput):
            in_transaction(lambda: act(actor=actor(), report=found, words=form.words.data))
            flash("It is done. Both are on record.")
            return redirect(url_for(".death", code=code, public_id=public_id))
        found = queries.report_at(council_of_staff(code, *ANSWERERS).id, public_id)
    return _shown("leaving/death.html", code, found, form=form)


@blueprint.get("/council/<code>/deaths/<public_id>/letter")
@open_to(*ANSWERERS)
def letter(code: str, public_id: str) -> ResponseReturnValue:
    """A letter to print for whoever looks after what somebody left."""
    found = queries.report_at(council_of_staff(code, *ANSWERERS).id, public_id)
    if found.status != ReportStatus.CONFIRMED:
        raise NotFound("There is a letter once the report is confirmed.")
    return _shown("leaving/letter.html", code, found)


def _shown(template: str, code: str, found: DeathReport, **more: object) -> ResponseReturnValue:
    answer = render_template(
        template,
        council=council_of_staff(code, *ANSWERERS),
        found=found,
        status_words=STATUS_WORDS,
        as_words=REPORTED_AS_WORDS,
        may_confirm=permissions.may_confirm_death(actor(), found),
        called_off=queries.visits_called_off(found),
        shared=queries.open_shared(found.person_id) if found.status != ReportStatus.MISTAKEN else (),
        own_pence=queries.own_pence(found.person_id) if found.status == ReportStatus.CONFIRMED else 0,
        **more,
    )
    note_look(LOOKED, [found.person], standing=COUNCIL_STAFF)
    return answer


@blueprint.route("/account/reported", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def reported() -> ResponseReturnValue:
    """To somebody who was reported dead and is not: undo it with one button, and ask again for what was called off."""
    me, form = actor(), PlainForm()
    found = queries.newest_report(me.id)
    if found is None:
        raise NotFound("Nobody has told us anything of that kind about you.")
    if form.validate_on_submit():
        with transaction():
            deaths_actions.say_mistaken(actor=me, report=found, words="The person signed in and said so")
        flash("Thank you, and we are sorry. Your account is as it was.")
        return redirect(url_for(".reported"))
    council = councils.council_by_id(found.council_id) if found.council_id else None
    return render_template(
        "leaving/reported.html",
        form=form,
        found=found,
        council=council,
        called_off=queries.visits_called_off(found, only_to_come=True),
    )
