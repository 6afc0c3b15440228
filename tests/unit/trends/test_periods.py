"""Four weeks follow four weeks, without a gap and without an overlap, also where the council moves its first day."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.insight.trends.rules.periods import Period, period_after, period_with

days = st.dates(date(2010, 1, 1), date(2050, 1, 1))


@given(days, days)
def test_every_day_lies_in_the_four_weeks_found_for_it(day: date, anchor: date) -> None:
    found = period_with(day, anchor)
    assert found.starts_on <= day <= found.ends_on == found.starts_on + timedelta(days=27)
    assert (found.starts_on - anchor).days % 28 == 0
    assert period_after(found, anchor) == period_with(day + timedelta(days=28), anchor)


@given(days, st.lists(days, min_size=1, max_size=6))
def test_no_day_is_published_twice_or_never(day: date, anchors: list[date]) -> None:
    last = period_with(day, anchors[0])
    for anchor in anchors:
        after = period_after(last, anchor)
        assert after.starts_on == last.ends_on + timedelta(days=1)
        assert 28 <= (after.ends_on - after.starts_on).days + 1 < 56
        assert (after.ends_on + timedelta(days=1) - anchor).days % 28 == 0
        last = after


def test_a_period_is_due_so_many_days_after_its_last() -> None:
    period = Period(date(2026, 3, 30), date(2026, 4, 26))
    assert not period.is_due(date(2026, 5, 9), 14)
    assert period.is_due(date(2026, 5, 10), 14)
