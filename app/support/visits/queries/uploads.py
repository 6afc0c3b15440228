"""Files of visits that were sent in, and finding the visits that their rows mean."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from app.base import clock
from app.base.db import db
from app.base.refusals import NotFound
from app.people.accounts.models import Person
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.visits.models import UploadRow, VisitUpload
from app.support.visits.rules.uploads import TO_MEND


def upload_with(provider_id: int, digest: str) -> VisitUpload | None:
    """The file of this provider with this content."""
    return db.session.scalar(
        select(VisitUpload).where(VisitUpload.provider_id == provider_id, VisitUpload.digest == digest)
    )


def is_reference_taken(provider_id: int, reference: str) -> bool:
    """Whether a file of this provider with this reference was taken in."""
    rows = select(VisitUpload.id).where(VisitUpload.provider_id == provider_id, VisitUpload.file_reference == reference)
    return db.session.scalar(rows) is not None


def times_named(provider_id: int, beginning: str) -> int:
    """How many files of this provider that were taken in have a reference that begins like this."""
    rows = (
        select(func.count())
        .select_from(VisitUpload)
        .where(
            VisitUpload.provider_id == provider_id, VisitUpload.file_reference.startswith(beginning, autoescape=True)
        )
    )
    return db.session.scalar(rows) or 0


def waiting_since(moment: datetime) -> list[int]:
    """The files looked at before a moment and never taken in."""
    rows = select(VisitUpload.id).where(VisitUpload.taken_at.is_(None), VisitUpload.at < moment)
    return list(db.session.scalars(rows.order_by(VisitUpload.id)))


def bookings_named(provider_id: int, references: Collection[str]) -> dict[str, Booking]:
    """The provider's bookings with these references."""
    rows = select(Booking).where(Booking.provider_id == provider_id, Booking.reference.in_(references))
    return {booking.reference: booking for booking in db.session.scalars(rows.order_by(Booking.id))}


def visits_between(booking_ids: Collection[int], first: date, last: date) -> dict[int, list[Visit]]:
    """The visits of these bookings that begin on these London days, as they are now, by booking, in order."""
    since, until = clock.at_london(first, time()), clock.at_london(last + timedelta(days=1), time())
    rows = (
        select(Visit)
        .where(Visit.booking_id.in_(booking_ids), Visit.starts_at >= since, Visit.starts_at < until)
        .order_by(Visit.starts_at, Visit.id)
    )
    found: dict[int, list[Visit]] = {}
    for visit in db.session.scalars(rows.options(joinedload(Visit.booking)).execution_options(populate_existing=True)):
        found.setdefault(visit.booking_id, []).append(visit)
    return found


def uploads_of(provider_ids: Collection[int]) -> Select[Any]:
    """The files these providers have sent, newest first, for paging."""
    rows = select(VisitUpload).where(VisitUpload.provider_id.in_(provider_ids))
    return rows.order_by(VisitUpload.at.desc(), VisitUpload.id.desc()).options(joinedload(VisitUpload.by))


def upload_at_desk(actor: Person, public_id: str) -> VisitUpload:
    """One file, for staff of the provider that sent it.

    Raises:
        NotFound: when there is none, or it is another provider's.
    """
    rows = select(VisitUpload).where(VisitUpload.public_id == public_id).options(joinedload(VisitUpload.by))
    visit_upload = db.session.scalar(rows)
    if visit_upload is None or visit_upload.provider_id not in actor.provider_ids:
        raise NotFound("We cannot find that file among those of your organisation.")
    return visit_upload


def to_mend(upload: VisitUpload) -> Select[Any]:
    """The rows of a file that were not recorded, in order, whether somebody looked at them or not."""
    rows = select(UploadRow).where(UploadRow.upload_id == upload.id, UploadRow.fate.in_(TO_MEND))
    return rows.order_by(UploadRow.line)


def rows_of(upload: VisitUpload, *, to_look_at: bool) -> Select[Any]:
    """The rows of a file in order, for paging; those that somebody should look at only, when asked for."""
    rows = select(UploadRow).where(UploadRow.upload_id == upload.id)
    if to_look_at:
        rows = rows.where(UploadRow.fate.in_(TO_MEND), UploadRow.looked_at.is_(None))
    return rows.order_by(UploadRow.line).options(joinedload(UploadRow.visit))


def unlooked(uploads: Sequence[VisitUpload]) -> dict[int, int]:
    """How many rows of each of these files still wait for a look."""
    rows = (
        select(UploadRow.upload_id, func.count())
        .where(
            UploadRow.upload_id.in_([one.id for one in uploads]),
            UploadRow.fate.in_(TO_MEND),
            UploadRow.looked_at.is_(None),
            VisitUpload.taken_at.is_not(None),
        )
        .join(UploadRow.upload)
        .group_by(UploadRow.upload_id)
    )
    return {row[0]: row[1] for row in db.session.execute(rows)}


def unrecorded_between(provider_ids: Collection[int], since: datetime, until: datetime, *, most: int) -> list[Visit]:
    """Agreed visits of these providers that began in a time and that nobody has recorded, in order."""
    rows = (
        select(Visit)
        .join(Visit.booking)
        .where(
            Booking.provider_id.in_(provider_ids),
            Booking.status == BookingStatus.ACCEPTED,
            Visit.status == VisitStatus.PLANNED,
            Visit.starts_at >= since,
            Visit.starts_at < until,
        )
        .order_by(Visit.starts_at, Visit.id)
        .limit(most)
        .options(joinedload(Visit.booking))
    )
    return list(db.session.scalars(rows))
