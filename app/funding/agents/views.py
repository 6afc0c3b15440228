"""The door of this room: a person says which of their helpers holds their direct payment."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import in_transaction
from app.funding.agents import actions, queries
from app.funding.agents.forms import AgentForm
from app.people.accounts.access import actor
from app.people.accounts.rules import Role
from app.platform.web.attempts import attempt
from app.platform.web.guards import open_to

blueprint = Blueprint("agents", __name__)


@blueprint.route("/money/held/<public_id>", methods=["GET", "POST"])
@open_to(Role.PERSON)
def held(public_id: str) -> ResponseReturnValue:
    """Who holds this money for oneself, and whose account that is. One's own, whomever one acts for."""
    pot = queries.held_for(actor(), public_id)
    helpers = queries.helpers_of(pot.person_id)
    form = AgentForm()
    form.agent.choices = {key: one.full_name for key, one in helpers.items()}
    is_settled = pot.agent is not None and pot.agent.public_id in helpers
    if not is_settled and helpers and form.validate_on_submit():
        with attempt(form, "agent"):
            in_transaction(lambda: actions.bind_agent(actor=actor(), pot=pot, agent=helpers[form.agent.data]))
            flash("Written down. From now on they can spend this money for you here, if you let them book.")
            return redirect(url_for("budgets.money"))
    return render_template("agents/held.html", form=form, pot=pot, helpers=helpers, is_settled=is_settled)
