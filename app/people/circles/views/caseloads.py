"""A care manager's caseload: putting people on it, asking what one may do, and recording what others decided."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import db, transaction
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles import forms, queries
from app.people.circles.actions import caseloads, decisions
from app.people.circles.actions.decisions import Reasons
from app.people.circles.rules import (
    BY_LAW,
    AuthorityEvidence,
    CapacityEvidence,
    HelperKind,
    Power,
    powers_from,
)
from app.people.circles.views.blueprints import blueprint, shown_of
from app.people.councils.models import Council
from app.platform.web.attempts import attempt
from app.platform.web.fields import PlainForm
from app.platform.web.guards import open_to


@blueprint.route("/caseload/add", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def add_to_caseload() -> ResponseReturnValue:
    """Put a person who lives in the council's area on one's own caseload. They are told, and it is on the record."""
    form = forms.CaseloadForm()
    if form.validate_on_submit():
        with attempt(form, "email"):
            with transaction():
                me = actor()
                person = queries.resident(form.email.data, me.council_ids_as(Role.CARE_MANAGER))
                entry = caseloads.put_on_caseload(
                    actor=me,
                    care_manager=me,
                    person=person,
                    council=db.session.get_one(Council, person.council_id),
                    because=form.because.data,
                )
                public_id = entry.public_id
            flash("They are on your caseload, and were told. Ask them here what you may do.")
            return redirect(url_for(".ask", public_id=public_id))
    return render_template("circles/add_to_caseload.html", form=form)


@blueprint.route("/caseload/<public_id>/end", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def take_off_caseload(public_id: str) -> ResponseReturnValue:
    """Take a person off one's caseload, after asking once."""
    entry = queries.caseload_entry_for(actor(), public_id)
    form = PlainForm()
    if form.validate_on_submit():
        with transaction():
            caseloads.take_off_caseload(actor=actor(), entry=entry)
        flash("They are no longer on your caseload, and were told.")
        return redirect(url_for("council_desk.caseload"))
    return render_template("circles/take_off_caseload.html", form=form, entry=entry)


@blueprint.route("/caseload/<public_id>/ask", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def ask(public_id: str) -> ResponseReturnValue:
    """What one may do for a person, what was asked and answered; and ask for more."""
    entry = queries.caseload_entry_for(actor(), public_id)
    form = forms.AskForm()
    if form.validate_on_submit():
        with attempt(form, "powers"):
            with transaction():
                caseloads.ask_powers(
                    actor=actor(), entry=entry, powers=powers_from(form.powers.data or []), why=form.why.data
                )
            flash("Asked. Nothing changes until they say yes.")
            return redirect(url_for(".ask", public_id=public_id))
    shown = render_template(
        "circles/ask.html",
        form=form,
        entry=entry,
        may=[power for power in Power if power in entry.granted],
        waiting=queries.asked_and_waiting(entry.id),
        answers=queries.answers_to(entry.id),
        decisions=queries.decisions_about(entry.person_id),
        words=forms.ASKED_WORDS,
        by_law=BY_LAW,
    )
    return shown_of(entry.person, shown)


@blueprint.route("/caseload/<public_id>/decision", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def record_decision(public_id: str) -> ResponseReturnValue:
    """Record that a person cannot decide one thing now, and what was decided; a second from the council looks at it."""
    entry = queries.caseload_entry_for(actor(), public_id)
    form = forms.DecisionForm()
    if form.validate_on_submit():
        with attempt(form, "which_decision"):
            with transaction():
                made = decisions.record_capacity_decision(
                    actor=actor(),
                    entry=entry,
                    powers=powers_from(form.powers.data or []),
                    reasons=Reasons(
                        form.which_decision.data,
                        form.help_tried.data,
                        form.least_restriction.data,
                        form.decided_by_name.data,
                        form.decided_by_role.data,
                    ),
                    evidence=CapacityEvidence(form.evidence.data),
                    review_on=form.review_on.data,
                )
                path = url_for(".decision", public_id=made.public_id)
            flash("Recorded, and the person was told. It counts once somebody else from your council agrees.")
            return redirect(path)
    return shown_of(entry.person, render_template("circles/record_decision.html", form=form, entry=entry))


@blueprint.route("/caseload/<public_id>/authority", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def note_authority(public_id: str) -> ResponseReturnValue:
    """Note that somebody is attorney, deputy or appointee for a person's money; a second sees the paper too."""
    entry = queries.caseload_entry_for(actor(), public_id)
    form = forms.AuthorityForm()
    if form.validate_on_submit():
        with attempt(form, "email"):
            with transaction():
                decisions.note_authority(
                    actor=actor(),
                    entry=entry,
                    email=form.email.data,
                    relation=form.relation.data,
                    kind=HelperKind(form.kind.data),
                    authority=AuthorityEvidence(form.authority.data),
                )
            flash("Noted. It counts once they have said yes and somebody else from your council has seen the paper.")
            return redirect(url_for(".ask", public_id=public_id))
    return shown_of(entry.person, render_template("circles/note_authority.html", form=form, entry=entry))
