"""Opening somebody not on one's caseload: with a reason the person reads, looked over by somebody else."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.people.accounts.rules import Role
from app.people.caseloads import actions
from app.people.circles.actions import caseloads
from app.people.circles.models import CaseloadEntry
from app.people.circles.queries import standing_over
from app.platform.messages.models import Message
from tests.factories import accounts, circles
from tests.factories.bookings import NOW
from tests.inspection import InspectingClient
from tests.integration.caseloads.test_cover import Office

pytestmark = pytest.mark.usefixtures("app")
WHY = "She rang about Monday"


def _opened(office: Office) -> CaseloadEntry:
    with clock.set_to(NOW), transaction():
        return caseloads.put_on_caseload(
            actor=office.omar, care_manager=office.omar, person=office.ada, council=office.council, because=WHY
        )


def _desk(client: InspectingClient) -> list[str]:
    return [card.get_text(" ", strip=True) for card in client.page("/council-desk").select(".app-card h3")]


def test_nobody_opens_somebody_for_themselves_without_saying_why(client: InspectingClient) -> None:
    office = Office()
    with pytest.raises(BadInput), transaction():
        caseloads.put_on_caseload(
            actor=office.omar, care_manager=office.omar, person=office.ada, council=office.council, because="  "
        )
    accounts.sign_in(client, office.omar)
    assert "Say why you open this person" in client.submit("/caseload/add", email=office.ada.email).get_data(
        as_text=True
    )
    assert not standing_over(office.omar, office.ada.id).is_anybody
    assert client.submit("/caseload/add", email=office.ada.email, because=WHY).status_code == 302
    (told,) = db.session.query(Message).where(Message.to_person_id == office.ada.id)
    assert WHY in told.body
    assert "Omar Cover" in told.body
    accounts.sign_in(client, office.ada)
    assert f"Put a care manager beside you. They say why: {WHY}" in client.page("/money/who-looked").get_text()
    assert WHY in client.page("/people-beside-you").get_text()


def test_who_opened_cannot_look_it_over_and_somebody_else_can(client: InspectingClient) -> None:
    office = Office()
    entry = _opened(office)
    stranger = accounts.person(Role.CARE_MANAGER, council_id=circles.council().id)
    for who in (office.omar, office.ada, stranger):
        with pytest.raises(NotAllowed), transaction():
            actions.look_over(actor=who, entry=entry, is_right=True)
    accounts.sign_in(client, office.omar)
    assert _desk(client) == []
    assert "Nothing waits" in client.page("/caseload/openings").get_text()
    client.page(f"/caseload/openings/{entry.public_id}", status=404)
    # Nor by the database.
    with pytest.raises(IntegrityError), transaction():
        entry = db.session.get_one(CaseloadEntry, entry.id)
        entry.looked_over_at, entry.looked_over_by_id, entry.was_right = clock.now(), office.omar.id, True
        db.session.flush()
    accounts.sign_in(client, office.helen)
    assert "1 person whom a colleague opened, to look over" in _desk(client)
    page = client.page("/caseload/openings").get_text()
    assert WHY in page
    client.submit(f"/caseload/openings/{entry.public_id}", answer="right")
    assert _desk(client) == []
    assert standing_over(office.omar, office.ada.id).is_care_manager
    with pytest.raises(Conflict), transaction():
        actions.look_over(actor=office.helen, entry=entry, is_right=False, because="No")


def test_what_was_not_right_ends_with_a_reason_that_both_read(client: InspectingClient) -> None:
    office = Office()
    entry = _opened(office)
    accounts.sign_in(client, office.helen)
    with clock.set_to(NOW + timedelta(days=9)):
        assert "More than a week ago" in client.page("/caseload/openings").get_text()
    refused = client.submit(f"/caseload/openings/{entry.public_id}", answer="not_right").get_data(as_text=True)
    assert "Say why it was not right" in refused
    client.submit(f"/caseload/openings/{entry.public_id}", answer="not_right", because="It was his neighbour")
    assert not standing_over(office.omar, office.ada.id).is_anybody
    (told,) = db.session.query(Message).where(Message.to_person_id == office.omar.id)
    assert "It was his neighbour" in told.body
    accounts.sign_in(client, office.ada)
    assert "They say why: It was his neighbour" in client.page("/money/who-looked").get_text()


def test_whoever_opens_and_closes_at_once_is_asked_about_it_all_the_same(client: InspectingClient) -> None:
    office = Office()
    entry = _opened(office)
    with transaction():
        caseloads.take_off_caseload(actor=office.omar, entry=db.session.get_one(CaseloadEntry, entry.id))
    accounts.sign_in(client, office.helen)
    assert "and took them off on" in " ".join(client.page("/caseload/openings").get_text().split())
    client.submit(f"/caseload/openings/{entry.public_id}", answer="not_right", because="Nobody rang")
    assert "Nothing waits" in client.page("/caseload/openings").get_text()
