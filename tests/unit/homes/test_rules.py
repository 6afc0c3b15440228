"""What is sealed, for whom, and for how long it is shown."""

from datetime import UTC, datetime, timedelta

import pytest

from app.base.sealing import Seal
from app.market.catalogue.rules.kinds import COMES_HOME
from app.people.homes.rules import KEPT_AFTER, LATE_MOST, PURPOSE, HomeFacts, HomeSeal, may_still_see_home, shows_way_in
from app.support.visits.rules.unconfirmed import AT_HOME

FACTS = HomeFacts("7 Larch Road\nQuaybridge", "01632 960001", "Joanne, my daughter", "01632 960002")
NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)


def test_what_is_sealed_says_nothing_and_opens_again() -> None:
    seal = HomeSeal(Seal(PURPOSE, "one secret"))
    token = seal.seal_facts(FACTS, "ada")
    assert b"Larch" not in token
    assert seal.facts_in(token, "ada") == FACTS
    assert seal.way_in_of(seal.seal_way_in("Key safe 4711", "ada"), "ada") == "Key safe 4711"
    assert seal.seal_way_in("", "ada") is None
    assert seal.way_in_of(None, "ada") == ""


def test_what_is_sealed_for_one_does_not_open_beside_another() -> None:
    seal = HomeSeal(Seal(PURPOSE, "one secret"))
    assert seal.facts_in(seal.seal_facts(FACTS, "ada"), "bob") is None
    assert seal.way_in_of(seal.seal_way_in("Key safe 4711", "ada"), "bob") == ""


def test_an_older_secret_still_opens_and_a_lost_one_does_not() -> None:
    token = HomeSeal(Seal(PURPOSE, "old")).seal_facts(FACTS, "ada")
    assert HomeSeal(Seal(PURPOSE, "new", ["older", "old"])).facts_in(token, "ada") == FACTS
    assert HomeSeal(Seal(PURPOSE, "new")).facts_in(token, "ada") is None


@pytest.mark.parametrize(
    ("after", "expected"), [(KEPT_AFTER - timedelta(seconds=1), True), (KEPT_AFTER, False), (-timedelta(days=90), True)]
)
def test_a_provider_sees_where_until_seven_days_after_the_last_visit(after: timedelta, expected: bool) -> None:
    assert may_still_see_home(NOW, now=NOW + after) is expected


def test_where_no_visit_is_left_nothing_is_seen() -> None:
    assert not may_still_see_home(None, now=NOW)


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (NOW - timedelta(seconds=1), False),
        (NOW, True),
        (NOW + timedelta(days=1) + LATE_MOST - timedelta(seconds=1), True),
        (NOW + timedelta(days=1) + LATE_MOST, False),
    ],
)
def test_how_to_get_in_is_shown_from_the_day_before_until_it_is_over(now: datetime, expected: bool) -> None:
    assert shows_way_in(NOW, NOW + timedelta(days=1), now=now) is expected


def test_wherever_somebody_waits_at_home_somebody_comes_to_the_home() -> None:
    assert AT_HOME < COMES_HOME
