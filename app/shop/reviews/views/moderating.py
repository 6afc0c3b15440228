"""What waits for a council's moderators, their decisions, and the appeals against them."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import transaction
from app.base.refusals import NotFound
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles.access import note_look
from app.platform.web.attempts import attempt
from app.platform.web.guards import SIGNED_IN, open_to
from app.platform.web.paging import page_number, page_of
from app.shop.reviews import permissions
from app.shop.reviews.actions import deciding
from app.shop.reviews.forms import STAYS, AppealForm, DecideAppealForm, DecideReportForm
from app.shop.reviews.models import ReviewReport
from app.shop.reviews.queries import moderating
from app.shop.reviews.rules import HELPED_WORDS, PURPOSE_WORDS, REPORT_REASON_WORDS, ReportReason
from app.shop.reviews.views.blueprints import blueprint

WORDS = {"reasons": REPORT_REASON_WORDS, "purposes": PURPOSE_WORDS, "helped": HELPED_WORDS}


@blueprint.get("/reported-reviews")
@open_to(Role.MODERATOR)
def reports() -> ResponseReturnValue:
    """Reports that wait for the moderator's council, oldest first."""
    page = page_of(moderating.reports_for(actor()), number=page_number())
    return render_template("reviews/reports.html", page=page, **WORDS)


@blueprint.get("/review-appeals")
@open_to(Role.MODERATOR)
def appeals() -> ResponseReturnValue:
    """Appeals that wait for a moderator who did not decide first."""
    page = page_of(moderating.appeals_for(actor()), number=page_number())
    return render_template("reviews/appeals.html", page=page, **WORDS)


@blueprint.route("/reported-reviews/<public_id>", methods=["GET", "POST"])
@open_to(Role.MODERATOR)
def decide_report(public_id: str) -> ResponseReturnValue:
    """One report, the review, and the decision."""
    found = _looked_at(public_id)
    form = DecideReportForm()
    if form.validate_on_submit():
        with attempt(form):
            with transaction():
                deciding.decide_report(
                    actor=actor(),
                    report=found,
                    because=None if form.decision.data == STAYS else ReportReason(form.decision.data),
                    answer=form.answer.data or "",
                )
            flash("Your decision is kept, and those concerned are told.")
            return redirect(url_for(".reports"))
    may_decide = permissions.may_decide_report(actor(), found) and found.decided_at is None
    return render_template("reviews/decide_report.html", form=form, report=found, may_decide=may_decide, **WORDS)


@blueprint.route("/review-appeals/<public_id>", methods=["GET", "POST"])
@open_to(Role.MODERATOR)
def decide_appeal(public_id: str) -> ResponseReturnValue:
    """One appeal, what was decided first, and the last word."""
    found = _looked_at(public_id)
    if found.appealed_at is None:
        raise NotFound("There is no such appeal.")
    form = DecideAppealForm()
    if form.validate_on_submit():
        with attempt(form):
            with transaction():
                deciding.decide_appeal(
                    actor=actor(),
                    report=found,
                    is_upheld=form.decision.data == "upheld",
                    answer=form.answer.data or "",
                )
            flash("Your decision is kept, and those concerned are told.")
            return redirect(url_for(".appeals"))
    may_decide = permissions.may_decide_appeal(actor(), found) and found.appeal_decided_at is None
    return render_template("reviews/decide_appeal.html", form=form, report=found, may_decide=may_decide, **WORDS)


@blueprint.route("/reported-reviews/<public_id>/appeal", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def appeal(public_id: str) -> ResponseReturnValue:
    """What was decided about a review, for the side it went against, and the appeal against it."""
    found = moderating.report_named(public_id)
    if not _concerns(found):
        raise NotFound("There is no such decision.")
    form = AppealForm()
    if form.validate_on_submit():
        with attempt(form, "words"):
            with transaction():
                deciding.appeal(actor=actor(), report=found, words=form.words.data or "")
            flash("Thank you. Somebody else at the council decides about it, and we tell you what and why.")
            return redirect(url_for(".appeal", public_id=public_id))
    return render_template(
        "reviews/appeal.html",
        form=form,
        report=found,
        may_appeal=permissions.may_appeal(actor(), found),
        may_read=permissions.may_read_decided(actor(), found.review),
        **WORDS,
    )


def _concerns(report: ReviewReport) -> bool:
    """Whether the decision is this person's to read: the writer's, the reporter's, or the provider's that had notice."""
    is_providers = report.review.due_at is not None and permissions.answers_for(actor(), report.review)
    return report.decided_at is not None and (actor().id in {report.review.written_by_id, report.by_id} or is_providers)


def _looked_at(public_id: str) -> ReviewReport:
    """One report, with the look at whose support it is about on the record."""
    found = moderating.report_for(actor(), public_id)
    if note_look("review_looked_at", [found.review.person], subject_kind="review", subject_id=found.review_id):
        found = moderating.report_for(actor(), public_id)
    return found
