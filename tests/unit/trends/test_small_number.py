"""A council that asks for more people behind a figure than five gets them: in sums, in counts and in what is rounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.insight.trends.rules import HIDDEN, Counted, Figure, Sums, publish, publish_delivered, to_nearest_five
from app.support.visits.rules.figures import VisitFigures

SUMS = VisitFigures(60, 3600, 3000, 3590, 100, timed=50, short_but_full=12, missed=9)


def _period(people: int, beside: int = 30) -> Counted:
    kinds = {"a": Sums(people, people, 1000), "b": Sums(beside, beside, 2000)}
    whole = Sums(people + beside, people + beside, 3000)
    return Counted(kinds, framework=whole, other=Sums(), whole=whole, on_framework=kinds, off_framework={})


@pytest.mark.parametrize(("people", "is_shown"), [(5, False), (9, False), (10, True)])
def test_a_kind_that_fewer_than_ten_bought_is_withheld_where_ten_are_asked_for(people: int, is_shown: bool) -> None:
    said = publish(_period(people), 10)
    assert said.kinds["a"] == (Figure(10) if is_shown else HIDDEN)
    # One withheld kind alone could be worked out from the total.
    assert said.kinds["b"] == (Figure(20) if is_shown else HIDDEN)


def test_a_whole_period_of_nine_is_withheld_where_ten_are_asked_for() -> None:
    said = publish(_period(3, 6), 10)
    assert {said.total, said.people, said.bookings, said.framework, *said.kinds.values()} == {HIDDEN}
    assert publish(_period(3, 6)).total == Figure(30)


def test_a_providers_hours_and_counts_follow_it() -> None:
    few = publish_delivered("Few", SUMS, people=9, short_people=9, missed_people=9, fewest=10)
    assert {few.people, few.planned_hours, few.short_but_full, few.missed} == {HIDDEN}
    many = publish_delivered("Many", SUMS, people=11, short_people=11, missed_people=11, fewest=10)
    assert (many.people, many.short_but_full, many.missed) == (Figure(10), Figure(10), HIDDEN)


@given(st.integers(5, 50), st.integers(0, 200))
def test_a_count_that_is_shown_never_reads_as_fewer_than_are_asked_for(fewest: int, count: int) -> None:
    said = to_nearest_five(count, fewest)
    assert said % 5 == 0
    if count >= fewest:
        assert said >= fewest
        assert abs(said - count) < 5
    else:
        assert abs(said - count) <= 2
