"""Who stands beside whom, and what they may do."""

from collections.abc import Collection
from datetime import timedelta

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.base import clock
from app.base.db import db, number_of
from app.base.refusals import NotFound
from app.people.accounts.models import Person
from app.people.accounts.queries import person_by_email
from app.people.accounts.rules import Role, token_hash
from app.people.circles.models import CaseloadEntry, Support
from app.people.circles.permissions import may_end_support
from app.people.circles.rules import INVITATION_LASTS, NOBODY, ONESELF, Power, Standing
from app.people.councils.models import Council

_NO_LINK = "This invitation does not work, or not any more. Ask the person who sent it for a new one."


def powers_over(actor: Person, person_id: int) -> frozenset[Power]:
    """What this account may do about one person's affairs: everything about one's own."""
    return standing_over(actor, person_id).powers


def standing_over(actor: Person, person_id: int) -> Standing:
    """What this account may do about one person's affairs, and by what right. At most two queries."""
    if person_id == number_of(actor):
        return ONESELF
    found = _helped(actor, Person.id == person_id)
    return found[1] if found else NOBODY


def person_helped(actor: Person, public_id: str) -> tuple[Person, Standing] | None:
    """The person with this public id, and the actor's standing, when the actor may act for them now."""
    return _helped(actor, Person.public_id == public_id) if public_id.isalnum() else None


def _helped(actor: Person, is_wanted: object) -> tuple[Person, Standing] | None:
    person: Person | None = None
    powers: frozenset[Power] = frozenset()
    is_care_manager = False
    if actor.has_role(Role.SUPPORTER):
        support = db.session.scalar(_supports_by(actor.id).where(is_wanted))  # type: ignore[arg-type]
        if support is not None:
            person, powers = support.person, support.granted
    councils = actor.council_ids_as(Role.CARE_MANAGER)
    if councils:
        entries = db.session.scalars(_entries_of(actor.id, councils).where(is_wanted))  # type: ignore[arg-type]
        for entry in entries:
            person, powers, is_care_manager = entry.person, powers | entry.granted, True
    return None if person is None else (person, Standing(powers, is_care_manager=is_care_manager))


def _supports_by(supporter_id: int) -> Select[Support]:
    return (
        select(Support)
        .join(Support.person)
        .where(Support.supporter_id == supporter_id, Support.accepted_at.is_not(None), Support.ended_at.is_(None))
        .where(Person.closed_at.is_(None))
        .options(contains_eager(Support.person))
        .execution_options(populate_existing=True)
    )


def _entries_of(care_manager_id: int, councils: set[int]) -> Select[CaseloadEntry]:
    """A care manager's caseload, where they still work and the person still lives."""
    return (
        select(CaseloadEntry)
        .join(CaseloadEntry.person)
        .where(CaseloadEntry.care_manager_id == care_manager_id, CaseloadEntry.ended_at.is_(None))
        .where(CaseloadEntry.council_id.in_(councils), CaseloadEntry.council_id == Person.council_id)
        .where(Person.closed_at.is_(None))
        .options(contains_eager(CaseloadEntry.person))
        .execution_options(populate_existing=True)
    )


def caseload_of(actor: Person) -> Select[CaseloadEntry]:
    """The people on this care manager's caseload, by name; for paging."""
    councils = actor.council_ids_as(Role.CARE_MANAGER)
    return _entries_of(actor.id, councils).order_by(Person.full_name, Person.id)


def people_helped_by(actor: Person) -> list[Support]:
    """The people who named this account as their supporter, by name."""
    return list(db.session.scalars(_supports_by(actor.id).order_by(Person.full_name, Person.id)))


def supporters_of(person_id: int) -> list[Support]:
    """The supporters a person has, and the invitations that wait for an answer, oldest first."""
    is_waiting = Support.invited_at > clock.now() - INVITATION_LASTS
    return list(
        db.session.scalars(
            select(Support)
            .where(Support.person_id == person_id, Support.ended_at.is_(None))
            .where(or_(Support.accepted_at.is_not(None), is_waiting))
            .options(joinedload(Support.supporter))
            .order_by(Support.invited_at, Support.id)
        )
    )


def standing_beside(person_ids: Collection[int]) -> list[Support]:
    """Everybody who now stands beside any of these people as their supporter, with both of them, in one query."""
    if not person_ids:
        return []
    supporter = aliased(Person)
    return list(
        db.session.scalars(
            select(Support)
            .join(Support.person)
            .join(supporter, Support.supporter)
            .where(Support.person_id.in_(person_ids))
            .where(Support.accepted_at.is_not(None), Support.ended_at.is_(None))
            .where(Person.closed_at.is_(None), supporter.closed_at.is_(None))
            .options(contains_eager(Support.person), contains_eager(Support.supporter.of_type(supporter)))
            .order_by(Support.person_id, Support.id)
        )
    )


