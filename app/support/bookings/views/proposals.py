"""Other times: the provider proposes them at its desk, the buyer agrees to them or not. And when it can be booked at once."""

from dataclasses import replace

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import in_transaction, number_of
from app.base.refusals import BadInput, Conflict, NotAllowed, Refusal
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles.rules import Spender
from app.platform.web.attempts import attempt
from app.platform.web.guards import open_to
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.queries import whose_money
from app.support.booking_records.rules import paying, states
from app.support.booking_records.rules.paying import Purse
from app.support.booking_records.rules.states import BOOKING_IS_NOW, BookingStatus, VisitStatus
from app.support.bookings.access import BUYERS, found_booking
from app.support.bookings.actions import proposals as proposals_actions
from app.support.bookings.forms.proposals import AgreeProposalForm, ProposeForm, propose_form
from app.support.bookings.models import Proposal
from app.support.bookings.queries import at_desk, beside, offers, proposals
from app.support.bookings.rules import agreements as terms
from app.support.bookings.views.blueprints import blueprint


@blueprint.route("/desk/bookings/<public_id>/propose", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def propose(public_id: str) -> ResponseReturnValue:
    """Say when you could come instead."""
    booking = at_desk.booking_at_desk(actor(), public_id)
    states.must_become(booking.status, BookingStatus.PROPOSED)
    asked = [(one.starts_at, one.ends_at) for one in booking.visits if one.status == VisitStatus.PLANNED]
    form = propose_form(asked)
    if form.validate_on_submit() and _proposed(booking, form):
        flash("You proposed other times. We have told the person, and tell you when they answer.")
        return redirect(url_for("desk.desk_booking", public_id=public_id))
    return render_template("bookings/propose.html", form=form, booking=booking, asked=asked)


def _proposed(booking: Booking, form: ProposeForm) -> bool:
    try:
        times = form.times
        in_transaction(
            lambda: proposals_actions.propose(actor=actor(), booking=booking, times=times, words=form.words.data)
        )
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
    powers = whose_money.powers_about(actor(), found)
    proposal = proposals.newest_proposal(found.id)
    if found.status == BookingStatus.ACCEPTED and request.method == "POST":
        return redirect(url_for("desk.booking", public_id=public_id))  # the second click
    if found.status != BookingStatus.PROPOSED or proposal is None:
        raise Conflict(f"This booking {BOOKING_IS_NOW[found.status]}. There are no other times to answer now.")
    if not booking_records_permissions.may_book(powers):
        raise NotAllowed("You may look at this booking but not agree to it.")
    times = terms.times_kept(proposal.visits)
    ways = paying.ways_to_pay(proposal.total_pence, _purses(found, proposal, Spender(number_of(actor()), powers)))
    form = AgreeProposalForm()
    form.offer(ways)
    if ways and form.validate_on_submit() and _agreed(found, form):
        flash("The new times are agreed. We have told the provider.")
        return redirect(url_for("desk.booking", public_id=public_id))
    form.price.data, form.proposal.data = str(proposal.total_pence), proposal.public_id
    return render_template(
        "bookings/other_times.html",
        form=form,
        booking=found,
        proposal=proposal,
        visits=[(starts, ends, one) for (starts, ends), one in zip(times, proposal.visits, strict=True)],
        ways=ways,
        beside=beside.visits_beside(found.person_id, found.listing, times, but=found.id),
        is_over=proposal.answer_by <= clock.now(),
    )


def _purses(booking: Booking, proposal: Proposal, spender: Spender) -> list[Purse]:
    """The person's money as it would be once what was set aside for the times asked for is back."""
    back: dict[int, int] = {}
    for visit in booking.visits:
        for payment in visit.payments if visit.status == VisitStatus.PLANNED else ():
            back[payment.pot_id] = back.get(payment.pot_id, 0) + payment.amount_pence
    days = {clock.london(starts).date() for starts, _ in terms.times_kept(proposal.visits)}
    return [
        replace(purse, has_pence=purse.has_pence + back.get(purse.id, 0))
        for purse in offers.purses_of(booking.person, listing=booking.listing, days=days, spender=spender)
    ]


def _agreed(booking: Booking, form: AgreeProposalForm) -> bool:
    pots = offers.open_pots(booking.person)
    with attempt(form, passing=BadInput):
        chosen = [pots[choice.public_id] for choice in paying.choices_in(form.pay.data) if choice.public_id in pots]
        in_transaction(
            lambda: proposals_actions.agree_to_proposal(
                actor=actor(),
                booking=booking,
                proposal_id=form.proposal.data or "",
                pots=chosen,
                price_seen=form.price.number,
            )
        )
        return True
    return False
