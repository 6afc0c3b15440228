"""Plans to share and shared bookings: each person reads their own share, and of the others only the name agreed."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.base.db import db, fetch_rows
from app.base.refusals import NotFound
from app.funding.budgets.models import Pot
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.support.booking_records import permissions
from app.support.booking_records.models.bookings import Booking, Visit, VisitPayment
from app.support.booking_records.models.shares import Share, SharePlan
from app.support.booking_records.rules.paying import spent_of
from app.support.booking_records.rules.shares import SharePlanStatus
from app.support.booking_records.rules.states import VisitStatus, is_set_aside

_NOT_YOURS = "We cannot find that plan to share among yours. If you help somebody, choose to act for them first."


def _is_of(person: Person) -> Any:
    """A share that is this person's: theirs by number, or asked of their confirmed email address."""
    by_email = and_(Share.person_id.is_(None), Share.email == person.email)
    is_mine = Share.person_id == person.id
    return or_(is_mine, by_email) if person.email_confirmed_at is not None else is_mine


def shares_of(person: Person) -> Select[Any]:
    """A person's shares, each shared support once, the newest first, for paging; for whoever may book for them.

    That somebody leaves one is said with it (:func:`leaving_of`): it is no other support.
    """
    return (
        select(Share)
        .join(Share.plan)
        .where(_is_of(person), SharePlan.last_day.is_(None))
        .order_by(SharePlan.made_at.desc(), Share.id.desc())
        .options(
            contains_eager(Share.plan).joinedload(SharePlan.listing),
            contains_eager(Share.plan).joinedload(SharePlan.booking),
        )
    )


def share_for(person: Person, plan_id: str) -> Share:
    """This person's share of one plan, with the plan and every share of it.

    Raises:
        NotFound: when they are not asked to share it.
    """
    share = db.session.scalar(
        select(Share)
        .join(Share.plan)
        .where(SharePlan.public_id == plan_id, _is_of(person))
        .options(contains_eager(Share.plan).selectinload(SharePlan.shares))
    )
    if share is None:
        raise NotFound(_NOT_YOURS)
    return share


def locked_plan(plan_id: int) -> SharePlan:
    """A plan with its shares as they are once everybody before us has finished with it, its people locked in one order."""
    db.session.execute(select(SharePlan.id).where(SharePlan.id == plan_id).with_for_update(key_share=True))
    people = select(Share.person_id).where(Share.plan_id == plan_id, Share.person_id.is_not(None))
    lock_people(db.session.scalars(people).all())
    return db.session.scalars(
        select(SharePlan)
        .where(SharePlan.id == plan_id)
        .options(selectinload(SharePlan.shares).joinedload(Share.person), joinedload(SharePlan.listing))
        .execution_options(populate_existing=True)
    ).one()


def lock_people(numbers: Collection[int | None]) -> None:
    """Lock these people's rows in the order of their numbers: whoever spends their money takes turns."""
    wanted = sorted({number for number in numbers if number is not None})
    db.session.execute(
        select(Person.id).where(Person.id.in_(wanted)).order_by(Person.id).with_for_update(key_share=True)
    )


def plan_with_key(key: str) -> SharePlan | None:
    """The plan that a form has already made."""
    return db.session.scalar(select(SharePlan).where(SharePlan.key == key).options(selectinload(SharePlan.shares)))


def plans_waiting_for(person: Person) -> int:
    """How many plans asked for a person wait for answers."""
    rows = select(func.count()).select_from(SharePlan)
    waiting = rows.where(SharePlan.person_id == person.id, SharePlan.status == SharePlanStatus.ASKED)
    return db.session.scalar(waiting) or 0


def plans_made_for(person: Person, since: datetime) -> int:
    """How many plans were asked for a person since a moment, whatever became of them: each sent emails to others."""
    rows = select(func.count()).select_from(SharePlan)
    asked = rows.where(SharePlan.person_id == person.id, SharePlan.last_day.is_(None), SharePlan.made_at > since)
    return db.session.scalar(asked) or 0


def plans_with(person_id: int) -> list[int]:
    """The numbers of the plans a person has a part in, in the order in which they are locked."""
    rows = select(Share.plan_id).where(Share.person_id == person_id).distinct().order_by(Share.plan_id)
    return list(db.session.scalars(rows))


def shared_now_by(person_id: int) -> list[int]:
    """The numbers of the bookings a person shares or shared."""
    rows = select(SharePlan.booking_id).where(
        SharePlan.id.in_(plans_with(person_id)), SharePlan.booking_id.is_not(None)
    )
    return [
        number for number in db.session.scalars(rows.distinct().order_by(SharePlan.booking_id)) if number is not None
    ]


