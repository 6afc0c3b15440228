"""A death where support was shared, and a death of somebody without a council."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, in_transaction
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.audit.models import AuditEvent
from app.platform.messages.models import Message
from app.support.booking_records.rules.shares import SharePlanStatus
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.leaving.actions.deaths import confirm_death, report_death, say_mistaken
from app.support.leaving.models import DeathReport
from app.support.leaving.rules import ReportStatus
from app.support.sharing.actions.leaving import end_due
from tests.factories import accounts, bookings, circles
from tests.factories.bookings import NOW
from tests.factories.sharing import LAST, House, now_is


@pytest.fixture(autouse=True)
def _on_a_friday(app: Flask) -> Iterator[None]:
    del app
    with clock.set_to(NOW):
        yield


def _died(house: House, place: int) -> tuple[DeathReport, Person]:
    """Reported by a care manager and confirmed by a colleague."""
    council = house.scene.council
    care_manager = accounts.person(Role.CARE_MANAGER, council_id=council.id)
    colleague = accounts.person(Role.COMMISSIONER, name="Col League", council_id=council.id)
    circles.caseload_entry(care_manager, house.people[place], council)
    report = in_transaction(lambda: report_death(actor=care_manager, person=house.people[place], words="Her son rang"))
    return in_transaction(
        lambda: confirm_death(actor=colleague, report=report, words="The registrar told us")
    ), colleague


@pytest.mark.parametrize("place", [0, 2])
def test_the_share_ends_with_notice_and_nobody_else_pays_a_penny_without_their_yes(place: int) -> None:
    house = House()
    booking = house.going_on()
    before = house.left()
    _died(house, place)
    plan = house.leaving()
    assert (plan.status, plan.person_id, plan.last_day) == (
        SharePlanStatus.ASKED,
        house.people[place].id,
        LAST,
    )
    assert {one.person_id for one in plan.shares} == {one.id for one in house.people} - {house.people[place].id}
    assert house.left() == before, "until the others say yes, every sum is as it was"
    assert now_is(booking) == (BookingStatus.ACCEPTED, [VisitStatus.PLANNED] * 8)
    stay = {one.id for one in house.people} - {house.people[place].id}
    said = db.session.scalars(select(Message).where(Message.to_person_id.in_(stay), Message.id > 0)).all()
    assert not [
        one for one in said if "died" in one.body or house.people[place].full_name in one.body.split("\n", 1)[1]
    ]
    assert [one.subject for one in said].count("Your share may change") == 2
    names = select(AuditEvent.actor_id).where(AuditEvent.action.in_(["booking_somebody_leaves", "share_leaving"]))
    assert set(db.session.scalars(names)) == {None}, "the others read the history: it names no officer"


def test_silence_ends_it_and_the_money_of_the_others_is_free_again() -> None:
    house = House()
    booking = house.going_on()
    _died(house, 2)
    plan_id, last_day = house.leaving().id, house.leaving().last_day
    assert last_day is not None
    with clock.set_to(NOW + timedelta(days=31)):
        in_transaction(lambda: end_due(plan_id=plan_id))
    status, visits = now_is(booking)
    assert visits.count(VisitStatus.CANCELLED_IN_TIME) == 4
    assert status == BookingStatus.ACCEPTED
    # Four visits of £41.25 stay set aside, in parts 1, 1, 2; what was set aside for the rest is everybody's own again.
    assert house.left() == [(40_000 - 4125, 4125), (40_000 - 4125, 4125), (40_000 - 8250, 8250)]


def test_what_was_only_asked_for_is_taken_back_and_a_mistake_asks_nobody() -> None:
    asked = House()
    requested = asked.sent()
    _died(asked, 1)
    assert now_is(requested)[0] == BookingStatus.CANCELLED
    house = House()
    house.going_on()
    report, colleague = _died(house, 1)
    in_transaction(lambda: say_mistaken(actor=colleague, report=report, words="She opened the door"))
    leaving = [one for one in db.session.scalars(select(Message)) if one.subject == "Your share stays as it is"]
    assert {one.to_person_id for one in leaving} == {house.people[0].id, house.people[2].id}


def _alone() -> tuple[bookings.Scene, DeathReport]:
    scene = bookings.scene()
    scene.person.council_id = None
    db.session.commit()
    helper = accounts.person(Role.SUPPORTER)
    circles.support(scene.person, helper)
    made = in_transaction(lambda: report_death(actor=helper, person=scene.person, words="I was with her"))
    return scene, made


def test_two_operators_confirm_on_evidence_where_no_council_is(app: Flask) -> None:
    scene, made = _alone()
    name, person_id = made.public_id, scene.person.id
    run = app.test_cli_runner().invoke
    assert name in run(args=["deaths", "list"]).output
    early = run(args=["deaths", "confirm", name, "--operator", "Bo Two", "--words", "Seen"])
    assert (early.exit_code, "One operator looks at the evidence first" in early.output) == (1, True)
    assert run(args=["deaths", "look", name, "--operator", "An One", "--evidence", "certificate"]).exit_code == 0
    own = run(args=["deaths", "confirm", name, "--operator", "an  ONE", "--words", "Seen"])
    assert (own.exit_code, "not who looked first" in own.output) == (1, True)
    assert run(args=["deaths", "confirm", name, "--operator", "Bo Two", "--words", "Seen"]).exit_code == 0
    db.session.expire_all()
    report = db.session.scalars(select(DeathReport)).one()
    assert (report.status, report.operator_first, report.operator_second) == (
        ReportStatus.CONFIRMED,
        "An One",
        "Bo Two",
    )
    assert db.session.get_one(Person, person_id).closed_at is not None
    assert name not in run(args=["deaths", "list"]).output
    assert run(args=["deaths", "mistake", name, "--operator", "An One", "--words", "She rang"]).exit_code == 0
    db.session.expire_all()
    assert db.session.get_one(Person, person_id).closed_at is None


def test_operators_do_not_answer_for_a_council(app: Flask) -> None:
    scene = bookings.scene()
    helper = accounts.person(Role.SUPPORTER)
    circles.support(scene.person, helper)
    made = in_transaction(lambda: report_death(actor=helper, person=scene.person, words="I was with her"))
    run = app.test_cli_runner().invoke
    answer = run(args=["deaths", "look", made.public_id, "--operator", "An One", "--evidence", "certificate"])
    assert (answer.exit_code, "A council answers this report" in answer.output) == (1, True)
    assert run(args=["deaths", "look", "nothing", "--operator", "A", "--evidence", "probate"]).exit_code == 1
