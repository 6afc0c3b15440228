"""Opening the view of somebody else."""

from app.base.db import db
from app.base.refusals import NotFound
from app.people.accounts.models import Person
from app.people.circles import queries
from app.people.circles.rules import Standing
from app.platform.audit.actions import record


def open_view(*, actor: Person, person: Person) -> Standing:
    """Open another person's view, on the record.

    Raises:
        NotFound: when the actor has no grant in force: whether there is such a person is not theirs to know.
    """
    standing = queries.standing_over(actor, person.id)
    if not standing.is_anybody or standing.is_oneself:
        raise NotFound("There is no such person among those you help.")
    record(
        action="person_view_opened",
        actor_id=actor.id,
        for_person_id=person.id,
        acting_as="care_manager" if standing.is_care_manager else "supporter",
    )
    db.session.flush()
    return standing
