"""Reading reviews: scores of many listings at once, the reviews of one, and what there is about one booking."""

from collections.abc import Collection
from datetime import date, time

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.base import clock
from app.base.db import db
from app.base.refusals import NotFound
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role, StaffDuty
from app.people.circles.models import Support
from app.platform.web.paging import Page, in_pages, page_of
from app.shop.reviews.models import Review
from app.shop.reviews.permissions import READ_BY_PROVIDER
from app.shop.reviews.rules import (
    LEAST_FOR_AN_AVERAGE,
    NO_SCORE,
    NOT_SHOWN_WHY,
    PURPOSE_WORDS,
    STARS,
    ReviewPurpose,
    ReviewStatus,
    Score,
    Tally,
    counted_since,
    score_of,
    stars_of,
)


def scores(listing_ids: Collection[int]) -> dict[int, Score]:
    """The score of each of these listings, in one query; the average is withheld while there are too few."""
    by_listing = dict.fromkeys(listing_ids, NO_SCORE)
    if not by_listing:
        return by_listing
    rows = db.session.execute(
        select(Listing.id, Listing.review_sum, Listing.review_count).where(Listing.id.in_(listing_ids))
    )
    by_listing.update({listing_id: score_of(total, count) for listing_id, total, count in rows})
    return by_listing


# What was removed stays in its place with the reason, without its words. That somebody may be in danger, or took it back, is
# for nobody.
_SHOWN = or_(
    Review.status == ReviewStatus.PUBLISHED,
    and_(Review.status == ReviewStatus.REMOVED, Review.removed_because.not_in(NOT_SHOWN_WHY)),
)
_NEWEST_FIRST = (Review.written_at.desc(), Review.id.desc())
_REVIEWS = in_pages(select(Review).where(Review.listing_id == bindparam("listing_id"), _SHOWN).order_by(*_NEWEST_FIRST))
_REVIEWS_FOR = in_pages(
    select(Review)
    .where(
        Review.listing_id == bindparam("listing_id"),
        Review.status == ReviewStatus.PUBLISHED,
        Review.purpose == bindparam("purpose"),
    )
    .order_by(*_NEWEST_FIRST)
)


def reviews_of(listing_id: int, *, number: int, size: int, purpose: ReviewPurpose | None = None) -> Page[Review]:
    """A page of the reviews of a listing, newest first: what is published, and the places of what was removed.

    Args:
        listing_id: of which listing.
        number: the page, from 1.
        size: how many to a page.
        purpose: only those published about support that was for this.

    Raises:
        NotFound: when the page lies past the end.
    """
    if purpose is None:
        return page_of(_REVIEWS, number=number, size=size, values={"listing_id": listing_id})
    return page_of(_REVIEWS_FOR, number=number, size=size, values={"listing_id": listing_id, "purpose": purpose})


def tally_of(listing_id: int, today: date) -> Tally:
    """How the published reviews of a listing are spread over the stars and over what the support was for; one query."""
    counts = Review.written_at >= clock.at_london(counted_since(today), time())
    rows = db.session.execute(
        select(Review.quality, Review.value, Review.purpose, counts, func.count())
        .where(Review.listing_id == listing_id, Review.status == ReviewStatus.PUBLISHED)
        .group_by(Review.quality, Review.value, Review.purpose, counts)
    )
    stars = dict.fromkeys(STARS, 0)
    purposes: dict[ReviewPurpose, int] = {}
    for quality, value, purpose, is_counted, number in rows:
        stars[stars_of(quality, value)] += number if is_counted else 0
        if purpose is not None:
            purposes[purpose] = purposes.get(purpose, 0) + number
    return Tally(
        stars if sum(stars.values()) >= LEAST_FOR_AN_AVERAGE else {},
        {purpose: purposes[purpose] for purpose in PURPOSE_WORDS if purpose in purposes},
    )


def count_and_sum(listing_id: int, today: date) -> tuple[int, int]:
    """How many reviews of a listing count, and both their scores added up."""
    count, total = db.session.execute(
        select(func.count(), func.sum(Review.quality + Review.value)).where(
            *_counting(today), Review.listing_id == listing_id
        )
    ).one()
    return count, int(total or 0)


def listings_to_recount(today: date) -> list[int]:
    """Listings that still count a review which has grown too old."""
    counted = (
        select(func.count())
        .where(*_counting(today), Review.listing_id == Listing.id)
        .correlate(Listing)
        .scalar_subquery()
    )
    rows = select(Listing.id).where(Listing.review_count > 0, Listing.review_count != counted).order_by(Listing.id)
    return list(db.session.scalars(rows))


def _counting(today: date) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return Review.status == ReviewStatus.PUBLISHED, Review.written_at >= clock.at_london(counted_since(today), time())


def review_named(public_id: str) -> Review:
    """One review, whatever its state: who may know of it is asked by whoever asks.

    Raises:
        NotFound: when there is none.
    """
    found = db.session.scalar(
        select(Review)
        .where(Review.public_id == public_id)
        .options(joinedload(Review.person), joinedload(Review.listing))
    )
    if found is None:
        raise NotFound("There is no such review, or not any more.")
    return found


def reviews_at_desk(provider_id: int) -> Select[Review]:
    """What is said of a provider, in notice and shown, newest first, for its staff; for paging."""
    return (
        select(Review)
        .where(Review.provider_id == provider_id, Review.status.in_(READ_BY_PROVIDER))
        .options(joinedload(Review.listing))
        .order_by(*_NEWEST_FIRST)
    )


def last_review_of_booking(booking_id: int) -> Review | None:
    """What was said last about one booking, when something was, whatever became of it."""
    return db.session.scalar(
        select(Review).where(Review.booking_id == booking_id).order_by(Review.number.desc()).limit(1)
    )


def names_not_to_say(person_id: int, writer_id: int, provider_id: int) -> list[str]:
    """Full names nobody may read in a review: the person's, of those beside them, of its writer, of the provider's staff."""
    beside = select(Support.supporter_id).where(Support.person_id == person_id, Support.supporter_id.is_not(None))
    staff = select(RoleGrant.person_id).where(
        RoleGrant.provider_id == provider_id, RoleGrant.role == Role.PROVIDER_STAFF
    )
    rows = select(Person.full_name).where(
        or_(Person.id.in_([person_id, writer_id]), Person.id.in_(beside), Person.id.in_(staff))
    )
    return list(db.session.scalars(rows.order_by(Person.id)))


def works_at(person_ids: Collection[int], provider_id: int) -> bool:
    """Whether one of these people holds a role at the provider now."""
    rows = select(RoleGrant.id).where(
        RoleGrant.person_id.in_(person_ids), RoleGrant.provider_id == provider_id, RoleGrant.ended_at.is_(None)
    )
    return db.session.scalar(rows.limit(1)) is not None


def staff_to_answer(provider_id: int) -> list[Person]:
    """Whoever answers for a provider now."""
    rows = (
        select(Person)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.provider_id == provider_id, RoleGrant.ended_at.is_(None), Person.closed_at.is_(None))
        .options(selectinload(Person.grants))
        .order_by(Person.id)
    )
    found = db.session.scalars(rows).unique()
    return [one for one in found if provider_id in one.provider_ids_to(StaffDuty.ANSWER)]
