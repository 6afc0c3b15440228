"""How my money is looked after: the person chooses, a provider says whether it holds a fund."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base.db import db, in_transaction
from app.base.refusals import BadInput, NotAllowed, NotFound, Refusal
from app.funding.budgets.access import whose_money
from app.funding.budgets.queries import choices
from app.funding.budgets.queries.paying import NoSuchProvider, provider_named
from app.funding.budgets.rules.choices import CHOICE_STATUS_WORDS, WAYS, ChoiceStatus, share_words
from app.funding.budgets.rules.kinds import POT_BUYS, POT_WORDS, PotKind
from app.funding.choosing import actions as choosing
from app.funding.choosing import queries as funds_queries
from app.funding.choosing.actions import WrongFee, WrongFund, WrongHolder
from app.funding.choosing.forms import MIX, PERCENTS, WAY_WORDS, FundForm, HowForm, WrongMix
from app.funding.choosing.permissions import may_choose_money, may_hold
from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.access import Shopper, note_look, shopper
from app.people.circles.queries import supporters_of
from app.people.councils.models import Council
from app.platform.web.attempts import Field, attempt
from app.platform.web.fields import new_key
from app.platform.web.guards import open_to
from app.platform.web.paging import page_number, page_of

blueprint = Blueprint("choosing", __name__)

CHOOSERS = (Role.PERSON, Role.SUPPORTER)
NOT_TYPED = {"csrf_token", "acting_for", "step"}
"""What every form carries, and which button was pressed."""


def _council_of(person: Person) -> Council:
    if person.council_id is None:
        raise NotFound("We do not know your council yet. Say where you live, so that we know whose money it would be.")
    return db.session.get_one(Council, person.council_id)


@blueprint.route("/money/how", methods=["GET", "POST"])
@open_to(*CHOOSERS)
def how() -> ResponseReturnValue:
    """Each way beside the others; choose one or a mix, say what belongs to it, look once more; then it is the next one's turn."""
    person, looking = whose_money(), shopper()
    council = _council_of(person)
    form, helpers = HowForm(), _may_hold(person, looking)
    form.agent.choices = [("", "None of these"), *((key, who.full_name) for key, who in helpers.items())]
    step = request.form.get("step")
    if request.method == "POST" and not may_choose_money(looking.standing):
        raise NotAllowed(choosing.NOT_YOURS)
    if step in {"next", "check", "yes"} and form.validate_on_submit():
        if step == "next":
            return _details(person, council, form)
        with attempt(form, blame=_TO_BLAME):
            chosen = _chosen(form, person, council, helpers)
            if step == "check":
                return _as_chosen(person, council, form, chosen)
            in_transaction(
                lambda: choosing.choose_money(
                    actor=actor(), person=person, council=council, key=form.key.data or new_key(), **chosen
                )
            )
            flash("Written down. What happens next is on this page.")
            return redirect(url_for(".how"))
    if step in {"check", "yes"} and not form.way.errors:
        return _details(person, council, form)
    form.key.data = form.key.data or new_key()
    return render_template(
        "choosing/how.html",
        form=form,
        whose=person,
        is_mine=not looking.is_for_other,
        may_choose=may_choose_money(looking.standing),
        council=council,
        ceiling=choosing.fee_ceiling(council.id),
        turn=choices.turn_of(person, council),
        history=choices.choices_of(person.id, council.id),
        typed=_typed("way", "key") if step == "change" else (),
        **_WORDS,
    )


_TO_BLAME: dict[type[Refusal], Field] = {
    NoSuchProvider: "fund_holder",
    WrongFund: "fund_holder",
    WrongHolder: "agent_name",
    WrongMix: next(iter(PERCENTS.values())),
    BadInput: "words",
}


def _may_hold(person: Person, looking: Shopper) -> dict[str, Person]:
    """Who may be named as holding a direct payment: the person's helpers, but nobody names themselves."""
    return {
        one.supporter.public_id: one.supporter
        for one in supporters_of(person.id)
        if one.supporter is not None and may_hold(looking.actor, one)
    }


def _chosen(form: HowForm, person: Person, council: Council, helpers: Mapping[str, Person]) -> dict[str, Any]:
    """What was chosen, as the action takes it, once it could be chosen like this.

    Raises:
        BadInput: saying what to mend.
    """
    shares = form.shares
    is_held, is_fund = PotKind.INDIRECT_PAYMENT in shares, PotKind.INDIVIDUAL_SERVICE_FUND in shares
    holder = form.fund_holder.data if is_fund else None
    facts: dict[str, Any] = {
        "shares": shares,
        "fund_holder": provider_named(holder, council.id) if holder else None,
        "agent": helpers.get(form.agent.data or "") if is_held else None,
        "agent_name": form.agent_name.data if is_held else None,
        "words": form.words.data or "",
    }
    choosing.check_choice(actor=actor(), person=person, **facts)
    return facts


