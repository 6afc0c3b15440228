"""Reading who works at a council, how they sign in, and what the council's staff did."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import selectinload

from app.base import clock
from app.base.db import db
from app.base.refusals import NotFound
from app.people.accounts.models import Person, RoleGrant, SignInAttempt
from app.people.accounts.rules import ATTEMPTS_WINDOW, COUNCIL_ROLES, Role, counted_as
from app.people.staff.rules import RUNNING
from app.platform.audit.models import AuditEvent


@dataclass(frozen=True, slots=True)
class SignInFacts:
    """How somebody signs in."""

    last_at: datetime | None
    """Nothing: never yet."""
    failed_lately: int
    """Tries with a wrong password in the last quarter of an hour."""
    password_set_at: datetime | None
    """Of changes that were recorded."""


def _holds_one(council_id: int) -> Select[int]:
    return select(RoleGrant.person_id).where(
        RoleGrant.council_id == council_id, RoleGrant.role.in_(COUNCIL_ROLES), RoleGrant.ended_at.is_(None)
    )


def staff_at(council_id: int) -> Select[Person]:
    """Everybody who holds a role at a council now, by name, with their roles; for paging."""
    return (
        select(Person)
        .where(Person.id.in_(_holds_one(council_id)), Person.closed_at.is_(None))
        .options(selectinload(Person.grants))
        .order_by(Person.full_name, Person.id)
    )


def staff_with_role(council_id: int, *roles: Role) -> list[Person]:
    """Those who hold one of these roles at a council now, each once: whoever is told when something waits."""
    rows = staff_at(council_id).where(Person.id.in_(_holds_one(council_id).where(RoleGrant.role.in_(roles))))
    return list(db.session.scalars(rows))


def staff_member(council_id: int, public_id: str) -> Person:
    """One of a council's staff.

    Raises:
        NotFound: when nobody of that council is called so.
    """
    found = db.session.scalar(staff_at(council_id).where(Person.public_id == public_id))
    if found is None:
        raise NotFound("Nobody of that kind works at this council now.")
    return found


def roles_at(person: Person, council_id: int) -> frozenset[Role]:
    """The roles somebody holds at a council now."""
    return frozenset(grant.role for grant in person.current_grants if grant.council_id == council_id)


def sign_ins_of(people: Collection[Person]) -> dict[int, SignInFacts]:
    """How these people sign in, by their number; three queries however many they are."""
    numbers = [person.id for person in people]
    last, changed = (_last(numbers, action) for action in ("signed_in", "password_changed"))
    hashes = {counted_as("account", person.email): person.id for person in people}
    rows = db.session.execute(
        select(SignInAttempt.account_hash, func.count())
        .where(SignInAttempt.account_hash.in_(hashes), SignInAttempt.at > clock.now() - ATTEMPTS_WINDOW)
        .group_by(SignInAttempt.account_hash)
    )
    failed = {hashes[hashed]: number for hashed, number in rows}
    return {number: SignInFacts(last.get(number), failed.get(number, 0), changed.get(number)) for number in numbers}


def _last(numbers: Collection[int], action: str) -> dict[int, datetime]:
    rows = db.session.execute(
        select(AuditEvent.for_person_id, func.max(AuditEvent.at))
        .where(AuditEvent.for_person_id.in_(numbers), AuditEvent.action == action)
        .group_by(AuditEvent.for_person_id)
    )
    return {number: at for number, at in rows if number is not None}


@dataclass(frozen=True, slots=True)
class Asked:
    """Which part of the record is wanted: of one of the staff, one sort of act, from and to a day, both included."""

    actor_id: int | None = None
    action: str | None = None
    from_on: date | None = None
    until_on: date | None = None


def acts_at(council_id: int, asked: Asked) -> Select[AuditEvent]:
    """What was done to run a council, newest first; for paging and for a file. Nothing about a person's care."""
    rows = select(AuditEvent).where(AuditEvent.council_id == council_id, AuditEvent.subject_kind.in_(RUNNING))
    if asked.actor_id is not None:
        rows = rows.where(AuditEvent.actor_id == asked.actor_id)
    if asked.action is not None:
        rows = rows.where(AuditEvent.action == asked.action)
    if asked.from_on is not None:
        rows = rows.where(AuditEvent.at >= clock.at_london(asked.from_on, time()))
    if asked.until_on is not None:
        rows = rows.where(AuditEvent.at < clock.at_london(asked.until_on + timedelta(days=1), time()))
    return rows.order_by(AuditEvent.at.desc(), AuditEvent.id.desc())


def acts_known(council_id: int) -> list[str]:
    """The sorts of acts in the record of a council, for a list to choose from."""
    rows = select(AuditEvent.action).where(AuditEvent.council_id == council_id, AuditEvent.subject_kind.in_(RUNNING))
    return sorted(db.session.scalars(rows.distinct()))


def staff_who_acted(council_id: int) -> dict[str, tuple[int, str]]:
    """Everybody in the record of a council: number and name, by public id, in order of name."""
    acted = select(AuditEvent.actor_id).where(AuditEvent.council_id == council_id, AuditEvent.subject_kind.in_(RUNNING))
    rows = select(Person.public_id, Person.id, Person.full_name).where(Person.id.in_(acted))
    found = db.session.execute(rows.order_by(Person.full_name, Person.id))
    return {public_id: (number, name) for public_id, number, name in found}


def names_of_subjects(events: Collection[AuditEvent]) -> dict[int, str]:
    """Whom or what acts were about, by the act's number: the member of staff, or the rule's name."""
    numbers = {event.for_person_id for event in events if event.for_person_id is not None}
    names: dict[int, str] = {}
    if numbers:
        rows = db.session.execute(select(Person.id, Person.full_name).where(Person.id.in_(numbers)))
        names = {number: name for number, name in rows}  # noqa: C416 - a Row is not a pair to mypy
    found = {}
    for event in events:
        person = names.get(event.for_person_id) if event.for_person_id is not None else None
        said = [person, event.details.get("role"), event.details.get("name")]
        found[event.id] = ", ".join(str(one).replace("_", " ") for one in said if one)
    return found
