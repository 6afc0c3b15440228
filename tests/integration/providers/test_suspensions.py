"""Suspension is of one council, per lot or whole, from a day; only the operator suspends everywhere."""

from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.base import clock
from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed
from app.market.catalogue.actions import places
from app.market.providers.models import Provider, Suspension
from app.market.providers.queries import suspensions
from app.market.providers.rules import SuspensionReason
from app.people.accounts.rules import Role
from app.platform.audit.models import AuditEvent
from tests.factories import accounts, councils, providers
from tests.factories.at_once import at_once

pytestmark = pytest.mark.usefixtures("app")
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
TODAY = date(2026, 6, 1)
WHY = {"reason": SuspensionReason.QUALITY, "words": "Visits were late"}


def stopped(provider: Provider, council_id: int | None, on: date = TODAY) -> bool:
    return provider.id in suspensions.stopped([provider.id], council_id=council_id, on=on)


def test_it_holds_for_the_people_of_one_council_from_its_day_until_the_day_it_is_ended() -> None:
    council, other, provider = councils.council(), councils.council(), providers.provider()
    boss = accounts.person(Role.COMMISSIONER, council_id=council.id)
    with clock.set_to(NOW), transaction():
        made = places.suspend_provider(
            actor=boss, provider=provider, council=council, from_on=TODAY + timedelta(days=2), **WHY
        )
    days = [TODAY + timedelta(days=more) for more in range(1, 6)]
    assert [stopped(provider, council.id, on) for on in days] == [False, True, True, True, True]
    assert [stopped(provider, other.id, on) for on in days] == [False] * 5
    assert [stopped(provider, None, on) for on in days] == [False] * 5
    with clock.set_to(NOW + timedelta(days=4)), transaction():
        places.end_suspension(actor=boss, suspension=made, words="Put right")
    assert [stopped(provider, council.id, on) for on in days] == [False, True, True, False, False]
    assert (made.ended_on, made.ended_by_id, made.end_words) == (days[3], boss.id, "Put right")
    assert db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all() == [
        "provider_suspended",
        "provider_suspension_ended",
    ]


def test_one_taken_back_before_its_day_never_held_and_another_can_follow() -> None:
    council, provider = councils.council(), providers.provider()
    with clock.set_to(NOW):
        for _ in range(2):
            with transaction():
                made = places.suspend_provider(
                    actor=None, provider=provider, council=council, from_on=date(2026, 7, 1), **WHY
                )
            with transaction():
                places.end_suspension(actor=None, suspension=made, words="Not needed")
    assert made.ended_on == date(2026, 7, 1)
    assert not stopped(provider, council.id, date(2026, 7, 1))
    assert db.session.scalar(select(func.count(Suspension.id))) == 2


def test_only_the_councils_commissioners_suspend_and_only_the_operator_everywhere() -> None:
    council, other, provider = councils.council(), councils.council(), providers.provider()
    lot = councils.framework(other).lots[0]
    boss = accounts.person(Role.COMMISSIONER, council_id=council.id)
    manager = accounts.person(Role.CARE_MANAGER, council_id=council.id)
    with clock.set_to(NOW):
        for actor, whose in ((boss, other), (boss, None), (manager, council)):
            with pytest.raises(NotAllowed), transaction():
                places.suspend_provider(actor=actor, provider=provider, council=whose, from_on=TODAY, **WHY)
        with pytest.raises(BadInput, match="another council"), transaction():
            places.suspend_provider(actor=boss, provider=provider, council=council, lot=lot, from_on=TODAY, **WHY)
        with pytest.raises(BadInput, match="never reaches back"), transaction():
            places.suspend_provider(
                actor=boss, provider=provider, council=council, from_on=TODAY - timedelta(days=1), **WHY
            )
        with pytest.raises(BadInput, match="Enter why"), transaction():
            places.suspend_provider(
                actor=boss, provider=provider, council=council, from_on=TODAY, **{**WHY, "words": " "}
            )
        with transaction():
            everywhere = places.suspend_provider(actor=None, provider=provider, council=None, from_on=TODAY, **WHY)
        with pytest.raises(NotAllowed), transaction():
            places.end_suspension(actor=boss, suspension=everywhere, words="Ours")
    assert [stopped(provider, number) for number in (council.id, other.id, None)] == [True] * 3


def test_each_reach_stands_once_and_the_database_holds_that() -> None:
    council, provider = councils.council(), providers.provider()
    lot, second = councils.framework(council, ["meals"], ["care-at-home"]).lots
    with clock.set_to(NOW):
        for reach in ({"council": None}, {"council": council}, {"council": council, "lot": lot}):
            with transaction():
                places.suspend_provider(actor=None, provider=provider, from_on=TODAY, **reach, **WHY)
            with pytest.raises(Conflict, match="suspended there already"), transaction():
                places.suspend_provider(actor=None, provider=provider, from_on=date(2026, 9, 1), **reach, **WHY)
        with transaction():
            places.suspend_provider(actor=None, provider=provider, council=council, lot=second, from_on=TODAY, **WHY)
    for of in ((None, None), (council, None), (council, lot)):
        with pytest.raises(IntegrityError):
            providers.suspension(provider, *of)
        db.session.rollback()
    boss = accounts.person(Role.COMMISSIONER, council_id=council.id)
    other = providers.provider()
    for wrong in (
        {"made_by_id": boss.id},
        {"words": ""},
        {"lot": lot},
        {"ended_on": date(2025, 12, 31), "ended_at": NOW, "end_words": "Early"},
        {"ended_at": NOW},
        {"ended_by_id": boss.id},
    ):
        with pytest.raises(IntegrityError):
            providers.suspension(other, None, **wrong)
        db.session.rollback()


def test_two_officers_at_once_make_one(app: Flask) -> None:
    council_id, provider_id = councils.council().id, providers.provider().id
    boss_id = accounts.person(Role.COMMISSIONER, council_id=council_id).id

    def press(_number: int) -> None:
        from app.people.accounts.models import Person
        from app.people.councils.models import Council

        with transaction():
            places.suspend_provider(
                actor=db.session.get_one(Person, boss_id),
                provider=db.session.get_one(Provider, provider_id),
                council=db.session.get_one(Council, council_id),
                from_on=clock.today(),
                **WHY,
            )

    assert sorted(at_once(app, press, 4)) == ["Conflict", "Conflict", "Conflict", "done"]
    assert db.session.scalar(select(func.count(Suspension.id))) == 1
