"""Reading bookings: what a person booked, what a provider must answer, what a visit would cost and who could pay."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased, joinedload, selectinload

from app import clock
from app.accounts.models import Person, RoleGrant
from app.accounts.rules import Role
from app.audit.models import AuditEvent
from app.bookings.models import Booking, Visit, VisitPayment
from app.bookings.permissions import is_staff_of, may_see
from app.bookings.rules import OPEN, BookingStatus, Purse, VisitStatus, overlaps
from app.budgets import queries as budgets
from app.catalogue import queries as catalogue
from app.catalogue.models import AddOn, Listing, ListingStatus, RateCard
from app.catalogue.rules.rates import AddOnBasis
from app.circles import queries as circles
from app.councils import queries as councils
from app.councils.models import Council, Locality
from app.db import db
from app.money import Money
from app.providers import queries as providers
from app.providers.models import Provider
from app.refusals import Conflict, NotFound

BASIS_WORDS = {AddOnBasis.PER_HOUR: "an hour", AddOnBasis.PER_VISIT: "a visit", AddOnBasis.ONCE: "once"}

# What it would cost ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PricedVisit:
    """One visit asked for, with its exact price line by line."""

    starts: datetime
    ends: datetime
    lines: tuple[tuple[str, int], ...]
    pence: int


@dataclass(frozen=True, slots=True)
class Offer:
    """Everything that will be frozen when this is agreed: visits, prices, the rates used, the extras chosen."""

    visits: tuple[PricedVisit, ...]
    cards: tuple[RateCard, ...]
    extras: tuple[AddOn, ...]
    """Those that always come and those chosen, as the first card to have them prices them."""

    @property
    def total_pence(self) -> int:
        """The price of all of it."""
        return sum(visit.pence for visit in self.visits)

    @property
    def days(self) -> list[date]:
        """The London days on which visits begin, each once, in order."""
        return sorted({clock.london(visit.starts).date() for visit in self.visits})


def may_be_booked(listing: Listing) -> None:
    """Let pass only a listing that can be booked today.

    Raises:
        Conflict: saying why not, and what to do instead.
    """
    if listing.status != ListingStatus.PUBLISHED:
        raise Conflict("This is no longer offered. Look for something like it.")
    if listing.provider.suspended_at is not None:
        raise Conflict(f"{listing.provider.name} cannot take new bookings at present. Look for another provider.")
    if listing.is_free:
        raise Conflict("This is free: there is nothing to book. The page says how to join.")
    if not listing.provider.is_claimed:
        raise Conflict(f"{listing.provider.name} does not take bookings here yet. Its page says how to reach it.")
    if not listing.can_take_new_people:
        raise Conflict(
            f"{listing.provider.name} cannot take new people for this at present. Look for another provider."
        )


def offer(
    *,
    listing: Listing,
    times: Sequence[tuple[datetime, datetime]],
    add_on_ids: Collection[str],
    council: Council | None,
) -> Offer:
    """Price the visits asked for from the published rates of their own dates; extras paid once go on the first.

    Raises:
        RatesNotPublished: when a date has no published rate.
        BadTimes: when the times make no visit for this kind of rate.
        NoSuchAddOn: when an extra is not offered on one of the dates.
    """
    chosen = tuple(sorted(set(add_on_ids)))
    times = sorted(times)
    quotes = catalogue.quotes_for(listing=listing, times=times, add_on_ids=add_on_ids, council=council)
    visits = [
        PricedVisit(starts, ends, tuple((line.words, line.pence) for line in made.lines), made.total.pence)
        for (starts, ends), made in zip(times, quotes, strict=True)
    ]
    cards = catalogue.cards_of(listing.id)
    used: list[RateCard] = []
    for visit in visits:
        card = card_or_none(cards, clock.london(visit.starts).date())
        if card is not None and card not in used:
            used.append(card)
    chosen = {extra.name for card in cards for extra in card.add_ons if extra.public_id in add_on_ids}
    extras = {extra.name: extra for card in used for extra in card.add_ons if extra.is_required or extra.name in chosen}
    return Offer(tuple(visits), tuple(used), tuple(extras.values()))


def card_or_none(cards: Sequence[RateCard], day: date) -> RateCard | None:
    """The card in force on a day, for a page that can do without one."""
    return next((card for card in cards if card.valid_from <= day), None)


def extras_on(cards: Sequence[RateCard], day: date) -> list[AddOn]:
    """The extras somebody may choose on a day; those that always come are in the price anyway."""
    card = card_or_none(cards, day)
    return [] if card is None else [extra for extra in card.add_ons if not extra.is_required]


def same_extras(
    cards: Sequence[RateCard], offered: Sequence[AddOn], chosen: Collection[str]
) -> tuple[list[str], list[str]]:
    """Carry a choice made from one card over to another by the extras' names.

    Returns:
        The ids among those offered, and the names of those chosen that are not offered.
    """
    names = {extra.public_id: extra.name for card in cards for extra in card.add_ons}
    here = {extra.name: extra.public_id for extra in offered}
    wanted = [names[public_id] for public_id in chosen if public_id in names]
    return [here[name] for name in wanted if name in here], [name for name in wanted if name not in here]


def price_words(extra: AddOn) -> str:
    """``£4.50 a visit``."""
    return f"{Money(extra.amount_pence)} {BASIS_WORDS[extra.basis]}"


def purses_of(person: Person, *, listing: Listing, days: Collection[date]) -> list[Purse]:
    """All of a person's open money as ways to pay for this on these days, with the reason where one may not be used."""
    purses = []
    for balance in budgets.pots_of(person.id):
        refused = None
        for on in days:
            lawful = budgets.may_pay_from(balance.pot, provider=listing.provider, listing=listing, on=on)
            if not lawful.ok:
                refused = lawful.reason
                break
        purses.append(Purse(balance.pot.id, balance.pot.public_id, balance.pot.name, balance.available_pence, refused))
    return purses


