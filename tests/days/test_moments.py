"""The moments are every kind of day there is, and the command tells what came of each."""

import subprocess
from datetime import date, timedelta
from typing import Any

import pytest
from govuk_bank_holidays.bank_holidays import BankHolidays

from app.base import clock
from tests.days import __main__ as days
from tests.days.moments import IN_MAKE_TEST, MOMENTS


def test_they_are_every_kind_of_day() -> None:
    faces = {name: clock.london(moment) for name, moment in MOMENTS.items()}
    on = {face.date() for face in faces.values()}
    assert len(MOMENTS) >= 24
    assert {day.weekday() for day in on} == set(range(7))
    assert {date(2027, 3, 28), date(2027, 10, 31)} <= on, "the Sundays on which clocks change"
    assert {date(2026, 12, 25), date(2027, 3, 29), date(2027, 3, 31), date(2028, 2, 29)} <= on
    assert {(face.hour, face.minute) for face in faces.values()} >= {(0, 1), (23, 58)}
    known = max(one["date"] for one in BankHolidays(use_cached_holidays=True).get_holidays())
    # Budgets are agreed, and weeks costed, for a year on.
    assert max(on) + timedelta(days=240) < known
    assert set(IN_MAKE_TEST) < set(MOMENTS)


def test_a_name_that_is_none_is_refused_with_all_there_are() -> None:
    assert days.chosen("") == list(MOMENTS)
    assert days.chosen("leap-day, summer") == ["leap-day", "summer"]
    with pytest.raises(SystemExit, match=r"No such moment: ides\. There are: a-monday, "):
        days.chosen("leap-day,ides")


def test_each_is_told_and_the_command_fails_with_any(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[list[str], str]] = []

    def run(command: list[str], *, env: dict[str, str], **_how: Any) -> subprocess.CompletedProcess[str]:
        asked.append((command[3:5], env["OWNWAY_CLOCK"]))
        is_leap = "2028" in env["OWNWAY_CLOCK"]
        return subprocess.CompletedProcess(command, int(is_leap), "what broke\n1 failed" if is_leap else "9 passed", "")

    monkeypatch.setattr(subprocess, "run", run)
    assert days.main(["--moments", "summer,leap-day"]) == 1
    assert asked == [
        (["tests/days", "tests/browser"], "2027-07-14T13:00:00+01:00"),
        (["tests/days", "tests/browser"], "2028-02-29T23:58:00+00:00"),
    ]
    said = capsys.readouterr().out
    assert "summer" in said and "passed in 0 s: 9 passed" in said
    assert "FAILED in 0 s: 1 failed\nwhat broke" in said
    assert said.endswith("Failed: leap-day\n")
    assert days.main(["--moments", "summer"]) == 0
