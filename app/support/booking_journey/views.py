"""The journey of three steps from a listing to a booking: when, which money, check. Nothing is kept until confirmed.

What repeats has one page more, between the first step and the second.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import date, time
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import in_transaction
from app.base.refusals import BadInput, Refusal
from app.market.catalogue import queries as catalogue_queries
from app.market.catalogue.models import Listing
from app.market.catalogue.queries import cards as cards_queries
from app.market.catalogue.rules.rates import Buyer, Unit
from app.market.catalogue.rules.tariffs import BadTimes, MilesNeeded, NoSuchAddOn
from app.people.accounts.rules import Role
from app.people.circles.access import Shopper
from app.people.circles.rules import Power
from app.platform.web.attempts import attempt
from app.platform.web.fields import new_key
from app.platform.web.guards import open_to
from app.support.availability import queries as availability_queries
from app.support.booking_journey.access import (
    BASKET,
    NOT_THEN,
    WaitingWay,
    into_basket,
    on_show,
    priced_plan,
    waiting_way,
    waiting_ways,
)
from app.support.booking_journey.forms import (
    EACH,
    ONCE,
    REPEATS,
    WAIT,
    CheckForm,
    JourneyPlan,
    MoneyForm,
    RepeatForm,
    WhenForm,
)
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.rules import paying
from app.support.booking_records.rules.paying import NotEnoughMoney, Purse, WayToPay
from app.support.bookings.access import home_first, may_buy, may_choose
from app.support.bookings.actions import pattern_requests, requests
from app.support.bookings.queries import beside, bought, offers, periods_ahead
from app.support.bookings.queries.offers import Offer
from app.support.bookings.rules.requests import BookingRequest
from app.support.recurrence.rules.clocks import clocks_change_words
from app.support.recurrence.rules.patterns import PatternRefused, clock_change_notes
from app.support.recurrence.rules.times import FARTHEST, TimesRefused

blueprint = Blueprint("booking_journey", __name__)

BUYERS = (Role.PERSON, Role.SUPPORTER, Role.CARE_MANAGER)


@blueprint.route("/listings/<public_id>/book", methods=["GET", "POST"])
@open_to(*BUYERS)
def when(public_id: str) -> ResponseReturnValue:
    """Step 1: when should it be, and with which extras? From here it can go into the basket, too."""
    buyer = may_choose()
    listing = on_show(public_id, buyer.person)
    cards = cards_queries.cards_of(listing.id)
    if booking_records_permissions.is_item(listing) and any(card.unit == Unit.ITEM for card in cards[:1]):
        return redirect(url_for("sessions.buy", public_id=public_id, **request.args.to_dict(flat=False)))  # type: ignore[arg-type]
    form = WhenForm(data=_prefilled())
    day = form.on.data or clock.today()
    extras = offers.extras_on(cards, day)
    form.offer_extras(
        {extra.id: extra.name for extra in extras},
        {extra.id: offers.price_words(extra) for extra in extras},
    )
    form.asks_miles = offers.asks_miles(cards, day)
    form.extras.data, missing = offers.same_extras(cards, extras, form.extras.data or ())
    came_back = request.method == "GET" and request.args.get("again") == "yes" and bool(form.on.data)
    if came_back or form.validate_on_submit():
        try:
            if missing:
                raise NoSuchAddOn(f"{' and '.join(missing)}: not offered on that day. Look at the extras again.")
            priced_plan(buyer, listing, form.plan)
        except NOT_THEN as refusal:
            form.refuse(str(refusal), _field_of(refusal, form))
        else:
            if request.form.get("to") == BASKET:
                return into_basket(buyer, listing.id, form.plan, key=form.key.data or "")
            plan = replace(_before(), **form.plan.facts) if form.often.data == REPEATS else form.plan
            if form.often.data == REPEATS:
                again = "yes" if came_back else None
                return redirect(url_for("booking_journey.repeat", public_id=public_id, again=again, **plan.query))
            return redirect(url_for("booking_journey.money", public_id=public_id, **plan.query))
    who = offers.buyer_of(buyer.person) if any(card.buyers for card in cards) else Buyer.SELF_FUNDED
    price = catalogue_queries.headline(offers.card_or_none(cards, day), listing, who)
    return render_template(
        "booking_journey/when.html",
        form=form,
        listing=listing,
        buyer=buyer,
        price=price,
        may_book=booking_records_permissions.may_book(buyer.powers),
        may_spend_all=buyer.may(Power.BOOK),
        at_once=availability_queries.availability_words(listing.id),
    )


@blueprint.route("/listings/<public_id>/book/repeat", methods=["GET", "POST"])
@open_to(*BUYERS)
def repeat(public_id: str) -> ResponseReturnValue:
    """Still step 1, for what repeats: on which days, how many weeks apart, until when, and how often a day."""
    buyer, plan = may_choose(), JourneyPlan.read(request.args)
    listing = on_show(public_id, buyer.person)
    form = RepeatForm()
    came_back = request.method == "GET" and request.args.get("again") == "yes" and bool(plan.days)
    if request.method == "GET":
        form.fill(plan)
    if came_back or (form.validate_on_submit() and form.is_whole()):
        wanted = plan if came_back else form.plan(plan)
        with attempt(form, _of_repeat, only=NOT_THEN):
            priced_plan(buyer, listing, wanted)
            return redirect(url_for(".money", public_id=public_id, **wanted.query))
    return render_template("booking_journey/repeat.html", form=form, listing=listing, buyer=buyer, plan=plan)


@blueprint.route("/listings/<public_id>/book/money", methods=["GET", "POST"])
@open_to(*BUYERS)
def money(public_id: str) -> ResponseReturnValue:
    """Step 2: what it costs line by line, and which money should pay."""
    buyer, plan = may_buy(), JourneyPlan.read(request.args)
    listing = on_show(public_id, buyer.person)
    try:
        offer = priced_plan(buyer, listing, plan)
    except NOT_THEN:
        return _back_to_when(public_id, plan)
    purses = offers.purses_of(buyer.person, listing=listing, days=offer.days, spender=buyer.spender)
    ways = paying.ways_to_pay(offer.total_pence, purses)
    form = MoneyForm(data={"pay": request.args.get("pay")})
    usable = [purse for purse in purses if purse.closed_because is None and purse.has_pence > 0]
    # What each pays is said for one visit only: for what repeats, the order in which the money is used holds for all.
    waits = _waiting_ways(buyer, plan, offer, purses, ways)
    form.offer(ways, usable if len(usable) > 1 and not plan.days else [], [one.value for one in waits])
    if (ways or waits) and form.validate_on_submit():
        pay = form.pay.data
        if pay.startswith(WAIT):
            return redirect(
                url_for(".check", public_id=public_id, pay=pay.removeprefix(WAIT), wait="yes", **plan.query)
            )
        with attempt(form, "pay"):
            if pay == EACH:
                amounts = form.amounts(usable)
                paying.check_amounts(offer.total_pence, [(purse, pence) for purse, pence in amounts])
                pay = paying.as_value([(purse.public_id, pence) for purse, pence in amounts])
            return redirect(url_for(".check", public_id=public_id, pay=pay, **plan.query))
    open_pence = sum(purse.has_pence for purse in purses if purse.closed_because is None)
    return render_template(
        "booking_journey/money.html",
        form=form,
        listing=listing,
        buyer=buyer,
        plan=plan,
        offer=offer,
        purses=purses,
        ways=ways,
        waits=waits,
        wait=WAIT,
        ahead=_ahead(buyer, listing, plan),
        may_spend_all=buyer.may(Power.BOOK),
        each=EACH,
        short=None if ways or waits else NotEnoughMoney(costs=offer.total_pence, has=open_pence),
    )


@blueprint.route("/listings/<public_id>/book/check", methods=["GET", "POST"])
@open_to(*BUYERS)
def check(public_id: str) -> ResponseReturnValue:
    """Step 3: everything on one page, then confirm. Priced again before anything is agreed."""
    buyer, form = may_buy(), CheckForm()
    if form.validate_on_submit():
        if request.form.get("to") == BASKET:
            return _checked_into_basket(buyer, public_id, form)
        answer = _confirmed(buyer, public_id, form)
        if answer is not None:
            return answer
    listing, plan = on_show(public_id, buyer.person), JourneyPlan.read(request.args)
    if (asked := home_first(buyer.person, [listing.kind])) is not None:
        return asked
    try:
        offer = priced_plan(buyer, listing, plan)
    except NOT_THEN:
        return _back_to_when(public_id, plan)
    try:
        chosen = _chosen(buyer, listing, offer)
        waits = waiting_way(buyer, plan, offer, chosen) if request.args.get("wait") == "yes" else None
        parts = waits.paid.parts(chosen) if waits else paying.parts_of(offer.total_pence, chosen)
    except Refusal:
        # The money changed under them: the page before says what each part of it can do now.
        return redirect(url_for("booking_journey.money", public_id=public_id, **plan.query))
    form.price.data = str(offer.total_pence)
    form.key.data = form.key.data or new_key()
    return render_template(
        "booking_journey/check.html",
        form=form,
        listing=listing,
        buyer=buyer,
        plan=plan,
        offer=offer,
        parts=parts,
        waits=waits,
        ahead=_ahead(buyer, listing, plan, [one.id for one in chosen]),
        notes=_clock_notes(listing, plan, offer),
        beside=_beside(buyer, listing, plan),
    )


def _checked_into_basket(buyer: Shopper, public_id: str, form: CheckForm) -> ResponseReturnValue:
    plan, pay = JourneyPlan.read(request.args), request.args.get("pay", "")
    number = offers.number_on_show(public_id)
    return into_basket(buyer, number, plan, key=form.key.data or "", pay=pay, note=form.note.data or "")


def _confirmed(buyer: Shopper, public_id: str, form: CheckForm) -> ResponseReturnValue | None:
    """Ask for it, and where to go then; nothing when it was refused, for the page to say why."""
    (listing_id, pots), plan = bought.listing_and_pots(public_id, buyer.person), JourneyPlan.read(request.args)
    try:
        made = _asked(buyer, listing_id, plan, form, _chosen_numbers(pots))
    except NOT_THEN:
        return _back_to_when(public_id, plan)
    except BadInput:
        raise
    except Refusal as refusal:
        form.refuse(str(refusal))
        return None
    return redirect(url_for("desk.booked", public_id=made))


def _asked(
    buyer: Shopper, listing_id: int, plan: JourneyPlan, form: CheckForm, chosen: Mapping[int, int | None]
) -> str:
    """Ask for the visits of a plan, once or repeating; the booking's public id."""
    facts: dict[str, Any] = {
        "add_on_ids": plan.extras,
        "pots": list(chosen),
        "key": form.key.data or "",
        "note": form.note.data or "",
        "price_seen": form.price.number,
        "miles": plan.miles,
        "waits": request.args.get("wait") == "yes",
    }
    who: dict[str, Any] = {"actor": buyer.actor, "person": buyer.person, "listing_id": listing_id}
    wanted = plan.wanted
    if wanted is not None:
        return in_transaction(lambda: pattern_requests.request_pattern(wanted=wanted, **who, **facts).public_id)
    amounts = {number: most for number, most in chosen.items() if most is not None}
    asked = BookingRequest(times=plan.times, quantity=plan.quantity, amounts=amounts, **facts)
    return in_transaction(lambda: requests.send_request(asked=asked, **who).public_id)


