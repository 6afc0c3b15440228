"""What the sweep's person complained about: to the provider, to their council, and one that was answered."""

from datetime import date

from app.base.db import db
from app.people.accounts.models import Person
from app.people.councils.models import Council
from app.support.booking_records.models.bookings import Booking
from app.support.complaints.models import Complaint, ComplaintEntry
from app.support.complaints.rules import ComplaintStatus, ComplaintStep
from tests.factories.bookings import NOW


def complained(person: Person, staff: Person, council: Council, booking: Booking) -> dict[str, dict[str, str]]:
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
    db.session.commit()
    return {
        "complaints.complaint": {"public_id": answered.public_id},
        "complaints.take_back": {"public_id": waiting.public_id},
        "complaints.desk_complaint": {"public_id": waiting.public_id},
        "complaints.council_complaint": {"code": council.code, "public_id": office.public_id},
        **{f"complaints.{name}": {"code": council.code} for name in ("council_complaints", "complaints_file")},
    }
