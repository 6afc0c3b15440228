"""What a visitor finds left open at the desk whatever day it is: one visit to record, and one that waits to be settled."""

from datetime import time, timedelta

from app.base import clock
from app.demo.actions.asking import request_booking
from app.demo.actions.life import add_by_card
from app.demo.actions.world import World
from app.support.bookings.actions import answers
from app.support.bookings.rules.requests import BookingRequest

WHO, SELLER, KIND = "Maureen Ashby", "Larkmoor Home Care", "care-at-home"
TO_RECORD, TO_SETTLE = (1, time(19, 30)), (3, time(18, 45))
"""How many days ago each began, and when: a visit that nobody recorded waits to be settled two days after its end.

At hours at which she has nothing else in any week, so that each is known by its hour.
"""
MINUTES = 30
MONEY = 60_00
"""Pence that she adds for them: what is left of her other money differs from week to week."""


def leave_open(world: World) -> None:
    """Book and accept both visits as was done last week, and record neither."""
    person = next(person for citizen, person in world.citizens if citizen.name == WHO)
    listing = next(
        listing
        for article, listing in world.listings
        if article.seller.name == SELLER and article.kind == KIND and listing.can_take_new_people
    )
    with clock.set_to(world.morning(world.today - timedelta(days=7))):
        own = add_by_card(person, MONEY, name="left-open")
    for days, hour in (TO_SETTLE, TO_RECORD):
        starts = clock.at_london(world.today - timedelta(days=days), hour)
        with clock.set_to(world.morning(world.today - timedelta(days=6), 17)):
            booking = request_booking(
                actor=person,
                person=person,
                listing=listing,
                asked=BookingRequest(
                    times=[(starts, starts + timedelta(minutes=MINUTES))],
                    add_on_ids=(),
                    pots=[own.id],
                    key=f"demo-open-{days}",
                ),
            )
        with clock.set_to(world.morning(world.today - timedelta(days=5))):
            answers.accept(actor=world.staff[booking.provider_id], booking=booking)
