"""Reading the catalogue: listings as visitors and staff may see them, the card of a day, and exact quotes."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import Select, and_, bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from app.base import clock
from app.base.days import day_words
from app.base.db import db
from app.base.refusals import NotFound
from app.market.catalogue.models import Listing, ListingArea, ListingStatus, RateCard, WithdrawnRate
from app.market.catalogue.permissions import may_manage
from app.market.catalogue.queries.cards import card_of, cards_of
from app.market.catalogue.rules.applicable_rate import Price, price_on, rates_of
from app.market.catalogue.rules.cards import Card
from app.market.catalogue.rules.kinds import Nature
from app.market.catalogue.rules.price_display import Pricing, in_force, pricing
from app.market.catalogue.rules.quote import Quote, quote
from app.market.catalogue.rules.rates import Buyer
from app.market.catalogue.rules.tariffs import RatesNotPublished
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.councils.models import Council
from app.people.councils.queries import InNation, bank_holidays_for


def _for_reading() -> Select[Listing]:
    """Listings with everything their page says of them, in one query: a page shows one, with few of each."""
    area = joinedload(Listing.areas)
    return select(Listing).options(
        joinedload(Listing.provider).joinedload(Provider.registrations),
        joinedload(Listing.registration),
        area.joinedload(ListingArea.council),
        area.joinedload(ListingArea.locality),
    )


def _one(rows: Select[Listing]) -> Listing | None:
    return db.session.scalars(rows).unique().one_or_none()


# Asked for every page of a listing: written once.
_ON_SHOW = _for_reading().where(Listing.public_id == bindparam("public_id"), Listing.status == ListingStatus.PUBLISHED)


def listing_for_visitor(public_id: str) -> Listing:
    """A published listing with its provider, registrations and areas.

    Raises:
        NotFound: when there is none, or it is a draft or withdrawn.
    """
    listing = db.session.scalars(_ON_SHOW, {"public_id": public_id}).unique().one_or_none()
    if listing is None:
        raise NotFound("There is no such page. It may have been taken down by its provider")
    return listing


def listing_removed(public_id: str) -> Listing | None:
    """A listing that a council's moderator removed: its reason stands where it was. Nothing where there is none."""
    return _one(_for_reading().where(Listing.public_id == public_id, Listing.removed_because.is_not(None)))


def provider_for_staff(actor: Person, public_id: str) -> Provider:
    """The provider at whose desk ``actor`` sits.

    Raises:
        NotFound: when there is none, or it is not theirs.
    """
    provider = db.session.scalar(
        select(Provider).where(Provider.public_id == public_id).options(selectinload(Provider.registrations))
    )
    if provider is None or not may_manage(actor, provider):
        raise NotFound("There is no such desk, or it is not yours")
    return provider


def listing_for_staff(actor: Person, provider: Provider, public_id: str) -> Listing:
    """One of a provider's own listings, whatever its status.

    Raises:
        NotFound: when there is none, or it is not theirs.
    """
    listing = _one(_for_reading().where(Listing.public_id == public_id, Listing.provider_id == provider.id))
    if listing is None or not may_manage(actor, provider):
        raise NotFound("There is no such listing at your desk")
    return listing


def listings_at_desk(provider: Provider) -> Select[Listing]:
    """All of a provider's listings by title, for paging at its desk."""
    return select(Listing).where(Listing.provider_id == provider.id).order_by(Listing.title, Listing.id)


def listings_on_show(provider: Provider) -> Select[Listing]:
    """A provider's published listings by title, for paging on its page."""
    return listings_at_desk(provider).where(Listing.status == ListingStatus.PUBLISHED)


def reviews_counted(provider: Provider) -> tuple[int, int]:
    """The sum and the number of the reviews of everything a provider shows, for its score; one query."""
    total, count = db.session.execute(
        select(func.sum(Listing.review_sum), func.sum(Listing.review_count)).where(
            Listing.provider_id == provider.id, Listing.status == ListingStatus.PUBLISHED
        )
    ).one()
    return int(total or 0), int(count or 0)