def on_caseloads(person_ids: Collection[int]) -> list[CaseloadEntry]:
    """Every caseload that any of these people is on now, with both people, in two queries.

    Only where the care manager still works for the council and the person still lives in its area.
    """
    if not person_ids:
        return []
    manager = aliased(Person)
    caseload_entries = db.session.scalars(
        select(CaseloadEntry)
        .join(CaseloadEntry.person)
        .join(manager, CaseloadEntry.care_manager)
        .where(CaseloadEntry.person_id.in_(person_ids), CaseloadEntry.ended_at.is_(None))
        .where(CaseloadEntry.council_id == Person.council_id)
        .where(Person.closed_at.is_(None), manager.closed_at.is_(None))
        .options(
            contains_eager(CaseloadEntry.person),
            contains_eager(CaseloadEntry.care_manager.of_type(manager)).selectinload(manager.grants),
        )
        .order_by(CaseloadEntry.person_id, CaseloadEntry.id)
    )
    return [one for one in caseload_entries if one.council_id in one.care_manager.council_ids_as(Role.CARE_MANAGER)]


def care_managers_of(person: Person) -> list[CaseloadEntry]:
    """The care managers on whose caseload a person is, by name."""
    return list(
        db.session.scalars(
            select(CaseloadEntry)
            .join(CaseloadEntry.care_manager)
            .where(CaseloadEntry.person_id == person.id, CaseloadEntry.ended_at.is_(None))
            .where(CaseloadEntry.council_id == person.council_id)
            .options(contains_eager(CaseloadEntry.care_manager).selectinload(Person.grants))
            .order_by(Person.full_name, CaseloadEntry.id)
        )
    )


def invitations_since_yesterday(person_id: int) -> int:
    """How many invitations were sent about a person within a day."""
    a_day_ago = clock.now() - timedelta(days=1)
    rows = select(func.count()).select_from(Support).where(Support.person_id == person_id)
    return db.session.scalar(rows.where(Support.invited_at > a_day_ago)) or 0


def open_support_for(person_id: int, email: str) -> Support | None:
    """The supporter or waiting invitation with this email address."""
    return next((s for s in supporters_of(person_id) if s.invited_email == email), None)


def invitation(token: str) -> Support:
    """The invitation a link stands for, while it may be accepted.

    Raises:
        NotFound: when it was answered, taken back, has expired or never was.
    """
    support = db.session.scalar(
        select(Support)
        .join(Support.person)
        .where(Support.token_hash == token_hash(token), Support.accepted_at.is_(None), Support.ended_at.is_(None))
        .where(Support.invited_at > clock.now() - INVITATION_LASTS, Person.closed_at.is_(None))
        .options(contains_eager(Support.person))
    )
    if support is None:
        raise NotFound(_NO_LINK)
    return support


def support_for(actor: Person, public_id: str) -> tuple[Support, Standing]:
    """A support that this account may see because it may end it, and the account's standing over the person.

    Raises:
        NotFound: when there is none, it has ended, or it is not this account's affair.
    """
    support = None
    if public_id.isalnum():
        support = db.session.scalar(
            select(Support)
            .where(Support.public_id == public_id, Support.ended_at.is_(None))
            .options(joinedload(Support.person), joinedload(Support.supporter))
        )
    if support is not None:
        standing = standing_over(actor, support.person_id)
        if may_end_support(actor, standing, support):
            return support, standing
    raise NotFound("There is no such supporter, or not any more.")


def caseload_entry_for(actor: Person, public_id: str) -> CaseloadEntry:
    """An entry of the actor's own caseload.

    Raises:
        NotFound: when there is none, or it is another's.
    """
    caseload_entry = None
    if public_id.isalnum():
        caseload_entry = db.session.scalar(caseload_of(actor).where(CaseloadEntry.public_id == public_id))
    if caseload_entry is None:
        raise NotFound("There is no such person on your caseload.")
    return caseload_entry


def resident(email: str, council_ids: set[int]) -> Person:
    """The person with this email address, when they live at one of the councils.

    Raises:
        NotFound: in the same words whether they are unknown or live elsewhere.
    """
    person = person_by_email(email)
    if person is None or person.closed_at is not None or person.council_id not in council_ids:
        raise NotFound("Nobody with this email address has an account and lives in your council's area")
    return person


def council_where_living(person: Person) -> Council:
    """The council of a person who is known to live in one's area (see :func:`resident`)."""
    return db.session.scalars(select(Council).where(Council.id == person.council_id)).one()
