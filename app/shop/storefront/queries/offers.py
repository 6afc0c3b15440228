"""Listings with their prices, as they are set side by side or chosen among for a week."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, exists, or_, select, true
from sqlalchemy.orm import joinedload, raiseload

from app.base.db import db
from app.market.catalogue.models import Listing, ListingArea, ListingStatus, RateCard
from app.market.catalogue.queries import cards as catalogue
from app.market.providers import queries as providers
from app.market.providers.models import Provider
from app.people.councils.models import Council
from app.shop.storefront.rules.cost import CardsOfListing

CHOICES_MOST = 60
"""Listings offered for one week: beyond that a search serves better."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A published listing, whether it reaches where the person lives (nothing when that is not known), and its cards."""

    listing: Listing
    reaches: bool | None
    offer: CardsOfListing | None
    """Nothing while no rate is published."""


def offers_side_by_side(public_ids: Sequence[str]) -> list[Listing]:
    """Published listings in the order named, with everything a comparison says of them, in one query."""
    if not public_ids:
        return []
    area = joinedload(Listing.areas)
    rows = (
        select(Listing)
        .where(Listing.public_id.in_(public_ids), Listing.status == ListingStatus.PUBLISHED)
        .options(
            joinedload(Listing.provider).joinedload(Provider.registrations),
            joinedload(Listing.registration),
            area.joinedload(ListingArea.council),
            area.joinedload(ListingArea.locality),
        )
    )
    found = {listing.public_id: listing for listing in db.session.scalars(rows).unique()}
    return [found[public_id] for public_id in public_ids if public_id in found]


def offers_of(listing_ids: Collection[int]) -> dict[int, CardsOfListing]:
    """The cards of these listings as a week is priced by them, in one query. Listings without a card are left out."""
    kept = cards_by_listing(listing_ids)
    return {number: CardsOfListing(tuple(catalogue.card_of(card) for card in cards)) for number, cards in kept.items()}


def cards_by_listing(listing_ids: Collection[int]) -> dict[int, list[RateCard]]:
    """Every card of these listings, newest first, with its extras, in one query."""
    if not listing_ids:
        return {}
    rows = (
        select(RateCard)
        .where(RateCard.listing_id.in_(listing_ids))
        .order_by(RateCard.listing_id, RateCard.valid_from.desc())
        .options(joinedload(RateCard.add_ons))
    )
    cards: dict[int, list[RateCard]] = {}
    for card in db.session.scalars(rows).unique():
        cards.setdefault(card.listing_id, []).append(card)
    return cards


def for_a_week(
    *, kinds: Collection[str], chosen: Collection[str], council: Council | None, locality_id: int | None
) -> list[Seen]:
    """What may be chosen for visits of these kinds, and what is chosen already, in two queries.

    Without a council only what is chosen: nobody can say who comes to a place that is not known.
    """
    reaches = _reaches(council, locality_id)
    bookable = and_(
        Listing.kind.in_(kinds),
        Listing.is_free.is_(False),
        Listing.can_take_new_people,
        Provider.claimed_at.is_not(None),
        Provider.suspended_at.is_(None),
        reaches,
        exists().where(RateCard.listing_id == Listing.id),
    )
    is_chosen = Listing.public_id.in_(chosen)
    wanted = is_chosen if council is None or not kinds else or_(is_chosen, bookable)
    if not chosen and (council is None or not kinds):
        return []
    rows = db.session.execute(
        select(Listing, reaches)
        .join(Listing.provider)
        .where(Listing.status == ListingStatus.PUBLISHED, wanted)
        .options(joinedload(Listing.provider).raiseload("*"), raiseload("*"))
        .order_by(is_chosen.desc(), Listing.review_count.desc(), Listing.id)
        .limit(CHOICES_MOST)
    ).all()
    offers = offers_of([listing.id for listing, _ in rows])
    return [
        Seen(listing, None if council is None else bool(is_near), offers.get(listing.id)) for listing, is_near in rows
    ]


def _reaches(council: Council | None, locality_id: int | None):  # type: ignore[no-untyped-def]  # noqa: ANN202
    """Whether a listing reaches a council, in the locality too when that is known."""
    if council is None:
        return true()
    near = exists().where(ListingArea.listing_id == Listing.id, ListingArea.council_id == council.id)
    if locality_id is not None:
        near = near.where(or_(ListingArea.locality_id.is_(None), ListingArea.locality_id == locality_id))
    return near


def on_framework(
    listings: Iterable[Listing], council: Council | None, on: date, locality_id: int | None = None
) -> dict[int, bool]:
    """For each listing that money plays a part in, whether its provider is on the council's framework for it. One query."""
    pairs = {listing.id: (listing.provider_id, listing.kind) for listing in listings if not listing.is_for_all}
    if council is None or not pairs:
        return {}
    known = providers.framework_statuses(pairs.values(), council_id=council.id, on=on, locality_id=locality_id)
    return {number: known[pair] for number, pair in pairs.items()}
