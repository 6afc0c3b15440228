"""Reading what a visit at home needs."""

from typing import NamedTuple

from sqlalchemy import bindparam, select

from app.base.db import db, fetch_rows, number_of
from app.people.accounts.models import Person
from app.people.homes.models import HomeDetails
from app.people.homes.rules import HomeFacts, HomeSeal

_SAID = select(HomeDetails.revision).where(HomeDetails.person_id == bindparam("person_id"))
_WHOLE = select(HomeDetails).where(HomeDetails.person_id == bindparam("person_id"))


class OpenedHome(NamedTuple):
    """What somebody said, opened, with who saved it last."""

    facts: HomeFacts
    way_in: str
    revision: int
    details: HomeDetails


def is_said(person_id: int) -> bool:
    """Whether somebody has said where they live and how to reach them."""
    return fetch_rows(_SAID, {"person_id": person_id}).first() is not None


def revision_of(person_id: int) -> int:
    """How often it was saved; 0 when never."""
    return int(fetch_rows(_SAID, {"person_id": person_id}).scalar() or 0)


def details_of(person_id: int) -> HomeDetails | None:
    """The row as it lies there, sealed."""
    return db.session.scalar(_WHOLE, {"person_id": person_id})


def opened_home(person: Person, seal: HomeSeal, *, with_way_in: bool) -> OpenedHome | None:
    """What a person said; nothing when they said nothing, or it was sealed with a secret nobody has any more.

    Args:
        person: whose.
        seal: of the site.
        with_way_in: whether the page shows how to get in: else it is not opened, and empty.
    """
    details = details_of(number_of(person))
    facts = None if details is None else seal.facts_in(details.facts, person.public_id)
    if details is None or facts is None:
        return None
    way_in = seal.way_in_of(details.way_in, person.public_id) if with_way_in else ""
    return OpenedHome(facts, way_in, details.revision, details)


def name_of_saver(details: HomeDetails) -> str:
    """Who saved it last."""
    return str(db.session.scalar(select(Person.full_name).where(Person.id == details.saved_by_id)))
