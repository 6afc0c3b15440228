"""Whoever says that a visit was not so gets an answer: by a care manager, or by the operator where nobody else can."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import NotAllowed
from app.funding.budgets.models import Pot
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.audit.models import AuditEvent
from app.platform.ledger import queries as ledger
from app.platform.messages.models import Message
from app.support.booking_records.models.bookings import Visit
from app.support.booking_records.rules.disputes import DisputeClaim, DisputeStatus
from app.support.booking_records.rules.states import VisitStatus
from app.support.visits.actions import disputes
from app.support.visits.models import Dispute
from app.support.visits.queries import deciding, endings
from tests.factories import accounts, bookings, circles
from tests.factories.bookings import NOW, Scene
from tests.inspection import InspectingClient

LATER = NOW + timedelta(days=10)


@pytest.fixture(autouse=True)
def _ten_days_on() -> Iterator[None]:
    with clock.set_to(LATER):
        yield


def doubted(scene: Scene, raised_by: Person | None = None) -> tuple[Pot, Dispute]:
    """A visit of £41.25 that was charged, and of which the person's side says that nobody came."""
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    visit = bookings.delivered(scene, own).visits[0]
    with transaction():
        raised = disputes.raise_dispute(
            actor=raised_by or scene.person, visit=visit, claim=DisputeClaim.DID_NOT_COME, words="Nobody rang."
        )
    return own, raised


def alone() -> Scene:
    """A person without a council, who pays for themselves."""
    scene = bookings.scene()
    scene.person.council_id = None
    db.session.commit()
    return scene


def stands_by(scene: Scene, raised: Dispute) -> None:
    with transaction():
        disputes.answer_dispute(actor=scene.staff, dispute=raised, agrees=False, words="Our worker says she was in.")


def test_somebody_without_a_council_is_decided_for_by_the_operator(app: Flask) -> None:
    scene = alone()
    own, raised = doubted(scene)
    run = app.test_cli_runner()
    assert run.invoke(args=["disputes", "list"]).output.endswith("Waiting for the provider\n")
    assert (
        "7 days to answer" in run.invoke(args=["disputes", "decide", raised.public_id, "missed", "--words", "x"]).output
    )
    stands_by(scene, raised)
    subject, body = db.session.execute(
        select(Message.subject, Message.body)
        .where(Message.to_person_id == scene.person.id)
        .order_by(Message.id.desc())
        .limit(1)
    ).one()
    assert subject == "The provider answered about a visit"
    assert "we at Ownway decide" in body
    assert "care manager decides" not in body
    told = run.invoke(args=["disputes", "list"]).output
    assert told.endswith("Waiting for Ownway to decide, can be decided\n")
    assert told.startswith(raised.public_id)
    assert scene.person.full_name not in told
    shown = run.invoke(args=["disputes", "show", raised.public_id]).output
    assert "Nobody rang." in shown
    assert "Our worker says she was in." in shown
    look = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "dispute_looked_at")).one()
    assert (look.actor_id, look.for_person_id) == (None, scene.person.id)
    assert (
        "Give both"
        in run.invoke(
            args=["disputes", "decide", raised.public_id, "delivered", "--words", "x", "--came", "09:00"]
        ).output
    )
    decided = ["delivered", "--came", "09:00", "--left", "09:40", "--words", "The log has 40 minutes."]
    done = run.invoke(args=["disputes", "decide", raised.public_id, *decided])
    assert done.output == "Decided: £18.33 is charged. Both sides were told.\n"
    db.session.expire_all()
    visit = db.session.get_one(Visit, raised.visit_id)
    assert (visit.status, visit.charged_pence, bookings.left(own)) == (VisitStatus.PART_DELIVERED, 1833, (7167, 0))
    settled = db.session.get_one(Dispute, raised.id)
    assert (settled.status, settled.closed_by_id, settled.closed_words) == (
        DisputeStatus.DECIDED,
        None,
        "The log has 40 minutes.",
    )
    kept = endings.record_of(visit.id)
    assert kept is not None
    assert (kept.by_id, kept.words) == (None, "The log has 40 minutes.")
    assert run.invoke(args=["disputes", "list"]).output == "None.\n"
    assert ledger.ledger_differences() == []
    again = run.invoke(args=["disputes", "decide", raised.public_id, "missed", "--words", "x"])
    assert "has been decided" in again.output
    assert bookings.left(own) == (7167, 0)


def test_where_a_care_manager_can_decide_the_operator_does_not(app: Flask) -> None:
    scene = bookings.scene()
    _, raised = doubted(scene)
    # A council where nobody is a care manager leaves it to the operator; as soon as one is there, it is theirs.
    assert deciding.for_the_operator() == [raised]
    accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    assert deciding.for_the_operator() == []
    stands_by(scene, raised)
    told = app.test_cli_runner().invoke(args=["disputes", "decide", raised.public_id, "missed", "--words", "x"])
    assert told.output == "Error: A care manager of the person's council decides this.\n"


def test_a_care_manager_who_is_a_side_leaves_it_to_another_or_to_the_operator(app: Flask) -> None:
    scene = bookings.scene()
    beside = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    circles.caseload_entry(beside, scene.person, scene.council)
    _, raised = doubted(scene, raised_by=beside)
    stands_by(scene, raised)
    assert deciding.for_the_operator() == [raised]
    with pytest.raises(NotAllowed, match="one of the two sides"), transaction():
        disputes.decide_dispute(actor=beside, dispute=raised, ending=VisitStatus.MISSED, words="I was there.")
    other = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    assert deciding.for_the_operator() == []
    assert endings.visit_for(other, raised.visit.public_id).id == raised.visit_id
    with transaction():
        disputes.decide_dispute(actor=other, dispute=raised, ending=VisitStatus.MISSED, words="No log.")
    assert raised.status == DisputeStatus.DECIDED


def test_the_pages_promise_who_really_decides(client: InspectingClient) -> None:
    scene = alone()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    visit = bookings.delivered(scene, own).visits[0]
    accounts.sign_in(client, scene.person)
    page = client.page(f"/bookings/visits/{visit.public_id}/dispute").main.get_text(" ")
    assert "If you do not agree with each other, Ownway decides." in page
    assert "care manager" not in page
    with transaction():
        raised = disputes.raise_dispute(
            actor=scene.person, visit=visit, claim=DisputeClaim.DID_NOT_COME, words="Nobody rang."
        )
    stands_by(scene, raised)
    page = client.page(f"/bookings/visits/{visit.public_id}").main.get_text(" ")
    assert "Waiting for Ownway to decide" in page
    with transaction():
        disputes.decide_dispute(actor=None, dispute=raised, ending=VisitStatus.MISSED, words="No log.")
    page = client.page(f"/bookings/visits/{visit.public_id}").main.get_text(" ")
    assert "Settled: Ownway decided" in page
    assert "Ownway decided, because no care manager could" in page
    assert "for the council" not in page
    assert "Ownway decided what became of it" in " ".join(
        client.page(f"/bookings/{visit.booking.public_id}").main.get_text(" ").split()
    )
