"""What a person uses, and the conflicts of interest there are."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, or_, select, union
from sqlalchemy.orm import aliased, joinedload

from app.base import clock
from app.base.db import db
from app.base.refusals import NotFound
from app.funding.budgets.models import MoneyChoice, Pot
from app.funding.budgets.rules.choices import WAITING
from app.market.catalogue.models import Listing
from app.market.providers.models import Provider
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role
from app.people.circles import queries as circles
from app.people.circles.models import CaseloadEntry, Support
from app.people.interests.models import BrokerException, Interest
from app.people.interests.queries import Number, lasting_exceptions
from app.support.availability.models import GroupSession, Place, Waiting
from app.support.basket.models import BasketLine
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.models.shares import Share, SharePlan
from app.support.booking_records.rules.shares import SharePlanStatus, ShareStatus
from app.support.booking_records.rules.states import CAME, OPEN, BookingStatus, VisitStatus
from app.support.conflicts.rules import LATELY

IsWanted = Callable[[Number], ColumnElement[bool]]


def uses_provider(person: Number, is_wanted: IsWanted) -> ColumnElement[bool]:
    """That a person uses, has asked or is about to use a provider that is wanted (:mod:`app.support.conflicts.rules`).

    Each part names its own tables: it is asked inside other queries, and inside parts of them.
    """
    lately = clock.now() - LATELY
    sold = Listing.provider_id
    return or_(
        exists()
        .where(Booking.person_id == person, is_wanted(Booking.provider_id), _counts(lately))
        .correlate_except(Booking),
        exists()
        .where(
            Share.person_id == person,
            Share.status != ShareStatus.REFUSED,
            SharePlan.id == Share.plan_id,
            Listing.id == SharePlan.listing_id,
            is_wanted(sold),
            or_(
                SharePlan.status == SharePlanStatus.ASKED,
                exists().where(Booking.id == SharePlan.booking_id, _counts(lately)).correlate_except(Booking),
            ),
        )
        .correlate_except(Share, SharePlan, Listing),
        exists()
        .where(
            BasketLine.person_id == person,
            BasketLine.done_at.is_(None),
            BasketLine.left_at.is_(None),
            Listing.id == BasketLine.listing_id,
            is_wanted(sold),
        )
        .correlate_except(BasketLine, Listing),
        _at_a_session(Waiting, person, lately, is_wanted),
        _at_a_session(Place, person, lately, is_wanted),
        exists()
        .where(Pot.person_id == person, Pot.closed_at.is_(None), is_wanted(Pot.provider_id))
        .correlate_except(Pot),
        exists()
        .where(
            MoneyChoice.person_id == person,
            MoneyChoice.status.in_(sorted(WAITING)),
            is_wanted(MoneyChoice.provider_id),
        )
        .correlate_except(MoneyChoice),
    )


def _counts(lately: datetime) -> ColumnElement[bool]:
    """That a booking is open or agreed and not over, or has visits of late."""
    of_late = (
        exists()
        .where(Visit.booking_id == Booking.id, Visit.ends_at > lately, Visit.status.in_(_HAPPENED))
        .correlate_except(Visit)
    )
    return and_(
        Booking.status.in_([*OPEN, BookingStatus.COMPLETED]),
        or_(Booking.status.in_(OPEN - {BookingStatus.ACCEPTED}), of_late, _goes_on()),
    )


_HAPPENED = [*CAME, VisitStatus.PLANNED, VisitStatus.MISSED]


def _goes_on() -> ColumnElement[bool]:
    """Agreed, and neither ended nor completed: the visits of what repeats are made when their money comes."""
    return and_(Booking.status == BookingStatus.ACCEPTED, Booking.ended_at.is_(None))


def _at_a_session(
    table: type[Waiting | Place], person: Number, lately: datetime, is_wanted: IsWanted
) -> ColumnElement[bool]:
    return (
        exists()
        .where(
            table.person_id == person,
            GroupSession.id == table.session_id,
            GroupSession.called_off_at.is_(None),
            GroupSession.ends_at > lately,
            Listing.id == GroupSession.listing_id,
            is_wanted(Listing.provider_id),
        )
        .correlate_except(table, GroupSession, Listing)
    )


@dataclass(frozen=True, slots=True)
class ConflictOfInterest:
    """One conflict: whose affairs, who has power over them, and the provider they work for."""

    person_id: int
    helper_id: int
    provider_id: int
    is_excepted: bool


def conflicts_now(*, person_ids: Collection[int] | None = None) -> list[ConflictOfInterest]:
    """Every conflict there is, of everybody or of these people, by number; in one query, whoever was told of it."""
    supports = select(Support.person_id, Support.supporter_id.label("helper_id")).where(
        Support.accepted_at.is_not(None), Support.ended_at.is_(None), circles.counts_today()
    )
    entries = select(CaseloadEntry.person_id, CaseloadEntry.care_manager_id.label("helper_id")).where(
        CaseloadEntry.holds()
    )
    if person_ids is not None:
        supports = supports.where(Support.person_id.in_(person_ids))
        entries = entries.where(CaseloadEntry.person_id.in_(person_ids))
    pairs = union(supports, entries).subquery()
    is_excepted = exists().where(
        BrokerException.person_id == pairs.c.person_id,
        BrokerException.helper_id == pairs.c.helper_id,
        BrokerException.provider_id == RoleGrant.provider_id,
        BrokerException.ended_at.is_(None),
    )
    rows = (
        select(pairs.c.person_id, pairs.c.helper_id, RoleGrant.provider_id, is_excepted)
        .join(RoleGrant, RoleGrant.person_id == pairs.c.helper_id)
        .join(Person, Person.id == pairs.c.person_id)
        .where(RoleGrant.role == Role.PROVIDER_STAFF, RoleGrant.ended_at.is_(None), Person.closed_at.is_(None))
        .where(uses_provider(pairs.c.person_id, lambda provider: provider == RoleGrant.provider_id))
        .distinct()
        .order_by(pairs.c.person_id, pairs.c.helper_id, RoleGrant.provider_id)
    )
    return [
        ConflictOfInterest(person_id, helper_id, provider_id, is_excepted=bool(excepted))
        for person_id, helper_id, provider_id, excepted in db.session.execute(rows)
    ]


def noted() -> list[Interest]:
    """The conflicts that were told of and last, as far as anybody noted."""
    return list(
        db.session.scalars(
            select(Interest)
            .where(Interest.until.is_(None))
            .order_by(Interest.id)
            .execution_options(populate_existing=True)
        )
    )


def names(found: Collection[ConflictOfInterest]) -> dict[ConflictOfInterest, tuple[str, str, str]]:
    """The public ids of both people and the name of the provider of each conflict: what a command may print."""
    if not found:
        return {}
    people = {one.person_id for one in found} | {one.helper_id for one in found}
    ids = {row.id: row.public_id for row in db.session.execute(_PEOPLE.where(Person.id.in_(people)))}
    called = {
        row.id: row.name
        for row in db.session.execute(
            select(Provider.id, Provider.name).where(Provider.id.in_({one.provider_id for one in found}))
        )
    }
    return {one: (ids[one.person_id], ids[one.helper_id], called[one.provider_id]) for one in found}


_PEOPLE = select(Person.id, Person.public_id)


@dataclass(frozen=True, slots=True)
class WouldRest:
    """Somebody whose help would rest if the person chose a provider, and the provider they work for."""

    helper: str
    provider: str


def would_rest(person_id: int, provider_ids: Collection[int]) -> list[WouldRest]:
    """Who helps this person and works for one of these providers: they are told before they choose it. One query."""
    if not provider_ids:
        return []
    helper = aliased(Person)
    helps = or_(
        exists().where(
            Support.person_id == person_id,
            Support.supporter_id == helper.id,
            Support.accepted_at.is_not(None),
            Support.ended_at.is_(None),
        ),
        exists().where(
            CaseloadEntry.person_id == person_id,
            CaseloadEntry.care_manager_id == helper.id,
            CaseloadEntry.holds(),
        ),
    )
    rows = (
        select(helper.full_name, Provider.name)
        .join(RoleGrant, RoleGrant.person_id == helper.id)
        .join(Provider, Provider.id == RoleGrant.provider_id)
        .where(RoleGrant.role == Role.PROVIDER_STAFF, RoleGrant.ended_at.is_(None))
        .where(RoleGrant.provider_id.in_(provider_ids), helps, helper.closed_at.is_(None))
        .distinct()
        .order_by(helper.full_name, Provider.name)
    )
    return [WouldRest(*row) for row in db.session.execute(rows)]


@dataclass(frozen=True, slots=True)
class Resting:
    """One conflict as people read it: who, beside whom, for which provider, and the council's reason when there is one."""

    person: Person
    helper: Person
    provider: Provider
    support: Support | None
    """What the helper was let do; nothing for a care manager."""
    exception: BrokerException | None


