"""What a coming price does to those with visits booked: read for all of them at once, never one by one."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.funding.budgets.models import Pot
from app.funding.budgets.queries import balances
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue import queries as catalogue_queries
from app.market.catalogue.models import Listing
from app.market.catalogue.queries import cards as cards_queries
from app.market.catalogue.rules.cards import Card
from app.market.catalogue.rules.price_display import in_force
from app.market.catalogue.rules.rates import Buyer
from app.market.catalogue.rules.rises import SPAN, BookedVisit, Rise, four_weeks_of, rise
from app.people.accounts.models import Person
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.states import OPEN, VisitStatus
from app.support.bookings.queries.offers import buyer_with


def rises_on(listing: Listing, then: Card, *, person_id: int | None = None) -> dict[int, Rise]:
    """What a card would do to each person with visits still to come on a listing, whether dearer or not; by person.

    Compared with the card in force on the day before it begins. Nothing when there is none, or nobody has a visit.
    Each person's visits are priced as they buy. Six queries however many people there are.
    """
    cards = [card for card in cards_queries.cards_of(listing.id) if card.valid_from < then.valid_from]
    now = in_force(cards, clock.today()) or (cards[0] if cards else None)
    stays = _stays_on(listing.id, person_id)
    if now is None or not stays:
        return {}
    left = _left_of(stays)
    others = _others_of(stays, listing.id)
    buyers = _buyers_of(stays) if now.buyers or then.buyers else {}
    holidays = catalogue_queries.holidays_for(listing.home_council)
    return {
        who: rise(
            now=now.for_buyer(buyers.get(who)),
            then=then.for_buyer(buyers.get(who)),
            stays=booked,
            other_pence=sum(
                pence for starts, pence in others.get(who, ()) if booked[0].starts <= starts < booked[0].starts + SPAN
            ),
            left_pence=left.get(who, 0),
            bank_holidays=holidays,
        )
        for who, booked in stays.items()
    }


def people_by_id(ids: Collection[int]) -> list[Person]:
    """The people who are to be told, in one query."""
    return list(db.session.scalars(select(Person).where(Person.id.in_(ids)).order_by(Person.id)))


def _stays_on(listing_id: int, person_id: int | None) -> dict[int, list[BookedVisit]]:
    """Each person's first four weeks of visits to come."""
    rows = (
        select(Booking.person_id, Visit.starts_at, Visit.ends_at, Booking.agreed)
        .join(Booking, Booking.id == Visit.booking_id)
        .where(
            Booking.listing_id == listing_id,
            Booking.status.in_(OPEN),
            Visit.status == VisitStatus.PLANNED,
            Visit.starts_at > clock.now(),
        )
    )
    if person_id is not None:
        rows = rows.where(Booking.person_id == person_id)
    found: dict[int, list[BookedVisit]] = {}
    for who, starts, ends, agreed in db.session.execute(rows):
        extras = tuple(extra["name"] for extra in agreed.get("extras", ()))
        found.setdefault(who, []).append(BookedVisit(starts, ends, extras, agreed.get("miles")))
    return {who: four_weeks_of(stays) for who, stays in found.items()}


def _others_of(stays: dict[int, list[BookedVisit]], listing_id: int) -> dict[int, list[tuple[datetime, int]]]:
    """What else these people have booked in the time looked at: when it starts, and its price."""
    rows = (
        select(Booking.person_id, Visit.starts_at, Visit.price_pence)
        .join(Booking, Booking.id == Visit.booking_id)
        .where(
            Booking.person_id.in_(stays),
            Booking.listing_id != listing_id,
            Booking.status.in_(OPEN),
            Visit.status == VisitStatus.PLANNED,
            Visit.starts_at >= min(booked[0].starts for booked in stays.values()),
            Visit.starts_at < max(booked[0].starts for booked in stays.values()) + SPAN,
        )
    )
    others: dict[int, list[tuple[datetime, int]]] = {}
    for who, starts, pence in db.session.execute(rows):
        others.setdefault(who, []).append((starts, pence))
    return others


def _buyers_of(stays: Collection[int]) -> dict[int, Buyer]:
    """As whom each of them buys."""
    kinds: dict[int, list[PotKind]] = {who: [] for who in stays}
    rows = select(Pot.person_id, Pot.kind).where(Pot.person_id.in_(stays), Pot.closed_at.is_(None))
    for who, kind in db.session.execute(rows):
        kinds[who].append(kind)
    return {who: buyer_with(each) for who, each in kinds.items()}


def _left_of(stays: dict[int, list[BookedVisit]]) -> dict[int, int]:
    return {who: balance.left_pence for who, balance in balances.balances_of(stays).items()}
