"""Complaining about support: who reads it, who answers by when, what is late, and where it ends."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError

from app.base import clock
from app.base.db import db, in_transaction, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.actions.roles import grant_role
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.rules import EVERY_POWER, Power
from app.platform.audit.models import AuditEvent
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Booking
from app.support.complaints import actions, queries
from app.support.complaints.actions import telling
from app.support.complaints.models import Complaint, ComplaintEntry
from app.support.complaints.rules import ComplaintStatus
from tests.factories import accounts, bookings, circles, councils
from tests.factories.at_once import at_once
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient

KEY = "a-form-of-its-own-{:04d}"
SECRET = "She came an hour late on Monday"


@pytest.fixture(autouse=True)
def _on_a_friday(app: Flask) -> Iterator[None]:
    del app
    with clock.set_to(NOW):
        yield


class Town:
    """A person with one agreed booking, their provider's manager, and two moderators of their council."""

    def __init__(self) -> None:
        self.scene = bookings.scene()
        self.booking = bookings.accepted(self.scene, bookings.pot(self.scene.person, PotKind.OWN_MONEY, 90_000))
        self.ada, self.bob, self.council = self.scene.person, self.scene.staff, self.scene.council
        self.mo, self.may = (
            accounts.person(Role.MODERATOR, name=name, council_id=self.council.id) for name in ("Mo", "May")
        )

    def complain(self, *, by: Person | None = None, booking: Booking | None = None, **how: object) -> Complaint:
        chosen = {"for_provider": True, "key": KEY.format(1), "words": SECRET, "booking": booking or self.booking}
        with transaction():
            return actions.complain(actor=by or self.ada, person=self.ada, **{**chosen, **how})  # type: ignore[arg-type]

    def council_alone(self, **how: object) -> Complaint:
        return self.complain(for_provider=False, **how)


def told() -> list[tuple[str, str]]:
    rows = db.session.execute(
        select(Person.full_name, Message.subject).join(Message, Message.to_person_id == Person.id).order_by(Message.id)
    )
    return [(name, subject) for name, subject in rows]


def bodies() -> str:
    return "\n".join(f"{one.subject} {one.body}" for one in db.session.scalars(select(Message)))


def answered(made: Complaint, by: Person, words: str = "We are sorry") -> Complaint:
    with transaction():
        return actions.answer_complaint(actor=by, complaint=made, words=words)


def test_a_complaint_is_sent_acknowledged_answered_and_ended_on_its_pages(client: InspectingClient) -> None:
    town = Town()
    accounts.sign_in(client, town.ada)
    form = client.page("/complaints/new")
    assert "Local Government and Social Care Ombudsman" in form.get_text()
    sent = client.submit("/complaints/new", about=town.booking.public_id, to="provider", words=SECRET)
    made = db.session.scalars(select(Complaint)).one()
    own, desk = f"/complaints/{made.public_id}", f"/desk/complaints/{made.public_id}"
    copy = f"/council/{town.council.code}/complaints/{made.public_id}"
    assert sent.location == own
    # A Friday: three working days end on Wednesday, twenty on the Friday of the fourth week.
    assert (made.acknowledge_by, made.answer_by) == (date(2026, 11, 25), date(2026, 12, 18))
    assert "To be acknowledged by" in client.page(own).get_text()

    accounts.sign_in(client, town.bob)
    assert "1 complaint to answer" in client.page("/desk").get_text()
    assert SECRET in client.page(desk).get_text()
    day = {"answer_by__day": "9", "answer_by__month": "12", "answer_by__year": "2026"}
    assert client.submit(desk, button="Acknowledge it", words="I talk with everybody", **day).location == desk
    db.session.expire_all()
    assert (made.status, made.answer_by) == (ComplaintStatus.ACKNOWLEDGED, date(2026, 12, 9))
    assert client.submit(desk, button="Send the answer", words="We are sorry").location == desk
    assert "Complaints" in client.page("/desk").get_text()

    accounts.sign_in(client, town.mo)
    assert SECRET in client.page(copy).get_text()
    client.page(f"/council/{town.council.code}/complaints?show=mine")
    accounts.sign_in(client, town.ada)
    assert "We are sorry" in client.page(own).get_text()
    assert client.submit(own, button="Ask the council to look again", words="Nobody asked me").location == own
    accounts.sign_in(client, town.bob)
    assert "Nobody asked me" not in client.page(desk).get_text(), "what she tells the council is not the provider's"
    accounts.sign_in(client, town.mo)
    assert "1 complaint to answer" in client.page("/council-desk").get_text()
    client.submit(copy, button="Send the answer", words="You were right")
    assert "complaint to answer" not in client.page("/council-desk").get_text()
    db.session.expire_all()
    assert (made.status, made.final_by_id) == (ComplaintStatus.FINAL, town.mo.id)
    assert [one.step.value for one in made.steps] == ["sent", "acknowledged", "answered", "taken_further", "final"]
    assert SECRET not in bodies()
    assert "complain" not in " ".join(subject for _, subject in told()).lower()


