"""How my money is looked after: the person chooses, a provider says whether it holds a fund."""

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base.db import db, in_transaction
from app.base.refusals import NotFound
from app.funding.budgets.access import whose_money
from app.funding.budgets.queries import choices
from app.funding.budgets.queries.paying import NoSuchProvider, provider_named
from app.funding.budgets.rules.choices import CHOICE_STATUS_WORDS, WAYS, ChoiceStatus, share_words
from app.funding.budgets.rules.kinds import POT_BUYS, POT_WORDS, PotKind
from app.funding.choosing import actions as choosing
from app.funding.choosing import queries as funds_queries
from app.funding.choosing.actions import WrongFee, WrongFund, WrongHolder
from app.funding.choosing.forms import PERCENTS, FundForm, HowForm, WrongMix
from app.funding.choosing.permissions import may_choose_money
from app.market.providers.models import Provider
from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.access import shopper
from app.people.circles.queries import supporters_of
from app.people.circles.rules import Power
from app.people.councils.models import Council
from app.platform.web.attempts import attempt
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
    """Each way beside the others; choose one or a mix, look at it once more, then it is the next one's turn."""
    person, looking = whose_money(), shopper()
    council = _council_of(person)
    form = HowForm()
    helpers = {one.supporter.public_id: one.supporter for one in supporters_of(person.id) if one.supporter is not None}
    form.agent.choices = [("", "None of these"), *((key, who.full_name) for key, who in helpers.items())]
    step = request.form.get("step")
    if request.method == "POST":
        looking.require(Power.BOOK)
    if step in {"check", "yes"} and form.validate_on_submit():
        with attempt(
            form,
            "way",
            blame={
                NoSuchProvider: "fund_holder",
                WrongFund: "fund_holder",
                WrongHolder: "agent_name",
                WrongMix: next(iter(PERCENTS.values())),
            },
        ):
            shares, holder = form.shares, _fund_holder(form, council.id)
            agent = helpers.get(form.agent.data or "") if PotKind.INDIRECT_PAYMENT in shares else None
            name = form.agent_name.data if PotKind.INDIRECT_PAYMENT in shares else None
            facts: dict[str, Any] = {
                "fund_holder": holder,
                "agent": agent,
                "agent_name": name,
                "words": form.words.data or "",
            }
            choosing.check_choice(actor=actor(), person=person, shares=shares, **facts)
            if step == "check":
                return _as_chosen(person, council, form, shares, holder, agent)
            in_transaction(
                lambda: choosing.choose_money(
                    actor=actor(), person=person, council=council, shares=shares, key=form.key.data or "", **facts
                )
            )
            flash("Written down. What happens next is on this page.")
            return redirect(url_for(".how"))
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
        key=new_key(),
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


def _fund_holder(form: HowForm, council_id: int) -> Provider | None:
    if PotKind.INDIVIDUAL_SERVICE_FUND not in form.shares or not form.fund_holder.data:
        return None
    return provider_named(form.fund_holder.data, council_id)


def _as_chosen(
    person: Person,
    council: Council,
    form: HowForm,
    shares: dict[PotKind, int],
    holder: Provider | None,
    agent: Person | None,
) -> ResponseReturnValue:
    """The choice once more in plain words, and everything typed, to be sent again or changed."""
    return render_template(
        "choosing/check_how.html",
        whose=person,
        is_mine=not shopper().is_for_other,
        council=council,
        shares=shares,
        holder=holder,
        agent_name=agent.full_name if agent is not None else form.agent_name.data,
        said=form.words.data,
        ceiling=choosing.fee_ceiling(council.id),
        typed=[(name, value) for name, value in request.form.items(multi=True) if name not in NOT_TYPED],
        **_WORDS,
    )


@blueprint.post("/money/how/<public_id>/withdraw")
@open_to(*CHOOSERS)
def withdraw_choice(public_id: str) -> ResponseReturnValue:
    """Take a choice back before it is in place."""
    person = whose_money()
    shopper().require(Power.BOOK)
    choice = choices.choice_for(person.id, public_id)
    in_transaction(lambda: choosing.withdraw_choice(actor=actor(), choice=choice))
    flash("Taken back. Your money stays as it is now.")
    return redirect(url_for(".how"))


@blueprint.post("/money/how/<public_id>/confirm")
@open_to(*CHOOSERS)
def confirm_choice(public_id: str) -> ResponseReturnValue:
    """Yes, it is how I want it."""
    person = whose_money()
    shopper().require(Power.BOOK)
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
    return render_template(
        "choosing/answer_fund.html",
        form=form,
        choice=choice,
        waits=choice.status == ChoiceStatus.CHOSEN,
        ceiling=choosing.fee_ceiling(choice.council_id),
        **_WORDS,
    )
