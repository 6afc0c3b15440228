"""Visits that repeat, so that a visitor finds a pattern with a day left out and another time asked for."""

from datetime import time, timedelta
from typing import Any

from app.base import clock
from app.base.db import db, number_of
from app.base.refusals import Refusal
from app.demo.actions.world import World
from app.funding.budgets.queries.balances import pots_of
from app.support.booking_records.models.bookings import Booking
from app.support.bookings.actions import answers, pattern_requests
from app.support.recurrence.rules.patterns import RequestedPattern, Rule, Scope
from app.support.repeating.actions import changes, leaving_out
from app.support.repeating.actions.replanning import Wish
from app.support.repeating.queries import patterns as queries

WHO, SELLER, KIND = "Maureen Ashby", "Larkmoor Home Care", "care-at-home"
TIMES = ((time(18), time(18, 30), False),)
RULE = Rule((2, 4))


def make_a_pattern(world: World) -> None:
    """Half an hour on Tuesday and Thursday evenings, agreed; one evening left out, another asked to be later."""
    person = next(person for citizen, person in world.citizens if citizen.name == WHO)
    listing = next(
        listing
        for article, listing in world.listings
        if article.seller.name == SELLER and article.kind == KIND and listing.can_take_new_people
    )
    pots = [balance.pot.id for balance in pots_of(person.id)]
    wanted = RequestedPattern(RULE, world.today + timedelta(days=2), TIMES)
    asked: dict[str, Any] = {
        "actor": person,
        "person": person,
        "listing_id": number_of(listing),
        "wanted": wanted,
        "add_on_ids": (),
    }
    for number, order in enumerate((pots, pots[1:], pots[::-1], pots[-1:])):
        if not order:
            continue
        try:
            with clock.set_to(world.morning(world.today - timedelta(days=3), 10)), db.session.begin_nested():
                sent = pattern_requests.request_pattern(
                    pots=order, key=f"demo-pattern-{number}-{person.public_id}", **asked
                )
        except Refusal:
            continue
        booking = db.session.get_one(Booking, sent.id)
        with clock.set_to(world.morning(world.today - timedelta(days=2), 9)):
            answers.accept(actor=world.staff[booking.provider_id], booking=booking)
        _change(world, booking)
        return


def _change(world: World, booking: Booking) -> None:
    visits, pattern = booking.visits, queries.pattern_of(booking.id)
    with clock.set_to(world.morning(world.today - timedelta(days=1), 9)):
        come = [] if pattern is None else queries.to_come(pattern, world.today, world.today + timedelta(weeks=4))
        if len(come) > 1:
            name = f"{come[1].slot.public_id}-{come[1].day:%Y%m%d}"
            leaving_out.leave_out(actor=booking.person, booking=booking, name=name, scope=Scope.THIS)
        wish = Wish(time(19), time(19, 30), on=clock.london(visits[-1].starts_at).date())
        changes.ask_change(
            actor=booking.person,
            booking=booking,
            name=visits[-1].public_id,
            scope=Scope.THIS,
            wish=wish,
            key=f"demo-change-{booking.public_id}",
        )
