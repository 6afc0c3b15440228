"""The doors of this room: report something; everything reported in one list; decide; read a decision and appeal."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import in_transaction
from app.base.refusals import NotFound
from app.market.providers.rules.removal import REMOVAL_WORDS, RemovalReason
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles.access import note_look
from app.people.circles.rules import Standing
from app.people.councils.access import visitor_council
from app.platform.web.attempts import attempt
from app.platform.web.guards import SIGNED_IN, open_to
from app.platform.web.paging import Page, page_number, page_of
from app.shop.moderating import actions, permissions, queries
from app.shop.moderating.forms import (
    STAYS,
    UPHELD,
    ContentAppealForm,
    ContentReportForm,
    DecideContentAppealForm,
    DecideContentForm,
)
from app.shop.moderating.models import ContentReport
from app.shop.moderating.rules import KIND_WORDS, ContentKind

blueprint = Blueprint("moderating", __name__)

KEPT = "Your decision is kept, and both sides are told."
STAFF = Standing(frozenset(), is_care_manager=True)
WORDS = {"reasons": REMOVAL_WORDS, "kinds": KIND_WORDS}


@blueprint.route("/report/<kind>/<public_id>", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def report(kind: str, public_id: str) -> ResponseReturnValue:
    """Report what one sees: a provider's words, a listing or a message."""
    if kind not in frozenset(ContentKind):
        raise NotFound("There is nothing of that kind to report.")
    thing, form = queries.reportable(actor(), ContentKind(kind), public_id), ContentReportForm()
    if form.validate_on_submit():
        with attempt(form):
            council = visitor_council()
            in_transaction(
                lambda: actions.report_content(
                    actor=actor(),
                    thing=queries.reportable(actor(), ContentKind(kind), public_id),
                    reason=RemovalReason(form.reason.data),
                    words=form.words.data or "",
                    council=council,
                )
            )
            flash("Thank you. A person at the council looks at it, and we tell you what they decide.")
            return redirect(_back(kind, public_id))
        thing = queries.reportable(actor(), ContentKind(kind), public_id)
    return render_template(
        "moderating/report.html", form=form, thing=thing, kind=kind, back=_back(kind, public_id), **WORDS
    )


def _back(kind: str, public_id: str) -> str:
    if kind == ContentKind.LISTING:
        return url_for("storefront.listing", public_id=public_id)
    return (
        url_for("storefront.provider", public_id=public_id) if kind == ContentKind.PAGE else url_for("messages.inbox")
    )


@blueprint.get("/moderation")
@open_to(Role.MODERATOR)
def reports() -> ResponseReturnValue:
    """Everything reported that waits for this moderator, reviews and appeals among it, the oldest first."""
    found = page_of(queries.everything_reported(actor()), number=page_number())
    page = Page(queries.waiting_reports(found.items), found.number, found.size, found.total)
    return render_template("moderating/reports.html", page=page)


@blueprint.route("/moderation/<public_id>", methods=["GET", "POST"])
@open_to(Role.MODERATOR)
def decide(public_id: str) -> ResponseReturnValue:
    """One report and what it is about; the decision, or that about the appeal."""
    found = _looked_at(public_id)
    is_again = found.decided_at is not None
    form = DecideContentAppealForm() if is_again else DecideContentForm()
    if form.validate_on_submit():
        with attempt(form):
            in_transaction(lambda: _decided(form, queries.content_report_for(actor(), public_id)))
            flash(KEPT)
            return redirect(url_for(".reports"))
        found = queries.content_report_for(actor(), public_id)
    is_appealed = found.appealed_at is not None and found.appeal_decided_at is None
    may = permissions.may_decide_content_appeal if is_again else permissions.may_decide_content
    return render_template(
        "moderating/decide.html",
        form=form if may(actor(), found) and (is_appealed or not is_again) else None,
        report=found,
        **WORDS,
    )


def _decided(form: DecideContentForm | DecideContentAppealForm, found: ContentReport) -> None:
    decision, answer = form.decision.data, form.answer.data or ""
    if isinstance(form, DecideContentAppealForm):
        actions.decide_content_appeal(actor=actor(), report=found, is_upheld=decision == UPHELD, answer=answer)
    else:
        because = None if decision == STAYS else RemovalReason(decision)
        actions.decide_content(actor=actor(), report=found, because=because, answer=answer)


def _looked_at(public_id: str) -> ContentReport:
    """One report; where it is about a message, the look at whose affairs it is goes on the record."""
    found = queries.content_report_for(actor(), public_id)
    if found.person is not None and note_look(
        "reported_message_looked_at", [found.person], standing=STAFF, subject_kind="content_report", subject_id=found.id
    ):
        found = queries.content_report_for(actor(), public_id)
    return found


@blueprint.route("/moderation/<public_id>/decision", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def appeal(public_id: str) -> ResponseReturnValue:
    """What was decided, for both sides, and the appeal of the one it went against."""
    found = queries.content_report_named(public_id)
    if not permissions.may_read_decision(actor(), found):
        raise NotFound("There is no such decision.")
    form = ContentAppealForm()
    if form.validate_on_submit():
        with attempt(form, "words"):
            in_transaction(
                lambda: actions.appeal_content(
                    actor=actor(), report=queries.content_report_named(public_id), words=form.words.data or ""
                )
            )
            flash("Thank you. Somebody else decides about it, and we tell you what and why.")
            return redirect(url_for(".appeal", public_id=public_id))
        found = queries.content_report_named(public_id)
    return render_template(
        "moderating/appeal.html",
        form=form,
        report=found,
        may_appeal=permissions.may_appeal_content(actor(), found),
        **WORDS,
    )
