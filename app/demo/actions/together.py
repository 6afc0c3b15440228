"""What people do together: messages about a request that waits, and a plan to share a gardener that waits for an answer."""

from datetime import time, timedelta

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.base.refusals import Refusal
from app.demo.actions.world import Habit, World
from app.funding.budgets.queries.balances import pots_of
from app.people.accounts.models import Person
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules.states import BookingStatus
from app.support.conversations import actions as conversations_actions
from app.support.sharing import rules as sharing_rules
from app.support.sharing.actions import plans
from app.support.sharing.actions.shares import priced_share

WEEKS = 4


def write_and_share(world: World) -> None:
    """Maureen's daughter and a provider write to each other; Maureen asks a neighbour to share a gardener."""
    people = {citizen.name: person for citizen, person in world.citizens}
    maureen, neighbour = people["Maureen Ashby"], people["Peter Lindqvist"]
    with clock.set_to(world.morning(world.today - timedelta(days=1), 18)):
        _write(world, maureen)
    with clock.set_to(world.morning(world.today - timedelta(days=1), 19)):
        _share(world, maureen, neighbour)


def _write(world: World, person: Person) -> None:
    rows = select(Booking).where(Booking.person_id == person.id, Booking.status == BookingStatus.REQUESTED)
    booking = db.session.scalars(rows.order_by(Booking.id.desc())).first()
    if booking is None:
        return
    helper = world.beside[person.id]
    conversations_actions.write_to_provider(
        actor=helper,
        booking=booking,
        words="Could it be somebody Mum knows already? She finds new faces hard.",
        key=f"demo-message-1-{booking.reference}",
    )
    conversations_actions.write_as_provider(
        actor=world.staff[booking.provider_id],
        booking=booking,
        words="We will try. May we telephone you to talk about it?",
        key=f"demo-message-2-{booking.reference}",
    )


def _share(world: World, person: Person, neighbour: Person) -> None:
    listing = next(
        listing
        for article, listing in world.listings
        if article.kind == "gardening" and article.seller.publishes_rates and listing.can_take_new_people
    )
    day = world.today + timedelta(days=10)
    habit = Habit(person, listing, day.weekday(), time(11), 120, 0, 0)
    monday = day - timedelta(days=day.weekday())
    times = [habit.times(monday + timedelta(weeks=week)) for week in range(WEEKS)]
    try:
        with db.session.begin_nested():
            _, offer = priced_share(person, listing.id, times, (), None)
            share, _ = sharing_rules.amounts([visit.pence for visit in offer.visits], [1, 1])
            plans.propose_shares(
                actor=person,
                person=person,
                listing_id=listing.id,
                times=times,
                add_on_ids=(),
                mine=plans.Sharer(person.email, "Maureen", 1),
                others=[plans.Sharer(neighbour.email, "Peter next door", 1)],
                pots=[next(one.pot.id for one in pots_of(person.id) if one.available_pence >= share)],
                amount_seen=share,
                key=f"demo-share-{person.public_id}",
            )
    except (Refusal, StopIteration):
        # The money or the day does not allow it in every year this is loaded; nothing else waits for it.
        return
