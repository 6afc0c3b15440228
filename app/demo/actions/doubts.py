"""One visit about which both sides differ, so that a visiting care manager has something to decide."""

from datetime import timedelta

from sqlalchemy import select

from app.base import clock
from app.base.db import db
from app.demo.actions.world import World
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.disputes import DisputeClaim
from app.support.booking_records.rules.states import VisitStatus
from app.support.visits.actions import disputes as bookings

WHOSE = "Maureen Ashby"


def differ_about_a_visit(world: World) -> None:
    """Let the person say of her last visit that nobody came, and the provider that somebody did."""
    person = next(person for citizen, person in world.citizens if citizen.name == WHOSE)
    visit = db.session.scalar(
        select(Visit)
        .join(Visit.booking)
        .where(Booking.person_id == person.id, Visit.status == VisitStatus.DELIVERED, Visit.charged_pence > 0)
        .order_by(Visit.starts_at.desc(), Visit.id.desc())
        .limit(1)
    )
    if visit is None:
        return
    with clock.set_to(world.by(visit.ends_at + timedelta(hours=3))):
        dispute = bookings.raise_dispute(
            actor=person,
            visit=visit,
            claim=DisputeClaim.DID_NOT_COME,
            words="I waited all morning and nobody rang the bell.",
        )
    with clock.set_to(world.by(visit.ends_at + timedelta(hours=5))):
        bookings.answer_dispute(
            actor=world.staff[visit.booking.provider_id],
            dispute=dispute,
            agrees=False,
            words="Our worker wrote down that she was there. We have asked her again.",
        )
