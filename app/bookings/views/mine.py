"""A person's own bookings: the list, one of them, the confirmation, and calling one off."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.accounts.access import actor, open_to
from app.accounts.models import Person
from app.accounts.rules import Role
from app.bookings import actions, permissions, queries, rules
from app.bookings.forms import CancelForm
from app.bookings.models import Booking
from app.bookings.queries import patterns
from app.bookings.views import blueprint
from app.circles import queries as circles
from app.circles.access import shopper
from app.db import in_transaction, transaction
from app.refusals import Conflict, NotAllowed
from app.web.filters import money
from app.web.paging import page_number, page_of

BUYERS = (Role.PERSON, Role.SUPPORTER, Role.CARE_MANAGER)
_LOOKED = "bookings_looked_at"
_MOST_REMEMBERED = 20


@blueprint.get("/bookings")
@open_to(*BUYERS)
def bookings() -> ResponseReturnValue:
    """The bookings of whoever is being shopped for: those still open, or those that are over (``when=past``)."""
    looking = shopper()
    if not permissions.may_see(looking.powers):
        raise NotAllowed(
            f"You may not see the bookings of {looking.person.full_name}. They, or their council, can let you."
        )
    say_looked(looking.person)
    is_over = request.args.get("when") == "past"
    rows = queries.bookings_of(looking.actor, looking.person, is_over=is_over)
    page = page_of(rows, number=page_number())
    may_talk = permissions.may_talk(looking.powers)
    return render_template(
        "bookings/bookings.html",
        looking=looking,
        page=page,
        new=queries.new_messages(looking.actor, page.items) if may_talk else {},
        is_over=is_over,
        words=rules.BOOKING_WORDS,
    )


@blueprint.get("/bookings/<public_id>")
@open_to(*BUYERS)
def booking(public_id: str) -> ResponseReturnValue:
    """One booking: where it stands, its visits, what they cost and which money pays, and what happened so far."""
    found = found_booking(public_id)
    powers = circles.powers_over(actor(), found.person_id)
    return render_template(
        "bookings/booking.html",
        booking=found,
        may_change=permissions.may_book(powers) and found.status in rules.OPEN,
        **patterns.on_page(found),
        history=queries.history_of(found),
        disputed=queries.disputes_standing(found.visits),
        figures=queries.figures_of_booking(found),
        hours=rules.hours_words,
        may_cancel=permissions.may_cancel(powers, found) and bool(actions.cancelling(found)),
        may_send_back=permissions.may_send_back(powers, found),
        returns=queries.returns_of(found) if "quantity" in found.agreed else (),
        may_agree=permissions.may_agree(powers, found),
        may_talk=permissions.may_talk(powers),
        new=queries.new_messages(actor(), [found]).get(found.id, 0),
        may_end=permissions.may_book(powers) and permissions.may_end(found),
        may_move=permissions.may_move(powers, found),
        may_review=permissions.may_speak_of(actor(), powers, found),
        words=rules.BOOKING_WORDS,
        visit_words=rules.VISIT_WORDS,
        now=clock.now(),
    )


@blueprint.get("/bookings/<public_id>/booked")
@open_to(*BUYERS)
def booked(public_id: str) -> ResponseReturnValue:
    """The confirmation: the reference, and what happens next."""
    return render_template("bookings/booked.html", booking=found_booking(public_id))


@blueprint.route("/bookings/<public_id>/cancel", methods=["GET", "POST"])
@open_to(*BUYERS)
def cancel(public_id: str) -> ResponseReturnValue:
    """What calling it off would cost, said first; then do it."""
    found = found_booking(public_id)
    if not permissions.may_book(circles.powers_over(actor(), found.person_id)):
        raise NotAllowed("You may look at this booking but not cancel it.")
    form = CancelForm()
    if form.validate_on_submit():
        try:
            in_transaction(
                lambda: actions.cancel(
                    actor=actor(), booking=found, reason=form.reason.data or "", charge_seen=form.charge.number
                )
            )
        except actions.PriceChanged as refusal:
            form.refuse(
                f"Cancelling now costs {money(refusal.now_pence)}, not {money(refusal.seen_pence)}: the time for "
                "cancelling changed while you were looking. Nothing was cancelled. Cancel again if you agree."
            )
        else:
            flash("Your booking is cancelled." if found.person_id == actor().id else "The booking is cancelled.")
            return redirect(url_for(".booking", public_id=public_id))
    rules.must_become(found.status, rules.BookingStatus.CANCELLED)
    endings = actions.cancelling(found)
    if not endings:
        raise Conflict("The visit has begun or is over, so it can no longer be cancelled.")
    charge = sum(visit.price_pence for visit in found.visits if endings.get(visit.id) in rules.CHARGED)
    form.charge.data = str(charge)
    return render_template(
        "bookings/cancel.html", form=form, booking=found, endings=endings, charge=charge, charged=rules.CHARGED
    )


def found_booking(public_id: str) -> Booking:
    """The booking, once it is on record that somebody else looked at it."""
    found = queries.booking_for(actor(), public_id)
    if found.person_id != actor().id and _is_first_look(found.person.public_id):
        say_looked(found.person)
        found = queries.booking_for(actor(), public_id)
    return found


def say_looked(person: Person) -> None:
    """Record that somebody read another person's bookings: once a day in each session."""
    looking, whose = actor(), person.public_id
    if looking.id == person.id or not _is_first_look(whose):
        return
    with transaction():
        actions.say_looked_at(actor=looking, person=person)
    today = clock.today().isoformat()
    remembered = [one for one in session.get(_LOOKED, []) if one.startswith(today)]
    session[_LOOKED] = [*remembered, f"{today} {whose}"][-_MOST_REMEMBERED:]


def _is_first_look(whose: str) -> bool:
    return f"{clock.today().isoformat()} {whose}" not in session.get(_LOOKED, [])
