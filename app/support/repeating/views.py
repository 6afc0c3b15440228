"""One visit of a booking, and what may be done with it: cancelled, moved, put back; the pattern it is of; the note."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.datastructures import MultiDict

from app.base import clock
from app.base.db import in_transaction
from app.base.refusals import Conflict, NotAllowed
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles import queries as circles
from app.people.circles.rules import Spender
from app.platform.web.attempts import attempt
from app.platform.web.fields import new_key
from app.platform.web.filters import money
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.queries import changes, whose_money
from app.support.booking_records.rules import cancelling
from app.support.booking_records.rules.changes import ChangeStatus, VisitChangedMeanwhile
from app.support.booking_records.rules.states import BOOKING_IS_NOW, OPEN, BookingStatus, VisitStatus
from app.support.bookings.access import BUYERS, found_booking, said_to
from app.support.bookings.actions import hours_back
from app.support.bookings.actions.requests import PriceChanged
from app.support.bookings.actions.visit_rows import Wait
from app.support.bookings.forms.answers import DeclineForm
from app.support.bookings.queries import beside
from app.support.recurrence.rules.patterns import PatternRefused, Scope
from app.support.recurrence.rules.times import TimesRefused
from app.support.repeating.actions import changes as changes_actions
from app.support.repeating.actions import leaving_out, replanning
from app.support.repeating.forms import SCOPE_WORDS, ChangeForm, ConfirmChangeForm, LeaveOutForm, NoteForm, wish_in
from app.support.repeating.queries import patterns
from app.support.repeating.queries.patterns import Which
from app.support.visits.queries import endings

blueprint = Blueprint("repeating", __name__)


@blueprint.get("/bookings/<public_id>/visits")
@open_to(*BUYERS)
def visits(public_id: str) -> ResponseReturnValue:
    """Every visit made of a booking, by the page, those cancelled too."""
    booking = found_booking(public_id)
    page = page_of(patterns.visits_of(booking.id), number=page_number())
    return render_template(
        "repeating/visits.html",
        booking=booking,
        page=page,
        said=said_to(booking.person),
        disputed=endings.disputes_standing(page.items),
    )


@blueprint.get("/bookings/<public_id>/visits/<name>")
@open_to(*BUYERS)
def one_visit(public_id: str, name: str) -> ResponseReturnValue:
    """One visit, made or still to be made: when it is, what it costs, and what may be done with it."""
    which = _which(public_id, name)
    planned = which.visit is None or which.visit.status == VisitStatus.PLANNED
    may_change = (
        booking_records_permissions.may_book(whose_money.powers_about(actor(), which.booking))
        and which.booking.status in OPEN
        and which.starts > clock.now()
    )
    return render_template(
        "repeating/one_visit.html",
        booking=which.booking,
        which=which,
        may_know=whose_money.may_know_of(Spender(actor().id, circles.powers_over(actor(), which.booking.person_id))),
        pattern=which.booking.pattern,
        change=changes.waiting_change(which.booking.id),
        may_leave_out=may_change and planned and not (which.visit is None and which.is_skipped),
        may_change=may_change and planned and not (which.visit is None and which.is_skipped),
        may_put_back=may_change and which.is_skipped and not (which.visit is not None and planned),
        said=said_to(which.booking.person),
        is_disputed=which.visit is not None and bool(endings.disputes_standing([which.visit])),
        now=clock.now(),
    )


@blueprint.route("/bookings/<public_id>/visits/<name>/cancel", methods=["GET", "POST"])
@open_to(*BUYERS)
def leave_out(public_id: str, name: str) -> ResponseReturnValue:
    """Cancel this visit, this and later ones, or all to come; what each means in money and notice is said first."""
    which, form = _which_to_change(public_id, name), LeaveOutForm()
    meant = leaving_out.consequences(which)
    sent = request.method == "POST"
    form.scope.choices = [(scope.value, SCOPE_WORDS[scope]) for scope in meant]
    if form.validate_on_submit():
        try:
            in_transaction(
                lambda: leaving_out.leave_out(
                    actor=actor(),
                    booking=which.booking,
                    name=name,
                    scope=Scope(form.scope.data),
                    reason=form.reason.data or "",
                    charge_seen=form.charge_seen,
                    seen=form.seen.number,
                )
            )
        except PriceChanged as refusal:
            form.refuse(
                f"Cancelling now costs {money(refusal.now_pence)}, not {money(refusal.seen_pence)}: the time for "
                "cancelling changed while you were looking. Nothing was cancelled. Cancel again if you agree."
            )
        except VisitChangedMeanwhile as refusal:
            form.refuse(str(refusal))
        else:
            flash(_LEFT_OUT[Scope(form.scope.data)])
            return redirect(url_for("desk.booking", public_id=public_id))
        which = _which_to_change(public_id, name)
        meant = leaving_out.consequences(which)
    form.offer(meant, which.booking.revision)
    if not sent and len(meant) == 1:
        form.scope.data = Scope.THIS.value
    return render_template(
        "repeating/leave_out.html",
        form=form,
        booking=which.booking,
        which=which,
        meant=meant,
        # What repeats is never asked for with saved hours.
        hours_used=None if which.booking.pattern else hours_back.hours_used_for(which.booking),
    )


_LEFT_OUT = {
    Scope.THIS: "The visit is cancelled. All others stay.",
    Scope.LATER: "This visit and all later ones are cancelled.",
    Scope.ALL: "All visits to come are cancelled.",
}


@blueprint.route("/bookings/<public_id>/visits/<name>/change", methods=["GET", "POST"])
@open_to(*BUYERS)
def change_visit(public_id: str, name: str) -> ResponseReturnValue:
    """When should it be instead: this visit, this and later ones, or all to come of this time of day?"""
    which, form = _which_to_change(public_id, name), ChangeForm()
    scopes = [scope for scope in Scope if which.slot is not None or scope is Scope.THIS]
    if which.visit is None:
        scopes.remove(Scope.THIS)
    form.scope.choices = [(scope.value, SCOPE_WORDS[scope]) for scope in scopes]
    if request.method == "GET":
        form.scope.data = scopes[0].value if len(scopes) == 1 else None
        form.on.process(None, clock.london(which.starts).date())
        form.start.data, form.end.data, form.ends_next_day.data = which.faces
        form.days.data = [str(day) for day in which.slot.as_rule.rule.days] if which.slot is not None else []
    if form.validate_on_submit() and form.is_whole():
        with attempt(
            form,
            blame=dict.fromkeys(
                (TimesRefused, PatternRefused), lambda refusal: refusal.field if refusal.field in form else "start"
            ),
        ):
            scope, wish = wish_in(_as_args(form.query))
            changes_actions.preview_change(which.booking, name, scope, wish)
            return redirect(url_for(".check_change", public_id=public_id, name=name, **form.query))
    return render_template(
        "repeating/change_visit.html", form=form, booking=which.booking, which=which, scopes=scopes, this=Scope.THIS
    )


@blueprint.route("/bookings/<public_id>/visits/<name>/change/check", methods=["GET", "POST"])
@open_to(*BUYERS)
def check_change(public_id: str, name: str) -> ResponseReturnValue:
    """What the change means in money and notice, then ask for it."""
    which, form = _which_to_change(public_id, name), ConfirmChangeForm()
    scope, wish = wish_in(request.args)
    if form.validate_on_submit():
        with attempt(form):
            change = in_transaction(
                lambda: changes_actions.ask_change(
                    actor=actor(),
                    booking=which.booking,
                    name=name,
                    scope=scope,
                    wish=wish,
                    key=form.key.data or "",
                    after_seen=form.after.number,
                    seen=form.seen.number,
                )
            )
            is_asked = change.status == ChangeStatus.ASKED
            flash(
                "The provider is asked. Until they answer, your visits stay as they are."
                if is_asked
                else "Your visits are changed."
            )
            return redirect(url_for("desk.booking", public_id=public_id))
        which = _which_to_change(public_id, name)
    plan = changes_actions.preview_change(which.booking, name, scope, wish)
    short, paid = None, None
    try:
        paid = replanning.paying_or_waiting(which.booking, plan, is_locked=False)
    except Conflict as refusal:
        short = str(refusal)
    form.after.data, form.seen.data = str(plan.after_pence), str(which.booking.revision)
    form.key.data = form.key.data or new_key()
    return render_template(
        "repeating/check_change.html",
        form=form,
        booking=which.booking,
        which=which,
        plan=plan,
        scope=scope,
        scope_words=SCOPE_WORDS,
        short=short,
        waits=paid if isinstance(paid, Wait) else None,
        has_waited=any(visit.waits_on is not None for visit in plan.gone),
        beside=beside.visits_beside(
            which.booking.person_id,
            which.booking.listing,
            beside.times_after(plan.slot, plan.begins)
            if plan.slot and plan.begins
            else [(one.starts, one.ends) for one in plan.made],
            but=which.booking.id,
        ),
        is_agreed=which.booking.status == BookingStatus.ACCEPTED and not (wish.is_back and not plan.made),
        in_time=cancelling.is_in_time(
            which.starts, now=clock.now(), notice_hours=int(which.booking.agreed["notice_hours"])
        ),
    )


@blueprint.post("/bookings/<public_id>/change/withdraw")
@open_to(*BUYERS)
def withdraw_change(public_id: str) -> ResponseReturnValue:
    """Take back what was asked for and nobody has answered."""
    booking = found_booking(public_id)
    in_transaction(lambda: changes_actions.withdraw_change(actor=actor(), booking=booking))
    flash("You took the change back. Your visits stay as they are.")
    return redirect(url_for("desk.booking", public_id=public_id))


@blueprint.route("/bookings/<public_id>/note", methods=["GET", "POST"])
@open_to(*BUYERS)
def note(public_id: str) -> ResponseReturnValue:
    """Write anew what the provider should know. Nothing else changes."""
    booking = found_booking(public_id)
    _must_book(booking)
    form = NoteForm(data={"note": booking.note})
    if form.validate_on_submit():
        with attempt(form, "note"):
            in_transaction(
                lambda: changes_actions.write_note(actor=actor(), booking=booking, note=form.note.data or "")
            )
            flash("What they should know is written anew. Nothing else has changed.")
            return redirect(url_for("desk.booking", public_id=public_id))
    return render_template("repeating/note.html", form=form, booking=booking)


@blueprint.post("/desk/changes/<public_id>/agree")
@open_to(Role.PROVIDER_STAFF)
def agree_to_change(public_id: str) -> ResponseReturnValue:
    """Agree to another time."""
    change = patterns.change_at_desk(actor(), public_id)
    status = in_transaction(lambda: changes_actions.agree_to_change(actor=actor(), change=change).status)
    flash(
        "You agreed to the new time. We have told the person."
        if status == ChangeStatus.AGREED
        else "The visits have changed since this was asked for, so nothing was changed. We have asked the person again."
    )
    return redirect(url_for("desk.desk_booking", public_id=change.booking.public_id))


@blueprint.route("/desk/changes/<public_id>/decline", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def decline_change(public_id: str) -> ResponseReturnValue:
    """Say that another time is not possible, with a reason."""
    change = patterns.change_at_desk(actor(), public_id)
    form = DeclineForm()
    if form.validate_on_submit():
        with attempt(form, "reason", passing=Conflict):
            in_transaction(
                lambda: changes_actions.decline_change(actor=actor(), change=change, reason=form.reason.data)
            )
            flash("You declined the new time. We have told the person, and everything stays as it was agreed.")
            return redirect(url_for("desk.desk_booking", public_id=change.booking.public_id))
    return render_template("repeating/decline_change.html", form=form, booking=change.booking)


def _which(public_id: str, name: str) -> Which:
    booking = found_booking(public_id)
    return patterns.which_visit(booking, patterns.pattern_of(booking.id), name)


def _which_to_change(public_id: str, name: str) -> Which:
    which = _which(public_id, name)
    _must_book(which.booking)
    if which.booking.status not in OPEN:
        raise Conflict(f"This booking {BOOKING_IS_NOW[which.booking.status]}, so its visits stay as they are.")
    return which


def _must_book(booking: Booking) -> None:
    if not booking_records_permissions.may_book(whose_money.powers_about(actor(), booking)):
        raise NotAllowed("You may look at this booking but not change it.")


def _as_args(query: dict[str, Any]) -> "MultiDict[str, str]":
    return MultiDict(
        [(name, one) for name, kept in query.items() for one in ([kept] if isinstance(kept, str) else kept)]
    )
