"""Thirteen four-week periods, year after year, without a gap and without an overlap."""

import itertools
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.insight.trends.rules import YEAR_DAYS, budget_year_start, periods_of, years_between

days = st.dates(date(2010, 1, 1), date(2050, 1, 1))


@given(days, days)
def test_every_day_lies_in_one_period_of_one_year(day: date, anchor: date) -> None:
    year = budget_year_start(day, anchor)
    assert (year - anchor).days % YEAR_DAYS == 0
    assert [p.number for p in periods_of(year) if p.starts_on <= day <= p.ends_on] == [(day - year).days // 28 + 1]


def test_periods_follow_one_another() -> None:
    periods = periods_of(date(2026, 3, 30))
    assert [p.number for p in periods] == list(range(1, 14))
    assert periods[0].ends_on == date(2026, 4, 26)
    assert all(a.ends_on + timedelta(days=1) == b.starts_on for a, b in itertools.pairwise(periods))
    assert periods[-1].ends_on + timedelta(days=1) == budget_year_start(date(2027, 4, 1), date(2024, 4, 1))


def test_a_period_is_over_the_day_after_its_last() -> None:
    period = periods_of(date(2026, 3, 30))[0]
    assert not period.is_over(date(2026, 4, 26))
    assert period.is_over(date(2026, 4, 27))


def test_years_are_offered_newest_first() -> None:
    offered = years_between(date(2025, 12, 24), date(2026, 11, 22), date(2024, 4, 1))
    assert offered == [date(2026, 3, 30), date(2025, 3, 31)]
    assert years_between(date(2025, 12, 24), date(2026, 3, 30), date(2024, 4, 1)) == offered
    assert years_between(date(2025, 12, 24), date(2026, 3, 29), date(2024, 4, 1)) == offered[1:]
