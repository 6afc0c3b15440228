"""The words people choose from: times told out of opening hours, ages, needs and languages by their codes."""

import pytest

from app.market.catalogue.rules.kinds import KIND_GROUPS, KINDS
from app.market.catalogue.rules.suitability import Age, TimeOfDay, ages_of, language_codes, need_codes, times_in

MORNING, AFTERNOON, EVENING = TimeOfDay.MORNING, TimeOfDay.AFTERNOON, TimeOfDay.EVENING


@pytest.mark.parametrize(
    ("words", "times"),
    [
        ("Tuesday 10am - 1pm", [MORNING, AFTERNOON]),
        ("Mon-Fri 10 to 1pm", [MORNING, AFTERNOON]),
        ("9:30-16:00", [MORNING, AFTERNOON]),
        ("Mon 10am-12pm, Thu 6pm to 8.30pm", [MORNING, EVENING]),
        ("14.00 – 15.00", [AFTERNOON]),
        ("5 until 7pm", [AFTERNOON, EVENING]),
        ("Thu 11 - 1", []),
        ("1-2", []),
        ("25:00-26:00, 13pm-14pm", []),
        ("midday", []),
    ],
)
def test_parts_of_the_day_are_told_from_opening_times(words, times):
    assert times_in(words) == times


@pytest.mark.parametrize(
    ("limits", "needs", "ages"),
    [
        ((None, None), [], list(Age)),
        ((18, None), [], [Age.ADULTS, Age.OLDER]),
        ((None, 17), ["Older people"], [Age.CHILDREN]),
        ((64, 65), [], [Age.ADULTS, Age.OLDER]),
        ((None, None), ["Older people", "Dementia"], [Age.OLDER]),
    ],
)
def test_ages_follow_the_limits_and_else_what_it_says(limits, needs, ages):
    assert ages_of(*limits, needs) == ages


def test_needs_and_languages_are_known_in_any_case_and_what_is_not_known_is_left_out():
    assert need_codes(["dementia", "Gout", "Learning disability"]) == ["dementia", "learning-disability"]
    assert language_codes(["urdu", "Klingon", "BSL"]) == ["urdu", "british-sign-language"]


def test_every_kind_stands_in_exactly_one_group():
    assert sorted(kind for group in KIND_GROUPS.values() for kind in group.kinds) == sorted(KINDS)
