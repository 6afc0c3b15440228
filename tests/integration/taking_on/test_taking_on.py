"""Somebody comes to a council: found once, asked, and theirs only when they say so."""

import re
from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.taking_on.actions import asking
from app.funding.taking_on.actions.asking import Described
from app.funding.taking_on.models import CouncilPerson
from app.funding.taking_on.rules import CODE_TRIES, TakingOn
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.models import CaseloadEntry
from app.people.councils.models import Council
from app.platform.audit.models import AuditEvent
from app.platform.messages.models import Letter
from tests.factories import accounts, councils, messages
from tests.factories.at_once import at_once
from tests.factories.passwords import HASH
from tests.inspection import InspectingClient

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
BORN = date(1948, 5, 3)
BIRTH = {"born_on__day": "3", "born_on__month": "5", "born_on__year": "1948"}
NORA = Described("Nora New", BORN, "QX1 1AA", "A1")

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def _today() -> object:
    with clock.set_to(NOW):
        yield


def _officer(council: Council) -> Person:
    return accounts.person(Role.CARE_MANAGER, name="Cat Manager", council_id=council.id)


def _asked(officer: Person, council: Council, described: Described, person: Person | None = None) -> CouncilPerson:
    with transaction():
        return asking.take_on(
            actor=officer, council=council, described=described, person=person, site="https://ownway.example"
        )[0]


def _council_of(person: Person) -> int | None:
    return db.session.scalar(select(Person.council_id).where(Person.id == person.id))