def places_to_reach() -> Sequence[Council]:
    """Every council with its localities, by name, for staff to say where a listing reaches; two queries."""
    return db.session.scalars(select(Council).order_by(Council.name).options(selectinload(Council.localities))).all()


def card_on(listing_id: int, day: date) -> RateCard | None:
    """The card in force on a day, with its add-ons; none when no rate was published for it."""
    newest = db.session.scalar(
        select(RateCard)
        .where(RateCard.listing_id == listing_id, RateCard.valid_from <= day)
        .order_by(RateCard.valid_from.desc())
        .limit(1)
        .options(selectinload(RateCard.add_ons))
    )
    return newest if newest is not None and (newest.valid_until is None or day <= newest.valid_until) else None


def cards_on(listing_ids: Collection[int], day: date) -> dict[int, RateCard]:
    """The card in force on a day for each listing that has one, with its add-ons, in one query: for lists of prices."""
    if not listing_ids:
        return {}
    newest = (
        select(RateCard.listing_id, func.max(RateCard.valid_from).label("valid_from"))
        .where(RateCard.listing_id.in_(listing_ids), RateCard.valid_from <= day)
        .group_by(RateCard.listing_id)
        .subquery()
    )
    same = and_(RateCard.listing_id == newest.c.listing_id, RateCard.valid_from == newest.c.valid_from)
    rows = db.session.scalars(select(RateCard).join(newest, same).options(joinedload(RateCard.add_ons))).unique()
    return {card.listing_id: card for card in rows if card.valid_until is None or day <= card.valid_until}


def coming_card(listing_id: int, after: date) -> RateCard | None:
    """The next card published for a day after ``after``, with its add-ons."""
    return db.session.scalar(
        select(RateCard)
        .where(RateCard.listing_id == listing_id, RateCard.valid_from > after)
        .order_by(RateCard.valid_from)
        .limit(1)
        .options(selectinload(RateCard.add_ons))
    )


def days_published(listing_id: int) -> Sequence[tuple[date, date | None]]:
    """The first and the last day of every card of a listing, oldest first; no last day when it holds until the next."""
    rows = select(RateCard.valid_from, RateCard.valid_until).where(RateCard.listing_id == listing_id)
    return [(begins, ends) for begins, ends in db.session.execute(rows.order_by(RateCard.valid_from))]


def withdrawn_rates(listing_id: int) -> Sequence[WithdrawnRate]:
    """The cards of a listing that were taken back before they held, newest first."""
    rows = select(WithdrawnRate).where(WithdrawnRate.listing_id == listing_id)
    return db.session.scalars(rows.order_by(WithdrawnRate.withdrawn_at.desc(), WithdrawnRate.id.desc())).all()


def published_cards(listing: Listing) -> list[Card]:
    """Every card of a listing as the quote reads it, newest first, in one query; none of what is free."""
    return [] if listing.is_free else cards_of(listing.id)


def pricing_of(
    listing: Listing, council: Council | None, *, cards: Sequence[Card] | None = None, buyer: Buyer | None = None
) -> Pricing:
    """What its page says of a listing's price today, in one query; bank holidays are those of the council's nation.

    The examples are priced as ``buyer`` pays; without one, as everybody does. ``cards``: by a caller who has read them.
    """
    cards = published_cards(listing) if cards is None else cards
    return pricing(cards, today=clock.today(), bank_holidays=holidays_for(council), buyer=buyer)


def holidays_for(council: InNation | None) -> frozenset[date]:
    """The bank holidays by which a council's people are charged; of England when there is no council."""
    return bank_holidays_for(council)


