"""Whoever works for a provider holds no power over somebody who uses, has asked or is about to use it; either way round."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import Conflict, NotAllowed
from app.funding.budgets.models import Pot
from app.funding.budgets.queries import choices
from app.funding.budgets.rules.kinds import PotKind
from app.funding.choosing import actions as choosing
from app.market.catalogue.models import Listing
from app.market.providers.models import Provider
from app.people.accounts.actions.roles import grant_role
from app.people.accounts.models import Person
from app.people.accounts.rules import Role, token_hash
from app.people.circles import queries as circles_queries
from app.people.circles.actions import caseloads, invitations, supporters
from app.people.circles.models import Support
from app.people.circles.rules import COUNCIL_STAFF_POWERS, EVERY_POWER, Power, stored_powers
from app.people.interests.models import Interest
from app.platform.audit.models import AuditEvent
from app.support.availability.models import Waiting
from app.support.basket.actions import deciding, filling
from app.support.bookings.actions import answers
from app.support.conflicts import actions, queries
from tests.factories import accounts, bookings, circles, places, providers
from tests.factories import budgets as pots
from tests.factories.at_once import at_once
from tests.factories.budgets import choose
from tests.factories.messages import sent
from tests.factories.sharing import House
from tests.inspection import InspectingClient

PLAN = {"on": "2026-11-24", "from": "09:00", "to": "10:30"}


@pytest.fixture(autouse=True)
def _at_the_time(app: Flask) -> Iterator[None]:
    with clock.set_to(bookings.NOW):
        yield


@pytest.fixture
def scene() -> bookings.Scene:
    return bookings.scene()


def _worker(provider: Provider, name: str = "Wanda Worker") -> Person:
    return accounts.person(Role.PROVIDER_STAFF, name=name, provider_id=provider.id)


def _powers(helper: Person, person: Person) -> frozenset[object]:
    db.session.expire_all()
    return circles_queries.powers_over(helper, person.id)


def _money(scene: bookings.Scene) -> Pot:
    return bookings.pot(scene.person, PotKind.OWN_MONEY, 20_000)


def _a_request(scene: bookings.Scene) -> None:
    bookings.booking(scene, _money(scene))


def _agreed(scene: bookings.Scene) -> None:
    bookings.accepted(scene, _money(scene))


def _in_the_basket(scene: bookings.Scene) -> None:
    with transaction():
        filling.put_in_basket(
            actor=scene.person, person=scene.person, listing_id=scene.listing.id, plan=PLAN, key="one-line"
        )


def _waits(scene: bookings.Scene) -> None:
    session = places.session(scene, bookings.NOW + timedelta(days=3))
    db.session.add(
        Waiting(session_id=session.id, person_id=scene.person.id, joined_at=bookings.NOW, joined_by_id=scene.person.id)
    )
    db.session.commit()


def _a_fund(scene: bookings.Scene) -> None:
    pots.pot(scene.person, PotKind.INDIVIDUAL_SERVICE_FUND, 1000, fund_holder=scene.provider)


def _a_fund_asked_for(scene: bookings.Scene) -> None:
    with transaction():
        choose(scene.person, scene.council, {PotKind.INDIVIDUAL_SERVICE_FUND: 100}, fund_holder=scene.provider)


USES = [_a_request, _agreed, _in_the_basket, _waits, _a_fund, _a_fund_asked_for]
"""Each way in which somebody uses, has asked or is about to use a provider."""


@pytest.mark.parametrize("begin", USES)
def test_a_helpers_powers_rest_from_the_moment_the_person_turns_to_where_they_work(
    scene: bookings.Scene, begin: Callable[[bookings.Scene], None]
) -> None:
    helper, other = _worker(scene.provider), _worker(providers.provider("Elsewhere"), "Owen Other")
    circles.support(scene.person, helper)
    circles.support(scene.person, other)
    assert _powers(helper, scene.person) == EVERY_POWER
    begin(scene)
    assert _powers(helper, scene.person) == frozenset()
    assert circles_queries.people_helped_by(helper) == []
    assert [one.supporter_id for one in circles_queries.standing_beside([scene.person.id])] == [other.id]
    assert _powers(other, scene.person) == EVERY_POWER
    found = [(one.person_id, one.helper_id, one.provider_id, one.is_excepted) for one in queries.conflicts_now()]
    assert found == [(scene.person.id, helper.id, scene.provider.id, False)]


@pytest.mark.parametrize("begin", USES)
def test_a_role_at_a_provider_the_person_uses_lets_a_helpers_powers_rest(
    scene: bookings.Scene, begin: Callable[[bookings.Scene], None]
) -> None:
    helper = accounts.person(name="Sam Sister")
    circles.support(scene.person, helper)
    begin(scene)
    assert _powers(helper, scene.person) == EVERY_POWER
    with transaction():
        grant_role(person=helper, role=Role.PROVIDER_STAFF, provider_id=scene.provider.id)
    assert _powers(helper, scene.person) == frozenset()
    with transaction():
        for grant in helper.grants:
            if grant.provider_id is not None:
                grant.ended_at = clock.now()
    assert _powers(helper, scene.person) == EVERY_POWER


def test_not_now_and_a_choice_taken_back_are_over(scene: bookings.Scene) -> None:
    helper, manager = _worker(scene.provider), accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    circles.support(scene.person, helper)
    circles.caseload_entry(manager, scene.person, scene.council)
    with transaction():
        line = filling.put_in_basket(
            actor=manager, person=scene.person, listing_id=scene.listing.id, plan=PLAN, key="suggested-line"
        )
    assert _powers(helper, scene.person) == frozenset(), "it is suggested: the person is about to use it"
    with pytest.raises(NotAllowed), transaction():
        deciding.take_suggestion(actor=helper, person=scene.person, line=line.public_id, seen_pence=41_25)
    with transaction():
        deciding.leave_suggestion(actor=scene.person, person=scene.person, line=line.public_id, because="")
    assert _powers(helper, scene.person) == EVERY_POWER
    _a_fund_asked_for(scene)
    assert _powers(helper, scene.person) == frozenset()
    with transaction():
        waiting = choices.waiting_choice(scene.person.id, scene.council.id)
        assert waiting is not None
        choosing.withdraw_choice(actor=scene.person, choice=waiting)
    assert _powers(helper, scene.person) == EVERY_POWER


def test_help_whose_last_day_has_passed_is_no_conflict(scene: bookings.Scene) -> None:
    support = circles.support(scene.person, _worker(scene.provider))
    _a_request(scene)
    assert len(queries.conflicts_now()) == 1
    with transaction():
        support.ends_on = clock.today() - timedelta(days=1)
    assert queries.conflicts_now() == []


def test_a_care_managers_powers_rest_too_and_they_are_on_no_list(scene: bookings.Scene) -> None:
    manager = accounts.person(
        Role.CARE_MANAGER, Role.PROVIDER_STAFF, council_id=scene.council.id, provider_id=scene.provider.id
    )
    circles.caseload_entry(manager, scene.person, scene.council)
    assert _powers(manager, scene.person) == COUNCIL_STAFF_POWERS - {Power.BOOK_COUNCIL_MANAGED}
    _in_the_basket(scene)
    assert _powers(manager, scene.person) == frozenset()
    assert not circles_queries.standing_over(manager, scene.person.id).is_anybody
    assert list(db.session.scalars(circles_queries.caseload_of(manager))) == []
    assert circles_queries.on_caseloads([scene.person.id]) == []


def test_whoever_shares_support_uses_its_provider() -> None:
    house = House()
    for person in house.people:
        circles.support(person, _worker(house.scene.provider, f"Helps {person.full_name}"))
    plan = house.plan()
    found = {one.person_id for one in queries.conflicts_now()}
    # The other two have been asked; who they are is known once their address has an account.
    assert house.people[0].id in found
    for place in (1, 2):
        plan = house.agree(place, plan)
    assert {one.person_id for one in queries.conflicts_now()} == {one.id for one in house.people}


def test_it_is_over_thirteen_weeks_after_the_last_visit_and_at_once_when_called_off(scene: bookings.Scene) -> None:
    helper = _worker(scene.provider)
    circles.support(scene.person, helper)
    made = bookings.delivered(scene, _money(scene))
    last = made.visits[-1].ends_at
    for after, powers in (
        (timedelta(weeks=13) - timedelta(minutes=1), frozenset()),
        (timedelta(weeks=13), EVERY_POWER),
    ):
        with clock.set_to(last + after):
            assert _powers(helper, scene.person) == powers


def test_what_was_called_off_is_over_at_once(scene: bookings.Scene) -> None:
    helper = _worker(scene.provider)
    circles.support(scene.person, helper)
    made = bookings.booking(scene, _money(scene))
    assert _powers(helper, scene.person) == frozenset()
    with transaction():
        answers.decline(actor=scene.staff, booking=made, reason="We are full")
    assert _powers(helper, scene.person) == EVERY_POWER


def test_who_works_there_cannot_say_yes_be_put_beside_them_or_be_given_more(scene: bookings.Scene) -> None:
    helper = _worker(scene.provider)
    support = circles.support(scene.person, helper)
    _in_the_basket(scene)
    words = "You work for a provider that this person uses"
    with pytest.raises(Conflict, match=words), transaction():
        supporters.change_powers(actor=scene.person, support=support, powers=EVERY_POWER)
    manager = accounts.person(
        Role.CARE_MANAGER, Role.PROVIDER_STAFF, council_id=scene.council.id, provider_id=scene.provider.id
    )
    with pytest.raises(Conflict, match=words), transaction():
        caseloads.put_on_caseload(
            actor=manager, care_manager=manager, person=scene.person, council=scene.council, because="They rang us"
        )
    _invited(scene, "a-token")
    another = _worker(scene.provider, "Una Other")
    with pytest.raises(Conflict, match=words), transaction():
        invitations.accept_invitation(actor=another, token="a-token", knows_code=True)
    # Refused, it changed nothing: somebody else with the link may still say yes.
    waiting = db.session.scalars(select(Support).where(Support.token_hash == token_hash("a-token"))).one()
    assert (waiting.accepted_at, waiting.supporter_id) == (None, None)
    # Ending is always open to both.
    with transaction():
        supporters.end_support(actor=helper, support=support)
    assert queries.conflicts_now() == []


def _invited(scene: bookings.Scene, token: str) -> None:
    with transaction():
        db.session.add(
            Support(
                person_id=scene.person.id,
                invited_email="somebody@example.org",
                relation="my friend",
                invited_by_id=scene.person.id,
                powers=stored_powers(EVERY_POWER),
                token_hash=token_hash(token),
                invited_at=clock.now(),
            )
        )


def test_nobody_chooses_their_own_provider_for_somebody_they_help(scene: bookings.Scene) -> None:
    helper = _worker(scene.provider)
    circles.support(scene.person, helper)
    money = _money(scene)
    words = "You work for this provider, so you cannot choose it for somebody else"
    with pytest.raises(NotAllowed, match=words):
        bookings.booking(scene, money, actor=helper)
    with pytest.raises(NotAllowed, match=words), transaction():
        filling.put_in_basket(actor=helper, person=scene.person, listing_id=scene.listing.id, plan=PLAN, key="one-line")
    assert bookings.left(money) == (20_000, 0)
    assert queries.conflicts_now() == []


def test_whoever_was_acting_is_stopped_at_their_next_page(scene: bookings.Scene, client: InspectingClient) -> None:
    helper = _worker(scene.provider)
    circles.support(scene.person, helper)
    accounts.sign_in(client, helper)
    client.submit("/people-beside-you", button=f"Shop for {scene.person.full_name}")
    client.page("/money")
    _in_the_basket(scene)
    assert "it rests because you work for a provider they use" in client.page("/money", 403).get_text()
    assert "People you help" not in client.page("/people-beside-you").get_text()


def test_both_are_told_once_when_it_begins_and_when_it_ends(scene: bookings.Scene, app: Flask) -> None:
    helper = _worker(scene.provider)
    circles.support(scene.person, helper)
    made = bookings.booking(scene, _money(scene))
    run = app.test_cli_runner().invoke
    assert run(args=["conflicts", "note"]).output == "1 began, 0 ended.\n"
    assert _told_of_rest() == sorted([helper.email, scene.person.email])
    assert run(args=["conflicts", "note"]).output == "0 began, 0 ended.\n"
    assert len(_told_of_rest()) == 2
    with transaction():
        answers.decline(actor=scene.staff, booking=made, reason="We are full")
    assert run(args=["conflicts", "note"]).output == "0 began, 1 ended.\n"
    assert _told_of_rest() == sorted([helper.email, scene.person.email] * 2)
    (kept,) = db.session.scalars(select(Interest)).all()
    assert (kept.since, kept.until) == (bookings.NOW, bookings.NOW)
    acts = select(AuditEvent.action).where(AuditEvent.subject_kind == "interest").order_by(AuditEvent.id)
    assert list(db.session.scalars(acts)) == ["help_rests", "help_rests_no_more"]


def _told_of_rest() -> list[str]:
    return sorted(to for to, subject in sent() if subject == "Who may help on Ownway has changed")


def test_noted_by_several_at_once_each_is_told_once(scene: bookings.Scene, app: Flask) -> None:
    circles.support(scene.person, _worker(scene.provider))
    _in_the_basket(scene)

    def note(_number: int) -> None:
        with transaction():
            actions.note_conflicts()

    assert at_once(app, note, 4) == ["done"] * 4
    assert len(db.session.scalars(select(Interest)).all()) == 1
    assert len(_told_of_rest()) == 2


def test_the_list_names_those_that_exist_without_names_and_fails_while_there_are_any(
    scene: bookings.Scene, app: Flask
) -> None:
    run = app.test_cli_runner().invoke
    none = run(args=["conflicts", "list"])
    assert (none.exit_code, none.output) == (0, "None.\n")
    helper = _worker(scene.provider)
    circles.support(scene.person, helper)
    _in_the_basket(scene)
    found = run(args=["conflicts", "list"])
    assert found.exit_code == 1
    assert found.output == (
        f"person {scene.person.public_id}, helper {helper.public_id}, provider {scene.provider.name}: powers rest\n"
    )
    assert scene.person.full_name not in found.output


def test_saying_yes_and_booking_at_once_never_leave_a_power_that_holds(scene: bookings.Scene, app: Flask) -> None:
    """Whichever is first: either the yes is refused, or the power rests from the first page on."""
    helper, money = _worker(scene.provider), _money(scene)
    _invited(scene, "a-token")
    person_id, listing_id, helper_id, pot_id = scene.person.id, scene.listing.id, helper.id, money.id
    seen: list[frozenset[object]] = []

    def either(number: int) -> None:
        with clock.set_to(bookings.NOW):
            _one_of(number)

    def _one_of(number: int) -> None:
        if number == 0:
            with transaction():
                invitations.accept_invitation(
                    actor=db.session.get_one(Person, helper_id), token="a-token", knows_code=True
                )
        else:
            person = db.session.get_one(Person, person_id)
            with transaction():
                bookings.request_booking(
                    actor=person,
                    person=person,
                    listing=db.session.get_one(Listing, listing_id),
                    times=bookings.tuesday(),
                    add_on_ids=(),
                    pots=[pot_id],
                    key="booked-at-once-0001",
                )
            seen.append(circles_queries.powers_over(db.session.get_one(Person, helper_id), person_id))

    answered = at_once(app, either, 2)
    assert answered[1] == "done"
    assert answered[0] in {"done", "Conflict"}
    assert seen == [frozenset()]
    assert _powers(helper, scene.person) == frozenset()
    assert len(queries.conflicts_now()) == (1 if answered[0] == "done" else 0)
