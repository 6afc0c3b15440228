"""Taking in a file of visits: every row recorded, or told why not; the same file twice changes nothing."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select

from app.base import clock
from app.base.db import db, fetch_rows
from app.base.refusals import Conflict, NotFound, Refusal
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.accounts.rules import StaffDuty
from app.platform.audit import actions as audit
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.states import CAME, VISIT_IS_NOW, VISIT_WORDS, How, VisitStatus
from app.support.visits.actions import recording
from app.support.visits.models import UploadRow, VisitUpload
from app.support.visits.queries import endings, uploads
from app.support.visits.rules import endings as endings_rules
from app.support.visits.rules.endings import NO_TIMES, TimesWorked
from app.support.visits.rules.uploads import SheetRow, UploadOutcome, VisitSheet

NAME_LONGEST = 120
NEAR_ENOUGH = timedelta(hours=1)
"""A planned start that is off by no more than this still means the one visit of that day."""

_LOCK_PROVIDER = select(Provider.id).where(Provider.id == bindparam("provider_id")).with_for_update(key_share=True)
_LOCK_BOOKINGS = (
    select(Booking.id)
    .where(Booking.id.in_(bindparam("numbers", expanding=True)))
    .order_by(Booking.id)
    .with_for_update(key_share=True)
)


def take_in(
    *, actor: Person, provider: Provider, name: str, content: bytes, sheet: VisitSheet
) -> tuple[VisitUpload, bool]:
    """Record the visits of a file for a provider, each row by itself, and keep what became of every row.

    Args:
        actor: staff of the provider.
        provider: whose visits.
        name: of the file, as it was sent.
        content: of the file; the same content again is the first upload.
        sheet: what was read of it.

    Returns:
        The upload, and whether it is new.

    Raises:
        NotFound: when the actor does not work for the provider.
        Conflict: when another file with the same file reference was taken before.
    """
    if provider.id not in actor.provider_ids_to(StaffDuty.RECORD):
        raise NotFound("We cannot find that organisation among yours.")
    # One file of a provider at a time, so that the same file sent twice at once is taken once.
    fetch_rows(_LOCK_PROVIDER, {"provider_id": provider.id})
    digest = hashlib.sha256(content).hexdigest()
    before = uploads.upload_like(provider.id, digest, sheet.file_reference)
    if before is not None:
        if before.digest != digest:
            raise Conflict(
                f"A file with the reference {sheet.file_reference} was sent before, with other rows. Nothing was "
                "changed. Give the new file a reference of its own."
            )
        return before, False
    bookings = uploads.bookings_named(provider.id, {one for row in sheet.rows for one in row.references})
    # All at once and in one order, so that two who record the same bookings never wait for each other in a ring.
    fetch_rows(_LOCK_BOOKINGS, {"numbers": sorted(booking.id for booking in bookings.values())})
    days = [row.on for row in sheet.rows if row.on is not None]
    numbers = [booking.id for booking in bookings.values()]
    found = uploads.visits_between(numbers, min(days), max(days)) if days else {}
    rows = [_row(actor, row, bookings, found) for row in sheet.rows]
    upload = VisitUpload(
        provider_id=provider.id,
        by_id=actor.id,
        at=clock.now(),
        name=name[-NAME_LONGEST:],
        layout=sheet.layout.value,
        digest=digest,
        file_reference=sheet.file_reference,
        counts={fate.value: sum(row.fate == fate for row in rows) for fate in UploadOutcome},
    )
    db.session.add(upload)
    db.session.flush()
    for row in rows:
        row.upload_id = upload.id
    db.session.add_all(rows)
    audit.record(
        action="visits_uploaded",
        actor_id=actor.id,
        subject_kind="visit_upload",
        subject_id=upload.id,
        layout=upload.layout,
        **upload.counts,
    )
    db.session.flush()
    return upload, True


def look_at_row(*, actor: Person, upload: VisitUpload, line: int) -> UploadRow:
    """Note that somebody has looked at a row that was not recorded; the first time counts.

    Raises:
        NotFound: when the actor does not work for the provider, or there is no such row.
    """
    row = db.session.scalar(select(UploadRow).where(UploadRow.upload_id == upload.id, UploadRow.line == line))
    if upload.provider_id not in actor.provider_ids_to(StaffDuty.RECORD) or row is None:
        raise NotFound("We cannot find that row among those of your organisation.")
    if row.looked_at is None:
        row.looked_at, row.looked_by_id = clock.now(), actor.id
    db.session.flush()
    return row


def _row(
    actor: Person, row: SheetRow, bookings: Mapping[str, Booking], found: Mapping[int, Sequence[Visit]]
) -> UploadRow:
    """Record one row, or say why not."""
    fate, words, visit = _fate(actor, row, bookings, found)
    return UploadRow(
        line=row.line,
        fate=fate,
        words=words[:400],
        facts=dict(row.facts),
        visit_id=None if visit is None else visit.id,
    )


def _fate(
    actor: Person, row: SheetRow, bookings: Mapping[str, Booking], found: Mapping[int, Sequence[Visit]]
) -> tuple[UploadOutcome, str, Visit | None]:
    if row.wrong:
        return UploadOutcome.UNREADABLE, row.wrong, None
    booking = next((bookings[one] for one in row.references if one in bookings), None)
    if booking is None:
        return UploadOutcome.UNMATCHED, "No booking with you has this reference", None
    visit, why_not = _match(row, found.get(booking.id, ()))
    if visit is None:
        return UploadOutcome.UNMATCHED, why_not, None
    stay = _stay(row, visit)
    if visit.status != VisitStatus.PLANNED:
        return *_again(row, visit, stay), visit
    try:
        with db.session.begin_nested():
            recording.record_visit(
                actor=actor, visit=visit, ending=row.ending, stay=stay, how=How.UPLOADED, words=row.note
            )
    except Refusal as refusal:
        return UploadOutcome.REFUSED, str(refusal), visit
    return UploadOutcome.RECORDED, VISIT_WORDS[visit.status], visit


def _match(row: SheetRow, of_booking: Sequence[Visit]) -> tuple[Visit | None, str]:
    """The visit a row means, or why it cannot be told."""
    that_day = [visit for visit in of_booking if clock.london(visit.starts_at).date() == row.on]
    if not that_day:
        return None, "The booking has no visit on that day"
    if row.planned_start is not None:
        exact = [one for one in that_day if clock.london(one.starts_at).time() == row.planned_start]
        if len(exact) == 1:
            return exact[0], ""
        planned = endings_rules.near(row.planned_start, that_day[0].starts_at)
        if len(that_day) == 1 and abs(planned - that_day[0].starts_at) <= NEAR_ENOUGH:
            return that_day[0], ""
        return None, "The booking has no visit that begins then on that day"
    if len(that_day) > 1:
        return None, "The booking has several visits on that day: say which with planned_start"
    return that_day[0], ""


def _stay(row: SheetRow, visit: Visit) -> TimesWorked:
    if row.came is None:
        return NO_TIMES
    came = endings_rules.near(row.came, visit.starts_at)
    return TimesWorked(came, _left(row, visit, came))


def _left(row: SheetRow, visit: Visit, came: datetime) -> datetime | None:
    if row.minutes is not None:
        return came + timedelta(minutes=row.minutes)
    return None if row.left is None else endings_rules.near(row.left, visit.ends_at, after=came)


def _again(row: SheetRow, visit: Visit, stay: TimesWorked) -> tuple[UploadOutcome, str]:
    """What to say of a row about a visit that has ended already."""
    record = endings.record_of(visit.id)
    same_ending = visit.status == row.ending or (row.ending in CAME and visit.status in CAME)
    if record is not None and same_ending and TimesWorked(record.came_at, record.left_at) == stay:
        return UploadOutcome.UNCHANGED, VISIT_WORDS[visit.status]
    return UploadOutcome.REFUSED, f"This visit {VISIT_IS_NOW[visit.status]}, and not like this. Nothing was changed"
