"""What a care manager asked to be let do: the person says yes or no to each, and takes back what they let."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import transaction
from app.people.accounts.access import actor
from app.people.circles import forms, queries
from app.people.circles.actions import caseloads, decisions
from app.people.circles.forms import capital
from app.people.circles.models import CapacityDecision
from app.people.circles.permissions import may_agree_for_council
from app.people.circles.rules import BY_LAW, CAPACITY_WORDS, POWER_WORDS, Power, powers_from
from app.people.circles.views.blueprints import blueprint, shown_of
from app.platform.web.attempts import attempt
from app.platform.web.fields import PlainForm
from app.platform.web.guards import SIGNED_IN, open_to


@blueprint.route("/people-beside-you/care-managers/<public_id>", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def asked(public_id: str) -> ResponseReturnValue:
    """What a care manager asks for and why: yes or no to each, or later."""
    entry = queries.entry_beside(actor(), public_id)
    waiting = queries.asked_and_waiting(entry.id)
    form = forms.answer_form([one.power for one in waiting], {one.power: one.why for one in waiting})
    if waiting and form.validate_on_submit():
        said = {one.power: form[f"answer_{one.power.value}"].data for one in waiting}
        with attempt(form, f"answer_{waiting[0].power.value}"):
            with transaction():
                caseloads.answer_asked(
                    actor=actor(),
                    entry=entry,
                    yes=[power for power, word in said.items() if word == "yes"],
                    no=[power for power, word in said.items() if word == "no"],
                )
            flash("We told them what you said. It counts from now on.")
            return redirect(url_for(".beside_you"))
    shown = render_template(
        "circles/asked.html",
        form=form,
        entry=entry,
        waiting=waiting,
        is_own=entry.person_id == actor().id,
        answers=queries.answers_to(entry.id),
        let=[power for power in Power if power in powers_from(entry.powers)],
        power_words=POWER_WORDS,
        by_law=BY_LAW,
    )
    return shown_of(entry.person, shown)


@blueprint.route("/people-beside-you/care-managers/<public_id>/narrow", methods=["GET", "POST"])
@open_to(SIGNED_IN)
def narrow(public_id: str) -> ResponseReturnValue:
    """Leave a care manager only some of what they were let do, or nothing."""
    entry = queries.entry_beside(actor(), public_id)
    form = forms.NarrowForm(powers=[power.value for power in powers_from(entry.powers)])
    had = powers_from(entry.powers)
    form.powers.choices = {power.value: capital(POWER_WORDS[power]) for power in Power if power in had}
    if form.validate_on_submit():
        with attempt(form, "powers"):
            with transaction():
                caseloads.narrow_powers(actor=actor(), entry=entry, keep=powers_from(form.powers.data or []))
            flash("Changed. It counts from now on.")
            return redirect(url_for(".beside_you"))
    shown = render_template("circles/narrow.html", form=form, entry=entry, is_own=entry.person_id == actor().id)
    return shown_of(entry.person, shown)


@blueprint.get("/people-beside-you/decisions/<public_id>")
@open_to(SIGNED_IN)
def decision(public_id: str) -> ResponseReturnValue:
    """All of a decision that was made for a person: which, why, by whom, until when, and how to challenge it."""
    found = queries.decision_for(actor(), public_id)
    shown = render_template(
        "circles/decision.html",
        decision=found,
        person=found.entry.person,
        is_own=found.entry.person_id == actor().id,
        may_end=_may_end(found),
        form=PlainForm(formdata=None),
        power_words=POWER_WORDS,
        evidence_words=CAPACITY_WORDS,
    )
    return shown_of(found.entry.person, shown, "decision_looked_at")


def _may_end(found: CapacityDecision) -> bool:
    is_own = found.entry.person_id == actor().id
    return found.ended_at is None and (is_own or may_agree_for_council(actor(), found.entry.council_id))


@blueprint.post("/people-beside-you/decisions/<public_id>/end")
@open_to(SIGNED_IN)
def end_decision(public_id: str) -> ResponseReturnValue:
    """End it before its day of review: the person decides again from then on."""
    found = queries.decision_for(actor(), public_id)
    with transaction():
        decisions.end_capacity_decision(actor=actor(), decision=found)
    flash(
        "Ended. You decide this yourself from now on."
        if found.entry.person_id == actor().id
        else "Ended. We told the person."
    )
    return redirect(url_for(".decision", public_id=public_id))
