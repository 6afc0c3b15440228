"""Money, days and times are printed one way each."""

from datetime import UTC, date, datetime

import pytest

from app.platform.web import filters


def test_money_is_printed_in_pounds_and_pence() -> None:
    assert [filters.money(pence) for pence in (0, 5, 2750, 123400, -305)] == [
        "£0.00",
        "£0.05",
        "£27.50",
        "£1,234.00",
        "-£3.05",
    ]


def test_days_are_those_of_london() -> None:
    late = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    assert filters.day(date(2026, 4, 3)) == "3 April 2026"
    assert filters.day(late) == "1 July 2026"
    assert filters.weekday(late) == "Wednesday 1 July 2026"
    assert filters.moment(late) == "1 July 2026 at 12:30am"


@pytest.mark.parametrize(
    ("utc", "printed"),
    [
        ((0, 0), "midnight"),
        ((0, 5), "12:05am"),
        ((9, 0), "9am"),
        ((12, 0), "midday"),
        ((12, 1), "12:01pm"),
        ((17, 30), "5:30pm"),
    ],
)
def test_hours_are_printed_as_people_say_them(utc: tuple[int, int], printed: str) -> None:
    assert filters.hour(datetime(2026, 1, 5, *utc, tzinfo=UTC)) == printed


def test_counts_agree_with_their_noun() -> None:
    assert filters.plural(1, "visit") == "1 visit"
    assert filters.plural(0, "visit") == "0 visits"
    assert filters.plural(1200, "person", "people") == "1,200 people"
