"""What a care manager decides: a budget agreed, changed or ended, money released, agreements signed; and a choice enacted."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import db, in_transaction
from app.base.money import Money
from app.base.refusals import BadInput, Conflict, NotFound
from app.funding.agreeing.actions import agreeing as budgets
from app.funding.agreeing.actions import enacting
from app.funding.agreeing.actions.agreeing import WrongYear
from app.funding.agreeing.forms import (
    AgreementForm,
    BudgetForm,
    ChangeBudgetForm,
    ContingencyForm,
    EnactForm,
    EndBudgetForm,
)
from app.funding.agreeing.views.blueprints import blueprint
from app.funding.budgets.access import LOOKED, person_on_caseload
from app.funding.budgets.actions import agreements, releasing
from app.funding.budgets.forms import offer_pots
from app.funding.budgets.models import PersonalBudget
from app.funding.budgets.queries import balances, choices, paying, under_lock
from app.funding.budgets.queries.choices import turn_of
from app.funding.budgets.queries.paying import NoSuchProvider, provider_named
from app.funding.budgets.rules.choices import CHOICE_STATUS_WORDS, share_words
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.access import note_look
from app.people.circles.queries import person_helped
from app.people.councils.models import Council
from app.platform.web.attempts import attempt
from app.platform.web.fields import PlainForm, new_key
from app.platform.web.guards import open_to


def _person(public_id: str) -> tuple[Person, Council]:
    """Somebody on one's own caseload and their council.

    Raises:
        NotFound: when there is none such.
    """
    helped = person_helped(actor(), public_id)
    if helped is None or not helped[1].is_care_manager:
        raise NotFound("There is no such person on your caseload.")
    return helped[0], db.session.get_one(Council, helped[0].council_id)


@blueprint.route("/caseload/<public_id>/budget/new", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def agree_budget(public_id: str) -> ResponseReturnValue:
    """Agree the year's budget of somebody on the caseload, or write down a first estimate."""
    person, council = _person(public_id)
    form = BudgetForm()
    if form.validate_on_submit():
        with attempt(
            form,
            "year_starts_on",
            blame={WrongYear: "year_starts_on", BadInput: "total"},
            only=Conflict,
        ):
            said = in_transaction(lambda: _agree(form, person, council))
            flash(said)
            return redirect(url_for("council_desk.caseload"))
    shown = render_template(
        "agreeing/agree_budget.html", form=form, whose=person, council=council, turn=turn_of(person, council)
    )
    note_look(LOOKED, [person])
    return shown


def _agree(form: BudgetForm, person: Person, council: Council) -> str:
    facts: dict[str, Any] = {
        "actor": actor(),
        "person": person,
        "council": council,
        "year_starts_on": form.year_starts_on.data,
        "total_pence": form.total.data.pence,
        "contribution_pence": form.contribution.data.pence,
    }
    if form.only_estimate.data:
        budget = budgets.estimate_budget(**facts)
        return f"First estimate of {Money(budget.total_pence)} written down for {person.full_name}."
    budget = budgets.agree_budget(
        **facts, pays_contribution=bool(form.pays_contribution.data), contingency_pence=form.contingency_pence
    )
    return f"Budget of {Money(budget.total_pence)} agreed for {person.full_name}."


def _running(person: Person, public_id: str) -> PersonalBudget:
    return under_lock.budget_for(person.id, public_id)


def _page_of(person: Person) -> str:
    return url_for(".budget", public_id=person.public_id)


