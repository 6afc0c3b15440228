"""Periods, carry-over, refunds and forecasts hold for every amount, to the penny."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.funding.budgets.rules.forecast import Forecast, daily_rate, forecast
from app.funding.budgets.rules.kinds import PotKind, why_not_moved
from app.funding.budgets.rules.paying import back_to_each
from app.funding.budgets.rules.periods import (
    PERIODS_IN_A_YEAR,
    QUARTERS,
    CarryOver,
    Until,
    amounts_over,
    carry_over_from,
    goes_back,
    may_be_kept,
    most_brought_forward,
    period_amounts,
    period_days,
    period_on,
    period_starts,
    quarter_of,
    settled_after,
    take_from_last,
    year_ends_on,
)

quick = settings(max_examples=60, deadline=None)
pence = st.integers(0, 50_000_000)
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
SHARE = CarryOver(25, Until.QUARTER_END, keeps_at_year_end=False)


@quick
@given(days, st.integers(0, 363))
def test_thirteen_periods_of_28_days_cover_the_year_without_a_gap(starts_on: date, after: int) -> None:
    starts = period_starts(starts_on)
    assert [later - first for first, later in pairwise(starts)] == [timedelta(days=28)] * 12
    assert year_ends_on(starts_on) == starts_on + timedelta(days=363)
    day = starts_on + timedelta(days=after)
    number = period_on(starts_on, day)
    assert number == after // 28 + 1
    first, last = period_days(starts_on, number)
    assert (first <= day <= last, (last - first).days) == (True, 27)
    assert (period_on(starts_on, starts_on - timedelta(days=1)), period_on(starts_on, starts_on + timedelta(364))) == (
        None,
        None,
    )


@quick
@given(pence, st.integers(1, 13))
def test_what_is_shared_over_periods_comes_to_the_whole_to_the_penny(yearly: int, periods: int) -> None:
    amounts = amounts_over(yearly, periods)
    assert (len(amounts), sum(amounts)) == (periods, yearly)
    assert amounts == sorted(amounts, reverse=True)
    assert max(amounts) - min(amounts) <= 1
    assert period_amounts(yearly) == amounts_over(yearly, 13)


def test_every_period_lies_in_one_quarter() -> None:
    assert [quarter_of(n) for n in range(1, 14)] == [q for q in QUARTERS for n in range(q[0], q[1] + 1)]
    assert sum(last - first + 1 for first, last in QUARTERS) == PERIODS_IN_A_YEAR


rules = st.builds(CarryOver, st.just(100) | st.integers(0, 100), st.sampled_from(Until), st.booleans())


@quick
@given(rules, st.integers(1, 13), pence, pence, pence)
def test_what_goes_back_and_what_stays_are_what_was_left(
    rule: CarryOver, period: int, period_pence: int, left: int, not_due: int
) -> None:
    keeps = may_be_kept(rule, period=period, period_pence=period_pence)
    back = goes_back(left, keeps=keeps, not_yet_due_pence=not_due)
    assert 0 <= back <= left
    if keeps is None:
        assert back == 0
    else:
        assert left - back == min(left, keeps + not_due)
    assert period <= settled_after(rule, period) <= 13


@pytest.mark.parametrize(
    ("rule", "kept"),
    [
        # A quarter of the period's money, used before the quarter ends.
        (SHARE, [25, 25, 0, 25, 25, 0, 25, 25, 0, 25, 25, 25, 0]),
        # Even by the quarter's end: what is in between is not asked about (None).
        (CarryOver(100, Until.QUARTER_END), [None, None, 0, None, None, 0, None, None, 0, None, None, None, None]),
        # Even by the year's end, and kept then.
        (CarryOver(), [None] * 13),
        (CarryOver(50, Until.YEAR_END, keeps_at_year_end=False), [50] * 12 + [0]),
    ],
    ids=["share", "quarter", "year", "half"],
)
def test_the_three_ways_to_carry_over(rule: CarryOver, kept: list[int | None]) -> None:
    assert [may_be_kept(rule, period=n, period_pence=100) for n in range(1, 14)] == kept


def test_a_council_that_says_nothing_lets_money_stay() -> None:
    assert carry_over_from({}) == CarryOver(100, Until.YEAR_END, keeps_at_year_end=True)
    told = {"carry_over_percent": 25, "carry_over_until": "quarter_end", "year_end_unspent": "goes_back"}
    assert carry_over_from(told) == SHARE
    assert [settled_after(CarryOver(100, Until.QUARTER_END), n) for n in (1, 3, 10)] == [3, 3, 13]


parts = st.lists(st.integers(0, 5_000_000), min_size=1, max_size=6).filter(any)


@quick
@given(parts, st.data())
def test_refunds_go_back_in_proportion_never_more_than_was_paid_and_all_of_it_in_the_end(
    paid: list[int], data: st.DataObject
) -> None:
    left = list(paid)
    while sum(left):
        amount = data.draw(st.integers(max(1, sum(left) // 4), sum(left)))
        shares = back_to_each(amount, left)
        assert sum(shares) == amount
        for share, there in zip(shares, left, strict=True):
            exact = Fraction(amount * there, sum(left))
            assert abs(share - exact) < 1
            assert 0 <= share <= there
        left = [there - share for there, share in zip(left, shares, strict=True)]


@pytest.mark.parametrize(("refund", "paid"), [(0, [5]), (-1, [5]), (6, [5]), (1, [0, 0])])
def test_a_refund_is_something_and_at_most_what_was_paid(refund: int, paid: list[int]) -> None:
    with pytest.raises(ValueError, match="at most what was paid"):
        back_to_each(refund, paid)


def test_a_refund_of_ten_pounds_over_two_thirds_and_one() -> None:
    assert back_to_each(1_000, [2_000, 1_000]) == [667, 333]


@quick
@given(st.lists(st.integers(0, 100_000), max_size=8), st.data())
def test_money_brought_forward_comes_out_of_the_last_periods_first(amounts: list[int], data: st.DataObject) -> None:
    wanted = data.draw(st.integers(0, sum(amounts)))
    taken = dict(take_from_last(wanted, list(enumerate(amounts))))
    assert sum(taken.values()) == wanted
    assert all(0 < part <= amounts[number] for number, part in taken.items())
    # Whoever gives anything has emptied everybody later.
    assert all(taken.get(later, 0) == amounts[later] for number in taken for later in range(number + 1, len(amounts)))


def test_a_quarters_allowance_is_a_share_of_its_money_less_what_was_used() -> None:
    assert most_brought_forward(10, 300_00, 0) == 30_00
    assert most_brought_forward(10, 300_00, 25_00) == 5_00
    assert most_brought_forward(10, 300_00, 31_00) == 0
    assert most_brought_forward(0, 300_00, 0) == 0


STARTS = date(2026, 4, 6)
ENDS = date(2027, 4, 4)


def ahead(there: int, a_day: int, coming: list[tuple[date, int]], year: int = 13_000_00) -> Forecast:
    return forecast(
        today=STARTS, ends_on=ENDS, there_pence=there, a_day=Fraction(a_day), coming=coming, year_pence=year
    )


def test_money_that_runs_out_says_the_last_day_it_reaches() -> None:
    assert ahead(1_000, 100, []).lasts_until == STARTS + timedelta(days=9)
    later = [(STARTS + timedelta(days=8), 500)]
    assert ahead(1_000, 100, later).lasts_until == STARTS + timedelta(days=14)
    # What comes after it has run out is too late.
    assert ahead(1_000, 100, [(STARTS + timedelta(days=28), 99_999)]).lasts_until == STARTS + timedelta(days=9)


def test_money_that_lasts_says_what_would_be_left_only_when_it_is_much() -> None:
    assert ahead(364 * 100, 100, []) == Forecast(700, ends_on=ENDS)
    assert ahead(364 * 100 + 2_600_00, 100, []).unspent_pence == 2_600_00
    assert ahead(364 * 100 + 2_599_99, 100, []).unspent_pence == 0
    assert ahead(5, 0, []).lasts_until is None


def test_nothing_is_forecast_from_less_than_a_fortnight() -> None:
    assert daily_rate(spent_pence=100, spent_days=6, booked_pence=900, booked_days=7) is None
    assert daily_rate(spent_pence=100, spent_days=7, booked_pence=900, booked_days=7) == Fraction(1000, 14)


def test_money_moves_between_parts_of_one_councils_money_only() -> None:
    direct, managed = PotKind.DIRECT_PAYMENT, PotKind.COUNCIL_MANAGED
    assert why_not_moved(direct, managed, same_council=True) is None
    assert "different councils" in (why_not_moved(direct, managed, same_council=False) or "")
    for one, other in ((PotKind.OWN_MONEY, direct), (managed, PotKind.OWN_MONEY)):
        assert "Own money is not moved" in (why_not_moved(one, other, same_council=True) or "")
