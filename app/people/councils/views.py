"""The doors of this room: choosing the council whose shop one stands in; its places from a file, and how to reach it."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import db, in_transaction, rehearse
from app.base.refusals import BadInput, Conflict, NotFound
from app.base.sizes import MEGABYTE
from app.people.accounts.access import actor
from app.people.accounts.rules import RUN_COUNCIL
from app.people.councils import queries
from app.people.councils.access import advised_hours, council_of_staff, place_to_return, remember, visitor_council
from app.people.councils.actions.councils import set_contact
from app.people.councils.actions.postcodes import add_postcodes
from app.people.councils.forms import PLACES_MOST_BYTES, ContactForm, CouncilForm, PlacesFileForm, PostcodeForm
from app.people.councils.models import Council
from app.people.councils.rules.areas import POSTCODE_COLUMNS, POSTCODES, PostcodeRow, read_postcode
from app.people.councils.rules.geography import (
    OMBUDSMEN,
    compact_or_none,
    outward_of,
    outward_or_none,
    show_postcode,
)
from app.people.councils.rules.in_force import rules_on
from app.people.councils.rules.maps import WIDTH, laid_out
from app.platform.files.actions import file_content, forget_file, hold_file, settle_file
from app.platform.files.rules.photos import Fit
from app.platform.tables.rules.outcomes import Outcome, RowOutcome, totals, with_passed
from app.platform.tables.rules.reading import read_table
from app.platform.tables.rules.rows import TableFile, Unreadable
from app.platform.tables.rules.weighing import SENT
from app.platform.web.attempts import attempt
from app.platform.web.guards import ANYONE, open_to

blueprint = Blueprint("councils", __name__)

TABLE_TYPE = "application/octet-stream"
REFUSED_SHOWN = 100
PLACE_FATES = {
    Outcome.ADDED: "Will be added",
    Outcome.UPDATED: "Will be changed",
    Outcome.UNCHANGED: "Here already, and the same",
    Outcome.REFUSED: "Refused",
    Outcome.PASSED: "Passed over",
}
CONTACTS = ("phone", "email", "safeguarding_phone", "safeguarding_hours")

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


@blueprint.route("/council/<code>/places", methods=["GET", "POST"])
@open_to(*RUN_COUNCIL)
def places(code: str) -> ResponseReturnValue:
    """The council's localities, wards and postcodes; a file of them is looked at, and nothing changes yet."""
    council, form = council_of_staff(code, *RUN_COUNCIL), PlacesFileForm()
    if form.validate_on_submit():
        with attempt(form, "sheet", only=(BadInput, Conflict)):
            content = form.sheet.content
            table = _table_of_places(content)
            fates = with_passed(rehearse(lambda: _brought(code, table)), table)
            sender, name = actor().id, str(form.sheet.data.filename)
            db.session.rollback()
            hold_file(person_id=sender, waits_for=f"places:{code}", name=name, fit=Fit(content or b"", TABLE_TYPE))
            return render_template(
                "councils/places_look.html",
                council=council_of_staff(code, *RUN_COUNCIL),
                counts=totals(fates),
                refused=[one for one in fates if one.fate == Outcome.REFUSED][:REFUSED_SHOWN],
                fate_words=PLACE_FATES,
                name=name,
            )
        council = council_of_staff(code, *RUN_COUNCIL)
    wards = queries.wards_with_places(council.id)
    marks, height = laid_out([(lon, lat) for _, _, _, lon, lat in wards])
    return render_template(
        "councils/places.html",
        council=council,
        form=form,
        columns=POSTCODE_COLUMNS,
        wards=wards,
        marks=marks,
        height=height,
        width=WIDTH,
    )


@blueprint.post("/council/<code>/places/take-in")
@open_to(*RUN_COUNCIL)
def take_in_places(code: str) -> ResponseReturnValue:
    """Yes: take in the file that was looked at. What has changed since counts."""
    council_of_staff(code, *RUN_COUNCIL)

    def take_in() -> dict[str, int]:
        stored = settle_file(person_id=actor().id, waits_for=f"places:{code}")
        fates = _brought(code, _table_of_places(file_content(stored)))
        forget_file(stored)
        return {str(fate): number for fate, number in totals(fates).items()}

    counted = in_transaction(take_in)
    flash(f"{counted['added']:,} postcodes added, {counted['updated']:,} changed, {counted['refused']:,} refused.")
    return redirect(url_for(".places", code=code))


def _table_of_places(content: bytes | None) -> TableFile:
    if content is None:
        raise BadInput("Choose a file")
    if len(content) > PLACES_MOST_BYTES:
        raise BadInput(f"The file is larger than {PLACES_MOST_BYTES // MEGABYTE} megabytes. Send it in parts")
    try:
        return read_table(content, (POSTCODES,), SENT)
    except Unreadable as wrong:
        raise BadInput(f"This file cannot be read: {wrong}") from None


def _brought(code: str, table: TableFile) -> list[RowOutcome]:
    council = council_of_staff(code, *RUN_COUNCIL)
    read = [read_postcode(row, council_code=council.area_code, council_name=council.name) for row in table.rows]
    good = [one for one in read if isinstance(one, PostcodeRow)]
    refused = [one for one in read if isinstance(one, RowOutcome)]
    if not good:
        raise BadInput("No row of this file is a postcode of your council. Check that it is the right file")
    return [*add_postcodes(council=council, rows=good, actor=actor()), *refused]


@blueprint.route("/council/<code>/contact", methods=["GET", "POST"])
@open_to(*RUN_COUNCIL)
def contact(code: str) -> ResponseReturnValue:
    """How to reach the council and its safeguarding team: shown on its pages and in letters."""
    council = council_of_staff(code, *RUN_COUNCIL)
    form = ContactForm(obj=council)
    if form.validate_on_submit():
        told = {name: form[name].data or "" for name in CONTACTS}
        with attempt(form, "phone"):
            in_transaction(lambda: set_contact(actor=actor(), council=council_of_staff(code, *RUN_COUNCIL), **told).id)
            flash("Kept. People see it from now on.")
            return redirect(url_for(".contact", code=code))
        council = council_of_staff(code, *RUN_COUNCIL)
    return render_template("councils/contact.html", council=council, form=form)