def test_words_of_danger_are_met_before_they_are_sent(client: InspectingClient) -> None:
    town = Town()
    accounts.sign_in(client, town.ada)
    asked = {"about": town.booking.public_id, "to": "council", "words": "She hits me and I am afraid of her"}
    page = client.submit("/complaints/new", **asked)
    assert "Read what to do now, or press the button again" in page.get_data(as_text=True)
    assert queries.waiting_of(town.ada.id) == 0


def test_who_reads_it_and_who_does_not(client: InspectingClient) -> None:
    town = Town()
    hidden = town.council_alone()
    shown = town.complain(key=KEY.format(2))
    recorder = accounts.person(Role.PROVIDER_STAFF, name="Rex Records", provider_id=town.scene.provider.id)
    recorder.current_grants[0].duties = ["record", "answer"]
    care_manager = accounts.person(Role.CARE_MANAGER, council_id=town.council.id)
    circles.caseload_entry(care_manager, town.ada, town.council)
    elsewhere = accounts.person(Role.MODERATOR, council_id=councils.council().id)
    db.session.commit()
    for who, of_hidden, of_shown in ((town.bob, 404, 200), (recorder, 404, 404)):
        accounts.sign_in(client, who)
        client.page(f"/desk/complaints/{hidden.public_id}", status=of_hidden)
        client.page(f"/desk/complaints/{shown.public_id}", status=of_shown)
    for who, status in ((care_manager, 403), (elsewhere, 404), (town.bob, 403)):
        accounts.sign_in(client, who)
        client.page(f"/council/{town.council.code}/complaints/{shown.public_id}", status=status)
        client.page(f"/council/{town.council.code}/complaints.csv", status=status)
    accounts.sign_in(client, care_manager)
    client.page(f"/complaints/{shown.public_id}", status=403)
    accounts.sign_in(client, accounts.person())
    client.page(f"/complaints/{shown.public_id}", status=404)
    heard = {
        name for name, subject in told() if subject in {"Something waits for your answer", "A copy for you to read"}
    }
    assert heard == {"Bob Staff", "Mo", "May"}
    with pytest.raises(NotFound), transaction():
        actions.answer_complaint(actor=town.bob, complaint=hidden, words="No")
    looks = select(AuditEvent.actor_id).where(AuditEvent.action == "complaint_looked_at")
    assert db.session.scalars(looks).all() == [town.bob.id]


def test_a_supporter_complains_only_with_that_power_and_reads_what_they_wrote(client: InspectingClient) -> None:
    town = Town()
    sue, tom = (accounts.person(Role.SUPPORTER, name=name) for name in ("Sue", "Tom"))
    circles.support(town.ada, sue, frozenset({Power.COMPLAIN}))
    circles.support(town.ada, tom, EVERY_POWER - {Power.COMPLAIN})
    with pytest.raises(NotAllowed):
        town.complain(by=tom)
    made = town.complain(by=sue)
    own = town.complain(key=KEY.format(2))
    assert ("Ada Example", "Something was sent for you") in told()
    accounts.sign_in(client, sue)
    client.page(f"/complaints/{made.public_id}")
    client.page(f"/complaints/{own.public_id}", status=404)
    accounts.sign_in(client, tom)
    client.page(f"/complaints/{made.public_id}", status=404)
    with pytest.raises(NotFound), transaction():
        actions.take_complaint_back(actor=tom, complaint=made)
    with transaction():
        actions.take_complaint_back(actor=town.ada, complaint=made)
    assert made.status == ComplaintStatus.WITHDRAWN
    with pytest.raises(Conflict):
        answered(made, town.bob)


def test_the_council_answers_about_itself_and_somebody_else_for_good() -> None:
    town = Town()
    made = town.complain(booking=None, for_provider=False)
    with transaction():
        about = actions.complain(
            actor=town.ada, person=town.ada, booking=None, for_provider=True, words=SECRET, key=KEY.format(9)
        )
    assert (about.provider_id, about.for_provider, made.for_provider) == (None, False, False)
    answered(about, town.mo)
    with transaction():
        actions.take_further(actor=town.ada, complaint=about, words="No")
    with pytest.raises(NotAllowed, match="somebody else"):
        answered(about, town.mo)
    assert answered(about, town.may).status == ComplaintStatus.FINAL
    with pytest.raises(Conflict):
        answered(about, town.may)


