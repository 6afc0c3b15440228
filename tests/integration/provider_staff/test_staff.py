"""Who works for a provider: asked by email, with what they may do; removed at once; never nobody to manage."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.funding.budgets.rules.kinds import PotKind
from app.market.provider_staff import actions, queries
from app.market.provider_staff.models import StaffInvitation
from app.market.providers.models import Provider
from app.people.accounts.models import Person, RoleGrant
from app.people.accounts.rules import Role, StaffDuty
from app.platform.audit.models import AuditEvent
from app.support.booking_records.models.bookings import Booking
from app.support.booking_records.rules.states import BookingStatus
from app.support.bookings.actions import answers
from app.support.visits.actions import recording
from tests.factories import accounts, bookings, catalogue, councils, messages, providers
from tests.factories.at_once import at_once
from tests.inspection import InspectingClient

pytestmark = pytest.mark.usefixtures("app")


def _works(provider: Provider, name: str, *duties: StaffDuty) -> Person:
    person = accounts.person(Role.PROVIDER_STAFF, name=name, provider_id=provider.id)
    if duties:
        person.grants[0].duties = [duty.value for duty in duties]
        db.session.commit()
    return person


def test_somebody_is_asked_by_email_says_yes_and_does_what_they_were_let(client: InspectingClient) -> None:
    scene = bookings.scene()
    asked = bookings.booking(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 100_00))
    colleague = accounts.person(name="Col League")
    stranger = accounts.person()
    desk = f"/desk/{scene.provider.public_id}/staff"
    accounts.sign_in(client, scene.staff)
    page = BeautifulSoup(client.submit(f"{desk}/invite").text, "html.parser")
    assert [one.get_text() for one in page.select(".govuk-error-summary a")] == [
        "Select what they may do",
        "Enter their email address",
    ]
    assert client.submit(f"{desk}/invite", email=colleague.email.upper(), duties=["record"]).location == desk
    link = messages.last_link()
    assert messages.sent()[-1] == (colleague.email, "You are invited to a provider's desk")
    assert colleague.email in client.page(desk).get_text()
    accounts.sign_in(client, stranger)
    assert "sent to another email address" in client.page(link).get_text()
    with pytest.raises(NotAllowed, match="sent to another email address"), transaction():
        actions.join_staff(actor=stranger, token=link.rsplit("/", 1)[1])
    accounts.sign_in(client, colleague)
    assert "Record: write down what became of visits" in client.page(link).get_text()
    assert client.submit(link).location == f"/desk?provider={scene.provider.public_id}"
    assert client.get(link).status_code == 404
    with clock.set_to(bookings.NOW):
        page = client.page("/desk")
        assert "Paid to you" not in page.get_text()
        assert "Who works here" not in page.get_text()
        assert client.get(desk).status_code == 404
        assert client.post(f"/bookings/{asked.public_id}/accept").status_code in {400, 404}
        db.session.expire_all()
        with pytest.raises(NotAllowed, match="Your role there does not let you do this"), transaction():
            answers.accept(actor=colleague, booking=asked)
    db.session.rollback()
    actions_kept = db.session.scalars(
        select(AuditEvent.action).where(AuditEvent.action.like("staff%")).order_by(AuditEvent.id)
    )
    assert list(actions_kept) == ["staff_invited", "staff_joined"]


def test_who_answers_records_nothing_and_who_records_answers_nothing() -> None:
    scene = bookings.scene()
    pot = bookings.pot(scene.person, PotKind.OWN_MONEY, 100_00)
    answering = _works(scene.provider, "Ann Swers", StaffDuty.ANSWER)
    noting = _works(scene.provider, "Rec Ords", StaffDuty.RECORD)
    asked = bookings.booking(scene, pot)
    with clock.set_to(bookings.NOW):
        with pytest.raises(NotAllowed), transaction():
            answers.accept(actor=noting, booking=asked)
        db.session.rollback()
        with transaction():
            answers.accept(actor=answering, booking=asked)
    with clock.set_to(asked.visits[0].ends_at):
        with pytest.raises(NotAllowed), transaction():
            recording.mark_delivered(actor=answering, visit=asked.visits[0])
        db.session.rollback()
        with transaction():
            recording.mark_delivered(actor=noting, visit=asked.visits[0])
    assert asked.status == BookingStatus.COMPLETED


def test_whoever_is_removed_can_do_nothing_with_the_page_they_have_open(client: InspectingClient) -> None:
    scene = bookings.scene()
    asked = bookings.booking(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 100_00))
    leaving = _works(scene.provider, "Lea Ving")
    with clock.set_to(bookings.NOW):
        accounts.sign_in(client, leaving)
        page = client.page("/desk")
        form = page.select_one(f'form[action$="{asked.public_id}/accept"]')
        assert form is not None
        filled = {field["name"]: field.get("value", "") for field in form.select("input[name]")}
        grant = queries.grant_at(scene.provider.id, leaving.public_id)
        with transaction():
            actions.remove_colleague(actor=scene.staff, provider=scene.provider, grant=grant)
        assert client.post(form["action"], data=filled).status_code == 403
        assert client.get("/desk").status_code == 403
    db.session.expire_all()
    assert db.session.get_one(Booking, asked.id).status == BookingStatus.REQUESTED
    assert (leaving.email, "You were removed from a provider's desk") in messages.sent()


def test_the_last_manager_stays(client: InspectingClient) -> None:
    scene = bookings.scene()
    other = _works(scene.provider, "Oth Er", StaffDuty.ANSWER)
    address = f"/desk/{scene.provider.public_id}/staff/{scene.staff.public_id}"
    accounts.sign_in(client, scene.staff)
    assert "Somebody must manage the page" in client.submit(address, at=address, duties=["answer"]).text
    response = client.submit(address, at=f"{address}/remove")
    assert (response.status_code, "Somebody must manage the page" in response.text) == (409, True)
    theirs = f"/desk/{scene.provider.public_id}/staff/{other.public_id}"
    client.submit(theirs, at=theirs, duties=["manage", "answer"])
    db.session.expire_all()
    assert other.grants[0].duties == ["manage", "answer"]
    assert client.submit(address, at=f"{address}/remove").location == "/account"
    db.session.expire_all()
    assert scene.staff.provider_ids == set()
    with pytest.raises(BadInput, match="To stop all of it, remove them"), transaction():
        actions.change_duties(actor=other, provider=scene.provider, grant=other.grants[0], duties=[])


def test_two_managers_who_remove_each_other_at_once_leave_one(app: Flask) -> None:
    provider = providers.provider()
    two = [_works(provider, "Ann"), _works(provider, "Bob")]
    numbers, place = [one.id for one in two], provider.id

    def press(number: int) -> None:
        with transaction():
            actor = db.session.get_one(Person, numbers[number])
            grant = db.session.scalars(select(RoleGrant).where(RoleGrant.person_id == numbers[1 - number])).one()
            actions.remove_colleague(actor=actor, provider=db.session.get_one(Provider, place), grant=grant)

    assert sorted(at_once(app, press, 2)) == ["NotAllowed", "done"]
    assert len(queries.managers_at(place)) == 1


def test_two_clicks_on_an_invitation_join_once(app: Flask) -> None:
    scene = bookings.scene()
    colleague = accounts.person(name="Col League")
    with transaction():
        actions.invite_colleague(
            actor=scene.staff, provider=scene.provider, email=colleague.email, duties=[StaffDuty.RECORD]
        )
    token, who = messages.last_link().rsplit("/", 1)[1], colleague.id

    def press(_number: int) -> None:
        with transaction():
            actions.join_staff(actor=db.session.get_one(Person, who), token=token)

    assert sorted(at_once(app, press, 3)).count("done") == 1
    assert (
        db.session.scalar(select(func.count()).where(RoleGrant.person_id == who, RoleGrant.role == Role.PROVIDER_STAFF))
        == 1
    )


def test_an_invitation_is_replaced_taken_back_and_runs_out() -> None:
    scene = bookings.scene()
    colleague = accounts.person()
    ask = {"actor": scene.staff, "provider": scene.provider, "email": colleague.email}
    with transaction():
        actions.invite_colleague(**ask, duties=[StaffDuty.RECORD])
    first = messages.last_link().rsplit("/", 1)[1]
    with transaction():
        made = actions.invite_colleague(**ask, duties=[StaffDuty.ANSWER])
    second = messages.last_link().rsplit("/", 1)[1]
    with pytest.raises(NotFound, match="does not work"):
        queries.staff_invitation(first)
    assert queries.staff_invitation(second).duties == ["answer"]
    with clock.set_to(clock.now() + timedelta(days=14, seconds=1)), pytest.raises(NotFound):
        queries.staff_invitation(second)
    with transaction():
        actions.take_back_invitation(actor=scene.staff, provider=scene.provider, invitation=made)
    with pytest.raises(NotFound):
        queries.staff_invitation(second)
    with pytest.raises(Conflict, match="works here already"), transaction():
        actions.invite_colleague(**{**ask, "email": scene.staff.email}, duties=[StaffDuty.ANSWER])
    with pytest.raises(NotAllowed), transaction():
        actions.invite_colleague(**{**ask, "actor": colleague}, duties=[StaffDuty.ANSWER])
    with pytest.raises(NotAllowed), transaction():
        actions.take_back_invitation(actor=colleague, provider=scene.provider, invitation=made)


def test_a_council_helps_only_where_nobody_is_left(client: InspectingClient) -> None:
    council, elsewhere = councils.council(), councils.council()
    provider = providers.provider("Left Alone")
    catalogue.listing(provider, "companionship", council)
    gone = _works(provider, "Go Ne")
    boss = accounts.person(Role.COMMISSIONER, council_id=council.id)
    stranger = accounts.person(Role.COMMISSIONER, council_id=elsewhere.id)
    new = accounts.person(name="New Manager")
    address = f"/providers/{provider.public_id}/manager"
    accounts.sign_in(client, boss)
    assert "Somebody manages this page" in client.page(address).get_text()
    with pytest.raises(Conflict, match="it is theirs to ask people"), transaction():
        actions.invite_manager(actor=boss, provider=provider, email=new.email)
    gone.closed_at = clock.now()
    db.session.commit()
    accounts.sign_in(client, stranger)
    assert client.get(address).status_code == 404
    accounts.sign_in(client, boss)
    client.submit(address, email=new.email)
    link = messages.last_link()
    made = db.session.scalars(select(StaffInvitation)).one()
    assert (made.council_id, made.duties) == (council.id, ["manage", "answer", "record", "finance"])
    accounts.sign_in(client, new)
    client.submit(link)
    db.session.expire_all()
    assert [grant.person_id for grant in queries.managers_at(provider.id)] == [new.id]


def test_the_database_wants_duties_of_staff_and_of_nobody_else() -> None:
    provider = providers.provider()
    person = _works(provider, "Ann")
    person.grants[0].duties = None
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
    plain = accounts.person()
    plain.grants[0].duties = ["manage"]
    with pytest.raises(IntegrityError):
        db.session.flush()
    db.session.rollback()
