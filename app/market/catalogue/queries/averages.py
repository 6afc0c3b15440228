"""Average published prices of a kind of support around here: only from three providers up, each counting once.

What is averaged is the weekday rate with everything in it that everybody pays for one unit, as results show it.
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, bindparam, case, cast, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from app.base import clock
from app.base.db import db, fetch_rows
from app.market.catalogue.models import AddOn, Listing, ListingArea, ListingStatus, RateCard
from app.market.catalogue.rules.applicable_rate import MINUTES_OF_ONE
from app.market.catalogue.rules.averages import PROVIDERS_LEAST, Average
from app.market.catalogue.rules.rates import AddOnBasis, Unit, When
from app.people.councils.models import Council, Locality
from app.people.councils.rules.geography import Local

_today: ColumnElement[date] = bindparam("today")


def _besides() -> ColumnElement[int]:
    """What everybody pays on a weekday besides the rate, for one unit: as ``rules.applying.rates_of`` adds it up."""
    other = aliased(AddOn)
    goes_along = select(other.id).where(
        other.rate_card_id == RateCard.id, other.name == AddOn.only_with, other.is_required.is_(True)
    )
    minutes = case(*((RateCard.unit == unit, minutes) for unit, minutes in MINUTES_OF_ONE.items()), else_=0)
    by_length = cast(AddOn.amount_pence * minutes + 30, BigInteger) // 60
    pence = case(
        (AddOn.basis == AddOnBasis.PER_HOUR, by_length),
        (AddOn.basis == AddOnBasis.PER_VISIT, AddOn.amount_pence),
        (and_(AddOn.basis == AddOnBasis.ONCE, RateCard.unit == Unit.ITEM), AddOn.amount_pence),
        else_=0,
    )
    found = select(func.coalesce(func.sum(pence), 0)).where(
        AddOn.rate_card_id == RateCard.id,
        AddOn.is_required.is_(True),
        AddOn.when == When.ALWAYS,
        or_(AddOn.only_with.is_(None), AddOn.only_with == "", goes_along.exists()),
    )
    # Few cards have any extras: the others are not asked for them.
    return case((RateCard.add_on_count > 0, found.scalar_subquery()), else_=0)


def _rates() -> ColumnElement[int]:
    return cast(func.sum(RateCard.weekday_pence + _besides()), BigInteger) // func.count()


def _is_told(reaches: ColumnElement[bool]) -> list[ColumnElement[bool]]:
    """Cards that hold today, of what is on show, paid for and reaches there."""
    newest = aliased(RateCard)
    begun = select(func.max(newest.valid_from)).where(newest.listing_id == Listing.id, newest.valid_from <= _today)
    return [
        Listing.kind == bindparam("kind"),
        Listing.status == ListingStatus.PUBLISHED,
        Listing.is_free.is_(False),
        reaches,
        RateCard.valid_from == begun.scalar_subquery(),
        or_(RateCard.valid_until.is_(None), RateCard.valid_until >= _today),
    ]


def _averages() -> Select[Any]:
    """The question of :func:`averages_around`, written once: it stands on every listing's page."""
    locality_id = bindparam("locality_id", type_=BigInteger)
    reaches = select(ListingArea.id).where(
        ListingArea.listing_id == Listing.id,
        ListingArea.council_id == bindparam("council_id"),
        or_(locality_id.is_(None), ListingArea.locality_id.is_(None), ListingArea.locality_id == locality_id),
    )
    each = (
        select(RateCard.unit, _rates().label("pence"))
        .join(Listing, Listing.id == RateCard.listing_id)
        .where(*_is_told(reaches.exists()))
        .group_by(RateCard.unit, Listing.provider_id)
        .subquery()
    )
    return (
        select(each.c.unit, cast(func.sum(each.c.pence), BigInteger), func.count())
        .group_by(each.c.unit)
        .having(func.count() >= PROVIDERS_LEAST)
        .order_by(each.c.unit)
    )


def _by_locality() -> Select[int, Unit, int]:
    """The question of :func:`averages_by_locality`: each provider's own rate, by locality and unit."""
    reaches = select(ListingArea.id).where(
        ListingArea.listing_id == Listing.id,
        ListingArea.council_id == Locality.council_id,
        or_(ListingArea.locality_id.is_(None), ListingArea.locality_id == Locality.id),
    )
    return (
        select(Locality.id, RateCard.unit, _rates())
        .select_from(Locality)
        .join(Listing, reaches.exists())
        .join(RateCard, RateCard.listing_id == Listing.id)
        .where(Locality.id.in_(bindparam("localities", expanding=True)), *_is_told(reaches.exists()))
        .group_by(Locality.id, RateCard.unit, Listing.provider_id)
    )


_AVERAGES, _BY_LOCALITY = _averages(), _by_locality()


def averages_around(
    listing: Listing, council: Council | None = None, locality: Locality | Local | None = None
) -> list[Average]:
    """The average published weekday price of a kind of support where a listing reaches, by unit, in one query.

    Of a locality when one is named, else of a council (the listing's own when it has only one, else none). Each provider
    counts once, with the mean of its listings; fewer than three tell nothing. What holds today, of what is on show.
    """
    council = council or listing.home_council
    if council is None:
        return []
    asked = {
        "kind": listing.kind,
        "council_id": council.id,
        "locality_id": locality.id if locality else None,
        "today": clock.today(),
    }
    place = place_words(council, locality)
    return [
        Average(Unit(unit), _mean(pence, count), count, place)
        for unit, pence, count in fetch_rows(_AVERAGES, asked).all()
    ]


def averages_near(
    listing: Listing, council: Council | None = None, locality: Locality | Local | None = None
) -> list[Average]:
    """The averages of the locality, where it has three providers or more, else of the whole council."""
    found = averages_around(listing, council, locality) if locality is not None else []
    return found or averages_around(listing, council)


def localities_reached(listing: Listing) -> list[Locality]:
    """The localities a listing reaches, by name: every one of a council that it reaches as a whole; one query."""
    whole = {area.council_id for area in listing.areas if area.locality_id is None}
    some = {area.locality_id for area in listing.areas}
    rows = select(Locality).where(or_(Locality.council_id.in_(whole), Locality.id.in_(some - {None})))
    return list(db.session.scalars(rows.options(joinedload(Locality.council)).order_by(Locality.name, Locality.id)))


def averages_by_locality(listing: Listing, localities: Iterable[Locality]) -> dict[int, list[Average]]:
    """The averages of :func:`averages_around` for many localities at once, by their number, in one query."""
    named = {one.id: one for one in localities}
    if not named:
        return {}
    asked = {"kind": listing.kind, "today": clock.today(), "localities": list(named)}
    each: dict[tuple[int, Unit], list[int]] = defaultdict(list)
    for locality_id, unit, pence in db.session.execute(_BY_LOCALITY, asked):
        each[locality_id, Unit(unit)].append(int(pence))
    found: dict[int, list[Average]] = defaultdict(list)
    for (locality_id, unit), rates in sorted(each.items()):
        if len(rates) >= PROVIDERS_LEAST:
            place = place_words(named[locality_id].council, named[locality_id])
            found[locality_id].append(Average(unit, _mean(sum(rates), len(rates)), len(rates), place))
    return found


def place_words(council: Council, locality: Locality | Local | None) -> str:
    """``Sale, Trafford``; ``Trafford``."""
    return f"{locality.name}, {council.name}" if locality else council.name


def _mean(pence: int, count: int) -> int:
    return (2 * int(pence) + count) // (2 * count)
