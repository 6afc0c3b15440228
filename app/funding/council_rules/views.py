"""The doors of this room: a council's rules with their history, a change seen before it is kept, and the second yes."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import transaction
from app.base.refusals import NotFound
from app.funding.council_rules.actions import answer_rule, ask_for_rule
from app.funding.council_rules.forms import RuleForm, SecondYesForm, WordRuleForm
from app.people.accounts.access import actor
from app.people.accounts.rules import RUN_COUNCIL, Role
from app.people.councils import queries
from app.people.councils.access import council_of_staff
from app.people.councils.models import Council, Policy, PolicyProposal
from app.people.councils.rules.in_force import rules_on
from app.people.councils.rules.policies import POLICIES, needs_second_yes, policy_fault, value_from, values_of
from app.platform.web.attempts import attempt
from app.platform.web.guards import open_to
from app.platform.web.paging import page_of

blueprint = Blueprint("council_rules", __name__)

SET_RULES = (Role.FINANCE, *RUN_COUNCIL)
"""Who reads what waits for a second yes."""


@blueprint.get("/council/<code>/rules")
@open_to(*SET_RULES)
def rules(code: str) -> ResponseReturnValue:
    """Every rule of the council: what holds, what will, what waits for a second yes, and the way to change it."""
    council = council_of_staff(code, *SET_RULES)
    found = rules_on(queries.rules_set_by(council.id), clock.today())
    return render_template(
        "council_rules/rules.html",
        council=council,
        rules=found,
        waiting=page_of(queries.proposals_waiting(council.id), number=1),
        titles={one.name: one.now.words.title for one in found},
        second_yes={one.name for one in found if needs_second_yes(one.name)},
        may_set=council.id in actor().council_ids_as(*RUN_COUNCIL),
    )


@blueprint.route("/council/<code>/rules/<name>", methods=["GET", "POST"])
@open_to(*RUN_COUNCIL)
def rule(code: str, name: str) -> ResponseReturnValue:
    """One rule: what it means, its history, and a change of it, seen before it is kept."""
    council, known = council_of_staff(code, *RUN_COUNCIL), POLICIES.get(name)
    if known is None:
        raise NotFound("There is no rule of that name.")
    words = values_of(name)
    form = WordRuleForm() if words else RuleForm()
    if isinstance(form, WordRuleForm):
        form.value.choices = [(one, known.in_plain_words(one).means) for one in words]
    else:
        form.value.description = known.may_be.capitalize()
    step = request.form.get("step", "")
    if form.validate_on_submit() and step != "back":
        value = value_from(form.value.data)
        fault = policy_fault(name, value)
        if fault is not None:
            form.refuse(fault, "value")
        elif step != "confirm":
            return _rule_page("check", council, name, form, new=known.in_plain_words(value))
        else:
            with attempt(form, "valid_from"):
                with transaction():
                    ask_for_rule(
                        actor=actor(),
                        council=council,
                        name=name,
                        value=value,
                        valid_from=form.valid_from.data,
                        reason=form.reason.data or "",
                    )
                flash("It waits for the yes of a colleague." if needs_second_yes(name) else "The rule is set.")
                return redirect(url_for(".rules", code=code))
            council = council_of_staff(code, *RUN_COUNCIL)
    return _rule_page("rule", council, name, form)


def _rule_page(template: str, council: Council, name: str, form: RuleForm, **more: object) -> ResponseReturnValue:
    (rule,) = [one for one in rules_on(queries.rules_set_by(council.id), clock.today()) if one.name == name]
    return render_template(
        f"council_rules/{template}.html",
        council=council,
        name=name,
        known=POLICIES[name],
        rule=rule,
        form=form,
        history=[(row, who, _in_words(row)) for row, who in queries.policy_rows(council.id, name)],
        people=queries.people_with(council.id),
        second_yes=needs_second_yes(name),
        **more,
    )


def _in_words(row: Policy | PolicyProposal) -> str:
    known = POLICIES[row.name]
    return known.in_plain_words(row.value).means if known.fits(row.value) else "No longer a value it may have"


@blueprint.route("/council/<code>/rule-changes/<public_id>", methods=["GET", "POST"])
@open_to(*SET_RULES)
def second_yes(code: str, public_id: str) -> ResponseReturnValue:
    """Say the second yes to a change of a rule that moves money, or no."""
    council, form = council_of_staff(code, *SET_RULES), SecondYesForm()
    proposal = queries.proposal_of(council.id, public_id)
    if form.validate_on_submit():
        with attempt(form, "answer"):
            with transaction():
                answer_rule(actor=actor(), proposal=proposal, yes=form.answer.data == "yes")
            flash("Your answer is kept.")
            return redirect(url_for(".rules", code=code))
        council = council_of_staff(code, *SET_RULES)
        proposal = queries.proposal_of(council.id, public_id)
    today = clock.today()
    (rule,) = [one for one in rules_on(queries.rules_set_by(council.id), today) if one.name == proposal.name]
    return render_template(
        "council_rules/second_yes.html",
        council=council,
        proposal=proposal,
        rule=rule,
        new=_in_words(proposal),
        people=queries.people_with(council.id),
        form=form,
        is_mine=proposal.asked_by_id == actor().id,
    )
