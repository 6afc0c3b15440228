"""What ending support would mean, and who else could take its visits at what price."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload, selectinload

from app.base import clock
from app.base.db import db
from app.base.refusals import Refusal
from app.market.catalogue import queries as catalogue_queries
from app.market.catalogue.models import Listing, ListingArea, ListingStatus, RateCard
from app.market.catalogue.queries import cards as cards_queries
from app.market.catalogue.rules.cards import Card
from app.market.catalogue.rules.tariffs import BadTimes, MilesNeeded, NoSuchAddOn, RatesNotPublished
from app.market.providers.models import Provider
from app.market.providers.queries.suspensions import is_stopped
from app.people.accounts.models import Person
from app.people.circles.rules import Spender
from app.support.booking_records.models.bookings import Booking, Pattern
from app.support.booking_records.rules.paying import Purse
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.bookings.queries import offers as offers_queries
from app.support.bookings.queries.notice import visits_for_notice
from app.support.bookings.rules.notice import VisitToCome
from app.support.changing_provider.rules import offers
from app.support.changing_provider.rules.carrying import CarriedVisit, StandingPattern, carried_on
from app.support.recurrence.rules.patterns import Begun, occurrences
from app.support.repeating.queries import patterns

NOTHING: dict[str, Any] = {"slots": [], "exceptions": [], "next_on": None}
"""What was kept of patterns that were ended before anything was."""
A_STRETCH = timedelta(weeks=12)
"""How much of what follows is looked at to see whether somebody comes on those days at all."""
CARRIED_ON = frozenset({BookingStatus.ACCEPTED, BookingStatus.REQUESTED, BookingStatus.DECLINED, BookingStatus.LAPSED})
"""Where what repeats goes on with another provider as a whole."""


class Carrying(NamedTuple):
    """What goes to another provider: the visits asked for now, the pattern they are of, and a stretch of what follows."""

    visits: list[VisitToCome]
    begun: Begun | None = None
    later: tuple[VisitToCome, ...] = ()


def carrying(booking: Booking, last_day: date) -> Carrying:
    """What another provider would be asked for after a last day; of what repeats, all that is to come.

    Where the money of those days has not come and nothing is made yet, it begins with the visits of the first day, at
    what they would cost where they are now.
    """
    last_day = booking.ends_on or last_day
    visits = offers.to_carry(booking.status, visits_for_notice(booking), last_day, clock.now(), booking.ended_at)
    pattern = patterns.pattern_of(booking.id)
    if pattern is None or not (booking.ended_at or booking.status in CARRIED_ON):
        return Carrying(visits)
    after = max(last_day, clock.today())
    if booking.ended_at is None and booking.status != BookingStatus.ACCEPTED:
        if not visits:
            return Carrying([])
        after = visits[0].day - timedelta(days=1)
    rows = {visit.id: visit for visit in booking.visits}
    begun = carried_on(
        standing(booking, pattern),
        [CarriedVisit(v.starts_at, v.ends_at, rows[v.id].slot_id, rows[v.id].slot_day or v.day) for v in visits],
        after,
    )
    if begun is None:
        return Carrying(visits)
    later = occurrences(begun.slots, (), begun.next_on, begun.next_on + A_STRETCH) if begun.next_on else []
    return Carrying(
        visits or _not_made(booking, pattern, begun),
        begun,
        tuple(VisitToCome(0, one.starts, one.ends, 0, VisitStatus.PLANNED) for one in later),
    )


def standing(booking: Booking, pattern: Pattern) -> StandingPattern:
    """A pattern as it stands; once notice was given, as it stood then, less what was made since."""
    if booking.ended_at is not None:
        made = [visit.slot_day for visit in booking.visits if visit.slot_day is not None]
        return StandingPattern.read(pattern.before_notice or NOTHING, made_until=max(made, default=None))
    exceptions = {key: one.kind for key, one in patterns.excepted(pattern).items()}
    return StandingPattern(tuple(patterns.slots_of(pattern)), exceptions, pattern.next_on)


def _not_made(booking: Booking, pattern: Pattern, begun: Begun) -> list[VisitToCome]:
    """The visits with which it begins elsewhere, none of which is made here; at the last price known where none is out."""
    try:
        priced = offers_queries.price_of(booking, times=begun.times, extras=pattern.extras, miles=pattern.miles)
        prices = [one.pence for one in priced]
    except Refusal:
        prices = [booking.visits[-1].price_pence] * len(begun.made)
    return [
        VisitToCome(0, one.starts, one.ends, pence, VisitStatus.PLANNED)
        for one, pence in zip(begun.made, prices, strict=True)
    ]


def booking_with_key(key: str) -> Booking | None:
    """The booking that a form has already made."""
    return db.session.scalar(select(Booking).where(Booking.key == key))


def already_moved(booking: Booking) -> str | None:
    """The reference of the request by which this booking's visits went to another provider, while that is not refused."""
    rows = select(Booking.reference).where(Booking.moved_from_id == booking.id)
    return db.session.scalar(rows.where(Booking.status.not_in({BookingStatus.DECLINED, BookingStatus.LAPSED})).limit(1))


