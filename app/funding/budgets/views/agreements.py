"""One-off agreements as the person reads them, and says yes or no to them on their own device."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import in_transaction
from app.funding.budgets.access import LOOKED, whose_money
from app.funding.budgets.actions import agreements as actions
from app.funding.budgets.permissions import may_answer_agreement
from app.funding.budgets.queries import paying
from app.funding.budgets.rules.agreements import agreement_words
from app.funding.budgets.views.blueprints import blueprint
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.people.circles.access import note_look, shopper
from app.platform.web.guards import open_to


@blueprint.get("/money/agreements")
@open_to(Role.PERSON, Role.SUPPORTER, Role.CARE_MANAGER)
def agreements() -> ResponseReturnValue:
    """Every agreement that lets a person's money pay somebody else, and which wait for a yes."""
    looking = shopper()
    if may_answer_agreement(looking.actor, looking.standing) and looking.is_for_other:
        note_look(LOOKED)
    else:
        whose_money()
    person = looking.person
    return render_template(
        "budgets/agreements.html",
        agreements=paying.agreements_of(person.id),
        agreement_words=agreement_words,
        today=clock.today(),
        whose=person,
        is_mine=person.id == actor().id,
        may_answer=may_answer_agreement(looking.actor, looking.standing),
    )


@blueprint.post("/money/agreements/<public_id>")
@open_to(Role.PERSON, Role.SUPPORTER)
def answer_agreement(public_id: str) -> ResponseReturnValue:
    """Say yes or no to an agreement (``answer=yes``): the person, or a supporter they let decide."""
    found = paying.agreement_for(shopper().person.id, public_id)
    agrees = request.form.get("answer") == "yes"
    in_transaction(lambda: actions.answer_agreement(actor=actor(), agreement=found, agrees=agrees))
    flash("You said yes. It counts from now on." if agrees else "You said no. It counts for nothing.")
    return redirect(url_for(".agreements"))