def of_person(person: Person) -> list[Resting]:
    """The conflicts of whoever helps this person."""
    return _told(conflicts_now(person_ids=[person.id]))


def of_helper(helper: Person) -> list[Resting]:
    """The conflicts of this helper with those they help; costs nothing for who works for no provider."""
    if not helper.provider_ids:
        return []
    helped = select(Support.person_id).where(Support.supporter_id == helper.id, Support.ended_at.is_(None))
    on = select(CaseloadEntry.person_id).where(CaseloadEntry.care_manager_id == helper.id, CaseloadEntry.holds())
    ids = {*db.session.scalars(helped), *db.session.scalars(on)}
    return _told([one for one in conflicts_now(person_ids=ids) if one.helper_id == helper.id])


def on_caseload_of(care_manager: Person) -> list[Resting]:
    """The conflicts of the people on this care manager's caseload, by name."""
    ids = {entry.person_id for entry in db.session.scalars(circles.caseload_of(care_manager))}
    found = _told(conflicts_now(person_ids=ids))
    return sorted(found, key=lambda one: (one.person.full_name, one.person.id, one.helper.full_name))


def _told(found: Collection[ConflictOfInterest]) -> list[Resting]:
    if not found:
        return []
    people = {one.person_id for one in found} | {one.helper_id for one in found}
    by_id = {one.id: one for one in db.session.scalars(select(Person).where(Person.id.in_(people)))}
    sold = {one.provider_id for one in found}
    providers = {one.id: one for one in db.session.scalars(select(Provider).where(Provider.id.in_(sold)))}
    whose = {one.person_id for one in found}
    supports = {
        (one.person_id, one.supporter_id): one
        for one in db.session.scalars(
            select(Support).where(
                Support.person_id.in_(whose), Support.accepted_at.is_not(None), Support.ended_at.is_(None)
            )
        )
    }
    exceptions = {
        (one.person_id, one.helper_id, one.provider_id): one
        for one in lasting_exceptions(BrokerException.person_id.in_(whose))
    }
    return [
        Resting(
            by_id[one.person_id],
            by_id[one.helper_id],
            providers[one.provider_id],
            supports.get((one.person_id, one.helper_id)),
            exceptions.get((one.person_id, one.helper_id, one.provider_id)),
        )
        for one in found
    ]


