"""Requests for another time that nobody has answered yet."""

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.base.db import db
from app.support.booking_records.models.changes import VisitChange
from app.support.booking_records.rules.changes import ChangeStatus


def last_change_asked(booking_id: int) -> VisitChange | None:
    """The change of this booking that was asked for last, whatever became of it: one that waits is always the last."""
    return db.session.scalar(
        select(VisitChange)
        .where(VisitChange.booking_id == booking_id)
        .order_by(VisitChange.id.desc())
        .limit(1)
        .options(joinedload(VisitChange.visit), joinedload(VisitChange.slot), joinedload(VisitChange.asked_by))
    )


def waiting_change(booking_id: int) -> VisitChange | None:
    """The change of this booking that waits for an answer."""
    return db.session.scalar(
        select(VisitChange)
        .where(VisitChange.booking_id == booking_id, VisitChange.status == ChangeStatus.ASKED)
        .options(joinedload(VisitChange.visit), joinedload(VisitChange.slot), joinedload(VisitChange.asked_by))
        .execution_options(populate_existing=True)
    )
