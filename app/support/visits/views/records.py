"""What became of a visit, as the provider records it: by typing, or with the person's code at the door."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import in_transaction
from app.base.refusals import BadInput, NotFound
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.platform.web.attempts import attempt
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.rules import states
from app.support.booking_records.rules.states import CAME, VisitStatus
from app.support.booking_records.rules.words import SAID, Reader
from app.support.bookings.queries import at_desk
from app.support.visits.actions import disputes as disputes_actions
from app.support.visits.actions import recording
from app.support.visits.forms import AnswerForm, CodeForm, RecordForm, RecordThingsForm
from app.support.visits.queries import deciding, endings
from app.support.visits.rules.endings import MOST_OFF, NO_TIMES
from app.support.visits.views.blueprints import blueprint
from app.support.visits.views.endings import words_of_endings


@blueprint.post("/desk/visits/<public_id>/delivered")
@open_to(Role.PROVIDER_STAFF)
def delivered(public_id: str) -> ResponseReturnValue:
    """Record that a visit happened: the money set aside is spent."""
    found = at_desk.visit_at_desk(actor(), public_id)
    booking_id = in_transaction(lambda: recording.mark_delivered(actor=actor(), visit=found).booking.public_id)
    flash("It is recorded as having arrived." if found.booking.is_of_things else "The visit is marked as delivered.")
    return redirect(url_for("desk.desk_booking", public_id=booking_id))


@blueprint.post("/desk/visits/<public_id>/missed")
@open_to(Role.PROVIDER_STAFF)
def missed(public_id: str) -> ResponseReturnValue:
    """Record that a visit did not happen: nothing is charged."""
    found = at_desk.visit_at_desk(actor(), public_id)
    booking_id = in_transaction(lambda: recording.mark_missed(actor=actor(), visit=found).booking.public_id)
    flash(
        "It is recorded as not having arrived. Nothing is charged."
        if found.booking.is_of_things
        else "The visit is recorded as not having happened. Nothing is charged."
    )
    return redirect(url_for("desk.desk_booking", public_id=booking_id))


@blueprint.route("/desk/visits/<public_id>", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def desk_visit(public_id: str) -> ResponseReturnValue:
    """One visit as its provider sees it: the same record as the person's, and the form to record it while that is open."""
    found = endings.whole_visit_at_desk(actor(), public_id)
    form: RecordForm | RecordThingsForm = RecordThingsForm() if found.booking.is_of_things else RecordForm()
    blamed = "arrived" if found.booking.is_of_things else "came"
    if form.validate_on_submit():
        with attempt(form, lambda refusal: "words" if str(refusal) == "Enter a reason" else blamed, only=BadInput):
            ending, stay, arrived = VisitStatus(form.ending.data), NO_TIMES, None
            if isinstance(form, RecordThingsForm):
                arrived = form.arrived.data
            elif ending in CAME:
                stay = form.stay_near(found)
            in_transaction(
                lambda: recording.record_visit(
                    actor=actor(),
                    visit=found,
                    ending=ending,
                    stay=stay,
                    words=form.words.data or "",
                    arrived=arrived,
                )
            )
            flash("It is recorded.")
            return redirect(url_for("visits.desk_visit", public_id=public_id))
    disputes, now = endings.disputes_of(found), clock.now()
    standing = next((one for one in disputes if one.closed_at is None), None)
    is_open = found.status == VisitStatus.PLANNED and booking_records_permissions.may_record_visits(
        actor(), found.booking
    )
    return render_template(
        "visits/desk_visit.html",
        form=form,
        visit=found,
        booking=found.booking,
        records=endings.records_of(found),
        disputes=disputes,
        standing=standing,
        clocked=endings.clock_of(found),
        may_record=is_open and found.starts_at <= now,
        sees_home=booking_records_permissions.may_see_home(actor(), found.booking, now=now),
        may_clock=is_open and found.starts_at - now <= MOST_OFF and not found.booking.is_of_things,
        **words_of_endings(SAID[Reader.PROVIDER], disputes),
    )


@blueprint.route("/desk/visits/<public_id>/code", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def door_code(public_id: str) -> ResponseReturnValue:
    """Come in or leave with the person's code: the moment it is entered counts, and nothing of where that was."""
    whole_visit = endings.whole_visit_at_desk(actor(), public_id)
    clocked = endings.clock_of(whole_visit)
    has_come = clocked is not None and clocked.came_at is not None
    form = CodeForm()
    if form.validate_on_submit():
        act = recording.clock_out if has_come else recording.clock_in
        if in_transaction(lambda: act(actor=actor(), visit=whole_visit, code=form.code.data)):
            flash(
                "You have left. The visit is recorded."
                if has_come
                else "You have come in. Enter the code again when you leave."
            )
            return redirect(url_for("visits.desk_visit", public_id=public_id))
        form.refuse("That is not the code for this visit. Ask the person again", "code")
    states.visit_must_become(whole_visit.status, VisitStatus.DELIVERED)
    return render_template(
        "visits/door_code.html", form=form, visit=whole_visit, booking=whole_visit.booking, has_come=has_come
    )


@blueprint.route("/desk/visits/<public_id>/answer", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def answer_dispute(public_id: str) -> ResponseReturnValue:
    """Answer what the person's side says of a visit."""
    whole_visit = endings.whole_visit_at_desk(actor(), public_id)
    standing = next((one for one in endings.disputes_of(whole_visit) if one.closed_at is None), None)
    if standing is None:
        raise NotFound("Nothing about this visit waits for your answer.")
    form = AnswerForm()
    decider = SAID[Reader.PROVIDER].decider(deciding.who_decides([standing])[standing.id])
    if form.validate_on_submit():
        agrees = form.agrees.data == "yes"
        with attempt(form, lambda refusal: "words" if str(refusal) == "Enter a reason" else "came", only=BadInput):
            stay = NO_TIMES if agrees or whole_visit.booking.is_of_things else form.stay_near(whole_visit)
            in_transaction(
                lambda: disputes_actions.answer_dispute(
                    actor=actor(), dispute=standing, agrees=agrees, words=form.words.data or "", stay=stay
                )
            )
            flash(
                "Thank you. It is settled."
                if agrees
                else f"Thank you. We have told the person. If they do not agree, {decider} decides."
            )
            return redirect(url_for("visits.desk_visit", public_id=public_id))
    return render_template(
        "visits/answer.html",
        form=form,
        visit=whole_visit,
        booking=whole_visit.booking,
        dispute=standing,
        **words_of_endings(SAID[Reader.PROVIDER], [standing]),
    )


@blueprint.get("/desk/to-settle")
@open_to(Role.PROVIDER_STAFF)
def desk_to_settle() -> ResponseReturnValue:
    """Visits of these organisations that wait for somebody to say what became of them."""
    page = page_of(endings.to_settle_at_desk(actor().provider_ids), number=page_number())
    standing = endings.disputes_standing(page.items)
    return render_template(
        "visits/to_settle.html",
        page=page,
        standing=standing,
        decides=deciding.who_decides(list(standing.values())),
        said=SAID[Reader.PROVIDER],
        shows_person=True,
        door="visits.desk_visit",
    )
