"""Loading listings as the index takes them in: a fixed number of queries for any number of them."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.base import clock
from app.base.db import db
from app.market.catalogue import queries as catalogue_queries
from app.market.catalogue.models import Listing, ListingArea, ListingStatus, RateCard
from app.market.catalogue.queries import cards as cards_queries
from app.market.catalogue.rules.applicable_rate import rates_of
from app.market.catalogue.rules.kinds import KINDS, Nature
from app.market.catalogue.rules.suitability import ages_of, language_codes, need_codes
from app.market.providers import queries as providers
from app.market.providers.models import FrameworkPlace
from app.market.search_index.rules.narrowing import compared, marks_of
from app.market.search_index.rules.questions import Document, ResultFacts
from app.people.councils.models import Council, Locality, Postcode

CHUNK = 500
DESCRIPTION_LONGEST = 4000
"""Characters of a description that are searched; nobody writes more about what they sell."""


def documents_of(listing_ids: Iterable[int]) -> list[Document]:
    """The published ones among these listings, as they stand today."""
    ids = sorted(set(listing_ids))
    found: list[Document] = []
    for begin in range(0, len(ids), CHUNK):
        found += _chunk(ids[begin : begin + CHUNK])
    return found


def published_ids() -> Sequence[int]:
    """The listings that search should know, in order."""
    return db.session.scalars(
        select(Listing.id).where(Listing.status == ListingStatus.PUBLISHED).order_by(Listing.id)
    ).all()


def _chunk(ids: Sequence[int]) -> list[Document]:
    today = clock.today()
    listings = db.session.scalars(
        select(Listing)
        .where(Listing.id.in_(ids), Listing.status == ListingStatus.PUBLISHED)
        .options(
            joinedload(Listing.provider),
            joinedload(Listing.registration),
            selectinload(Listing.areas).joinedload(ListingArea.council),
        )
        .order_by(Listing.id)
        .execution_options(populate_existing=True)
    ).all()
    cards = catalogue_queries.cards_on([listing.id for listing in listings], today)
    places = _places({listing.provider_id for listing in listings}, today)
    councils, localities = _areas(listings)
    wards = _wards({listing.postcode for listing in listings if listing.postcode})
    return [
        _document(
            listing,
            cards.get(listing.id),
            [place for place in places[listing.provider_id] if listing.kind in place.lot.kinds],
            [
                (councils[area.council_id], None if area.locality_id is None else localities[area.locality_id])
                for area in listing.areas
            ],
            wards.get((listing.postcode or "").replace(" ", "").upper(), ""),
        )
        for listing in listings
        if listing.kind in KINDS
    ]


def _places(provider_ids: set[int], today: date) -> dict[int, list[FrameworkPlace]]:
    found: dict[int, list[FrameworkPlace]] = defaultdict(list)
    for place in providers.places_on_frameworks(provider_ids, today):
        found[place.provider_id].append(place)
    return found


def _areas(listings: Sequence[Listing]) -> tuple[dict[int, str], dict[int, str]]:
    """The names of the councils and localities these listings reach."""
    areas = [area for listing in listings for area in listing.areas]
    councils = select(Council.id, Council.name).where(Council.id.in_({area.council_id for area in areas}))
    localities = select(Locality.id, Locality.name).where(
        Locality.id.in_({area.locality_id for area in areas} - {None})
    )
    return (
        {row.id: row.name for row in db.session.execute(councils)},
        {row.id: row.name for row in db.session.execute(localities)},
    )


def _wards(postcodes: set[str]) -> dict[str, str]:
    """The ward and locality of each postcode, in words."""
    compact = {postcode.replace(" ", "").upper() for postcode in postcodes}
    rows = db.session.scalars(
        select(Postcode)
        .where(Postcode.compact.in_(compact))
        .options(joinedload(Postcode.ward), joinedload(Postcode.locality))
    )
    return {row.compact: f"{row.ward.name} {row.locality.name}" for row in rows}


def _document(
    listing: Listing,
    card: RateCard | None,
    places: Sequence[FrameworkPlace],
    areas: Sequence[tuple[str, str | None]],
    ward: str,
) -> Document:
    provider, registration = listing.provider, listing.registration
    specialisms = registration.specialisms.replace("|", ", ") if registration is not None else ""
    services = registration.service_types.replace("|", ", ") if registration is not None else ""
    postcode = listing.postcode or ""
    reach = ", ".join(locality or f"Across {council}" for council, locality in areas)
    facts = ResultFacts(
        public_id=listing.public_id,
        title=listing.title,
        kind=listing.kind,
        nature=listing.nature.value,
        provider=provider.name,
        summary=listing.summary,
        description=listing.description[:DESCRIPTION_LONGEST],
        place=(listing.address or reach) if listing.nature == Nature.COMMUNITY or not listing.areas else reach,
        price=catalogue_queries.headline(card, listing),
        is_free=listing.is_free,
        review_count=listing.review_count,
        review_sum=listing.review_sum,
        cqc_rating=registration.rating.value if registration is not None and registration.rating is not None else "",
        is_claimed=provider.is_claimed,
        rates=None if card is None or listing.is_free else tuple(rates_of(cards_queries.card_of(card))),
        days=tuple(sorted(listing.days or ())),
        can_take_new_people=listing.can_take_new_people,
        picture=provider.small_picture or "",
    )
    published = listing.published_at or listing.created_at
    (weekday, saturday, sunday), apart = _compared(listing, card)
    return Document(
        listing_id=listing.id,
        facts=facts,
        keywords=", ".join([*listing.needs, *listing.languages, specialisms, services, listing.opening_times]),
        address=" ".join(
            [
                listing.address or "",
                postcode,
                postcode.replace(" ", ""),
                ward,
                *(locality or council for council, locality in areas),
            ]
        ),
        marks=frozenset(_reach(listing, places) | _suits(listing, card, facts) | apart),
        pence=weekday,
        published_on=clock.london(published).date(),
        longitude=listing.longitude,
        latitude=listing.latitude,
        saturday_pence=saturday,
        sunday_pence=sunday,
    )


def _compared(listing: Listing, card: RateCard | None) -> tuple[tuple[int | None, ...], set[str]]:
    """The rates it is compared by from Monday to Friday, on Saturday and on Sunday, and marks for what differs."""
    if listing.is_free:
        return (0, 0, 0), set()
    if card is None:
        return (None, None, None), set()
    return compared(rates_of(cards_queries.card_of(card), by_the_hour=True))


def _suits(listing: Listing, card: RateCard | None, facts: ResultFacts) -> set[str]:
    """What it is, whom it suits and when it can be had, for the filters."""
    return marks_of(
        kind=listing.kind,
        nature=facts.nature,
        unit=None if card is None else card.unit,
        is_free=listing.is_free,
        can_take_new_people=listing.can_take_new_people,
        rating=facts.rating,
        review_count=facts.review_count,
        cqc_rating=facts.cqc_rating,
        suits={
            "days": listing.days,
            "times": listing.times or [],
            "ages": ages_of(listing.age_from, listing.age_to, listing.needs),
            "needs": need_codes(listing.needs),
            "languages": language_codes(listing.languages),
        },
    )


def _reach(listing: Listing, places: Sequence[FrameworkPlace]) -> set[str]:
    """Where a listing reaches, and whose framework its seller is on for this kind of support."""
    marks = set()
    if listing.areas and all(area.council.is_demonstration for area in listing.areas):
        marks.add("invented")
    for area in listing.areas:
        marks.add(f"area:{area.council_id}")
        marks.add(
            f"whole:{area.council_id}" if area.locality_id is None else f"in:{area.council_id}:{area.locality_id}"
        )
    for place in places:
        council_id = place.lot.framework.council_id
        marks.add(f"framework:{council_id}")
        marks.add(f"framework-whole:{council_id}" if place.locality_id is None else f"framework-in:{place.locality_id}")
    return marks
