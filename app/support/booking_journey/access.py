"""What the pages that ask for something share: the listing on show, its price for whoever is shopping, and the basket."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import in_transaction
from app.base.refusals import Conflict
from app.market.catalogue.models import Listing
from app.market.catalogue.rules.tariffs import BadTimes, MilesNeeded, NoSuchAddOn, RatesNotPublished
from app.people.accounts.models import Person
from app.people.circles.access import Shopper
from app.support.basket.actions import filling as basket_actions
from app.support.booking_journey.forms import JourneyPlan
from app.support.booking_records.rules.paying import Purse
from app.support.bookings.actions import beginning
from app.support.bookings.actions.beginning import Paid
from app.support.bookings.actions.requests import MOST_REPEATED
from app.support.bookings.queries import offers, periods_ahead, waiting
from app.support.bookings.queries.offers import Offer
from app.support.bookings.queries.waiting import MoneyToCome
from app.support.recurrence.rules import times as times_rules
from app.support.recurrence.rules.patterns import PatternRefused
from app.support.recurrence.rules.times import MOST_VISITS, TimesRefused

NOT_THEN = (TimesRefused, PatternRefused, BadTimes, MilesNeeded, NoSuchAddOn, RatesNotPublished)
"""Refusals that are mended by choosing other times or extras."""

BASKET = "basket"
"""What a button says when something is to be kept for later instead of booked now."""


def into_basket(
    buyer: Shopper, listing_id: int, plan: JourneyPlan, *, key: str, pay: str = "", note: str = ""
) -> ResponseReturnValue:
    """Put what was chosen into the basket, and go there."""
    is_suggested = in_transaction(
        lambda: (
            basket_actions.put_in_basket(
                actor=buyer.actor,
                person=buyer.person,
                listing_id=listing_id,
                plan=plan.query,
                key=f"basket-{key}"[:64],
                quantity=plan.quantity,
                pay=pay,
                note=note,
            ).is_waiting
        )
    )
    if is_suggested:
        flash(f"You suggested it. We told {buyer.person.full_name}, and nothing is booked until they say yes.")
    else:
        flash("It is in the basket. Nothing is booked yet.")
    return redirect(url_for("basket.basket"))


def on_show(public_id: str, person: Person) -> Listing:
    """A listing that can be booked today for a person.

    Raises:
        NotFound: when there is none such to see.
        Conflict: saying why it cannot be booked.
    """
    listing = offers.listing_to_book(public_id)
    offers.may_be_booked(listing, person)
    return listing


class WaitingWay(NamedTuple):
    """A way to pay in which some of it waits for money still to come."""

    value: str
    """How the choice travels, without what says that it waits."""
    words: str
    paid: Paid
    coming: list[tuple[Purse, MoneyToCome]]
    """The money that comes, in the order in which it pays."""


def waiting_ways(buyer: Shopper, plan: JourneyPlan, offer: Offer, purses: Sequence[Purse]) -> list[WaitingWay]:
    """The ways in which what the money does not stretch to can wait: each open purse by itself, then all of them in order.

    Args:
        buyer: whose money, and who asks.
        plan: what is asked for, once or repeating.
        offer: its price now.
        purses: the money of theirs that this account may spend.
    """
    coming = waiting.coming_for(buyer.person, offer.days[0])
    usable = [one for one in purses if one.closed_because is None and (one.has_pence > 0 or one.id in coming)]
    orders = [[one] for one in usable]
    orders += [usable] if len(usable) > 1 else []
    found: list[WaitingWay] = []
    for order in orders:
        way = waiting_way(buyer, plan, offer, order, coming)
        if way is not None and not (found and len(order) > 1):
            found.append(way)
    return found


def waiting_way(
    buyer: Shopper,
    plan: JourneyPlan,
    offer: Offer,
    order: Sequence[Purse],
    coming: Mapping[int, MoneyToCome] | None = None,
) -> WaitingWay | None:
    """The way to pay from this money in this order; nothing where it does not go so, or nothing of it waits.

    ``coming``: what comes, by a caller who has read it already.
    """
    wanted = plan.wanted
    begun = None if wanted is None else wanted.begun(periods_ahead.made_until(buyer.person.id, today=clock.today()))
    coming = waiting.coming_for(buyer.person, offer.days[0]) if coming is None else coming
    try:
        paid = beginning.paid_or_waiting(buyer.person, offer, begun, order)
    except Conflict:
        return None
    if paid.comes_on is None and len(paid.waits) == len(offer.visits):
        # All of it can be paid now: that is one of the other ways.
        return None
    mine = [(one, coming[one.id]) for one in order if one.id in coming] if paid.comes_on is not None else []
    *before, last = (one.name for one in order)
    words = f"{', then '.join(before)}, then {last}" if before else last
    return WaitingWay(".".join(one.public_id for one in order), words, paid, mine)


def priced_plan(buyer: Shopper, listing: Listing, plan: JourneyPlan) -> Offer:
    """What a plan costs whoever is shopped for."""
    wanted = plan.wanted
    if wanted is None:
        times, most = plan.times, MOST_VISITS
    else:
        wanted.check(today=clock.today())
        times = wanted.begun(periods_ahead.made_until(buyer.person.id, today=clock.today())).times
        most = MOST_REPEATED
    times_rules.check_times(times, now=clock.now(), most=most)
    return offers.offer(
        listing=listing,
        times=times,
        add_on_ids=plan.extras,
        council=offers.council_of(buyer.person),
        person=buyer.person,
        miles=plan.miles,
        quantity=plan.quantity,
    )
