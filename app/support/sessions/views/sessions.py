"""Sessions: the list of a listing, one of them with what somebody can do about it, and the provider's side."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import in_transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound, Refusal
from app.market.catalogue import queries as catalogue
from app.market.catalogue.permissions import may_manage
from app.market.providers.queries import suspensions
from app.market.providers.queries.suspensions import Stopped
from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.access import Shopper, shopper, shopper_or_none
from app.platform.web.attempts import attempt
from app.platform.web.filters import plural
from app.platform.web.guards import ANYONE, open_to
from app.platform.web.paging import page_number, page_of
from app.support.availability import queries as availability_queries
from app.support.availability.models import GroupSession
from app.support.availability.queries import SessionRow
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.rules import paying
from app.support.bookings.access import BUYERS, may_buy, say_looked
from app.support.bookings.actions import requests as bookings
from app.support.bookings.queries import beside, offers
from app.support.bookings.queries.offers import Offer
from app.support.bookings.rules.requests import BookingRequest
from app.support.recurrence.rules.times import TimesRefused
from app.support.sessions import permissions
from app.support.sessions.actions import sessions as actions
from app.support.sessions.forms import CallOffForm, PlaceForm, PlacesForm, SessionsForm
from app.support.sessions.rules import weekly
from app.support.sessions.views.blueprints import blueprint


@blueprint.get("/listings/<public_id>/sessions")
@open_to(ANYONE)
def listing_sessions(public_id: str) -> ResponseReturnValue:
    """When a listing's sessions are, and how many places are left; open to the whole world."""
    listing = catalogue.listing_for_visitor(public_id)
    looking = shopper_or_none()
    may_see = looking is not None and booking_records_permissions.may_see_bookings(looking.powers)
    person = looking.person if looking is not None and may_see else None
    return render_template(
        "sessions/sessions.html",
        listing=listing,
        sessions=availability_queries.sessions_of(listing.id, person=person),
        looking=looking,
    )


@blueprint.route("/sessions/<public_id>", methods=["GET", "POST"])
@open_to(*BUYERS)
def session(public_id: str) -> ResponseReturnValue:
    """One session: what it costs and whether there is a place; sending it books a place that costs something."""
    buyer, found = _looking(), availability_queries.session_on_show(public_id)
    stands = availability_queries.standing_at(found, buyer.person)
    why_not = permissions.why_not_joined(found.listing, stopped=_stopped(found, buyer.person))
    offer, ways, form = None, [], PlaceForm()
    can_book = booking_records_permissions.may_book(buyer.powers) and why_not is None and _has_place_for(stands)
    if can_book and not found.listing.is_for_all and found.starts_at > clock.now() and not found.is_called_off:
        try:
            offer = _priced(buyer, found)
            purses = offers.purses_of(buyer.person, listing=found.listing, days=offer.days, spender=buyer.spender)
            ways = paying.ways_to_pay(offer.total_pence, purses)
        except Refusal as refusal:
            why_not = str(refusal)
        form.offer(ways)
        if ways and form.validate_on_submit():
            made = _booked(buyer, found, form)
            if made is not None:
                return redirect(url_for("desk.booked", public_id=made))
        if offer is not None:
            form.price.data = str(offer.total_pence)
    return render_template(
        "sessions/session.html",
        session=found,
        stands=stands,
        why_not=why_not,
        buyer=buyer,
        may_book=booking_records_permissions.may_book(buyer.powers),
        offer=offer,
        ways=ways,
        form=form,
        is_over=found.starts_at <= clock.now(),
        beside=None
        if stands.mine
        else beside.Beside(beside.meets(buyer.person.id, [(found.starts_at, found.ends_at)]), []),
        booking_id=availability_queries.booking_of_place(found.id, buyer.person.id) if stands.mine else None,
    )


def _stopped(found: GroupSession, person: Person) -> Stopped | None:
    """The suspension that holds for a person's council today."""
    seller = found.listing.provider_id
    return suspensions.stopped([seller], council_id=person.council_id, on=clock.today()).get(seller)


def _looking() -> Shopper:
    looking = shopper()
    if not booking_records_permissions.may_see_bookings(looking.powers):
        raise NotAllowed(f"You may not see the bookings of {looking.person.full_name}.")
    say_looked(looking.person)
    return looking


def _has_place_for(stands: SessionRow) -> bool:
    return stands.mine is None and (stands.free > 0 or stands.offered_until is not None)


def _priced(buyer: Shopper, found: GroupSession) -> Offer:
    listing = offers.listing_now(found.listing_id)
    offers.may_be_booked(listing, buyer.person)
    return offers.offer(
        listing=listing,
        times=[(found.starts_at, found.ends_at)],
        add_on_ids=(),
        council=offers.council_of(buyer.person),
        person=buyer.person,
    )


def _booked(buyer: Shopper, found: GroupSession, form: PlaceForm) -> str | None:
    """Book a place with money; the booking's public id, or nothing when it was refused."""
    pots = offers.open_pots(buyer.person)
    with attempt(form, passing=BadInput):
        chosen = [pots[choice.public_id] for choice in paying.choices_in(form.pay.data) if choice.public_id in pots]
        return in_transaction(
            lambda: (
                bookings.send_request(
                    actor=buyer.actor,
                    person=buyer.person,
                    listing_id=found.listing_id,
                    asked=BookingRequest(
                        times=[(found.starts_at, found.ends_at)],
                        add_on_ids=(),
                        pots=chosen,
                        key=form.key.data or "",
                        price_seen=form.price.number,
                        session_id=found.id,
                    ),
                ).public_id
            )
        )
    return None


