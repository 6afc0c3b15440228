"""Two at the same moment: one cover, one look over, one answer."""

from flask import Flask

from app.base import clock
from app.base.db import db, in_transaction, transaction
from app.funding.budgets.actions import agreements
from app.funding.budgets.models import OneOffAgreement
from app.people.accounts.models import Person
from app.people.accounts.rules import Role
from app.people.caseloads import actions
from app.people.circles.actions import caseloads
from app.people.circles.models import CaseloadCover, CaseloadEntry
from app.people.councils.models import Council
from tests.factories import accounts, providers
from tests.factories.at_once import at_once
from tests.factories.bookings import NOW
from tests.integration.caseloads.test_cover import FIRST, LAST, Office


def test_a_cover_named_twice_at_once_is_one(app: Flask) -> None:
    office = Office()
    helen, omar, council = office.helen.id, office.omar.id, office.council.id

    def name(_number: int) -> None:
        in_transaction(
            lambda: actions.name_cover(
                actor=db.session.get_one(Person, helen),
                cover=db.session.get_one(Person, omar),
                council=db.session.get_one(Council, council),
                from_on=FIRST,
                until_on=LAST,
            )
        )

    with clock.set_to(NOW):
        assert sorted(at_once(app, name, 2)) == ["Conflict", "done"]
    assert db.session.query(CaseloadCover).count() == 1
    assert db.session.query(CaseloadEntry).where(CaseloadEntry.cover_id.is_not(None)).count() == 1


def test_two_who_look_over_at_once_are_one_answer(app: Flask) -> None:
    office = Office()
    boss = accounts.person(Role.COMMISSIONER, council_id=office.council.id)
    with transaction():
        entry = caseloads.put_on_caseload(
            actor=office.omar, care_manager=office.omar, person=office.ada, council=office.council, because="She rang"
        )
    number, who = entry.id, [office.helen.id, boss.id]

    def look(turn: int) -> None:
        in_transaction(
            lambda: actions.look_over(
                actor=db.session.get_one(Person, who[turn]),
                entry=db.session.get_one(CaseloadEntry, number),
                is_right=turn == 0,
                because="No",
            )
        )

    assert sorted(at_once(app, look, 2)) == ["Conflict", "done"]
    entry = db.session.get_one(CaseloadEntry, number)
    assert entry.was_right == (entry.looked_over_by_id == who[0]) == (entry.ended_at is None)


def test_yes_and_no_to_an_agreement_at_once_are_one_answer(app: Flask) -> None:
    office = Office()
    provider = providers.provider("Larch & Co")
    with transaction():
        made = agreements.sign_agreement(
            actor=office.helen,
            person=office.ada,
            council=office.council,
            provider=provider,
            from_on=clock.today(),
            until_on=clock.today(),
            reason="Nobody else",
            outcomes="To swim again",
        )
    number, ada = made.id, office.ada.id

    def answer(turn: int) -> None:
        in_transaction(
            lambda: agreements.answer_agreement(
                actor=db.session.get_one(Person, ada),
                agreement=db.session.get_one(OneOffAgreement, number),
                agrees=turn == 0,
            )
        )

    assert sorted(at_once(app, answer, 2)) == ["Conflict", "done"]
