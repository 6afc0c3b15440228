"""The doors of this room: choosing the council whose shop one stands in."""

from flask import Blueprint, flash, redirect, render_template, request
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.refusals import NotFound
from app.people.councils import queries
from app.people.councils.access import advised_hours, place_to_return, remember, visitor_council
from app.people.councils.forms import CouncilForm, PostcodeForm
from app.people.councils.models import Council
from app.people.councils.rules.geography import (
    OMBUDSMEN,
    compact_or_none,
    outward_of,
    outward_or_none,
    show_postcode,
)
from app.people.councils.rules.in_force import rules_on
from app.platform.web.guards import ANYONE, open_to

blueprint = Blueprint("councils", __name__)

blueprint.add_app_template_global(advised_hours, "advised_hours")


@blueprint.get("/councils")
@open_to(ANYONE)
def councils() -> ResponseReturnValue:
    """Every council here, to choose one by postcode or by name."""
    return _page(PostcodeForm(formdata=None), CouncilForm(formdata=None))


@blueprint.get("/councils/<code>/rules")
@open_to(ANYONE)
def rules(code: str) -> str:
    """Every rule of a council in plain words: what holds today, and what will."""
    council = queries.council_by_code(code.lower())
    if council is None:
        raise NotFound("We do not know that council. Choose yours from the list of councils.")
    today = clock.today()
    found = rules_on(queries.rules_set_by(council.id), today)
    return render_template(
        "councils/rules.html", council=council, rules=found, today=today, ombudsman=OMBUDSMEN.get(council.area_code[0])
    )


@blueprint.post("/choose-council")
@open_to(ANYONE)
def choose_council() -> ResponseReturnValue:
    """Remember a council, chosen from the list or found from a postcode."""
    if "postcode" in request.form:
        form = PostcodeForm()
        listed = CouncilForm(formdata=None)
        if form.validate_on_submit():
            place = queries.place_of(form.postcode.data or "")
            if place is not None:
                return _chosen(place.council, form.next.data)
            form.refuse(_go_on(form.postcode.data or "", listed), "postcode")
        return _page(form, listed, in_error=form)
    listed = CouncilForm()
    listed.offer(list(queries.all_councils()))
    council = queries.council_by_code(listed.council.data) if listed.validate_on_submit() else None
    return (
        _chosen(council, listed.next.data) if council else _page(PostcodeForm(formdata=None), listed, in_error=listed)
    )


def _go_on(typed: str, listed: CouncilForm) -> str:
    """What to say of a postcode we do not hold; where its first half is a council's, that is chosen on the list below."""
    compact = compact_or_none(typed)
    unheld = f"We do not hold the postcode {show_postcode(compact)}" if compact else f"{typed} is no whole postcode"
    half = outward_of(compact) if compact else outward_or_none(typed)
    around = [queries.council_by_id(name.council_id) for name in queries.councils_of_outward(half)] if half else []
    names = [council.name for council in around if council is not None]
    if not compact and not half:
        return "Enter a full postcode, like M31 4FA, or choose your council from the list"
    if not names or around[0] is None:
        return f"{unheld}, nor any that begins with {half}. Check it, or choose your council from the list"
    listed.council.data = around[0].code
    return f"{unheld}. {half} is in {' and in '.join(names)}. Check it, or go on with your council from the list"


def _chosen(council: Council, back_to: str | None) -> ResponseReturnValue:
    remember(council)
    flash(f"You are now looking at support in {council.name}.")
    return redirect(place_to_return(back_to))


def _page(by_postcode: PostcodeForm, by_list: CouncilForm, in_error: object = None) -> ResponseReturnValue:
    found = list(queries.all_councils())
    by_list.offer(found)
    now = visitor_council()
    if now is not None and in_error is None and by_list.council.data is None:
        by_list.council.data = now.code
    back_to = place_to_return(request.values.get("next"))
    by_postcode.next.data = by_list.next.data = back_to
    page = render_template(
        "councils/councils.html", form=in_error, by_postcode=by_postcode, by_list=by_list, now=now, councils=found
    )
    return page, 200 if in_error is None else 400