@blueprint.route("/caseload/<public_id>/budget/<budget_id>/change", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def change_budget(public_id: str, budget_id: str) -> ResponseReturnValue:
    """Change an agreed budget from its next period on."""
    person = person_on_caseload(public_id)
    budget = _running(person, budget_id)
    form = ChangeBudgetForm(data=_as_it_is(budget))
    if form.validate_on_submit():
        with attempt(form, "total"):
            in_transaction(
                lambda: budgets.change_budget(
                    actor=actor(),
                    budget=budget,
                    total_pence=form.total.data.pence,
                    contribution_pence=form.contribution.data.pence,
                    pays_contribution=bool(form.pays_contribution.data),
                    contingency_pence=form.contingency_pence,
                    reason=form.reason.data,
                )
            )
            flash("Changed. It counts from the next period on.")
            return redirect(_page_of(person))
    council = db.session.get_one(Council, budget.council_id)
    return render_template(
        "agreeing/change_budget.html", form=form, whose=person, budget=budget, turn=turn_of(person, council)
    )


def _as_it_is(budget: PersonalBudget) -> dict[str, Any]:
    """The numbers now, to start a change from."""
    paid_in = sum(row.amount_pence for row in under_lock.releases_of(budget.id))
    facts: dict[str, Any] = {
        "total": Money(budget.total_pence),
        "contribution": Money(budget.contribution_pence),
        "pays_contribution": paid_in + budget.contingency_pence < budget.total_pence,
    }
    return facts | ({"contingency": Money(budget.contingency_pence)} if budget.contingency_pence else {})


@blueprint.route("/caseload/<public_id>/budget/<budget_id>/end", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def end_budget(public_id: str, budget_id: str) -> ResponseReturnValue:
    """End a budget before its year is over, after asking why."""
    person = person_on_caseload(public_id)
    budget = _running(person, budget_id)
    form = EndBudgetForm()
    if form.validate_on_submit():
        with attempt(form, "reason"):
            in_transaction(lambda: budgets.end_budget(actor=actor(), budget=budget, reason=form.reason.data))
            flash("Ended. Nothing more arrives, and what was not spent went back.")
            return redirect(_page_of(person))
    return render_template("agreeing/end_budget.html", form=form, whose=person, budget=budget)


@blueprint.route("/caseload/<public_id>/budget/enact", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def enact_choice(public_id: str) -> ResponseReturnValue:
    """What the person chose, and a button that puts exactly that in place. Money moves between ways in no other way."""
    person = person_on_caseload(public_id)
    council = db.session.get_one(Council, person.council_id)
    form = EnactForm()
    if form.validate_on_submit():
        with attempt(form):
            choice = choices.choice_for(person.id, form.choice.data or "")
            in_transaction(lambda: enacting.enact_choice(actor=actor(), choice=choice))
            flash("Done. The money is looked after as the person chose.")
            return redirect(_page_of(person))
    turn = turn_of(person, council)
    form.choice.data = turn.waiting.public_id if turn.waiting else ""
    return render_template(
        "agreeing/enact_choice.html",
        form=form,
        whose=person,
        turn=turn,
        history=choices.choices_of(person.id, council.id),
        status_words=CHOICE_STATUS_WORDS,
        share_words=share_words,
    )


@blueprint.route("/caseload/<public_id>/budget/<budget_id>/contingency", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def release_contingency(public_id: str, budget_id: str) -> ResponseReturnValue:
    """Release some of the money kept back for a bad spell."""
    person = person_on_caseload(public_id)
    budget = _running(person, budget_id)
    form = ContingencyForm()
    into = [one.pot for one in balances.pots_of(person.id) if one.pot.council_id == budget.council_id]
    if not into:
        raise Conflict("This budget has ended and its money is closed, so nothing can be released from it.")
    offer_pots(form.into, into)
    if form.validate_on_submit():
        with attempt(form, "amount"):
            made = in_transaction(
                lambda: (
                    releasing.release_contingency(
                        actor=actor(),
                        budget=budget,
                        into=under_lock.pot_for(person.id, form.into.data),
                        pence=form.amount.data.pence,
                        reason=form.reason.data,
                        key=form.key.data or "",
                    ).pence
                )
            )
            flash(f"{Money(made)} released.")
            return redirect(_page_of(person))
    form.key.data = form.key.data or new_key()
    return render_template("agreeing/contingency.html", form=form, whose=person, budget=budget)


@blueprint.route("/caseload/<public_id>/agreements/new", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def sign_agreement(public_id: str) -> ResponseReturnValue:
    """Sign that a person's money may pay a provider it could otherwise not pay."""
    person = person_on_caseload(public_id)
    council = db.session.get_one(Council, person.council_id)
    form = AgreementForm()
    if form.validate_on_submit():
        with attempt(form, "money", blame={NoSuchProvider: "provider", BadInput: "until_on"}):
            provider = provider_named(form.provider.data, council.id)
            name = provider.name
            in_transaction(
                lambda: agreements.sign_agreement(
                    actor=actor(),
                    person=person,
                    council=council,
                    provider=provider,
                    money=PotKind(form.money.data),
                    kind=form.kind.data or None,
                    from_on=form.from_on.data,
                    until_on=form.until_on.data,
                    reason=form.reason.data,
                )
            )
            flash(f"Signed. {name} may be paid on those days.")
            return redirect(_page_of(person))
    return render_template("agreeing/sign_agreement.html", form=form, whose=person, council=council)


@blueprint.route("/caseload/<public_id>/agreements/<agreement_id>/end", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def end_agreement(public_id: str, agreement_id: str) -> ResponseReturnValue:
    """End an agreement, after asking once."""
    person = person_on_caseload(public_id)
    agreement = paying.agreement_for(person.id, agreement_id)
    form = PlainForm()
    if form.validate_on_submit():
        in_transaction(lambda: agreements.end_agreement(actor=actor(), agreement=agreement))
        flash("Ended. What is booked stays booked.")
        return redirect(_page_of(person))
    return render_template("agreeing/end_agreement.html", form=form, whose=person, agreement=agreement)
