"""The record: only ever added to, and shown to the person it is about."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from app.base import clock
from app.base.db import db, transaction
from app.platform.audit.actions import record
from app.platform.audit.queries import history_of
from tests import queries as counting
from tests.factories import accounts
from tests.inspection import InspectingClient


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize("statement", ["UPDATE audit_event SET action = 'x'", "DELETE FROM audit_event"])
def test_the_database_itself_refuses_to_change_the_record(statement: str) -> None:
    with transaction():
        record(action="money_looked_at", actor_id=None)
    with pytest.raises(DatabaseError, match="only ever added to"), transaction():
        db.session.execute(text(statement))
    assert db.session.execute(text("SELECT action FROM audit_event")).scalars().all() == ["money_looked_at"]


def _looks(person_id: int, actor_id: int, how_many: int) -> None:
    with transaction():
        for number in range(how_many):
            record(
                action="money_looked_at" if number % 2 else "bookings_looked_at",
                actor_id=actor_id,
                for_person_id=person_id,
                acting_as="supporter",
            )


def test_a_person_sees_who_looked_and_nobody_else_does(client: InspectingClient) -> None:
    ada, sam, other = accounts.person(), accounts.person(name="Sam Supporter"), accounts.person()
    with transaction():
        record(action="money_looked_at", actor_id=sam.id, for_person_id=ada.id, acting_as="supporter")
        record(action="money_looked_at", actor_id=ada.id, for_person_id=ada.id)
        record(action="booking_requested", actor_id=sam.id, for_person_id=ada.id)
    accounts.sign_in(client, ada)
    rows = client.page("/money/who-looked").select("tbody tr")
    assert [[cell.get_text(strip=True) for cell in row.select("td")][:2] for row in rows] == [
        ["Sam Supporter", "Asked a provider for support for you"],
        ["Sam Supporter, your supporter", "Looked at your money"],
    ]
    for reader in (sam, other):
        accounts.sign_in(client, reader)
        assert "Nobody else has looked or done anything" in client.page("/money/who-looked").get_text()


def test_it_is_paged_and_asks_no_more_when_there_is_more(client: InspectingClient) -> None:
    ada, sam = accounts.person(), accounts.person()
    accounts.sign_in(client, ada)
    asked = []
    for more in (2, 39):
        _looks(ada.id, sam.id, more)
        with counting.counted() as statements:
            client.page("/money/who-looked")
        asked.append(len(statements))
    assert asked[0] == asked[1]
    assert len(client.page("/money/who-looked").select("tbody tr")) == 20
    assert len(client.page("/money/who-looked?page=3").select("tbody tr")) == 1
    for page in ("4", "0", "x", "-1", "99999999999"):
        client.page(f"/money/who-looked?page={page}", status=404)


def test_it_is_filtered_by_who_and_repeated_looks_are_one_line(client: InspectingClient) -> None:
    ada, sam, pat = accounts.person(), accounts.person(name="Sam Supporter"), accounts.person(name="Pat Provider")
    with transaction():
        for _ in range(3):
            record(action="money_looked_at", actor_id=sam.id, for_person_id=ada.id, acting_as="supporter")
        record(action="bookings_looked_at", actor_id=pat.id, for_person_id=ada.id, acting_as="provider_staff")
        record(action="booking_lapsed", actor_id=None, for_person_id=ada.id)
    accounts.sign_in(client, ada)

    def told(address: str) -> list[list[str]]:
        rows = client.page(address).select("tbody tr")
        return [[cell.get_text(strip=True) for cell in row.select("td")][:2] for row in rows]

    assert told("/money/who-looked") == [
        ["Ownway", "Closed a request that was not answered in time"],
        ["Pat Provider, a provider's staff", "Looked at your bookings"],
        ["Sam Supporter, your supporter", "Looked at your money, 3 times"],
    ]
    assert told(f"/money/who-looked?who={sam.public_id}") == [
        ["Sam Supporter, your supporter", "Looked at your money, 3 times"]
    ]
    client.page(f"/money/who-looked?who={ada.public_id}", 404)


def test_signing_in_is_asked_for(client: InspectingClient) -> None:
    assert client.get("/money/who-looked").location == "/sign-in?next=%2Fmoney%2Fwho-looked"


@pytest.mark.usefixtures("app")
def test_the_history_of_one_thing_is_newest_first() -> None:
    with transaction():
        record(action="first", actor_id=None, subject_kind="booking", subject_id=1)
        record(action="second", actor_id=None, subject_kind="booking", subject_id=1)
        record(action="other", actor_id=None, subject_kind="booking", subject_id=2)
        record(action="alien", actor_id=None, subject_kind="visit", subject_id=1)
    events = db.session.scalars(history_of("booking", 1)).all()
    assert [event.action for event in events] == ["second", "first"]
    assert all(event.at <= clock.now() for event in events)
