"""Who stands beside whom, and what they may do."""

from collections.abc import Callable, Collection
from datetime import timedelta

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from app.base import clock
from app.base.db import db, number_of
from app.base.refusals import NotFound
from app.people.accounts.models import Person
from app.people.accounts.queries import person_by_email
from app.people.accounts.rules import Role
from app.people.circles.models import AskedPower, CapacityDecision, CaseloadCover, CaseloadEntry, Support
from app.people.circles.permissions import may_agree_for_council, may_answer_asked, may_end_support
from app.people.circles.rules import (
    COUNCIL_STAFF_POWERS,
    EVERY_POWER,
    INVITATION_LASTS,
    NOBODY,
    ONESELF,
    Power,
    Standing,
    powers_from,
)
from app.people.interests import queries as interests
from app.people.interests.rules import LEFT_TO_BROKER


def powers_to_act(actor: Person, person_id: int) -> frozenset[Power]:
    """The same at the moment of acting: whoever ends or narrows it waits until what is done here is done, or comes first.

    Called after the person's row was locked, where an action locks it.
    """
    if person_id == number_of(actor):
        return EVERY_POWER
    found = _helped(actor, Person.id == person_id, to_act=True)
    return found[1].powers if found else frozenset()


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


def _helped(actor: Person, is_wanted: object, *, to_act: bool = False) -> tuple[Person, Standing] | None:
    person: Person | None = None
    powers: frozenset[Power] = frozenset()
    is_care_manager = False
    if actor.has_role(Role.SUPPORTER):
        supports = _supports_by(actor).where(is_wanted)  # type: ignore[arg-type]
        if to_act:
            supports = supports.with_for_update(read=True, of=Support)
        support = db.session.scalar(supports)
        if support is not None:
            person, powers = support.person, support.granted
            if interests.is_broker_only(actor, person.id):
                powers &= powers_from(LEFT_TO_BROKER)
    councils = actor.council_ids_as(Role.CARE_MANAGER)
    if councils:
        entries = _entries_of(actor, councils).where(is_wanted)  # type: ignore[arg-type]
        if to_act:
            entries = entries.with_for_update(read=True, of=CaseloadEntry)
        for entry in db.session.scalars(entries):
            # Whoever is here for the council spends no private money and decides nothing, whatever else they were let do.
            person, is_care_manager = entry.person, True
            powers = (powers & COUNCIL_STAFF_POWERS) | _as_chosen(entry)
    return None if person is None else (person, Standing(powers, is_care_manager=is_care_manager))


_looked_after: list[Callable[[CaseloadEntry], bool]] = []


def learn_looked_after(is_looked_after: Callable[[CaseloadEntry], bool]) -> None:
    """Be told how to ask whether the council looks after money as the person chose; a room above knows."""
    _looked_after[:] = [is_looked_after]


def _as_chosen(entry: CaseloadEntry) -> frozenset[Power]:
    """What a care manager may do: they book only where the person chose that the council looks after money."""
    granted = entry.granted
    if Power.BOOK_COUNCIL_MANAGED in granted and not any(is_so(entry) for is_so in _looked_after):
        return granted - {Power.BOOK_COUNCIL_MANAGED}
    return granted


def is_care_manager_of(actor: Person, person_id: int) -> bool:
    """Whether this account has the person on its caseload, wherever either works or lives now."""
    pair = CaseloadEntry.care_manager_id == actor.id, CaseloadEntry.person_id == person_id
    return db.session.query(CaseloadEntry).where(*pair, CaseloadEntry.holds()).first() is not None


def is_supporter_of(actor: Person, person_id: int) -> bool:
    """Whether this account helps the person by the person's own choice."""
    pair = Support.supporter_id == actor.id, Support.person_id == person_id
    return db.session.query(Support).where(*pair, Support.ended_at.is_(None), counts_today()).first() is not None


def counts_today() -> ColumnElement[bool]:
    """Its last day has not passed, where it has one."""
    return or_(Support.ends_on.is_(None), Support.ends_on >= clock.today())


def _supports_by(supporter: Person) -> Select[Support]:
    """Those this account supports now, but where it works for a provider they use."""
    return (
        select(Support)
        .join(Support.person)
        .where(Support.supporter_id == supporter.id, Support.accepted_at.is_not(None), Support.ended_at.is_(None))
        .where(Person.closed_at.is_(None), counts_today(), interests.is_free(supporter, Person.id))
        .options(contains_eager(Support.person))
        .execution_options(populate_existing=True)
    )


