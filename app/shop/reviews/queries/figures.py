"""The year's figures about reviews, counted from the reviews and reports themselves."""

from datetime import date, datetime, time

from sqlalchemy import case, func, select

from app.base import clock
from app.base.db import db
from app.shop.reviews.models import Review, ReviewReport
from app.shop.reviews.rules import Connection, ReportReason, ReviewStatus, months_from
from app.shop.reviews.rules.figures import LowAndHigh, YearOfReviews, low_and_high


def year_of_reviews(today: date) -> YearOfReviews:
    """What came of the reviews and reports of the last twelve months, for everybody to read. Five queries."""
    since = clock.at_london(months_from(today, -12), time())
    states = dict(
        db.session.execute(
            select(Review.status, func.count()).where(Review.written_at >= since).group_by(Review.status)
        ).all()
    )
    declared = Review.connection.in_([Connection.KNOWS, Connection.OFFERED])
    changed, with_connection, replied = db.session.execute(
        select(func.count(Review.changed_at), func.count(case((declared, 1))), func.count(Review.replied_at)).where(
            Review.written_at >= since
        )
    ).one()
    reports, decided, appeals, upheld = db.session.execute(
        select(
            func.count(),
            func.count(ReviewReport.decided_at),
            func.count(ReviewReport.appealed_at),
            func.count(case((ReviewReport.is_upheld.is_(True), 1))),
        ).where(ReviewReport.made_at >= since)
    ).one()
    return YearOfReviews(
        written=sum(states.values()),
        shown=states.get(ReviewStatus.PUBLISHED, 0),
        in_notice=states.get(ReviewStatus.NOTICE, 0),
        held=states.get(ReviewStatus.HELD, 0),
        removed=_removed(since),
        changed=changed,
        declared=with_connection,
        replied=replied,
        reports=reports,
        waiting=reports - decided,
        appeals=appeals,
        upheld=upheld,
        moderation=_moderation(since),
        showing=_showing(since),
    )


def _removed(since: datetime) -> dict[ReportReason, int]:
    rows = db.session.execute(
        select(Review.removed_because, func.count()).where(Review.removed_at >= since).group_by(Review.removed_because)
    )
    found = {reason: count for reason, count in rows if reason is not None}
    return {reason: found[reason] for reason in ReportReason if reason in found}


def _moderation(since: datetime) -> LowAndHigh:
    rows = db.session.execute(
        select(Review.quality, Review.value, ReviewReport.made_at, ReviewReport.decided_at)
        .join(ReviewReport.review)
        # What was taken back before anybody decided took no moderator's time.
        .where(ReviewReport.made_at >= since, ReviewReport.decided_by_id.is_not(None))
    )
    return low_and_high((quality, value, decided - made) for quality, value, made, decided in rows if decided)


def _showing(since: datetime) -> LowAndHigh:
    rows = db.session.execute(
        select(Review.quality, Review.value, Review.written_at, Review.published_at).where(
            Review.written_at >= since, Review.status == ReviewStatus.PUBLISHED
        )
    )
    return low_and_high((quality, value, shown - written) for quality, value, written, shown in rows if shown)
