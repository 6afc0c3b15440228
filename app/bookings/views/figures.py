"""Delivered against billed, for the person and for the provider."""

from flask import render_template
from flask.typing import ResponseReturnValue

from app import clock
from app.accounts.access import actor, open_to
from app.accounts.rules import Role
from app.bookings import permissions, queries, rules
from app.bookings.views import blueprint
from app.bookings.views.mine import BUYERS, say_looked
from app.circles.access import shopper
from app.refusals import NotAllowed, NotFound
from app.web.paging import PAGE_SIZE, Page, page_number


@blueprint.get("/bookings/delivered")
@open_to(*BUYERS)
def delivered_to() -> ResponseReturnValue:
    """What was planned for a person, what they were given and what they were charged for, by provider."""
    looking = shopper()
    if not permissions.may_see(looking.powers):
        raise NotAllowed(
            f"You may not see the bookings of {looking.person.full_name}. They, or their council, can let you."
        )
    say_looked(looking.person)
    now = clock.now()
    lines = queries.figures_of_person(looking.actor, looking.person, since=now - rules.FIGURES_COVER, until=now)
    return render_template("bookings/delivered.html", looking=looking, lines=lines, hours=rules.hours_words)


@blueprint.get("/desk/delivered")
@open_to(Role.PROVIDER_STAFF)
def desk_delivered() -> ResponseReturnValue:
    """The same for the organisations of provider staff, by booking."""
    ids, now, number = actor().provider_ids, clock.now(), page_number()
    since = now - rules.FIGURES_COVER
    lines, total = queries.figures_by_booking(ids, since=since, until=now, number=number, size=PAGE_SIZE)
    if not lines and number > 1:
        raise NotFound("There is no such page.")
    return render_template(
        "bookings/desk_delivered.html",
        page=Page(lines, number, PAGE_SIZE, total),
        whole=queries.figures_at_desk(ids, since=since, until=now),
        hours=rules.hours_words,
    )
