"""What the pages that ask for something share: the listing on show, its price for whoever is shopping, and the basket."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from app.base import clock
from app.base.db import in_transaction
from app.market.catalogue.models import Listing
from app.market.catalogue.rules.tariffs import BadTimes, MilesNeeded, NoSuchAddOn, RatesNotPublished
from app.people.accounts.models import Person
from app.people.circles.access import Shopper
from app.support.basket.actions import filling as basket_actions
from app.support.booking_journey.forms import JourneyPlan
from app.support.bookings.actions.requests import MOST_REPEATED
from app.support.bookings.queries import offers, periods_ahead
from app.support.bookings.queries.offers import Offer
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