def quote_for(
    *,
    listing: Listing,
    starts: datetime,
    ends: datetime,
    add_on_ids: Collection[str],
    council: Council | None,
    is_first_visit: bool = True,
    buyer: Buyer | None = None,
    miles: int | None = None,
) -> Quote:
    """The exact price of one visit, by the card in force on the London day it starts.

    Args:
        listing: what is bought.
        starts: aware, to the minute.
        ends: aware, to the minute.
        add_on_ids: public ids of add-ons chosen, of this card or of another card of the listing (see quotes_for).
        council: the person's, for the bank holidays of its nation.
        is_first_visit: whether what is charged once is charged with this visit.
        buyer: whose money buys; without one, what everybody pays.
        miles: whole miles, when something is charged by the mile.

    Raises:
        RatesNotPublished: when no card is in force on that day.
        MilesNeeded: when something is charged by the mile and the miles are not said.
        BadTimes: when the times make no visit.
        NoSuchAddOn: when an add-on is not offered on that day.
    """
    times = [(starts, ends)]
    return quotes_for(
        listing=listing,
        times=times,
        add_on_ids=add_on_ids,
        council=council,
        starts_booking=is_first_visit,
        buyer=buyer,
        miles=miles,
    )[0]


def quotes_for(
    *,
    listing: Listing,
    times: Sequence[tuple[datetime, datetime]],
    add_on_ids: Collection[str],
    council: InNation | None,
    starts_booking: bool = True,
    cards: Sequence[Card] | None = None,
    buyer: Buyer | None = None,
    miles: int | None = None,
) -> list[Quote]:
    """The exact price of each visit of a booking, in one query however many visits there are.

    ``cards``: those of :func:`cards_of`, by a caller who has just read them for another reason as well. Each visit is priced by the card of its own day. An add-on chosen on one card is found on another by its name. What
    is charged once is charged with the earliest visit, when ``starts_booking``.

    Raises:
        RatesNotPublished: when no card is in force on one of the days.
        BadTimes: when the times make no visit.
        NoSuchAddOn: when an add-on is not offered on one of the days.
    """
    published = cards_of(listing.id) if cards is None else cards
    names = {extra.id: extra.name for card in published for extra in card.add_ons}
    holidays = holidays_for(council)
    first = min((starts for starts, _ in times), default=None)
    quotes = []
    for starts, ends in times:
        card = _in_force(published, clock.london(starts).date())
        quotes.append(
            quote(
                card,
                starts=starts,
                ends=ends,
                add_ons=_on_this_card(card, add_on_ids, names),
                bank_holidays=holidays,
                is_first_visit=starts_booking and starts == first,
                buyer=buyer,
                miles=miles,
            )
        )
    return quotes


def _in_force(newest_first: Sequence[Card], day: date) -> Card:
    card = in_force(newest_first, day)
    if card is None:
        raise RatesNotPublished(
            f"No rate is published for {day_words(day)}, so it cannot be booked yet. Choose a later day or ask the provider"
        )
    return card


def _on_this_card(card: Card, chosen: Collection[str], names: dict[str, str]) -> list[str]:
    """Ids as this card knows them; what is not known by id or name is left for the quote to refuse."""
    own = {extra.name: extra.id for extra in card.add_ons}
    return [own.get(names.get(one, ""), one) for one in chosen]


def headline(card: RateCard | Card | None, listing: Listing, buyer: Buyer = Buyer.SELF_FUNDED) -> str:
    """The price in a few words: ``£27.50 an hour``, ``from £27.50 an hour``, ``Free``, ``Rates not published``."""
    return headline_parts(card, listing, buyer).in_words


def headline_parts(card: RateCard | Card | None, listing: Listing, buyer: Buyer = Buyer.SELF_FUNDED) -> Price:
    """The same in its parts, when neither days nor times are known; as ``buyer`` pays, else as a self-funder does."""
    return headline_on(card, listing, buyer=buyer)


def headline_on(
    card: RateCard | Card | None,
    listing: Listing,
    *,
    buyer: Buyer = Buyer.SELF_FUNDED,
    days: Collection[int] = (),
    times: Collection[str] = (),
) -> Price:
    """The price for the days and times somebody has in mind; its words stand alone when there is no amount.

    Everything compulsory is in it; what of that depends on the booking (miles, what is paid once) is named beside.
    """
    if listing.is_free:
        return Price("", "Free")
    if card is None:
        return Price("", "Rates not published" if listing.nature == Nature.SERVICE else "Ask for the price")
    read = card if isinstance(card, Card) else card_of(card)
    return price_on(rates_of(read), days, times, listing.days or (), buyer)
