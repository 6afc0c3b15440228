"""What a care manager decides: a budget agreed, changed or ended, money released, agreements signed; and a choice enacted."""

from collections.abc import Sequence
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.base.days import day_words
from app.base.db import db, in_transaction
from app.base.money import Money
from app.base.refusals import BadInput, Conflict, NotFound
from app.funding.agreeing.actions import agreeing as budgets
from app.funding.agreeing.actions import enacting
from app.funding.agreeing.actions.agreeing import WrongYear
from app.funding.agreeing.forms import (
    BudgetForm,
    ChangeBudgetForm,
    ContingencyForm,
    EnactForm,
    EndBudgetForm,
)
from app.funding.agreeing.views.blueprints import blueprint
from app.funding.agreeing.views.checking import Lines, check_page, is_sent, once_seen, seen_of
from app.funding.budgets.access import LOOKED, person_on_caseload
from app.funding.budgets.actions import releasing
from app.funding.budgets.forms import offer_pots
from app.funding.budgets.models import MoneyChoice, PersonalBudget, PotRelease
from app.funding.budgets.queries import balances, choices, under_lock
from app.funding.budgets.queries.choices import turn_of
from app.funding.budgets.rules.choices import CHOICE_STATUS_WORDS, share_words
from app.funding.budgets.rules.periods import year_ends_on
from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.access import note_look
from app.people.circles.queries import person_helped
from app.people.councils.models import Council
from app.platform.web.attempts import attempt
from app.platform.web.fields import new_key
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
    if is_sent(form):
        with attempt(
            form,
            "year_starts_on",
            blame={WrongYear: "year_starts_on", BadInput: "total"},
            only=Conflict,
        ):
            unseen = once_seen(form, lambda: _agree(form, person, council))
            note_look(LOOKED, [person])
            if unseen is not None:
                is_first = bool(form.only_estimate.data)
                title = f"Check {'the first estimate' if is_first else 'the budget'} of {person.full_name}"
                button = "Write this estimate down" if is_first else "Agree this budget"
                return check_page(unseen, title=title, button=button, whose=person)
            flash(f"{'Estimate written down' if form.only_estimate.data else 'Budget agreed'} for {person.full_name}.")
            return redirect(url_for("council_desk.caseload"))
    shown = render_template(
        "agreeing/agree_budget.html", form=form, whose=person, council=council, turn=turn_of(person, council)
    )
    note_look(LOOKED, [person])
    return shown


def _agree(form: BudgetForm, person: Person, council: Council) -> Lines:
    facts: dict[str, Any] = {
        "actor": actor(),
        "person": person,
        "council": council,
        "year_starts_on": form.year_starts_on.data,
        "total_pence": form.total.data.pence,
        "contribution_pence": form.contribution.data.pence,
    }
    if form.only_estimate.data:
        return [
            ("Only a first estimate", "No money arrives until the budget is agreed"),
            *_lines_of(budgets.estimate_budget(**facts), person, council),
        ]
    budget = budgets.agree_budget(
        **facts, pays_contribution=bool(form.pays_contribution.data), contingency_pence=form.contingency_pence
    )
    return _lines_of(budget, person, council)


def _lines_of(budget: PersonalBudget, person: Person, council: Council) -> Lines:
    """A budget as it would be written: whose, whose money, the sums, and when how much arrives where."""
    rows = under_lock.releases_of(budget.id)
    starts_on = budget.year_starts_on
    lines = [
        ("For", person.full_name),
        ("Money from", council.name),
        ("The year", f"{day_words(starts_on)} to {day_words(year_ends_on(starts_on))}"),
        ("Total for the year", str(Money(budget.total_pence))),
        (f"{person.full_name} contributes", str(Money(budget.contribution_pence))),
        ("Kept back for a bad spell", str(Money(budget.contingency_pence))),
    ]
    if rows:
        lines.append(("Arrives in the year", str(Money(sum(row.amount_pence for row in rows)))))
        lines.extend(_arriving(rows))
    return lines


