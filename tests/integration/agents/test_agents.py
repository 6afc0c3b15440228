"""What somebody holds for a person is spent by the person and by the one account it is bound to, and by no other helper."""

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import alembic, db, in_transaction, transaction
from app.base.refusals import Conflict, NotAllowed
from app.funding.agents import actions
from app.funding.budgets.actions import pots
from app.funding.budgets.models import MoneyChoice, Pot
from app.funding.budgets.rules.kinds import PotKind
from app.funding.choosing import actions as choosing
from app.funding.spent_elsewhere import actions as outside
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.circles.actions import supporters
from app.people.circles.models import Support
from app.people.circles.rules import EVERY_POWER, HelperKind, Power
from app.platform.audit.models import AuditEvent
from app.support.bookings.actions import answers
from app.support.bookings.queries import offers
from tests.factories import accounts, bookings, circles
from tests.factories.at_once import at_once
from tests.factories.messages import sent
from tests.inspection import InspectingClient
from tests.integration.budgets.test_pages import words

HELD = PotKind.INDIRECT_PAYMENT
WITHOUT_BOOKING = EVERY_POWER - {Power.BOOK}


@pytest.fixture
def scene(app: Flask) -> bookings.Scene:
    return bookings.scene()


def _held(scene: bookings.Scene, name: str = "Oak Trust") -> Pot:
    """A hundred pounds that somebody holds for the person, as their name alone says."""
    made = bookings.pot(scene.person, HELD, 100_00, scene.council)
    with transaction():
        made.agent_name = name
    return made


def _helper(scene: bookings.Scene, name: str, powers: frozenset[Power] = EVERY_POWER) -> tuple[Person, Support]:
    made = accounts.person(name=name)
    return made, circles.support(scene.person, made, powers)


def _bind(scene: bookings.Scene, pot: Pot, agent: Person, actor: Person | None = None) -> Pot:
    with clock.set_to(bookings.NOW), transaction():
        return actions.bind_agent(actor=actor or scene.person, pot=pot, agent=agent)


def _record(scene: bookings.Scene, pot: Pot, actor: Person) -> None:
    with clock.set_to(bookings.NOW), transaction():
        outside.record_outside(
            actor=actor,
            person=scene.person,
            pot=pot,
            spent_on=bookings.NOW.date(),
            paid_to="Corner Pool",
            paid_for="Swimming",
            pence=5_00,
            key=f"spent-by-{actor.public_id}",
        )


def test_a_name_alone_opens_nothing_to_any_helper(scene: bookings.Scene) -> None:
    pot = _held(scene, "Olive Oak")
    olive, _ = _helper(scene, "Olive Oak")
    with pytest.raises(NotAllowed, match="Somebody else holds this money"):
        bookings.booking(scene, pot, actor=olive)
    with pytest.raises(NotAllowed, match="Somebody else holds"):
        _record(scene, pot, olive)
    assert bookings.left(pot) == (100_00, 0)
    bookings.booking(scene, pot)
    assert bookings.left(pot) == (58_75, 41_25), "the person may"


def test_the_account_bound_to_it_spends_it_and_no_other_helper(scene: bookings.Scene) -> None:
    pot = _held(scene)
    olive, support = _helper(scene, "Olive Oak")
    sam, _ = _helper(scene, "Sam Sister")
    _bind(scene, pot, olive)
    booking = bookings.booking(scene, pot, actor=olive)
    assert bookings.left(pot) == (58_75, 41_25)
    with pytest.raises(NotAllowed, match="Somebody else holds this money"):
        bookings.booking(scene, pot, actor=sam)
    with pytest.raises(NotAllowed, match="You may look at this booking"), transaction():
        answers.cancel(actor=sam, booking=booking)
    with pytest.raises(NotAllowed):
        _record(scene, pot, sam)
    _record(scene, pot, olive)
    assert bookings.left(pot) == (53_75, 41_25)
    with transaction():
        supporters.end_support(actor=scene.person, support=support)
    with pytest.raises(NotAllowed):
        bookings.booking(scene, pot, actor=olive)
    assert bookings.left(pot) == (53_75, 41_25)


def test_an_account_that_is_bound_spends_only_what_it_was_let(scene: bookings.Scene) -> None:
    pot = _held(scene)
    olive, _ = _helper(scene, "Olive Oak", WITHOUT_BOOKING)
    _bind(scene, pot, olive)
    with pytest.raises(NotAllowed):
        bookings.booking(scene, pot, actor=olive)
    with pytest.raises(NotAllowed):
        _record(scene, pot, olive)
    assert bookings.left(pot) == (100_00, 0)


