"""It is booked, is said only of what its provider said yes to."""

import pytest

from app.support.booking_records.rules.states import BookingStatus
from app.support.booking_records.rules.words import several_words

YES, ASKED, OTHER = BookingStatus.ACCEPTED, BookingStatus.REQUESTED, BookingStatus.PROPOSED


@pytest.mark.parametrize(
    ("statuses", "is_all", "words"),
    [
        ([], True, "Nothing was booked"),
        ([], False, "Nothing was booked"),
        ([YES, BookingStatus.COMPLETED], True, "It is booked"),
        ([YES], False, "Part of it is booked"),
        ([ASKED, OTHER], True, "It is asked for"),
        ([ASKED], False, "Part of it is asked for"),
        ([YES, ASKED], True, "Part of it is booked, the rest is asked for"),
        ([YES, ASKED], False, "Part of it is booked, and part is asked for"),
    ],
)
def test_each_mixture_has_its_words(statuses: list[BookingStatus], is_all: bool, words: str) -> None:
    assert several_words(statuses, is_all=is_all) == words


def test_a_week_is_named() -> None:
    assert several_words([ASKED], is_all=False, what="Your week") == "Part of your week is asked for"
