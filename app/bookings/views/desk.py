"""The provider's desk: requests to answer first, then visits to record, then what is to come and what was paid."""

from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.accounts.access import actor, open_to
from app.accounts.rules import Role
from app.bookings import actions, permissions, queries, rules
from app.bookings.forms import DeclineForm
from app.bookings.queries import patterns
from app.bookings.rules import BookingStatus
from app.bookings.views import blueprint
from app.councils.rules import show_postcode
from app.db import in_transaction
from app.refusals import Conflict, NotFound, Refusal
from app.web.paging import page_number, page_of

ON_THE_DESK = 20
"""Rows of each list on the desk itself; the rest is on the page of all bookings."""
PAID_OVER = timedelta(days=28)

NEW_MESSAGES = "messages"
SHOWN: dict[str, tuple[str, set[BookingStatus]]] = {
    "waiting": ("Waiting for your answer", {BookingStatus.REQUESTED}),
    "proposed": ("Waiting for the person's answer", {BookingStatus.PROPOSED}),
    "agreed": ("Agreed", {BookingStatus.ACCEPTED}),
    "over": (
        "Finished, declined or cancelled",
        {BookingStatus.COMPLETED, BookingStatus.DECLINED, BookingStatus.CANCELLED, BookingStatus.LAPSED},
    ),
    NEW_MESSAGES: ("With new messages", set()),
}


@blueprint.get("/desk")
@open_to(Role.PROVIDER_STAFF)
def desk() -> ResponseReturnValue:
    """The home of provider staff; those of several providers choose one (``provider=``)."""
    mine = queries.providers_of(actor())
    wanted = request.args.get("provider")
    chosen = next((one for one in mine if one.public_id == wanted), None) if wanted else mine[0]
    if chosen is None:
        raise NotFound("We cannot find that desk among yours.")
    ids, now = {chosen.id}, clock.now()
    return render_template(
        "bookings/desk.html",
        providers=mine,
        provider=chosen,
        requests=queries.requests_for(ids, size=ON_THE_DESK),
        changes=patterns.changes_for(ids),
        to_record=queries.visits_to_record(ids, now=now, size=ON_THE_DESK),
        to_come=queries.visits_to_come(ids, now=now, size=ON_THE_DESK),
        paid=queries.paid_since(ids, now - PAID_OVER),
        last_paid=queries.last_paid(ids),
        visit_words=rules.VISIT_WORDS,
        now=now,
    )


@blueprint.get("/desk/bookings")
@open_to(Role.PROVIDER_STAFF)
def desk_bookings() -> ResponseReturnValue:
    """Every booking with the organisations this person works for, by where it stands (``show=``)."""
    show = request.args.get("show", "waiting")
    if show not in SHOWN:
        raise NotFound("There is no such list of bookings.")
    rows = queries.bookings_with(actor().provider_ids, SHOWN[show][1])
    if show == NEW_MESSAGES:
        rows = queries.bookings_with_new_messages(actor().provider_ids)
    page = page_of(rows, number=page_number(), values={"reader": actor().id} if show == NEW_MESSAGES else None)
    return render_template(
        "bookings/desk_bookings.html",
        page=page,
        new=queries.new_messages(actor(), page.items),
        show=show,
        shown={name: words for name, (words, _) in SHOWN.items()},
        words=rules.BOOKING_WORDS,
    )


@blueprint.get("/desk/bookings/<public_id>")
@open_to(Role.PROVIDER_STAFF)
def desk_booking(public_id: str) -> ResponseReturnValue:
    """One booking as its provider sees it: what is needed for the visit, nothing of the person's money."""
    found = queries.booking_at_desk(actor(), public_id)
    postcode = found.person.postcode
    return render_template(
        "bookings/desk_booking.html",
        booking=found,
        **patterns.on_page(found),
        may_answer=permissions.may_answer(actor(), found),
        returns=queries.returns_of(found) if "quantity" in found.agreed else (),
        may_decline=permissions.may_decline(actor(), found),
        new=queries.new_messages(actor(), [found]).get(found.id, 0),
        may_end=permissions.may_end(found),
        shared_by=queries.names_sharing(found),
        may_record=permissions.may_record_visits(actor(), found),
        shows_where=permissions.shows_where(found),
        figures=queries.figures_of_booking(found),
        hours=rules.hours_words,
        area=queries.area_of(found),
        postcode=show_postcode(postcode) if postcode else None,
        words=rules.BOOKING_WORDS,
        visit_words=rules.VISIT_WORDS,
        now=clock.now(),
    )


@blueprint.post("/desk/bookings/<public_id>/accept")
@open_to(Role.PROVIDER_STAFF)
def accept(public_id: str) -> ResponseReturnValue:
    """Agree to a request."""
    found = queries.booking_at_desk(actor(), public_id)
    in_transaction(lambda: actions.accept(actor=actor(), booking=found))
    flash("You accepted the request. We have told the person.")
    return redirect(url_for(".desk_booking", public_id=public_id))


@blueprint.route("/desk/bookings/<public_id>/decline", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def decline(public_id: str) -> ResponseReturnValue:
    """Say no to a request, with a reason."""
    found = queries.booking_at_desk(actor(), public_id)
    form = DeclineForm()
    if form.validate_on_submit():
        try:
            in_transaction(lambda: actions.decline(actor=actor(), booking=found, reason=form.reason.data))
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(str(refusal), "reason")
        else:
            flash("You declined the request. We have told the person, and their money is free again.")
            return redirect(url_for(".desk_booking", public_id=public_id))
    rules.must_become(found.status, BookingStatus.DECLINED)
    return render_template("bookings/decline.html", form=form, booking=found)


@blueprint.post("/desk/visits/<public_id>/delivered")
@open_to(Role.PROVIDER_STAFF)
def delivered(public_id: str) -> ResponseReturnValue:
    """Record that a visit happened: the money set aside is spent."""
    found = queries.visit_at_desk(actor(), public_id)
    booking_id = in_transaction(lambda: actions.mark_delivered(actor=actor(), visit=found).booking.public_id)
    flash("The visit is marked as delivered.")
    return redirect(url_for(".desk_booking", public_id=booking_id))


@blueprint.post("/desk/visits/<public_id>/missed")
@open_to(Role.PROVIDER_STAFF)
def missed(public_id: str) -> ResponseReturnValue:
    """Record that a visit did not happen: nothing is charged."""
    found = queries.visit_at_desk(actor(), public_id)
    booking_id = in_transaction(lambda: actions.mark_missed(actor=actor(), visit=found).booking.public_id)
    flash("The visit is recorded as not having happened. Nothing is charged.")
    return redirect(url_for(".desk_booking", public_id=booking_id))
