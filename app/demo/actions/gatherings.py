"""Places to take, other times to answer and a basket to look into: what a visitor may try in the first minutes."""

from datetime import date, timedelta

from app.base import clock
from app.base.db import db
from app.base.refusals import Refusal
from app.demo.actions.asking import request_booking
from app.demo.actions.world import World
from app.funding.budgets.queries.balances import pots_of
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.models import Listing
from app.market.catalogue.rules.kinds import KINDS, Nature
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.support.availability import actions as availability_actions
from app.support.availability.rules import Opening
from app.support.basket.actions import filling as basket_actions
from app.support.bookings.actions import proposals
from app.support.bookings.rules.requests import BookingRequest
from app.support.sessions.actions import sessions
from app.support.sessions.rules import weekly

WEEKS = 6
PLACES = 3
OFFICE = tuple(Opening(day, 9 * 60, 17 * 60, 2) for day in range(1, 6))
PERSON = "Maureen Ashby"


def open_up(world: World) -> None:
    """Set up weekly sessions of something free, full on its first day; a listing booked at once; other times; a basket."""
    with clock.set_to(world.morning(world.today - timedelta(days=1), 17)):
        _sessions(world)
        at_once, other, *more = _of_kind(world, "companionship")
        availability_actions.set_availability(actor=world.staff[at_once.provider_id], listing=at_once, openings=OFFICE)
        _other_times(world, other)
        _basket(world, [at_once, *more][:2])


def _of_kind(world: World, kind: str) -> list[Listing]:
    """Listings of a kind that can be booked, of different providers."""
    found: dict[int, Listing] = {}
    for article, listing in world.listings:
        is_sold = article.kind == kind and article.seller.publishes_rates and article.seller.is_claimed
        if is_sold and listing.can_take_new_people:
            found.setdefault(listing.provider_id, listing)
    return list(found.values())


def _sessions(world: World) -> None:
    free = [
        listing
        for article, listing in world.listings
        if KINDS[article.kind].nature is Nature.COMMUNITY and article.seller.is_claimed and listing.is_free
    ]
    if not free:
        return
    first = world.today + timedelta(days=2)
    times = weekly(first, world.morning(first, 10).time(), world.morning(first, 12).time(), weeks=WEEKS)
    made = sessions.add_sessions(actor=world.staff[free[0].provider_id], listing=free[0], times=times, places=PLACES)
    others = [person for citizen, person in world.citizens if citizen.name != PERSON]
    for person in others[:PLACES]:
        sessions.join(actor=person, person=person, session=made[0])
    for citizen, person in world.citizens:
        if citizen.name == PERSON and len(others) >= PLACES:
            sessions.wait(actor=person, person=person, session=made[0])


def _other_times(world: World, listing: Listing) -> None:
    """A request that its provider would rather have in the afternoon."""
    person = next(person for citizen, person in world.citizens if citizen.name == PERSON)
    day = world.today + timedelta(days=5)
    try:
        with db.session.begin_nested():
            made = request_booking(
                actor=person,
                person=person,
                listing=listing,
                asked=BookingRequest(
                    times=[(world.morning(day, 10), world.morning(day, 11))],
                    add_on_ids=(),
                    pots=[
                        balance.pot.id for balance in pots_of(person.id) if balance.pot.kind.value != "council_managed"
                    ],
                    key="demo-other-times",
                ),
            )
    except Refusal:
        return
    proposals.propose(
        actor=world.staff[listing.provider_id],
        booking=made,
        times=[(world.morning(day, 14), world.morning(day, 15))],
        words="Our morning round is full that day. Two in the afternoon would suit us well.",
    )


def _basket(world: World, listings: list[Listing]) -> None:
    person = next(person for citizen, person in world.citizens if citizen.name == PERSON)
    helper = world.beside.get(person.id, person)
    day = world.today + timedelta(days=8)
    for number, listing in enumerate(listings):
        basket_actions.put_in_basket(
            actor=person if number else helper,
            person=person,
            listing_id=listing.id,
            plan={"on": (day + timedelta(days=number)).isoformat(), "from": "14:00", "to": "15:30"},
            key=f"demo-basket-{number}",
        )
    _suggestion(person, listings, day)


def _suggestion(person: Person, listings: list[Listing], day: date) -> None:
    """Something her care manager suggests, which waits for her yes: neither she nor Helen has pressed anything since."""
    entries = circles.care_managers_of(person)
    hers = [one.pot.public_id for one in pots_of(person.id) if one.pot.kind == PotKind.DIRECT_PAYMENT]
    if not entries or not listings or not hers:
        return
    basket_actions.put_in_basket(
        actor=entries[0].care_manager,
        person=person,
        listing_id=listings[-1].id,
        plan={"on": (day + timedelta(days=3)).isoformat(), "from": "10:00", "to": "11:30"},
        key="demo-suggestion",
        pay=hers[0],
    )
