"""The whole demonstration, step by step, each step kept before the next begins."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Conflict
from app.demo.actions import (
    doubts,
    gatherings,
    hanging,
    left_open,
    leftovers,
    life,
    repeating,
    residents,
    rises,
    settled,
    together,
    town,
)
from app.demo.actions.world import FULL, SMALL, World
from app.funding.budgets.rules.periods import PERIODS_IN_A_YEAR
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.platform.messages.actions.sending import kept_inside
from app.shop.reviews.models import Review
from app.support.booking_records.models.bookings import Visit

Tell = Callable[[str], None]
"""Told, in a few words, what is being done next; called once a step."""


def is_empty() -> bool:
    """Whether nobody lives here yet."""
    return db.session.scalar(select(Person.id).limit(1)) is None


@dataclass(frozen=True, slots=True)
class Made:
    """How much of everything there is."""

    people: int
    listings: int
    visits: int
    reviews: int


def made() -> Made:
    """Count what was loaded."""
    return Made(
        *(db.session.scalar(select(func.count()).select_from(model)) or 0 for model in (Person, Listing, Visit, Review))
    )


def steps(*, small: bool) -> int:
    """How many times :func:`load` will tell what it does."""
    return 7 + (SMALL if small else FULL).weeks + 1 + 1


def load(*, small: bool = False, tell: Tell = lambda _words: None) -> World:
    """Build the invented council in an empty database, as its people would have, week by week.

    Args:
        small: four people and six weeks instead of forty and eighteen months; the shop is as full.
        tell: told of every step, for a progress bar.

    Raises:
        Conflict: when somebody lives here already.
    """
    if not is_empty():
        raise Conflict("There are people in this database already, so the demonstration is not loaded over them.")
    world = World(SMALL if small else FULL, clock.now())
    with kept_inside():
        for words, step in (
            ("The council and its places", town.found),
            ("The council next door", leftovers.found_next_door),
            ("Providers", town.open_shops),
            ("Their pictures", hanging.hang_pictures),
            ("Listings and rates", town.fill_shelves),
            ("People and their budgets", residents.move_in),
            ("Unspent money", leftovers.move_in_next_door),
        ):
            tell(words)
            with transaction():
                step(world)
        for week in range(world.size.weeks + 1):
            tell("Eighteen months of bookings" if not small else "Six weeks of bookings")
            with transaction():
                if week % (4 * PERIODS_IN_A_YEAR) == 0:
                    residents.agree_budgets(world, week // (4 * PERIODS_IN_A_YEAR))
                    leftovers.agree_years_begun_before(world, week // (4 * PERIODS_IN_A_YEAR))
                life.live_a_week(world, week)
        tell("Requests that wait for an answer")
        with transaction():
            left_open.leave_open(world)
            life.ask_what_waits(world)
            doubts.differ_about_a_visit(world)
            rises.announce(world)
            repeating.make_a_pattern(world)
            gatherings.open_up(world)
            together.write_and_share(world)
        settled.settle_weeks(world)
    return world
