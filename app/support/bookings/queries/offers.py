"""What a visit would cost, and which money could pay for it."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, bindparam, func, select
from sqlalchemy.orm import joinedload, load_only

from app.base import clock
from app.base.db import db, fetch_rows, number_of
from app.base.money import Money
from app.base.refusals import Conflict, NotFound
from app.funding.budgets.models import Pot
from app.funding.budgets.permissions import may_spend_from
from app.funding.budgets.queries import balances as balances_queries
from app.funding.budgets.queries import paying
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue import queries as catalogue_queries
from app.market.catalogue.models import Listing, ListingStatus
from app.market.catalogue.permissions import why_not_bookable
from app.market.catalogue.queries import cards as cards_queries
from app.market.catalogue.rules.cards import Card, Extra
from app.market.catalogue.rules.quote import Quote
from app.market.catalogue.rules.rates import BASIS_WORDS, AddOnBasis, Buyer
from app.market.catalogue.rules.tariffs import ChargeOf
from app.market.providers import queries as providers
from app.market.providers.models import Provider
from app.market.providers.queries import suspensions
from app.market.providers.queries.suspensions import Stopped
from app.people.accounts.models import Person
from app.people.circles.rules import Spender
from app.people.councils import queries as councils
from app.people.councils.models import Council, Postcode
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules.paying import Purse
from app.support.booking_records.rules.terms import frozen


@dataclass(frozen=True, slots=True)
class PricedVisit:
    """One visit asked for, with its exact price line by line."""

    starts: datetime
    ends: datetime
    lines: tuple[tuple[str, int], ...]
    pence: int
    each_pence: int = 0
    """The price of one of several things, without extras."""


@dataclass(frozen=True, slots=True)
class Offer:
    """Everything that will be frozen when this is agreed: visits, prices, the rates used, the extras chosen."""

    visits: tuple[PricedVisit, ...]
    cards: tuple[Card, ...]
    extras: tuple[Extra, ...]
    """Those that always come and those chosen, as the first card to have them prices them."""
    terms: Mapping[str, Any] = field(default_factory=dict)
    """What charging other minutes than those planned goes by, ready to be frozen (see ``rules.terms``)."""

    @property
    def total_pence(self) -> int:
        """The price of all of it."""
        return sum(visit.pence for visit in self.visits)

    @property
    def days(self) -> list[date]:
        """The London days on which visits begin, each once, in order."""
        return sorted({clock.london(visit.starts).date() for visit in self.visits})


def may_be_booked(
    listing: Listing, person: Person, *, stopped: Mapping[int, Stopped] | None = None, under_lock: bool = False
) -> None:
    """Let pass only a listing that can be booked today for a person.

    Args:
        listing: what.
        person: for whom: their council may have suspended its provider.
        stopped: the suspensions that hold for them, by provider, by a caller who has read them for many things at once.
        under_lock: for whoever agrees something now: a suspension made meanwhile is waited for, and seen.

    Raises:
        Conflict: saying why not, and what to do instead.
    """
    asked: suspensions.ForWhom = {"council_id": person.council_id, "on": clock.today()}
    if under_lock:
        holds = suspensions.stopped_under_lock(listing.provider_id, **asked)
    elif stopped is None:
        holds = suspensions.stopped([listing.provider_id], **asked).get(listing.provider_id)
    else:
        holds = stopped.get(listing.provider_id)
    reason = why_not_bookable(listing, has_rates=True, stopped=holds)
    if reason is not None:
        raise Conflict(reason)


def offer(
    *,
    listing: Listing,
    times: Sequence[tuple[datetime, datetime]],
    add_on_ids: Collection[str],
    council: councils.InNation | None,
    person: Person | None = None,
    miles: int | None = None,
    quantity: int = 1,
    cards: Sequence[Card] | None = None,
    buyer: Buyer | None = None,
) -> Offer:
    """Price the visits asked for from the published rates of their own dates; extras paid once go on the first.

    Of a thing there may be several (``quantity``): its own price counts for each, extras once. ``cards`` and ``buyer``:
    by a caller who has read them already, for many things at once.
    Where a card charges some buyers another price, it is priced as ``person`` buys (see :func:`buyer_of`).

    Raises:
        RatesNotPublished: when a date has no published rate.
        BadTimes: when the times make no visit for this kind of rate.
        NoSuchAddOn: when an extra is not offered on one of the dates.
    """
    times = sorted(times)
    cards = cards_queries.cards_of(listing.id) if cards is None else cards
    if buyer is None and person is not None and any(card.buyers for card in cards):
        buyer = buyer_of(person)
    quotes = catalogue_queries.quotes_for(
        listing=listing, times=times, add_on_ids=add_on_ids, council=council, cards=cards, buyer=buyer, miles=miles
    )
    visits = [_priced(starts, ends, made, quantity) for (starts, ends), made in zip(times, quotes, strict=True)]
    used: list[Card] = []
    for visit in visits:
        card = card_or_none(cards, clock.london(visit.starts).date())
        if card is not None and card not in used:
            used.append(card)
    names = {extra.name for card in cards for extra in card.add_ons if extra.id in add_on_ids}
    extras = {extra.name: extra for card in used for extra in card.add_ons if extra.is_required or extra.name in names}
    terms = frozen(
        used,
        add_on_ids=add_on_ids,
        bank_holidays=catalogue_queries.holidays_for(council),
        buyer=buyer,
        miles=miles,
        days=[clock.london(visit.starts).date() for visit in visits],
    )
    return Offer(tuple(visits), tuple(used), tuple(extras.values()), terms)


def price_of(
    booking: Booking, *, times: Sequence[tuple[datetime, datetime]], extras: Collection[str], miles: int | None
) -> list[PricedVisit]:
    """Further visits of a booking, each at the rate published for its day; what is charged once was charged with the first.

    Raises:
        RatesNotPublished: when a date has no published rate.
    """
    cards = cards_queries.cards_of(booking.listing_id)
    quotes = catalogue_queries.quotes_for(
        listing=booking.listing,
        times=times,
        add_on_ids=extras,
        council=home_of(booking.person),
        starts_booking=False,
        cards=cards,
        buyer=buyer_of(booking.person) if any(card.buyers for card in cards) else None,
        miles=miles,
    )
    return [
        PricedVisit(starts, ends, tuple((line.words, line.pence) for line in made.lines), made.total.pence)
        for (starts, ends), made in zip(times, quotes, strict=True)
    ]


def _priced(starts: datetime, ends: datetime, made: Quote, quantity: int) -> PricedVisit:
    each = sum(line.pence for line in made.lines if line.of is not ChargeOf.EXTRA)
    if quantity == 1:
        return PricedVisit(starts, ends, tuple((line.words, line.pence) for line in made.lines), made.total.pence, each)
    lines = tuple(
        (line.words, line.pence) if line.of is ChargeOf.EXTRA else (f"{quantity} × {line.words}", quantity * line.pence)
        for line in made.lines
    )
    return PricedVisit(starts, ends, lines, sum(pence for _, pence in lines), each)


def offer_instead(booking: Booking, times: Sequence[tuple[datetime, datetime]]) -> Offer:
    """What other times would cost than those asked for: the same extras, miles and number, by the rates of their days.

    Raises:
        RatesNotPublished: when a date has no published rate.
        BadTimes: when the times make no visit for this kind of rate.
    """
    listing = listing_now(booking.listing_id)
    names = {extra["name"] for extra in booking.agreed["extras"]}
    cards = cards_queries.cards_of(listing.id)
    chosen = [extra.id for card in cards for extra in card.add_ons if extra.name in names]
    return offer(
        listing=listing,
        times=times,
        add_on_ids=chosen,
        council=home_of(booking.person),
        person=booking.person,
        miles=booking.agreed.get("miles"),
        quantity=booking.agreed.get("quantity", 1),
    )


def buyer_of(person: Person) -> Buyer:
    """As whom somebody buys, where a provider charges some buyers another price: by the money they have open.

    A direct payment (or one an agent holds) before money the council or a provider holds for them, before their own. It
    does not change with the money chosen for one visit, so that the price is the same on every page.
    """
    return buyer_with(
        db.session.scalars(select(Pot.kind).where(Pot.person_id == number_of(person), Pot.closed_at.is_(None)))
    )


def buyer_with(open_kinds: Iterable[PotKind]) -> Buyer:
    """The same, from the kinds of money somebody has open."""
    kinds = set(open_kinds)
    if kinds & {PotKind.DIRECT_PAYMENT, PotKind.INDIRECT_PAYMENT}:
        return Buyer.DIRECT_PAYMENT
    return Buyer.COUNCIL_ARRANGED if kinds - {PotKind.OWN_MONEY} else Buyer.SELF_FUNDED


def card_or_none(cards: Sequence[Card], day: date) -> Card | None:
    """The card in force on a day, for a page that can do without one."""
    newest = next((card for card in cards if card.valid_from <= day), None)
    return newest if newest is not None and (newest.valid_until is None or day <= newest.valid_until) else None


def extras_on(cards: Sequence[Card], day: date) -> list[Extra]:
    """The extras somebody may choose on a day; those that always come are in the price anyway."""
    card = card_or_none(cards, day)
    return [] if card is None else [extra for extra in card.add_ons if not extra.is_required]


def extras_named(listing_id: int, names: Collection[str]) -> list[str]:
    """The ids of a listing's extras by their names, each once."""
    found = {extra.name: extra.id for card in cards_queries.cards_of(listing_id) for extra in card.add_ons}
    return [found[name] for name in sorted(names) if name in found]


