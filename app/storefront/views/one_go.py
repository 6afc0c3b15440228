"""Booking a kept week in one go: the coming week's visits, provider by provider, each with its outcome said."""

from dataclasses import dataclass

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app import clock
from app.accounts.access import open_to
from app.bookings import actions as bookings
from app.bookings import queries as booking_queries
from app.circles.access import Shopper, shopper
from app.circles.rules import Power
from app.db import number_of, transaction
from app.refusals import Refusal
from app.storefront.forms import OneGoForm
from app.storefront.queries import money as there
from app.storefront.queries import one_go, plans
from app.storefront.queries.one_go import Asked
from app.storefront.rules import cost
from app.storefront.rules.week import from_kept
from app.storefront.views import blueprint
from app.storefront.views.week import BUYERS

LEAVE = "leave"
"""What is chosen for a provider that is not to be asked now."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one request: its booking, or why there is none; neither when it was left out."""

    title: str
    provider: str
    visits: int
    pence: int
    reference: str = ""
    public_id: str = ""
    why_not: str = ""


@blueprint.route("/week/plans/<public_id>/book", methods=["GET", "POST"])
@open_to(*BUYERS)
def book_plan(public_id: str) -> ResponseReturnValue:
    """Everything that would be asked for, then all of it asked for. Pressing twice asks once."""
    buyer = shopper()
    buyer.require(Power.BOOK)
    plan = plans.plan_for(buyer.actor, buyer.person, buyer.powers, public_id)
    monday = cost.coming_monday(clock.today())
    form = OneGoForm()
    if form.validate_on_submit():
        return render_template(
            "storefront/week_booked.html", plan=plan, outcomes=_ask_for_all(buyer, public_id, form.key.data or "")
        )
    asked = one_go.requests_for(
        from_kept(plan.lines),
        council=booking_queries.council_of(buyer.person),
        money=there.money_of(buyer.person, clock.today()),
        buyer=booking_queries.buyer_of(buyer.person),
        monday=monday,
    )
    return render_template(
        "storefront/week_book.html", form=form, plan=plan, asked=asked, monday=monday, leave=LEAVE, buyer=buyer
    )


def _ask_for_all(buyer: Shopper, public_id: str, key: str) -> list[Outcome]:
    """Ask provider by provider, each by itself: one that cannot be booked never stops another."""
    plan = plans.plan_for(buyer.actor, buyer.person, buyer.powers, public_id)
    money = there.money_of(buyer.person, clock.today())
    asked = one_go.requests_for(
        from_kept(plan.lines),
        council=booking_queries.council_of(buyer.person),
        money=money,
        buyer=booking_queries.buyer_of(buyer.person),
        monday=cost.coming_monday(clock.today()),
    )
    pots = {} if money is None else {balance.pot.public_id: balance.pot.id for balance in money.balances}
    return [_ask(buyer, one, pots, key) for one in asked]


def _ask(buyer: Shopper, asked: Asked, pots: dict[str, int], key: str) -> Outcome:
    title = asked.listing.title if asked.listing else ", ".join(asked.names)
    provider = asked.listing.provider.name if asked.listing else ""
    said = Outcome(title, provider, len(asked.visits), asked.total_pence)
    pay = request.form.get(f"pay-{asked.number}")
    if asked.listing is None or pay is None:
        return _with(said, why_not=asked.why_not or "You were not asked how to pay for this. Look at the week again.")
    if pay == LEAVE:
        return _with(said, why_not="You left this out.")
    try:
        with transaction():
            booking = bookings.send_request(
                actor=buyer.actor,
                person=buyer.person,
                listing_id=number_of(asked.listing),
                times=asked.times,
                add_on_ids=asked.extras,
                pots=[pots[name] for name in pay.split(".") if name in pots],
                key=f"{key[:56]}-{asked.number}",
                price_seen=_pence(request.form.get(f"price-{asked.number}", "")),
            )
            return _with(said, reference=booking.reference, public_id=booking.public_id, pence=booking.total_pence)
    except Refusal as refusal:
        return _with(said, why_not=str(refusal))


def _with(said: Outcome, *, reference: str = "", public_id: str = "", why_not: str = "", pence: int = 0) -> Outcome:
    return Outcome(said.title, said.provider, said.visits, pence or said.pence, reference, public_id, why_not)


def _pence(sent: str) -> int | None:
    """The price seen; anything else than a number is no price anybody saw, and is refused as changed."""
    return int(sent) if sent.isascii() and sent.isdigit() and len(sent) <= 12 else -1  # noqa: PLR2004 - below any price
