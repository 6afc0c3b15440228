"""Short stays charged as full stand out when they are many, and never by accident."""

import pytest

from app.support.visits.rules.figures import VisitFigures, hours_words


@pytest.mark.parametrize(
    ("short", "timed", "stands_out"), [(2, 4, False), (3, 15, True), (3, 16, False), (0, 0, False)]
)
def test_what_stands_out(short: int, timed: int, stands_out: bool) -> None:
    assert VisitFigures(short_but_full=short, timed=timed).stands_out is stands_out


def test_hours_in_words() -> None:
    assert [hours_words(minutes) for minutes in (0, 45, 60, 90, 60_000)] == ["0m", "45m", "1h", "1h 30m", "1,000h"]
