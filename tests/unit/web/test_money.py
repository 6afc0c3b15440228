"""Money never loses, makes or rounds away a penny that it should not."""

from fractions import Fraction

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.base.money import Money, total
from tests.reaching import reached

PENCE = st.integers(min_value=-(10**12), max_value=10**12)
AMOUNTS = st.integers(min_value=0, max_value=10**11 - 1)


@given(AMOUNTS)
def test_what_is_printed_is_read_back_the_same(pence: int) -> None:
    assert Money.parse(str(Money(pence))) == Money(pence)
    assert Money.parse(str(Money(pence)).replace(",", "").replace("£", "")) == Money(pence)


@given(AMOUNTS, st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=12).filter(any))
def test_shares_add_up_to_the_whole_and_each_is_within_a_penny(pence: int, weights: list[int]) -> None:
    parts = Money(pence).split(weights)
    assert total(parts) == Money(pence)
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.pence - Fraction(pence * weight, sum(weights))) < 1
        assert weight > 0 or part.pence == 0


# Among fractions of any kind there was hardly a half penny.
HALVES = st.integers(min_value=-1000, max_value=1000).map(lambda number: Fraction(2 * number + 1, 2))
FACTORS = HALVES | st.fractions(min_value=-1000, max_value=1000, max_denominator=10_000)


def test_the_factors_drawn_leave_half_pennies_on_both_sides_of_nothing() -> None:
    found = reached(st.tuples(PENCE, FACTORS).map(lambda pair: pair[0] * pair[1]), _part_of_a_penny)
    assert set(found) == {"half above", "half below", "whole", "other"}


def _part_of_a_penny(exact: Fraction) -> list[str]:
    if exact.denominator == 2:
        return ["half above" if exact > 0 else "half below"]
    return ["whole" if exact.denominator == 1 else "other"]


@given(PENCE, FACTORS)
@example(1, Fraction(1, 2))
@example(-1, Fraction(1, 2))
@example(5, Fraction(-1, 2))
@example(2750, Fraction(1, 60))
def test_multiplying_rounds_to_the_nearest_penny_and_halves_away_from_zero(pence: int, factor: Fraction) -> None:
    exact = pence * factor
    found = Money(pence).times(factor).pence
    assert abs(found - exact) <= Fraction(1, 2)
    if abs(found - exact) == Fraction(1, 2):
        assert abs(found) > abs(exact)


@given(PENCE, PENCE)
def test_adding_and_taking_away_undo_each_other(one: int, other: int) -> None:
    assert Money(one) + Money(other) - Money(other) == Money(one)
    assert (Money(one) < Money(other)) == (one < other)


def test_an_hour_and_a_half_at_27_50_is_41_25() -> None:
    assert Money(2750).times(Fraction(90, 60)) == Money(4125)


def test_left_over_pennies_go_to_the_largest_remainders_first() -> None:
    assert Money(100).split([1, 1, 1]) == [Money(34), Money(33), Money(33)]
    assert Money(10).split([1, 2]) == [Money(3), Money(7)]


@pytest.mark.parametrize(
    ("typed", "pence"),
    [("27", 2700), ("27.50", 2750), ("£1,234.50", 123450), (" £ 3.05 ", 305), ("0", 0), ("1,000,000", 100000000)],
)
def test_amounts_are_read_as_people_type_them(typed: str, pence: int) -> None:
    assert Money.parse(typed) == Money(pence)


@pytest.mark.parametrize(
    "typed", ["", "£", "27.5", "27.505", "-3", "1,23", "1e3", "12.3.4", "٣", "27 50", "NaN", "9" * 10, "1,000,000,000"]
)
def test_what_is_not_an_amount_is_refused(typed: str) -> None:
    with pytest.raises(ValueError, match="not an amount of money"):
        Money.parse(typed)


@pytest.mark.parametrize("pence", [27.5, True, "27", None])
def test_only_whole_pence_are_money(pence: object) -> None:
    with pytest.raises(TypeError, match="money is whole pence"):
        Money(pence)  # type: ignore[arg-type]


@pytest.mark.parametrize(("pence", "weights"), [(100, [0, 0]), (100, [2, -1]), (-1, [1]), (100, [])])
def test_shares_that_make_no_sense_are_refused(pence: int, weights: list[int]) -> None:
    with pytest.raises(ValueError, match="shares need"):
        Money(pence).split(weights)


def test_a_debt_is_printed_with_its_sign_before_the_pound() -> None:
    assert [str(Money(p)) for p in (-305, 0, 5, 123400)] == ["-£3.05", "£0.00", "£0.05", "£1,234.00"]
    assert not Money(0)
    assert total([]) == Money(0)