def _arriving(rows: Sequence[PotRelease]) -> Lines:
    """For each way of looking after money: what is next to arrive and when, and what arrives in all from then on."""
    lines = []
    for pot_id in dict.fromkeys(row.pot_id for row in rows):
        still = [row for row in rows if row.pot_id == pot_id and row.released_at is None]
        here = [row for row in rows if row.pot_id == pot_id]
        first = (still or here)[0]
        words = f"{Money(first.amount_pence)} on {day_words(first.due_on)}"
        if len(still) > 1:
            words += f", then every four weeks until {day_words(still[-1].due_on)}: {Money(sum(row.amount_pence for row in still))} in all"
        lines.append((f"Arrives next in {first.pot.name}", words))
    return lines


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
    council = db.session.get_one(Council, budget.council_id)
    form = ChangeBudgetForm(data=_as_it_is(budget))
    if is_sent(form):
        with attempt(form, "total"):
            unseen = once_seen(form, lambda: _change(form, budget, person, council))
            if unseen is not None:
                title = f"Check the change to the budget of {person.full_name}"
                return check_page(unseen, title=title, button="Change this budget", whose=person)
            flash("Changed. It counts from the next period on.")
            return redirect(_page_of(person))
    return render_template(
        "agreeing/change_budget.html", form=form, whose=person, budget=budget, turn=turn_of(person, council)
    )


def _change(form: ChangeBudgetForm, budget: PersonalBudget, person: Person, council: Council) -> Lines:
    were = [Money(pence) for pence in (budget.total_pence, budget.contribution_pence, budget.contingency_pence)]
    changed = budgets.change_budget(
        actor=actor(),
        budget=budget,
        total_pence=form.total.data.pence,
        contribution_pence=form.contribution.data.pence,
        pays_contribution=bool(form.pays_contribution.data),
        contingency_pence=form.contingency_pence,
        reason=form.reason.data,
    )
    said = zip(("Total", "Contribution", "Kept back"), were, strict=True)
    before = [(f"{name} until now", str(money)) for name, money in said]
    return [*_lines_of(changed, person, council), *before, ("Why", form.reason.data)]


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
            in_transaction(lambda: _enact(choice, person, form.seen.data or ""))
            flash("Done. The money is looked after as the person chose.")
            return redirect(_page_of(person))
    turn = turn_of(person, council)
    form.choice.data = turn.waiting.public_id if turn.waiting else ""
    left = _left(person)
    form.seen.data = seen_of(left)
    return render_template(
        "agreeing/enact_choice.html",
        form=form,
        whose=person,
        turn=turn,
        left=left,
        history=choices.choices_of(person.id, council.id),
        status_words=CHOICE_STATUS_WORDS,
        share_words=share_words,
    )


def _enact(choice: MoneyChoice, person: Person, seen: str) -> None:
    """Put it in place if the sums are those that were on the page.

    Raises:
        Conflict: when money came or went meanwhile.
    """
    left = _left(person)
    enacting.enact_choice(actor=actor(), choice=choice)
    if seen_of(left) != seen:
        raise Conflict("Money came or went since you opened this page. Nothing was moved. Read the sums again.")


def _left(person: Person) -> Lines:
    """What is left of the council's money in each way of looking after it: what would be moved."""
    parts = balances.council_part(balances.balance_of(person.id), person.council_id).parts
    return [(part.pot.name, str(Money(part.available_pence))) for part in parts]


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
    if is_sent(form):
        with attempt(form, "amount"):
            unseen = once_seen(form, lambda: _release(form, budget, person))
            if unseen is not None:
                title = f"Check what is released for {person.full_name}"
                return check_page(unseen, title=title, button="Release it", whose=person)
            flash(f"{form.amount.data} released.")
            return redirect(_page_of(person))
    form.key.data = form.key.data or new_key()
    return render_template("agreeing/contingency.html", form=form, whose=person, budget=budget)


def _release(form: ContingencyForm, budget: PersonalBudget, person: Person) -> Lines:
    into = under_lock.pot_for(person.id, form.into.data)
    made = releasing.release_contingency(
        actor=actor(),
        budget=budget,
        into=into,
        pence=form.amount.data.pence,
        reason=form.reason.data,
        key=form.key.data or "",
    )
    kept_back = under_lock.locked_budget(budget.id)
    return [
        ("For", person.full_name),
        ("Released", str(Money(made.pence))),
        ("Into", into.name),
        ("Still kept back after it", str(Money(kept_back.contingency_pence - kept_back.contingency_used_pence))),
        ("Why", made.reason),
    ]
