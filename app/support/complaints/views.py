"""The doors of this room: complain and follow it; the provider's managers answer; the council's moderators have the copy."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import db, in_transaction
from app.people.accounts.access import actor
from app.people.accounts.rules import Role, StaffDuty
from app.people.circles.access import Shopper, note_look, shopper
from app.people.circles.rules import Power, Standing
from app.people.councils.access import council_of_staff
from app.people.councils.queries import council_by_id
from app.people.councils.rules.geography import OMBUDSMEN
from app.platform.web.attempts import attempt
from app.platform.web.downloads import csv_file
from app.platform.web.fields import Form, PlainForm
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.queries.staff import providers_of
from app.support.complaints import actions, permissions, queries
from app.support.complaints.forms import (
    COUNCIL,
    TO_PROVIDER,
    AcknowledgeForm,
    ComplaintAnswerForm,
    ComplaintForm,
    FurtherForm,
)
from app.support.complaints.models import Complaint
from app.support.complaints.permissions import READERS
from app.support.complaints.rules import (
    NOT_FOR_THE_PROVIDER,
    OMBUDSMAN_PAGES,
    STATUS_WORDS,
    STEP_WORDS,
    WAITING,
    ComplaintStatus,
)

blueprint = Blueprint("complaints", __name__)

COMPLAINERS = (Role.PERSON, Role.SUPPORTER)
LOOKED = "complaint_looked_at"
STAFF = Standing(frozenset(), is_care_manager=True)
PROVIDER, OFFICE = "provider", "council"
COLUMNS = (
    *("complaint", "about", "who_answers", "status", "received", "acknowledge_by", "acknowledged"),
    *("answer_by", "answered", "taken_further", "answered_for_good", "late"),
)


def _complainer() -> Shopper:
    found = shopper()
    found.require(Power.COMPLAIN)
    return found


@blueprint.get("/complaints")
@open_to(*COMPLAINERS)
def complaints() -> ResponseReturnValue:
    """One's complaints, the newest first; a supporter sees those they wrote for the person."""
    found = _complainer()
    page = page_of(queries.complaints_of(found.actor, found.person), number=page_number())
    return render_template("complaints/complaints.html", page=page, looking=found, status_words=STATUS_WORDS)


@blueprint.route("/complaints/new", methods=["GET", "POST"])
@open_to(*COMPLAINERS)
def complain() -> ResponseReturnValue:
    """Complain about support somebody has or had, or about the council."""
    found = _complainer()
    bookings = {one.public_id: one for one in queries.bookings_to_speak_of(found.person)}
    council = council_by_id(found.person.council_id) if found.person.council_id else None
    form = ComplaintForm()
    form.offer(
        {public_id: f"{one.agreed['title']}, {one.agreed['provider']}" for public_id, one in bookings.items()},
        None if council is None else f"{council.name}, the council",
    )
    if request.method == "GET" and request.args.get("about") in bookings:
        form.about.data = request.args["about"]
    if form.validate_on_submit():
        with attempt(form, "words"):
            made = in_transaction(lambda: _sent(form, bookings.get(form.about.data or "")))
            flash("Your complaint is sent. Below you see by when you hear.")
            return redirect(url_for(".complaint", public_id=made))
        found = _complainer()
    return render_template(
        "complaints/complain.html",
        form=form,
        looking=found,
        can=bool(bookings) or council is not None,
        **_next(council),
    )


def _sent(form: ComplaintForm, booking: Booking | None) -> str:
    found = _complainer()
    made = actions.complain(
        actor=found.actor,
        person=found.person,
        booking=None if form.about.data == COUNCIL else booking,
        for_provider=form.to.data == TO_PROVIDER,
        words=form.words.data or "",
        key=form.key.data or "",
    )
    return made.public_id


@blueprint.route("/complaints/<public_id>", methods=["GET", "POST"])
@open_to(*COMPLAINERS)
def complaint(public_id: str) -> ResponseReturnValue:
    """One's own complaint: what came of it, by when one hears, and where to go next."""
    found, form = queries.own_complaint(actor(), public_id), FurtherForm()
    if form.validate_on_submit():
        with attempt(form, "words"):
            in_transaction(
                lambda: actions.take_further(
                    actor=actor(), complaint=queries.own_complaint(actor(), public_id), words=form.words.data or ""
                )
            )
            flash("Somebody else at the council looks at it again.")
            return redirect(url_for(".complaint", public_id=public_id))
        found = queries.own_complaint(actor(), public_id)
    if note_look(LOOKED, [found.person], subject_kind="own_complaint", subject_id=found.id):
        found = queries.own_complaint(actor(), public_id)
    return _shown(
        found,
        "",
        form=form,
        plain=PlainForm(formdata=None),
        may_take_further=permissions.may_take_further(found),
        may_take_back=found.status in WAITING,
        **_next(found.council),
    )


@blueprint.post("/complaints/<public_id>/take-back")
@open_to(*COMPLAINERS)
def take_back(public_id: str) -> ResponseReturnValue:
    """Take a complaint back; it stays on record."""
    in_transaction(
        lambda: actions.take_complaint_back(actor=actor(), complaint=queries.own_complaint(actor(), public_id))
    )
    flash("Your complaint is taken back. Nobody has to answer it.")
    return redirect(url_for(".complaint", public_id=public_id))