def _ahead(
    buyer: Shopper, listing: Listing, plan: JourneyPlan, chosen: Collection[int] = ()
) -> list[periods_ahead.Ahead]:
    """The periods to come of what repeats: what its visits would cost, and the money that comes."""
    wanted = plan.wanted
    if wanted is None:
        return []
    return periods_ahead.cost_in_coming_periods(
        buyer.person,
        listing,
        wanted,
        extras=plan.extras,
        miles=plan.miles,
        council=offers.council_of(buyer.person),
        spender=buyer.spender,
        chosen=chosen,
    )


def _clock_notes(listing: Listing, plan: JourneyPlan, offer: Offer) -> list[tuple[date, str]]:
    """What the nights on which clocks change do to the visits of the next year, to be read before they are asked for."""
    if booking_records_permissions.is_item(listing):
        return []
    if plan.wanted is not None:
        return clock_change_notes(plan.wanted.slots, plan.on, plan.on + FARTHEST)
    found = [(clock.london(one.starts).date(), clocks_change_words(one.starts, one.ends)) for one in offer.visits]
    return [(day, words) for day, words in found if words]


def _beside(buyer: Shopper, listing: Listing, plan: JourneyPlan) -> beside.Beside | None:
    """What the times run into; nothing of things, which are left at the door."""
    if booking_records_permissions.is_item(listing):
        return None
    times = plan.times if plan.wanted is None else beside.times_of(plan.wanted)
    return beside.visits_beside(buyer.person.id, listing, times)


