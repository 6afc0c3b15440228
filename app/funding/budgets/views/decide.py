"""What a care manager decides: a budget agreed, changed or ended, money moved or released, and agreements signed."""

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.db import db, in_transaction
from app.base.money import Money
from app.base.refusals import BadInput, Conflict, NotFound
from app.funding.budgets.access import person_on_caseload
from app.funding.budgets.actions import agreements, budgets, pots, releasing
from app.funding.budgets.actions.budgets import WrongYear
from app.funding.budgets.forms import (
    AgreementForm,
    BudgetForm,
    ChangeBudgetForm,
    ContingencyForm,
    EndBudgetForm,
    MoveMoneyForm,
    NumbersForm,
    offer_pots,
)
from app.funding.budgets.models import PersonalBudget
from app.funding.budgets.queries import balances, paying, under_lock
from app.funding.budgets.rules.kinds import PotKind
from app.funding.budgets.views.blueprints import blueprint
from app.market.providers.models import Provider
from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.queries import person_helped
from app.people.councils.models import Council
from app.platform.web.attempts import attempt
from app.platform.web.fields import PlainForm, new_key
from app.platform.web.guards import open_to


class NoSuchProvider(BadInput):
    """The name does not say which provider is meant."""


def _provider_named(words: str, council: Council) -> Provider:
    """The one provider that a name means, among those the council has not suspended.

    Raises:
        NoSuchProvider: when there is none, or there are several.
    """
    providers_named = paying.providers_named(words, council_id=council.id)
    exact = [one for one in providers_named if one.name.casefold() == words.strip().casefold()]
    if len(exact) == 1 or len(providers_named) == 1:
        return (exact or list(providers_named))[0]
    if not providers_named:
        raise NoSuchProvider("We know no provider with that name. Enter a part of it, spelled as they do.")
    names = ", ".join(one.name for one in providers_named[:5])
    raise NoSuchProvider(f"Several providers are called that: {names}. Enter the whole name.")


def _person(public_id: str) -> tuple[Person, Council]:
    """Somebody on one's own caseload and their council.

    Raises:
        NotFound: when there is none such.
    """
    helped = person_helped(actor(), public_id)
    if helped is None or not helped[1].is_care_manager:
        raise NotFound("There is no such person on your caseload.")
    return helped[0], db.session.get_one(Council, helped[0].council_id)


@dataclass(frozen=True, slots=True)
class _Held:
    """Who holds what, as a form says it."""

    fund_holder: Provider | None
    agent_name: str | None


def _held(form: NumbersForm, council: Council) -> _Held:
    holder = _provider_named(form.fund_holder.data, council) if form.fund_holder.data else None
    return _Held(holder, form.agent_name.data or None)


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
            blame={NoSuchProvider: "fund_holder", WrongYear: "year_starts_on", BadInput: "total"},
            only=Conflict,
        ):
            said = in_transaction(lambda: _agree(form, person, council))
            flash(said)
            return redirect(url_for("circles.caseload"))
    return render_template("budgets/agree_budget.html", form=form, whose=person, council=council)


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
    held = _held(form, council)
    budget = budgets.agree_budget(
        **facts,
        pots=form.pots,
        contingency_pence=form.contingency_pence,
        fund_holder=held.fund_holder,
        agent_name=held.agent_name,
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
        with attempt(form, "total", blame={NoSuchProvider: "fund_holder"}):
            held = _held(form, db.session.get_one(Council, budget.council_id))
            in_transaction(
                lambda: budgets.change_budget(
                    actor=actor(),
                    budget=budget,
                    total_pence=form.total.data.pence,
                    contribution_pence=form.contribution.data.pence,
                    pots=form.pots,
                    contingency_pence=form.contingency_pence,
                    reason=form.reason.data,
                    fund_holder=held.fund_holder,
                    agent_name=held.agent_name,
                )
            )
            flash("Changed. It counts from the next period on.")
            return redirect(_page_of(person))
    return render_template("budgets/change_budget.html", form=form, whose=person, budget=budget)


def _as_it_is(budget: PersonalBudget) -> dict[str, Any]:
    """The numbers now, to start a change from."""
    sums: dict[PotKind, int] = {}
    facts: dict[str, Any] = {}
    for row in under_lock.releases_of(budget.id):
        sums[row.pot.kind] = sums.get(row.pot.kind, 0) + row.amount_pence
        facts["agent_name"] = row.pot.agent_name or facts.get("agent_name", "")
        if row.pot.provider_id is not None:
            facts["fund_holder"] = db.session.get_one(Provider, row.pot.provider_id).name
    fields = {
        "council_managed": PotKind.COUNCIL_MANAGED,
        "direct_payment": PotKind.DIRECT_PAYMENT,
        "indirect_payment": PotKind.INDIRECT_PAYMENT,
        "fund": PotKind.INDIVIDUAL_SERVICE_FUND,
    }
    facts |= {name: Money(sums[kind]) for name, kind in fields.items() if kind in sums}
    facts |= {"total": Money(budget.total_pence), "contribution": Money(budget.contribution_pence)}
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
    return render_template("budgets/end_budget.html", form=form, whose=person, budget=budget)


@blueprint.route("/caseload/<public_id>/budget/move", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def move_money(public_id: str) -> ResponseReturnValue:
    """Move money from one way of managing it to another."""
    person = person_on_caseload(public_id)
    parts = [one for one in balances.pots_of(person.id) if one.pot.council_id is not None]
    form = MoveMoneyForm()
    for choice in (form.out_of, form.into):
        offer_pots(choice, [one.pot for one in parts])
        choice.hints = {one.pot.public_id: f"{Money(one.available_pence)} left" for one in parts}
    if len(parts) > 1 and form.validate_on_submit():
        with attempt(form, "amount"):
            made = in_transaction(
                lambda: (
                    pots.move_money(
                        actor=actor(),
                        person=person,
                        out_of=under_lock.pot_for(person.id, form.out_of.data),
                        into=under_lock.pot_for(person.id, form.into.data),
                        pence=form.amount.data.pence,
                        reason=form.reason.data,
                        key=form.key.data or "",
                    ).pence
                )
            )
            flash(f"{Money(made)} moved.")
            return redirect(_page_of(person))
    form.key.data = form.key.data or new_key()
    return render_template("budgets/move_money.html", form=form, whose=person, parts=parts)


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
    return render_template("budgets/contingency.html", form=form, whose=person, budget=budget)


@blueprint.route("/caseload/<public_id>/agreements/new", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def sign_agreement(public_id: str) -> ResponseReturnValue:
    """Sign that a person's money may pay a provider it could otherwise not pay."""
    person = person_on_caseload(public_id)
    council = db.session.get_one(Council, person.council_id)
    form = AgreementForm()
    if form.validate_on_submit():
        with attempt(form, "money", blame={NoSuchProvider: "provider", BadInput: "until_on"}):
            provider = _provider_named(form.provider.data, council)
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
    return render_template("budgets/sign_agreement.html", form=form, whose=person, council=council)


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
    return render_template("budgets/end_agreement.html", form=form, whose=person, agreement=agreement)