def shared_plan_of(booking_id: int) -> SharePlan:
    """The plan that a shared booking came from: whoever is in it may know of the booking, also after leaving."""
    return db.session.scalars(
        select(SharePlan)
        .where(SharePlan.booking_id == booking_id, SharePlan.last_day.is_(None))
        .options(selectinload(SharePlan.shares).joinedload(Share.person))
    ).one()


def plan_of_shared(public_id: str) -> SharePlan:
    """The same, by the booking's public id.

    Raises:
        NotFound: when there is no such shared booking.
    """
    share_plan = db.session.scalar(
        select(SharePlan)
        .join(SharePlan.booking)
        .where(Booking.public_id == public_id, Booking.is_shared.is_(True), SharePlan.last_day.is_(None))
    )
    if share_plan is None:
        raise NotFound(_NOT_YOURS)
    return share_plan


def now_sharing(booking_id: int) -> set[int]:
    """The numbers of the people who share a booking from now on."""
    return {share.person_id for share in plan_in_force(booking_id).shares if share.person_id is not None}


def title_of(plan: SharePlan) -> str:
    """What is shared, in the words agreed, or of the listing while nothing is."""
    return str(plan.booking.agreed["title"]) if plan.booking is not None else plan.listing.title


def provider_of(plan: SharePlan) -> str:
    """The provider's name as agreed, or its name now where nothing was agreed."""
    return str(plan.booking.agreed["provider"]) if plan.booking is not None else plan.listing.provider.name


def plan_in_force(booking_id: int) -> SharePlan:
    """The newest plan that everybody agreed to: who shares the booking from now on."""
    return db.session.scalars(
        select(SharePlan)
        .where(SharePlan.booking_id == booking_id, SharePlan.status == SharePlanStatus.SENT)
        .order_by(SharePlan.id.desc())
        .limit(1)
        .options(selectinload(SharePlan.shares).joinedload(Share.person))
    ).one()


def leaving_plan(booking_id: int) -> SharePlan | None:
    """The plan that waits because somebody leaves a shared booking, if one does."""
    return db.session.scalar(
        select(SharePlan)
        .where(
            SharePlan.booking_id == booking_id,
            SharePlan.last_day.is_not(None),
            SharePlan.status == SharePlanStatus.ASKED,
        )
        .options(selectinload(SharePlan.shares))
    )


def leaving_of(booking_ids: Collection[int]) -> dict[int, SharePlan]:
    """The newest plan by which somebody leaves each of these bookings, whatever became of it, with its shares."""
    if not booking_ids:
        return {}
    rows = (
        select(SharePlan)
        .where(SharePlan.booking_id.in_(booking_ids), SharePlan.last_day.is_not(None))
        .order_by(SharePlan.id)
        .options(selectinload(SharePlan.shares))
    )
    return {plan.booking_id: plan for plan in db.session.scalars(rows) if plan.booking_id is not None}


def is_in_doubt(booking_id: int, day: date) -> bool:
    """Whether nobody has yet agreed who pays for a visit of this day, because somebody leaves before it."""
    waiting = leaving_plan(booking_id)
    return waiting is not None and waiting.last_day is not None and waiting.last_day < day


def sharers(booking: Booking) -> list[Person]:
    """The people who share a booking, or did; those it is for."""
    if not booking.is_shared:
        return [booking.person]
    return [share.person for share in shared_plan_of(booking.id).shares if share.person is not None]


def names_sharing(booking: Booking) -> list[str]:
    """The names under which they share it now, as they agreed."""
    return [share.name for share in plan_in_force(booking.id).shares] if booking.is_shared else []


def names_agreed(booking: Booking) -> dict[int, str]:
    """What each of those who share a booking, or did, is called by the others, by the person's number."""
    if not booking.is_shared:
        return {}
    return {share.person_id: share.name for share in shared_plan_of(booking.id).shares if share.person_id is not None}


def acts_for(actor: Person, booking: Booking) -> Person | None:
    """The person who shares a booking and for whom this account may arrange things: itself first."""
    people = sorted(sharers(booking), key=lambda one: one.id != actor.id)
    return next((one for one in people if permissions.may_talk(circles.powers_over(actor, one.id))), None)


