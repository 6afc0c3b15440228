"""Cost my week: a typical week drawn by anybody, priced at once; and the weeks people keep by name."""

from dataclasses import dataclass

from flask import flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import transaction
from app.base.refusals import BadInput, NotAllowed
from app.funding.budgets.access import HeaderFacts
from app.funding.budgets.permissions import may_see_pot
from app.market.catalogue.rules.rates import Buyer
from app.people.accounts.rules import Role
from app.people.circles import queries as circles
from app.people.circles.access import Shopper, note_look, shopper, shopper_or_none
from app.people.circles.rules import Power
from app.people.councils.access import visitor_council
from app.people.councils.models import Council
from app.platform.web.attempts import attempt
from app.platform.web.guards import ANYONE, open_to
from app.shop.storefront import permissions
from app.shop.storefront.actions import plans as actions
from app.shop.storefront.actions.plans import NameTaken, PlanChangedMeanwhile
from app.shop.storefront.forms import LineForm, WeekForm
from app.shop.storefront.models import WeekPlan
from app.shop.storefront.queries import money as there
from app.shop.storefront.queries import plans, sheet
from app.shop.storefront.queries.money import MoneyThere
from app.shop.storefront.queries.reader import reader_buys_as
from app.shop.storefront.queries.sheet import BEST, CHEAPEST, PricedWeek
from app.shop.storefront.rules.week import WeekLine, lines_from_stored, read_week, write_week
from app.shop.storefront.views.blueprints import blueprint
from app.support.booking_records.permissions import may_book
from app.support.bookings.queries import offers as bookings

BUYERS = (Role.PERSON, Role.SUPPORTER, Role.CARE_MANAGER)
MONEY_LOOKED_AT, PLAN_LOOKED_AT = "money_looked_at", "week_plan_looked_at"


@blueprint.route("/week", methods=["GET", "POST"])
@open_to(ANYONE)
def week() -> ResponseReturnValue:
    """A week that is not kept yet: all of it travels in the form, and a reader need not sign in."""
    if request.method == "POST":
        return _answer(WeekForm.sent(request.form), None)
    return _page(_from_address(), None, before=())


@blueprint.post("/week/cost")
@open_to(ANYONE)
def week_cost() -> ResponseReturnValue:
    """The part of the page that says what the week costs, for a browser to put in place as one types. Keeps nothing."""
    form = WeekForm.sent(request.form)
    visitor = _visitor()
    drawn = _draw(form, visitor, before=_before(form))
    form.forget_errors()
    return render_template("storefront/_week_cost.html", sheet=drawn, form=form, visitor=visitor, plan=None)


@blueprint.route("/week/plans/<public_id>", methods=["GET", "POST"])
@open_to(*BUYERS)
def plan(public_id: str) -> ResponseReturnValue:
    """A kept week, priced as it would be today."""
    kept = _plan(public_id)
    if request.method == "POST":
        return _answer(WeekForm.sent(request.form), kept)
    lines = lines_from_stored(kept.lines)
    form = WeekForm.of(lines, name=kept.name, revision=kept.revision)
    note_look(PLAN_LOOKED_AT, subject_kind="week_plan", subject_id=kept.id)
    return _page(form, kept, before=lines)


@blueprint.get("/week/plans")
@open_to(*BUYERS)
def week_plans() -> ResponseReturnValue:
    """Every kept week of whoever is being shopped for that the reader may see."""
    looking = shopper()
    looking.require(Power.SUGGEST)
    found = plans.plans_of(looking.actor, looking.person, looking.powers)
    return render_template("storefront/week_plans.html", plans=found, looking=looking)


@blueprint.post("/week/plans/<public_id>/share")
@open_to(*BUYERS)
def share_plan(public_id: str) -> ResponseReturnValue:
    """Show a kept week to the people beside the person, or to nobody else any more."""
    kept = _plan(public_id)
    is_shared = request.form.get("shared") == "yes"
    with transaction():
        actions.share_plan(actor=shopper().actor, plan=kept, is_shared=is_shared)
    flash("The people beside you can see this week now." if is_shared else "Only you can see this week now.")
    return redirect(url_for(".plan", public_id=public_id))


