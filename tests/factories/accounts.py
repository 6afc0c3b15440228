"""People to test with."""

import itertools
from datetime import UTC, datetime

from app.base.columns import new_public_id
from app.base.db import db
from app.base.sealing import Seal
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import COUNCIL_ROLES, Role
from app.people.homes.models import HomeDetails
from app.people.homes.rules import PURPOSE, HomeFacts, HomeSeal

SEAL = HomeSeal(Seal(PURPOSE, "only-for-tests-" * 4))
"""Of the site under test."""
_numbers = itertools.count(1)
LONG_AGO = datetime(2026, 1, 1, 9, tzinfo=UTC)


def person(
    *roles: Role,
    name: str = "Ada Example",
    council_id: int | None = None,
    provider_id: int | None = None,
    has_home: bool = True,
    **more: object,
) -> Person:
    """A confirmed person with the roles given (``Role.PERSON`` when none is), whose home is known."""
    number = next(_numbers)
    made = Person(
        email=f"person{number}@example.org",
        full_name=name,
        session_key=new_public_id(),
        created_at=LONG_AGO,
        email_confirmed_at=LONG_AGO,
        council_id=council_id,
        **more,
    )
    for role in roles or (Role.PERSON,):
        made.grants.append(
            RoleGrant(
                role=role,
                granted_at=LONG_AGO,
                council_id=council_id if role in COUNCIL_ROLES else None,
                provider_id=provider_id if role == Role.PROVIDER_STAFF else None,
            )
        )
    db.session.add(made)
    if has_home and Role.PERSON in (roles or (Role.PERSON,)):
        db.session.flush()
        db.session.add(home(made))
    db.session.commit()
    return made


def home(person: Person) -> HomeDetails:
    """What a visit at home needs, as somebody saved it long ago; not added."""
    return HomeDetails(
        person_id=person.id,
        facts=SEAL.seal_facts(HomeFacts("7 Larch Road", "01632 960001"), person.public_id),
        way_in=SEAL.seal_way_in("Key safe by the door: 4711", person.public_id),
        revision=1,
        saved_at=LONG_AGO,
        saved_by_id=person.id,
    )


def sign_in(client: object, who: Person) -> None:
    """Put the sign-in cookie of ``who`` into a test client, without the sign-in page."""
    with client.session_transaction() as session:  # type: ignore[attr-defined]
        session["_user_id"] = f"{who.public_id}.{who.session_key}"
        session["_fresh"] = True
