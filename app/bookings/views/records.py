"""What became of a visit, as the provider records it: by typing, or with the person's code at the door."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app import clock
from app.accounts.access import actor, open_to
from app.accounts.rules import Role
from app.bookings import actions, permissions, queries, rules
from app.bookings.forms import AnswerForm, CodeForm, RecordForm
from app.bookings.rules import VisitStatus
from app.bookings.views import blueprint
from app.bookings.views.endings import words_of_endings
from app.db import in_transaction
from app.refusals import BadInput, NotFound
from app.web.paging import page_number, page_of


@blueprint.route("/desk/visits/<public_id>", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def desk_visit(public_id: str) -> ResponseReturnValue:
    """One visit as its provider sees it: the same record as the person's, and the form to record it while that is open."""
    found = queries.whole_visit_at_desk(actor(), public_id)
    form = RecordForm()
    if form.validate_on_submit():
        try:
            ending = VisitStatus(form.ending.data)
            stay = form.stay_near(found) if ending in rules.CAME else rules.NO_TIMES
            in_transaction(
                lambda: actions.record_visit(
                    actor=actor(), visit=found, ending=ending, stay=stay, words=form.words.data or ""
                )
            )
        except BadInput as refusal:
            form.refuse(str(refusal), "words" if str(refusal) == "Enter a reason" else "came")
        else:
            flash("The visit is recorded.")
            return redirect(url_for(".desk_visit", public_id=public_id))
    disputes, now = queries.disputes_of(found), clock.now()
    standing = next((one for one in disputes if one.closed_at is None), None)
    is_open = found.status == VisitStatus.PLANNED and permissions.may_record_visits(actor(), found.booking)
    return render_template(
        "bookings/desk_visit.html",
        form=form,
        visit=found,
        booking=found.booking,
        records=queries.records_of(found),
        disputes=disputes,
        standing=standing,
        clocked=queries.clock_of(found),
        may_record=is_open and found.starts_at <= now,
        may_clock=is_open and found.starts_at - now <= rules.MOST_OFF,
        visit_words=rules.VISIT_WORDS,
        **words_of_endings(),
    )


@blueprint.route("/desk/visits/<public_id>/code", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def door_code(public_id: str) -> ResponseReturnValue:
    """Come in or leave with the person's code: the moment it is entered counts, and nothing of where that was."""
    found = queries.whole_visit_at_desk(actor(), public_id)
    clocked = queries.clock_of(found)
    has_come = clocked is not None and clocked.came_at is not None
    form = CodeForm()
    if form.validate_on_submit():
        act = actions.clock_out if has_come else actions.clock_in
        if in_transaction(lambda: act(actor=actor(), visit=found, code=form.code.data)):
            flash(
                "You have left. The visit is recorded."
                if has_come
                else "You have come in. Enter the code again when you leave."
            )
            return redirect(url_for(".desk_visit", public_id=public_id))
        form.refuse("That is not the code for this visit. Ask the person again", "code")
    rules.visit_must_become(found.status, VisitStatus.DELIVERED)
    return render_template("bookings/door_code.html", form=form, visit=found, booking=found.booking, has_come=has_come)


@blueprint.route("/desk/visits/<public_id>/answer", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def answer_dispute(public_id: str) -> ResponseReturnValue:
    """Answer what the person's side says of a visit."""
    found = queries.whole_visit_at_desk(actor(), public_id)
    standing = next((one for one in queries.disputes_of(found) if one.closed_at is None), None)
    if standing is None:
        raise NotFound("Nothing about this visit waits for your answer.")
    form = AnswerForm()
    if form.validate_on_submit():
        agrees = form.agrees.data == "yes"
        try:
            stay = rules.NO_TIMES if agrees else form.stay_near(found)
            in_transaction(
                lambda: actions.answer_dispute(
                    actor=actor(), dispute=standing, agrees=agrees, words=form.words.data or "", stay=stay
                )
            )
        except BadInput as refusal:
            form.refuse(str(refusal), "words" if str(refusal) == "Enter a reason" else "came")
        else:
            flash(
                "Thank you. It is settled."
                if agrees
                else "Thank you. The care manager will decide. We have told the person."
            )
            return redirect(url_for(".desk_visit", public_id=public_id))
    return render_template(
        "bookings/answer.html", form=form, visit=found, booking=found.booking, dispute=standing, **words_of_endings()
    )


@blueprint.get("/desk/to-settle")
@open_to(Role.PROVIDER_STAFF)
def desk_to_settle() -> ResponseReturnValue:
    """Visits of these organisations that wait for somebody to say what became of them."""
    page = page_of(queries.to_settle_at_desk(actor().provider_ids), number=page_number())
    return render_template(
        "bookings/to_settle.html",
        page=page,
        standing=queries.disputes_standing(page.items),
        dispute_words=rules.DISPUTE_WORDS,
        shows_person=True,
        door=".desk_visit",
    )
