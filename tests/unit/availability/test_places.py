"""Which opening a visit lies in, and which place it has: at most as many at once as there are, and never fewer."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.base.refusals import BadInput
from app.support.availability.rules import (
    NoPlaceLeft,
    Opening,
    Window,
    check_openings,
    first_free_place,
    free_for,
    most_at_once,
    offer_until,
    openings_words,
    seated_anew,
    window_of,
)

NINE = datetime(2026, 11, 24, 9, tzinfo=UTC)
"""A Tuesday."""
OFFICE = Opening(2, 9 * 60, 17 * 60, 2)
NIGHT = Opening(2, 22 * 60, 7 * 60, 1)


def span(starts: float, ends: float) -> tuple[datetime, datetime]:
    return NINE + timedelta(hours=starts), NINE + timedelta(hours=ends)


def test_a_visit_lies_in_an_opening_with_both_ends() -> None:
    assert window_of([OFFICE], (), span(0, 8)) == Window(*span(0, 8), 2)
    assert window_of([OFFICE], (), span(-0.5, 1)) is None
    assert window_of([OFFICE], (), span(7.5, 8.5)) is None
    assert window_of([OFFICE], (), span(24, 25)) is None
    assert window_of([OFFICE], {date(2026, 11, 24)}, span(0, 1)) is None


def test_a_night_belongs_to_the_day_on_which_it_begins() -> None:
    assert window_of([NIGHT], (), span(14, 21)) == Window(*span(13, 22), 1)
    assert window_of([NIGHT], {date(2026, 11, 25)}, span(16, 20)) == Window(*span(13, 22), 1)
    assert window_of([NIGHT], {date(2026, 11, 24)}, span(16, 20)) is None


def test_an_opening_follows_london_clocks_through_the_year() -> None:
    in_summer = (datetime(2026, 7, 7, 8, tzinfo=UTC), datetime(2026, 7, 7, 9, tzinfo=UTC))
    found = window_of([OFFICE], (), in_summer)
    assert found == Window(datetime(2026, 7, 7, 8, tzinfo=UTC), datetime(2026, 7, 7, 16, tzinfo=UTC), 2)
    # The night clocks go back is an hour longer.
    long_night = Opening(6, 22 * 60, 7 * 60, 1)
    visit = (datetime(2026, 10, 24, 21, tzinfo=UTC), datetime(2026, 10, 25, 7, tzinfo=UTC))
    assert window_of([long_night], (), visit) == Window(*visit, 1)


@pytest.mark.parametrize(
    ("openings", "words"),
    [
        ([Opening(8, 0, 60, 1)], "Enter a start and an end on a day of the week"),
        ([Opening(1, 0, 1440, 1)], "Enter a start and an end on a day of the week"),
        ([Opening(1, 0, 60, 0)], "How many at once must be between 1 and 200"),
        ([Opening(1, 0, 60, 201)], "How many at once must be between 1 and 200"),
        ([Opening(1, 0, 60, 1), Opening(1, 59, 120, 1)], "Two of these times overlap. Change one of them."),
        # A Sunday night runs into Monday.
        ([Opening(7, 1320, 420, 1), Opening(1, 400, 500, 1)], "Two of these times overlap. Change one of them."),
        ([Opening(1, 0, 60, 1)] * 29, "Enter 28 times or fewer"),
    ],
)
def test_openings_that_make_no_sense_are_refused(openings: list[Opening], words: str) -> None:
    with pytest.raises(BadInput) as refused:
        check_openings(openings)
    assert str(refused.value) == words


def test_openings_may_touch_and_fill_the_week() -> None:
    check_openings([Opening(day, 0, 0, 1) for day in range(1, 8)])
    check_openings([Opening(7, 1320, 420, 1), Opening(1, 420, 500, 1)])
    check_openings([])


def test_openings_are_said_in_few_words() -> None:
    week = [Opening(day, 540, 1020, 2) for day in range(1, 6)]
    assert openings_words(week) == "Monday to Friday 9am to 5pm"
    mixed = [Opening(7, 630, 720, 1), *week, Opening(6, 0, 0, 1), Opening(1, 1320, 420, 1), Opening(2, 1320, 420, 1)]
    assert openings_words(mixed) == (
        "Monday to Friday 9am to 5pm; Monday and Tuesday 10pm to 7am; Saturday midnight to midnight; "
        "Sunday 10:30am to midday"
    )
    assert openings_words([]) == ""


def test_the_first_place_nobody_has() -> None:
    taken = [(1, *span(0, 1)), (2, *span(1, 2))]
    assert first_free_place(span(2, 3), taken, 2) == 1
    assert first_free_place(span(0, 1), taken, 2) == 2
    assert first_free_place(span(1, 1.5), taken, 2) == 1
    # There is room all the way, but not in one place: somebody must move over.
    assert first_free_place(span(0, 2), taken, 2) is None
    with pytest.raises(NoPlaceLeft):
        first_free_place(span(0, 1), [*taken, (2, *span(0.5, 1))], 2)


def test_fewer_places_than_before_sell_none_over() -> None:
    with pytest.raises(NoPlaceLeft):
        first_free_place(span(0, 1), [(2, *span(0, 1)), (3, *span(0, 1))], 2)


moments = st.integers(0, 40)
spans = st.lists(
    st.tuples(moments, st.integers(1, 12)).map(lambda pair: span(pair[0] / 4, (pair[0] + pair[1]) / 4)), max_size=14
)


@given(spans)
def test_seated_anew_nobody_shares_a_place_and_none_is_wasted(visits: list[tuple[datetime, datetime]]) -> None:
    numbers = seated_anew(visits)
    assert max(numbers, default=0) == most_at_once(visits)
    for one, (starts, ends) in zip(numbers, visits, strict=True):
        at_the_same_time = [
            other
            for other, (began, ended) in zip(numbers, visits, strict=True)
            if other == one and began < ends and starts < ended
        ]
        assert at_the_same_time == [one]


# The last visit meets one in each place, never both at once: it has a place only when one of them moves.
@example([span(2, 3), span(3.5, 4.5), span(3, 4), span(2.5, 3.25)], 2)
@given(spans, st.integers(1, 4))
def test_a_visit_is_refused_exactly_when_every_place_is_taken(
    visits: list[tuple[datetime, datetime]], places: int
) -> None:
    taken: list[tuple[int, datetime, datetime]] = []
    for visit in visits:
        there = [(began, ended) for _, began, ended in taken]
        fits = most_at_once([*there, visit]) <= places
        try:
            number = first_free_place(visit, taken, places)
        except NoPlaceLeft:
            assert not fits
            continue
        assert fits
        if number is None:
            numbers = seated_anew([*there, visit])
            assert max(numbers) <= places
            taken = [(new, *one) for new, one in zip(numbers, [*there, visit], strict=True)]
        else:
            assert 1 <= number <= places
            assert all(other != number for other, began, ended in taken if began < visit[1] and visit[0] < ended)
            taken.append((number, *visit))


def test_a_place_is_kept_for_a_day_and_never_past_the_beginning() -> None:
    assert offer_until(NINE + timedelta(days=3), now=NINE) == NINE + timedelta(days=1)
    assert offer_until(NINE + timedelta(hours=2), now=NINE) == NINE + timedelta(hours=2)
    assert [free_for(5, 3, 1), free_for(5, 5, 0), free_for(5, 5, 1)] == [1, 0, 0]
