"""Reading reviews: scores of many listings at once, and the reviews of one."""

from collections.abc import Collection

from sqlalchemy import bindparam, select

from app.base.db import db
from app.market.catalogue.models import Listing
from app.platform.web.paging import Page, in_pages, page_of
from app.shop.reviews.models import Review
from app.shop.reviews.rules import NO_SCORE, ReviewStatus, Score, score_of


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


_REVIEWS = in_pages(
    select(Review)
    .where(Review.listing_id == bindparam("listing_id"), Review.status == ReviewStatus.PUBLISHED)
    .order_by(Review.written_at.desc(), Review.id.desc())
)


def reviews_of(listing_id: int, *, number: int, size: int) -> Page[Review]:
    """A page of the published reviews of a listing, newest first.

    Raises:
        NotFound: when the page lies past the end.
    """
    return page_of(_REVIEWS, number=number, size=size, values={"listing_id": listing_id})


def review_of_booking(booking_id: int) -> Review | None:
    """What was said about one booking, when something was."""
    return db.session.scalar(select(Review).where(Review.booking_id == booking_id))
