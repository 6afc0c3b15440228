"""Finding people once: twins, those a council asked or has, and what waits for a person or another council."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload

from app.base import clock
from app.base.db import db
from app.base.refusals import NotFound
from app.funding.taking_on.models import CouncilPerson
from app.funding.taking_on.rules import OPEN, TakingOn, same_name
from app.people.accounts.models import Person
from app.people.accounts.rules.letter_codes import letter_code_hash
from app.people.councils.models import Council
from app.people.councils.rules.geography import show_postcode

_WHOLE = (
    joinedload(CouncilPerson.person),
    joinedload(CouncilPerson.council),
    joinedload(CouncilPerson.asked_by),
)
NO_SUCH_PERSON = "There is no such person at this council."


@dataclass(frozen=True, slots=True)
class Twin:
    """Somebody who may be the same person. Of who is not with the council, nothing is told but that there is an account."""

    person: Person
    known: CouncilPerson | None
    """What the council knows of them already."""
    why: str


def twins(
    council: Council, *, full_name: str, born_on: date, postcode: str, reference: str | None, email: str | None
) -> list[Twin]:
    """Who may be the same person as the one an officer describes: at this council first, then any account."""
    found: dict[int, Twin] = {}
    mine = db.session.scalars(
        select(CouncilPerson)
        .where(
            CouncilPerson.council_id == council.id,
            CouncilPerson.status.in_(OPEN),
            or_(CouncilPerson.born_on == born_on, CouncilPerson.reference == reference)
            if reference
            else CouncilPerson.born_on == born_on,
        )
        .options(*_WHOLE)
        .order_by(CouncilPerson.id)
    ).all()
    for one in mine:
        if reference and one.reference == reference:
            found.setdefault(one.person_id, Twin(one.person, one, "The same reference"))
        elif same_name(one.person.full_name, full_name) or one.postcode == postcode:
            found.setdefault(one.person_id, Twin(one.person, one, "The same date of birth, and name or postcode"))
    others = select(Person).where(Person.closed_at.is_(None))
    is_alike = Person.postcode == postcode
    others = others.where(or_(is_alike, Person.email == email) if email else is_alike).order_by(Person.id).limit(50)
    for person in db.session.scalars(others):
        if email and person.email == email:
            found.setdefault(person.id, Twin(person, None, "The same email address"))
        elif same_name(person.full_name, full_name):
            found.setdefault(person.id, Twin(person, None, "The same name and postcode"))
    return list(found.values())


def people_of(council_id: int, words: str = "") -> Select[CouncilPerson]:
    """Those a council asked or has, by name; for paging. ``words``: a reference, or part of a name."""
    rows = (
        select(CouncilPerson)
        .join(CouncilPerson.person)
        .where(CouncilPerson.council_id == council_id, CouncilPerson.status.in_(OPEN))
        .options(*_WHOLE)
        .order_by(Person.full_name, CouncilPerson.id)
    )
    if words:
        rows = rows.where(
            or_(
                func.lower(CouncilPerson.reference) == words.lower(),
                Person.full_name.icontains(words, autoescape=True),
            )
        )
    return rows


def person_at(council_id: int, public_id: str) -> CouncilPerson:
    """One of them.

    Raises:
        NotFound: when there is none.
    """
    found = db.session.scalar(
        select(CouncilPerson)
        .where(CouncilPerson.council_id == council_id, CouncilPerson.public_id == public_id)
        .options(*_WHOLE)
    )
    if found is None:
        raise NotFound(NO_SUCH_PERSON)
    return found


def asked_of(person: Person) -> Sequence[CouncilPerson]:
    """The councils that ask a person, or that wait for another council with them; and the one they are with."""
    return db.session.scalars(
        select(CouncilPerson)
        .where(CouncilPerson.person_id == person.id, CouncilPerson.status.in_(OPEN))
        .options(*_WHOLE)
        .order_by(CouncilPerson.id)
    ).all()


def asked_for(person: Person, public_id: str) -> CouncilPerson:
    """One council that asks a person.

    Raises:
        NotFound: when there is none, or it was answered.
    """
    found = next((one for one in asked_of(person) if one.public_id == public_id), None)
    if found is None or found.status != TakingOn.ASKED:
        raise NotFound("No council asks you that, or you have answered already.")
    return found


def by_code(typed: str) -> CouncilPerson | None:
    """Whose letter a code is from, while it works."""
    return db.session.scalar(
        select(CouncilPerson)
        .where(CouncilPerson.code_hash == letter_code_hash(typed), CouncilPerson.code_until > clock.now())
        .options(*_WHOLE)
    )


def leaving(council_id: int) -> Select[CouncilPerson]:
    """People with this council who said yes to another one: it waits for this council's agreement. For paging."""
    here = select(Person.id).where(Person.council_id == council_id)
    return (
        select(CouncilPerson)
        .where(CouncilPerson.status == TakingOn.MOVING, CouncilPerson.person_id.in_(here))
        .options(*_WHOLE)
        .order_by(CouncilPerson.answered_at, CouncilPerson.id)
    )


def as_postcode(typed: str) -> str:
    """A postcode as it is kept: ``qx11aa`` -> ``QX1 1AA``."""
    compact = "".join(typed.split()).upper()
    return show_postcode(compact) if len(compact) > 3 else compact  # noqa: PLR2004 - the inward part
