"""Money still to come is promised once, whoever asks at the same moment and whatever happens in between."""

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, number_of, transaction
from app.base.refusals import Refusal
from app.funding.budgets.actions import releasing
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.platform.audit.models import AuditEvent
from app.platform.ledger.queries import ledger_differences
from app.support.booking_records.models.bookings import Booking, Visit, VisitPayment
from app.support.booking_records.rules.states import OPEN, BookingStatus, VisitStatus
from app.support.bookings.actions import answers, requests, waiting
from app.support.bookings.rules.requests import BookingRequest
from app.support.desk import actions as sweeps
from app.support.recurrence.rules.times import visit_times
from tests.factories import bookings, patterns
from tests.factories.at_once import at_once
from tests.factories.bookings import NOW

COMES = date(2026, 11, 30)
HOUR = 2750


def ask(scene: tuple[int, int], pot: int, starts: datetime, key: str) -> None:
    """Ask for an hour that may wait, in a transaction of its own."""
    person, listing = scene
    with clock.set_to(clock.now()), transaction():
        requests.send_request(
            actor=db.session.get_one(Person, person),
            person=db.session.get_one(Person, person),
            listing_id=db.session.get_one(Listing, listing).id,
            asked=BookingRequest(
                times=[(starts, starts + timedelta(hours=1))], add_on_ids=(), pots=[pot], key=key, waits=True
            ),
        )


def on(day: date, hour: int) -> datetime:
    return visit_times(day, time(hour), time(hour + 1), ends_next_day=False)[0]


def waiting_pence() -> int:
    rows = select(func.coalesce(func.sum(Visit.price_pence), 0)).where(Visit.waits_on.is_not(None))
    return int(db.session.scalar(rows) or 0)


@pytest.mark.parametrize("turn", range(2))
def test_six_who_ask_at_once_are_promised_no_more_than_comes(app: Flask, turn: int) -> None:
    with clock.set_to(NOW):
        scene = bookings.scene()
        # £100.00 comes: three hours at £27.50. The first £100.00 is used up as far as it goes.
        pot = patterns.budget(scene, 10_000)
        bookings.booking(
            scene,
            pot,
            times=[visit_times(date(2026, 11, 24), time(h), time(h + 1), ends_next_day=False) for h in (9, 11, 13)],
        )
        ids, number = (number_of(scene.person), number_of(scene.listing)), pot.id

        def one(which: int) -> None:
            with clock.set_to(NOW):
                ask(ids, number, on(COMES + timedelta(days=which), 9), f"race-{turn}-{which}-0000000000")

        said = at_once(app, one, 6)
    assert sorted(said) == ["NotEnoughMoney"] * 3 + ["done"] * 3
    assert waiting_pence() == 3 * HOUR
    assert bookings.left(pot) == (10_000 - 3 * HOUR, 3 * HOUR)


