"""Taking in a file of visits: looked at first, then every row recorded or told why not; the same file twice changes nothing."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select

from app.base import clock
from app.base.db import db, fetch_rows
from app.base.refusals import Conflict, NotFound, Refusal
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.people.accounts.rules import StaffDuty
from app.platform.audit import actions as audit
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.states import CAME, VISIT_IS_NOW, How, VisitStatus
from app.support.booking_records.rules.words import SAID, Reader
from app.support.visits.actions import recording
from app.support.visits.models import UploadRow, VisitUpload
from app.support.visits.queries import endings, uploads
from app.support.visits.rules import endings as endings_rules
from app.support.visits.rules.endings import NO_TIMES, TimesWorked
from app.support.visits.rules.uploads import Layout, SheetRow, UploadOutcome, VisitSheet, understood_again

NAME_LONGEST = 120
WORDS_LONGEST = 400
FORGET_AFTER = timedelta(days=7)
NEAR_ENOUGH = timedelta(hours=1)
"""A planned start that is off by no more than this still means the one visit of that day."""

_LOCK_PROVIDER = select(Provider.id).where(Provider.id == bindparam("provider_id")).with_for_update(key_share=True)
_LOCK_BOOKINGS = (
    select(Booking.id)
    .where(Booking.id.in_(bindparam("numbers", expanding=True)))
    .order_by(Booking.id)
    .with_for_update(key_share=True)
)


@dataclass(frozen=True, slots=True)
class Foretold:
    """What would become of one row if the file were taken in now: plain facts."""

    line: int
    fate: UploadOutcome
    words: str
    visit_id: int | None


def foretell(*, actor: Person, provider: Provider, sheet: VisitSheet) -> list[Foretold]:
    """Record the visits of a file to see what would become of every row. Called in a rehearsal, which undoes it all.

    Raises:
        NotFound: when the actor does not work for the provider.
    """
    _lock(actor, provider)
    read = {row.line: row for row in sheet.rows}
    return [
        Foretold(line, fate, words, visit.id if visit else None)
        for line, (fate, words, visit) in _fates(actor, provider, read).items()
    ]


def keep_to_look_at(
    *, actor: Person, provider: Provider, name: str, content: bytes, sheet: VisitSheet, foretold: Sequence[Foretold]
) -> tuple[VisitUpload, bool]:
    """Keep a file with what would become of every row, for somebody to say yes to. No visit is touched.

    Args:
        actor: staff of the provider.
        provider: whose visits.
        name: of the file, as it was sent.
        content: of the file; the same content again is the first upload, looked at anew until it is taken in.
        sheet: what was read of it.
        foretold: of every row of it, by :func:`foretell`.

    Returns:
        The upload, and whether it still waits to be taken in.

    Raises:
        NotFound: when the actor does not work for the provider.
        Conflict: when another file with the same file reference was taken before.
    """
    # One file of a provider at a time, so that the same file sent twice at once is kept once.
    _lock(actor, provider)
    digest = hashlib.sha256(content).hexdigest()
    upload = uploads.upload_with(provider.id, digest)
    if upload is not None and upload.taken_at is not None:
        return upload, False
    _refuse_reference_taken(provider.id, sheet.file_reference)
    if upload is None:
        upload = VisitUpload(
            provider_id=provider.id, by_id=actor.id, layout=sheet.layout.value, digest=digest, at=clock.now(), counts={}
        )
        db.session.add(upload)
    upload.by_id, upload.at, upload.name = actor.id, clock.now(), name[-NAME_LONGEST:]
    upload.counts = _counted(one.fate for one in foretold)
    db.session.flush()
    db.session.execute(delete(UploadRow).where(UploadRow.upload_id == upload.id))
    read = {row.line: row for row in sheet.rows}
    db.session.add_all(
        UploadRow(
            upload_id=upload.id,
            line=one.line,
            fate=one.fate,
            words=one.words[:WORDS_LONGEST],
            facts=dict(read[one.line].facts),
            remark=read[one.line].remark,
            visit_id=one.visit_id,
        )
        for one in foretold
    )
    db.session.flush()
    return upload, True


def take_in(*, actor: Person, upload: VisitUpload) -> tuple[VisitUpload, bool]:
    """Record the visits of a file that somebody has looked at, each row by itself, and keep what became of every row.

    What has changed since the file was looked at counts: a row may meet another fate than was foretold.

    Returns:
        The upload, and whether it was taken in now; a second yes changes nothing.

    Raises:
        NotFound: when the actor does not work for the provider.
        Conflict: when another file with the same file reference was taken before.
    """
    provider = db.session.get_one(Provider, upload.provider_id)
    _lock(actor, provider)
    db.session.refresh(upload)
    if upload.taken_at is not None:
        return upload, False
    rows = db.session.scalars(select(UploadRow).where(UploadRow.upload_id == upload.id).order_by(UploadRow.line)).all()
    layout = Layout(upload.layout)
    read = {
        row.line: understood_again(layout, row.line, row.facts)
        for row in rows
        if row.fate not in {UploadOutcome.UNREADABLE, UploadOutcome.PASSED}
    }
    reference = (
        next((row.facts["FileReference"] for row in rows if row.line in read), None)
        if layout is Layout.ABACUS
        else None
    )
    _refuse_reference_taken(provider.id, reference)
    fates = _fates(actor, provider, read)
    for row in rows:
        if row.line in fates:
            fate, words, visit = fates[row.line]
            row.fate, row.words, row.visit_id = fate, words[:WORDS_LONGEST], None if visit is None else visit.id
    upload.by_id, upload.taken_at, upload.file_reference = actor.id, clock.now(), reference
    upload.counts = _counted(row.fate for row in rows)
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


def discard(*, actor: Person, upload: VisitUpload) -> None:
    """Forget a file that was looked at and not taken in.

    Raises:
        NotFound: when the actor does not work for the provider.
        Conflict: when it was taken in meanwhile.
    """
    _lock(actor, db.session.get_one(Provider, upload.provider_id))
    db.session.refresh(upload)
    if upload.taken_at is not None:
        raise Conflict("This file was taken in already. What it recorded stays.")
    _forget([upload.id])


def forget_not_taken_in() -> int:
    """Forget the files that somebody looked at and nobody took in for :data:`FORGET_AFTER`; gives how many."""
    numbers = uploads.waiting_since(clock.now() - FORGET_AFTER)
    _forget(numbers)
    return len(numbers)


def _forget(numbers: Sequence[int]) -> None:
    db.session.execute(delete(UploadRow).where(UploadRow.upload_id.in_(numbers)))
    db.session.execute(delete(VisitUpload).where(VisitUpload.id.in_(numbers), VisitUpload.taken_at.is_(None)))
    db.session.flush()


def _counted(fates: Iterable[UploadOutcome]) -> dict[str, int]:
    counted = Counter(fates)
    return {fate.value: counted[fate] for fate in UploadOutcome}


def _lock(actor: Person, provider: Provider) -> None:
    if provider.id not in actor.provider_ids_to(StaffDuty.RECORD):
        raise NotFound("We cannot find that organisation among yours.")
    fetch_rows(_LOCK_PROVIDER, {"provider_id": provider.id})


def _refuse_reference_taken(provider_id: int, reference: str | None) -> None:
    if reference is not None and uploads.is_reference_taken(provider_id, reference):
        raise Conflict(
            f"A file with the reference {reference} was sent before, with other rows. Nothing was "
            "changed. Give the new file a reference of its own."
        )


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


def _fates(
    actor: Person, provider: Provider, read: Mapping[int, SheetRow]
) -> dict[int, tuple[UploadOutcome, str, Visit | None]]:
    """Record every row that can be, each by itself; by its line, its fate, words about it, and the visit it means."""
    rows = list(read.values())
    bookings = uploads.bookings_named(provider.id, {one for row in rows for one in row.references})
    # All at once and in one order, so that two who record the same bookings never wait for each other in a ring.
    numbers = sorted(booking.id for booking in bookings.values())
    fetch_rows(_LOCK_BOOKINGS, {"numbers": numbers})
    days = [row.on for row in rows if row.on is not None]
    found = uploads.visits_between(numbers, min(days), max(days)) if days else {}
    return {line: _fate(actor, row, bookings, found) for line, row in read.items()}


def _fate(
    actor: Person, row: SheetRow, bookings: Mapping[str, Booking], found: Mapping[int, Sequence[Visit]]
) -> tuple[UploadOutcome, str, Visit | None]:
    if row.wrong:
        return UploadOutcome.PASSED if row.is_passed else UploadOutcome.UNREADABLE, row.wrong, None
    booking = next((bookings[one] for one in row.references if one in bookings), None)
    if booking is None:
        return UploadOutcome.UNMATCHED, "No booking with you has this reference", None
    visit, why_not = _match(row, found.get(booking.id, ()))
    if visit is None:
        return UploadOutcome.UNMATCHED, why_not, None
    stay = NO_TIMES if booking.is_of_things else _stay(row, visit)
    if visit.status != VisitStatus.PLANNED:
        return *_again(row, visit, stay), visit
    try:
        with db.session.begin_nested():
            recording.record_visit(
                actor=actor, visit=visit, ending=row.ending, stay=stay, how=How.UPLOADED, words=row.note
            )
    except Refusal as refusal:
        return UploadOutcome.REFUSED, str(refusal), visit
    return UploadOutcome.RECORDED, _said(visit), visit


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
        return UploadOutcome.UNCHANGED, _said(visit)
    return UploadOutcome.REFUSED, f"This visit {VISIT_IS_NOW[visit.status]}, and not like this. Nothing was changed"


def _said(visit: Visit) -> str:
    return SAID[Reader.PROVIDER].visit(visit.status, of_things=visit.booking.is_of_things)
