"""The doors of this room: somebody's money, its statement, and agreeing a budget."""

import csv
import io
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, session
from flask.typing import ResponseReturnValue

from app import clock
from app.accounts.access import actor, open_to
from app.accounts.models import Person
from app.accounts.queries import person_signed_in
from app.accounts.rules import Role
from app.budgets import actions, queries
from app.budgets.forms import BudgetForm
from app.budgets.queries import Line
from app.budgets.rules import POT_BUYS
from app.circles.access import Shopper, note_look, shopper, shopper_or_none
from app.circles.queries import person_helped
from app.circles.rules import Power
from app.councils.models import Council
from app.db import db, transaction
from app.money import Money
from app.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.web.live import Channel
from app.web.paging import page_number, page_of

blueprint = Blueprint("budgets", __name__)

LOOKED = "money_looked_at"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True, slots=True)
class Balance:
    """What the header says: whose money, how much is left of it in pence, and where to read more."""

    whose: str
    left_pence: int
    href: str = "/money"


def header_balance() -> Balance | None:
    """The money left of whoever is being shopped for; nothing when there is none or it may not be seen. One query."""
    if "header_balance" not in g:
        g.header_balance = _balance()
    return g.header_balance  # type: ignore[no-any-return]


def _balance() -> Balance | None:
    looking = shopper_or_none()
    if looking is None or not looking.may(Power.SEE_MONEY):
        return None
    left = queries.left_if_any(looking.person.id)
    return None if left is None else _said(looking, left)


def _said(looking: Shopper, left_pence: int) -> Balance:
    return Balance(f"{looking.person.full_name}'s money" if looking.is_for_other else "Your money", left_pence)


@blueprint.app_context_processor
def _header() -> dict[str, Any]:
    return {"header_balance": header_balance}


@blueprint.get("/money")
@open_to(Role.PERSON, Role.SUPPORTER, Role.CARE_MANAGER)
def money() -> ResponseReturnValue:
    """What came in, was spent, is set aside and is left; and every line of it."""
    person = _whose_money()
    is_mine = person.id == actor().id
    balances = queries.pots_of(person.id)
    if not balances:
        return render_template("budgets/no_money.html", whose=person, is_mine=is_mine)
    # The header says the same number from the same reading.
    g.header_balance = _said(shopper(), sum(balance.available_pence for balance in balances))
    year = queries.year_of(person.id, clock.today())
    figures = queries.figures(balances, since=year.budget.year_starts_on if year.budget else None)
    page = page_of(queries.statement(balances), number=page_number())
    return render_template(
        "budgets/money.html",
        whose=person,
        is_mine=is_mine,
        balances=balances,
        buys=POT_BUYS,
        budget=year.budget,
        figures=figures,
        in_all=queries.in_all(figures.values()),
        coming=year.coming,
        page=page,
        lines=queries.lines(page.items, balances),
    )


@blueprint.get("/money/statement.csv")
@open_to(Role.PERSON, Role.SUPPORTER, Role.CARE_MANAGER)
def statement() -> ResponseReturnValue:
    """Every line of the statement, newest first, for a spreadsheet."""
    person = _whose_money()
    balances = queries.pots_of(person.id)
    entries = db.session.scalars(queries.statement(balances)).all()
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["Date", "What happened", "Which money", "Money in", "Money out", "Set aside"])
    rows.writerows(_row(line) for line in queries.lines(entries, balances))
    return Response(
        out.getvalue(),
        mimetype="text/csv",
        headers={"Content-Disposition": 'attachment; filename="statement.csv"'},
    )


def _read_left(person_ids: Collection[int]) -> dict[int, str]:
    return {person_id: str(Money(left)) for person_id, left in queries.left_of_many(person_ids).items()}


LIVE = Channel("balance", _read_left)


@blueprint.get("/money/live")
@open_to(Role.PERSON, Role.SUPPORTER, Role.CARE_MANAGER)
def live() -> ResponseReturnValue:
    """The number in the header for a page that stays open, told anew whenever it changes."""
    looking = shopper()
    looking.require(Power.SEE_MONEY)
    cookie, public_id, is_for_other = actor().get_id(), looking.person.public_id, looking.is_for_other

    def may_see() -> bool:
        me = person_signed_in(cookie)
        if me is None or not is_for_other:
            return me is not None
        found = person_helped(me, public_id)
        return found is not None and Power.SEE_MONEY in found[1].powers

    return LIVE.answer(looking.person.id, may_see)


@blueprint.route("/caseload/<public_id>/budget/new", methods=["GET", "POST"])
@open_to(Role.CARE_MANAGER)
def agree_budget(public_id: str) -> ResponseReturnValue:
    """Agree the year's budget of somebody on the caseload."""
    found = person_helped(actor(), public_id)
    if found is None or not found[1].is_care_manager:
        raise NotFound("There is no such person on your caseload.")
    person = found[0]
    council = db.session.get_one(Council, person.council_id)
    form = BudgetForm()
    if form.validate_on_submit():
        try:
            with transaction():
                budget = actions.agree_budget(
                    actor=actor(),
                    person=person,
                    council=council,
                    year_starts_on=form.year_starts_on.data,
                    total_pence=form.total.data.pence,
                    contribution_pence=form.contribution.data.pence,
                    pots=form.pots,
                )
                total = Money(budget.total_pence)
        except BadInput as refusal:
            form.refuse(str(refusal), "total")
        except Conflict as refusal:
            form.refuse(str(refusal), "year_starts_on")
        else:
            flash(f"Budget of {total} agreed for {person.full_name}.")
            return redirect("/caseload")
    return render_template("budgets/agree_budget.html", form=form, whose=person, council=council)


def _whose_money() -> Person:
    """The person whose money this request is about; looking at somebody else's is recorded, once a day and sign-in.

    Raises:
        NotAllowed: when nobody's may be seen.
    """
    looking = shopper()
    looking.require(Power.SEE_MONEY)
    if not looking.is_for_other:
        if not looking.actor.has_role(Role.PERSON):
            raise NotAllowed("Choose whose money to look at first, from your caseload or from the people you support.")
        return looking.person
    today, public_id = clock.today().isoformat(), looking.person.public_id
    looked: dict[str, str] = session.get(LOOKED, {})
    if looked.get(public_id) != today:
        note_look(LOOKED, subject_kind="person", subject_id=looking.person.id, council_id=looking.person.council_id)
        session[LOOKED] = {**{who: day for who, day in looked.items() if day == today}, public_id: today}
    return looking.person


def _row(line: Line) -> list[str]:
    """A line for a spreadsheet, in which no name may begin a formula."""
    words = [f"{clock.london(line.at):%Y-%m-%d}", line.words, line.purse]
    amounts = [_plain(pence) for pence in (line.came_in, line.went_out, line.set_aside)]
    return [f"'{word}" if word.startswith(FORMULA_STARTS) else word for word in words] + amounts


def _plain(pence: int) -> str:
    """``123450`` -> ``1234.50``, as spreadsheets read it; nothing for nothing."""
    return str(Money(pence)).replace("£", "").replace(",", "") if pence else ""
