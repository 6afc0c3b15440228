"""Every page that shows somebody's affairs to another puts it on record: walked page by page, as each who may open them."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.base import clock
from app.base.db import db
from app.people.accounts.models import Person
from app.platform.audit.models import AuditEvent
from tests.factories import accounts
from tests.house.doors import DOORS
from tests.inspection import InspectingClient
from tests.integration.web.world import NOW, Half, half

SHOWS_NAMES_ONLY = {
    "circles.take_off_caseload",
    "circles.end",
    "circles.change",
    "conflicts.resting",
}
"""Pages about the helper's own standing: they show a name that the helper knows, and nothing else of the person."""
ONES_OWN = {"circles.beside_you"}
"""Pages about oneself unless one acts for somebody: they name whom one helps."""


pytestmark = pytest.mark.mostly_on("postgresql")


@pytest.fixture(autouse=True)
def _at_the_time(app: Flask) -> Iterator[None]:
    with clock.set_to(NOW):
        yield


@pytest.fixture
def own(client: InspectingClient) -> Half:
    del client
    return half("own")


def _addresses(app: Flask, own: Half, door: str) -> Iterator[tuple[str, str]]:
    """Every page behind a door that can be opened with this half's things, by endpoint."""
    with app.test_request_context():
        adapter = app.url_map.bind("localhost")
        for rule in app.url_map.iter_rules():
            who = DOORS.get(rule.endpoint, "anyone").split()
            if (
                "GET" in (rule.methods or ())
                and {door, "signed"} & set(who)
                and rule.arguments <= set(own.ids.get(rule.endpoint, {}))
            ):
                yield rule.endpoint, adapter.build(rule.endpoint, own.ids.get(rule.endpoint, {}))


def _looks(actor: Person, person: Person) -> int:
    db.session.rollback()
    rows = select(func.count()).select_from(AuditEvent)
    return db.session.scalar(rows.where(AuditEvent.actor_id == actor.id, AuditEvent.for_person_id == person.id)) or 0


def _unrecorded(
    app: Flask, client: InspectingClient, own: Half, actor: Person, door: str, *, is_acting: bool = False
) -> tuple[int, list[str]]:
    """How many pages showed the person, and those of them that put nothing on record."""
    shown, forgot = 0, []
    names_only = SHOWS_NAMES_ONLY if is_acting else SHOWS_NAMES_ONLY | ONES_OWN
    for endpoint, address in _addresses(app, own, door):
        before = _looks(actor, own.person)
        answer = client.get(address)
        is_page = answer.status_code == 200 and answer.mimetype == "text/html"
        # The line that says for whom one acts stands on every page: what counts is the page itself.
        if not is_page or own.person.full_name not in answer.get_data(as_text=True).partition("<main")[2]:
            continue
        shown += 1
        if _looks(actor, own.person) == before and endpoint not in names_only:
            forgot.append(f"{endpoint} {address}")
    return shown, forgot


@pytest.mark.parametrize(
    ("who", "is_acting", "at_least"),
    [("supporter", True, 10), ("supporter", False, 3), ("care_manager", True, 10), ("care_manager", False, 10)],
)
def test_no_page_shows_somebody_to_a_helper_unrecorded(
    app: Flask, client: InspectingClient, own: Half, who: str, *, is_acting: bool, at_least: int
) -> None:
    actor: Person = getattr(own, who)
    accounts.sign_in(client, actor)
    if is_acting:
        with client.session_transaction() as session:
            session["shopping_for"] = own.person.public_id
    shown, forgot = _unrecorded(app, client, own, actor, who, is_acting=is_acting)
    assert "\n".join(forgot) == ""
    assert shown >= at_least


def test_no_page_shows_somebody_to_a_commissioner_unrecorded(app: Flask, client: InspectingClient, own: Half) -> None:
    accounts.sign_in(client, own.commissioner)
    shown, forgot = _unrecorded(app, client, own, own.commissioner, "commissioner")
    assert "\n".join(forgot) == ""
    assert shown >= 1


def test_no_page_of_a_desk_shows_somebody_unrecorded(app: Flask, client: InspectingClient, own: Half) -> None:
    accounts.sign_in(client, own.staff)
    shown, forgot = _unrecorded(app, client, own, own.staff, "provider_staff")
    assert "\n".join(forgot) == ""
    assert shown >= 8


def test_looking_twice_is_two_looks(client: InspectingClient, own: Half) -> None:
    accounts.sign_in(client, own.staff)
    address = f"/desk/bookings/{own.ids['desk.desk_booking']['public_id']}"
    for _ in range(2):
        client.page(address)
    assert _looks(own.staff, own.person) == 2 + _told_of_work(own)


def _told_of_work(own: Half) -> int:
    """What the staff did for the person before, when the world was made."""
    rows = select(func.count()).select_from(AuditEvent).where(AuditEvent.actor_id == own.staff.id)
    about = rows.where(AuditEvent.for_person_id == own.person.id, ~AuditEvent.action.endswith("_looked_at"))
    return db.session.scalar(about) or 0
