"""The clock of a process may run ahead, and a moment set inside is that moment whatever it does."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from app.base import clock
from config import UnsafeSettings, clock_told

DAY = timedelta(days=1)
SOON = timedelta(seconds=30)


@pytest.fixture(autouse=True)
def _given_back() -> Iterator[None]:
    before = clock.ahead()
    yield
    clock.run_from(before)


def real() -> datetime:
    return datetime.now(UTC)


def test_time_runs_on_from_the_moment_told_and_never_goes_back_to_it() -> None:
    moment = real().replace(microsecond=0) + 40 * DAY
    clock.run_from(moment)
    assert abs(clock.now() - moment) < SOON
    ahead = clock.ahead()
    assert ahead == timedelta(seconds=ahead // timedelta(seconds=1))
    clock.run_from(moment)
    assert clock.ahead() == ahead


def test_so_many_seconds_ahead_is_the_same_clock_in_every_process() -> None:
    clock.run_from(timedelta(seconds=86_400))
    assert clock.ahead() == DAY
    assert abs(clock.now() - real() - DAY) < SOON
    clock.run_from(timedelta())
    assert abs(clock.now() - real()) < SOON


def test_a_moment_set_is_that_moment() -> None:
    clock.run_from(DAY)
    moment = datetime(2027, 3, 28, 0, 59, tzinfo=UTC)
    with clock.set_to(moment):
        assert clock.now() == moment


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", timedelta()),
        ("+86400", DAY),
        ("-3600", timedelta(hours=-1)),
        ("2026-12-25T00:01+00:00", datetime(2026, 12, 25, 0, 1, tzinfo=UTC)),
        ("2027-06-01T12:00+01:00", datetime(2027, 6, 1, 11, 0, tzinfo=UTC)),
    ],
)
def test_the_setting_is_a_moment_or_seconds(text: str, told: datetime | timedelta) -> None:
    assert clock_told({"OWNWAY_CLOCK": text}) == told


@pytest.mark.parametrize(
    "text", ["tomorrow", "2026-12-25", "2026-12-25T00:01", "86400", "+", "+one", "+3200000000", "+" + "9" * 30]
)
def test_a_setting_that_is_neither_is_refused_with_what_it_must_be(text: str) -> None:
    with pytest.raises(UnsafeSettings, match=r"OWNWAY_CLOCK is .*a moment with its zone.*or how many seconds"):
        clock_told({"OWNWAY_CLOCK": text})