def exceptions_about(person_id: int) -> list[BrokerException]:
    """The exceptions in force that are about this person, as the one helped or as the broker."""
    return lasting_exceptions(BrokerException.person_id == person_id, BrokerException.helper_id == person_id)


def support_and_provider(care_manager: Person, support_id: str, provider_id: str) -> tuple[Support, Provider]:
    """A help beside somebody on this care manager's caseload, and a provider its helper works for.

    Raises:
        NotFound: when there is none.
    """
    if support_id.isalnum() and provider_id.isalnum():
        support = db.session.scalar(
            select(Support)
            .where(Support.public_id == support_id, Support.ended_at.is_(None), Support.accepted_at.is_not(None))
            .options(joinedload(Support.person), joinedload(Support.supporter))
        )
        provider = db.session.scalar(select(Provider).where(Provider.public_id == provider_id))
        if (
            support is not None
            and provider is not None
            and support.supporter is not None
            and provider.id in support.supporter.provider_ids
            and circles.standing_over(care_manager, support.person_id).is_care_manager
        ):
            return support, provider
    raise NotFound("There is no such helper beside somebody on your caseload.")


def exception_for(actor: Person, public_id: str) -> BrokerException:
    """An exception that this account may end: the person's own, or of somebody on one's caseload.

    Raises:
        NotFound: when there is none.
    """
    found = None
    if public_id.isalnum():
        found = db.session.scalar(
            select(BrokerException)
            .where(BrokerException.public_id == public_id, BrokerException.ended_at.is_(None))
            .options(joinedload(BrokerException.person))
        )
    if found is not None and (
        found.person_id == actor.id or circles.standing_over(actor, found.person_id).is_care_manager
    ):
        return found
    raise NotFound("There is no such exception, or not any more.")