def listing_to_book(public_id: str) -> Listing:
    """A published listing, with its provider.

    Raises:
        NotFound: when there is none such to see.
    """
    return catalogue.listing_for_visitor(public_id)


def is_framework_for(person: Person, listing: Listing, *, on: date) -> bool:
    """Whether the provider is a framework provider for this person: their council, this kind, their locality, that day."""
    if person.council_id is None:
        return False
    return providers.framework_status(
        listing.provider_id, person.council_id, listing.kind, on, locality_id=locality_id_of(person)
    )


def locality_id_of(person: Person) -> int | None:
    """The locality of the person's postcode, when it lies in their own council."""
    place = councils.place_of(person.postcode) if person.postcode else None
    return place.locality_id if place is not None and place.council_id == person.council_id else None


def council_of(person: Person) -> Council | None:
    """The council this person lives in, once known."""
    return db.session.get(Council, person.council_id) if person.council_id is not None else None


# A person's bookings ---------------------------------------------------------------------------------------------

_WHOLE = (
    selectinload(Booking.visits).selectinload(Visit.payments).joinedload(VisitPayment.pot),
    joinedload(Booking.person),
    joinedload(Booking.booked_by),
    joinedload(Booking.provider),
    joinedload(Booking.listing),
)


def bookings_of(actor: Person, person: Person, *, is_over: bool | None = None) -> Select[Any]:
    """A person's bookings for paging, newest request first; nothing when the actor may not see them.

    Args:
        actor: whoever is looking.
        person: whose bookings.
        is_over: only those that are over, or only those that are not; all when not said.
    """
    rows = select(Booking).where(Booking.person_id == person.id)
    if not may_see(circles.powers_over(actor, person.id)):
        rows = rows.where(False)
    if is_over is not None:
        rows = rows.where(Booking.status.not_in(OPEN) if is_over else Booking.status.in_(OPEN))
    return rows.order_by(Booking.requested_at.desc(), Booking.id.desc()).options(
        selectinload(Booking.visits), joinedload(Booking.booked_by), joinedload(Booking.provider)
    )


