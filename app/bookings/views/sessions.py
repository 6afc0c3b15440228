"""Sessions: the list of a listing, one of them with what somebody can do about it, and the provider's side."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.accounts.access import ANYONE, actor, open_to
from app.accounts.rules import Role
from app.bookings import actions as bookings
from app.bookings import permissions, queries, rules
from app.bookings.actions import sessions as actions
from app.bookings.forms.sessions import CallOffForm, PlaceForm, PlacesForm, SessionsForm
from app.bookings.models import GroupSession
from app.bookings.queries.places import SessionRow
from app.bookings.rules.sessions import weekly
from app.bookings.views import blueprint
from app.bookings.views.journey import may_buy
from app.bookings.views.mine import BUYERS, say_looked
from app.catalogue import queries as catalogue
from app.catalogue.permissions import may_manage
from app.circles.access import Shopper, shopper, shopper_or_none
from app.circles.rules import Power
from app.db import in_transaction
from app.refusals import BadInput, Conflict, NotAllowed, NotFound, Refusal
from app.web.filters import plural
from app.web.paging import page_number, page_of


@blueprint.get("/listings/<public_id>/sessions")
@open_to(ANYONE)
def listing_sessions(public_id: str) -> ResponseReturnValue:
    """When a listing's sessions are, and how many places are left; open to the whole world."""
    listing = catalogue.listing_for_visitor(public_id)
    looking = shopper_or_none()
    may_see = looking is not None and permissions.may_see(looking.powers)
    person = looking.person if looking is not None and may_see else None
    return render_template(
        "bookings/sessions.html",
        listing=listing,
        sessions=queries.sessions_of(listing.id, person=person),
        looking=looking,
    )


@blueprint.route("/sessions/<public_id>", methods=["GET", "POST"])
@open_to(*BUYERS)
def session(public_id: str) -> ResponseReturnValue:
    """One session: what it costs and whether there is a place; sending it books a place that costs something."""
    buyer, found = _looking(), queries.session_on_show(public_id)
    stands = queries.standing_at(found, buyer.person)
    why_not = permissions.why_not_joined(found.listing)
    offer, ways, form = None, [], PlaceForm()
    can_book = buyer.may(Power.BOOK) and why_not is None and _has_place_for(stands)
    if can_book and not found.listing.is_for_all and found.starts_at > clock.now() and not found.is_called_off:
        try:
            offer = _priced(buyer, found)
            purses = queries.purses_of(buyer.person, listing=found.listing, days=offer.days)
            ways = rules.ways_to_pay(offer.total_pence, purses)
        except Refusal as refusal:
            why_not = str(refusal)
        form.offer(ways)
        if ways and form.validate_on_submit():
            made = _booked(buyer, found, form)
            if made is not None:
                return redirect(url_for(".booked", public_id=made))
        if offer is not None:
            form.price.data = str(offer.total_pence)
    return render_template(
        "bookings/session.html",
        session=found,
        stands=stands,
        why_not=why_not,
        buyer=buyer,
        may_book=buyer.may(Power.BOOK),
        offer=offer,
        ways=ways,
        form=form,
        is_over=found.starts_at <= clock.now(),
        booking_id=queries.booking_of_place(found.id, buyer.person.id) if stands.mine else None,
    )


def _looking() -> Shopper:
    looking = shopper()
    if not permissions.may_see(looking.powers):
        raise NotAllowed(f"You may not see the bookings of {looking.person.full_name}.")
    say_looked(looking.person)
    return looking


def _has_place_for(stands: SessionRow) -> bool:
    return stands.mine is None and (stands.free > 0 or stands.offered_until is not None)


def _priced(buyer: Shopper, found: GroupSession) -> queries.Offer:
    listing = queries.listing_now(found.listing_id)
    queries.may_be_booked(listing)
    return queries.offer(
        listing=listing,
        times=[(found.starts_at, found.ends_at)],
        add_on_ids=(),
        council=queries.council_of(buyer.person),
        person=buyer.person,
    )


def _booked(buyer: Shopper, found: GroupSession, form: PlaceForm) -> str | None:
    """Book a place with money; the booking's public id, or nothing when it was refused."""
    pots = queries.open_pots(buyer.person)
    try:
        chosen = [pots[choice.public_id] for choice in rules.choices_in(form.pay.data) if choice.public_id in pots]
        return in_transaction(
            lambda: (
                bookings.send_request(
                    actor=buyer.actor,
                    person=buyer.person,
                    listing_id=found.listing_id,
                    times=[(found.starts_at, found.ends_at)],
                    add_on_ids=(),
                    pots=chosen,
                    key=form.key.data or "",
                    price_seen=form.price.number,
                    session_id=found.id,
                ).public_id
            )
        )
    except BadInput:
        raise
    except Refusal as refusal:
        form.refuse(str(refusal))
        return None