def _waiting_ways(
    buyer: Shopper, plan: JourneyPlan, offer: Offer, purses: Sequence[Purse], ways: Sequence[WayToPay]
) -> list[WaitingWay]:
    """Ways in which some of it waits: of one visit beside the others, of what repeats only where there is no other."""
    if plan.days and ways:
        return []
    alone = {way.value for way in ways}
    return [one for one in waiting_ways(buyer, plan, offer, purses) if one.value not in alone]


def _chosen(buyer: Shopper, listing: Listing, offer: Offer) -> list[Purse]:
    """The money named in the address, in its order."""
    mine = offers.purses_of(buyer.person, listing=listing, days=offer.days, spender=buyer.spender)
    purses = {purse.public_id: purse for purse in mine}
    choices = paying.choices_in(request.args.get("pay", ""))
    if not all(choice.public_id in purses for choice in choices):
        raise BadInput("Choose which of the money pays again.")
    return [replace(purses[choice.public_id], most_pence=choice.most_pence) for choice in choices]


def _chosen_numbers(numbers: Mapping[str, int]) -> dict[int, int | None]:
    """The numbers of that money, and how much each pays at most where that was said; the action looks at each anew."""
    choices = paying.choices_in(request.args.get("pay", ""))
    if not all(choice.public_id in numbers for choice in choices):
        raise BadInput("Choose which of the money pays again.")
    return {numbers[choice.public_id]: choice.most_pence for choice in choices}