class Carried(NamedTuple):
    """Extras of an old booking on a new listing: their ids there, and the names it does not have."""

    ids: list[str]
    missing: list[str]


def extras_carried(booking: Booking, listing: Listing, days: Collection[date]) -> Carried:
    """The extras agreed, by their names, as another listing offers them on the first of these days."""
    return _carried(booking, cards_queries.cards_of(listing.id), min(days))


def _carried(booking: Booking, cards: Sequence[Card], day: date) -> Carried:
    card = offers_queries.card_or_none(cards, day)
    here = {} if card is None else {extra.name: extra for extra in card.add_ons}
    names = [extra["name"] for extra in booking.agreed.get("extras", ())]
    ids = [here[name].id for name in names if name in here and not here[name].is_required]
    return Carried(ids, [name for name in names if name not in here])


def others_for(booking: Booking) -> Select[Any]:
    """Listings of other providers for the same kind of support that can be booked where the person lives, for paging."""
    reached = select(ListingArea.listing_id).where(ListingArea.council_id == booking.council_id)
    return (
        select(Listing)
        .join(Listing.provider)
        .where(
            Listing.kind == booking.kind,
            Listing.provider_id != booking.provider_id,
            Listing.status == ListingStatus.PUBLISHED,
            Listing.is_free.is_(False),
            Listing.can_take_new_people.is_(True),
            Listing.id.in_(reached),
            Provider.claimed_at.is_not(None),
            ~is_stopped(booking.person.council_id, clock.today()),
        )
        .order_by(Provider.name, Listing.title, Listing.id)
        .options(joinedload(Listing.provider), selectinload(Listing.rate_cards).selectinload(RateCard.add_ons))
    )


@dataclass(frozen=True, slots=True)
class Other:
    """What another listing would cost for the same visits, or why it cannot take them. Amounts are pence."""

    listing: Listing
    pence: int
    difference: int
    """More than now when above nothing, less when below."""
    missing: tuple[str, ...]
    """Extras of now that it does not have."""
    why_not: str | None = None
    prices: tuple[int, ...] = ()
    """Of each visit, in order."""


def priced_others(
    booking: Booking, moved: Sequence[VisitToCome], listings: Sequence[Listing], later: Sequence[VisitToCome] = ()
) -> list[Other]:
    """Each of these listings, loaded with their cards, priced for the same visits. No query for any of them.

    Whoever does not come at the times of ``later`` visits, which follow, cannot take them on either.
    """
    council, now = offers_queries.council_of(booking.person), sum(visit.pence for visit in moved)
    buyer = offers_queries.buyer_of(booking.person)
    others = []
    for listing in listings:
        kept = sorted(listing.rate_cards, key=lambda card: card.valid_from, reverse=True)
        cards = [cards_queries.card_of(card) for card in kept]
        carried = _carried(booking, cards, moved[0].day)
        why_not = offers.why_not_taken(listing.days, listing.times or (), [*moved, *later])
        if why_not is not None:
            others.append(Other(listing, 0, 0, (), why_not))
            continue
        try:
            quotes = catalogue_queries.quotes_for(
                listing=listing,
                times=[(visit.starts_at, visit.ends_at) for visit in moved],
                add_on_ids=carried.ids,
                council=council,
                cards=cards,
                buyer=buyer if any(card.buyers for card in cards) else None,
                miles=booking.agreed.get("miles"),
            )
        except (RatesNotPublished, BadTimes, MilesNeeded, NoSuchAddOn) as refusal:
            others.append(Other(listing, 0, 0, (), str(refusal).rstrip(".") + "."))
            continue
        prices = tuple(made.total.pence for made in quotes)
        others.append(Other(listing, sum(prices), sum(prices) - now, tuple(carried.missing), prices=prices))
    return others


def priced_other(booking: Booking, carried: Carrying, listing: Listing) -> Other:
    """The same for one of them."""
    return priced_others(booking, carried.visits, [listing], carried.later)[0]


def purses_after(
    person: Person, booking: Booking, moved: Sequence[VisitToCome], *, listing: Listing, spender: Spender
) -> list[Purse]:
    """A person's money as it would be once what is set aside for these visits is free again, as ways to pay another."""
    numbers = {visit.id for visit in moved}
    freed = _freed(booking, numbers)
    purses = offers_queries.purses_of(person, listing=listing, days={visit.day for visit in moved}, spender=spender)
    return [replace(purse, has_pence=purse.has_pence + freed.get(purse.id, 0)) for purse in purses]


def _freed(booking: Booking, numbers: Collection[int]) -> Mapping[int, int]:
    """Pence set aside for these of a booking's visits, by the number of the money."""
    freed: dict[int, int] = {}
    for visit in booking.visits:
        if visit.id in numbers and visit.status == VisitStatus.PLANNED:
            for payment in visit.payments:
                freed[payment.pot_id] = freed.get(payment.pot_id, 0) + payment.amount_pence
    return freed


def money_used(booking: Booking, numbers: Collection[int]) -> list[int]:
    """The numbers of the money that pays for these visits now, in the order it does."""
    used: dict[int, None] = {}
    for visit in booking.visits:
        if visit.id in numbers:
            used.update(dict.fromkeys(payment.pot_id for payment in visit.payments))
    return list(used)