def test_days_run_and_everybody_hears_once_of_what_is_late() -> None:
    town = Town()
    made = town.complain()
    before = len(told())
    with clock.set_to(datetime(2026, 11, 25, 22, tzinfo=UTC)):
        assert telling.tell_late().words == ("0 late complaints were told of",)
    with clock.set_to(datetime(2026, 11, 26, 8, tzinfo=UTC)):
        telling.tell_late()
        telling.tell_late()
    assert sorted(told()[before:]) == [
        ("Ada Example", "You should have heard by now"),
        ("Bob Staff", "Something is late and waits for you"),
        ("May", "Something is late"),
        ("Mo", "Something is late"),
    ]
    with clock.set_to(datetime(2026, 12, 19, 8, tzinfo=UTC)):
        telling.tell_late()
        telling.tell_late()
    assert len(told()) == before + 8
    answered(made, town.bob)
    with clock.set_to(datetime(2027, 3, 1, 8, tzinfo=UTC)):
        telling.tell_late()
    assert not [one for one in told()[before + 8 :] if "late" in one[1]]


@pytest.mark.parametrize(("day", "says"), [(date(2026, 11, 19), "today or later"), (date(2027, 5, 23), "six months")])
def test_no_day_past_or_after_six_months_is_agreed_to(day: date, says: str) -> None:
    town = Town()
    made = town.complain()
    with pytest.raises(BadInput, match=says), transaction():
        actions.acknowledge(actor=town.bob, complaint=made, answer_by=day, words="I do")


def test_the_file_has_days_and_nobody(client: InspectingClient) -> None:
    town = Town()
    made = town.complain()
    answered(made, town.bob)
    accounts.sign_in(client, town.mo)
    sheet = client.get(f"/council/{town.council.code}/complaints.csv").get_data(as_text=True)
    assert "Bright Days,provider,answered,2026-11-20,2026-11-25,2026-11-20,2026-12-18,2026-11-20,,,no" in sheet
    assert not [one for one in (SECRET, "Ada", "We are sorry") if one in sheet]
    both = accounts.person(Role.MODERATOR, council_id=town.council.id)
    with transaction():
        grant_role(person=both, role=Role.PROVIDER_STAFF, provider_id=town.scene.provider.id)
    accounts.sign_in(client, both)
    assert "Bright Days" not in client.get(f"/council/{town.council.code}/complaints.csv").get_data(as_text=True)
    assert "There is no complaint" in client.page(f"/council/{town.council.code}/complaints").get_text()


def test_without_a_council_only_the_provider_can_answer() -> None:
    town = Town()
    town.ada.council_id = None
    db.session.commit()
    with pytest.raises(Conflict, match="Choose the provider"):
        town.council_alone()
    made = town.complain()
    answered(made, town.bob)
    with pytest.raises(Conflict, match="where to go next"), transaction():
        actions.take_further(actor=town.ada, complaint=made, words="No")


def test_nobody_answers_their_own_and_somebody_elses_support_is_no_subject() -> None:
    town = Town()
    other = Town()
    with pytest.raises(NotFound):
        town.complain(booking=other.booking)
    made = town.complain()
    assert town.complain().id == made.id, "the same form again is the same complaint"
    for number in range(2, 6):
        town.complain(key=KEY.format(number))
    with pytest.raises(Conflict, match="Telephone"):
        town.complain(key=KEY.format(6))


def test_two_managers_at_once_are_one_answer(app: Flask) -> None:
    town = Town()
    second = accounts.person(Role.PROVIDER_STAFF, provider_id=town.scene.provider.id)
    number, who = town.complain().id, [town.bob.id, second.id]

    def answer(turn: int) -> None:
        in_transaction(
            lambda: actions.answer_complaint(
                actor=db.session.get_one(Person, who[turn]),
                complaint=db.session.get_one(Complaint, number),
                words=f"Answer {turn}",
            )
        )

    with clock.set_to(NOW):
        assert sorted(at_once(app, answer, 2)) == ["Conflict", "done"]
    assert db.session.query(ComplaintEntry).where(ComplaintEntry.step == "answered").count() == 1


def test_a_step_is_never_changed() -> None:
    Town().complain()
    for statement in ("UPDATE complaint_entry SET words = 'x'", "DELETE FROM complaint_entry"):
        with pytest.raises(DatabaseError, match="only ever added to"):
            db.session.execute(text(statement))
        db.session.rollback()


def test_where_no_moderator_is_the_administrators_hear_that_one_is_needed() -> None:
    scene = bookings.scene()
    accounts.person(Role.ADMINISTRATOR, name="Adam", council_id=scene.council.id)
    with transaction():
        actions.complain(
            actor=scene.person, person=scene.person, booking=None, for_provider=False, words=SECRET, key=KEY.format(1)
        )
    assert told() == [("Adam", "Your council needs a moderator")]
    assert queries.waiting_of(scene.person.id) == 1
