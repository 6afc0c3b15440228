"""What became of visits, for both sides of a booking; what still waits for somebody; and who may decide."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, bindparam, exists, false, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.base import clock
from app.base.db import db, fetch_rows
from app.base.refusals import NotFound
from app.funding.budgets.permissions import may_know_it_pays
from app.market.catalogue import queries as catalogue_queries
from app.market.catalogue.queries import cards
from app.market.catalogue.rules.kinds import THINGS
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles import queries as circles
from app.people.circles.models import CaseloadEntry
from app.people.circles.rules import NOBODY, Spender, Standing
from app.people.interests import queries as interests
from app.support.booking_records.models.bookings import Booking, Visit, VisitPayment
from app.support.booking_records.models.saved_hours import SavedHours
from app.support.booking_records.models.visit_records import VisitRecord
from app.support.booking_records.permissions import is_staff_of, may_see_bookings
from app.support.booking_records.queries.shares import shared_with
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.booking_records.rules.terms import AgreedTerms
from app.support.bookings.queries.offers import card_or_none, extras_on, home_of
from app.support.visits.models import Dispute, VisitClock
from app.support.visits.queries import deciding
from app.support.visits.rules.disputes import ASKED_AFTER

_WHOLE = (
    joinedload(Visit.booking).joinedload(Booking.person),
    joinedload(Visit.booking).joinedload(Booking.provider),
    joinedload(Visit.booking).joinedload(Booking.booked_by),
    selectinload(Visit.payments).joinedload(VisitPayment.pot),
)
_BY_PUBLIC_ID = select(Visit).where(Visit.public_id == bindparam("public_id")).options(*_WHOLE)


def visit_for(actor: Person, public_id: str) -> Visit:
    """One visit, for the person, somebody beside them, or a care manager who may decide about it.

    Raises:
        NotFound: when there is none, or it is not this actor's to know of.
    """
    visit = db.session.scalar(_BY_PUBLIC_ID, {"public_id": public_id})
    if visit is not None:
        if may_see_bookings(standing_about(actor, visit).powers):
            return visit
        if visit.booking.person.council_id in actor.council_ids_as(Role.CARE_MANAGER):
            disputes = disputes_of(visit)
            but = {one.raised_by_id for one in disputes if one.closed_at is None}
            if disputes and deciding.may_decide_for(actor, visit.booking.person, but=but):
                return visit
    raise NotFound("We cannot find that visit among yours.")


def standing_about(actor: Person, visit: Visit) -> Standing:
    """What somebody may do about a visit: as about the first of those who pay for it of whom they may see anything."""
    for person_id in [visit.booking.person_id, *visit.payer_ids]:
        standing = circles.standing_over(actor, person_id)
        if may_see_bookings(standing.powers):
            return standing
    return NOBODY


def spending_on_visit(actor: Person, visit: Visit) -> list[tuple[VisitPayment, int]]:
    """The sums that pay for a visit and what of each was spent: of those people only whose money this actor may see."""
    powers = {number: circles.powers_over(actor, number) for number in visit.payer_ids}
    return [
        (payment, spent)
        for payment, spent in visit.spending
        if may_see_bookings(powers[payment.pot.person_id])
        and may_know_it_pays(Spender(actor.id, powers[payment.pot.person_id]), payment.pot)
    ]


def whole_visit_at_desk(actor: Person, public_id: str) -> Visit:
    """One visit with everybody concerned, for staff of the provider booked.

    Raises:
        NotFound: when there is none, or it is another provider's.
    """
    visit = db.session.scalar(_BY_PUBLIC_ID, {"public_id": public_id})
    if visit is None or not is_staff_of(actor, visit.booking):
        raise NotFound("We cannot find that visit among those of your organisation.")
    return visit


def record_of(visit_id: int) -> VisitRecord | None:
    """What is recorded of a visit now."""
    rows = select(VisitRecord).where(VisitRecord.visit_id == visit_id, VisitRecord.is_current)
    return db.session.scalar(rows.options(joinedload(VisitRecord.by)).execution_options(populate_existing=True))


def records_of(visit: Visit) -> Sequence[VisitRecord]:
    """Everything that was ever recorded of a visit, oldest first: the same for both sides."""
    rows = select(VisitRecord).where(VisitRecord.visit_id == visit.id).order_by(VisitRecord.id)
    return db.session.scalars(rows.options(joinedload(VisitRecord.by)).execution_options(populate_existing=True)).all()


def terms_now(booking: Booking, visit: Visit, agreed: AgreedTerms) -> AgreedTerms:
    """The agreement's terms with the card published for the day of a visit that was made after the agreement."""
    card = card_or_none(cards.cards_of(booking.listing_id), clock.london(visit.starts_at).date())
    if card is None:
        return agreed
    names = {extra["name"] for extra in booking.agreed.get("extras", ())}
    chosen = tuple(extra.id for extra in card.add_ons if extra.name in names and not extra.is_required)
    holidays = catalogue_queries.holidays_for(home_of(booking.person))
    return replace(agreed, cards=(card,), extras=(chosen,), bank_holidays=holidays)