def _entries_of(care_manager: Person, councils: set[int]) -> Select[CaseloadEntry]:
    """A care manager's caseload, where they still work and the person still lives; not where they work for a provider too."""
    return (
        select(CaseloadEntry)
        .join(CaseloadEntry.person)
        .where(CaseloadEntry.care_manager_id == care_manager.id, CaseloadEntry.holds())
        .where(CaseloadEntry.council_id.in_(councils), CaseloadEntry.council_id == Person.council_id)
        .where(Person.closed_at.is_(None), interests.is_free(care_manager, Person.id))
        .options(contains_eager(CaseloadEntry.person))
        .execution_options(populate_existing=True)
    )


def caseload_of(actor: Person) -> Select[CaseloadEntry]:
    """The people on this care manager's caseload, by name; for paging."""
    councils = actor.council_ids_as(Role.CARE_MANAGER)
    return _entries_of(actor, councils).order_by(Person.full_name, Person.id)


def people_helped_by(actor: Person) -> list[Support]:
    """The people who named this account as their supporter, by name."""
    return list(db.session.scalars(_supports_by(actor).order_by(Person.full_name, Person.id)))


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
            .where(Support.accepted_at.is_not(None), Support.ended_at.is_(None), counts_today())
            .where(Person.closed_at.is_(None), supporter.closed_at.is_(None))
            .where(interests.are_free(Support.supporter_id, Support.person_id))
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
        .where(CaseloadEntry.person_id.in_(person_ids), CaseloadEntry.holds())
        .where(CaseloadEntry.council_id == Person.council_id)
        .where(Person.closed_at.is_(None), manager.closed_at.is_(None))
        .where(interests.are_free(CaseloadEntry.care_manager_id, CaseloadEntry.person_id))
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
            .where(CaseloadEntry.person_id == person.id, CaseloadEntry.holds())
            .where(CaseloadEntry.council_id == person.council_id)
            .options(contains_eager(CaseloadEntry.care_manager).selectinload(Person.grants))
            .options(joinedload(CaseloadEntry.cover).joinedload(CaseloadCover.away))
            .order_by(Person.full_name, CaseloadEntry.id)
        )
    )


def invitations_since_yesterday(person_id: int) -> int:
    """How many invitations were sent about a person within a day."""
    a_day_ago = clock.now() - timedelta(days=1)
    rows = select(func.count()).select_from(Support).where(Support.person_id == person_id)
    return db.session.scalar(rows.where(Support.invited_at > a_day_ago)) or 0


def open_support_for(person_id: int, email: str) -> Support | None:
    """The supporter or waiting invitation with this email address; not one whose last day has passed."""
    return next((s for s in supporters_of(person_id) if s.invited_email == email and not s.is_over), None)


def asked_and_waiting(entry_id: int) -> list[AskedPower]:
    """What a care manager asked for and the person has not answered."""
    rows = select(AskedPower).where(AskedPower.entry_id == entry_id, AskedPower.answered_at.is_(None))
    return list(db.session.scalars(rows.order_by(AskedPower.id)))


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


def entry_beside(actor: Person, public_id: str) -> CaseloadEntry:
    """A care manager's entry about which the actor may answer: the person's own, or of somebody who let them decide.

    Raises:
        NotFound: when there is none, it has ended, or it is not this account's affair.
    """
    found = None
    if public_id.isalnum():
        found = db.session.scalar(
            select(CaseloadEntry)
            .where(CaseloadEntry.public_id == public_id, CaseloadEntry.holds())
            .options(joinedload(CaseloadEntry.person), joinedload(CaseloadEntry.care_manager))
        )
    if found is None or not may_answer_asked(actor, standing_over(actor, found.person_id), found):
        raise NotFound("There is no such care manager, or it is not yours to say what they may do.")
    return found


def waiting_by_entry(entry_ids: Collection[int]) -> dict[int, list[AskedPower]]:
    """What was asked and not answered, by entry, in one query."""
    found: dict[int, list[AskedPower]] = {}
    if not entry_ids:
        return found
    rows = select(AskedPower).where(AskedPower.entry_id.in_(entry_ids), AskedPower.answered_at.is_(None))
    for one in db.session.scalars(rows.order_by(AskedPower.id)):
        found.setdefault(one.entry_id, []).append(one)
    return found