@blueprint.post("/week/plans/<public_id>/remove")
@open_to(*BUYERS)
def remove_plan(public_id: str) -> ResponseReturnValue:
    """Let a kept week go; bookings made from it stay."""
    kept = _plan(public_id)
    name = kept.name
    with transaction():
        actions.remove_plan(actor=shopper().actor, plan=kept)
    flash(f"“{name}” is removed. Nothing that is booked has changed.")
    return redirect(url_for(".week_plans"))


@dataclass(frozen=True, slots=True)
class Visitor:
    """Whoever draws a week: where it is, whose money may be seen, and what they may do."""

    looking: Shopper | None
    council: Council | None
    locality_id: int | None
    money: MoneyThere | None
    buyer: Buyer
    """As whom they buy, where a provider charges some buyers another price."""

    @property
    def may_keep(self) -> bool:
        """Whether a week can be kept for the person being shopped for."""
        return self.looking is not None and self.looking.may(Power.SUGGEST) and _is_buyer(self.looking)

    @property
    def may_book(self) -> bool:
        """Whether support can be booked for them."""
        return self.may_keep and self.looking is not None and may_book(self.looking.powers)

    @property
    def whose(self) -> str:
        """``You have``, or ``Ada Example has``."""
        return f"{self.looking.person.full_name} has" if self.looking and self.looking.is_for_other else "You have"


def _is_buyer(looking: Shopper) -> bool:
    return any(looking.actor.has_role(role) for role in BUYERS)


def _visitor() -> Visitor:
    looking = shopper_or_none()
    if looking is None:
        return Visitor(None, visitor_council(), None, None, reader_buys_as(None))
    council = bookings.council_of(looking.person) or visitor_council()
    money = there.money_of(looking.person, clock.today(), is_meant=lambda pot: may_see_pot(looking.powers, pot.kind))
    if money is not None:
        # The header says the same number from the same reading.
        whose = f"{looking.person.full_name}'s money" if looking.is_for_other else "Your money"
        g.header_balance = HeaderFacts(whose, money.left_pence)
    kinds = None if money is None else [balance.pot.kind for balance in money.balances]
    buyer = bookings.buyer_of(looking.person) if kinds is None else bookings.buyer_with(kinds)
    return Visitor(looking, council, bookings.locality_id_of(looking.person), money, buyer)


def _plan(public_id: str) -> WeekPlan:
    looking = shopper()
    return plans.plan_for(looking.actor, looking.person, looking.powers, public_id)


def _from_address() -> WeekForm:
    """A sheet to begin with: the week in the address, or one blank line; with the listing named there."""
    try:
        lines = read_week(request.args.get("week", ""))
    except ValueError:
        flash("We could not read the week in that address, so here is an empty one.")
        lines = []
    listing = request.args.get("listing", "")[:20]
    kind = request.args.get("kind", "")
    if lines:
        return WeekForm.of(
            [
                line
                if line.listing
                else WeekLine(line.key, line.days, line.start, line.minutes, "", line.kind or kind, listing)
                for line in lines
            ]
        )
    form = WeekForm.of([])
    form.lines.append(LineForm("1", None, data={"kind": kind, "who": listing}))
    return form


def _before(form: WeekForm) -> list[WeekLine]:
    """The week as the page last showed it; a changed field is somebody else's hand, and says nothing."""
    try:
        return read_week(form.around.before.data or "")
    except ValueError:
        return []


def _draw(
    form: WeekForm, visitor: Visitor, *, before: "list[WeekLine] | tuple[WeekLine, ...]", choose: str = ""
) -> PricedWeek:
    drawings = form.drawings
    drawn = sheet.draw(
        drawings,
        before=before,
        whats={one.key: one.what.data or "" for one in form.lines},
        council=visitor.council,
        locality_id=visitor.locality_id,
        money=visitor.money,
        typed_pence=form.typed_pence,
        buyer=visitor.buyer,
        choose=choose,
    )
    for line, drawing in zip(form.lines, drawn.drawings, strict=True):
        line.offer(drawn, drawing.listing)
    return drawn


