"""A provider's desk."""

from datetime import timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.refusals import NotFound
from app.market.catalogue.rules.kinds import COMES_HOME
from app.market.providers.queries import suspensions
from app.market.providers.rules import SUSPENSION_REASON_WORDS
from app.people.accounts.access import actor
from app.people.accounts.rules import Role, StaffDuty
from app.people.councils.rules.geography import show_postcode
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.queries import returns, shares, staff
from app.support.booking_records.rules.states import BookingStatus
from app.support.booking_records.rules.words import SAID, Back, Reader
from app.support.bookings.queries import at_desk, persons
from app.support.complaints.queries import waiting_at_provider
from app.support.conversations import queries as conversations_queries
from app.support.desk import queries
from app.support.desk.views.blueprints import blueprint
from app.support.repeating.queries import patterns
from app.support.sharing.queries import end_words_of
from app.support.visits.queries import endings, figures
from app.support.visits.rules import figures as figures_rules

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
    mine = staff.providers_of(actor())
    wanted = request.args.get("provider")
    chosen = next((one for one in mine if one.public_id == wanted), None) if wanted else mine[0]
    if chosen is None:
        raise NotFound("We cannot find that desk among yours.")
    ids, now = {chosen.id}, clock.now()
    return render_template(
        "desk/desk.html",
        providers=mine,
        provider=chosen,
        requests=queries.requests_for(ids, size=ON_THE_DESK),
        changes=patterns.changes_for(ids),
        to_record=queries.visits_to_record(ids, now=now, size=ON_THE_DESK),
        to_come=queries.visits_to_come(ids, now=now, size=ON_THE_DESK),
        sees_money=chosen.id in actor().provider_ids_to(StaffDuty.FINANCE),
        manages=chosen.id in actor().provider_ids_to(StaffDuty.MANAGE),
        complaints=waiting_at_provider(actor(), chosen.id)
        if chosen.id in actor().provider_ids_to(StaffDuty.MANAGE)
        else 0,
        paid=queries.paid_since(ids, now - PAID_OVER),
        last_paid=queries.last_paid(ids),
        suspended=suspensions.open_of(ids),
        reasons=SUSPENSION_REASON_WORDS,
        now=now,
    )


@blueprint.get("/desk/bookings")
@open_to(Role.PROVIDER_STAFF)
def desk_bookings() -> ResponseReturnValue:
    """Every booking with the organisations this person works for, by where it stands (``show=``)."""
    show = request.args.get("show", "waiting")
    if show not in SHOWN:
        raise NotFound("There is no such list of bookings.")
    rows = at_desk.bookings_with(actor().provider_ids, SHOWN[show][1])
    if show == NEW_MESSAGES:
        rows = conversations_queries.bookings_with_new_messages(actor().provider_ids)
    page = page_of(rows, number=page_number(), values={"reader": actor().id} if show == NEW_MESSAGES else None)
    return render_template(
        "desk/desk_bookings.html",
        page=page,
        new=conversations_queries.new_messages(actor(), page.items),
        show=show,
        shown={name: words for name, (words, _) in SHOWN.items()},
        said=SAID[Reader.PROVIDER],
    )


@blueprint.get("/desk/bookings/<public_id>")
@open_to(Role.PROVIDER_STAFF)
def desk_booking(public_id: str) -> ResponseReturnValue:
    """One booking as its provider sees it: what is needed for the visit, nothing of the person's money."""
    booking = at_desk.booking_at_desk(actor(), public_id)
    postcode = booking.person.postcode
    return render_template(
        "desk/desk_booking.html",
        booking=booking,
        **patterns.on_page(booking),
        may_answer=booking_records_permissions.may_answer(actor(), booking),
        returns=returns.returns_of(booking) if booking.is_of_things else (),
        back=Back,
        disputed=endings.disputes_standing(booking.visits),
        may_decline=booking_records_permissions.may_decline(actor(), booking),
        new=conversations_queries.new_messages(actor(), [booking]).get(booking.id, 0),
        may_end=booking_records_permissions.may_end(booking),
        shared_by=shares.names_sharing(booking),
        may_record=booking_records_permissions.may_record_visits(actor(), booking),
        shows_where=booking_records_permissions.shows_where(booking, now=clock.now()),
        sees_home=booking_records_permissions.may_see_home(actor(), booking, now=clock.now())
        and not queries.are_at_session([visit.id for visit in booking.visits]),
        comes_home=booking.kind in COMES_HOME,
        figures=figures.figures_of_booking(booking),
        hours=figures_rules.hours_words,
        area=persons.area_of(booking),
        postcode=show_postcode(postcode) if postcode else None,
        said=SAID[Reader.PROVIDER],
        ends=end_words_of(SAID[Reader.PROVIDER], booking),
        now=clock.now(),
    )