def disputes_of(visit: Visit) -> Sequence[Dispute]:
    """Every dispute about a visit, oldest first, with who said what."""
    rows = select(Dispute).where(Dispute.visit_id == visit.id).order_by(Dispute.id)
    people = (joinedload(Dispute.raised_by), joinedload(Dispute.answered_by), joinedload(Dispute.closed_by))
    return db.session.scalars(rows.options(*people)).all()


def clock_of(visit: Visit) -> VisitClock | None:
    """The record that a worker is at the visit now; nothing when nobody is."""
    return db.session.get(VisitClock, visit.id)


_MISSED_AROUND = (
    select(Visit.starts_at)
    .join(Visit.booking)
    .where(
        Booking.person_id == bindparam("person_id"),
        Booking.provider_id == bindparam("provider_id"),
        Visit.status == VisitStatus.MISSED,
        Booking.kind.not_in(sorted(THINGS)),
        Visit.id != bindparam("visit_id"),
        Visit.starts_at > bindparam("since"),
        Visit.starts_at < bindparam("until"),
    )
    .order_by(Visit.starts_at)
)


def missed_around(person_id: int, provider_id: int, visit: Visit) -> list[date]:
    """The London days of this person's other visits by this provider that were missed within a week of one."""
    week = timedelta(days=8)
    values = {
        "person_id": person_id,
        "provider_id": provider_id,
        "visit_id": visit.id,
        "since": visit.starts_at - week,
        "until": visit.starts_at + week,
    }
    return [clock.london(row.starts_at).date() for row in fetch_rows(_MISSED_AROUND, values)]


# What waits for somebody ------------------------------------------------------------------------------------------

_STANDS = exists().where(Dispute.visit_id == Visit.id, Dispute.closed_at.is_(None)).correlate(Visit)


def _waiting(now: datetime) -> Any:
    """A visit that waits: disputed, or over for two days and recorded by nobody."""
    is_silent = and_(
        Visit.status == VisitStatus.PLANNED,
        Booking.status == BookingStatus.ACCEPTED,
        Visit.ends_at <= now - ASKED_AFTER,
    )
    return or_(is_silent, _STANDS)


def to_settle_of(actor: Person, person: Person) -> Select[Any]:
    """A person's visits that wait for somebody to say what became of them, oldest first, for paging."""
    is_theirs = or_(
        and_(Booking.person_id == person.id, Booking.is_shared.is_(False)), Booking.id.in_(shared_with(person.id))
    )
    rows = _to_settle(clock.now()).where(is_theirs)
    return rows if may_see_bookings(circles.powers_over(actor, person.id)) else rows.where(false())


def to_settle_at_desk(provider_ids: set[int]) -> Select[Any]:
    """The same for a provider."""
    return _to_settle(clock.now()).where(Booking.provider_id.in_(provider_ids))


