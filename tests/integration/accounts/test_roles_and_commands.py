"""Roles, and what operators do from the command line."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base.db import db, transaction
from app.base.refusals import NotFound
from app.people.accounts import queries as accounts_queries
from app.people.accounts.actions import roles
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role
from app.platform.audit.models import AuditEvent
from tests.factories import accounts, circles, messages
from tests.inspection import InspectingClient


@pytest.mark.usefixtures("app")
def test_a_role_is_granted_once_and_ended_not_deleted() -> None:
    ada = accounts.person()
    with transaction():
        grant = roles.grant_role(person=ada, role=Role.SUPPORTER, granted_by=ada)
        again = roles.grant_role(person=ada, role=Role.SUPPORTER)
        assert again.id == grant.id
    with transaction():
        roles.end_role(grant=grant, ended_by=ada)
        roles.end_role(grant=grant, ended_by=ada)
    db.session.expire_all()
    assert not ada.has_role(Role.SUPPORTER)
    assert db.session.scalar(select(func.count()).select_from(RoleGrant)) == 2
    told = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)).all()
    assert [(e.action, e.actor_id, e.details) for e in told] == [
        ("role_granted", ada.id, {"role": "supporter"}),
        ("role_ended", ada.id, {"role": "supporter"}),
    ]


@pytest.mark.usefixtures("app")
def test_people_are_found_by_public_id_and_by_address_in_any_case() -> None:
    ada = accounts.person()
    assert accounts_queries.person_by_public_id(ada.public_id).id == ada.id
    found = accounts_queries.person_by_email(f" {ada.email.upper()} ")
    assert found is not None
    assert found.id == ada.id
    for nobody in ("", "nobody", "\x00", str(ada.id)):
        with pytest.raises(NotFound):
            accounts_queries.person_by_public_id(nobody)


def test_staff_are_added_and_choose_their_own_password(app: Flask, client: InspectingClient) -> None:
    council = circles.council()
    run = app.test_cli_runner()
    add = ["accounts", "add-staff", "--email", "Cara@Quaxton.example", "--name", "Cara Manager"]
    done = run.invoke(args=[*add, "--role", "care_manager", "--council", council.code.upper()])
    assert (done.exit_code, done.output) == (0, "Done. An email with a link to set a password is on its way.\n")
    assert messages.sent() == [("cara@quaxton.example", "Your account is ready")]
    assert client.submit(messages.last_link(), password="umbrella frog canoe").location == "/sign-in"
    client.submit("/sign-in", email="cara@quaxton.example", password="umbrella frog canoe")
    words = " ".join(client.page("/account").main.get_text().split())  # type: ignore[union-attr]
    assert "As a care manager at Quaxton Council: see the people on a caseload" in words
    done = run.invoke(args=[*add, "--role", "commissioner", "--council", council.code])
    assert done.output == "Done. They sign in as before.\n"
    assert db.session.scalar(select(func.count()).select_from(Person)) == 1


def test_commands_say_what_is_wrong_and_change_nothing(app: Flask) -> None:
    council = circles.council()
    run = app.test_cli_runner()
    add = ["accounts", "add-staff", "--name", "X", "--role"]
    for args, words in (
        ([*add, "care_manager", "--email", "x@example.org", "--council", "nowhere"], "There is no council nowhere"),
        ([*add, "care_manager", "--email", "not one", "--council", council.code], "That is not an email address"),
        ([*add, "person", "--email", "x@example.org", "--council", council.code], "Invalid value for '--role'"),
        (["accounts", "end-role", "99"], "No role 99 is held now"),
    ):
        done = run.invoke(args=args)
        assert done.exit_code != 0
        assert words in done.output
    assert db.session.scalar(select(func.count()).select_from(Person)) == 0


def test_roles_are_listed_and_ended(app: Flask) -> None:
    council = circles.council()
    cara = accounts.person(Role.CARE_MANAGER, name="Cara Manager", council_id=council.id)
    grant = cara.grants[0]
    run = app.test_cli_runner()
    listed = run.invoke(args=["accounts", "list-roles", "--council", council.code])
    assert listed.output == f"{grant.id:>6}  Quaxton Council  care_manager  Cara Manager  {cara.email}\n"
    assert run.invoke(args=["accounts", "end-role", str(grant.id)]).output == "Ended.\n"
    assert run.invoke(args=["accounts", "list-roles"]).output == ""
    db.session.expire_all()
    assert not cara.has_role(Role.CARE_MANAGER)