@pytest.mark.parametrize("turn", range(2))
def test_the_money_comes_while_the_provider_declines_and_the_person_cancels(app: Flask, turn: int) -> None:
    with clock.set_to(NOW):
        scene = bookings.scene(notice_hours=24)
        pot = patterns.budget(scene, HOUR)
        bookings.booking(scene, pot, times=[visit_times(date(2026, 11, 24), time(9), time(10), ends_next_day=False)])
        ids, number = (number_of(scene.person), number_of(scene.listing)), pot.id
        ask(ids, number, on(date(2026, 12, 2), 9), f"settle-{turn}-0000000000")
        made = db.session.scalars(select(Visit.booking_id).where(Visit.waits_on.is_not(None))).one()
        person, staff = scene.person.id, scene.staff.id
    later = datetime(2026, 11, 30, 7, tzinfo=UTC)
    with clock.set_to(later):
        releasing.release_what_is_due()

    acts: list[Callable[[], object]] = [
        lambda: waiting.settle_waiting(person),
        lambda: waiting.settle_waiting(person),
        lambda: answers.decline(
            actor=db.session.get_one(Person, staff), booking=db.session.get_one(Booking, made), reason="Full"
        ),
        lambda: answers.cancel(actor=db.session.get_one(Person, person), booking=db.session.get_one(Booking, made)),
    ]

    def one(which: int) -> None:
        with clock.set_to(later), transaction():
            acts[which]()

    said = at_once(app, one, 4)
    assert said[:2] == ["done", "done"]
    assert sorted(said[2:]) == ["Conflict", "done"]
    # Whoever came first, it has ended, and every penny is free again.
    assert bookings.left(pot) == (HOUR, HOUR)
    booking = db.session.get_one(Booking, made)
    assert booking.status in {BookingStatus.DECLINED, BookingStatus.CANCELLED}
    assert booking.visits[0].waits_on is None
    assert ledger_differences() == []


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("seed", [1, 2, 3, 4, 6])
def test_whatever_happens_in_between_every_promise_is_kept(seed: int) -> None:
    """Random histories of asking, booking, cancelling, declining: what waits when the money comes is set aside for it."""
    dice = random.Random(seed)
    now = NOW
    with clock.set_to(now):
        scene = bookings.scene(notice_hours=24)
        pot = patterns.budget(scene, 26_000)
        patterns.agreed(scene, pot)
        ids, number = (number_of(scene.person), number_of(scene.listing)), pot.id
        person, staff = scene.person.id, scene.staff.id
        # Of the first period's money nothing is left for an hour more.
        for day in range(7):
            bookings.booking(
                scene,
                pot,
                times=[visit_times(date(2026, 11, 22) + timedelta(days=day), time(15), time(16), ends_next_day=False)],
            )
        assert bookings.left(pot)[0] < HOUR
    for step in range(40):
        now += timedelta(hours=dice.choice([7, 19, 30, 41]))
        with clock.set_to(now):
            _one_thing(dice, step, ids, number, person, staff)
            _promised_no_more_than_comes()
    acts = list(db.session.scalars(select(AuditEvent.action)))
    assert "visit_money_did_not_come" not in acts
    assert "visit_money_short" not in acts
    assert "visit_money_came" in acts
    assert ledger_differences() == []


def _one_thing(dice: random.Random, step: int, ids: tuple[int, int], pot: int, person: int, staff: int) -> None:
    # Money is released at its time; the sweep may be late.
    releasing.release_what_is_due()
    if dice.random() < 0.5:
        sweeps.confirm_visits_due()
    what = dice.choice(["ask"] * 6 + ["cancel", "decline", "accept", "accept"])
    try:
        if what == "ask":
            day = clock.today() + timedelta(days=dice.randrange(2, 45))
            ask(ids, pot, on(day, dice.randrange(8, 20)), f"history-{step:08d}-{pot:08d}")
            return
        rows = select(Booking.id).where(Booking.status.in_(OPEN), ~Booking.pattern.has()).order_by(Booking.id)
        found = list(db.session.scalars(rows))
        if not found:
            return
        with transaction():
            booking = db.session.get_one(Booking, dice.choice(found))
            if what == "cancel":
                answers.cancel(actor=db.session.get_one(Person, person), booking=booking)
            elif what == "decline":
                answers.decline(actor=db.session.get_one(Person, staff), booking=booking, reason="Full")
            else:
                answers.accept(actor=db.session.get_one(Person, staff), booking=booking)
    except Refusal:
        db.session.rollback()


def _promised_no_more_than_comes() -> None:
    """Of each period that is to come no more is promised than comes; nothing that waits has money set aside."""
    by_period = db.session.execute(
        select(Visit.waits_on, func.sum(Visit.price_pence))
        .where(Visit.waits_on > clock.today(), Visit.status == VisitStatus.PLANNED)
        .group_by(Visit.waits_on)
    )
    assert all(pence <= 26_000 for _, pence in by_period)
    both = select(func.count()).select_from(Visit).join(VisitPayment).where(Visit.waits_on.is_not(None))
    assert db.session.scalar(both) == 0
    db.session.rollback()
