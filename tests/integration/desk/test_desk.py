"""The provider's desk: what its own staff see and do, and nobody else."""

from collections.abc import Iterator

import pytest
from bs4 import BeautifulSoup
from flask import Flask

from app.base import clock
from app.base.db import db, transaction
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.actions.roles import grant_role
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.platform.web.paging import Page
from app.support.booking_records.rules.states import BookingStatus
from app.support.desk import queries as desk_queries
from app.support.desk.queries import DeskVisit
from app.support.visits.actions import recording
from tests.factories import accounts, bookings, councils, providers
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient


@pytest.fixture(autouse=True)
def _on_a_friday() -> Iterator[None]:
    with clock.set_to(NOW):
        yield


def text_of(page: object) -> str:
    return " ".join(page.main.get_text(" ").split())  # type: ignore[attr-defined]


def test_where_the_person_lives_is_shown_once_the_provider_has_agreed_to_come(client: InspectingClient) -> None:
    scene = bookings.scene()
    councils.places(scene.council)
    scene.person.postcode = "QX11AA"
    db.session.commit()
    made = bookings.booking(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 9000))
    accounts.sign_in(client, scene.staff)
    address = f"/desk/bookings/{made.public_id}"
    before = text_of(client.page(address))
    assert "North The address is shown once you accept" in before
    assert "QX1" not in before
    assert client.get(f"/desk/visits/{made.visits[0].public_id}/where").status_code == 404
    client.submit(address, button="Accept this request")
    after = text_of(client.page(address))
    assert "QX1 1AA" in after
    assert "Where to come" in after
    assert "Larch Road" not in after


def test_staff_of_several_providers_choose_a_desk(client: InspectingClient) -> None:
    scene = bookings.scene()
    other = providers.provider("Another House")
    both = accounts.person(Role.PROVIDER_STAFF, provider_id=scene.provider.id)
    accounts.person(Role.PROVIDER_STAFF, provider_id=other.id)
    with transaction():
        grant_role(person=both, role=Role.PROVIDER_STAFF, provider_id=other.id)
    accounts.sign_in(client, db.session.get_one(Person, both.id))
    assert client.page("/desk").h1.get_text() == "The desk of Another House"
    assert client.page(f"/desk?provider={scene.provider.public_id}").h1.get_text() == "The desk of Bright Days"
    client.page(f"/desk?provider={providers.provider().public_id}", 404)


@pytest.mark.parametrize("what", ["stranger", "other staff", "the person", "commissioner", "care manager", "nobody"])
def test_only_staff_of_the_provider_come_to_its_desk_and_others_change_nothing(
    client: InspectingClient, what: str
) -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.accepted(scene, own)
    visit = made.visits[0].public_id
    who = {
        "stranger": accounts.person,
        "other staff": lambda: accounts.person(Role.PROVIDER_STAFF, provider_id=providers.provider().id),
        "the person": lambda: scene.person,
        "commissioner": lambda: accounts.person(Role.COMMISSIONER, council_id=scene.council.id),
        "care manager": lambda: accounts.person(Role.CARE_MANAGER, council_id=scene.council.id),
        "nobody": lambda: None,
    }[what]()
    status = {"other staff": 404, "nobody": 302}.get(what, 403)
    if who is not None:
        accounts.sign_in(client, who)
    token = _token(client)
    with clock.set_to(made.visits[0].ends_at):
        for address in (f"/desk/bookings/{made.public_id}", f"/desk/bookings/{made.public_id}/decline"):
            assert client.get(address).status_code == status
        for address in (
            f"/desk/bookings/{made.public_id}/accept",
            f"/desk/bookings/{made.public_id}/decline",
            f"/desk/visits/{visit}/delivered",
            f"/desk/visits/{visit}/missed",
        ):
            answer = client.post(address, data={"csrf_token": token, "reason": "No"})
            assert answer.status_code == (303 if what == "nobody" else status)
    if what != "the person":
        mine = client.get(f"/bookings/{made.public_id}")
        assert mine.status_code == {"other staff": 403, "commissioner": 403, "nobody": 302}.get(what, 404)
        cancel = client.post(f"/bookings/{made.public_id}/cancel", data={"csrf_token": token, "charge": "0"})
        assert cancel.status_code == {"other staff": 403, "commissioner": 403, "nobody": 303}.get(what, 404)
        review = client.get(f"/bookings/{made.public_id}/review")
        # Who is paid to look after people never reviews for them.
        assert review.status_code == (403 if what == "care manager" else mine.status_code)
    db.session.rollback()
    db.session.expire_all()
    assert (made.status, made.visits[0].status.value) == (BookingStatus.ACCEPTED, "planned")
    assert bookings.left(own) == (4875, 4125)


def _token(client: InspectingClient) -> str:
    """A token of this session, from any page with a form."""
    page = client.get("/account", follow_redirects=True)
    return BeautifulSoup(page.get_data(as_text=True), "html.parser").select_one("input[name=csrf_token]")["value"]


def test_the_lapse_command_ends_what_nobody_answered(app: Flask) -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    asked, agreed = bookings.booking(scene, own), bookings.accepted(scene, own)
    run = app.test_cli_runner()
    assert run.invoke(args=["bookings", "lapse"]).output == "0 ended, 0 answered meanwhile\n"
    with clock.set_to(asked.visits[0].starts_at):
        assert run.invoke(args=["bookings", "lapse"]).output == "1 ended, 0 answered meanwhile\n"
        assert run.invoke(args=["bookings", "lapse"]).output == "0 ended, 0 answered meanwhile\n"
    db.session.rollback()
    db.session.expire_all()
    assert (asked.status, agreed.status) == (BookingStatus.LAPSED, BookingStatus.ACCEPTED)
    assert bookings.left(own) == (4875, 4125)


@pytest.mark.usefixtures("app")
def test_the_desk_counts_what_is_to_come_to_record_and_was_paid() -> None:
    scene = bookings.scene()
    own = bookings.pot(scene.person, PotKind.OWN_MONEY, 9000)
    made = bookings.accepted(scene, own)
    bookings.booking(scene, own)
    ids, visit = {scene.provider.id}, made.visits[0]
    line = DeskVisit(
        visit.public_id,
        visit.starts_at,
        visit.ends_at,
        0,
        made.public_id,
        scene.person.full_name,
        made.agreed["title"],
        False,
    )
    assert desk_queries.visits_to_come(ids, now=NOW, size=5) == Page([line], 1, 5, 1)
    assert desk_queries.visits_to_record(ids, now=NOW, size=5) == Page([], 1, 5, 0)
    assert desk_queries.visits_to_record(ids, now=visit.starts_at, size=5) == Page([line], 1, 5, 1)
    assert desk_queries.visits_to_come(ids, now=visit.starts_at, size=5) == Page([], 1, 5, 0)
    with clock.set_to(visit.ends_at), transaction():
        recording.mark_delivered(actor=scene.staff, visit=visit)
    assert desk_queries.visits_to_record(ids, now=visit.ends_at, size=5) == Page([], 1, 5, 0)
    assert desk_queries.last_paid(ids) == [line._replace(charged_pence=4125)]
    assert desk_queries.paid_since(ids, NOW).pence == 4125
    assert (desk_queries.paid_since(set(), NOW).pence, desk_queries.last_paid(set())) == (0, [])
