"""What the provider reads, replies and reports; what anybody reports."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import transaction
from app.base.refusals import NotFound
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.platform.web.attempts import attempt
from app.platform.web.guards import SIGNED_IN, open_to
from app.platform.web.paging import page_number, page_of
from app.shop.reviews import permissions, queries
from app.shop.reviews.actions import answering
from app.shop.reviews.forms import ReplyForm, ReportForm
from app.shop.reviews.queries.moderating import decided_reports_of
from app.shop.reviews.rules import HELPED_WORDS, PURPOSE_WORDS, ReportReason, ReviewStatus
from app.shop.reviews.views.blueprints import blueprint
from app.support.booking_records.queries import staff


@blueprint.get("/desk/<provider_id>/reviews")
@open_to(Role.PROVIDER_STAFF)
def desk_reviews(provider_id: str) -> ResponseReturnValue:
    """What is said of a provider, newest first, to answer or to report; what is not shown yet says when it will be."""
    provider = next((one for one in staff.providers_of(actor()) if one.public_id == provider_id), None)
    if provider is None:
        raise NotFound("We cannot find that desk among yours.")
    page = page_of(queries.reviews_at_desk(provider.id), number=page_number())
    decided = decided_reports_of([one.id for one in page.items])
    return render_template(
        "reviews/desk_reviews.html",
        provider=provider,
        page=page,
        may_reply={one.id: permissions.may_reply(actor(), one) for one in page.items},
        may_report={one.id: permissions.may_report(actor(), one) for one in page.items},
        appeals={report.review_id: report for report in permissions.appeals_to(decided, actor())},
        statuses=ReviewStatus,
        purposes=PURPOSE_WORDS,
        helped=HELPED_WORDS,
    )


@blueprint.route("/reviews/<public_id>/reply", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def reply(public_id: str) -> ResponseReturnValue:
    """The provider's one answer."""
    review = queries.review_named(public_id)
    if review.provider_id not in actor().provider_ids or review.status not in permissions.READ_BY_PROVIDER:
        raise NotFound("There is no such review of a provider you work for.")
    provider_id = review.listing.provider.public_id
    form = ReplyForm()
    if form.validate_on_submit():
        with attempt(form, "words"):
            with transaction():
                answering.reply_to_review(actor=actor(), review=review, words=form.words.data or "")
            flash("Your reply is beside the review.")
            return redirect(url_for(".desk_reviews", provider_id=provider_id))
    return render_template(
        "reviews/reply.html",
        form=form,
        review=review,
        provider_id=provider_id,
        purposes=PURPOSE_WORDS,
        helped=HELPED_WORDS,
    )


@blueprint.route("/reviews/<public_id>/report", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def report(public_id: str) -> ResponseReturnValue:
    """Tell the council what is wrong with a review."""
    review = queries.review_named(public_id)
    if not permissions.may_report(actor(), review):
        raise NotFound("There is no such review, or not any more.")
    form = ReportForm()
    if form.validate_on_submit():
        with attempt(form):
            with transaction():
                answering.report_review(
                    actor=actor(), review=review, reason=ReportReason(form.reason.data), words=form.words.data or ""
                )
            flash("Thank you. A person at the council reads it, and we tell you what they decide and why.")
            return redirect(url_for("pages.reviews_policy"))
    return render_template("reviews/report.html", form=form, review=review, purposes=PURPOSE_WORDS, helped=HELPED_WORDS)
