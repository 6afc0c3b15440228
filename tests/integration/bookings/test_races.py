"""Two people decide at once on a real database: exactly one is told yes, the other in plain words, and no penny is lost."""

import contextvars
import threading
from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.days import day_words
from app.base.db import db, transaction
from app.base.refusals import Conflict, Refusal
from app.funding.budgets.rules.kinds import PotKind
from app.market.catalogue.models import Listing
from app.people.accounts.models import Person
from app.platform.ledger import queries as ledger
from app.shop.reviews import actions as reviews
from app.shop.reviews.actions import publishing
from app.shop.reviews.models import Review
from app.shop.reviews.rules import months_from
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.paying import NotEnoughMoney
from app.support.booking_records.rules.states import BookingStatus
from app.support.bookings.actions import answers as answers_actions
from app.support.visits.actions import recording
from tests.factories import bookings
from tests.factories.bookings import NOW


def at_once(app: Flask, *acts: Callable[[], object]) -> list[Refusal | None]:
    """Run each in a thread and a session of its own, let go together; return what refused each, if anything did."""
    answers: list[Refusal | None] = [None] * len(acts)
    faults: list[BaseException] = []
    barrier = threading.Barrier(len(acts))

    def run(number: int, act: Callable[[], object]) -> None:
        try:
            with app.app_context():
                barrier.wait(timeout=20)
                try:
                    with transaction():
                        act()
                except Refusal as refusal:
                    answers[number] = refusal
                finally:
                    db.session.close()
        except BaseException as fault:  # noqa: BLE001 - shown by the assertion below, in the test's own thread
            faults.append(fault)

    db.session.rollback()
    db.session.close()
    threads = [
        threading.Thread(target=contextvars.copy_context().run, args=(run, number, act))
        for number, act in enumerate(acts)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert faults == []
    return answers


def one(model: type, number: int) -> object:
    return db.session.get_one(model, number)


def ids(scene: bookings.Scene) -> tuple[int, int, int]:
    return scene.person.id, scene.staff.id, scene.listing.id


@pytest.mark.parametrize("turn", range(3))
def test_the_provider_accepts_while_the_person_cancels(app: Flask, turn: int) -> None:
    with clock.set_to(NOW):
        scene = bookings.scene()
        own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
        made = bookings.booking(scene, own).id
        person, staff, _ = ids(scene)
        accepted, cancelled = at_once(
            app,
            lambda: answers_actions.accept(actor=one(Person, staff), booking=one(Booking, made)),
            lambda: answers_actions.cancel(actor=one(Person, person), booking=one(Booking, made), charge_seen=0),
        )
        booking = db.session.get_one(Booking, made)
        # Accepting first and cancelling in time after it is lawful; cancelling first leaves nothing to accept.
        assert cancelled is None
        assert booking.status == BookingStatus.CANCELLED
        if accepted is not None:
            assert str(accepted) == "This booking has been cancelled. Nothing was changed: look at it again."
        assert bookings.left(own) == (9000, 0)
        assert ledger.ledger_differences() == []


@pytest.mark.parametrize("turn", range(3))
def test_accepting_and_declining_at_once(app: Flask, turn: int) -> None:
    with clock.set_to(NOW):
        scene = bookings.scene()
        own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
        made = bookings.booking(scene, own).id
        _, staff, _ = ids(scene)
        answers = at_once(
            app,
            lambda: answers_actions.accept(actor=one(Person, staff), booking=one(Booking, made)),
            lambda: answers_actions.decline(actor=one(Person, staff), booking=one(Booking, made), reason="No"),
        )
        assert [answer is None for answer in answers].count(True) == 1
        booking = db.session.get_one(Booking, made)
        words = {BookingStatus.ACCEPTED: "has already been accepted", BookingStatus.DECLINED: "has been declined"}
        (loser,) = [answer for answer in answers if answer is not None]
        assert isinstance(loser, Conflict)
        assert words[booking.status] in str(loser)
        assert bookings.left(own)[1] == (4125 if booking.status == BookingStatus.ACCEPTED else 0)


def test_a_form_confirmed_six_times_at_once_is_one_booking(app: Flask) -> None:
    with clock.set_to(NOW):
        scene = bookings.scene()
        own = bookings.pot(scene.person, PotKind.OWN_MONEY, 90_000)
        pot = own.id
        person, _, listing = ids(scene)
        answers = at_once(app, *[lambda: ask(person, listing, pot, "the-same-form-six-times")] * 6)
        assert answers == [None] * 6
        assert db.session.scalar(select(func.count()).select_from(Booking)) == 1
        assert bookings.left(own) == (85_875, 4125)


def ask(person: int, listing: int, pot: int, key: str) -> Booking:
    buyer = db.session.get_one(Person, person)
    return bookings.request_booking(
        actor=buyer,
        person=buyer,
        listing=db.session.get_one(Listing, listing),
        times=bookings.tuesday(),
        add_on_ids=(),
        pots=[pot],
        key=key,
    )


def test_six_tabs_with_money_for_two_book_exactly_two(app: Flask) -> None:
    with clock.set_to(NOW):
        scene = bookings.scene()
        own = bookings.pot(scene.person, PotKind.OWN_MONEY, 2 * 4125 + 4124)
        pot = own.id
        person, _, listing = ids(scene)
        answers = at_once(app, *[lambda n=n: ask(person, listing, pot, f"a-tab-of-its-own-{n:04d}") for n in range(6)])
        refused = [answer for answer in answers if answer is not None]
        assert len(refused) == 4
        for answer in refused:
            assert isinstance(answer, NotEnoughMoney)
            assert answer.short_by_pence == 1
        assert db.session.scalar(select(func.count()).select_from(Booking)) == 2
        assert bookings.left(own) == (4124, 2 * 4125)
        assert ledger.ledger_differences() == []


def test_a_visit_marked_from_three_desks_at_once_is_charged_once(app: Flask) -> None:
    with clock.set_to(NOW):
        scene = bookings.scene()
        own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
        made = bookings.accepted(scene, own)
        visit, ends = made.visits[0].id, made.visits[0].ends_at
        _, staff, _ = ids(scene)
    with clock.set_to(ends):
        answers = at_once(
            app, *[lambda: recording.mark_delivered(actor=one(Person, staff), visit=one(Visit, visit))] * 3
        )
    assert [answer is None for answer in answers].count(True) == 1
    assert bookings.left(own) == (4875, 0)
    assert ledger.ledger_differences() == []


def test_a_booking_reviewed_from_two_devices_counts_once(app: Flask) -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.delivered(scene, own).id
    person, _, listing = ids(scene)
    answers = at_once(
        app,
        *[
            lambda: reviews.write_review(
                actor=one(Person, person), booking=one(Booking, made), quality=5, value=4, words="Kind and on time."
            )
        ]
        * 2,
    )
    again_on = day_words(months_from(clock.today(), 3))
    already = f"This booking has been reviewed already. You can again from {again_on}."
    assert sorted(str(answer) for answer in answers) == ["None", already]
    with clock.set_to(clock.now() + timedelta(days=7)):
        (number,) = db.session.scalars(select(Review.id))
        shown = at_once(app, *[lambda: publishing.publish_review(number)] * 2)
    assert sorted(map(str, shown)) == ["None", "None"]
    db.session.expire_all()
    reviewed = db.session.get_one(Listing, listing)
    assert (reviewed.review_count, reviewed.review_sum) == (1, 9)
