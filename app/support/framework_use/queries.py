"""Whom the end of a place touches, who has not been told, and framework providers whom nobody booked for a year."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.base import clock
from app.base.db import db
from app.base.refusals import NotFound
from app.market.frameworks.queries import reading
from app.market.frameworks.queries.reading import PlaceOnDay
from app.market.providers.models import FrameworkPlace, Provider
from app.people.accounts.models import Person
from app.people.councils.models import Framework, Lot
from app.support.booking_records.models.bookings import Booking
from app.support.suspending.queries import Reach

YEAR = timedelta(days=365)


def provider_on(framework: Framework, public_id: str) -> Provider:
    """A provider that has or had a place on a framework.

    Raises:
        NotFound: when it never had.
    """
    found = next((one for one in reading.providers_ever_on(framework.id) if one.public_id == public_id), None)
    if found is None:
        raise NotFound("That provider never had a place on this framework.")
    return found


def places_going_on(framework: Framework, provider: Provider) -> Sequence[FrameworkPlace]:
    """The places of a provider that could still be ended, by lot."""
    today = clock.today()
    places = db.session.scalars(
        reading.places_there_were(framework.id).where(FrameworkPlace.provider_id == provider.id)
    )
    return [one for one in places if one.until_on is None or one.until_on > today]


def reach_of(framework: Framework, provider: Provider, lots: Sequence[Lot]) -> Reach:
    """The people of this council with agreed visits of the kinds of these lots."""
    kinds = sorted({kind for lot in lots for kind in lot.kinds})
    return Reach(provider.id, framework.council_id, tuple(kinds))


def ended_untold() -> Sequence[FrameworkPlace]:
    """The places whose end somebody may still have to be told of, the oldest first, each with all it is told with."""
    return db.session.scalars(
        select(FrameworkPlace)
        .where(FrameworkPlace.ended_at.is_not(None), FrameworkPlace.end_told_at.is_(None))
        .options(
            joinedload(FrameworkPlace.provider),
            joinedload(FrameworkPlace.lot).joinedload(Lot.framework).joinedload(Framework.council),
        )
        .order_by(FrameworkPlace.ended_at, FrameworkPlace.id)
    ).all()


def ended_places(framework: Framework, provider: Provider) -> Sequence[FrameworkPlace]:
    """The places of a provider that somebody ended, the latest first."""
    places = reading.places_there_were(framework.id).where(
        FrameworkPlace.provider_id == provider.id, FrameworkPlace.ended_at.is_not(None)
    )
    return sorted(db.session.scalars(places), key=lambda one: (one.until_on or date.max, one.id), reverse=True)


def not_booked(framework: Framework) -> list[PlaceOnDay]:
    """The places that have counted for a year, on which nobody of this council booked anything in it, by lot and name."""
    today = clock.today()
    since = clock.now() - YEAR
    old = [one for one in reading.standings(framework, today) if one.counts and one.place.from_on <= today - YEAR]
    rows = db.session.execute(_booked(framework.council_id, {one.place.provider_id for one in old}, since))
    booked = {(provider_id, kind) for provider_id, kind in rows}
    return [one for one in old if not any((one.place.provider_id, kind) in booked for kind in one.place.lot.kinds)]


def _booked(council_id: int, providers: set[int], since: object) -> Select[int, str]:
    return (
        select(Booking.provider_id, Booking.kind)
        .join(Booking.person)
        .where(Booking.provider_id.in_(providers), Booking.requested_at >= since, Person.council_id == council_id)
        .distinct()
    )
