"""What is said of shared support that somebody leaves, or that ends."""

from app.base.days import day_words
from app.base.db import number_of
from app.people.accounts.models import Person
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.models.shares import SharePlan
from app.support.booking_records.queries import shares
from app.support.booking_records.rules.words import StateWords
from app.support.sharing import rules


def end_words(said: StateWords, booking: Booking, plan: SharePlan | None, person: Person | None) -> str | None:
    """What it means to a reader that somebody leaves shared support, or that it ends; nothing where neither is so.

    Args:
        said: the words of the reader.
        booking: what is shared.
        plan: the newest plan by which somebody leaves it, if one does.
        person: the reader, or for whom they read; nobody: the provider.
    """
    stands = None
    if plan is not None:
        person_id = None if person is None else number_of(person)
        stands = rules.leaving_stands(
            plan.status,
            is_self=plan.person_id == person_id,
            own=next((one.status for one in plan.shares if one.person_id == person_id), None),
            last_day=plan.last_day,
            ends_on=booking.ends_on,
        )
    if plan is not None and stands is not None and plan.last_day is not None:
        return said.leaving(stands, day_words(plan.last_day))
    return None if booking.ends_on is None else said.ends(day_words(booking.ends_on))


def end_words_of(said: StateWords, booking: Booking) -> str | None:
    """The same of one booking for its provider, whether it is shared or not."""
    plan = shares.leaving_of([booking.id]).get(booking.id) if booking.is_shared else None
    return end_words(said, booking, plan, None)
