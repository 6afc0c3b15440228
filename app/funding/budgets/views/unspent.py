"""Money that was not used: the person says what happened, the care manager notes the talk. Nothing goes back before."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import in_transaction
from app.base.refusals import BadInput, NotFound
from app.funding.budgets.access import person_on_caseload, whose_money
from app.funding.budgets.actions import unspent
from app.funding.budgets.forms import SayForm, TalkForm
from app.funding.budgets.permissions import may_bring_forward, may_see_pot
from app.funding.budgets.queries import unspent_money
from app.funding.budgets.views.blueprints import blueprint
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles.access import shopper
from app.platform.web.attempts import attempt
from app.platform.web.guards import open_to


@blueprint.route("/money/unspent/<public_id>", methods=["GET", "POST"])
@open_to(Role.PERSON, Role.SUPPORTER)
def talk(public_id: str) -> ResponseReturnValue:
    """Say what happened, before the talk; read what was noted, after it."""
    person = whose_money()
    found = unspent_money.talk_for(person.id, public_id)
    looking = shopper()
    if not may_see_pot(looking.powers, found.pot.kind):
        raise NotFound("There is no such talk.")
    form = SayForm(data={"words": found.said})
    if form.validate_on_submit():
        with attempt(form, "words"):
            in_transaction(lambda: unspent.say_about(actor=actor(), talk=found, words=form.words.data or ""))
            flash("Thank you. Your care manager can read it.")
            return redirect(url_for(".talk", public_id=public_id))
    return render_template(
        "budgets/talk.html",
        form=form,
        talk=found,
        whose=person,
        is_mine=person.id == actor().id,
        may_say=found.closed_at is None and may_bring_forward(looking.spender, found.pot),
    )


@blueprint.route("/caseload/<public_id>/unspent/<talk_id>", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def note_talk(public_id: str, talk_id: str) -> ResponseReturnValue:
    """Note what the talk with the person came to."""
    person = person_on_caseload(public_id)
    found = unspent_money.talk_for(person.id, talk_id)
    if found.council_id not in actor().council_ids_as(Role.CARE_MANAGER):
        raise NotFound("There is no such talk.")
    form = TalkForm()
    if form.validate_on_submit():
        with attempt(form, "back", blame={BadInput: "back"}):
            in_transaction(
                lambda: unspent.close_talk(
                    actor=actor(),
                    talk=found,
                    talked_on=form.talked_on.data,
                    back_pence=form.back.data.pence,
                    reason=form.reason.data or "",
                    person_agreed=bool(form.person_agreed.data),
                )
            )
            flash("Noted. The person can read it.")
            return redirect(url_for("agreeing.budget", public_id=person.public_id))
    return render_template("budgets/note_talk.html", form=form, talk=found, whose=person, today=clock.today())