def to_settle_by(manager: Person) -> Select[Any]:
    """The same for a care manager: the people on their caseload, and those of their councils on nobody's."""
    councils = manager.council_ids_as(Role.CARE_MANAGER)
    entries = select(CaseloadEntry.person_id).where(CaseloadEntry.holds(), CaseloadEntry.council_id.in_(councils))
    mine = entries.where(CaseloadEntry.care_manager_id == manager.id)
    nobodys = and_(Person.council_id.in_(councils), Person.id.not_in(entries), _STANDS)
    return (
        _to_settle(clock.now())
        .join(Booking.person)
        .where(Person.closed_at.is_(None), Person.id != manager.id, or_(Person.id.in_(mine), nobodys))
        .where(interests.is_free(manager, Person.id))
    )


def _to_settle(now: datetime) -> Select[Any]:
    return (
        select(Visit)
        .join(Visit.booking)
        .where(_waiting(now))
        .order_by(Visit.starts_at, Visit.id)
        .options(
            joinedload(Visit.booking).joinedload(Booking.person), joinedload(Visit.booking).joinedload(Booking.provider)
        )
    )


def disputes_standing(visits: Sequence[Visit]) -> dict[int, Dispute]:
    """The standing dispute of each of these visits that has one."""
    return disputes_about([visit.id for visit in visits])


def disputed_of_bookings(booking_ids: Collection[int]) -> set[int]:
    """The numbers of the visits of these bookings about which a dispute stands."""
    if not booking_ids:
        return set()
    rows = select(Dispute.visit_id).join(Dispute.visit)
    return set(db.session.scalars(rows.where(Visit.booking_id.in_(booking_ids), Dispute.closed_at.is_(None))))


def disputes_about(numbers: Sequence[int]) -> dict[int, Dispute]:
    """The same by the visits' numbers."""
    if not numbers:
        return {}
    rows = select(Dispute).where(Dispute.visit_id.in_(numbers), Dispute.closed_at.is_(None))
    return {dispute.visit_id: dispute for dispute in db.session.scalars(rows)}


_SILENT = (
    select(Visit.id)
    .join(Visit.booking)
    .outerjoin(VisitClock, VisitClock.visit_id == Visit.id)
    .where(
        Visit.status == VisitStatus.PLANNED,
        Booking.status == BookingStatus.ACCEPTED,
        Visit.ends_at <= bindparam("until"),
        VisitClock.asked_at.is_(None),
    )
    .order_by(Visit.id)
    .limit(bindparam("most"))
)


def silent_visits(*, now: datetime, most: int = 1000) -> list[int]:
    """The ids of agreed visits that are two days over, that nobody has recorded and nobody was asked about."""
    return [row.id for row in fetch_rows(_SILENT, {"until": now - ASKED_AFTER, "most": most})]


# Hours saved ------------------------------------------------------------------------------------------------------

_SAVED_WHOLE = (
    joinedload(SavedHours.visit).joinedload(Visit.booking).joinedload(Booking.provider),
    joinedload(SavedHours.visit).joinedload(Visit.booking).joinedload(Booking.person),
    joinedload(SavedHours.visit).selectinload(Visit.payments),
)


def saved_hours_of(actor: Person, person: Person) -> Select[Any]:
    """A person's hours that were saved and not used yet, oldest first, for paging."""
    rows = select(SavedHours).where(SavedHours.person_id == person.id, SavedHours.ended_at.is_(None))
    if not may_see_bookings(circles.powers_over(actor, person.id)):
        rows = rows.where(false())
    return rows.order_by(SavedHours.saved_at, SavedHours.id).options(*_SAVED_WHOLE)


def saved_hours_for(actor: Person, public_id: str) -> SavedHours:
    """Hours saved, for the person or somebody beside them.

    Raises:
        NotFound: when there are none, or they are not this actor's to know of.
    """
    saved_hours = db.session.scalar(select(SavedHours).where(SavedHours.public_id == public_id).options(*_SAVED_WHOLE))
    if saved_hours is None or not may_see_bookings(circles.powers_over(actor, saved_hours.person_id)):
        raise NotFound("We cannot find those hours among yours.")
    return saved_hours


def extras_of(booking: Booking, starts: datetime) -> list[str]:
    """The extras of a booking as the card of another day offers them; those it no longer offers are left out."""
    names = {extra["name"] for extra in booking.agreed.get("extras", ())}
    offered = extras_on(cards.cards_of(booking.listing_id), clock.london(starts).date())
    return [extra.id for extra in offered if extra.name in names]
