"""Keeping the record of who read whose bookings."""

from app.accounts.models import Person
from app.audit import actions as audit
from app.db import db


def say_looked_at(*, actor: Person, person: Person) -> None:
    """Record that somebody read another person's bookings."""
    if actor.id != person.id:
        audit.record(
            action="bookings_looked_at", actor_id=actor.id, for_person_id=person.id, council_id=person.council_id
        )
        db.session.flush()
