"""A page from a register is claimed by one person, with the council's consent."""

import threading

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select

from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound, Refusal
from app.market.providers import queries as providers_queries
from app.market.providers.actions import claims as claims_actions
from app.market.providers.models import Claim, Provider
from app.market.providers.rules import ClaimStatus
from app.market.providers.rules.proofs import ClaimProof
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role
from app.people.councils.models import Council
from app.platform.audit.models import AuditEvent
from app.platform.messages.models import Message
from tests.factories import accounts, catalogue, councils, providers
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
    page = client.page(f"/claims/{mine.public_id}")
    assert "Bob Asks, Owner" in page.get_text(), "whoever else asks for the page is seen beside it"
    assert "Enter how you checked" in client.submit(f"/claims/{mine.public_id}", decision="approve").get_data(
        as_text=True
    )
    response = client.submit(f"/claims/{mine.public_id}", decision="approve", checked="We rang them")
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
    with pytest.raises(Conflict, match="A colleague has decided"), transaction():
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
                    claims_actions.decide_claim(actor=boss, claim=made, approve=True, checked="Rang")
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


def test_a_council_the_provider_serves_decides_and_the_others_are_told(client: InspectingClient) -> None:
    here, there, third = (councils.council(code, code.title()) for code in ("millbrook", "fernley", "harwick"))
    provider = providers.provider("Applecross", claimed=False)
    for council in (there, third):
        catalogue.listing(provider, "companionship", council)
    boss, other = (accounts.person(Role.COMMISSIONER, council_id=one.id) for one in (there, third))
    wrong = accounts.person(Role.COMMISSIONER, council_id=here.id)
    ada = accounts.person(name="Ada Asks", council_id=here.id)
    accounts.sign_in(client, ada)
    assert "Fernley will decide." in client.page(f"/providers/{provider.public_id}/claim").get_text()
    made = _claim(ada, provider, here)
    assert made.council_id == there.id, "all its listings are there: the council that was named knows nothing of it"
    assert [person_id for person_id, _ in _told()] == [boss.id, other.id]
    accounts.sign_in(client, wrong)
    client.page(f"/claims/{made.public_id}", status=404)
    # A council that is served and named is asked itself.
    second = providers.provider("Birchwood", claimed=False)
    for council in (there, third):
        catalogue.listing(second, "companionship", council)
    assert _claim(accounts.person(), second, third).council_id == third.id


def test_claims_for_one_provider_stand_together(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    one, two = (providers.provider(name, claimed=False) for name in ("Applecross", "Birchwood"))
    for provider in (one, two, one):
        _claim(accounts.person(), provider, council)
    accounts.sign_in(client, accounts.person(Role.COMMISSIONER, council_id=council.id))
    listed = [link.get_text() for link in client.page("/claims").select("main tbody a")]
    assert listed == ["Applecross", "Applecross", "Birchwood"]


def test_a_claim_elsewhere_is_handed_over_and_not_decided() -> None:
    here, there = (councils.council(code, code.title()) for code in ("millbrook", "fernley"))
    provider = providers.provider("Applecross", claimed=False)
    boss, right = (accounts.person(Role.COMMISSIONER, council_id=one.id) for one in (here, there))
    made = _claim(accounts.person(), provider, here)
    catalogue.listing(provider, "companionship", there)
    with transaction():
        claims_actions.decide_claim(actor=boss, claim=made, approve=True, checked="We rang them")
    assert (made.council_id, made.status, provider.is_claimed) == (there.id, ClaimStatus.WAITING, False)
    assert _told()[-1][0] == right.id
    with pytest.raises(NotFound), transaction():
        claims_actions.decide_claim(actor=boss, claim=made, approve=True, checked="We rang them")
    # Whoever asks next is sent where the first waits, so that one council sees both.
    catalogue.listing(provider, "companionship", here)
    assert _claim(accounts.person(), provider, here).council_id == there.id


@pytest.mark.parametrize("way", ["code_by_letter", "code_by_telephone"])
def test_a_code_that_reached_the_provider_is_kept_with_the_claim(client: InspectingClient, way: str) -> None:
    council = councils.council()
    provider = providers.provider("Applecross", claimed=False)
    provider.address, provider.phone = "1 Mill Lane", "01632 960123"
    db.session.commit()
    boss = accounts.person(Role.COMMISSIONER, council_id=council.id)
    ada = accounts.person(council_id=council.id)
    made = _claim(ada, provider, council)
    accounts.sign_in(client, boss)
    shown = client.submit(f"/claims/{made.public_id}", at=f"/claims/{made.public_id}/code", way=way)
    code = BeautifulSoup(shown.data, "html.parser").select(".govuk-inset-text strong")[-1].get_text()
    accounts.sign_in(client, ada)
    address = f"/providers/{provider.public_id}/claim"
    for _ in range(4):
        client.submit(address, at=f"{address}/code", code="aaaa-bbbb-cccc")
    db.session.expire_all()
    assert (made.proof, made.code_tries) == (None, 4)
    client.submit(address, at=f"{address}/code", code=code.upper())
    db.session.expire_all()
    reached = provider.phone if way == "code_by_telephone" else "1 Mill Lane"
    assert (made.proof, made.code_hash) == (way, None)
    assert made.proof_words.startswith(reached or "")
    with transaction():
        claims_actions.decide_claim(actor=boss, claim=made, approve=True)
    assert provider.is_claimed


def test_five_wrong_codes_are_the_last(client: InspectingClient) -> None:
    council = councils.council()
    provider = providers.provider("Applecross", claimed=False)
    provider.phone = "01632 960123"
    db.session.commit()
    boss, ada = accounts.person(Role.COMMISSIONER, council_id=council.id), accounts.person()
    made = _claim(ada, provider, council)
    with transaction():
        code = claims_actions.make_claim_code(actor=boss, claim=made, way=ClaimProof.TELEPHONE)
    for _ in range(5):
        with transaction():
            assert not claims_actions.type_claim_code(actor=ada, claim=made, typed="wrong")
    with pytest.raises(Conflict, match="does not work any more"), transaction():
        claims_actions.type_claim_code(actor=ada, claim=made, typed=code)
    with pytest.raises(Conflict, match="no address"), transaction():
        claims_actions.make_claim_code(actor=boss, claim=made, way=ClaimProof.LETTER)
    with pytest.raises(NotFound), transaction():
        claims_actions.type_claim_code(actor=boss, claim=made, typed=code)


@pytest.mark.parametrize(
    ("email", "proved"),
    [
        ("ada@applecross.example", True),
        ("ada@applecross.example.evil.example", False),
        ("ada@notapplecross.example", False),
        ("office@gmail.com", True),
        ("ada@gmail.com", False),
    ],
)
def test_an_address_of_the_providers_own_domain_proves_it(email: str, proved: bool) -> None:
    council = councils.council()
    provider = providers.provider("Applecross", claimed=False)
    provider.email, provider.website = "office@gmail.com", "https://www.applecross.example/home"
    ada, bob = accounts.person(), accounts.person()
    ada.email = email
    bob.email, bob.email_confirmed_at = "bob@applecross.example", None
    db.session.commit()
    assert (_claim(ada, provider, council).proof == ClaimProof.EMAIL) is proved
    assert _claim(bob, provider, council).proof is None, "an address nobody confirmed proves nothing"
