"""The door of reviews: saying how a booking went."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.access import actor, open_to
from app.accounts.rules import Role
from app.bookings import queries as bookings
from app.bookings.permissions import has_delivery
from app.circles import queries as circles
from app.db import transaction
from app.refusals import BadInput, Conflict, NotAllowed
from app.reviews import actions, queries
from app.reviews.forms import ReviewForm
from app.reviews.permissions import may_write

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
        try:
            with transaction():
                actions.write(
                    actor=actor(),
                    booking=booking,
                    quality=int(form.quality.data),
                    value=int(form.value.data),
                    words=form.words.data,
                )
        except BadInput as refusal:
            form.refuse(str(refusal), "words")
        else:
            flash("Thank you. What you said is now on the page of the service.")
            return redirect(url_for("bookings.booking", public_id=public_id))
    if queries.review_of_booking(booking.id) is not None:
        raise Conflict("This booking has been reviewed already. Thank you.")
    return render_template("reviews/write.html", form=form, booking=booking)