def booking_for(actor: Person, public_id: str) -> Booking:
    """One booking, whole, for the person it is for or somebody beside them.

    Raises:
        NotFound: when there is none, or it is not this actor's to know of.
    """
    booking = db.session.scalar(select(Booking).where(Booking.public_id == public_id).options(*_WHOLE))
    if booking is None or not may_see(circles.powers_over(actor, booking.person_id)):
        raise NotFound("We cannot find that booking among yours.")
    return booking


def has_something_then(person_id: int, times: Sequence[tuple[datetime, datetime]]) -> bool:
    """Whether the person already has a visit at any of these times. Allowed (two workers may come), but worth saying."""
    if not times:
        return False
    rows = db.session.execute(
        select(Visit.starts_at, Visit.ends_at)
        .join(Booking)
        .where(
            Booking.person_id == person_id,
            Visit.status == VisitStatus.PLANNED,
            Visit.starts_at < max(ends for _, ends in times),
            Visit.ends_at > min(starts for starts, _ in times),
        )
        .limit(500)
    )
    return overlaps(times, [(starts, ends) for starts, ends in rows])


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened to a booking: when, what, by whom, and for whom when not for themselves."""

    at: datetime
    action: str
    details: dict[str, Any]
    actor_name: str | None
    for_name: str | None


def history_of(booking: Booking) -> list[Step]:
    """Everything that happened to a booking, oldest first, with who did it for whom."""
    doer, whose = aliased(Person), aliased(Person)
    rows = db.session.execute(
        select(AuditEvent, doer, whose)
        .outerjoin(doer, doer.id == AuditEvent.actor_id)
        .outerjoin(whose, whose.id == AuditEvent.for_person_id)
        .where(AuditEvent.subject_kind == "booking", AuditEvent.subject_id == booking.id)
        .order_by(AuditEvent.id)
    )
    return [
        Step(
            event.at,
            event.action,
            event.details,
            None if actor is None else actor.full_name,
            None if whom is None or actor is None or actor.id == whom.id else whom.full_name,
        )
        for event, actor, whom in rows
    ]


def area_of(booking: Booking) -> str | None:
    """The locality of the visit, by name: enough for a provider to judge before it has agreed to come."""
    if booking.locality_id is None:
        return None
    return db.session.scalar(select(Locality.name).where(Locality.id == booking.locality_id))


# A provider's bookings -------------------------------------------------------------------------------------------

_FOR_THE_DESK = (
    selectinload(Booking.visits),
    joinedload(Booking.person),
    joinedload(Booking.listing),
    joinedload(Booking.provider),
)


def providers_of(actor: Person) -> list[Provider]:
    """The providers this person works for, by name."""
    rows = select(Provider).where(Provider.id.in_(actor.provider_ids)).order_by(Provider.name, Provider.id)
    return list(db.session.scalars(rows))


def booking_at_desk(actor: Person, public_id: str) -> Booking:
    """One booking, for staff of the provider booked.

    Raises:
        NotFound: when there is none, or it is another provider's.
    """
    booking = db.session.scalar(select(Booking).where(Booking.public_id == public_id).options(*_FOR_THE_DESK))
    if booking is None or not is_staff_of(actor, booking):
        raise NotFound("We cannot find that booking among those of your organisation.")
    return booking


def visit_at_desk(actor: Person, public_id: str) -> Visit:
    """One visit, for staff of the provider booked.

    Raises:
        NotFound: when there is none, or it is another provider's.
    """
    rows = select(Visit).where(Visit.public_id == public_id).options(joinedload(Visit.booking))
    visit = db.session.scalar(rows)
    if visit is None or not is_staff_of(actor, visit.booking):
        raise NotFound("We cannot find that visit among those of your organisation.")
    return visit


def requests_for(provider_ids: Collection[int]) -> Select[Any]:
    """Requests waiting for an answer, the longest waiting first, for paging."""
    return (
        select(Booking)
        .where(Booking.provider_id.in_(provider_ids), Booking.status == BookingStatus.REQUESTED)
        .order_by(Booking.requested_at, Booking.id)
        .options(*_FOR_THE_DESK)
    )


def bookings_with(provider_ids: Collection[int], statuses: Collection[BookingStatus]) -> Select[Any]:
    """A provider's bookings in these statuses, newest first, for paging."""
    return (
        select(Booking)
        .where(Booking.provider_id.in_(provider_ids), Booking.status.in_(statuses))
        .order_by(Booking.requested_at.desc(), Booking.id.desc())
        .options(*_FOR_THE_DESK)
    )


