"""Reading reviews: scores of many listings at once, and the reviews of one."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Select, select

from app.catalogue.models import Listing
from app.db import db
from app.reviews.models import Review
from app.reviews.rules import NO_SCORE, ReviewStatus, Score, score_of


def scores(listing_ids: Collection[int]) -> dict[int, Score]:
    """The score of each of these listings, in one query; the average is withheld while there are too few."""
    found = dict.fromkeys(listing_ids, NO_SCORE)
    if not found:
        return found
    rows = db.session.execute(
        select(Listing.id, Listing.review_sum, Listing.review_count).where(Listing.id.in_(listing_ids))
    )
    found.update({listing_id: score_of(total, count) for listing_id, total, count in rows})
    return found


def reviews_of(listing_id: int) -> Select[Any]:
    """The published reviews of a listing, newest first, for paging."""
    return (
        select(Review)
        .where(Review.listing_id == listing_id, Review.status == ReviewStatus.PUBLISHED)
        .order_by(Review.written_at.desc(), Review.id.desc())
    )


def review_of_booking(booking_id: int) -> Review | None:
    """What was said about one booking, when something was."""
    return db.session.scalar(select(Review).where(Review.booking_id == booking_id))
