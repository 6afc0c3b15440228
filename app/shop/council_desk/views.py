"""The door of this room: what waits for one of a council's staff, and where everything of theirs is."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.refusals import NotFound
from app.people.accounts.access import actor
from app.people.accounts.rules import DESK_ROLES, Role
from app.people.circles.access import note_look
from app.people.circles.rules import Standing
from app.people.staff.queries import roles_at
from app.people.staff.rules import roles_words
from app.platform.web.guards import open_to
from app.platform.web.paging import PAGE_SIZE, Page, page_number
from app.shop.council_desk.queries import caseload as people
from app.shop.council_desk.queries import desk as queries

blueprint = Blueprint("council_desk", __name__)


@blueprint.get("/council-desk")
@open_to(*DESK_ROLES)
def desk() -> ResponseReturnValue:
    """What waits for whoever looks, at each council they work for."""
    me = actor()
    councils = queries.councils_worked_at(me)
    waits = {one.id: queries.tasks_waiting_for(me, one) for one in councils}
    things = [thing for tasks in waits.values() for task in tasks for thing in task.things]
    note_look("choice_in_a_list_looked_at", [thing.about for thing in things if thing.about is not None])
    return render_template(
        "council_desk/desk.html",
        desks=[(one, roles_words(roles_at(me, one.id)), waits[one.id]) for one in councils],
        roles={one.id: {role.value for role in roles_at(me, one.id)} for one in councils},
    )


@blueprint.get("/caseload")
@open_to(Role.CARE_MANAGER)
def caseload() -> ResponseReturnValue:
    """The people on one's caseload, each with what waits next; whoever is named with it is on record as seen."""
    every, number = people.what_waits(actor(), clock.today()), page_number()
    shown = every[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    if number > 1 and not shown:
        raise NotFound("There is no such page.")
    answer = render_template("council_desk/caseload.html", page=Page(shown, number, PAGE_SIZE, len(every)))
    standing = Standing(frozenset(), is_care_manager=True)
    note_look("caseload_in_a_list_looked_at", [one.person for one in shown if one.tasks], standing=standing)
    return answer
