"""Supporters, caseloads and a council for them to live in."""

import itertools

from app.base.db import db, transaction
from app.people.accounts.actions.roles import grant_role
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.models import CaseloadEntry, Support
from app.people.circles.rules import COUNCIL_STAFF_POWERS, EVERY_POWER, Power, stored_powers
from app.people.councils.models import Council
from tests.factories.accounts import LONG_AGO

_numbers = itertools.count(1)


def council(name: str = "Quaxton Council") -> Council:
    """A council to live in or work for."""
    number = next(_numbers)
    made = Council(code=f"council{number}", name=name, area_code=f"E{number:08d}", created_at=LONG_AGO)
    db.session.add(made)
    db.session.commit()
    return made


def support(person: Person, supporter: Person, powers: frozenset[Power] = EVERY_POWER) -> Support:
    """A grant in force."""
    with transaction():
        made = Support(
            person_id=person.id,
            supporter_id=supporter.id,
            invited_email=supporter.email,
            relation="my sister",
            invited_by_id=person.id,
            powers=stored_powers(powers),
            invited_at=LONG_AGO,
            accepted_at=LONG_AGO,
        )
        db.session.add(made)
        grant_role(person=supporter, role=Role.SUPPORTER)
    return made


def caseload_entry(
    care_manager: Person, person: Person, at: Council, powers: frozenset[Power] = COUNCIL_STAFF_POWERS
) -> CaseloadEntry:
    """A person on a care manager's caseload."""
    made = CaseloadEntry(
        care_manager_id=care_manager.id,
        person_id=person.id,
        council_id=at.id,
        powers=stored_powers(powers),
        from_on=LONG_AGO.date(),
    )
    db.session.add(made)
    db.session.commit()
    return made