@blueprint.post("/sessions/<public_id>/take")
@open_to(*BUYERS)
def take_place(public_id: str) -> ResponseReturnValue:
    """Take a free place."""
    buyer, found = may_buy(), queries.session_on_show(public_id)
    in_transaction(lambda: actions.join(actor=buyer.actor, person=buyer.person, session=found))
    flash("You have a place." if not buyer.is_for_other else f"{buyer.person.full_name} has a place.")
    return redirect(url_for(".session", public_id=public_id))


@blueprint.post("/sessions/<public_id>/give-up")
@open_to(*BUYERS)
def give_up_place(public_id: str) -> ResponseReturnValue:
    """Give up a free place."""
    buyer, found = may_buy(), queries.session_on_show(public_id)
    in_transaction(lambda: actions.leave(actor=buyer.actor, person=buyer.person, session=found))
    flash("The place is free for somebody else.")
    return redirect(url_for(".session", public_id=public_id))


@blueprint.post("/sessions/<public_id>/wait")
@open_to(*BUYERS)
def wait_for_place(public_id: str) -> ResponseReturnValue:
    """Wait for a place."""
    buyer, found = may_buy(), queries.session_on_show(public_id)
    in_transaction(lambda: actions.wait(actor=buyer.actor, person=buyer.person, session=found))
    flash("We tell you when a place comes free.")
    return redirect(url_for(".session", public_id=public_id))


@blueprint.post("/sessions/<public_id>/stop-waiting")
@open_to(*BUYERS)
def stop_waiting(public_id: str) -> ResponseReturnValue:
    """Wait no longer, or let a place that is kept go to the next."""
    buyer, found = may_buy(), queries.session_on_show(public_id)
    in_transaction(lambda: actions.stop_waiting(actor=buyer.actor, person=buyer.person, session=found))
    flash("You are no longer waiting." if not buyer.is_for_other else f"{buyer.person.full_name} is no longer waiting.")
    return redirect(url_for(".session", public_id=public_id))


@blueprint.get("/bookings/places")
@open_to(*BUYERS)
def places() -> ResponseReturnValue:
    """The free places somebody has, and those they wait for."""
    looking = _looking()
    return render_template(
        "bookings/places.html",
        looking=looking,
        page=page_of(queries.places_of(looking.person), number=page_number()),
        lines=queries.lines_of(looking.person),
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
        try:
            times = weekly(form.on.data, form.start.data, form.end.data, weeks=form.weeks.data)
            in_transaction(
                lambda: actions.add_sessions(actor=actor(), listing=listing, times=times, places=form.places.data)
            )
        except rules.TimesRefused as refusal:
            form.refuse(str(refusal), refusal.field if refusal.field in {"on", "start", "end"} else "on")
        except Refusal as refusal:
            form.refuse(str(refusal))
        else:
            flash(f"{plural(len(times), 'session')} added.")
            return redirect(url_for(".desk_sessions", provider_id=provider_id, listing_id=listing_id))
    return render_template(
        "bookings/desk_sessions.html",
        form=form,
        provider=provider,
        listing=listing,
        sessions=queries.sessions_of(listing.id, with_called_off=True),
    )


@blueprint.route("/desk/sessions/<public_id>", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def desk_session(public_id: str) -> ResponseReturnValue:
    """One session as its provider sees it: who comes, how many wait, and how many places there are."""
    found = _at_desk(public_id)
    form = PlacesForm(data={"places": found.places})
    if form.validate_on_submit():
        try:
            in_transaction(lambda: actions.change_places(actor=actor(), session=found, places_now=form.places.data))
        except Refusal as refusal:
            form.refuse(str(refusal), "places")
        else:
            flash("The number of places is changed.")
            return redirect(url_for(".desk_session", public_id=public_id))
    return render_template(
        "bookings/desk_session.html",
        form=form,
        session=found,
        stands=queries.standing_at(found, actor()),
        coming=queries.who_comes(found),
        is_over=found.starts_at <= clock.now(),
    )


@blueprint.route("/desk/sessions/<public_id>/call-off", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def call_off_session(public_id: str) -> ResponseReturnValue:
    """Call a session off, with a reason."""
    found = _at_desk(public_id)
    form = CallOffForm()
    if form.validate_on_submit():
        try:
            in_transaction(lambda: actions.call_off(actor=actor(), session=found, reason=form.reason.data))
        except Conflict:
            raise
        except Refusal as refusal:
            form.refuse(str(refusal), "reason")
        else:
            flash("The session is called off. We have told everybody, and nothing is charged.")
            return redirect(url_for(".desk_session", public_id=public_id))
    return render_template("bookings/call_off.html", form=form, session=found, coming=queries.who_comes(found))


def _at_desk(public_id: str) -> GroupSession:
    found = queries.session_on_show(public_id)
    if not may_manage(actor(), found.listing.provider):
        raise NotFound("There is no such session at your desk")
    return found
