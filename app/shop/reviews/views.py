"""The door of reviews: saying how a booking went."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import transaction
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles import queries as circles
from app.platform.web.attempts import attempt
from app.platform.web.guards import open_to
from app.shop.reviews import actions, queries
from app.shop.reviews.forms import ReviewForm
from app.shop.reviews.permissions import may_write
from app.support.booking_records.permissions import has_delivery
from app.support.bookings.queries import persons as bookings

blueprint = Blueprint("reviews", __name__)


@blueprint.route("/bookings/<public_id>/review", methods=["GET", "POST"])
@open_to(Role.PERSON, Role.SUPPORTER, Role.CARE_MANAGER)
def write(public_id: str) -> ResponseReturnValue:
    """Two scores and words about a booking of which a visit was delivered."""
    booking = bookings.booking_for(actor(), public_id)
    if not has_delivery(booking):
        raise Conflict("You can say how it went once a visit has been delivered.")
    if not may_write(actor(), circles.powers_over(actor(), booking.person_id), booking):
        raise NotAllowed("You may not review this booking.")
    form = ReviewForm()
    if form.validate_on_submit():
        with attempt(form, "words", only=BadInput):
            with transaction():
                actions.write_review(
                    actor=actor(),
                    booking=booking,
                    quality=int(form.quality.data),
                    value=int(form.value.data),
                    words=form.words.data,
                )
            flash("Thank you. What you said is now on the page of the service.")
            return redirect(url_for("desk.booking", public_id=public_id))
    if queries.review_of_booking(booking.id) is not None:
        raise Conflict("This booking has been reviewed already. Thank you.")
    return render_template("reviews/write.html", form=form, booking=booking)
