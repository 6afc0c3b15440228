"""Who else may look, decide and end: nobody who works for a provider the person uses, and nobody by a half-said reason."""

from datetime import timedelta

import pytest
from flask import Flask

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.funding.budgets.rules.kinds import PotKind
from app.market.providers.actions import suspensions
from app.market.providers.rules import SuspensionReason
from app.people.accounts.actions.roles import grant_role
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles import queries
from app.people.circles.actions import decisions
from app.people.circles.actions.decisions import Reasons
from app.people.circles.rules import AuthorityEvidence, CapacityEvidence, HelperKind, Power, powers_from
from app.platform.audit.models import AuditEvent
from app.platform.messages.models import Message
from app.support.visits.queries import endings
from tests.factories import accounts, bookings, circles
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient

REASONS = Reasons("Who comes", "Pictures, on three days", "She still chooses from three", "Bea Assessor", "assessor")


class Town:
    """Somebody with a booking, their care manager, and a commissioner who also works for the provider."""

    def __init__(self) -> None:
        self.scene = bookings.scene()
        self.booking = bookings.booking(self.scene, bookings.pot(self.scene.person, PotKind.OWN_MONEY, 9000))
        council_id = self.scene.council.id
        self.manager = accounts.person(Role.CARE_MANAGER, name="Cara Manager", council_id=council_id)
        self.both = accounts.person(Role.COMMISSIONER, name="Con Missioner", council_id=council_id)
        self.free = accounts.person(Role.COMMISSIONER, name="Fay Free", council_id=council_id)
        self.entry = circles.caseload_entry(self.manager, self.scene.person, self.scene.council, frozenset())
        with transaction():
            grant_role(person=self.both, role=Role.PROVIDER_STAFF, provider_id=self.scene.provider.id)
        self.both = db.session.get_one(Person, self.both.id)

    def decide(self, name: str = "Bea Assessor") -> decisions.CapacityDecision:
        with transaction():
            return decisions.record_capacity_decision(
                actor=self.manager,
                entry=self.entry,
                powers=frozenset({Power.SUGGEST}),
                reasons=REASONS._replace(decided_by_name=name),
                evidence=CapacityEvidence.ASSESSMENT,
                review_on=clock.today() + timedelta(days=30),
            )


@pytest.fixture
def town(app: Flask) -> Town:
    del app
    with clock.set_to(NOW):
        return Town()


@pytest.fixture(autouse=True)
def _on_a_friday(app: Flask) -> object:
    del app
    with clock.set_to(NOW):
        yield


def test_whoever_works_for_their_provider_gives_no_second_yes(town: Town) -> None:
    made = town.decide()
    councils = {town.scene.council.id}
    with pytest.raises(Conflict, match="You work for a provider"), transaction():
        decisions.answer_capacity_decision(actor=town.both, decision=made, agrees=True)
    with pytest.raises(Conflict, match="You work for a provider"), transaction():
        decisions.end_capacity_decision(actor=town.both, decision=made)
    with pytest.raises(NotFound):
        queries.decision_for(town.both, made.public_id)
    assert db.session.scalars(queries.decisions_to_agree(town.both, councils)).all() == []
    assert [one.id for one in db.session.scalars(queries.decisions_to_agree(town.free, councils))] == [made.id]
    with transaction():
        decisions.answer_capacity_decision(actor=town.free, decision=made, agrees=True)


def test_nor_sees_what_waits_to_be_settled(town: Town) -> None:
    with transaction():
        grant_role(person=town.manager, role=Role.PROVIDER_STAFF, provider_id=town.scene.provider.id)
    with clock.set_to(town.booking.visits[0].ends_at + timedelta(days=8)):
        resting = db.session.get_one(Person, town.manager.id)
        assert db.session.scalars(endings.to_settle_by(resting)).all() == []


def test_nor_suspends_or_resumes_it(town: Town) -> None:
    def suspend(actor: Person) -> suspensions.Suspension:
        with transaction():
            return suspensions.suspend_provider(
                actor=actor,
                provider=town.scene.provider,
                council=town.scene.council,
                from_on=clock.today(),
                reason=SuspensionReason.SAFEGUARDING,
                words="Somebody was hurt",
            )

    with pytest.raises(NotAllowed, match="work for this provider"):
        suspend(town.both)
    made = suspend(town.free)
    with pytest.raises(NotAllowed, match="work for this provider"), transaction():
        suspensions.end_suspension(actor=town.both, suspension=made, words="All is well")


@pytest.mark.parametrize("name", ["Cara Manager", "cara  manager.", "CARA-MANAGER", "Cara\u200bManager"])
def test_the_care_manager_is_not_somebody_else_by_a_full_stop(town: Town, name: str) -> None:
    with pytest.raises(BadInput, match="never the care manager alone"):
        town.decide(name)


