"""What people really paid on average for a kind of support in a place: delivered visits only, three providers at least."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from app.base import clock
from app.base.db import db
from app.market.catalogue.models import Listing
from app.market.catalogue.queries import averages as catalogue
from app.market.catalogue.rules.averages import PROVIDERS_LEAST, Around, Average, averages_side_by_side
from app.market.catalogue.rules.cards import Card
from app.market.catalogue.rules.kinds import THINGS
from app.market.catalogue.rules.rates import Unit
from app.people.councils.models import Council, Locality
from app.people.councils.queries import policy_of_each
from app.people.councils.rules.geography import Local
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.states import VisitStatus

LOOKED_BACK = timedelta(weeks=13)
PEOPLE_LEAST = 5
"""Below five people nothing is told, nor below the council's own small number, as in the council's figures."""
MOST_VISITS = 5000
"""The newest of them: enough for an average, and a bound to the work."""
NEAREST = 10
"""Told to the nearest 10p, so that no single bill can be worked out from two answers."""


def prices_around(
    listing: Listing, council: Council | None = None, locality: Locality | Local | None = None
) -> list[Average]:
    """The published averages of :func:`app.market.catalogue.queries.averages_near`, and beside those by the hour the paid one.

    Each of the locality when it tells enough, else of the council; the words say which.
    """
    published = catalogue.averages_near(listing, council, locality)
    is_by_the_hour = any(average.unit is Unit.HOUR for average in published)
    if not is_by_the_hour:
        return published
    paid = paid_around(listing, council, locality)
    return [*published, *(paid if paid or locality is None else paid_around(listing, council))]


def prices_by_place(listing: Listing, card: Card | None = None) -> list[Around]:
    """For whoever prices a listing: what is published and what is paid in the council and in each locality it reaches.

    Of the card's unit, when there is one. Six queries however many places there are.
    """
    localities = catalogue.localities_reached(listing)
    by_locality = catalogue.averages_by_locality(listing, localities)
    published = [
        *catalogue.averages_around(listing),
        *(average for locality in localities for average in by_locality.get(locality.id, ())),
    ]
    home = listing.home_council
    least = _people_least({one.council_id for one in localities} | ({home.id} if home else set()))
    around = [] if home is None else _paid_in(listing, home, None, least[home.id])
    return averages_side_by_side(published, [*around, *_paid_by_locality(listing, localities, least)], card)


def paid_around(
    listing: Listing, council: Council | None = None, locality: Locality | Local | None = None
) -> list[Average]:
    """The average paid for an hour of a kind of support in the last 13 weeks, extras and all; nothing from too few."""
    council = council or listing.home_council
    if council is None:
        return []
    return _paid_in(listing, council, locality, _people_least({council.id})[council.id])


def _paid_in(listing: Listing, council: Council, locality: Locality | Local | None, people_least: int) -> list[Average]:
    if listing.kind in THINGS:
        return []
    rows = _paid(listing.kind).where(Booking.council_id == council.id)
    if locality is not None:
        rows = rows.where(Booking.locality_id == locality.id)
    return _mean(db.session.execute(rows).all(), catalogue.place_words(council, locality), people_least)


def _paid_by_locality(
    listing: Listing, localities: Sequence[Locality], people_least: Mapping[int, int]
) -> list[Average]:
    if not localities or listing.kind in THINGS:
        return []
    rows = _paid(listing.kind).where(Booking.locality_id.in_([one.id for one in localities]))
    found = defaultdict(list)
    for row in db.session.execute(rows):
        found[row.locality_id].append(row)
    return [
        average
        for one in localities
        for average in _mean(found[one.id], catalogue.place_words(one.council, one), people_least[one.council_id])
    ]


def _people_least(council_ids: Collection[int]) -> dict[int, int]:
    """How many people must have paid before an average of each council's area is told."""
    named = policy_of_each(council_ids, "small_number", clock.today())
    return {one: max(named.get(one) or 0, PEOPLE_LEAST) for one in council_ids}


def _paid(kind: str) -> Select[int | None, int, int, datetime, datetime, int]:
    return (
        select(
            Booking.locality_id,
            Booking.provider_id,
            Booking.person_id,
            Visit.starts_at,
            Visit.ends_at,
            Visit.charged_pence,
        )
        .join(Booking, Booking.id == Visit.booking_id)
        .where(
            Visit.status == VisitStatus.DELIVERED,
            Visit.starts_at >= clock.now() - LOOKED_BACK,
            Booking.kind == kind,
        )
        .order_by(Visit.starts_at.desc())
        .limit(MOST_VISITS)
    )


def _mean(found: Sequence[Any], place: str, people_least: int) -> list[Average]:
    """Of these visits; nothing when they are of too few providers or people."""
    providers, people = {row.provider_id for row in found}, {row.person_id for row in found}
    minutes = sum((row.ends_at - row.starts_at) // timedelta(minutes=1) for row in found)
    if len(providers) < PROVIDERS_LEAST or len(people) < people_least or not minutes:
        return []
    pence = sum(row.charged_pence for row in found) * 60
    mean = (2 * pence + NEAREST * minutes) // (2 * NEAREST * minutes) * NEAREST
    return [Average(Unit.HOUR, mean, len(providers), place, is_paid=True)]