def test_a_page_offers_it_to_the_person_and_the_account_only(scene: bookings.Scene, client: InspectingClient) -> None:
    pot = _held(scene)
    olive, _ = _helper(scene, "Olive Oak")
    sam, _ = _helper(scene, "Sam Sister")
    _bind(scene, pot, olive)
    address = f"/listings/{scene.listing.public_id}/book/money?on=2026-11-24&from=09:00&to=10:30"
    shown = {}
    for who in (scene.person, olive, sam):
        accounts.sign_in(client, who)
        if who is not scene.person:
            with client.session_transaction() as session:
                session["shopping_for"] = scene.person.public_id
        with clock.set_to(bookings.NOW):
            shown[who.full_name] = pot.public_id in str(client.page(address))
    assert shown == {scene.person.full_name: True, "Olive Oak": True, "Sam Sister": False}


def test_only_the_person_says_whose_account_it_is(scene: bookings.Scene) -> None:
    pot = _held(scene)
    olive, _ = _helper(scene, "Olive Oak")
    manager = accounts.person(Role.CARE_MANAGER, council_id=scene.council.id)
    circles.caseload_entry(manager, scene.person, scene.council)
    attorney, support = _helper(scene, "Al Attorney")
    with transaction():
        support.kind = HelperKind.ATTORNEY
    for nobody in (olive, attorney, manager, accounts.person()):
        with pytest.raises(NotAllowed, match="Only the person"):
            _bind(scene, pot, olive, actor=nobody)
    stranger = accounts.person(name="Nobody Near")
    for wrong in (stranger, manager, scene.person):
        with pytest.raises(Conflict, match="does not help you now"):
            _bind(scene, pot, wrong)
    assert db.session.get_one(Pot, pot.id).agent_id is None
    _bind(scene, pot, olive)
    _bind(scene, pot, olive)
    acts = select(AuditEvent).where(AuditEvent.action == "agent_bound")
    assert [one.details["agent_id"] for one in db.session.scalars(acts)] == [olive.id], "pressed twice, done once"
    assert (olive.email, "Somebody says that you hold their money") in sent()


def test_another_account_takes_its_place_only_once_the_first_helps_no_more(scene: bookings.Scene) -> None:
    pot = _held(scene)
    olive, support = _helper(scene, "Olive Oak")
    sam, _ = _helper(scene, "Sam Sister")
    _bind(scene, pot, olive)
    with pytest.raises(Conflict, match="holds this money already"):
        _bind(scene, pot, sam)
    with transaction():
        supporters.end_support(actor=olive, support=support)
    assert _bind(scene, pot, sam).agent_id == sam.id


def test_of_two_at_once_one_is_bound(scene: bookings.Scene, app: Flask) -> None:
    pot = _held(scene)
    helpers = [_helper(scene, name)[0].id for name in ("Olive Oak", "Sam Sister")]
    person_id, pot_id = scene.person.id, pot.id

    def bind(number: int) -> None:
        in_transaction(
            lambda: actions.bind_agent(
                actor=db.session.get_one(Person, person_id),
                pot=db.session.get_one(Pot, pot_id),
                agent=db.session.get_one(Person, helpers[number]),
            )
        )

    answers_ = at_once(app, bind, 2)
    assert sorted(answers_) == ["Conflict", "done"]
    assert db.session.get_one(Pot, pot_id).agent_id == helpers[answers_.index("done")]


@pytest.mark.parametrize(
    ("kind", "whose"),
    [(PotKind.DIRECT_PAYMENT, "other"), (PotKind.COUNCIL_MANAGED, "other"), (HELD, "person"), (HELD, "nobody")],
)
def test_the_database_binds_nothing_else(scene: bookings.Scene, kind: PotKind, whose: str) -> None:
    agent = {"other": accounts.person().id, "person": scene.person.id, "nobody": 10**9}[whose]
    pot = bookings.pot(scene.person, kind, 0, scene.council)
    with pytest.raises(IntegrityError), transaction():
        db.session.execute(text("UPDATE pot SET agent_id = :agent WHERE id = :pot"), {"agent": agent, "pot": pot.id})


def _choose(scene: bookings.Scene, actor: Person, key: str, **holder: object) -> MoneyChoice:
    with clock.set_to(bookings.NOW), transaction():
        return choosing.choose_money(
            actor=actor,
            person=scene.person,
            council=scene.council,
            shares={HELD: 100},
            key=f"form-{key}",
            **holder,  # type: ignore[arg-type]
        )


