"""A council is opened with its first administrator, who lets others in and out; the last one stays."""

import csv
import io
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Conflict, NotAllowed
from app.people.accounts.actions import roles as roles_actions
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.queries import person_by_email
from app.people.accounts.rules import Role
from app.people.councils.models import Council
from app.people.staff import actions, queries
from app.platform.audit.models import AuditEvent
from tests.factories import accounts, councils, messages
from tests.factories.at_once import at_once
from tests.factories.passwords import HASH
from tests.inspection import InspectingClient

NEW_PASSWORD = "umbrella frog canoe"


def _administrator(council: Council, name: str = "Ada Ministrator") -> Person:
    return accounts.person(Role.ADMINISTRATOR, name=name, council_id=council.id, password_hash=HASH)


def _held(council: Council, email: str) -> set[str]:
    db.session.expire_all()
    person = person_by_email(email)
    assert person is not None
    return {role.value for role in queries.roles_at(person, council.id)}


def _acts() -> list[str]:
    rows = select(AuditEvent.action).where(AuditEvent.council_id.is_not(None)).order_by(AuditEvent.id)
    return list(db.session.scalars(rows))


OPEN = ("councils", "open", "millbrook", "Millbrook Council", "--area-code", "E08000099")
FIRST = ("--admin-email", "Ada@Millbrook.example", "--admin-name", "Ada Ministrator")


def test_the_operator_opens_a_council_and_its_administrator_comes_in_by_the_printed_link(
    app: Flask, client: InspectingClient
) -> None:
    run = app.test_cli_runner()
    done = run.invoke(args=[*OPEN, *FIRST])
    assert done.exit_code == 0, done.output
    said = done.output.splitlines()
    assert said[:2] == [
        "Open: millbrook, Millbrook Council, E08000099.",
        "Administrator: Ada Ministrator, ada@millbrook.example.",
    ]
    link = said[2].split("http://127.0.0.1:5000")[1]
    assert messages.sent() == [("ada@millbrook.example", "Your account is ready")]
    # Nobody has come in yet: the operator may run it again, and gets another link.
    again = run.invoke(args=[*OPEN, *FIRST])
    assert again.exit_code == 0
    assert client.submit(link, password=NEW_PASSWORD).location == "/sign-in"
    assert client.submit("/sign-in", email="ada@millbrook.example", password=NEW_PASSWORD).status_code == 302
    page = client.page("/council-desk")
    assert page.h1.get_text() == "Your desk at Millbrook Council"  # type: ignore[union-attr]
    refused = run.invoke(args=[*OPEN, *FIRST])
    assert (refused.exit_code, refused.output) == (
        1,
        "Error: Millbrook Council has an administrator already, who can invite others. Nothing was changed.\n",
    )
    assert _acts() == ["council_added", "role_granted", "staff_invited", "staff_invited"]


def test_opening_says_what_is_wrong_and_leaves_nothing_behind(app: Flask) -> None:
    run = app.test_cli_runner()
    wrong = run.invoke(args=["councils", "open", "Mill Brook", "X", "--area-code", "E08000099", *FIRST])
    assert wrong.exit_code == 1
    assert "code" in wrong.output
    wrong = run.invoke(args=[*OPEN, "--admin-email", "nobody", "--admin-name", "X"])
    assert wrong.output == "Error: That is not an email address.\n"
    assert db.session.scalars(select(Council)).all() == []
    assert db.session.scalars(select(Person)).all() == []


