"""A provider says who it is: everybody reads it, every change is kept, and nobody overwrites a colleague unseen."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DBAPIError

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, NotAllowed
from app.market.presenting import actions, queries
from app.market.presenting.actions import WhoWeAre
from app.market.presenting.models import Credential, ProviderChange
from app.market.presenting.rules import CredentialKind, languages_in
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from tests.factories import accounts, providers
from tests.inspection import InspectingClient

pytestmark = pytest.mark.usefixtures("app")


def _staff() -> tuple[Person, "providers.Provider"]:
    provider = providers.provider("Tidy Hands", phone="0161 496 0001")
    return accounts.person(Role.PROVIDER_STAFF, name="Mia Micro", provider_id=provider.id), provider


def test_what_is_said_is_read_by_everybody_and_its_history_by_the_desk(client: InspectingClient) -> None:
    person, provider = _staff()
    address = f"/desk/{provider.public_id}/who-we-are"
    accounts.sign_in(client, person)
    assert "form in the right" not in client.page(address).get_text()
    response = client.submit(
        address,
        at=None,
        button="Save",
        description="We clean.\nAnd shop.",
        not_done="No lifting",
        phone="+44 161 496 0002",
        website="tidy.example",
        opening_hours="Weekdays 9 to 5",
        languages="English, urdu,ENGLISH",
    )
    assert response.location == address
    page = client.page(f"/providers/{provider.public_id}").get_text(" ", strip=True)
    for words in (
        "And shop.",
        "What Tidy Hands does not do No lifting",
        "0161 496 0002",
        "Weekdays 9 to 5",
        "English, urdu",
    ):
        assert words in page
    rows = client.page(f"{address}/history").select("main tbody tr")
    assert [row.get_text("|", strip=True).split("|")[:3] for row in reversed(rows)] == [
        ["About us", "Nothing", "We clean.\nAnd shop."],
        ["Telephone", "0161 496 0001", "0161 496 0002"],
        ["Website", "Nothing", "https://tidy.example"],
        ["Opening hours", "Nothing", "Weekdays 9 to 5"],
        ["Languages", "Nothing", "English, urdu"],
        ["What we do not do", "Nothing", "No lifting"],
    ]
    client.submit(address, button="Save")
    assert "Nothing was changed." in client.page(address).get_text()
    assert len(client.page(f"{address}/history").select("main tbody tr")) == 6
    wrong = client.submit(address, button="Save", website="javascript:alert(1)", phone="12")
    assert "Enter a web address in the right form" in wrong.text


def test_a_save_over_a_colleagues_is_refused_and_shows_both(client: InspectingClient) -> None:
    person, provider = _staff()
    address = f"/desk/{provider.public_id}/who-we-are"
    accounts.sign_in(client, person)
    form = {
        field["name"]: field.get("value", "")
        for field in client.page(address).select("main form:first-of-type input[name]")
    }
    with clock.set_to(clock.now() + timedelta(minutes=1)):
        client.submit(address, button="Save", description="A colleague's words")
        answer = client.post(address, data={**form, "description": "My words", "not_done": ""})
        assert "A colleague's words" in answer.text.replace("&#39;", "'")
        assert "My words" in answer.text
        assert "Somebody else saved this page while you were writing" in answer.text
    db.session.expire_all()
    assert provider.description == "A colleague's words"


def test_a_check_is_shown_as_stated_by_whom_and_when_until_it_runs_out(client: InspectingClient) -> None:
    person, provider = _staff()
    desk = f"/desk/{provider.public_id}"
    accounts.sign_in(client, person)
    wrong = client.submit(
        f"{desk}/marks/new", kind="check", name="Enhanced DBS check", given_by="Disclosure and Barring Service"
    )
    assert "Enter the day the check was made" in wrong.text
    made_on, until = clock.today() - timedelta(days=30), clock.today() + timedelta(days=30)
    day = {
        f"{name}__{part}": str(getattr(value, part))
        for name, value in (("given_on", made_on), ("until_on", until))
        for part in ("day", "month", "year")
    }
    client.submit(
        f"{desk}/marks/new", kind="check", name="Enhanced DBS check", given_by="Disclosure and Barring Service", **day
    )
    client.submit(
        f"{desk}/marks/new",
        kind="accreditation",
        name="Dementia Friendly",
        given_by="Millbrook",
        link="www.example.org/mark",
    )
    page = client.page(f"/providers/{provider.public_id}")
    stated = page.find(id="stated").find_parent("section").get_text(" ", strip=True)  # type: ignore[union-attr]
    assert "As Tidy Hands states them. We have not checked them" in stated
    assert "made by Disclosure and Barring Service on" in stated
    assert "(stated on" in stated
    assert page.select_one('section a[href="https://www.example.org/mark"]') is not None
    with clock.set_to(clock.now() + timedelta(days=31)):
        assert "Enhanced DBS check" not in client.page(f"/providers/{provider.public_id}").get_text()
        assert "Ran out" in client.page(f"{desk}/who-we-are").get_text()
    mark = db.session.scalars(select(Credential).where(Credential.name == "Dementia Friendly")).one()
    client.submit(f"{desk}/who-we-are", at=f"{desk}/marks/{mark.public_id}/take-away")
    assert "Dementia Friendly" not in client.page(f"/providers/{provider.public_id}").get_text()
    assert client.post(f"{desk}/marks/{mark.public_id}/take-away").status_code in {400, 303, 404}
    facts = db.session.scalars(select(ProviderChange.fact).order_by(ProviderChange.id)).all()
    assert list(facts) == ["credential_added", "credential_added", "credential_taken_away"]


def test_only_managers_change_it_and_nonsense_is_refused() -> None:
    person, provider = _staff()
    stranger = accounts.person()
    seen = actions.version_of_page(provider)
    with pytest.raises(NotAllowed), transaction():
        actions.say_who_we_are(actor=stranger, provider=provider, said=WhoWeAre(phone="1"), seen=seen)
    with pytest.raises(BadInput, match="telephone number or an email"), transaction():
        actions.say_who_we_are(actor=person, provider=provider, said=WhoWeAre(description="x"), seen=seen)
    with pytest.raises(BadInput, match="must be today or before"), transaction():
        actions.state_credential(
            actor=person,
            provider=provider,
            kind=CredentialKind.CHECK,
            name="DBS",
            given_by="DBS",
            given_on=date(2999, 1, 1),
        )
    with transaction():
        one = actions.state_credential(
            actor=person, provider=provider, kind=CredentialKind.ACCREDITATION, name="A", given_by="B"
        )
        same = actions.state_credential(
            actor=person, provider=provider, kind=CredentialKind.ACCREDITATION, name="A", given_by="B"
        )
    assert one.id == same.id
    assert languages_in(" English,, urdu , english") == ["English", "urdu"]
    assert [one.name for one in queries.credentials_shown(provider.id, clock.today())] == ["A"]


@pytest.mark.parametrize("statement", [update(ProviderChange).values(fact="x"), delete(ProviderChange)])
def test_the_history_is_never_rewritten(statement: object) -> None:
    person, provider = _staff()
    with transaction():
        actions.say_who_we_are(
            actor=person,
            provider=provider,
            said=WhoWeAre(phone="0161 496 0009"),
            seen=actions.version_of_page(provider),
        )
    with pytest.raises(DBAPIError, match="only ever added to"):
        db.session.execute(statement)  # type: ignore[call-overload]
    db.session.rollback()
