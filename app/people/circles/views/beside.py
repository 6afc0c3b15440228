"""People beside you: who they are and what they may do; inviting, changing and ending."""

from hashlib import sha256

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.base.db import in_transaction, transaction
from app.base.refusals import NotFound
from app.people.accounts.access import actor
from app.people.circles import forms, permissions, queries
from app.people.circles.actions import invitations, supporters
from app.people.circles.models import Support
from app.people.circles.rules import (
    AUTHORITY_WORDS,
    BY_LAW,
    ENDING_WORDS,
    HELPER_WORDS,
    HISTORY_KINDS,
    POWER_WORDS,
    EndingEvidence,
    HelperKind,
    Power,
    history_words,
    powers_from,
)
from app.people.circles.views.blueprints import blueprint, shown_of, whose_circle
from app.platform.audit.queries import history_about, names_of
from app.platform.web.attempts import attempt
from app.platform.web.fields import PlainForm
from app.platform.web.guards import SIGNED_IN, open_to
from app.platform.web.paging import page_number, page_of


@blueprint.get("/people-beside-you")
@open_to(SIGNED_IN)
def beside_you() -> ResponseReturnValue:
    """Who stands beside a person and may do what, who asks for what; and whom this account helps."""
    person, helped = whose_circle(), queries.people_helped_by(actor())
    entries = queries.care_managers_of(person)
    decides_for = [support.person_id for support in helped if Power.DECIDE in support.granted]
    to_answer = queries.on_caseloads(decides_for)
    return render_template(
        "circles/beside_you.html",
        whose=person,
        is_own=person.id == actor().id,
        supporters=queries.supporters_of(person.id),
        care_managers=entries,
        asked=queries.waiting_by_entry([entry.id for entry in [*entries, *to_answer]]),
        decisions=queries.decisions_about(person.id) if entries else [],
        endings=queries.endings_of(person.id),
        helped=helped,
        to_answer=to_answer,
        power_words=POWER_WORDS,
        helper_words=HELPER_WORDS,
        ending_words=ENDING_WORDS,
        authority_words=AUTHORITY_WORDS,
        by_law=BY_LAW,
    )


@blueprint.get("/people-beside-you/history")
@open_to(SIGNED_IN)
def history() -> ResponseReturnValue:
    """Every change to who stands beside a person, and to what they may do."""
    person = whose_circle()
    page = page_of(history_about(person.id, HISTORY_KINDS), number=page_number())
    return render_template(
        "circles/history.html",
        whose=person,
        is_own=person.id == actor().id,
        page=page,
        names=names_of(page.items),
        history_words=history_words,
        power_words=POWER_WORDS,
        ending_words=ENDING_WORDS,
    )


@blueprint.route("/people-beside-you/invite", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def invite() -> ResponseReturnValue:
    """Ask somebody to stand beside oneself."""
    person = whose_circle()
    if person.id != actor().id:
        raise supporters.CannotGrant
    form = forms.InviteForm(told=True)
    if form.validate_on_submit():
        with attempt(form, "email", blame={supporters.CannotGrant: "powers"}):
            with transaction():
                invitations.invite_supporter(
                    actor=actor(),
                    person=person,
                    email=form.email.data,
                    relation=form.relation.data,
                    powers=powers_from(form.powers.data or []),
                    kind=HelperKind(form.kind.data),
                    ends_on=form.ends_on.data,
                    is_told_when_missed=form.told.data,
                )
            flash("An email with a link is on its way to them. You will hear from us when they answer.")
            return redirect(url_for(".beside_you"))
    return render_template("circles/invite.html", form=form)


@blueprint.route("/people-beside-you/<public_id>", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def change(public_id: str) -> ResponseReturnValue:
    """Change what a supporter may do, and until when."""
    support = _own(public_id)
    form = forms.PowersForm(
        powers=[power.value for power in powers_from(support.powers)],
        ends_on=support.ends_on,
        told=support.is_told_when_missed,
    )
    if form.validate_on_submit():
        with attempt(form, "powers"):
            with transaction():
                supporters.change_powers(
                    actor=actor(),
                    support=support,
                    powers=powers_from(form.powers.data or []),
                    ends_on=form.ends_on.data,
                    is_told_when_missed=form.told.data,
                )
            flash("Changed. It counts from now on.")
            return redirect(url_for(".beside_you"))
    return render_template("circles/change.html", form=form, support=support)


@blueprint.route("/people-beside-you/<public_id>/code", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def make_code(public_id: str) -> ResponseReturnValue:
    """Make a code to tell the invited by word of mouth. It is shown once, and kept nowhere that could show it again."""
    support, form, code = _own(public_id), PlainForm(), None
    if form.validate_on_submit():
        code = in_transaction(lambda: invitations.make_code(actor=actor(), support=support))
    return render_template("circles/code.html", form=form, support=support, code=code)


def _own(public_id: str) -> Support:
    support, standing = queries.support_for(actor(), public_id)
    if not standing.is_oneself:
        raise NotFound("Only the person you help can change what you may do.")
    return support


@blueprint.route("/people-beside-you/<public_id>/end", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def end(public_id: str) -> ResponseReturnValue:
    """End a supporter's part, or one's own, after asking once; somebody from the council says why, then checks it."""
    support, _ = queries.support_for(actor(), public_id)
    if permissions.must_say_why(actor(), support):
        return _end_for_council(support)
    form = PlainForm()
    if form.validate_on_submit():
        with transaction():
            supporters.end_support(actor=actor(), support=support)
        flash("Ended. It counts from now on.")
        return redirect(url_for(".beside_you"))
    return render_template("circles/end.html", form=form, support=support, is_helper=support.supporter_id == actor().id)


CHECKED = "ending_checked"


def _end_for_council(support: Support) -> ResponseReturnValue:
    form = forms.EndHelpForm()
    is_checked = False
    if form.validate_on_submit():
        words = (support.public_id, form.because.data, form.evidence.data, form.heard_by.data or "")
        # A cookie is no place for what somebody wrote about a person: only its fingerprint goes there.
        seen = sha256("\n".join(map(str, words)).encode()).hexdigest()
        if request.form.get("step") == "end" and session.pop(CHECKED, None) == seen:
            with transaction():
                supporters.end_support(
                    actor=actor(),
                    support=support,
                    because=form.because.data + (f" ({form.heard_by.data} heard it.)" if form.heard_by.data else ""),
                    evidence=EndingEvidence(form.evidence.data),
                )
            flash("Ended. We told the person, with your reason.")
            return redirect(url_for(".beside_you"))
        # Nobody ends somebody's help with one press: what the person will read is looked at first.
        session[CHECKED], is_checked = seen, True
    shown = render_template(
        "circles/end_for_council.html", form=form, support=support, is_checked=is_checked, ending_words=ENDING_WORDS
    )
    return shown_of(support.person, shown)
