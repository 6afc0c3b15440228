"""Visits that repeat, and money that comes by the period, made as people make them."""

import itertools
from datetime import date, time

from app.base import clock
from app.base.db import db, number_of, transaction
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.rules import Role
from app.support.booking_records.models.bookings import Booking
from app.support.bookings.actions import answers, pattern_requests
from app.support.recurrence.rules.patterns import RequestedPattern, Rule
from tests.factories import accounts
from tests.factories.bookings import NOW, TUESDAY, Scene
from tests.factories.budgets import agree_budget

_numbers = itertools.count(1)
YEAR = date(2026, 11, 2)
"""The budget year begins on a Monday: its first period runs until 29 November, its second until 27 December."""
MORNING = (time(9), time(10, 30), False)
WEEKLY = Rule((2,))


def budget(scene: Scene, period_pence: int, kind: PotKind = PotKind.DIRECT_PAYMENT) -> Pot:
    """A direct payment, or other money, of so much in each of the thirteen periods; at ``NOW`` the first one has come."""
    officer = accounts.person(Role.COMMISSIONER, council_id=scene.council.id)
    with clock.set_to(NOW), transaction():
        made = agree_budget(
            actor=officer,
            person=scene.person,
            council=scene.council,
            year_starts_on=YEAR,
            total_pence=13 * period_pence,
            contribution_pence=0,
            pots=[(kind, 13 * period_pence)],
        )
        assert made.id
    return db.session.query(Pot).filter_by(person_id=scene.person.id, kind=kind).one()


def asked(
    scene: Scene,
    *pots: Pot,
    rule: Rule = WEEKLY,
    starts_on: date = TUESDAY,
    times: tuple[tuple[time, time, bool], ...] = (MORNING,),
    key: str | None = None,
) -> Booking:
    """A request for a pattern: Tuesdays from 9am to 10:30am, £41.25 each, unless said otherwise; made at ``NOW``."""
    with clock.set_to(NOW), transaction():
        sent = pattern_requests.request_pattern(
            actor=scene.person,
            person=scene.person,
            listing_id=number_of(scene.listing),
            wanted=RequestedPattern(rule, starts_on, times),
            add_on_ids=(),
            pots=[one.id for one in pots],
            key=key or f"test-pattern-{next(_numbers):08d}",
        )
        return db.session.get_one(Booking, sent.id)


def agreed(scene: Scene, *pots: Pot, **more: object) -> Booking:
    """The same, accepted by the provider."""
    made = asked(scene, *pots, **more)  # type: ignore[arg-type]
    with clock.set_to(NOW), transaction():
        return answers.accept(actor=scene.staff, booking=made)


def days_of(booking: Booking, status: str = "planned") -> list[date]:
    """The London days of its visits in this status, read anew, in order."""
    number = number_of(booking)
    db.session.rollback()
    db.session.expire_all()
    visits = db.session.get_one(Booking, number).visits
    return [clock.london(visit.starts_at).date() for visit in visits if visit.status == status]