@pytest.mark.usefixtures("app")
def test_an_administrator_invites_somebody_with_two_roles_who_can_use_them_at_once(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    known = accounts.person(name="Kay Known", password_hash=HASH)
    accounts.sign_in(client, _administrator(council))
    address = "/council/millbrook/staff/invite"
    assert "Select at least one role" in client.submit(
        address, full_name="Fay", email="fay@millbrook.example"
    ).get_data(as_text=True)
    done = client.submit(address, full_name="Fay Nance", email="fay@millbrook.example", roles=["finance", "contracts"])
    assert (done.status_code, done.location) == (302, "/council/millbrook/staff")
    assert _held(council, "fay@millbrook.example") == {"finance", "contracts"}
    listed = client.page("/council/millbrook/staff").get_text(" ", strip=True)
    assert "A contracts officer and a finance officer Invited, not here yet None" in listed
    # Somebody with an account keeps their password, is told, and needs no link.
    client.submit(address, full_name="Whoever", email=known.email, roles=["moderator"])
    assert messages.sent()[-1] == (known.email, "What you can do on Ownway has changed")
    other = client.application.test_client()
    accounts.sign_in(other, known)
    assert other.get("/council-desk").status_code == 200
    assert db.session.get_one(Person, known.id).full_name == "Kay Known"


@pytest.mark.usefixtures("app")
def test_roles_are_changed_and_a_colleague_who_was_slower_sees_what_changed(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    fay = accounts.person(Role.FINANCE, name="Fay Nance", council_id=council.id)
    accounts.sign_in(client, _administrator(council))
    address = f"/council/millbrook/staff/{fay.public_id}"
    assert client.submit(address, roles=["contracts"]).status_code == 302
    assert _held(council, fay.email) == {"contracts"}
    late = client.submit(address, roles=["moderator"], seen="finance").get_data(as_text=True)
    assert "A colleague changed this meanwhile: Fay Nance is now a contracts officer. Look again, then save" in late
    assert _held(council, fay.email) == {"contracts"}
    ended = db.session.scalars(select(RoleGrant).where(RoleGrant.ended_at.is_not(None))).one()
    assert (ended.role, ended.person_id) == (Role.FINANCE, fay.id)
    assert _acts() == ["role_granted", "role_ended"]


@pytest.mark.usefixtures("app")
def test_whoever_is_removed_is_out_with_the_next_click(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    con = accounts.person(Role.CONTRACTS, name="Con Tracts", council_id=council.id)
    theirs = client.application.test_client()
    accounts.sign_in(theirs, con)
    assert theirs.get("/claims").status_code == 200
    accounts.sign_in(client, _administrator(council))
    address = f"/council/millbrook/staff/{con.public_id}"
    assert client.submit(f"{address}/remove").location == "/council/millbrook/staff"
    assert theirs.get("/claims").status_code == 403
    assert client.get(address).status_code == 404
    assert messages.sent() == [(con.email, "What you can do on Ownway has changed")]
    assert _acts() == ["role_ended", "staff_removed"]


LAST = "last administrator who has signed in. Make somebody else an administrator first"


@pytest.mark.usefixtures("app")
def test_the_last_administrator_stays_by_page_and_by_command(app: Flask, client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    ada = _administrator(council)
    # Somebody invited who never came in could let nobody in.
    accounts.person(Role.ADMINISTRATOR, name="Not Here", council_id=council.id)
    accounts.sign_in(client, ada)
    address = f"/council/millbrook/staff/{ada.public_id}"
    assert LAST in client.submit(address, roles=["finance"]).get_data(as_text=True)
    assert LAST in client.submit(f"{address}/remove").get_data(as_text=True)
    run = app.test_cli_runner()
    grant = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == ada.id)).one()
    for args in (
        ["councils", "remove-staff", "millbrook", "--email", ada.email],
        ["accounts", "end-role", str(grant.id)],
    ):
        done = run.invoke(args=args)
        assert done.exit_code == 1
        assert LAST in done.output
    assert _held(council, ada.email) == {"administrator"}
    assert _acts() == []


def test_two_administrators_who_remove_each_other_at_once_leave_one(app: Flask) -> None:
    council = councils.council("millbrook", "Millbrook")
    both = [_administrator(council, "Ada"), _administrator(council, "Bea")]
    numbers, council_id = [one.id for one in both], council.id

    def leave(number: int) -> None:
        with transaction():
            actor, other = (db.session.get_one(Person, numbers[at]) for at in (number, 1 - number))
            actions.remove_officer(actor=actor, council=db.session.get_one(Council, council_id), person=other)

    assert sorted(at_once(app, leave, 2)) == ["NotAllowed", "done"]
    rows = select(RoleGrant).where(RoleGrant.role == Role.ADMINISTRATOR, RoleGrant.ended_at.is_(None))
    assert len(db.session.scalars(rows).all()) == 1


@pytest.mark.usefixtures("app")
def test_only_an_administrator_of_this_council_may(client: InspectingClient) -> None:
    council, elsewhere = councils.council("millbrook"), councils.council("fernley")
    fay = accounts.person(Role.FINANCE, council_id=council.id)
    stranger = _administrator(elsewhere)
    accounts.sign_in(client, stranger)
    for path in ("staff", "staff/invite", f"staff/{fay.public_id}", "record", "record.csv"):
        assert client.get(f"/council/millbrook/{path}").status_code == 404
    with pytest.raises(NotAllowed), transaction():
        actions.remove_officer(actor=stranger, council=council, person=fay)
    with pytest.raises(NotAllowed), transaction():
        actions.invite_officer(
            actor=fay, council=council, email="x@example.org", full_name="X", roles=[Role.ADMINISTRATOR]
        )
    assert _held(council, fay.email) == {"finance"}
    accounts.sign_in(client, fay)
    assert client.get("/council/millbrook/staff").status_code == 403


@pytest.mark.usefixtures("app")
def test_a_link_is_sent_again_to_whoever_never_came_in(client: InspectingClient) -> None:
    council = councils.council("millbrook", "Millbrook")
    ada = _administrator(council)
    with transaction():
        new = actions.invite_officer(
            actor=ada, council=council, email="new@millbrook.example", full_name="Nia New", roles=[Role.FINANCE]
        )
    accounts.sign_in(client, ada)
    address = f"/council/millbrook/staff/{new.public_id}"
    done = client.submit(address, at=f"{address}/link")
    assert done.location == address
    assert messages.sent() == [("new@millbrook.example", "Your account is ready")] * 2
    with pytest.raises(Conflict), transaction():
        actions.send_link_again(actor=ada, council=council, person=ada)


def test_the_record_is_filtered_and_taken_away_as_a_file_without_anybodys_care(
    app: Flask, client: InspectingClient
) -> None:
    council = councils.council("millbrook", "Millbrook")
    ada = _administrator(council)
    moments = [datetime(2026, 11, day, 12, tzinfo=UTC) for day in (2, 3)]
    for number, moment in enumerate(moments):
        with clock.set_to(moment), transaction():
            actions.invite_officer(
                actor=ada if number else None,
                council=council,
                email=f"n{number}@millbrook.example",
                full_name=f"=Nia {number}",
                roles=[Role.FINANCE],
            )
    with transaction():
        db.session.add(
            AuditEvent(
                at=moments[0],
                actor_id=ada.id,
                for_person_id=ada.id,
                action="money_looked_at",
                subject_kind="person",
                subject_id=ada.id,
                council_id=council.id,
                details={},
            )
        )
    accounts.sign_in(client, ada)
    page = client.page("/council/millbrook/record")
    assert page.caption.get_text() == "4 acts, newest first"  # type: ignore[union-attr]
    asked = (
        f"who={ada.public_id}&what=role_granted&from_on-day=3&from_on-month=11&from_on-year=2026"
        "&until_on-day=3&until_on-month=11&until_on-year=2026"
    )
    assert [
        [cell.get_text() for cell in row.select("td")]
        for row in client.page(f"/council/millbrook/record?{asked}").select("tbody tr")
    ] == [["Ada Ministrator", "Gave a role", "=Nia 1, finance", "3 November 2026 at midday"]]
    rows = list(
        csv.reader(io.StringIO(client.get(f"/council/millbrook/record.csv?{asked}").get_data().decode("utf-8-sig")))
    )
    assert rows == [
        ["when_london", "who", "what", "about", "details"],
        ["2026-11-03 12:00:00", "Ada Ministrator", "role_granted", "'=Nia 1, finance", "role: finance"],
    ]
    wrong = client.page("/council/millbrook/record?from_on-day=31&from_on-month=2&from_on-year=2026").get_text()
    assert "The date must be a real date" in wrong
    by_command = app.test_cli_runner().invoke(args=["accounts", "list-roles", "--council", "millbrook"])
    assert [line.split()[2] for line in by_command.output.splitlines()] == ["finance", "finance", "administrator"]


def test_the_role_of_a_providers_staff_is_listed_and_ended_by_command(app: Flask) -> None:
    from tests.factories import providers

    provider = providers.provider("Applecross")
    staff = accounts.person(Role.PROVIDER_STAFF, name="Sam Staff", provider_id=provider.id)
    run = app.test_cli_runner()
    listed = run.invoke(args=["accounts", "list-roles", "--provider", provider.public_id]).output.split()
    assert listed[1:5] == ["Applecross", "provider_staff", "Sam", "Staff"]
    assert run.invoke(args=["accounts", "end-role", listed[0]]).output == "Ended.\n"
    ended = run.invoke(args=["accounts", "list-roles", "--ended"]).output
    assert listed[1] in ended
    assert "until" in ended
    db.session.expire_all()
    assert not db.session.get_one(Person, staff.id).has_role(Role.PROVIDER_STAFF)
    with transaction():
        grant = db.session.scalars(select(RoleGrant)).one()
        roles_actions.end_role(grant=grant, ended_by=None)