def _planned(provider_ids: Collection[int]) -> Select[Any]:
    return (
        select(Visit)
        .join(Visit.booking)
        .where(
            Booking.provider_id.in_(provider_ids),
            Booking.status == BookingStatus.ACCEPTED,
            Visit.status == VisitStatus.PLANNED,
        )
        .options(
            joinedload(Visit.booking).joinedload(Booking.person), joinedload(Visit.booking).joinedload(Booking.listing)
        )
    )


def visits_to_record(provider_ids: Collection[int], *, now: datetime) -> Select[Any]:
    """Agreed visits that have begun and nobody has recorded, oldest first, for paging."""
    return _planned(provider_ids).where(Visit.starts_at <= now).order_by(Visit.starts_at, Visit.id)


def visits_to_come(provider_ids: Collection[int], *, now: datetime) -> Select[Any]:
    """Agreed visits still to begin, soonest first, for paging."""
    return _planned(provider_ids).where(Visit.starts_at > now).order_by(Visit.starts_at, Visit.id)


def visits_on(provider_ids: Collection[int], day: date) -> Select[Any]:
    """Every agreed visit that begins on a London day, recorded or not, in order."""
    begins = clock.at_london(day, datetime.min.time())
    ends = clock.at_london(day + timedelta(days=1), datetime.min.time())
    return (
        select(Visit)
        .join(Visit.booking)
        .where(
            Booking.provider_id.in_(provider_ids),
            Booking.status.in_({BookingStatus.ACCEPTED, BookingStatus.COMPLETED}),
            Visit.starts_at >= begins,
            Visit.starts_at < ends,
        )
        .order_by(Visit.starts_at, Visit.id)
        .options(
            joinedload(Visit.booking).joinedload(Booking.person), joinedload(Visit.booking).joinedload(Booking.listing)
        )
    )


def paid_since(provider_ids: Collection[int], since: datetime) -> Money:
    """What was charged to people's money for visits settled since then."""
    total = db.session.scalar(
        select(func.sum(Visit.charged_pence))
        .join(Visit.booking)
        .where(Booking.provider_id.in_(provider_ids), Visit.settled_at >= since)
    )
    return Money(int(total or 0))


def last_paid(provider_ids: Collection[int], *, limit: int = 10) -> list[Visit]:
    """The visits charged last, newest first."""
    return list(
        db.session.scalars(
            select(Visit)
            .join(Visit.booking)
            .where(Booking.provider_id.in_(provider_ids), Visit.charged_pence > 0)
            .order_by(Visit.settled_at.desc(), Visit.id.desc())
            .limit(limit)
            .options(
                joinedload(Visit.booking).joinedload(Booking.person),
                joinedload(Visit.booking).joinedload(Booking.listing),
            )
        )
    )


def staff_of(provider_id: int) -> list[Person]:
    """Everybody who may act for a provider now."""
    return list(
        db.session.scalars(
            select(Person)
            .join(RoleGrant, RoleGrant.person_id == Person.id)
            .where(
                RoleGrant.provider_id == provider_id,
                RoleGrant.role == Role.PROVIDER_STAFF,
                RoleGrant.ended_at.is_(None),
                Person.closed_at.is_(None),
            )
            .order_by(Person.id)
            .distinct()
        )
    )


def unanswered(*, now: datetime) -> list[int]:
    """The ids of requests whose first visit should have begun by now, oldest first."""
    first = select(func.min(Visit.starts_at)).where(Visit.booking_id == Booking.id).scalar_subquery()
    rows = select(Booking.id).where(Booking.status == BookingStatus.REQUESTED, first <= now).order_by(Booking.id)
    return list(db.session.scalars(rows))
