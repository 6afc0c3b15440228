"""A council's written reason lets a declared broker suggest, and never more."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.funding.budgets.rules.kinds import PotKind
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles import queries as circles_queries
from app.people.circles.models import Support
from app.people.circles.rules import HelperKind, Power, powers_from
from app.people.interests.models import BrokerException
from app.people.interests.rules import LEFT_TO_BROKER
from app.platform.audit.models import AuditEvent
from app.support.conflicts import actions, queries
from tests.factories import accounts, bookings, circles, providers
from tests.inspection import InspectingClient

REASON = "No other broker within forty miles signs British Sign Language."


@pytest.fixture(autouse=True)
def _at_the_time(app: Flask) -> Iterator[None]:
    with clock.set_to(bookings.NOW):
        yield


@pytest.fixture
def scene() -> bookings.Scene:
    return bookings.scene()


def _brokered(scene: bookings.Scene) -> tuple[Support, Person]:
    """A broker who works for the provider, whose powers rest as the person asked it for support; and a care manager."""
    broker = accounts.person(Role.PROVIDER_STAFF, name="Bo Broker", provider_id=scene.provider.id)
    support = _declared(circles.support(scene.person, broker))
    manager = accounts.person(Role.CARE_MANAGER, name="Cat Manager", council_id=scene.council.id)
    circles.caseload_entry(manager, scene.person, scene.council)
    bookings.booking(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 9000))
    return support, manager


def _declared(support: Support) -> Support:
    with transaction():
        support.kind = HelperKind.BROKER
    return support


def _powers(support: Support) -> frozenset[Power]:
    db.session.expire_all()
    assert support.supporter is not None
    return circles_queries.powers_over(support.supporter, support.person_id)


def _except(scene: bookings.Scene, support: Support, actor: Person, reason: str = REASON) -> BrokerException:
    with transaction():
        return actions.except_broker(actor=actor, support=support, provider=scene.provider, reason=reason)


def test_with_the_councils_reason_a_broker_sees_the_plan_and_suggests_and_nothing_else(scene: bookings.Scene) -> None:
    support, manager = _brokered(scene)
    assert _powers(support) == frozenset()
    exception = _except(scene, support, manager)
    left = _powers(support)
    assert left == powers_from(LEFT_TO_BROKER)
    assert left == {Power.SEE_PLAN, Power.SUGGEST}
    assert [one.is_excepted for one in queries.conflicts_now()] == [True]
    with transaction():
        actions.end_exception(actor=scene.person, exception=exception)
    assert _powers(support) == frozenset()
    acts = select(AuditEvent.action).where(AuditEvent.subject_kind == "broker_exception").order_by(AuditEvent.id)
    assert list(db.session.scalars(acts)) == ["broker_excepted", "broker_exception_ended"]


def test_it_limits_a_broker_also_before_the_person_turns_to_that_provider(scene: bookings.Scene) -> None:
    broker = accounts.person(Role.PROVIDER_STAFF, name="Bo Broker", provider_id=scene.provider.id)
    support = _declared(circles.support(scene.person, broker))
    manager = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    circles.caseload_entry(manager, scene.person, scene.council)
    _except(scene, support, manager)
    assert _powers(support) == powers_from(LEFT_TO_BROKER)


def test_who_may_not_write_it_and_what_is_asked(scene: bookings.Scene) -> None:
    support, manager = _brokered(scene)
    stranger = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    assert support.supporter is not None
    for nobody in (scene.person, support.supporter, stranger):
        with pytest.raises(NotAllowed):
            _except(scene, support, nobody)
    with transaction():
        support.kind = HelperKind.FAMILY_OR_FRIEND
    colleague = accounts.person(
        Role.CARE_MANAGER, Role.PROVIDER_STAFF, council_id=scene.council.id, provider_id=scene.provider.id
    )
    circles.caseload_entry(colleague, scene.person, scene.council)
    with pytest.raises(NotAllowed):
        _except(scene, support, colleague)
    with pytest.raises(Conflict, match="Only a declared broker"):
        _except(scene, support, manager)
    _declared(support)
    with pytest.raises(BadInput, match="20 characters or more"):
        _except(scene, support, manager, "Because.")
    with pytest.raises(BadInput, match="does not work for that provider"), transaction():
        actions.except_broker(actor=manager, support=support, provider=providers.provider(), reason=REASON)
    exception = _except(scene, support, manager)
    with pytest.raises(Conflict, match="already"):
        _except(scene, support, manager)
    with pytest.raises(NotAllowed), transaction():
        actions.end_exception(actor=stranger, exception=exception)
    with transaction():
        actions.end_exception(actor=manager, exception=exception)
    with pytest.raises(Conflict, match="ended already"), transaction():
        actions.end_exception(actor=manager, exception=exception)


def test_an_exception_is_for_one_provider_only(scene: bookings.Scene) -> None:
    broker = accounts.person(Role.PROVIDER_STAFF, provider_id=scene.provider.id)
    other = providers.provider("Elsewhere")
    support = _declared(circles.support(scene.person, broker))
    with transaction():
        db.session.add(
            BrokerException(
                person_id=scene.person.id,
                helper_id=broker.id,
                provider_id=other.id,
                council_id=scene.council.id,
                reason=REASON,
                written_by_id=scene.staff.id,
                written_at=clock.now(),
            )
        )
    bookings.booking(scene, bookings.pot(scene.person, PotKind.OWN_MONEY, 9000))
    assert _powers(support) == frozenset()


def test_by_page_the_care_manager_writes_it_and_the_person_reads_and_ends_it(
    scene: bookings.Scene, client: InspectingClient
) -> None:
    support, manager = _brokered(scene)
    accounts.sign_in(client, manager)
    row = client.page("/caseload/conflicts").select_one("tbody tr")
    assert row is not None
    assert [cell.get_text(" ", strip=True) for cell in row.select("th, td")][:3] == [
        scene.person.full_name, "Bo Broker", scene.provider.name,
    ]  # fmt: skip
    address = f"/caseload/conflicts/{support.public_id}/{scene.provider.public_id}"
    assert client.submit(address, reason=REASON).location == "/caseload/conflicts"
    accounts.sign_in(client, scene.person)
    said = client.page("/people-beside-you/resting").get_text()
    assert REASON in said
    assert "written by Cat Manager" in said
    assert client.submit("/people-beside-you/resting", button="End this for Bo Broker").location == (
        "/people-beside-you/resting"
    )
    said = " ".join(client.page("/people-beside-you/resting").get_text().split())
    assert f"Bo Broker works for {scene.provider.name}. They can see and do nothing for you here for now." in said
    assert support.supporter is not None
    accounts.sign_in(client, support.supporter)
    assert "You can do nothing for them here for now." in client.page("/people-beside-you/resting").get_text()


def test_the_person_is_told_before_they_choose_where_a_helper_works(
    scene: bookings.Scene, client: InspectingClient
) -> None:
    helper = accounts.person(Role.PROVIDER_STAFF, name="Wanda Worker", provider_id=scene.provider.id)
    circles.support(scene.person, helper)
    accounts.sign_in(client, scene.person)
    said = " ".join(client.page(f"/listings/{scene.listing.public_id}/book").get_text().split())
    assert f"Wanda Worker, who helps here, works for {scene.provider.name}." in said
    accounts.sign_in(client, accounts.person(council_id=scene.council.id))
    assert "Wanda Worker" not in client.page(f"/listings/{scene.listing.public_id}/book").get_text()
