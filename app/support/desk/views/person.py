"""A person's own bookings."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.refusals import NotAllowed
from app.people.accounts.access import actor
from app.people.circles import queries as circles
from app.people.circles.access import shopper
from app.people.circles.rules import Spender
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.models.changes import VisitChange
from app.support.booking_records.queries import returns, whose_money
from app.support.booking_records.rules.states import OPEN
from app.support.booking_records.rules.words import Back
from app.support.bookings.access import BUYERS, found_booking, said_to, say_looked
from app.support.bookings.actions import answers
from app.support.bookings.queries import persons
from app.support.conversations import queries as conversations_queries
from app.support.desk.views.blueprints import blueprint
from app.support.repeating.forms import name_of, query_of
from app.support.repeating.queries import patterns
from app.support.visits.queries import endings, figures
from app.support.visits.rules import figures as figures_rules


@blueprint.get("/bookings")
@open_to(*BUYERS)
def bookings() -> ResponseReturnValue:
    """The bookings of whoever is being shopped for: those still open, or those that are over (``when=past``)."""
    looking = shopper()
    if not booking_records_permissions.may_see_bookings(looking.powers):
        raise NotAllowed(f"You may not see the bookings of {looking.person.full_name}. Only they can let you.")
    say_looked(looking.person)
    is_over = request.args.get("when") == "past"
    page = persons.bookings_of(looking.actor, looking.person, number=page_number(), is_over=is_over)
    may_talk = booking_records_permissions.may_talk(looking.powers)
    return render_template(
        "desk/bookings.html",
        looking=looking,
        page=page,
        new=conversations_queries.new_messages(looking.actor, page.items) if may_talk else {},
        is_over=is_over,
        now=clock.now(),
        said=said_to(looking.person),
    )


@blueprint.get("/bookings/<public_id>")
@open_to(*BUYERS)
def booking(public_id: str) -> ResponseReturnValue:
    """One booking: where it stands, its visits, what they cost and which money pays, and what happened so far."""
    found = found_booking(public_id)
    standing = circles.standing_over(actor(), found.person_id)
    beside = standing.powers
    spender = Spender(actor().id, beside)
    powers = whose_money.powers_with(spender, found, found.person_id)
    facts = patterns.on_page(found)
    return render_template(
        "desk/booking.html",
        booking=found,
        may_know=whose_money.may_know_of(spender),
        may_change=booking_records_permissions.may_book(powers) and found.status in OPEN,
        **facts,
        ask_again=_ask_again(found, facts["overtaken"]),
        history=persons.booking_history(found),
        disputed=endings.disputes_standing(found.visits),
        figures=figures.figures_of_booking(found),
        hours=figures_rules.hours_words,
        may_cancel=booking_records_permissions.may_cancel(powers, found) and bool(answers.cancelling(found)),
        may_send_back=booking_records_permissions.may_send_back(powers, found),
        returns=returns.returns_of(found) if found.is_of_things else (),
        back=Back,
        may_agree=booking_records_permissions.may_agree(powers, found),
        may_talk=booking_records_permissions.may_talk(beside),
        new=conversations_queries.new_messages(actor(), [found]).get(found.id, 0),
        may_end=booking_records_permissions.may_book(powers) and booking_records_permissions.may_end(found),
        may_move=booking_records_permissions.may_move(powers, found),
        may_review=not standing.is_care_manager and booking_records_permissions.may_speak_of(actor(), powers, found),
        said=said_to(found.person),
        now=clock.now(),
    )


def _ask_again(found: Booking, overtaken: VisitChange | None) -> str | None:
    """Where a change that was overtaken is looked at anew, and asked for again."""
    if overtaken is None:
        return None
    return url_for("repeating.check_change", public_id=found.public_id, name=name_of(overtaken), **query_of(overtaken))


@blueprint.get("/bookings/<public_id>/booked")
@open_to(*BUYERS)
def booked(public_id: str) -> ResponseReturnValue:
    """The confirmation: the reference, and what happens next."""
    return render_template("desk/booked.html", booking=found_booking(public_id))
