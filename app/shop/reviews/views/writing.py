"""Saying how a booking went, changing it, and seeing what became of it."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles import queries as circles
from app.people.circles.access import note_look
from app.platform.web.attempts import attempt
from app.platform.web.guards import SIGNED_IN, open_to
from app.shop.reviews import actions, permissions, queries
from app.shop.reviews.forms import ReviewForm
from app.shop.reviews.models import Review
from app.shop.reviews.queries.moderating import decided_reports_of
from app.shop.reviews.rules import (
    HELPED_WORDS,
    MAY_CHANGE_FOR,
    PURPOSE_WORDS,
    REPORT_REASON_WORDS,
    ReviewStatus,
    may_write_again_on,
)
from app.shop.reviews.views.blueprints import blueprint
from app.support.booking_records.permissions import has_delivery
from app.support.bookings.queries import persons as bookings


@blueprint.route("/bookings/<public_id>/review", methods=["GET", "POST"])
@open_to(Role.PERSON, Role.SUPPORTER)
def write(public_id: str) -> ResponseReturnValue:
    """Scores and words about a booking of which a visit was delivered; to one's own review where there is one."""
    booking = bookings.booking_for(actor(), public_id)
    if not has_delivery(booking):
        raise Conflict("You can say how it went once a visit has been delivered.")
    if not permissions.may_write(actor(), circles.standing_over(actor(), booking.person_id), booking):
        raise NotAllowed("You may not review this booking.")
    form = ReviewForm()
    if form.validate_on_submit():
        with attempt(form, "words", blame={NotAllowed: "connection"}, only=BadInput):
            said = form.said()
            with transaction():
                made = actions.write_review(
                    actor=actor(),
                    booking=booking,
                    quality=said.quality,
                    value=said.value,
                    words=said.words,
                    purpose=said.purpose,
                    helped=said.helped,
                    connection=said.connection,
                )
            flash(_what_is_next(made))
            return redirect(url_for(".own_review", public_id=made.public_id))
    last = queries.last_review_of_booking(booking.id)
    again_on = None if last is None else may_write_again_on(clock.london(last.written_at).date())
    if last is not None and again_on and clock.today() < again_on and permissions.has_had_their_say(actor(), last):
        if request.method == "GET" and permissions.may_read_own(actor(), last):
            return redirect(url_for(".own_review", public_id=last.public_id))
        raise Conflict("This booking has been reviewed already. Thank you.")
    shown = render_template("reviews/write.html", form=form, booking=booking, review=None)
    note_look("bookings_looked_at", [booking.person])
    return shown


@blueprint.get("/reviews/<public_id>")
@open_to(SIGNED_IN)
def own_review(public_id: str) -> ResponseReturnValue:
    """What somebody wrote: whether it is shown, what it said before, what was decided about it."""
    found = _own(public_id)
    if note_look("review_looked_at", [found.person]):
        found = _own(public_id)
    decided = decided_reports_of([found.id])
    return render_template(
        "reviews/own_review.html",
        review=found,
        may_change=permissions.may_change_review(actor(), found, clock.now()),
        change_until=found.written_at + MAY_CHANGE_FOR,
        decided=decided,
        may_appeal={report.id for report in permissions.appeals_to(decided, actor())},
        statuses=ReviewStatus,
        reasons=REPORT_REASON_WORDS,
        purposes=PURPOSE_WORDS,
        helped=HELPED_WORDS,
    )


@blueprint.route("/reviews/<public_id>/change", methods=["GET", "POST"])
@open_to(Role.PERSON, Role.SUPPORTER)
def change(public_id: str) -> ResponseReturnValue:
    """Say it otherwise; what it said before is kept."""
    found = _own(public_id)
    if note_look("review_looked_at", [found.person]):
        found = _own(public_id)
    if not permissions.may_change_review(actor(), found, clock.now()):
        raise Conflict("This review cannot be changed any more: it was removed, or is more than 14 days old.")
    form = ReviewForm(
        quality=str(found.quality),
        value=str(found.value),
        words=found.words,
        purpose=found.purpose,
        helped=found.helped,
        connection=found.connection,
    )
    if form.validate_on_submit():
        with attempt(form, "words", blame={NotAllowed: "connection"}, only=BadInput):
            with transaction():
                found = actions.change_review(actor=actor(), review=found, said=form.said())
            flash(_what_is_next(found))
            return redirect(url_for(".own_review", public_id=public_id))
    return render_template("reviews/write.html", form=form, booking=found.booking, review=found)


@blueprint.post("/reviews/<public_id>/take-back")
@open_to(SIGNED_IN)
def take_back(public_id: str) -> ResponseReturnValue:
    """Take back what one wrote, or what a supporter wrote in one's name."""
    found = _own(public_id)
    with transaction():
        actions.take_back_review(actor=actor(), review=found)
    flash("It is taken back. Nobody else reads it any more.")
    return redirect(url_for(".own_review", public_id=public_id))


def _own(public_id: str) -> Review:
    found = queries.review_named(public_id)
    if not permissions.may_read_own(actor(), found):
        raise NotFound("We cannot find that review among yours.")
    return found


def _what_is_next(review: Review) -> str:
    if review.status == ReviewStatus.HELD:
        return "Thank you. A person at the council reads what you wrote first. They were told just now."
    return "Thank you. The provider has a week to answer. Then what you said is on the page of the service."
