"""Where to come for a visit: to those of the provider who go or send, while they come; each look is on record."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.refusals import NotFound
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles.access import note_look
from app.people.circles.rules import NOBODY
from app.people.councils.rules.geography import show_postcode
from app.people.homes.access import seal_here
from app.people.homes.queries import opened_home
from app.platform.web.guards import open_to
from app.support.booking_records import permissions
from app.support.desk import queries
from app.support.desk.views.blueprints import blueprint
from app.support.visits.queries import endings

NOT_NOW = (
    "You cannot see where this is: it is shown to those who answer requests or record visits, once a visit at home is agreed "
    "and until seven days after the last one."
)


@blueprint.get("/desk/visits/<public_id>/where")
@open_to(Role.PROVIDER_STAFF)
def where_to_come(public_id: str) -> ResponseReturnValue:
    """The address, the telephone and whom to call; and how to get in, from the day before until the visit is over."""
    visit, now = endings.whole_visit_at_desk(actor(), public_id), clock.now()
    booking = visit.booking
    if not permissions.may_see_home(actor(), booking, now=now) or queries.are_at_session([visit.id]):
        raise NotFound(NOT_NOW)
    shows_way_in = permissions.may_see_way_in(actor(), visit, now=now)
    home = opened_home(booking.person, seal_here(), with_way_in=shows_way_in)
    postcode = booking.person.postcode
    answer = render_template(
        "desk/where_to_come.html",
        visit=visit,
        booking=booking,
        home=home,
        shows_way_in=shows_way_in,
        postcode=show_postcode(postcode) if postcode else None,
        now=now,
    )
    # Recorded before it is sent: a page that could not be recorded is not shown.
    note_look(
        "home_and_way_in_looked_at" if home and home.way_in else "home_looked_at",
        [booking.person],
        standing=NOBODY,
        acting_as="provider_staff",
        subject_kind="visit",
        subject_id=visit.id,
        provider_id=booking.provider_id,
    )
    return answer
