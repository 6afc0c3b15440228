"""A death: who may report it, what stops at once, what a second person's yes does, and how a mistake is undone."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, in_transaction
from app.base.refusals import Conflict, NotAllowed, NotFound
from app.funding.budgets.actions.releasing import release_what_is_due
from app.funding.budgets.models import PersonalBudget, Pot, PotRelease
from app.funding.budgets.rules.kinds import BudgetStatus, PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.audit.models import AuditEvent
from app.platform.messages.actions.sending import send_waiting, tell
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Booking, Visit
from app.support.booking_records.rules.states import BookingStatus, VisitStatus
from app.support.leaving import queries
from app.support.leaving.actions.deaths import confirm_death, report_death, say_mistaken
from app.support.leaving.models import DeathReport
from app.support.leaving.rules import ReportStatus
from app.support.recurrence.rules.times import visit_times
from tests.factories import accounts, bookings, budgets, circles
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient


@dataclass
class Circle:
    """Somebody with an agreed visit, those around them, and two of the council."""

    scene: bookings.Scene
    own: Pot
    made: Booking
    care_manager: Person
    colleague: Person
    helper: Person


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


@pytest.fixture
def circle(app: Flask) -> Circle:
    del app
    scene = bookings.scene()
    care_manager = accounts.person(Role.CARE_MANAGER, name="Cara Manager", council_id=scene.council.id)
    colleague = accounts.person(Role.COMMISSIONER, name="Col League", council_id=scene.council.id)
    circles.caseload_entry(care_manager, scene.person, scene.council)
    helper = accounts.person(Role.SUPPORTER, name="Hel Per")
    circles.support(scene.person, helper)
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)
    return Circle(scene, own, bookings.accepted(scene, own), care_manager, colleague, helper)


def report(actor: Person, person: Person) -> DeathReport:
    return in_transaction(lambda: report_death(actor=actor, person=person, words="Her daughter called"))


def confirm(actor: Person, found: DeathReport) -> None:
    in_transaction(lambda: confirm_death(actor=actor, report=found, words="The registrar told us"))


def undo(actor: Person, found: DeathReport) -> None:
    in_transaction(lambda: say_mistaken(actor=actor, report=found, words="She opened the door"))


def agreed(circle: Circle) -> PersonalBudget:
    return in_transaction(
        lambda: budgets.agree_budget(
            actor=circle.care_manager,
            person=circle.scene.person,
            council=circle.scene.council,
            year_starts_on=date(2026, 11, 16),
            total_pence=13_000_00,
            contribution_pence=0,
            pots=[(PotKind.COUNCIL_MANAGED, 13_000_00)],
        )
    )


def status(made: Booking) -> tuple[BookingStatus, VisitStatus]:
    db.session.rollback()
    found = db.session.get_one(Booking, made.id, populate_existing=True)
    return found.status, db.session.scalars(select(Visit.status).where(Visit.booking_id == made.id)).one()


def texts(to: Person) -> list[str]:
    return list(db.session.scalars(select(Message.body).where(Message.to_person_id == to.id).order_by(Message.id)))


def test_a_care_managers_word_calls_off_what_is_to_come_without_a_charge(circle: Circle) -> None:
    found = report(circle.care_manager, circle.scene.person)
    assert status(circle.made) == (BookingStatus.CANCELLED, VisitStatus.CANCELLED_IN_TIME)
    assert bookings.left(circle.own) == (20_000, 0)
    assert found.called_off == [circle.made.visits[0].public_id]
    assert "we were told that Ada Example has died" in texts(circle.scene.staff)[-1]
    assert "Thank you for what you did" in texts(circle.scene.staff)[-1]


@pytest.mark.parametrize("who", ["helper", "staff"])
def test_anybody_elses_word_stops_what_is_new_and_leaves_the_visits_until_it_is_confirmed(
    circle: Circle, who: str
) -> None:
    actor = circle.helper if who == "helper" else circle.scene.staff
    found = report(actor, circle.scene.person)
    assert status(circle.made) == (BookingStatus.ACCEPTED, VisitStatus.PLANNED)
    with pytest.raises(Conflict, match="somebody told us that this person has died"):
        bookings.booking(circle.scene, circle.own, times=[later()])
    assert "Please find out whether it is true" in texts(circle.care_manager)[-1]
    confirm(circle.care_manager, found)
    assert status(circle.made) == (BookingStatus.CANCELLED, VisitStatus.CANCELLED_IN_TIME)
    assert bookings.left(circle.own) == (20_000, 0)


def later() -> tuple[object, object]:
    return visit_times(date(2026, 11, 26), time(9), time(10), ends_next_day=False)


def test_strangers_and_the_person_report_nothing(circle: Circle) -> None:
    for who in (accounts.person(Role.SUPPORTER), accounts.person(Role.PERSON), circle.scene.person, circle.colleague):
        with pytest.raises(NotAllowed):
            report(who, circle.scene.person)
        with pytest.raises(NotFound):
            queries.person_to_report(who, circle.scene.person.public_id)
    assert db.session.get_one(Person, circle.scene.person.id).stopped_at is None


def test_who_reported_it_does_not_confirm_it(circle: Circle) -> None:
    found = report(circle.care_manager, circle.scene.person)
    with pytest.raises(NotAllowed, match="second person"):
        confirm(circle.care_manager, found)
    elsewhere = bookings.scene()
    with pytest.raises(NotAllowed):
        confirm(accounts.person(Role.CARE_MANAGER, council_id=elsewhere.council.id), found)
    assert db.session.get_one(DeathReport, found.id).status == ReportStatus.WAITING


def test_a_second_yes_sends_the_councils_money_back_and_leaves_the_persons(circle: Circle) -> None:
    person = circle.scene.person
    budget = agreed(circle)
    council_pot = db.session.scalars(
        select(Pot).where(Pot.person_id == person.id, Pot.kind == PotKind.COUNCIL_MANAGED)
    ).one()
    assert bookings.left(council_pot)[0] > 0
    found = report(circle.care_manager, person)
    confirm(circle.colleague, found)
    assert db.session.get_one(PersonalBudget, budget.id, populate_existing=True).status == BudgetStatus.ENDED
    assert bookings.left(council_pot) == (0, 0)
    assert bookings.left(circle.own) == (20_000, 0)
    assert queries.own_pence(person.id) == 20_000
    assert db.session.get_one(Person, person.id).closed_at is not None


def test_no_money_is_released_while_a_report_waits_and_all_of_it_when_it_was_a_mistake(circle: Circle) -> None:
    person = circle.scene.person
    agreed(circle)

    def released() -> int:
        db.session.rollback()
        return len(db.session.scalars(select(PotRelease.id).where(PotRelease.released_at.is_not(None))).all())

    assert released() == 1
    found = report(circle.helper, person)
    with clock.set_to(NOW + timedelta(days=30)):
        release_what_is_due()
        assert released() == 1
        undo(circle.care_manager, found)
        release_what_is_due()
        assert released() == 2


def test_nothing_is_written_to_the_person_while_it_stands(circle: Circle) -> None:
    person = circle.scene.person
    found = report(circle.helper, person)
    number = in_transaction(
        lambda: tell(to_person_id=person.id, to_email=person.email, subject="News", body="Hello", link="/help")
    )
    send_waiting()
    db.session.rollback()
    assert db.session.get_one(Message, number).sent_at is None
    undo(circle.care_manager, found)
    again = in_transaction(
        lambda: tell(to_person_id=person.id, to_email=person.email, subject="News", body="Hello", link="/help")
    )
    send_waiting()
    db.session.rollback()
    assert db.session.get_one(Message, again).sent_at is not None


@pytest.mark.parametrize("is_confirmed", [False, True])
def test_a_mistake_is_undone_and_everything_opens_again(
    client: InspectingClient, circle: Circle, is_confirmed: bool
) -> None:
    person = circle.scene.person
    found = report(circle.care_manager, person)
    if is_confirmed:
        confirm(circle.colleague, found)
    undo(circle.colleague, found)
    now = db.session.get_one(Person, person.id, populate_existing=True)
    assert (now.stopped_at, now.closed_at) == (None, None)
    if is_confirmed:
        db.session.add(accounts.home(now))
        db.session.commit()
    bookings.booking(circle.scene, circle.own, times=[later()])
    assert "by mistake that you had died" in texts(person)[-1]
    accounts.sign_in(client, now)
    page = client.page("/account/reported").main.get_text(" ")
    assert "It is put right" in page
    assert "Company at home, Bright Days" in page
    # Reported once more, it is a new report.
    assert report(circle.helper, now).status == ReportStatus.WAITING


def test_whoever_signs_in_says_that_it_is_a_mistake(client: InspectingClient, circle: Circle) -> None:
    person = circle.scene.person
    report(circle.helper, person)
    accounts.sign_in(client, person)
    assert "Somebody told us that you have died" in client.page("/bookings").main.get_text(" ")
    client.submit("/account/reported", button="It is a mistake: I am here")
    assert db.session.get_one(Person, person.id, populate_existing=True).stopped_at is None
    assert "told us that you have died" not in client.page("/bookings").main.get_text(" ")
    client.page("/account/reported")
    accounts.sign_in(client, circle.helper)
    client.page("/account/reported", 404)


def test_the_whole_way_in_pages(client: InspectingClient, circle: Circle) -> None:
    person, code = circle.scene.person, circle.scene.council.code
    accounts.sign_in(client, circle.scene.staff)
    page = client.page(f"/report-death/{person.public_id}").main.get_text(" ")
    assert "Visits to come still stand" in page
    client.submit(f"/report-death/{person.public_id}", words="The neighbour told our worker", is_sure="y")
    assert "It was reported already" in client.page(f"/report-death/{person.public_id}").main.get_text(" ")
    accounts.sign_in(client, circle.colleague)
    listed = client.page(f"/council/{code}/deaths").main
    assert "Ada Example" in listed.get_text(" ")
    address = listed.select_one("table a")["href"]
    assert "1 report of a death to answer" in client.page("/council-desk").main.get_text(" ")
    client.submit(address, answer="confirm", words="The registrar told us")
    done = client.page(address).main.get_text(" ")
    assert "£200.00 waits for the estate" in done
    letter = client.page(f"{address}/letter").main.get_text(" ")
    assert "£200.00 of their own money is kept here for the estate" in letter
    assert "1 visit to come was called off" in " ".join(letter.split())
    looks = select(AuditEvent).where(
        AuditEvent.action == "death_report_looked_at", AuditEvent.for_person_id == person.id
    )
    assert {one.actor_id for one in db.session.scalars(looks)} == {circle.colleague.id}
    other = accounts.person(Role.CARE_MANAGER, council_id=bookings.scene().council.id)
    accounts.sign_in(client, other)
    client.page(address, 404)
    client.page(f"/report-death/{person.public_id}", 404)


def test_of_two_who_report_it_at_once_one_is_told(app: Flask, circle: Circle) -> None:
    numbers, person_id = (circle.helper.id, circle.scene.staff.id), circle.scene.person.id
    became: list[str] = []
    both = threading.Barrier(2)

    def run(number: int) -> None:
        with app.app_context(), clock.set_to(NOW):
            actor, person = db.session.get_one(Person, number), db.session.get_one(Person, person_id)
            both.wait()
            try:
                report(actor, person)
                became.append("reported")
            except Conflict:
                became.append("told")
            finally:
                db.session.close()

    db.session.close()
    threads = [threading.Thread(target=run, args=(one,)) for one in numbers]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(became) == ["reported", "told"]
    assert db.session.query(DeathReport).count() == 1


def test_of_confirming_and_undoing_at_once_the_account_is_never_half(app: Flask, circle: Circle) -> None:
    found = report(circle.helper, circle.scene.person)
    numbers, person_id = (circle.care_manager.id, circle.colleague.id), circle.scene.person.id
    report_id = found.id
    both = threading.Barrier(2)
    became: list[str] = []

    def run(number: int, *, is_yes: bool) -> None:
        with app.app_context(), clock.set_to(NOW):
            actor, mine = db.session.get_one(Person, number), db.session.get_one(DeathReport, report_id)
            both.wait()
            try:
                confirm(actor, mine) if is_yes else undo(actor, mine)
                became.append("yes" if is_yes else "no")
            except Conflict:
                became.append("told")
            finally:
                db.session.close()

    db.session.close()
    threads = [
        threading.Thread(target=run, args=(numbers[0],), kwargs={"is_yes": True}),
        threading.Thread(target=run, args=(numbers[1],), kwargs={"is_yes": False}),
    ]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    # A yes before a no is undone by it; a no before a yes leaves nothing to confirm.
    assert sorted(became) in (["no", "told"], ["no", "yes"])
    now = db.session.get_one(Person, person_id)
    assert (now.stopped_at, now.closed_at) == (None, None)
