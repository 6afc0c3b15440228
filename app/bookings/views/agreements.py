"""Other times: the provider proposes them at its desk, the buyer agrees to them or not. And when it can be booked at once."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.accounts.access import actor, open_to
from app.accounts.rules import Role
from app.bookings import actions, permissions, queries, rules
from app.bookings.forms.agreements import AgreeForm, ProposeForm, availability_form, propose_form
from app.bookings.models import Booking, Proposal
from app.bookings.rules import BookingStatus, VisitStatus
from app.bookings.rules import agreements as terms
from app.bookings.views import blueprint
from app.bookings.views.mine import BUYERS, found_booking
from app.catalogue import queries as catalogue
from app.circles import queries as circles
from app.db import in_transaction
from app.refusals import BadInput, Conflict, NotAllowed, Refusal
from app.web.filters import plural


@blueprint.route("/desk/bookings/<public_id>/propose", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def propose(public_id: str) -> ResponseReturnValue:
    """Say when you could come instead."""
    found = queries.booking_at_desk(actor(), public_id)
    rules.must_become(found.status, BookingStatus.PROPOSED)
    asked = [(one.starts_at, one.ends_at) for one in found.visits if one.status == VisitStatus.PLANNED]
    form = propose_form(asked)
    if form.validate_on_submit() and _proposed(found, form):
        flash("You proposed other times. We have told the person, and tell you when they answer.")
        return redirect(url_for(".desk_booking", public_id=public_id))
    return render_template("bookings/propose.html", form=form, booking=found, asked=asked)


def _proposed(booking: Booking, form: ProposeForm) -> bool:
    try:
        times = form.times
        in_transaction(lambda: actions.propose(actor=actor(), booking=booking, times=times, words=form.words.data))
    except Refusal as refusal:
        if refusal.status not in {400, 409} or booking.status not in {BookingStatus.REQUESTED, BookingStatus.PROPOSED}:
            raise
        form.refuse(str(refusal))
        return False
    return True


@blueprint.route("/bookings/<public_id>/other-times", methods=["GET", "POST"])
@open_to(*BUYERS)
def other_times(public_id: str) -> ResponseReturnValue:
    """The times a provider proposed: what they cost, which money pays, and yes."""
    found = found_booking(public_id)
    powers = circles.powers_over(actor(), found.person_id)
    proposal = queries.newest_proposal(found.id)
    if found.status == BookingStatus.ACCEPTED and request.method == "POST":
        return redirect(url_for(".booking", public_id=public_id))  # the second click
    if found.status != BookingStatus.PROPOSED or proposal is None:
        raise Conflict(f"This booking {rules.BOOKING_IS_NOW[found.status]}. There are no other times to answer now.")
    if not permissions.may_book(powers):
        raise NotAllowed("You may look at this booking but not agree to it.")
    times = terms.times_kept(proposal.visits)
    ways = rules.ways_to_pay(proposal.total_pence, _purses(found, proposal))
    form = AgreeForm()
    form.offer(ways)
    if ways and form.validate_on_submit() and _agreed(found, form):
        flash("The new times are agreed. We have told the provider.")
        return redirect(url_for(".booking", public_id=public_id))
    form.price.data, form.proposal.data = str(proposal.total_pence), proposal.public_id
    return render_template(
        "bookings/other_times.html",
        form=form,
        booking=found,
        proposal=proposal,
        visits=[(starts, ends, one) for (starts, ends), one in zip(times, proposal.visits, strict=True)],
        ways=ways,
        is_over=proposal.answer_by <= clock.now(),
    )


def _purses(booking: Booking, proposal: Proposal) -> list[rules.Purse]:
    """The person's money as it would be once what was set aside for the times asked for is back."""
    back: dict[int, int] = {}
    for visit in booking.visits:
        for payment in visit.payments if visit.status == VisitStatus.PLANNED else ():
            back[payment.pot_id] = back.get(payment.pot_id, 0) + payment.amount_pence
    days = {clock.london(starts).date() for starts, _ in terms.times_kept(proposal.visits)}
    return [
        replace(purse, has_pence=purse.has_pence + back.get(purse.id, 0))
        for purse in queries.purses_of(booking.person, listing=booking.listing, days=days)
    ]


def _agreed(booking: Booking, form: AgreeForm) -> bool:
    pots = queries.open_pots(booking.person)
    try:
        chosen = [pots[choice.public_id] for choice in rules.choices_in(form.pay.data) if choice.public_id in pots]
        in_transaction(
            lambda: actions.agree_to_proposal(
                actor=actor(),
                booking=booking,
                proposal_id=form.proposal.data or "",
                pots=chosen,
                price_seen=form.price.number,
            )
        )
    except BadInput:
        raise
    except Refusal as refusal:
        form.refuse(str(refusal))
        return False
    return True


@blueprint.route("/desk/<provider_id>/listings/<listing_id>/availability", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def availability(provider_id: str, listing_id: str) -> ResponseReturnValue:
    """When this can be booked without asking, and how many at a time."""
    provider = catalogue.provider_for_staff(actor(), provider_id)
    listing = catalogue.listing_for_staff(actor(), provider, listing_id)
    form = availability_form(queries.availability_of(listing.id))
    if form.validate_on_submit():
        try:
            openings, closed = form.openings, form.closed_days
            without = in_transaction(
                lambda: actions.set_availability(
                    actor=actor(),
                    listing=listing,
                    openings=openings,
                    closed=closed,
                    ahead_hours=form.ahead.data,
                    is_instant=form.is_instant.data == "at once",
                )
            )
        except Refusal as refusal:
            form.refuse(str(refusal))
        else:
            flash(
                "Your times are saved."
                + (
                    f" {plural(without, 'visit')} agreed before found no place in them, and stay agreed."
                    if without
                    else ""
                )
            )
            return redirect(
                url_for("catalogue.desk_listing", provider_id=provider.public_id, listing_id=listing.public_id)
            )
    return render_template("bookings/availability.html", form=form, provider=provider, listing=listing)
