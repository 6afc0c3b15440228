"""Framework status is a fact about provider, council, lot and day."""

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import event, func, select

from app.base.db import db, transaction
from app.base.refusals import BadInput, Conflict, NotAllowed, NotFound
from app.market.providers import queries as providers_queries
from app.market.providers.actions import providers as providers_actions
from app.market.providers.models import FrameworkPlace, Provider
from app.market.providers.rules import ProviderKind
from app.people.accounts.rules import Role
from app.people.councils.queries import locality_by_slug
from app.platform.audit.models import AuditEvent
from tests.factories import accounts, councils, providers

pytestmark = pytest.mark.usefixtures("app")
DAY = date(2026, 6, 1)


def test_status_follows_council_kind_day_locality_and_suspension() -> None:
    council, other = councils.council(), councils.council()
    councils.places(council)
    north, south = locality_by_slug(council.id, "north"), locality_by_slug(council.id, "south")
    assert north is not None
    assert south is not None
    home, meals = councils.framework(council, ["care-at-home"], ["meals"], ends_on=date(2026, 12, 31)).lots
    provider = providers.provider()
    providers.place(provider, home, date(2026, 2, 1), until_on=date(2026, 11, 30))
    providers.place(provider, meals, date(2026, 1, 1), locality_id=north.id)

    def status(kind: str, on: date = DAY, council_id: int = council.id, locality: int | None = None) -> bool:
        return providers_queries.framework_status(provider.id, council_id, kind, on, locality_id=locality)

    assert status("care-at-home")
    assert not status("transport")
    assert not status("care-at-home", council_id=other.id)
    assert [status("care-at-home", on) for on in (date(2026, 1, 31), date(2026, 2, 1), date(2026, 12, 1))] == [
        False,
        True,
        False,
    ]
    assert [status("meals", locality=one) for one in (None, north.id, south.id)] == [True, True, False]
    assert [status("meals", on) for on in (date(2026, 12, 31), date(2027, 1, 1))] == [True, False]
    days = [date(2026, 6, 1), date(2026, 6, 2), date(2026, 6, 8), date(2026, 6, 9)]

    def both(kind: str) -> list[bool]:
        alone = [status(kind, on) for on in days]
        assert [on in providers_queries.framework_days(provider.id, council.id, kind, days) for on in days] == alone
        return alone

    ended = {"ended_on": date(2026, 6, 9), "ended_at": datetime(2026, 6, 9, 12, tzinfo=UTC), "end_words": "Better"}
    providers.suspension(provider, council, home, date(2026, 6, 2), **ended)
    assert (both("care-at-home"), both("meals")) == ([True, False, False, True], [True] * 4)
    assert providers_queries.framework_days(provider.id, council.id, "care-at-home", days, is_agreed=True) == set(days)
    providers.suspension(provider, other, None, date(2026, 6, 1))
    assert both("meals") == [True] * 4
    providers.suspension(provider, council, None, date(2026, 6, 8))
    assert (both("care-at-home"), both("meals")) == ([True, False, False, False], [True, True, False, False])
    providers.suspension(provider, None, None, date(2026, 6, 1))
    assert both("meals") == [False] * 4


def test_many_statuses_take_one_query() -> None:
    council = councils.council()
    lot = councils.framework(council).lots[0]
    some = [providers.provider() for _ in range(5)]
    for one in some[:3]:
        providers.place(one, lot)
    pairs = [(one.id, "care-at-home") for one in some]
    council_id, expected = council.id, {pair: number < 3 for number, pair in enumerate(pairs)}
    names = [one.name for one in some[:3]]
    asked: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *found: asked.append(found[2]))
    assert providers_queries.framework_statuses(pairs, council_id=council_id, on=DAY) == expected
    assert len(asked) == 1
    assert providers_queries.framework_statuses([], council_id=council_id, on=DAY) == {}
    assert [one.name for one in providers_queries.providers_on_framework(council_id, DAY)] == sorted(names)
    assert list(providers_queries.providers_on_framework(council_id, DAY, "meals")) == []
    assert len(providers_queries.places_on_frameworks([pair[0] for pair in pairs], DAY)) == 3


def test_only_the_councils_commissioners_change_its_framework() -> None:
    council = councils.council()
    lot = councils.framework(council).lots[0]
    boss = accounts.person(Role.COMMISSIONER, council_id=council.id)
    stranger = accounts.person(Role.COMMISSIONER, council_id=councils.council().id)
    provider = providers.provider()
    with pytest.raises(NotAllowed), transaction():
        providers_actions.place_on_framework(actor=stranger, provider=provider, lot=lot, from_on=DAY)
    assert db.session.scalar(select(func.count()).select_from(FrameworkPlace)) == 0
    with transaction():
        providers_actions.place_on_framework(actor=boss, provider=provider, lot=lot, from_on=DAY)
    with pytest.raises(Conflict, match="already has a place"), transaction():
        providers_actions.place_on_framework(actor=boss, provider=provider, lot=lot, from_on=date(2027, 1, 1))
    with pytest.raises(BadInput, match="The framework runs from"), transaction():
        providers_actions.place_on_framework(actor=boss, provider=provider, lot=lot, from_on=date(2031, 1, 1))
    with pytest.raises(BadInput, match="end on or after"), transaction():
        providers_actions.place_on_framework(
            actor=boss, provider=provider, lot=lot, from_on=DAY, until_on=date(2026, 5, 1)
        )
    assert db.session.scalars(select(AuditEvent.action).order_by(AuditEvent.id)).all() == ["framework_place_given"]


def test_a_provider_is_added_by_a_commissioner_and_found_by_its_public_id() -> None:
    boss = accounts.person(Role.COMMISSIONER, council_id=councils.council().id)
    with transaction():
        made = providers_actions.add_provider(
            actor=boss, name=" Birchwood ", kind=ProviderKind.LOCAL, phone="0161 999 0001"
        )
    assert providers_queries.provider_by_public_id(made.public_id).name == "Birchwood"
    with pytest.raises(NotFound):
        providers_queries.provider_by_public_id("nothing")
    with pytest.raises(NotAllowed), transaction():
        providers_actions.add_provider(actor=accounts.person(), name="No", kind=ProviderKind.LOCAL)
    with pytest.raises(BadInput), transaction():
        providers_actions.add_provider(actor=None, name=" ", kind=ProviderKind.LOCAL)
    assert db.session.scalar(select(func.count()).select_from(Provider)) == 1
