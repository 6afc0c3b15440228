"""People answer, leave, end and move at the same moment: whoever comes first is obeyed, and no penny is between two.

``ROUNDS=200`` makes the run longer.
"""

import os
import random
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, in_transaction
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.ledger import queries as ledger
from app.support.booking_records.models.bookings import Booking, Visit, VisitPayment
from app.support.booking_records.models.shares import SharePlan
from app.support.booking_records.queries import shares
from app.support.booking_records.rules.shares import SharePlanStatus
from app.support.booking_records.rules.states import OPEN, BookingStatus, VisitStatus
from app.support.bookings.actions import answers as answers_actions
from app.support.changing_provider import actions as changing_provider_actions
from app.support.sharing.actions import leaving as leaving_actions
from app.support.sharing.actions import plans
from tests.factories import accounts, bookings, catalogue, providers
from tests.factories.at_once import at_once
from tests.factories.bookings import NOW
from tests.factories.sharing import LAST, House

ROUNDS = int(os.environ.get("ROUNDS", "1"))


def person(number: int) -> Person:
    return db.session.get_one(Person, number)


def at_the_same_time(app: Flask, dice: random.Random, *acts: Callable[[], object]) -> list[str]:
    order = dice.sample(acts, len(acts))

    def job(number: int) -> None:
        with clock.set_to(NOW):
            in_transaction(order[number])

    return at_once(app, job, len(order))


def every_visit_is_paid_for_once(house: House) -> None:
    """Each planned visit has exactly its price set aside; nothing else is; the ledger adds up."""
    db.session.rollback()
    db.session.expire_all()
    planned = select(Visit.id).where(Visit.status == VisitStatus.PLANNED)
    rows = db.session.execute(
        select(Visit.price_pence, func.sum(VisitPayment.amount_pence))
        .join(VisitPayment)
        .where(Visit.id.in_(planned))
        .group_by(Visit.id, Visit.price_pence)
    ).all()
    assert all(price == paid for price, paid in rows)
    assert len(rows) == db.session.scalar(select(func.count()).select_from(planned.subquery()))
    left = house.left()
    assert sum(held for _, held in left) == sum(price for price, _ in rows)
    assert ledger.ledger_differences() == []


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_yes_yes_no_and_never_mind_at_once(app: Flask, turn: int) -> None:
    with clock.set_to(NOW):
        house = House(weeks=4)
        plan = house.plan(amount=4125)
        ada, bea, col = (one.id for one in house.people)
        public, pots = plan.public_id, [pot.id for pot in house.pots]

        def yes(number: int, pot: int, pence: int) -> None:
            who = person(number)
            share = shares.share_for(who, public)
            plans.agree_to_share(actor=who, person=who, share=share, name="Me", pots=[pot], amount_seen=pence)

        def other(act: Callable[..., object], number: int) -> None:
            who = person(number)
            act(actor=who, person=who, share=shares.share_for(who, public))

        answers = at_the_same_time(
            app,
            random.Random(turn),
            lambda: yes(bea, pots[1], 4125),
            lambda: yes(col, pots[2], 8250),
            lambda: other(plans.refuse_to_share, col),
            lambda: other(plans.withdraw_plan, ada),
        )
        db.session.expire_all()
        plan = db.session.scalars(select(SharePlan)).one()
        made = db.session.scalar(select(func.count()).select_from(Booking))
        assert (plan.status == SharePlanStatus.SENT) == (made == 1)
        assert plan.status != SharePlanStatus.ASKED
        assert set(answers) <= {"done", "Conflict"}
        assert house.left() == ([(35_875, 4125)] * 2 + [(31_750, 8250)] if made else [(40_000, 0)] * 3)
        every_visit_is_paid_for_once(house)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_two_leave_while_the_provider_ends_it_and_one_answers(app: Flask, turn: int) -> None:
    with clock.set_to(NOW):
        house = House()
        number = house.going_on().id
        house.leave(2, db.session.get_one(Booking, number))
        leaving = house.leaving().public_id
        ada, bea, _ = (one.id for one in house.people)
        staff, pots = house.scene.staff.id, [pot.id for pot in house.pots]

        def yes(who: Person, pot: int) -> None:
            share = shares.share_for(who, leaving)
            plans.agree_to_share(
                actor=who, person=who, share=share, name="Me", pots=[pot], amount_seen=share.amount_pence
            )

        def leave(who: Person) -> None:
            booking = db.session.get_one(Booking, number)
            leaving_actions.leave_shared(
                actor=who, person=who, booking=booking, last_day=LAST, key=f"leaving-anew-{turn:08d}"
            )

        def end() -> None:
            booking = db.session.get_one(Booking, number)
            changing_provider_actions.end_with_notice(actor=person(staff), booking=booking, last_day=LAST)

        answers = at_the_same_time(
            app,
            random.Random(turn),
            lambda: yes(person(ada), pots[0]),
            lambda: yes(person(bea), pots[1]),
            lambda: leave(person(bea)),
            end,
        )
        assert set(answers) <= {"done", "Conflict", "LastDayRefused", "NotFound"}
        every_visit_is_paid_for_once(house)
        assert db.session.get_one(Booking, number).ends_on == LAST


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_move_cancel_and_end_at_once(app: Flask, turn: int) -> None:
    with clock.set_to(NOW):
        house = House()
        scene, own = house.scene, house.pots[0]
        times = [(visit.starts_at, visit.ends_at) for visit in house.going_on().visits]
        alone = bookings.accepted(scene, own, times=times[:4]).id
        there = catalogue.listing(providers.provider(), "companionship", scene.council)
        accounts.person(Role.PROVIDER_STAFF, provider_id=there.provider_id)
        catalogue.card(there, 2600)
        ids, staff, listing = (scene.person.id, own.id), scene.staff.id, there.id
        today = clock.today()

        def move() -> None:
            changing_provider_actions.change_provider(
                actor=person(ids[0]),
                booking=db.session.get_one(Booking, alone),
                listing_id=listing,
                last_day=today.replace(day=21),
                pots=[ids[1]],
                key=f"a-form-of-its-own-{turn:08d}",
                price_seen=4 * 3900,
                note="",
            )

        def cancel() -> None:
            answers_actions.cancel(actor=person(ids[0]), booking=db.session.get_one(Booking, alone))

        def end() -> None:
            booking = db.session.get_one(Booking, alone)
            changing_provider_actions.end_with_notice(
                actor=person(staff), booking=booking, last_day=today.replace(day=21)
            )

        answers = at_the_same_time(app, random.Random(turn), move, cancel, end)
        # Visits that fell away with the provider's notice may still be moved; everything else happens once.
        assert answers.count("done") in {1, 2}
        assert set(answers) <= {"done", "Conflict"}
        every_visit_is_paid_for_once(house)
        assert db.session.get_one(Booking, alone).status == BookingStatus.CANCELLED
        moved = db.session.scalars(select(Booking).where(Booking.moved_from_id == alone)).all()
        assert [one.status in OPEN for one in moved] == [True] * len(moved)
        assert len(moved) <= 1
