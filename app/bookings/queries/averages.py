"""What people really paid on average for a kind of support in a place: delivered visits only, three providers at least."""

from datetime import timedelta

from sqlalchemy import select

from app import clock
from app.bookings.models import Booking, Visit
from app.bookings.rules import VisitStatus
from app.catalogue import queries as catalogue
from app.catalogue.models import Listing
from app.catalogue.rules.averages import PROVIDERS_LEAST, Average
from app.catalogue.rules.rates import Unit
from app.councils.models import Council, Locality
from app.councils.rules.places import Local
from app.db import db

LOOKED_BACK = timedelta(weeks=13)
PEOPLE_LEAST = 5
"""Below five people nothing is told, as in the council's figures."""
MOST_VISITS = 5000
"""The newest of them: enough for an average, and a bound to the work."""
NEAREST = 10
"""Told to the nearest 10p, so that no single bill can be worked out from two answers."""


def prices_around(
    listing: Listing, council: Council | None = None, locality: Locality | Local | None = None
) -> list[Average]:
    """The published averages of :func:`app.catalogue.queries.averages_near`, and beside those by the hour the paid one.

    Each of the locality when it tells enough, else of the council; the words say which.
    """
    published = catalogue.averages_near(listing, council, locality)
    is_by_the_hour = any(average.unit is Unit.HOUR for average in published)
    if not is_by_the_hour:
        return published
    paid = paid_around(listing, council, locality)
    return [*published, *(paid if paid or locality is None else paid_around(listing, council))]


def paid_around(
    listing: Listing, council: Council | None = None, locality: Locality | Local | None = None
) -> list[Average]:
    """The average paid for an hour of a kind of support in the last 13 weeks, extras and all; nothing from too few."""
    council = council or listing.home_council
    if council is None:
        return []
    since = clock.now() - LOOKED_BACK
    rows = (
        select(Booking.provider_id, Booking.person_id, Visit.starts_at, Visit.ends_at, Visit.charged_pence)
        .join(Booking, Booking.id == Visit.booking_id)
        .where(
            Visit.status == VisitStatus.DELIVERED,
            Visit.starts_at >= since,
            Booking.kind == listing.kind,
            Booking.council_id == council.id,
        )
        .order_by(Visit.starts_at.desc())
        .limit(MOST_VISITS)
    )
    if locality is not None:
        rows = rows.where(Booking.locality_id == locality.id)
    found = db.session.execute(rows).all()
    providers, people = {row.provider_id for row in found}, {row.person_id for row in found}
    minutes = sum((row.ends_at - row.starts_at) // timedelta(minutes=1) for row in found)
    if len(providers) < PROVIDERS_LEAST or len(people) < PEOPLE_LEAST or not minutes:
        return []
    pence = sum(row.charged_pence for row in found) * 60
    place = f"{locality.name}, {council.name}" if locality else council.name
    return [
        Average(
            Unit.HOUR,
            (2 * pence + NEAREST * minutes) // (2 * NEAREST * minutes) * NEAREST,
            len(providers),
            place,
            is_paid=True,
        )
    ]
