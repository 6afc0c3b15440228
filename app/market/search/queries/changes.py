"""Reading the changes that the index has yet to take in."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, or_, select

from app.base import clock
from app.base.db import db
from app.market.catalogue.models import Listing, ListingChange, RateCard
from app.market.providers.models import FrameworkPlace, Suspension
from app.people.councils.models import Framework, Lot

TAKEN_IN_BY = timedelta(minutes=2)
"""A change is in the index long before, unless nobody takes it in."""
LOOKED_BACK = 500
"""Numbers below the newest that a new index watches, in case a transaction begun earlier commits them later."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Changes to take in: the listings, the newest number seen, and numbers passed over because they were not there."""

    listing_ids: frozenset[int]
    newest: int
    passed_over: tuple[int, ...]
    filled: tuple[int, ...] = ()


def newest_change() -> int:
    """The number of the newest change; 0 when there was none."""
    return db.session.scalar(select(func.max(ListingChange.id))) or 0


def changes_late(change_id: int) -> tuple[int, datetime | None]:
    """How many changes an index that has come so far should have taken in by now, and since when the oldest of them waits."""
    number, oldest = db.session.execute(
        select(func.count(), func.min(ListingChange.at)).where(
            ListingChange.id > change_id, ListingChange.at < clock.now() - TAKEN_IN_BY
        )
    ).one()
    return number, oldest


def where_to_begin() -> tuple[int, list[int]]:
    """For a new index: the newest change, and the numbers shortly before it that are not there."""
    newest = newest_change()
    least = max(1, newest - LOOKED_BACK)
    there = set(db.session.scalars(select(ListingChange.id).where(ListingChange.id >= least)))
    return newest, [number for number in range(least, newest) if number not in there]


def changes_after(change_id: int, gaps: Iterable[int]) -> Changes:
    """Everything written since, with what has come into the gaps.

    Databases give out numbers before they commit, so a lower number may appear after a higher one.
    """
    watched = list(gaps)
    later = ListingChange.id > change_id
    wanted = or_(later, ListingChange.id.in_(watched)) if watched else later
    rows = db.session.execute(
        select(ListingChange.id, ListingChange.listing_id).where(wanted).order_by(ListingChange.id)
    ).all()
    seen = {row.id for row in rows}
    newest = max([change_id, *seen])
    passed_over = tuple(
        number for number in range(max(change_id, newest - LOOKED_BACK) + 1, newest) if number not in seen
    )
    return Changes(
        frozenset(row.listing_id for row in rows), newest, passed_over, tuple(one for one in watched if one in seen)
    )


def turning_between(since: date, until: date) -> Sequence[int]:
    """Listings of which something begins or ends by the calendar alone, after one day and up to another.

    A rate card comes into force, a place on a framework begins or ends, or a suspension begins.
    """
    new_cards = select(RateCard.listing_id).where(RateCard.valid_from > since, RateCard.valid_from <= until)
    begins = [FrameworkPlace.from_on, Framework.starts_on]
    ends = [FrameworkPlace.until_on, Framework.ends_on]
    one = timedelta(days=1)
    providers = (
        select(FrameworkPlace.provider_id)
        .join(FrameworkPlace.lot)
        .join(Lot.framework)
        .where(
            or_(
                *(and_(day > since, day <= until) for day in begins),
                *(and_(day > since - one, day <= until - one) for day in ends),
            )
        )
    )
    suspended = select(Suspension.provider_id).where(Suspension.from_on > since, Suspension.from_on <= until)
    return db.session.scalars(
        select(Listing.id)
        .where(
            or_(*(Listing.id.in_(new_cards), Listing.provider_id.in_(providers), Listing.provider_id.in_(suspended)))
        )
        .order_by(Listing.id)
    ).all()
