"""A page from a register is claimed by one person, with the council's consent."""

import threading

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound, Refusal
from app.market.providers import queries as providers_queries
from app.market.providers.actions import claims as claims_actions
from app.market.providers.models import Claim, Provider
from app.market.providers.rules import ClaimStatus
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role
from app.people.councils.models import Council
from app.platform.audit.models import AuditEvent
from app.platform.messages.models import Message
from tests.factories import accounts, councils, providers
from tests.inspection import InspectingClient

pytestmark = pytest.mark.usefixtures("app")


def _claim(person: Person, provider: Provider, council: Council) -> Claim:
    with transaction():
        return claims_actions.claim(
            actor=person, provider=provider, council=council, job_title="Owner", evidence="Ring the office"
        )


def _told() -> list[tuple[int | None, str]]:
    rows = db.session.execute(select(Message.to_person_id, Message.subject).order_by(Message.id))
    return [(person_id, subject) for person_id, subject in rows]


def test_a_claim_is_made_decided_and_everybody_told(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    provider = providers.provider("Applecross", claimed=False)
    boss = accounts.person(Role.COMMISSIONER, name="Bea Boss", council_id=council.id)
    ada, bob = accounts.person(name="Ada Asks", council_id=council.id), accounts.person(name="Bob Asks")
    other = _claim(bob, provider, council)
    accounts.sign_in(client, ada)
    address = f"/providers/{provider.public_id}/claim"
    assert "Millbrook will decide." in client.page(address).get_text()
    assert "Enter what you do there" in client.submit(address).get_data(as_text=True)
    response = client.submit(address, job_title="Owner", evidence="Ring the office")
    assert (response.status_code, response.location) == (302, f"/providers/{provider.public_id}")
    assert "You asked for this page on" in client.page(address).get_text()

    accounts.sign_in(client, boss)
    listed = client.page("/claims")
    assert [link.get_text() for link in listed.select("main tbody a")] == ["Applecross", "Applecross"]
    mine = db.session.scalars(select(Claim).where(Claim.person_id == ada.id)).one()
    response = client.submit(f"/claims/{mine.public_id}", decision="approve")
    assert (response.status_code, response.location) == (302, "/claims")
    page = client.page("/claims").get_text()
    assert "Ada Asks now looks after the page of Applecross." in page
    assert "No claim is waiting." in page
    db.session.expire_all()
    assert (mine.status, other.status, other.reason) == (
        ClaimStatus.APPROVED,
        ClaimStatus.REFUSED,
        "Somebody else was given this page.",
    )
    assert (mine.decided_by_id, provider.is_claimed) == (boss.id, True)
    assert (ada.provider_ids, bob.provider_ids) == ({provider.id}, set())
    ask, yes, no = (
        "Somebody asks to look after a provider's page",
        "You can now look after your organisation's page",
        "About the page you asked to look after",
    )
    assert _told() == [(boss.id, ask), (boss.id, ask), (ada.id, yes), (bob.id, no)]
    assert db.session.scalars(
        select(AuditEvent.action).where(AuditEvent.subject_kind == "claim").order_by(AuditEvent.id)
    ).all() == ["claim_made", "claim_made", "claim_approved", "claim_refused"]
    assert "This claim was answered on" in client.page(f"/claims/{mine.public_id}").get_text()
    accounts.sign_in(client, bob)
    assert "Somebody already looks after this page" in client.page(f"{address}?council=millbrook").get_text()


def test_a_no_needs_a_reason_and_leaves_the_page_unclaimed(client: InspectingClient) -> None:
    council = councils.council()
    provider = providers.provider(claimed=False)
    boss = accounts.person(Role.COMMISSIONER, council_id=council.id)
    made = _claim(accounts.person(), provider, council)
    accounts.sign_in(client, boss)
    address = f"/claims/{made.public_id}"
    assert "Select yes or no" in client.submit(address).get_data(as_text=True)
    assert "Enter the reason" in client.submit(address, decision="decline").get_data(as_text=True)
    assert client.submit(address, decision="decline", reason="We could not reach you").status_code == 302
    db.session.expire_all()
    assert (made.status, made.reason, provider.claimed_at) == (ClaimStatus.REFUSED, "We could not reach you", None)
    assert "No: We could not reach you" in client.page("/claims").get_text()
    with pytest.raises(BadInput), transaction():
        claims_actions.decide_claim(actor=boss, claim=made, approve=False)
    with pytest.raises(Conflict, match="A colleague has decided"), transaction():
        claims_actions.decide_claim(actor=boss, claim=made, approve=True)
    assert _claim(made.person, provider, council).status == ClaimStatus.WAITING


def test_a_commissioner_of_another_council_does_not_know_of_the_claim(client: InspectingClient) -> None:
    council = councils.council()
    provider = providers.provider("Applecross", claimed=False)
    made = _claim(accounts.person(), provider, council)
    stranger = accounts.person(Role.COMMISSIONER, council_id=councils.council().id)
    accounts.sign_in(client, stranger)
    client.page(f"/claims/{made.public_id}", status=404)
    assert "No claim is waiting." in client.page("/claims").get_text()
    with pytest.raises(NotFound), transaction():
        claims_actions.decide_claim(actor=stranger, claim=made, approve=True)
    assert (made.status, provider.claimed_at) == (ClaimStatus.WAITING, None)
    accounts.sign_in(client, accounts.person())
    client.page("/claims", status=403)
    client.page(f"/claims/{made.public_id}", status=403)


def test_nobody_decides_about_themselves(client: InspectingClient) -> None:
    council = councils.council()
    boss = accounts.person(Role.COMMISSIONER, council_id=council.id)
    made = _claim(boss, providers.provider(claimed=False), council)
    accounts.sign_in(client, boss)
    assert "A colleague must decide it." in client.page(f"/claims/{made.public_id}").get_text()
    with pytest.raises(NotAllowed), transaction():
        claims_actions.decide_claim(actor=boss, claim=made, approve=True)
    assert made.status == ClaimStatus.WAITING


def test_a_person_waits_once_and_a_claimed_page_is_closed(client: InspectingClient) -> None:
    council = councils.council()
    person = accounts.person(council_id=council.id)
    unclaimed, claimed = providers.provider(claimed=False), providers.provider()
    _claim(person, unclaimed, council)
    with pytest.raises(Conflict, match="already asked"):
        _claim(person, unclaimed, council)
    with pytest.raises(Conflict, match="already looks after"):
        _claim(person, claimed, council)
    with pytest.raises(BadInput), transaction():
        claims_actions.claim(actor=person, provider=unclaimed, council=council, job_title=" ", evidence="x")
    assert db.session.scalar(select(func.count()).select_from(Claim)) == 1
    client.page(f"/providers/{unclaimed.public_id}/claim", status=302)
    accounts.sign_in(client, person)
    client.page("/providers/nothing/claim", status=404)


def test_without_a_council_one_is_asked_for_first(client: InspectingClient) -> None:
    provider = providers.provider(claimed=False)
    accounts.sign_in(client, accounts.person())
    response = client.get(f"/providers/{provider.public_id}/claim")
    assert (response.status_code, response.location) == (302, f"/councils?next=/providers/{provider.public_id}/claim")


def test_claims_come_in_pages(client: InspectingClient) -> None:
    council = councils.council()
    boss = accounts.person(Role.COMMISSIONER, council_id=council.id)
    person = accounts.person()
    for _ in range(21):
        _claim(person, providers.provider(claimed=False), council)
    accounts.sign_in(client, boss)
    assert len(client.page("/claims").select("main tbody tr")) == 20
    assert len(client.page("/claims?page=2").select("main tbody tr")) == 1
    client.page("/claims?page=3", status=404)


def test_of_two_commissioners_deciding_at_once_one_wins(app: Flask) -> None:
    council = councils.council()
    provider = providers.provider(claimed=False)
    bosses = [accounts.person(Role.COMMISSIONER, council_id=council.id).id for _ in range(2)]
    claims = [_claim(accounts.person(), provider, council).id for _ in range(2)]
    provider_id = provider.id
    db.session.close()
    answers: list[str] = []
    ready = threading.Barrier(2)

    def decide(boss_id: int, claim_id: int) -> None:
        with app.app_context():
            boss, made = db.session.get_one(Person, boss_id), db.session.get_one(Claim, claim_id)
            ready.wait()
            try:
                with transaction():
                    claims_actions.decide_claim(actor=boss, claim=made, approve=True)
            except Refusal as refusal:
                answers.append(type(refusal).__name__)
            else:
                answers.append("approved")

    threads = [threading.Thread(target=decide, args=pair) for pair in zip(bosses, claims, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(answers) == ["Conflict", "approved"]
    assert db.session.scalar(select(func.count()).where(RoleGrant.provider_id == provider_id)) == 1
    assert sorted(db.session.scalars(select(Claim.status))) == ["approved", "refused"]
    assert providers_queries.provider_by_public_id(db.session.get_one(Provider, provider_id).public_id).is_claimed