def asks_miles(cards: Sequence[Card], day: date) -> bool:
    """Whether anything is charged by the mile on a day, so that the miles must be asked for."""
    card = card_or_none(cards, day)
    return card is not None and any(extra.basis == AddOnBasis.PER_MILE for extra in card.add_ons)


def same_extras(
    cards: Sequence[Card], offered: Sequence[Extra], chosen: Collection[str]
) -> tuple[list[str], list[str]]:
    """Carry a choice made from one card over to another by the extras' names.

    Returns:
        The ids among those offered, and the names of those chosen that are not offered.
    """
    names = {extra.id: extra.name for card in cards for extra in card.add_ons}
    here = {extra.name: extra.id for extra in offered}
    wanted = [names[public_id] for public_id in chosen if public_id in names]
    return [here[name] for name in wanted if name in here], [name for name in wanted if name not in here]


def price_words(extra: Extra) -> str:
    """``£4.50 a visit``."""
    return f"{Money(extra.amount_pence)} {BASIS_WORDS[extra.basis]}"


def purses_of(
    person: Person, *, listing: Listing, days: Collection[date], spender: Spender, is_agreed: bool = False
) -> list[Purse]:
    """A person's open money as ways to pay for this on these days, with the reason where one may not be used.

    Only what this account may spend: of the rest it is told nothing. ``is_agreed``: for
    further visits of what was agreed already, which a suspension does not touch.
    """
    balances = [one for one in balances_queries.pots_of(number_of(person)) if may_spend_from(spender, one.pot)]
    lawful = paying.lawful_on(
        [balance.pot for balance in balances],
        provider=listing.provider,
        listing=listing,
        days=days,
        is_agreed=is_agreed,
    )
    return [
        Purse(
            balance.pot.id,
            balance.pot.public_id,
            balance.pot.name,
            balance.available_pence,
            None if lawful[balance.pot.id].ok else lawful[balance.pot.id].reason,
            is_own=balance.pot.kind == PotKind.OWN_MONEY,
        )
        for balance in balances
    ]


