"""The doors for whoever runs a council's frameworks: ending a place after a look at whom it touches, and whom nobody books."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import transaction
from app.base.refusals import NotFound
from app.market.frameworks.actions.ending import end_places as end_places_of
from app.market.frameworks.queries.reading import NO_FRAMEWORK, framework_run_by
from app.people.accounts.access import actor
from app.people.accounts.rules import RUN_FRAMEWORKS
from app.people.circles.access import note_look
from app.people.councils.access import council_of_staff
from app.people.councils.models import Framework, Lot
from app.platform.web.attempts import attempt
from app.platform.web.guards import open_to
from app.platform.web.paging import PAGE_SIZE, Page, page_number, page_of
from app.support.framework_use import actions, queries
from app.support.framework_use.forms import EndPlacesForm
from app.support.suspending.queries import people_reached, touched, visits_to_come_within

blueprint = Blueprint("framework_use", __name__)

ALL, CONFIRM, BACK = "all", "confirm", "back"


def _here(code: str, public_id: str) -> Framework:
    council, found = council_of_staff(code, *RUN_FRAMEWORKS), framework_run_by(actor(), public_id)
    if found.council_id != council.id:
        raise NotFound(NO_FRAMEWORK)
    return found


@blueprint.route("/council/<code>/frameworks/<public_id>/providers/<provider_id>/end", methods=["GET", "POST"])
@open_to(*RUN_FRAMEWORKS)
def end_places(code: str, public_id: str, provider_id: str) -> ResponseReturnValue:
    """End a provider's places: the form, then whom it touches, then for good."""
    framework = _here(code, public_id)
    provider = queries.provider_on(framework, provider_id)
    places = queries.places_going_on(framework, provider)
    if not places:
        raise NotFound("It has no place here that goes on.")
    lots: dict[str, Lot] = {str(one.lot.number): one.lot for one in places}
    form = EndPlacesForm()
    form.offer({ALL: "All its lots"} | {number: f"Lot {number}, {lot.name}" for number, lot in lots.items()})
    step = request.form.get("step", "")
    if form.validate_on_submit() and step != BACK:
        lot = lots.get(form.reach.data)
        chosen = [lot] if lot else list(lots.values())
        if step != CONFIRM and form.ends_on.data >= clock.today():
            reach = queries.reach_of(framework, provider, chosen)
            return render_template(
                "framework_use/check.html",
                framework=framework,
                provider=provider,
                form=form,
                chosen=chosen,
                touched=touched(reach),
            )
        with attempt(form, "ends_on"):
            with transaction():
                end_places_of(
                    actor=actor(),
                    provider=provider,
                    framework=framework,
                    lot=lot,
                    ends_on=form.ends_on.data,
                    words=form.words.data or "",
                )
            actions.tell_of_endings()
            flash("The place ends after that day. People with agreed visits have been told their choices.")
            return redirect(url_for(".ended", code=code, public_id=public_id, provider_id=provider_id))
        framework = _here(code, public_id)
        provider = queries.provider_on(framework, provider_id)
    return render_template("framework_use/end.html", framework=framework, provider=provider, form=form)


@blueprint.get("/council/<code>/frameworks/<public_id>/providers/<provider_id>/ended")
@open_to(*RUN_FRAMEWORKS)
def ended(code: str, public_id: str, provider_id: str) -> ResponseReturnValue:
    """The places of a provider that were ended, and the people with agreed visits, for the council to decide how to help."""
    framework = _here(code, public_id)
    provider = queries.provider_on(framework, provider_id)
    places = queries.ended_places(framework, provider)
    if not places:
        raise NotFound("No place of it was ended.")
    reach = queries.reach_of(framework, provider, [one.lot for one in places])
    page = page_of(people_reached(reach), number=page_number())
    if note_look("bookings_in_a_list_looked_at", page.items, subject_kind="provider", subject_id=provider.id):
        page = page_of(people_reached(reach), number=page_number())
        framework = _here(code, public_id)
        provider = queries.provider_on(framework, provider_id)
        places = queries.ended_places(framework, provider)
    return render_template(
        "framework_use/ended.html",
        framework=framework,
        provider=provider,
        places=places,
        page=page,
        to_come=visits_to_come_within(reach, page.items),
    )


@blueprint.get("/council/<code>/frameworks/<public_id>/not-booked")
@open_to(*RUN_FRAMEWORKS)
def not_booked(code: str, public_id: str) -> ResponseReturnValue:
    """Framework providers nobody of this council booked for a year, lot by lot."""
    framework = _here(code, public_id)
    every, number = queries.not_booked(framework), page_number()
    shown = every[(number - 1) * PAGE_SIZE : number * PAGE_SIZE]
    if number > 1 and not shown:
        raise NotFound("There is no such page.")
    return render_template(
        "framework_use/not_booked.html", framework=framework, page=Page(shown, number, PAGE_SIZE, len(every))
    )