def _typed(*but: str) -> list[tuple[str, str]]:
    """All that was typed so far but for these, for the next page to send along."""
    return [(name, value) for name, value in request.form.items(multi=True) if name not in {*NOT_TYPED, *but}]


def _details(person: Person, council: Council, form: HowForm) -> ResponseReturnValue:
    """What else has to be said for the way that was chosen: how much goes where, and who holds it."""
    form.key.data = form.key.data or new_key()
    way, is_mix = form.way.data, form.way.data == MIX
    asks = [
        *(PERCENTS.values() if is_mix else ()),
        *(("agent", "agent_name") if is_mix or way == PotKind.INDIRECT_PAYMENT else ()),
        *(("fund_holder",) if is_mix or way == PotKind.INDIVIDUAL_SERVICE_FUND else ()),
    ]
    return render_template(
        "choosing/details.html",
        form=form,
        whose=person,
        is_mine=not shopper().is_for_other,
        council=council,
        ceiling=choosing.fee_ceiling(council.id),
        is_mix=is_mix,
        way_words=WAY_WORDS[way],
        asks=asks,
        typed=_typed("key", "words", *asks),
        **_WORDS,
    )


def _as_chosen(person: Person, council: Council, form: HowForm, chosen: Mapping[str, Any]) -> ResponseReturnValue:
    """The choice once more in plain words, and everything typed, to be sent again or changed."""
    agent = chosen["agent"]
    return render_template(
        "choosing/check_how.html",
        whose=person,
        is_mine=not shopper().is_for_other,
        council=council,
        shares=chosen["shares"],
        holder=chosen["fund_holder"],
        agent_name=agent.full_name if agent is not None else chosen["agent_name"],
        said=form.words.data,
        ceiling=choosing.fee_ceiling(council.id),
        typed=_typed(),
        **_WORDS,
    )


_WORDS = {
    "ways": WAYS,
    "names": POT_WORDS,
    "buys": POT_BUYS,
    "status_words": CHOICE_STATUS_WORDS,
    "share_words": share_words,
    "percents": PERCENTS,
    "as_before": ChoiceStatus.AS_BEFORE,
}


@blueprint.post("/money/how/<public_id>/withdraw")
@open_to(*CHOOSERS)
def withdraw_choice(public_id: str) -> ResponseReturnValue:
    """Take a choice back before it is in place."""
    person = whose_money()
    choice = choices.choice_for(person.id, public_id)
    in_transaction(lambda: choosing.withdraw_choice(actor=actor(), choice=choice))
    flash("Taken back. Your money stays as it is now.")
    return redirect(url_for(".how"))


@blueprint.post("/money/how/<public_id>/confirm")
@open_to(*CHOOSERS)
def confirm_choice(public_id: str) -> ResponseReturnValue:
    """Yes, it is how I want it."""
    person = whose_money()
    choice = choices.choice_for(person.id, public_id)
    in_transaction(lambda: choosing.confirm_as_before(actor=actor(), choice=choice, key=f"confirms-{public_id}"))
    flash("Thank you. It is now written down as your choice. Nothing changes.")
    return redirect(url_for(".how"))


@blueprint.get("/desk/funds")
@open_to(Role.PROVIDER_STAFF)
def funds() -> ResponseReturnValue:
    """The funds that people asked this provider to hold, those to answer first."""
    page = page_of(funds_queries.funds_asked_of(actor()), number=page_number())
    if page.number > 1 and not page.items:
        raise NotFound("There is no such page.")
    if note_look("funds_in_a_list_looked_at", [one.person for one in page.items]):
        page = page_of(funds_queries.funds_asked_of(actor()), number=page_number())
    return render_template("choosing/funds.html", page=page, **_WORDS)


@blueprint.route("/desk/funds/<public_id>", methods=["GET", "POST"])
@open_to(Role.PROVIDER_STAFF)
def answer_fund(public_id: str) -> ResponseReturnValue:
    """Say yes with the fee, or no."""
    choice = funds_queries.fund_asked(actor(), public_id)
    form = FundForm()
    if form.validate_on_submit():
        with attempt(form, "answer", blame={WrongFee: "fee"}):
            accepts = form.answer.data == "yes"
            in_transaction(
                lambda: choosing.answer_fund(
                    actor=actor(),
                    choice=choice,
                    accepts=accepts,
                    fee_percent=form.fee.data if accepts else None,
                    words=form.words.data or "",
                )
            )
            flash("You said yes. The council puts it in place next." if accepts else "You said no. We told the person.")
            return redirect(url_for(".funds"))
    if note_look("fund_looked_at", [choice.person]):
        choice = funds_queries.fund_asked(actor(), public_id)
    return render_template(
        "choosing/answer_fund.html",
        form=form,
        choice=choice,
        waits=choice.status == ChoiceStatus.CHOSEN,
        ceiling=choosing.fee_ceiling(choice.council_id),
        **_WORDS,
    )
