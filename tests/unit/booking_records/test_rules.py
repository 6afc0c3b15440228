"""Statuses, times, who pays, and what cancelling makes of a visit."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.base.refusals import BadInput, Conflict
from app.support.booking_records.rules import cancelling, paying, references, states
from app.support.booking_records.rules.paying import ChosenPurse, NotEnoughMoney, Purse
from app.support.booking_records.rules.states import (
    BOOKING_IS_NOW,
    BOOKING_MAY_BECOME,
    VISIT_IS_NOW,
    VISIT_MAY_BECOME,
    BookingStatus,
    VisitStatus,
)
from app.support.recurrence.rules import times as times_rules
from app.support.recurrence.rules.times import TimesRefused
from tests.reaching import reached

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(("now", "then"), product(BookingStatus, BookingStatus))
def test_a_booking_passes_only_as_the_table_says_and_is_told_where_it_stands(
    now: BookingStatus, then: BookingStatus
) -> None:
    if then in BOOKING_MAY_BECOME[now]:
        states.must_become(now, then)
        return
    with pytest.raises(Conflict) as refused:
        states.must_become(now, then)
    assert str(refused.value) == f"This booking {BOOKING_IS_NOW[now]}. Nothing was changed: look at it again."


@pytest.mark.parametrize(("now", "then"), product(VisitStatus, VisitStatus))
def test_a_visit_ends_once(now: VisitStatus, then: VisitStatus) -> None:
    if now == VisitStatus.PLANNED and then != VisitStatus.PLANNED:
        states.visit_must_become(now, then)
        return
    assert then not in VISIT_MAY_BECOME[now]
    with pytest.raises(Conflict, match=VISIT_IS_NOW[now]):
        states.visit_must_become(now, then)


def test_a_booking_is_over_when_no_visit_is_planned() -> None:
    planned, delivered, missed = VisitStatus.PLANNED, VisitStatus.DELIVERED, VisitStatus.MISSED
    assert states.outcome([planned, delivered]) is None
    assert states.outcome([missed, delivered]) == BookingStatus.COMPLETED
    assert states.outcome([missed, missed]) == BookingStatus.CANCELLED


def test_references_can_be_read_aloud() -> None:
    made = {references.new_reference() for _ in range(500)}
    assert len(made) == 500
    for reference in made:
        start, first, second = reference.split("-")
        assert (start, len(first), len(second)) == ("OW", 4, 4)
        assert not set(first + second) & set("01ILOU")


def test_a_visit_is_when_london_clocks_show_it() -> None:
    starts, ends = times_rules.visit_times(date(2027, 6, 1), time(9), time(10, 30), ends_next_day=False)
    assert starts.astimezone(UTC) == datetime(2027, 6, 1, 8, tzinfo=UTC)
    assert ends.astimezone(UTC) == datetime(2027, 6, 1, 9, 30, tzinfo=UTC)


def test_a_night_ends_the_next_day() -> None:
    starts, ends = times_rules.visit_times(date(2026, 12, 31), time(22), time(7), ends_next_day=True)
    assert ends - starts == timedelta(hours=9)


@pytest.mark.parametrize(("start", "end", "field"), [(time(1, 30), time(4), "start"), (time(0, 30), time(1), "end")])
def test_the_hour_that_is_skipped_in_march_is_no_time_for_a_visit(start: time, end: time, field: str) -> None:
    with pytest.raises(TimesRefused, match="Clocks go forward that night") as refused:
        times_rules.visit_times(date(2027, 3, 28), start, end, ends_next_day=False)
    assert refused.value.field == field


def test_the_end_is_after_the_start() -> None:
    with pytest.raises(
        TimesRefused, match=r"The end must be after the start\. If the visit ends the next day"
    ) as refused:
        times_rules.visit_times(date(2027, 6, 1), time(9), time(9), ends_next_day=False)
    assert refused.value.field == "end"


@pytest.mark.parametrize(
    ("starts", "lasts", "words"),
    [
        (timedelta(0), timedelta(hours=1), "still to come"),
        (timedelta(days=-1), timedelta(hours=1), "still to come"),
        (timedelta(days=366, seconds=1), timedelta(hours=1), "within the next year"),
        (timedelta(days=1), timedelta(0), "after the start"),
        (timedelta(days=1), timedelta(days=7, minutes=1), "7 days at most"),
    ],
)
def test_times_that_cannot_be_booked(starts: timedelta, lasts: timedelta, words: str) -> None:
    with pytest.raises(TimesRefused, match=words):
        times_rules.check_times([(NOW + starts, NOW + starts + lasts)], now=NOW)


def test_the_last_moment_that_can_be_booked() -> None:
    starts = NOW + timedelta(days=366)
    times_rules.check_times([(starts, starts + timedelta(days=7))], now=NOW)


def test_visits_of_one_request_do_not_run_into_each_other() -> None:
    nine = NOW + timedelta(days=1)
    hour = timedelta(hours=1)
    times_rules.check_times([(nine + hour, nine + 2 * hour), (nine, nine + hour)], now=NOW)
    with pytest.raises(TimesRefused, match="at the same time"):
        times_rules.check_times([(nine, nine + 2 * hour), (nine + hour, nine + 3 * hour)], now=NOW)


@pytest.mark.parametrize("count", [0, 101])
def test_a_request_has_visits_and_an_end(count: int) -> None:
    day = timedelta(days=1)
    times = [(NOW + day * n, NOW + day * n + timedelta(hours=1)) for n in range(1, count + 1)]
    with pytest.raises(TimesRefused, match="between 1 and 100 visits"):
        times_rules.check_times(times, now=NOW)


def test_money_is_taken_from_the_first_pot_until_it_is_empty() -> None:
    assert paying.share_out([4125, 4125], [(1, 5000), (2, 9000)]) == [[(1, 4125)], [(1, 875), (2, 3250)]]


def test_too_little_money_says_by_how_much_and_what_to_do() -> None:
    with pytest.raises(NotEnoughMoney) as refused:
        paying.share_out([4125], [(1, 3000)])
    assert refused.value.short_by_pence == 1125
    assert str(refused.value) == (
        "This costs £41.25 and you have £30.00: £11.25 short. Nothing was booked. "
        "Choose fewer hours, add your own money, or look at other providers."
    )


pence = st.integers(min_value=0, max_value=50_000)


@given(st.lists(pence, max_size=8), st.lists(pence, min_size=1, max_size=4))
def test_shares_sum_to_each_price_and_never_overdraw(prices: list[int], amounts: list[int]) -> None:
    pots = list(enumerate(amounts))
    if sum(prices) > sum(amounts):
        with pytest.raises(NotEnoughMoney) as refused:
            paying.share_out(prices, pots)
        assert refused.value.short_by_pence == sum(prices) - sum(amounts)
        return
    shares = paying.share_out(prices, pots)
    assert [sum(part for _, part in parts) for parts in shares] == prices
    for pot, amount in pots:
        assert sum(part for parts in shares for who, part in parts if who == pot) <= amount
    assert all(part > 0 for parts in shares for _, part in parts)


def purse(number: int, has: int, closed: str | None = None) -> Purse:
    return Purse(number, f"p{number}", f"Pot {number}", has, closed)


def test_a_purse_that_can_pay_alone_is_offered_alone() -> None:
    ways = paying.ways_to_pay(4125, [purse(1, 3000), purse(2, 5000), purse(3, 9000, "not for this")])
    assert [way.value for way in ways] == ["p2", "p1.p2"]
    assert [(part.pays_pence, part.left_pence) for part in ways[1].parts] == [(3000, 0), (1125, 3875)]


def test_three_purses_are_put_together_only_when_two_are_too_few() -> None:
    assert [way.value for way in paying.ways_to_pay(60, [purse(1, 20), purse(2, 20), purse(3, 20)])] == [
        "p1.p2.p3",
        "p1.p3.p2",
        "p2.p1.p3",
        "p2.p3.p1",
        "p3.p1.p2",
        "p3.p2.p1",
    ]
    assert [way.value for way in paying.ways_to_pay(40, [purse(1, 20), purse(2, 20), purse(3, 20)])][:2] == [
        "p1.p2",
        "p1.p3",
    ]


def test_no_way_when_open_money_is_short() -> None:
    assert paying.ways_to_pay(4125, [purse(1, 3000), purse(2, 9000, "not for this"), purse(3, 0)]) == []


# Purses of which it may take one, two or three: drawn up to any sum, one nearly always paid alone.
PURSES = st.lists(st.sampled_from([0, 1000, 2000, 3000, 4000]) | st.integers(0, 9000), max_size=5)
PRICES = st.sampled_from([2000, 5000, 6000, 9000]) | st.integers(min_value=1, max_value=9000)


def test_the_purses_drawn_pay_alone_together_and_not_at_all() -> None:
    def ways(drawn: tuple[int, list[int]]) -> list[str]:
        price, amounts = drawn
        found = paying.ways_to_pay(price, [purse(number, amount) for number, amount in enumerate(amounts)])
        return [f"parts {len(way.parts)}" for way in found] or ["too little"]

    found = reached(st.tuples(PRICES, PURSES), ways)
    assert min(found[name] for name in ("parts 1", "parts 2", "parts 3", "too little")) >= 2


@given(PRICES, PURSES)
@example(6000, [2000, 2000, 2000])
@example(5000, [0, 2500, 2500])
def test_every_way_pays_exactly_and_overdraws_nothing(price: int, amounts: list[int]) -> None:
    purses = [purse(number, amount) for number, amount in enumerate(amounts)]
    ways = paying.ways_to_pay(price, purses)
    assert bool(ways) == (sum(amounts) >= price)
    for way in ways:
        assert sum(part.pays_pence for part in way.parts) == price
        assert all(part.pays_pence > 0 and part.left_pence >= 0 for part in way.parts)


def test_money_that_may_not_pay_says_why() -> None:
    with pytest.raises(Conflict, match=r"^Pot 1 cannot pay for this: not for this$"):
        paying.parts_of(100, [purse(1, 9000, "not for this")])


DAY = timedelta(hours=24)


@pytest.mark.parametrize(
    ("starts_in", "is_agreed", "ending"),
    [
        (DAY, True, VisitStatus.CANCELLED_IN_TIME),
        (DAY - timedelta(seconds=1), True, VisitStatus.CANCELLED_LATE),
        (timedelta(seconds=1), True, VisitStatus.CANCELLED_LATE),
        (timedelta(0), True, None),
        (timedelta(hours=1), False, VisitStatus.CANCELLED_IN_TIME),
        (-DAY, False, VisitStatus.CANCELLED_IN_TIME),
    ],
)
def test_what_cancelling_makes_of_a_visit(starts_in: timedelta, is_agreed: bool, ending: VisitStatus | None) -> None:
    assert cancelling.cancelled_as(NOW + starts_in, now=NOW, notice_hours=24, is_agreed=is_agreed) == ending


def test_visits_that_only_touch_do_not_overlap() -> None:
    hour = timedelta(hours=1)
    assert not times_rules.overlaps([(NOW, NOW + hour)], [(NOW + hour, NOW + 2 * hour)])
    assert times_rules.overlaps([(NOW, NOW + hour)], [(NOW + hour / 2, NOW + 2 * hour)])


def chosen(number: int, has: int, **more: object) -> Purse:
    return Purse(number, f"pot{number}", f"Pot {number}", has, None, **more)


def test_a_way_says_when_own_money_makes_up_the_rest() -> None:
    [way] = [way for way in paying.ways_to_pay(50, [chosen(1, 30), chosen(2, 90, is_own=True)]) if len(way.parts) == 2]
    assert (way.words, way.value) == ("Pot 1, and own money for the rest", "pot1.pot2")


def test_amounts_travel_in_an_address_and_come_back() -> None:
    value = paying.as_value([("abc", 1250), ("def", 0), ("ghj", 5)])
    assert value == "abc-1250.ghj-5"
    assert paying.choices_in(value) == [ChosenPurse("abc", 1250), ChosenPurse("ghj", 5)]
    assert paying.choices_in("abc.def") == [ChosenPurse("abc"), ChosenPurse("def")]
    for wrong in ("", "abc.", "abc-", "abc-0", "abc--5", "abc-1,5", "abc-x", "abc.abc", "abc-5.abc", "a/b", "abc-²"):
        with pytest.raises(BadInput):
            paying.choices_in(wrong)


@pytest.mark.parametrize(
    ("amounts", "said"),
    [
        ((30, 19), "come to £0.49, and this costs £0.50: £0.01 too little"),
        ((30, 21), "come to £0.51, and this costs £0.50: £0.01 too much"),
        ((31, 19), "Pot 1 has £0.30 left"),
    ],
)
def test_amounts_must_be_there_and_come_to_the_price(amounts: tuple[int, int], said: str) -> None:
    purses = [chosen(1, 30), chosen(2, 90)]
    with pytest.raises(Conflict, match=said):
        paying.check_amounts(50, list(zip(purses, amounts, strict=True)))
    paying.check_amounts(50, list(zip(purses, (10, 40), strict=True)))


def test_an_amount_chosen_is_the_most_that_money_pays() -> None:
    parts = paying.parts_of(50, [chosen(1, 30, most_pence=10), chosen(2, 90)])
    assert [(part.purse.id, part.pays_pence) for part in parts] == [(1, 10), (2, 40)]
    with pytest.raises(Conflict, match=r"has £0\.30 left"):
        paying.parts_of(50, [chosen(1, 30, most_pence=31), chosen(2, 90)])


def test_money_goes_to_the_first_visits_and_a_dearer_one_does_not_stop_a_cheaper() -> None:
    left = {1: 100, 2: 50}
    assert paying.fitting([80, 60, 90, 10], [[1, 2], [1, 2], [1, 2], [2]], left) == [
        [(1, 80)],
        [(1, 20), (2, 40)],
        None,
        [(2, 10)],
    ]
    assert left == {1: 0, 2: 0}