def _answer(form: WeekForm, kept: WeekPlan | None) -> ResponseReturnValue:
    """What the button asked for: one line more or less, other listings, the cost again, or the week kept."""
    wish = request.form.get("do", "update")
    before = _before(form)
    if wish == "add":
        form.add()
    elif wish.startswith("remove-"):
        form.remove(wish.removeprefix("remove-"))
    if wish in {"keep", "keep-new"}:
        answer = _keep(form, kept if wish == "keep" else None)
        if answer is not None:
            return answer
    is_drawing = wish == "add" or wish.startswith("remove-")
    choose = wish if wish in {BEST, CHEAPEST} else ""
    return _page(form, kept, before=before, is_drawing=is_drawing, choose=choose)


def _keep(form: WeekForm, kept: WeekPlan | None) -> ResponseReturnValue | None:
    """Keep the week and go to its page; nothing when it must be mended first, with what is wrong beside it."""
    looking = shopper_or_none()
    if looking is None or not _is_buyer(looking):
        raise NotAllowed("Sign in to keep a week. Nothing you drew is lost: go back to it.")
    if any(not one.is_blank for one in form.lines):
        form.lines = [one for one in form.lines if not one.is_blank]
    lines = [drawing.line for drawing in form.drawings]
    form.around.validate()
    name = form.around.name.data or ""
    if not name:
        form.around.refuse("Give the week a name, like My usual week", "name")
    if form.errors or not all(lines):
        return None
    drawn = [line for line in lines if line is not None]
    with attempt(form.around, blame={NameTaken: "name"}, only=(PlanChangedMeanwhile, BadInput)):
        with transaction():
            if kept is None:
                made = actions.keep_plan(actor=looking.actor, person=looking.person, name=name, lines=drawn)
            else:
                made = actions.change_plan(
                    actor=looking.actor, plan=kept, name=name, lines=drawn, revision=form.revision
                )
            public_id = made.public_id
        flash(f"“{name}” is saved.")
        return redirect(url_for(".plan", public_id=public_id))
    return None


def _page(
    form: WeekForm,
    kept: WeekPlan | None,
    *,
    before: "list[WeekLine] | tuple[WeekLine, ...]",
    is_drawing: bool = False,
    choose: str = "",
) -> ResponseReturnValue:
    """The whole page. What is wrong is said, unless the sheet was only given a line more or less."""
    visitor = _visitor()
    if visitor.money is not None and request.method == "GET":
        note_look(MONEY_LOOKED_AT)
    refused = {None: list(form.around.form_errors), "name": list(form.around.name.errors)}
    drawn = _draw(form, visitor, before=before, choose=choose)
    if is_drawing or request.method == "GET":
        form.forget_errors()
    elif len(form.lines) > 1:
        form.forgive_blanks()
    form.around.form_errors = refused[None]
    form.around.name.errors = refused["name"]
    lines = [drawing.line for drawing in drawn.drawings if drawing.line is not None]
    form.around.before.data = write_week(lines, with_keys=True)
    form.around.lines.data = " ".join(line.key for line in form.lines)
    return render_template(
        "storefront/week.html",
        form=form,
        sheet=drawn,
        visitor=visitor,
        plan=kept,
        code=write_week(lines),
        listings=list(dict.fromkeys(line.listing for line in lines if line.listing))[:4],
        beside=_beside(kept, visitor),
        may_share=kept is not None
        and visitor.looking is not None
        and permissions.may_share(visitor.looking.actor, kept),
        may_remove=kept is not None
        and visitor.looking is not None
        and permissions.may_remove(visitor.looking.actor, visitor.looking.powers, kept),
    )


def _beside(kept: WeekPlan | None, visitor: Visitor) -> list[str]:
    """Who sees a shared week beside the person, by name; told to the person alone."""
    if kept is None or visitor.looking is None or visitor.looking.is_for_other:
        return []
    supporters = [
        support.supporter.full_name
        for support in circles.supporters_of(kept.person_id)
        if support.supporter is not None and Power.SUGGEST in support.granted
    ]
    managers = [entry.care_manager.full_name for entry in circles.care_managers_of(visitor.looking.person)]
    return [*supporters, *managers]