def test_somebody_without_email_gets_a_letter_says_yes_with_it_and_signs_in(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    officer = _officer(council)
    accounts.sign_in(client, officer)
    address = "/council/millbrook/people/take-on"
    nora = {"full_name": "Nora New", "postcode": "qx11aa", "reference": "A1"}
    assert "Enter their date of birth" in client.submit(address, **nora).get_data(as_text=True)
    shown = client.submit(address, **nora, **BIRTH).get_data(as_text=True)
    code = re.search(r"(?<=Your code: <strong>)[2-9a-z]{4}-[2-9a-z]{4}-[2-9a-z]{4}", shown)
    assert code is not None
    asked = db.session.scalars(select(CouncilPerson)).one()
    name = asked.person.email
    assert re.fullmatch(r"by-letter-[2-9a-z]{8}", name)
    letter = db.session.scalars(select(Letter)).one()
    assert (letter.postcode, code[0] in letter.body, name in letter.body) == ("QX1 1AA", True, True)
    assert (asked.status, _council_of(asked.person)) == (TakingOn.ASKED, None)
    # Nothing is sent to an address that is none.
    assert messages.sent() == []

    person = client.application.test_client()
    wrong = {**BIRTH, "born_on__year": "1949"}
    refused = person.submit("/letter", code=code[0], password="umbrella frog canoe", **wrong).get_data(as_text=True)  # type: ignore[attr-defined]
    assert "This is not the date of birth the council has" in refused
    typed = code[0].upper().replace("-", " ")
    done = person.submit("/letter", code=typed, password="umbrella frog canoe", **BIRTH)  # type: ignore[attr-defined]
    assert done.location == "/sign-in"
    assert name in person.page("/sign-in").get_text()  # type: ignore[attr-defined]
    assert person.submit("/sign-in", email=name, password="umbrella frog canoe").status_code == 302  # type: ignore[attr-defined]
    assert "Millbrook" in person.page("/your-council").get_text()  # type: ignore[attr-defined]
    db.session.expire_all()
    assert (asked.status, _council_of(asked.person), asked.code_hash) == (TakingOn.CONFIRMED, council.id, None)
    entry = db.session.scalars(select(CaseloadEntry)).one()
    assert (entry.person_id, entry.care_manager_id, entry.powers) == (asked.person_id, officer.id, [])
    # Used once.
    again = client.application.test_client()
    dead = again.submit("/letter", code=typed, password="umbrella frog canoe", **BIRTH).get_data(as_text=True)  # type: ignore[attr-defined]
    assert "This code does not work" in dead


def test_a_code_dies_after_too_many_wrong_dates_of_birth(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    officer = _officer(council)
    with transaction():
        asked, code = asking.take_on(actor=officer, council=council, described=NORA, person=None, site="")
    wrong = {**BIRTH, "born_on__year": "1949"}
    for _ in range(CODE_TRIES):
        client.submit("/letter", code=code, password="umbrella frog canoe", **wrong)
    client.submit("/letter", code=code, password="umbrella frog canoe", **BIRTH)
    db.session.expire_all()
    assert (asked.status, asked.code_hash, asked.person.password_hash) == (TakingOn.ASKED, None, None)
    with transaction():
        new = asking.new_letter(actor=officer, asked=asked, site="")
    assert client.submit("/letter", code=new, password="umbrella frog canoe", **BIRTH).status_code == 302


def test_twins_are_shown_first_and_the_one_who_is_there_is_asked_and_not_made_again(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    officer = _officer(council)
    nora = accounts.person(name="Nora Néw", postcode="QX1 1AA", password_hash=HASH)
    accounts.sign_in(client, officer)
    address = "/council/millbrook/people/take-on"
    filled = {"full_name": "nora new", "postcode": "QX1 1AA", **BIRTH}
    before = db.session.scalar(select(func.count()).select_from(Person))
    page = client.submit(address, **filled).get_data(as_text=True)
    assert "Nora Néw, who has an account already. The same name and postcode" in page
    assert "Select who it is" not in page
    token = page.split('name="csrf_token" value="')[-1].split('"')[0]
    posted = {key.replace("__", "-"): value for key, value in filled.items()} | {
        "csrf_token": token,
        "email": "",
        "reference": "",
    }
    done = client.post(address, data={**posted, "twin": nora.public_id})
    asked = db.session.scalars(select(CouncilPerson)).one()
    assert done.location == f"/council/millbrook/people/{asked.public_id}"
    assert (asked.person_id, asked.status) == (nora.id, TakingOn.ASKED)
    assert db.session.scalar(select(func.count()).select_from(Person)) == before
    assert messages.sent() == [(nora.email, "A council asks you something")]
    # Asked again by a colleague, they are found at the council and nothing is made.
    again = client.post(address, data={**posted, "twin": nora.public_id})
    assert again.location == done.location
    looks = db.session.scalars(select(AuditEvent.action).where(AuditEvent.for_person_id == nora.id)).all()
    assert looks.count("found_as_perhaps_the_same_looked_at") == 1

    accounts.sign_in(client, nora)
    answer = f"/your-council/{asked.public_id}"
    assert "Enter your date of birth" in client.submit(answer, answer="yes").get_data(as_text=True)
    assert client.submit(answer, answer="yes", **BIRTH).location == "/your-council"
    assert _council_of(nora) == council.id
    assert client.get(answer).status_code == 404
    accounts.sign_in(client, accounts.person())
    assert client.get(answer).status_code == 404


def test_only_the_person_says_yes_and_a_no_changes_nothing() -> None:
    council = councils.council("millbrook", "Millbrook")
    officer, nora = _officer(council), accounts.person(name="Nora New", postcode="QX1 1AA")
    asked = _asked(officer, council, NORA, nora)
    for other in (officer, accounts.person()):
        with pytest.raises(NotAllowed), transaction():
            asking.say_yes_to_council(actor=other, asked=asked, born_on=BORN)
    with pytest.raises(BadInput, match="not the date of birth"), transaction():
        asking.say_yes_to_council(actor=nora, asked=asked, born_on=date(1948, 5, 4))
    with transaction():
        asking.say_no_to_council(actor=nora, asked=asked)
    assert (_council_of(nora), asked.status) == (None, TakingOn.DECLINED)
    with pytest.raises(Conflict, match="answered or taken back"), transaction():
        asking.say_yes_to_council(actor=nora, asked=asked, born_on=BORN)
    with pytest.raises(NotAllowed), transaction():
        asking.take_on(
            actor=accounts.person(Role.CARE_MANAGER, council_id=councils.council().id),
            council=council, described=NORA, person=nora, site="",
        )  # fmt: skip


def test_which_council_pays_changes_only_when_both_agree(client: InspectingClient) -> None:
    first, second = councils.council("millbrook", "Millbrook"), councils.council("fernley", "Fernley")
    here, there = _officer(first), _officer(second)
    nora = accounts.person(name="Nora New", postcode="QX1 1AA")
    one = _asked(here, first, NORA, nora)
    with transaction():
        asking.say_yes_to_council(actor=nora, asked=one, born_on=BORN)
    two = _asked(there, second, NORA, nora)
    with transaction():
        asking.say_yes_to_council(actor=nora, asked=two, born_on=BORN)
    assert (_council_of(nora), two.status) == (first.id, TakingOn.MOVING)
    with pytest.raises(NotAllowed), transaction():
        asking.agree_to_move(actor=there, asked=two)
    accounts.sign_in(client, here)
    page = "/council/millbrook/people-leaving"
    assert "Nora New, to Fernley" in client.page(page).get_text()
    assert client.submit(page, button="Agree for Nora New").location == page
    db.session.expire_all()
    assert (_council_of(nora), one.status, two.status) == (second.id, TakingOn.ENDED, TakingOn.CONFIRMED)


def test_a_reference_names_one_person_also_when_two_officers_ask_at_once(app: Flask) -> None:
    council = councils.council()
    officer = _officer(council)
    numbers = council.id, officer.id

    def ask(number: int) -> None:
        with clock.set_to(NOW), transaction():
            found, who = db.session.get_one(Council, numbers[0]), db.session.get_one(Person, numbers[1])
            asking.take_on(actor=who, council=found, described=NORA, person=None, site="")

    assert sorted(at_once(app, ask, 2)) == ["Conflict", "done"]
    assert len(db.session.scalars(select(CouncilPerson)).all()) == 1
    assert db.session.scalar(select(func.count()).select_from(Person).where(Person.full_name == "Nora New")) == 1
