"""Showing what had its week of notice, and counting it."""

from app.base import clock
from app.base.db import db, transaction
from app.platform.jobs.rules import Swept
from app.platform.messages.actions import reviews as messages
from app.shop.reviews import queries
from app.shop.reviews.actions import hold_review, locked_review
from app.shop.reviews.actions.counting import recount
from app.shop.reviews.actions.telling import record_about, tell_writer
from app.shop.reviews.models import Review
from app.shop.reviews.queries.moderating import reviews_due
from app.shop.reviews.rules import ReportReason, ReviewStatus


def publish_due() -> Swept:
    """Show the reviews whose week is over: a job. Two may run at once; each review is a transaction of its own."""
    shown = 0
    for number in reviews_due(clock.now()):
        with transaction():
            shown += publish_review(number)
    return Swept((f"{shown} reviews shown.",))


def publish_review(review_id: int) -> bool:
    """Show one review if it is still due, good or bad; ask a moderator where its writer has come to work there.

    Returns:
        Whether it is shown by this.
    """
    review = locked_review(db.session.get_one(Review, review_id))
    if not reviews_due(clock.now(), Review.id == review.id):
        return False
    if queries.works_at([review.written_by_id, review.person_id], review.provider_id):
        hold_review(review, ReportReason.CONNECTED)
        return False
    review.status, review.published_at = ReviewStatus.PUBLISHED, clock.now()
    recount(review.listing_id)
    record_about("review_shown", None, review)
    tell_writer(review, messages.SHOWN)
    return True
