"""How a typical week is read, written and said."""

from datetime import time

import pytest

from app.shop.storefront.rules import week
from app.shop.storefront.rules.week import WeekLine

MORNING = WeekLine("1", (1, 2, 3, 4, 5), time(8), 45, "Help to get up", "care-at-home", "abc", ("x1", "x2"))


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("45", 45),
        ("45 minutes", 45),
        ("1 minute", 1),
        ("1 hour", 60),
        ("1h30", 90),
        ("1 hour 30 minutes", 90),
        ("1 hour and 30 mins", 90),
        ("1.5 hours", 90),
        ("0.25 h", 15),
        ("1:30", 90),
        (" 9 HOURS ", 540),
        ("24 hours", 1440),
    ],
)
def test_a_length_is_read_as_people_write_it(typed: str, minutes: int) -> None:
    assert week.read_length(typed) == minutes


@pytest.mark.parametrize("typed", ["", "soon", "-30", "1.333 hours", "1:75", "half an hour", "٤٥", "45 €"])
def test_what_is_no_length_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="Enter how long it lasts"):
        week.read_length(typed)


@pytest.mark.parametrize("typed", ["0", "0 minutes", "0h0"])
def test_no_time_at_all_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="longer than no time at all"):
        week.read_length(typed)


@pytest.mark.parametrize("typed", ["1441", "25 hours", "24:01", "9999"])
def test_more_than_a_day_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="at most 24 hours"):
        week.read_length(typed)


def test_an_end_gives_a_length_and_must_come_after_the_start() -> None:
    assert week.length_until(time(8), time(8, 45)) == 45
    for end in (time(8), time(7, 59)):
        with pytest.raises(ValueError, match="The end must be after the start"):
            week.length_until(time(8), end)


def test_a_length_is_written_so_that_it_reads_back() -> None:
    assert [week.length_as_typed(minutes) for minutes in (45, 60, 90, 121, 1440)] == [
        "45 minutes",
        "1 hour",
        "1 hour 30 minutes",
        "2 hours 1 minute",
        "24 hours",
    ]
    assert all(week.read_length(week.length_as_typed(minutes)) == minutes for minutes in range(1, 1441))


def test_a_line_says_when_it_is() -> None:
    assert MORNING.when == "Monday to Friday, 8am to 8:45am"
    assert WeekLine("1", (1, 2, 3, 4, 5, 6, 7), time(22), 540).when == "Every day, 10pm to 7am the next day"
    assert WeekLine("1", (2,), time(12), 60).when == "Tuesday, midday to 1pm"
    assert WeekLine("1", (1, 7), time(23), 60).when == "Monday and Sunday, 11pm to midnight the next day"
    assert WeekLine("1", (1, 2, 4), time(9), 60).when == "Monday, Tuesday and Thursday, 9am to 10am"


def test_a_week_goes_into_an_address_without_words_and_comes_back() -> None:
    lines = [MORNING, WeekLine("2", (6, 7), time(13, 30), 120)]
    code = week.write_week(lines)
    assert code == "12345_0800_45_care-at-home_abc_x1~x2.67_1330_120"
    assert "Help" not in code
    back = week.read_week(code)
    assert [one.code for one in back] == [one.code for one in lines]
    assert [one.what for one in back] == ["", ""]
    keyed = week.write_week([WeekLine("7", (1,), time(9), 60)], with_keys=True)
    assert keyed == "7:1_0900_60"
    assert week.read_week(keyed)[0].key == "7"


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "1_0900",
        "8_0900_60",
        "1_2400_60",
        "1_0960_60",
        "1_0900_0",
        "1_0900_1441",
        "1_0900_60..",
        "1_0900_60_a_b_c_d",
        "1_0900_60_<b>",
        ".".join(["1_0900_60"] * 21),
        "1:1_0900_60.1:2_0900_60",
        "1_0900_60_\u0660",
        "1" * 5000,
    ],
)
def test_a_week_somebody_else_wrote_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="week"):
        week.read_week(text)


def test_an_unknown_kind_in_an_address_is_left_out() -> None:
    assert week.read_week("1_0900_60_magic_abc")[0].kind == ""
    assert week.read_week("") == []


def test_what_is_kept_comes_back_as_it_was() -> None:
    lines = [MORNING, WeekLine("2", (7,), time(13, 30), 120, "Lunch & a chat")]
    assert week.lines_from_stored(week.stored_lines(lines)) == lines
