"""Who may come in to pages about bookings, and the note that somebody looked at another person's."""

from flask import session

from app.base import clock
from app.base.db import db, transaction
from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.access import Shopper, shopper
from app.people.circles.rules import Power
from app.platform.audit import actions as audit
from app.support.booking_records import permissions as booking_records_permissions
from app.support.booking_records.models.bookings import Booking
from app.support.bookings.queries import persons


def say_looked_at(*, actor: Person, person: Person) -> None:
    """Record that somebody read another person's bookings."""
    if actor.id != person.id:
        audit.record(
            action="bookings_looked_at", actor_id=actor.id, for_person_id=person.id, council_id=person.council_id
        )
        db.session.flush()


def may_choose() -> Shopper:
    """Whoever is shopping, when they may put things together for the person, or book.

    Raises:
        NotAllowed: when they may only look, saying who can mend it.
    """
    buyer = shopper()
    if not booking_records_permissions.may_fill_basket(buyer.powers):
        buyer.require(Power.BOOK)
    return buyer


def may_buy() -> Shopper:
    """Whoever is shopping, when they may book.

    Raises:
        NotAllowed: when they may only look, saying who can mend it.
    """
    buyer = shopper()
    buyer.require(Power.BOOK)
    return buyer


BUYERS = (Role.PERSON, Role.SUPPORTER, Role.CARE_MANAGER)
_LOOKED = "bookings_looked_at"
_MOST_REMEMBERED = 20


def found_booking(public_id: str) -> Booking:
    """The booking, once it is on record that somebody else looked at it."""
    found = persons.booking_for(actor(), public_id)
    if found.person_id != actor().id and _is_first_look(found.person.public_id):
        say_looked(found.person)
        found = persons.booking_for(actor(), public_id)
    return found


def say_looked(person: Person) -> None:
    """Record that somebody read another person's bookings: once a day in each session."""
    looking, whose = actor(), person.public_id
    if looking.id == person.id or not _is_first_look(whose):
        return
    with transaction():
        say_looked_at(actor=looking, person=person)
    today = clock.today().isoformat()
    remembered = [one for one in session.get(_LOOKED, []) if one.startswith(today)]
    session[_LOOKED] = [*remembered, f"{today} {whose}"][-_MOST_REMEMBERED:]


def _is_first_look(whose: str) -> bool:
    return f"{clock.today().isoformat()} {whose}" not in session.get(_LOOKED, [])