@dataclass(frozen=True, slots=True)
class OwnVisit:
    """One visit as one of those who share it sees it: their own part of its money, in pence."""

    id: int
    public_id: str
    starts_at: datetime
    ends_at: datetime
    status: VisitStatus
    pence: int
    """What their money has set aside for it, or had."""
    spent_pence: int
    """What of that was paid once it ended."""

    @property
    def is_planned(self) -> bool:
        """Whether it is still to come, or to be recorded."""
        return self.status == VisitStatus.PLANNED

    def is_set_aside(self, *, is_disputed: bool) -> bool:
        """Whether its money is set aside still, and so neither spent nor given back."""
        return is_set_aside(self.status, is_disputed=is_disputed)


@dataclass(frozen=True, slots=True)
class OwnSum:
    """What one person's money has to do with a shared booking, as it is now, in pence."""

    set_aside_pence: int = 0
    """For its visits that are still to come, or to be settled."""
    paid_pence: int = 0
    """For those that are over."""

    @property
    def pence(self) -> int:
        """Their share of it: what was paid and what is set aside. What is called off costs nobody anything."""
        return self.set_aside_pence + self.paid_pence


_PAYMENTS = (
    select(
        Visit.booking_id,
        Visit.id,
        Visit.public_id,
        Visit.starts_at,
        Visit.ends_at,
        Visit.status,
        Visit.charged_pence,
        VisitPayment.amount_pence,
        Pot.person_id,
    )
    .join(VisitPayment, VisitPayment.visit_id == Visit.id)
    .join(Pot, Pot.id == VisitPayment.pot_id)
    .where(Visit.booking_id.in_(bindparam("bookings", expanding=True)))
    .order_by(Visit.starts_at, Visit.id, VisitPayment.id)
)


def own_visits(booking_id: int, person: Person) -> list[OwnVisit]:
    """The visits of a shared booking that one person's money pays for, with their part only; one query."""
    return _own_visits([booking_id], person).get(booking_id, [])


def own_sums(booking_ids: Collection[int], person: Person, *, disputed: Collection[int]) -> dict[int, OwnSum]:
    """What one person's money has to do with each of these shared bookings; one query, however many they are.

    Args:
        booking_ids: which.
        person: whose money.
        disputed: the numbers of visits of theirs that wait to be settled.
    """
    sums = dict.fromkeys(booking_ids, OwnSum())
    for booking_id, visits in _own_visits(booking_ids, person).items():
        waits = [one for one in visits if one.is_set_aside(is_disputed=one.id in disputed)]
        sums[booking_id] = OwnSum(
            sum(one.pence for one in waits), sum(one.spent_pence for one in visits if one not in waits)
        )
    return sums


def _own_visits(booking_ids: Collection[int], person: Person) -> dict[int, list[OwnVisit]]:
    found: dict[int, list[OwnVisit]] = {}
    if not booking_ids:
        return found
    for _, rows in groupby(fetch_rows(_PAYMENTS, {"bookings": sorted(booking_ids)}), key=lambda row: row.id):
        payments = list(rows)
        first = payments[0]
        amounts, whose = [row.amount_pence for row in payments], [row.person_id for row in payments]
        spent = spent_of(first.charged_pence, amounts, whose)
        own = [
            (row.amount_pence, pays) for row, pays in zip(payments, spent, strict=True) if row.person_id == person.id
        ]
        if own:
            has, paid = (sum(one) for one in zip(*own, strict=True))
            found.setdefault(first.booking_id, []).append(
                OwnVisit(
                    first.id, first.public_id, first.starts_at, first.ends_at, VisitStatus(first.status), has, paid
                )
            )
    return found


def shared_with(person_id: Any) -> Select[Any]:
    """The numbers of the shared bookings one person's money pays for: for lists of whatever is a person's."""
    return (
        select(Visit.booking_id)
        .join(VisitPayment, VisitPayment.visit_id == Visit.id)
        .join(Pot, Pot.id == VisitPayment.pot_id)
        .join(Booking, Booking.id == Visit.booking_id)
        .where(Booking.is_shared.is_(True), Pot.person_id == person_id)
        .distinct()
    )


def plans_due(*, now: datetime, today: date) -> Sequence[int]:
    """Plans whose time is over: the first visit has come, or the last day of whoever leaves."""
    rows = db.session.execute(
        select(SharePlan.id, SharePlan.last_day, SharePlan.times)
        .where(SharePlan.status == SharePlanStatus.ASKED)
        .order_by(SharePlan.id)
    ).all()
    return [
        row.id
        for row in rows
        if (row.last_day is not None and row.last_day <= today)
        or (row.last_day is None and min(datetime.fromisoformat(starts) for starts, _ in row.times) <= now)
    ]
