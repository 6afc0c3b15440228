"""What the sweep's person complained about and reported: what waits, and what was answered or decided."""

from datetime import date

from app.base.db import db
from app.market.providers.rules.removal import RemovalReason
from app.people.accounts.models import Person
from app.people.councils.models import Council
from app.shop.moderating.models import ContentReport
from app.shop.moderating.rules import ContentKind
from app.support.booking_records.models.bookings import Booking
from app.support.complaints.models import Complaint, ComplaintEntry
from app.support.complaints.rules import ComplaintStatus, ComplaintStep
from app.support.conversations.models import BookingMessage
from tests.factories.bookings import NOW


def complained(
    person: Person, staff: Person, moderator: Person, council: Council, booking: Booking
) -> dict[str, dict[str, str]]:
    """The addresses of each, by door."""
    waiting, answered, office = (
        Complaint(
            key=f"complained-{number}-of-{person.public_id}",
            person_id=person.id,
            written_by_id=person.id,
            council_id=council.id,
            provider_id=None if number == 2 else booking.provider_id,
            booking_id=None if number == 2 else booking.id,
            for_provider=number != 2,
            status=ComplaintStatus.ANSWERED if number == 1 else ComplaintStatus.RECEIVED,
            received_at=NOW,
            acknowledge_by=date(2026, 11, 25),
            answer_by=date(2026, 12, 18),
            answered_at=NOW if number == 1 else None,
            answered_by_id=staff.id if number == 1 else None,
        )
        for number in range(3)
    )
    db.session.add_all([waiting, answered, office])
    db.session.flush()
    for one in (waiting, answered, office):
        db.session.add(
            ComplaintEntry(complaint_id=one.id, step=ComplaintStep.SENT, by_id=person.id, at=NOW, words="Too late")
        )
    message = BookingMessage(
        booking_id=booking.id,
        author_id=staff.id,
        is_from_provider=True,
        words="You are a nuisance",
        key=f"a-message-to-{person.public_id}",
        sent_at=NOW,
    )
    db.session.add(message)
    db.session.flush()
    waiting_report, stays = (
        ContentReport(
            kind=ContentKind.LISTING,
            provider_id=booking.provider_id,
            listing_id=booking.listing_id,
            council_id=council.id,
            by_id=person.id,
            reason=RemovalReason.UNTRUE,
            words="",
            made_at=NOW,
            is_removed=decided_by and False,
            answer=decided_by and "It is true",
            decided_at=decided_by and NOW,
            decided_by_id=decided_by and decided_by.id,
        )
        for decided_by in (None, moderator)
    )
    db.session.add_all([waiting_report, stays])
    db.session.commit()
    return {
        "moderating.report": {"kind": "message", "public_id": message.public_id},
        "moderating.decide": {"public_id": waiting_report.public_id},
        "moderating.appeal": {"public_id": stays.public_id},
        "complaints.complaint": {"public_id": answered.public_id},
        "complaints.take_back": {"public_id": waiting.public_id},
        "complaints.desk_complaint": {"public_id": waiting.public_id},
        "complaints.council_complaint": {"code": council.code, "public_id": office.public_id},
        **{f"complaints.{name}": {"code": council.code} for name in ("council_complaints", "complaints_file")},
    }