_OF_LISTING = (
    Listing.id,
    Listing.public_id,
    Listing.provider_id,
    Listing.kind,
    Listing.nature,
    Listing.title,
    Listing.summary,
    Listing.description,
    Listing.status,
    Listing.is_free,
    Listing.can_take_new_people,
    Listing.notice_hours,
)
_OF_PROVIDER = (Provider.id, Provider.name, Provider.kind, Provider.claimed_at)
_TO_BOOK = select(Listing).options(
    load_only(*_OF_LISTING), joinedload(Listing.provider, innerjoin=True).load_only(*_OF_PROVIDER)
)
"""What a booking needs to know of a listing and its provider, in one query; the rest of both is read when asked for."""
_ON_SHOW = _TO_BOOK.where(Listing.public_id == bindparam("public_id"), Listing.status == ListingStatus.PUBLISHED)
_NOW = _TO_BOOK.where(Listing.id == bindparam("number")).execution_options(populate_existing=True)

NO_SUCH_PAGE = "There is no such page. It may have been taken down by its provider"


def listing_to_book(public_id: str) -> Listing:
    """A published listing, with its provider.

    Raises:
        NotFound: when there is none such to see.
    """
    listing = db.session.scalar(_ON_SHOW, {"public_id": public_id})
    if listing is None:
        raise NotFound(NO_SUCH_PAGE)
    return listing