def answers_to(entry_id: int, most: int = 20) -> list[AskedPower]:
    """What a care manager asked and the person has answered, the latest first."""
    rows = select(AskedPower).where(AskedPower.entry_id == entry_id, AskedPower.answered_at.is_not(None))
    return list(db.session.scalars(rows.order_by(AskedPower.answered_at.desc(), AskedPower.id).limit(most)))


def decisions_about(person_id: int) -> list[CapacityDecision]:
    """The decisions made for a person that have not ended, the latest first."""
    return list(
        db.session.scalars(
            select(CapacityDecision)
            .join(CapacityDecision.entry)
            .where(CaseloadEntry.person_id == person_id, CapacityDecision.ended_at.is_(None))
            .order_by(CapacityDecision.id.desc())
            .limit(50)
        )
    )


def decision_for(actor: Person, public_id: str) -> CapacityDecision:
    """A decision, for the person it is about, whoever stands beside them, and their council.

    Raises:
        NotFound: when there is none, or it is not this account's affair.
    """
    found = None
    if public_id.isalnum():
        found = db.session.scalar(
            select(CapacityDecision)
            .where(CapacityDecision.public_id == public_id)
            .options(
                joinedload(CapacityDecision.entry).joinedload(CaseloadEntry.person),
                joinedload(CapacityDecision.made_by),
                joinedload(CapacityDecision.agreed_by),
            )
        )
    if found is not None:
        entry = found.entry
        is_councils = may_agree_for_council(actor, entry.council_id) and interests.is_free_about(actor, entry.person_id)
        if is_councils or standing_over(actor, entry.person_id).may_read_decisions:
            return found
    raise NotFound("There is no such decision.")


def decisions_to_agree(actor: Person, council_ids: Collection[int]) -> Select[CapacityDecision]:
    """The decisions recorded at these councils that wait for a second, the oldest first, for paging."""
    return (
        select(CapacityDecision)
        .join(CapacityDecision.entry)
        .join(CaseloadEntry.person)
        .where(CaseloadEntry.council_id.in_(council_ids), CaseloadEntry.holds())
        .where(CapacityDecision.agreed_at.is_(None), CapacityDecision.ended_at.is_(None))
        .where(CapacityDecision.made_by_id != actor.id, CaseloadEntry.person_id != actor.id)
        .where(interests.is_free(actor, CaseloadEntry.person_id))
        .where(CapacityDecision.review_on > clock.today(), Person.closed_at.is_(None))
        .options(contains_eager(CapacityDecision.entry).contains_eager(CaseloadEntry.person))
        .options(joinedload(CapacityDecision.made_by))
        .order_by(CapacityDecision.id)
    )


def authorities_to_see(actor: Person, council_ids: Collection[int]) -> list[Support]:
    """The papers noted at these councils that a second person has to see, the oldest first."""
    return list(
        db.session.scalars(
            select(Support)
            .join(Support.person)
            .where(Person.council_id.in_(council_ids), Person.closed_at.is_(None), Person.id != actor.id)
            .where(Support.authority.is_not(None), Support.authority_seen_at.is_(None), Support.ended_at.is_(None))
            .where(Support.authority_noted_by_id != actor.id, interests.is_free(actor, Support.person_id))
            .options(contains_eager(Support.person), joinedload(Support.supporter))
            .order_by(Support.authority_noted_at, Support.id)
            .limit(100)
        )
    )


def authority_to_see(actor: Person, public_id: str, council_ids: Collection[int]) -> Support:
    """One of these.

    Raises:
        NotFound: when there is none, it was answered, or it is another council's.
    """
    found = next((one for one in authorities_to_see(actor, council_ids) if one.public_id == public_id), None)
    if found is None:
        raise NotFound("There is no such paper to look at, or somebody has looked at it.")
    return found


def endings_of(person_id: int, most: int = 20) -> list[Support]:
    """Help that somebody from the council ended, with why, the latest first."""
    return list(
        db.session.scalars(
            select(Support)
            .where(Support.person_id == person_id, Support.ended_because.is_not(None))
            .options(joinedload(Support.supporter))
            .order_by(Support.ended_at.desc(), Support.id)
            .limit(most)
        )
    )
