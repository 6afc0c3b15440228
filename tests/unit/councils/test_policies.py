"""A council's rules have names that are written down and values that fit."""

import pytest

from app.people.councils.rules.policies import ABOUT_MONEY, POLICIES, policy_fault


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("carry_over_percent", 25),
        ("carry_over_until", "quarter_end"),
        ("year_end_unspent", "goes_back"),
        ("council_managed_outside_framework", "forbidden"),
        ("budget_year_starts_on", "2026-04-06"),
        ("notice_hours", 0),
    ],
)
def test_a_value_that_fits_is_kept(name: str, value: object) -> None:
    assert policy_fault(name, value) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("carry_over_percent", 101),
        ("carry_over_percent", -1),
        ("carry_over_percent", "25"),
        ("carry_over_percent", True),
        ("carry_over_percent", 2.5),
        ("carry_over_until", "whenever"),
        ("budget_year_starts_on", "6 April"),
        ("budget_year_starts_on", "20260406"),
        ("small_number", 4),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_what_it_may_be(name: str, value: object) -> None:
    assert policy_fault(name, value) == f"{name} must be {POLICIES[name].may_be}"


def test_a_rule_nobody_knows_is_refused_with_those_there_are() -> None:
    assert "There is no rule called carry_over. Choose one of: carry_over_percent," in (
        policy_fault("carry_over", 1) or ""
    )


def test_every_rule_holds_somehow_where_it_was_never_set() -> None:
    assert [
        name for name, known in POLICIES.items() if known.otherwise is not None and not known.fits(known.otherwise)
    ] == []
    assert set(POLICIES) > ABOUT_MONEY
