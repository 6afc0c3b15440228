"""Visits at home of which nobody has said that the worker came, and who is to know."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import cache
from typing import NamedTuple

from sqlalchemy import and_, bindparam, exists, or_, select

from app.base import clock
from app.base.db import fetch_rows
from app.people.accounts.models import Person
from app.people.circles import queries as circles
from app.people.councils.queries import policies
from app.people.councils.rules.policies import POLICIES
from app.platform.messages.rules import About, ToldAs
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.permissions import may_see_bookings
from app.support.booking_records.queries.staff import StaffRecipient
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.visits.models import Dispute, VisitClock
from app.support.visits.rules.unconfirmed import AT_HOME, EARLIEST, LOOKED_BACK, Patience, due_now


class ToldReader(NamedTuple):
    """Somebody to tell, and whether they may read the visit's own page."""

    reader: StaffRecipient
    may_look: bool
    about: About
    """By what right they are told; asked again as the letter goes."""


_WITHOUT_A_WORD = (
    select(
        Visit.id,
        Visit.starts_at,
        Person.council_id,
        VisitClock.provider_told_at,
        VisitClock.circle_told_at,
    )
    .join(Visit.booking)
    .join(Booking.person)
    .outerjoin(VisitClock, VisitClock.visit_id == Visit.id)
    .where(
        Visit.status == VisitStatus.PLANNED,
        Visit.starts_at <= bindparam("until"),
        Visit.starts_at >= bindparam("since"),
        Booking.status == BookingStatus.ACCEPTED,
        Booking.kind.in_(sorted(AT_HOME)),
        VisitClock.came_at.is_(None),
        # Those whose circle was told of this very time have nobody left to tell.
        or_(VisitClock.circle_told_at.is_(None), VisitClock.circle_told_at < Visit.starts_at),
        ~exists().where(and_(Dispute.visit_id == Visit.id, Dispute.closed_at.is_(None))).correlate(Visit),
    )
    .order_by(Visit.starts_at, Visit.id)
)


def visits_to_tell_of(*, now: datetime) -> list[int]:
    """The ids of agreed visits at home that ought to have begun, of which nothing was said and somebody is to be told."""
    patience_on = cache(patience_of)
    rows = fetch_rows(_WITHOUT_A_WORD, {"until": now - EARLIEST, "since": now - LOOKED_BACK}).all()
    return [
        row.id
        for row in rows
        if due_now(
            starts=row.starts_at,
            now=now,
            patience=patience_on(row.council_id, clock.london(row.starts_at).date()),
            provider_told=row.provider_told_at,
            circle_told=row.circle_told_at,
        ).is_any
    ]


def patience_of(council_id: int | None, on: date) -> Patience:
    """How long a council waits on a day; the defaults for whoever has no council."""
    kept = {} if council_id is None else policies(council_id, on)

    def minutes(name: str) -> timedelta:
        return timedelta(minutes=kept.get(name, POLICIES[name].otherwise))

    return Patience(minutes("visit_unconfirmed_minutes"), minutes("visit_unconfirmed_escalate_minutes"))


def circle_to_tell(people: Collection[Person]) -> list[ToldReader]:
    """Who stands beside any of these people at this moment and is to know: helpers the person chose for it, and care managers.

    Each is told once. Those who may not see the person's bookings are told, and have no page to look at.
    """
    numbers = [person.id for person in people]
    found: dict[int, ToldReader] = {}
    for support in circles.standing_beside(numbers):
        if support.is_told_when_missed and may_see_bookings(support.granted) and support.supporter is not None:
            found[support.supporter.id] = ToldReader(
                _reader(support.supporter), may_look=True, about=About(support.person_id, ToldAs.SEES)
            )
    for entry in circles.on_caseloads(numbers):
        told = found.get(entry.care_manager_id)
        may_look = may_see_bookings(entry.granted) or (told is not None and told.may_look)
        about = About(entry.person_id, ToldAs.SEES if may_look else ToldAs.CARE_MANAGER)
        found[entry.care_manager_id] = ToldReader(_reader(entry.care_manager), may_look=may_look, about=about)
    return list(found.values())


def _reader(person: Person) -> StaffRecipient:
    return StaffRecipient(person.id, person.email, person.full_name)