def number_on_show(public_id: str) -> int:
    """The number of a published listing; whether it can be booked is looked at by who books it.

    Raises:
        NotFound: when there is none such to see.
    """
    number = fetch_rows(_NUMBER_ON_SHOW, {"public_id": public_id}).scalar()
    if number is None:
        raise NotFound(NO_SUCH_PAGE)
    return int(number)


_NUMBER_ON_SHOW = select(Listing.id).where(
    Listing.public_id == bindparam("public_id"), Listing.status == ListingStatus.PUBLISHED
)


def listing_now(listing_id: int) -> Listing:
    """The listing and its provider as they are at this moment, not as the page showed them.

    Raises:
        NotFound: when it is gone.
    """
    listing = db.session.scalar(_NOW, {"number": listing_id})
    if listing is None:
        raise gone()
    return listing


def gone() -> NotFound:
    """The refusal for a listing that was taken down or never existed."""
    return NotFound("This is no longer offered. Look for something like it.")


def open_pots(person: Person) -> dict[str, int]:
    """The numbers of a person's open money by its public id, for a choice that is looked at again under lock."""
    return {row.public_id: row.id for row in fetch_rows(_OPEN_POTS, {"person_id": number_of(person)})}


_OPEN_POTS = select(Pot.public_id, Pot.id).where(Pot.person_id == bindparam("person_id"), Pot.closed_at.is_(None))


class Home(NamedTuple):
    """Where somebody lives, as far as a booking cares: whose bank holidays count, and which locality's frameworks."""

    council_id: int
    nation: str
    holidays_mark: str
    locality_id: int | None
    """That of their postcode, when it lies in that council."""


def home_of(person: Person) -> Home | None:
    """That of a person whose council is known, in one query."""
    row = fetch_rows(_HOME, {"person_id": number_of(person)}).one_or_none()
    return None if row is None else Home._make(row)


_HOME = (
    select(Council.id, Council.nation, Council.holidays_mark, Postcode.locality_id)
    .join_from(Person, Council, Council.id == Person.council_id)
    .outerjoin(
        Postcode,
        and_(Postcode.council_id == Council.id, Postcode.compact == func.replace(func.upper(Person.postcode), " ", "")),
    )
    .where(Person.id == bindparam("person_id"))
)


def is_framework_for(home: Home | None, listing: Listing, *, on: date) -> bool:
    """Whether the provider is a framework provider for who lives there: their council, this kind, their locality, that day."""
    return home is not None and providers.framework_status(
        listing.provider_id, home.council_id, listing.kind, on, locality_id=home.locality_id
    )


def locality_id_of(person: Person) -> int | None:
    """The locality of the person's postcode, when it lies in their own council."""
    place = councils.place_of(person.postcode) if person.postcode else None
    return place.locality_id if place is not None and place.council_id == person.council_id else None


def council_of(person: Person) -> Council | None:
    """The council this person lives in, once known."""
    return db.session.get(Council, person.council_id) if person.council_id is not None else None