@blueprint.get("/desk/complaints")
@open_to(Role.PROVIDER_STAFF)
def desk_complaints() -> ResponseReturnValue:
    """The complaints a provider's managers answer, those that wait first."""
    mine = [one for one in providers_of(actor()) if _manages(one.id)]
    wanted = request.args.get("provider")
    provider = next((one for one in mine if one.public_id == wanted), mine[0] if mine else None)
    rows = None if provider is None else queries.complaints_at_provider(actor(), provider)
    page = None if rows is None else page_of(rows, number=page_number())
    answer = render_template(
        "complaints/desk_complaints.html",
        providers=mine,
        provider=provider,
        page=page,
        status_words=STATUS_WORDS,
        today=clock.today(),
    )
    note_look("complaints_in_a_list_looked_at", [one.person for one in page.items] if page else [], standing=STAFF)
    return answer


def _manages(provider_id: int) -> bool:
    return provider_id in actor().provider_ids_to(StaffDuty.MANAGE)


@blueprint.route("/desk/complaints/<public_id>", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def desk_complaint(public_id: str) -> ResponseReturnValue:
    """One of them: acknowledge it, then answer it."""
    return _answering(lambda: queries.complaint_at_provider(actor(), public_id), PROVIDER, url_for(
        ".desk_complaint", public_id=public_id
    ))  # fmt: skip


@blueprint.get("/council/<code>/complaints")
@open_to(*READERS)
def council_complaints(code: str) -> ResponseReturnValue:
    """A council's copies: those that wait first; with ``show=mine`` those that wait for this moderator."""
    council = council_of_staff(code, *READERS)
    only_mine = request.args.get("show") == "mine"
    page = page_of(queries.complaints_at_council(actor(), council.id, only_mine=only_mine), number=page_number())
    answer = render_template(
        "complaints/council_complaints.html",
        council=council,
        page=page,
        only_mine=only_mine,
        status_words=STATUS_WORDS,
        today=clock.today(),
    )
    note_look("complaints_in_a_list_looked_at", [one.person for one in page.items], standing=STAFF)
    return answer


@blueprint.get("/council/<code>/complaints.csv")
@open_to(*READERS)
def complaints_file(code: str) -> ResponseReturnValue:
    """Every complaint of which the council has the copy, with its days: nobody's name and nobody's words."""
    council = council_of_staff(code, *READERS)
    # Without those in which this moderator has a part: nobody learns here that somebody complained about them.
    every = db.session.scalars(queries.complaints_at_council(actor(), council.id).order_by(None).order_by(Complaint.id))
    rows = [_row(one) for one in every]
    return csv_file(f"complaints-{council.code}.csv", COLUMNS, rows)


def _row(one: Complaint) -> tuple[str, ...]:
    moments = (one.acknowledged_at, one.answered_at, one.further_at, one.final_at)
    acknowledged, answered, further, final = (clock.london(at).date().isoformat() if at else "" for at in moments)
    ended = one.final_at if one.further_at else one.answered_at
    last = clock.london(ended).date() if ended else clock.today()
    is_late = one.status != ComplaintStatus.WITHDRAWN and last > one.answer_by
    return (
        one.public_id,
        one.about_words,
        "provider" if one.for_provider else "council",
        one.status.value,
        clock.london(one.received_at).date().isoformat(),
        one.acknowledge_by.isoformat(),
        acknowledged,
        one.answer_by.isoformat(),
        answered,
        further,
        final,
        "yes" if is_late else "no",
    )


@blueprint.route("/council/<code>/complaints/<public_id>", methods=["GET", "POST"])
@open_to(*READERS)
def council_complaint(code: str, public_id: str) -> ResponseReturnValue:
    """One of them: read it, and answer where the council answers."""
    council = council_of_staff(code, *READERS)
    return _answering(
        lambda: queries.complaint_at_council(actor(), council_of_staff(code, *READERS).id, public_id),
        OFFICE,
        url_for(".council_complaint", code=council.code, public_id=public_id),
    )


def _answering(read: Any, side: str, here: str) -> ResponseReturnValue:
    """The page of whoever answers, and what they send: first that it came, then the answer."""
    found = read()
    must_acknowledge = found.status == ComplaintStatus.RECEIVED and request.values.get("step") != "answer"
    form: Form = AcknowledgeForm() if must_acknowledge else ComplaintAnswerForm()
    if form.validate_on_submit():
        with attempt(form, "answer_by" if must_acknowledge else "words"):
            in_transaction(lambda: _acted(form, read()))
            flash("It is sent to whoever complained.")
            return redirect(here)
        found = read()
    may_answer = permissions.may_answer_complaint(actor(), found)
    answer = _shown(
        found,
        side,
        form=form if may_answer else None,
        must_acknowledge=must_acknowledge,
        here=here,
    )
    note_look(LOOKED, [found.person], standing=STAFF, subject_kind="own_complaint", subject_id=found.id)
    return answer


def _acted(form: Form, found: Complaint) -> None:
    words = form["words"].data or ""
    if isinstance(form, AcknowledgeForm):
        actions.acknowledge(actor=actor(), complaint=found, answer_by=form.answer_by.data, words=words)
    else:
        actions.answer_complaint(actor=actor(), complaint=found, words=words)


def _shown(found: Complaint, side: str, **more: Any) -> ResponseReturnValue:
    hidden = NOT_FOR_THE_PROVIDER if side == PROVIDER else frozenset()
    return render_template(
        "complaints/complaint.html",
        complaint=found,
        side=side,
        steps=[one for one in found.steps if one.step not in hidden],
        status_words=STATUS_WORDS,
        step_words=STEP_WORDS,
        today=clock.today(),
        is_waiting=found.status in WAITING,
        **more,
    )


def _next(council: Any) -> dict[str, object]:
    """Where to go next: the council's telephone, and the ombudsman of its nation; England's where there is no council."""
    nation = council.area_code[0] if council is not None else "E"
    nation = nation if nation in OMBUDSMEN else "E"
    return {"council": council, "ombudsman": OMBUDSMEN[nation], "ombudsman_page": OMBUDSMAN_PAGES[nation]}
