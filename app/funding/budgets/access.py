"""Whose money a request is about; and the note that somebody else looked at it, once a day and sign-in."""

from collections.abc import Iterable
from dataclasses import dataclass

from flask import session

from app.base import clock
from app.base.db import transaction
from app.base.refusals import NotAllowed, NotFound
from app.people.accounts.access import actor
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.access import role_here, shopper
from app.people.circles.queries import person_helped
from app.people.circles.rules import Power, Standing
from app.platform.audit.actions import record


@dataclass(frozen=True, slots=True)
class Said:
    """What the header says: whose money, how much is left of it in pence, and where to read more."""

    whose: str
    left_pence: int
    href: str = "/money"


LOOKED = "money_looked_at"
LISTED = "money_in_a_list_looked_at"
MOST_REMEMBERED = 60
"""People of whom a sign-in remembers that it is on record; of any more it is recorded again."""


def whose_money() -> Person:
    """The person whose money this request is about; looking at somebody else's is recorded.

    Raises:
        NotAllowed: when nobody's may be seen.
    """
    looking = shopper()
    looking.require(Power.SEE_MONEY)
    if not looking.is_for_other:
        if not looking.actor.has_role(Role.PERSON):
            raise NotAllowed("Choose whose money to look at first, from your caseload or from the people you support.")
        return looking.person
    note_look([looking.person], LOOKED, looking.standing)
    return looking.person


def person_on_caseload(public_id: str) -> Person:
    """Somebody on the actor's own caseload, whose money the actor may see; the look is recorded.

    Raises:
        NotFound: when there is none such.
        NotAllowed: when the care manager was not given their money to see.
    """
    found = person_helped(actor(), public_id)
    if found is None or not found[1].is_care_manager:
        raise NotFound("There is no such person on your caseload.")
    person, standing = found
    if Power.SEE_MONEY not in standing.powers:
        raise NotAllowed(
            f"You may not see the money of {person.full_name}. A commissioner of your council can let you."
        )
    note_look([person], LOOKED, standing)
    return person


def note_look(people: Iterable[Person], action: str, standing: Standing) -> None:
    """Record that the actor looked at these people's money, unless it was recorded today in this sign-in."""
    today, me = clock.today().isoformat(), actor().id
    looked: dict[str, str] = session.get(action, {})
    new = {person.public_id: person for person in people if looked.get(person.public_id) != today}
    if not new:
        return
    facts = [(person.id, person.council_id) for person in new.values()]
    with transaction():
        for person_id, council_id in facts:
            record(
                action=action,
                actor_id=me,
                for_person_id=person_id,
                subject_kind="person",
                subject_id=person_id,
                council_id=council_id,
                acting_as=role_here(standing),
            )
    before = [who for who, day in looked.items() if day == today]
    # A cookie that grows too large is dropped by the browser, and everything kept in it.
    session[action] = dict.fromkeys([*new, *before][:MOST_REMEMBERED], today)
