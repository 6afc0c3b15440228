"""Several people at one visit at the same moment: the money moves once, and everybody else is told.

``ROUNDS`` in the environment repeats each as often, for a long run by hand.
"""

import os
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db
from app.funding.budgets.rules.kinds import PotKind
from app.market.providers.models import Provider
from app.people.accounts.models import Person
from app.platform.ledger import queries as ledger
from app.support.booking_records.models.bookings import Visit
from app.support.booking_records.models.saved_hours import SavedHours
from app.support.booking_records.models.visit_records import VisitRecord
from app.support.booking_records.rules.disputes import DisputeClaim
from app.support.booking_records.rules.states import VisitStatus
from app.support.visits.actions import disputes, recording, saved_hours
from app.support.visits.models import Dispute, VisitUpload
from app.support.visits.rules.endings import TimesWorked
from tests.factories import bookings, uploads
from tests.factories.bookings import NOW
from tests.integration.bookings.test_races import at_once, one
from tests.integration.visits.test_endings import after, agreed, at, dispute, record
from tests.integration.visits.test_saving import FRIDAY, saved
from tests.integration.visits.test_uploads import SENT, csv

ROUNDS = int(os.environ.get("ROUNDS", "1"))


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_a_dispute_raised_twice_at_once_puts_the_money_back_once(app: Flask, turn: int) -> None:
    scene, own, made = agreed()
    visit = record(scene, made.visits[0])
    person, number, moment = scene.person.id, visit.id, after(visit)

    def say() -> object:
        return disputes.raise_dispute(
            actor=one(Person, person),
            visit=one(Visit, number),
            claim=DisputeClaim.DID_NOT_COME,
            words="No",  # type: ignore[arg-type]
        )

    with clock.set_to(moment):
        answers = at_once(app, say, say, say)
    assert (
        sorted(str(answer) for answer in answers if answer is not None)
        == ["Somebody has said this already. Look at the visit to see where it stands."] * 2
    )
    assert bookings.left(own) == (4875, 4125)
    assert ledger.ledger_differences() == []


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_the_provider_agrees_while_the_person_takes_it_back(app: Flask, turn: int) -> None:
    scene, own, made = agreed()
    raised = dispute(scene, record(scene, made.visits[0]))
    person, staff, number, moment = scene.person.id, scene.staff.id, raised.id, after(made.visits[0])
    with clock.set_to(moment):
        answers = at_once(
            app,
            lambda: disputes.withdraw_dispute(actor=one(Person, person), dispute=one(Dispute, number)),  # type: ignore[arg-type]
            lambda: disputes.answer_dispute(actor=one(Person, staff), dispute=one(Dispute, number), agrees=True),  # type: ignore[arg-type]
        )
    assert [answer is None for answer in answers].count(True) == 1
    assert bookings.left(own) == ((4875, 0) if answers[0] is None else (9000, 0))
    assert db.session.scalar(select(func.count()).select_from(VisitRecord).where(VisitRecord.is_current)) == 1


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_hours_spent_and_given_back_at_once_are_one_of_the_two(app: Flask, turn: int) -> None:
    scene, own, kept = saved()
    person, number = scene.person.id, kept.id
    answers = at_once(
        app,
        lambda: saved_hours.give_back_hours(actor=one(Person, person), saved=one(SavedHours, number)),  # type: ignore[arg-type]
        lambda: saved_hours.spend_hours(
            actor=one(Person, person), saved=one(SavedHours, number), starts=FRIDAY,  # type: ignore[arg-type]
            ends=FRIDAY + timedelta(hours=1), key="the-form-of-the-hours", price_seen=2750,
        ),
    )  # fmt: skip
    assert [answer is None for answer in answers].count(True) == 1
    assert bookings.left(own) == ((4125, 0) if answers[0] is None else (1375, 2750))
    assert ledger.ledger_differences() == []


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_one_file_sent_three_times_at_once_is_taken_once(app: Flask, turn: int) -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.accepted(scene, own)
    content = csv(f"{made.reference},24/11/2026,09:00,09:02,09:42,,")
    staff, provider = scene.staff.id, scene.provider.id

    def take() -> object:
        return uploads.take_in(one(Person, staff), one(Provider, provider), content)  # type: ignore[arg-type]

    with clock.set_to(SENT):
        assert at_once(app, take, take, take) == [None, None, None]
    assert db.session.scalar(select(func.count()).select_from(VisitUpload)) == 1
    assert bookings.left(own) == (9000 - 1833, 0)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_everybody_says_something_else_of_one_visit_at_once(app: Flask, turn: int) -> None:
    scene, own, made = agreed(4125)
    number, staff, person = made.visits[0].id, scene.staff.id, scene.person.id
    provider, moment = scene.provider.id, after(made.visits[0])
    content = csv(f"{made.reference},24/11/2026,09:00,09:00,09:40,,")

    def visit() -> Visit:
        return one(Visit, number)  # type: ignore[return-value]

    def staff_now() -> Person:
        return one(Person, staff)  # type: ignore[return-value]

    def person_now() -> Person:
        return one(Person, person)  # type: ignore[return-value]

    with clock.set_to(moment):
        at_once(
            app,
            lambda: recording.record_visit(
                actor=staff_now(), visit=visit(), ending=VisitStatus.DELIVERED, stay=TimesWorked(at(9), at(10))
            ),
            lambda: recording.mark_missed(actor=staff_now(), visit=visit()),
            lambda: recording.confirm_visit(actor=person_now(), visit=visit()),
            lambda: disputes.raise_dispute(
                actor=person_now(), visit=visit(), claim=DisputeClaim.DID_NOT_COME, words="Nobody came."
            ),
            lambda: uploads.take_in(staff_now(), one(Provider, provider), content),  # type: ignore[arg-type]
        )
    ended = db.session.get_one(Visit, number)
    left, held = bookings.left(own)
    db.session.refresh(ended)
    standing = db.session.scalar(select(func.count()).select_from(Dispute).where(Dispute.closed_at.is_(None)))
    current = db.session.scalar(select(func.count()).select_from(VisitRecord).where(VisitRecord.is_current))
    waits = ended.status == VisitStatus.PLANNED or (standing and ended.status != VisitStatus.MISSED)
    assert left + held + ended.charged_pence == 4125
    assert (held > 0, current) == (bool(waits), 0 if ended.status == VisitStatus.PLANNED else 1)
    assert ledger.ledger_differences() == []