@blueprint.post("/sessions/<public_id>/take")
@open_to(*BUYERS)
def take_place(public_id: str) -> ResponseReturnValue:
    """Take a free place."""
    buyer, found = may_buy(), availability_queries.session_on_show(public_id)
    in_transaction(lambda: actions.join(actor=buyer.actor, person=buyer.person, session=found))
    flash("You have a place." if not buyer.is_for_other else f"{buyer.person.full_name} has a place.")
    return redirect(url_for("sessions.session", public_id=public_id))


@blueprint.post("/sessions/<public_id>/give-up")
@open_to(*BUYERS)
def give_up_place(public_id: str) -> ResponseReturnValue:
    """Give up a free place."""
    buyer, found = may_buy(), availability_queries.session_on_show(public_id)
    in_transaction(lambda: actions.leave(actor=buyer.actor, person=buyer.person, session=found))
    flash("The place is free for somebody else.")
    return redirect(url_for("sessions.session", public_id=public_id))


@blueprint.post("/sessions/<public_id>/wait")
@open_to(*BUYERS)
def wait_for_place(public_id: str) -> ResponseReturnValue:
    """Wait for a place."""
    buyer, found = may_buy(), availability_queries.session_on_show(public_id)
    in_transaction(lambda: actions.wait(actor=buyer.actor, person=buyer.person, session=found))
    flash("We tell you when a place comes free.")
    return redirect(url_for("sessions.session", public_id=public_id))


@blueprint.post("/sessions/<public_id>/stop-waiting")
@open_to(*BUYERS)
def stop_waiting(public_id: str) -> ResponseReturnValue:
    """Wait no longer, or let a place that is kept go to the next."""
    buyer, found = may_buy(), availability_queries.session_on_show(public_id)
    in_transaction(lambda: actions.stop_waiting(actor=buyer.actor, person=buyer.person, session=found))
    flash("You are no longer waiting." if not buyer.is_for_other else f"{buyer.person.full_name} is no longer waiting.")
    return redirect(url_for("sessions.session", public_id=public_id))


@blueprint.get("/bookings/places")
@open_to(*BUYERS)
def places() -> ResponseReturnValue:
    """The free places somebody has, and those they wait for."""
    looking = _looking()
    return render_template(
        "sessions/places.html",
        looking=looking,
        page=page_of(availability_queries.places_of(looking.person), number=page_number()),
        lines=availability_queries.lines_of(looking.person),
        now=clock.now(),
    )


# The provider's side -------------------------------------------------------------------------------------------------


@blueprint.route("/desk/<provider_id>/listings/<listing_id>/sessions", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def desk_sessions(provider_id: str, listing_id: str) -> ResponseReturnValue:
    """A listing's sessions to come, and adding more."""
    provider = catalogue.provider_for_staff(actor(), provider_id)
    listing = catalogue.listing_for_staff(actor(), provider, listing_id)
    form = SessionsForm(data={"weeks": 1})
    if form.validate_on_submit():
        with attempt(
            form,
            blame={TimesRefused: lambda refusal: refusal.field if refusal.field in {"on", "start", "end"} else "on"},
        ):
            times = weekly(form.on.data, form.start.data, form.end.data, weeks=form.weeks.data)
            in_transaction(
                lambda: actions.add_sessions(actor=actor(), listing=listing, times=times, places=form.places.data)
            )
            flash(f"{plural(len(times), 'session')} added.")
            return redirect(url_for("sessions.desk_sessions", provider_id=provider_id, listing_id=listing_id))
    return render_template(
        "sessions/desk_sessions.html",
        form=form,
        provider=provider,
        listing=listing,
        sessions=availability_queries.sessions_of(listing.id, with_called_off=True),
    )


@blueprint.route("/desk/sessions/<public_id>", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def desk_session(public_id: str) -> ResponseReturnValue:
    """One session as its provider sees it: who comes, how many wait, and how many places there are."""
    found = _at_desk(public_id)
    form = PlacesForm(data={"places": found.places})
    if form.validate_on_submit():
        with attempt(form, "places"):
            in_transaction(lambda: actions.change_places(actor=actor(), session=found, places_now=form.places.data))
            flash("The number of places is changed.")
            return redirect(url_for("sessions.desk_session", public_id=public_id))
    return render_template(
        "sessions/desk_session.html",
        form=form,
        session=found,
        stands=availability_queries.standing_at(found, actor()),
        coming=availability_queries.who_comes(found),
        is_over=found.starts_at <= clock.now(),
    )


@blueprint.route("/desk/sessions/<public_id>/call-off", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def call_off_session(public_id: str) -> ResponseReturnValue:
    """Call a session off, with a reason."""
    found = _at_desk(public_id)
    form = CallOffForm()
    if form.validate_on_submit():
        with attempt(form, "reason", passing=Conflict):
            in_transaction(lambda: actions.cancel_session(actor=actor(), session=found, reason=form.reason.data))
            flash("The session is called off. We have told everybody, and nothing is charged.")
            return redirect(url_for("sessions.desk_session", public_id=public_id))
    return render_template(
        "sessions/call_off.html", form=form, session=found, coming=availability_queries.who_comes(found)
    )


def _at_desk(public_id: str) -> GroupSession:
    group_session = availability_queries.session_on_show(public_id)
    if not may_manage(actor(), group_session.listing.provider):
        raise NotFound("There is no such session at your desk")
    return group_session
