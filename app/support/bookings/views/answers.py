"""Accepting, declining and cancelling."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import in_transaction
from app.base.refusals import Conflict, NotAllowed
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.platform.web.attempts import attempt
from app.platform.web.filters import money
from app.platform.web.guards import open_to
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.queries import whose_money
from app.support.booking_records.rules import states
from app.support.booking_records.rules.states import CHARGED, BookingStatus
from app.support.bookings.access import BUYERS, found_booking
from app.support.bookings.actions import answers, hours_back
from app.support.bookings.actions.requests import PriceChanged
from app.support.bookings.forms.answers import CancelForm, DeclineForm
from app.support.bookings.queries import at_desk
from app.support.bookings.views.blueprints import blueprint


@blueprint.post("/desk/bookings/<public_id>/accept")
@open_to(Role.PROVIDER_STAFF)
def accept(public_id: str) -> ResponseReturnValue:
    """Agree to a request."""
    booking = at_desk.booking_at_desk(actor(), public_id)
    in_transaction(lambda: answers.accept(actor=actor(), booking=booking))
    flash("You accepted the request. We have told the person.")
    return redirect(url_for("desk.desk_booking", public_id=public_id))


@blueprint.route("/desk/bookings/<public_id>/decline", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def decline(public_id: str) -> ResponseReturnValue:
    """Say no to a request, with a reason."""
    booking = at_desk.booking_at_desk(actor(), public_id)
    form = DeclineForm()
    if form.validate_on_submit():
        with attempt(form, "reason", passing=Conflict):
            in_transaction(lambda: answers.decline(actor=actor(), booking=booking, reason=form.reason.data))
            flash("You declined the request. We have told the person, and nothing is charged.")
            return redirect(url_for("desk.desk_booking", public_id=public_id))
    states.must_become(booking.status, BookingStatus.DECLINED)
    hours_used = hours_back.hours_used_for(booking)
    return render_template("bookings/decline.html", form=form, booking=booking, hours_used=hours_used)


@blueprint.route("/bookings/<public_id>/cancel", methods=["GET", "POST"])
@open_to(*BUYERS)
def cancel(public_id: str) -> ResponseReturnValue:
    """What calling it off would cost, said first; then do it."""
    found = found_booking(public_id)
    if not booking_records_permissions.may_book(whose_money.powers_about(actor(), found)):
        raise NotAllowed("You may look at this booking but not cancel it.")
    form = CancelForm()
    if form.validate_on_submit():
        try:
            in_transaction(
                lambda: answers.cancel(
                    actor=actor(), booking=found, reason=form.reason.data or "", charge_seen=form.charge.number
                )
            )
        except PriceChanged as refusal:
            form.refuse(
                f"Cancelling now costs {money(refusal.now_pence)}, not {money(refusal.seen_pence)}: the time for "
                "cancelling changed while you were looking. Nothing was cancelled. Cancel again if you agree."
            )
        else:
            flash("Your booking is cancelled." if found.person_id == actor().id else "The booking is cancelled.")
            return redirect(url_for("desk.booking", public_id=public_id))
    states.must_become(found.status, BookingStatus.CANCELLED)
    endings = answers.cancelling(found)
    if not endings:
        raise Conflict("The visit has begun or is over, so it can no longer be cancelled.")
    charge = sum(visit.price_pence for visit in found.visits if endings.get(visit.id) in CHARGED)
    form.charge.data = str(charge)
    return render_template(
        "bookings/cancel.html",
        form=form,
        booking=found,
        endings=endings,
        charge=charge,
        charged=CHARGED,
        hours_used=hours_back.hours_used_for(found),
    )
