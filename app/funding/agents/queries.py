"""Money that somebody holds for a person, and who of their helpers it may be."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.base.db import db
from app.base.refusals import NotFound
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.circles.queries import standing_beside


def held_for(person: Person, public_id: str) -> Pot:
    """Money that somebody holds for this person.

    Raises:
        NotFound: when there is none such, or not any more.
    """
    found = None
    if public_id.isalnum():
        found = db.session.scalar(
            select(Pot)
            .where(Pot.public_id == public_id, Pot.person_id == person.id, Pot.closed_at.is_(None))
            .where(Pot.kind == PotKind.INDIRECT_PAYMENT)
            .options(joinedload(Pot.agent))
        )
    if found is None:
        raise NotFound("Nobody holds such money for you, or not any more.")
    return found


def helpers_of(person_id: int) -> dict[str, Person]:
    """The accounts that stand beside a person now, by public id; those whose help rests or is over are none."""
    beside = (one.supporter for one in standing_beside([person_id]))
    return {one.public_id: one for one in beside if one is not None}