def test_the_person_says_they_can_decide_and_it_ends_at_once(client: InspectingClient, town: Town) -> None:
    made = town.decide()
    with transaction():
        decisions.answer_capacity_decision(actor=town.free, decision=made, agrees=True)
    accounts.sign_in(client, town.scene.person)
    client.submit(f"/people-beside-you/decisions/{made.public_id}", button="I can decide this myself: end it")
    db.session.expire_all()
    assert (made.ended_by_id, made.is_in_force, town.entry.granted) == (town.scene.person.id, False, frozenset())
    told = db.session.query(Message).where(Message.subject == "Somebody decides for themselves again").one()
    assert (told.to_person_id, told.link) == (town.manager.id, f"/people-beside-you/decisions/{made.public_id}")
    stranger = accounts.person()
    with pytest.raises(NotFound):
        queries.decision_for(stranger, made.public_id)


def test_a_note_does_not_change_what_the_person_chose_and_a_no_leaves_it(town: Town) -> None:
    helper = accounts.person(name="Peter Friend")
    support = circles.support(town.scene.person, helper, powers_from([Power.SEE_PLAN]))
    support.kind = HelperKind.ADVOCATE
    db.session.commit()
    with transaction():
        decisions.note_authority(
            actor=town.manager,
            entry=town.entry,
            email=helper.email,
            relation="my friend",
            kind=HelperKind.ATTORNEY,
            authority=AuthorityEvidence.LASTING_POWER,
        )
    assert support.counted_kind == HelperKind.ADVOCATE
    with transaction():
        decisions.answer_authority(actor=town.free, support=support, agrees=False)
    assert (support.kind, support.authority, support.counted_kind) == (HelperKind.ADVOCATE, None, HelperKind.ADVOCATE)


def test_staff_end_help_with_a_sentence_seen_before_it_is_sent(client: InspectingClient, town: Town) -> None:
    support = circles.support(town.scene.person, accounts.person(name="Peter Friend"))
    accounts.sign_in(client, town.manager)
    end = f"/people-beside-you/{support.public_id}/end"
    for words, evidence, heard, says in (
        (".", "safeguarding", "", "Say why in a sentence"),
        ("Money was missing twice", "person_said", "", "Enter the full name of who else heard it"),
    ):
        answer = client.submit(end, because=words, evidence=evidence, heard_by=heard, step="end")
        assert says in answer.get_data(as_text=True)
    # The last step, sent first, shows what the person will read.
    seen = {"because": "Money was missing twice", "evidence": "person_said", "heard_by": "Nell Nurse"}
    first = client.submit(end, **seen, step="end").get_data(as_text=True)
    assert "reads this" in first
    with client.session_transaction() as session:
        assert "Money was missing" not in str(dict(session))
    db.session.expire_all()
    assert support.ended_at is None
    token = client.page(end).select_one("input[name=csrf_token]")
    assert token is not None
    other = client.post(
        end, data={**seen, "because": "Something else entirely", "step": "end", "csrf_token": token["value"]}
    )
    assert other.status_code == 200
    db.session.expire_all()
    assert support.ended_at is None
    seen["because"] = "Something else entirely"
    assert client.post(end, data={**seen, "step": "end", "csrf_token": token["value"]}).status_code == 302
    db.session.expire_all()
    assert support.ended_because == "Something else entirely (Nell Nurse heard it.)"


def test_distances_from_a_home_are_for_who_may_suggest_and_are_on_record(client: InspectingClient, town: Town) -> None:
    def looks() -> list[str]:
        db.session.rollback()
        rows = db.session.query(AuditEvent).where(AuditEvent.for_person_id == town.scene.person.id)
        return [one.action for one in rows.where(AuditEvent.action.endswith("_looked_at", autoescape=True))]

    town.scene.person.postcode = "QX1 1AA"
    helper = accounts.person(Role.SUPPORTER)
    support = circles.support(town.scene.person, helper, powers_from([Power.SEE_PLAN]))
    accounts.sign_in(client, helper)
    with client.session_transaction() as session:
        session["shopping_for"] = town.scene.person.public_id
    address = f"/listings/{town.scene.listing.public_id}"
    client.page(address)
    assert looks() == []
    support.powers = [power.value for power in powers_from([Power.SUGGEST])]
    db.session.commit()
    client.page(address)
    assert looks() == ["distances_from_home_looked_at"]
    # Pages about the helper's own affairs say nothing of the person.
    client.page("/messages")
    assert looks() == ["distances_from_home_looked_at"]