def test_nobody_chooses_that_they_hold_the_money_themselves_or_that_a_stranger_does(scene: bookings.Scene) -> None:
    with transaction():
        scene.person.council_id = scene.council.id
    olive, _ = _helper(scene, "Olive Oak")
    with pytest.raises(choosing.WrongHolder, match="not yourself"):
        _choose(scene, olive, "olive", agent=olive)
    with pytest.raises(choosing.WrongHolder):
        _choose(scene, scene.person, "stranger", agent=accounts.person())
    assert _choose(scene, scene.person, "person", agent=olive).agent_id == olive.id


def test_another_name_chosen_is_nobodys_account_yet_and_the_same_name_keeps_it(scene: bookings.Scene) -> None:
    pot = _held(scene)
    olive, _ = _helper(scene, "Olive Oak")
    _bind(scene, pot, olive)

    def opened(**holder: object) -> tuple[str | None, int | None]:
        with transaction():
            made = pots.open_pot(person=scene.person, kind=HELD, council=scene.council, **holder)  # type: ignore[arg-type]
        assert made.id == pot.id
        return made.agent_name, made.agent_id

    assert opened(agent_name="Oak Trust") == ("Oak Trust", olive.id), "next year's budget, as chosen"
    assert opened(agent_name="Elm Trust") == ("Elm Trust", None)
    assert opened(agent_name="Olive Oak", agent_id=olive.id) == ("Olive Oak", olive.id)


def test_what_was_chosen_with_an_account_is_bound_by_the_migration_and_a_name_is_not(scene: bookings.Scene) -> None:
    olive, _ = _helper(scene, "Olive Oak")
    with transaction():
        choice = MoneyChoice(
            key="as-it-was-chosen",
            person_id=scene.person.id,
            council_id=scene.council.id,
            shares={"indirect_payment": 100},
            agent_name="Olive Oak",
            agent_id=olive.id,
            status="enacted",
            chosen_at=bookings.NOW,
            chosen_by_id=scene.person.id,
            enacted_at=bookings.NOW,
            enacted_by_id=scene.person.id,
        )
        db.session.add(choice)
    bound = _held(scene, "Olive Oak").id
    other = accounts.person(council_id=scene.council.id)
    named = bookings.pot(other, HELD, 0, scene.council).id
    olive_id = olive.id
    db.session.execute(text("UPDATE pot SET agent_name = 'Elm Trust' WHERE id = :pot"), {"pot": named})
    db.session.commit()
    db.session.close()
    alembic.downgrade("0025")
    alembic.upgrade()
    rows = db.session.execute(text("SELECT id, agent_id FROM pot WHERE kind = 'indirect_payment'"))
    found = {row.id: row.agent_id for row in rows}
    assert found == {bound: olive_id, named: None}


def test_by_page_the_person_says_whose_account_it_is(scene: bookings.Scene, client: InspectingClient) -> None:
    pot = _held(scene)
    accounts.sign_in(client, scene.person)
    money = words(client.page("/money"))
    assert "Oak Trust holds it." in money
    assert "This name is not yet bound to an account, so nobody who helps you can spend it here." in money
    address = f"/money/held/{pot.public_id}"
    assert "Nobody helps you here now." in words(client.page(address))
    olive, _ = _helper(scene, "Olive Oak")
    assert client.submit(address, agent="").status_code == 200
    assert client.submit(address, agent=accounts.person().public_id).status_code == 200
    assert db.session.get_one(Pot, pot.id).agent_id is None
    assert client.submit(address, agent=olive.public_id).location == "/money"
    assert "Of those who help, one account can spend it here." in words(client.page("/money"))
    assert "Olive Oak holds it." in words(client.page(address))
    accounts.sign_in(client, olive)
    client.page(address, status=404)


def test_another_helper_is_told_nothing_of_what_it_pays(scene: bookings.Scene, client: InspectingClient) -> None:
    pot = _held(scene)
    booking = bookings.booking(scene, pot)
    _, support = _helper(scene, "Sam Sister", frozenset({Power.SEE_PLAN, Power.BOOK, Power.SUGGEST}))
    sam = support.supporter
    assert sam is not None
    accounts.sign_in(client, sam)
    with client.session_transaction() as session:
        session["shopping_for"] = scene.person.public_id
    page = client.page(f"/bookings/{booking.public_id}").get_text(" ", strip=True)
    assert pot.name not in page
    assert "Cancel" not in page
    assert offers.open_pots(scene.person) == {pot.public_id: pot.id}
