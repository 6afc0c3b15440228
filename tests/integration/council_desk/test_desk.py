"""The desk counts what waits for each role as the pages behind its links do."""

import pytest

from app.base.db import db, transaction
from app.market.providers.actions import claims
from app.people.accounts.rules import Role
from tests.factories import accounts, councils, providers
from tests.inspection import InspectingClient
from tests.queries import counted

pytestmark = pytest.mark.usefixtures("app")


def _cards(client: InspectingClient) -> list[str]:
    return [card.get_text(" ", strip=True) for card in client.page("/council-desk").select(".app-card h3")]


def test_what_waits_is_counted_once_for_somebody_with_several_roles(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    boss = accounts.person(
        Role.CONTRACTS, Role.COMMISSIONER, Role.ADMINISTRATOR, name="Bea Boss", council_id=council.id
    )
    for number in range(3):
        with transaction():
            claims.claim(
                actor=accounts.person(),
                provider=providers.provider(f"Provider {number}", claimed=False),
                council=council,
                job_title="Owner",
                evidence="Ring us",
            )
    new = accounts.person(Role.FINANCE, name="Nia New", council_id=council.id)
    new.email_confirmed_at = None
    db.session.commit()
    accounts.sign_in(client, boss)
    assert _cards(client) == ["3 claims on providers' pages to answer", "1 person invited who has not come in yet"]
    page = client.page("/council-desk").main.get_text(" ", strip=True)  # type: ignore[union-attr]
    assert "You are a commissioner, a contracts officer and an administrator here." in page
    assert "Nia New" in page
    with counted() as few:
        client.page("/council-desk")
    assert len(few) == 17, few


def test_each_role_sees_its_own_and_another_council_is_another_desk(client: InspectingClient) -> None:
    one, two = councils.council("millbrook", "Millbrook"), councils.council("fernley", "Fernley")
    with transaction():
        claims.claim(
            actor=accounts.person(),
            provider=providers.provider(claimed=False),
            council=one,
            job_title="Owner",
            evidence="Ring us",
        )
    fay = accounts.person(Role.FINANCE, council_id=one.id)
    accounts.sign_in(client, fay)
    assert _cards(client) == []
    assert "Nothing waits for you here." in client.page("/council-desk").get_text()
    con = accounts.person(Role.CONTRACTS, council_id=two.id)
    accounts.sign_in(client, con)
    assert _cards(client) == []
    accounts.sign_in(client, accounts.person(Role.CONTRACTS, council_id=one.id))
    assert _cards(client) == ["1 claim on a provider's page to answer"]
    accounts.sign_in(client, accounts.person())
    assert client.get("/council-desk").status_code == 403