def _before() -> JourneyPlan:
    """How it repeats as the address says already; a plan without any of it when it says nothing."""
    try:
        return JourneyPlan.read(request.args)
    except BadInput:
        return JourneyPlan(clock.today(), time(), time())


def _prefilled() -> dict[str, object]:
    """What the address says already, for somebody who came back to change it."""
    try:
        plan = JourneyPlan.read(request.args)
    except BadInput:
        return {}
    return {
        "on": plan.on,
        "start": plan.start,
        "end": plan.end,
        "ends_next_day": plan.ends_next_day,
        "extras": list(plan.extras),
        "miles": plan.miles,
        "which": plan.which,
        "often": REPEATS if plan.days else ONCE,
    }


def _field_of(refusal: Refusal, form: WhenForm) -> str:
    """Which question to ask again."""
    if isinstance(refusal, NoSuchAddOn) and form.extras.choices:
        return "extras"
    if isinstance(refusal, MilesNeeded):
        return "miles"
    if isinstance(refusal, TimesRefused):
        return refusal.field
    return "end" if isinstance(refusal, BadTimes) else "on"


def _of_repeat(refusal: Refusal) -> str:
    """Which question of how it repeats to ask again."""
    if not isinstance(refusal, PatternRefused):
        return "days"
    return "start_2" if refusal.field == "start" else refusal.field


def _back_to_when(public_id: str, plan: JourneyPlan) -> ResponseReturnValue:
    """To the first step, which looks again at what the address says and tells what is wrong with it."""
    return redirect(url_for("booking_journey.when", public_id=public_id, again="yes", **plan.query))
