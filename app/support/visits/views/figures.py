"""Delivered against billed, for the person and for the provider."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.refusals import NotAllowed, NotFound
from app.people.accounts.access import actor
from app.people.accounts.rules import Role, StaffDuty
from app.people.circles.access import shopper
from app.platform.web.guards import open_to
from app.platform.web.paging import PAGE_SIZE, Page, page_number
from app.support.booking_records import permissions as booking_records_permissions
from app.support.bookings.access import BUYERS, say_looked
from app.support.visits.queries import figures
from app.support.visits.rules import figures as figures_rules
from app.support.visits.rules.figures import FIGURES_COVER
from app.support.visits.views.blueprints import blueprint


@blueprint.get("/bookings/delivered")
@open_to(*BUYERS)
def delivered_to() -> ResponseReturnValue:
    """What was planned for a person, what they were given and what they were charged for, by provider."""
    looking = shopper()
    if not booking_records_permissions.may_see_bookings(looking.powers):
        raise NotAllowed(f"You may not see the bookings of {looking.person.full_name}. Only they can let you.")
    say_looked(looking.person)
    now = clock.now()
    lines = figures.figures_of_person(looking.actor, looking.person, since=now - FIGURES_COVER, until=now)
    return render_template("visits/delivered.html", looking=looking, lines=lines, hours=figures_rules.hours_words)


@blueprint.get("/desk/delivered")
@open_to(Role.PROVIDER_STAFF)
def desk_delivered() -> ResponseReturnValue:
    """The same for the organisations of provider staff, by booking."""
    ids, now, number = actor().provider_ids_to(StaffDuty.FINANCE), clock.now(), page_number()
    since = now - FIGURES_COVER
    lines, total = figures.figures_by_booking(ids, since=since, until=now, number=number, size=PAGE_SIZE)
    if not lines and number > 1:
        raise NotFound("There is no such page.")
    return render_template(
        "visits/desk_delivered.html",
        page=Page(lines, number, PAGE_SIZE, total),
        whole=figures.figures_at_desk(ids, since=since, until=now),
        hours=figures_rules.hours_words,
    )
