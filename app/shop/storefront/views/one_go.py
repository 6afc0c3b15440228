"""Booking a kept week in one go: the coming week's visits, provider by provider, each with its outcome said."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import number_of, transaction
from app.base.refusals import Refusal
from app.funding.budgets.permissions import may_spend_from
from app.people.circles.access import Shopper
from app.platform.web.fields import number_sent
from app.platform.web.guards import open_to
from app.shop.storefront.forms import OneGoForm
from app.shop.storefront.models import WeekPlan
from app.shop.storefront.queries import money as there
from app.shop.storefront.queries import one_go, plans
from app.shop.storefront.queries.money import MoneyThere
from app.shop.storefront.queries.one_go import PricedRequest
from app.shop.storefront.rules import cost
from app.shop.storefront.rules.week import lines_from_stored
from app.shop.storefront.views.blueprints import blueprint
from app.shop.storefront.views.week import BUYERS
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules.states import AGREED, BookingStatus
from app.support.booking_records.rules.words import several_words
from app.support.bookings.access import home_first, may_buy
from app.support.bookings.actions import requests as bookings
from app.support.bookings.queries import beside, offers, persons
from app.support.bookings.rules.requests import BookingRequest

LEAVE = "leave"
"""What is chosen for a provider that is not to be asked now."""
REFUSED = "one_go_refused"
"""Where the session keeps, until the next time, why parts of the last week were not booked."""
KEY_LONGEST, WHY_LONGEST = 56, 160


@dataclass(frozen=True, slots=True)
class RequestOutcome:
    """What became of one request: its booking, or why there is none; neither when it was left out."""

    title: str
    provider: str
    visits: int
    pence: int
    reference: str = ""
    public_id: str = ""
    why_not: str = ""
    status: BookingStatus | None = None
    """Where its booking stands."""


@blueprint.route("/week/plans/<public_id>/book", methods=["GET", "POST"])
@open_to(*BUYERS)
def book_plan(public_id: str) -> ResponseReturnValue:
    """Everything that would be asked for, then all of it asked for. Pressing twice asks once."""
    buyer, plan = _plan(public_id)
    monday = cost.coming_monday(clock.today())
    form = OneGoForm()
    if form.validate_on_submit():
        key = (form.key.data or "")[:KEY_LONGEST]
        refused = _ask_for_all(buyer, plan, key)
        # Why something was not booked is said once more after the redirect, and kept nowhere else.
        session[REFUSED] = {"key": key, "revision": plan.revision, "why": refused}
        return redirect(url_for(".booked_plan", public_id=public_id, asked=key))
    asked = _asked(buyer, plan)
    first = home_first(buyer.person, [one.listing.kind for one in asked if one.listing is not None])
    if first is not None:
        return first
    return render_template(
        "storefront/week_book.html",
        form=form,
        plan=plan,
        asked=asked,
        beside=_beside(buyer, asked),
        monday=monday,
        leave=LEAVE,
        buyer=buyer,
        twice=one_go.comes_twice(lines_from_stored(plan.lines), monday),
        which=_which(),
    )


@blueprint.get("/week/plans/<public_id>/booked")
@open_to(*BUYERS)
def booked_plan(public_id: str) -> ResponseReturnValue:
    """What became of each request: the bookings made under its key, and why others were not. Loading it again is safe."""
    buyer, plan = _plan(public_id)
    key = request.args.get("asked", "")[:KEY_LONGEST]
    asked = _asked(buyer, plan)
    made = persons.made_with(buyer.person, [f"{key}-{one.number}" for one in asked] if key else [])
    said = session.get(REFUSED, {})
    why = said.get("why", {}) if (said.get("key"), said.get("revision")) == (key, plan.revision) else {}
    outcomes = [_outcome(one, made.get(f"{key}-{one.number}"), why.get(str(one.number))) for one in asked]
    heading = several_words(
        [one.status for one in outcomes if one.status is not None],
        is_all=all(one.status is not None for one in outcomes),
        what="Your week",
    )
    return render_template("storefront/week_booked.html", plan=plan, outcomes=outcomes, heading=heading, AGREED=AGREED)


def _plan(public_id: str) -> tuple[Shopper, WeekPlan]:
    buyer = may_buy()
    return buyer, plans.plan_for(buyer.actor, buyer.person, buyer.powers, public_id)


def _which() -> str:
    """Which of a time that comes twice is meant, from the address; nothing when it was not said."""
    said = request.args.get("which", "")
    return said if said in one_go.WHICH else ""


def _asked(buyer: Shopper, plan: WeekPlan, money: MoneyThere | None = None) -> list[PricedRequest]:
    return one_go.requests_in_one_go(
        lines_from_stored(plan.lines),
        council=offers.council_of(buyer.person),
        money=money or _money_to_spend(buyer),
        buyer=offers.buyer_of(buyer.person),
        monday=cost.coming_monday(clock.today()),
        which=_which(),
    )


def _beside(buyer: Shopper, asked: Sequence[PricedRequest]) -> dict[int, beside.Beside]:
    """What the visits of each request that can be asked for run into, by its number."""
    can = [one for one in asked if one.listing is not None and not one.why_not]
    times = [(one.listing, one.times) for one in can if one.listing is not None]
    found = beside.several_beside(number_of(buyer.person), times) if times else []
    return {one.number: said for one, said in zip(can, found, strict=True)}


def _money_to_spend(buyer: Shopper) -> MoneyThere | None:
    return there.money_of(buyer.person, clock.today(), is_meant=lambda pot: may_spend_from(buyer.spender, pot))


def _ask_for_all(buyer: Shopper, plan: WeekPlan, key: str) -> dict[str, str]:
    """Ask provider by provider, each by itself: one that cannot be booked never stops another. Why not, by number."""
    money = _money_to_spend(buyer)
    pots = {} if money is None else {balance.pot.public_id: balance.pot.id for balance in money.balances}
    refused = {str(one.number): _ask(buyer, one, pots, key) for one in _asked(buyer, plan, money)}
    return {number: why[:WHY_LONGEST] for number, why in refused.items() if why}


def _ask(buyer: Shopper, asked: PricedRequest, pots: dict[str, int], key: str) -> str:
    """Ask for one of them; why it was not booked, or nothing."""
    pay = request.form.get(f"pay-{asked.number}")
    if asked.listing is None or pay is None:
        return asked.why_not or "You were not asked how to pay for this. Look at the week again."
    if pay == LEAVE:
        return "You left this out."
    try:
        with transaction():
            bookings.send_request(
                actor=buyer.actor,
                person=buyer.person,
                listing_id=number_of(asked.listing),
                asked=BookingRequest(
                    times=asked.times,
                    add_on_ids=asked.extras,
                    pots=[pots[name] for name in pay.split(".") if name in pots],
                    key=f"{key}-{asked.number}",
                    price_seen=number_sent(request.form.get(f"price-{asked.number}")),
                    miles=asked.miles,
                ),
            )
    except Refusal as refusal:
        return str(refusal)
    return ""


def _outcome(asked: PricedRequest, made: Booking | None, why: str | None) -> RequestOutcome:
    title = asked.listing.title if asked.listing else ", ".join(asked.names)
    provider = asked.listing.provider.name if asked.listing else ""
    if made is not None:
        return RequestOutcome(
            made.agreed["title"],
            made.agreed["provider"],
            len(made.visits),
            made.total_pence,
            made.reference,
            made.public_id,
            status=made.status,
        )
    why_not = why or asked.why_not or "This was not booked. Look at the week again."
    return RequestOutcome(title, provider, len(asked.visits), asked.total_pence, why_not=why_not)
