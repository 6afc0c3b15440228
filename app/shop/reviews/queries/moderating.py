"""Reading what waits: reviews whose week is over, reports and appeals for a council's moderators."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.base.db import db
from app.base.refusals import NotFound
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.shop.reviews.models import Review, ReviewReport
from app.shop.reviews.rules import REPORT_HOLDS, ReviewStatus


def reviews_due(now: datetime, *which: ColumnElement[bool]) -> list[int]:
    """Reviews whose week of notice is over; one that is reported waits for the decision, two weeks longer at most."""
    is_reported = (
        select(ReviewReport.id)
        .where(ReviewReport.review_id == Review.id, ReviewReport.decided_at.is_(None))
        .correlate(Review)
        .exists()
    )
    rows = select(Review.id).where(
        Review.status == ReviewStatus.NOTICE,
        or_(and_(Review.due_at <= now, ~is_reported), Review.due_at <= now - REPORT_HOLDS),
        *which,
    )
    return list(db.session.scalars(rows.order_by(Review.due_at, Review.id)))


def _reports(actor: Person, *which: Any) -> Select[ReviewReport]:
    councils = actor.council_ids_as(Role.MODERATOR)
    return (
        select(ReviewReport)
        .join(ReviewReport.review)
        .where(or_(Review.council_id.in_(councils), Review.council_id.is_(None)), *which)
        .options(contains_eager(ReviewReport.review).joinedload(Review.listing), joinedload(ReviewReport.by))
    )


def reports_for(actor: Person) -> Select[ReviewReport]:
    """What waits for the moderators of the actor's councils, oldest first; for paging."""
    return _reports(actor, ReviewReport.decided_at.is_(None)).order_by(ReviewReport.made_at, ReviewReport.id)


def appeals_for(actor: Person) -> Select[ReviewReport]:
    """Appeals that wait, oldest first, without those against one's own decision; for paging."""
    return _reports(
        actor,
        ReviewReport.appealed_at.is_not(None),
        ReviewReport.appeal_decided_at.is_(None),
        ReviewReport.decided_by_id != actor.id,
    ).order_by(ReviewReport.appealed_at, ReviewReport.id)


def report_for(actor: Person, public_id: str) -> ReviewReport:
    """One report, for moderators of the council of the review.

    Raises:
        NotFound: for anybody else, and when there is none.
    """
    found = db.session.scalar(_reports(actor).where(ReviewReport.public_id == public_id))
    if found is None:
        raise NotFound("There is no such report.")
    return found


def report_named(public_id: str) -> ReviewReport:
    """One report, for those it concerns; who may know of it is asked by whoever asks.

    Raises:
        NotFound: when there is none.
    """
    found = db.session.scalar(
        select(ReviewReport)
        .where(ReviewReport.public_id == public_id)
        .options(joinedload(ReviewReport.review).joinedload(Review.listing))
    )
    if found is None:
        raise NotFound("There is no such report.")
    return found


def decided_reports_of(review_ids: Sequence[int]) -> list[ReviewReport]:
    """The decisions there are about these reviews, newest first."""
    rows = (
        select(ReviewReport)
        .where(ReviewReport.review_id.in_(review_ids), ReviewReport.decided_at.is_not(None))
        .options(joinedload(ReviewReport.review))
        .order_by(ReviewReport.decided_at.desc(), ReviewReport.id.desc())
    )
    return list(db.session.scalars(rows))


def open_reports_of(review_id: int) -> list[ReviewReport]:
    """The reports of a review that nobody has decided."""
    rows = select(ReviewReport).where(ReviewReport.review_id == review_id, ReviewReport.decided_at.is_(None))
    return list(db.session.scalars(rows.order_by(ReviewReport.id)))


def last_report_by(person_id: int, review_id: int) -> ReviewReport | None:
    """What somebody reported last about a review."""
    rows = select(ReviewReport).where(ReviewReport.review_id == review_id, ReviewReport.by_id == person_id)
    return db.session.scalar(rows.order_by(ReviewReport.id.desc()).limit(1))
