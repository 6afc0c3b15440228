"""What a week costs over a year: to the penny what the quote says of each of its days."""

import os
from datetime import date, time, timedelta

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.market.catalogue.rules.cards import Amounts, Band, Card, Extra
from app.market.catalogue.rules.days import LONDON
from app.market.catalogue.rules.quote import quote
from app.market.catalogue.rules.rates import AddOnBasis, BandName, Unit, When
from app.shop.storefront.rules import cost, lasting, visit_times
from app.shop.storefront.rules.cost import CardsOfListing, Pricer
from app.shop.storefront.rules.week import WeekLine

YEAR = date(2026, 4, 6)
MONDAY = date(2026, 11, 23)
HOLIDAYS = frozenset(
    {
        date(2026, 4, 6),
        date(2026, 5, 4),
        date(2026, 5, 25),
        date(2026, 8, 31),
        date(2026, 12, 25),
        date(2026, 12, 28),
        date(2027, 1, 1),
        date(2027, 3, 26),
        date(2027, 3, 29),
    }
)
TWO_WORKERS = Extra("two", "Second worker", AddOnBasis.PER_HOUR, 2000)
KEYS = Extra("keys", "Key holding", AddOnBasis.ONCE, 1500)
WEEKENDS = Extra("weekend", "Weekend visit", AddOnBasis.PER_VISIT, 300, True, When.WEEKENDS)
NIGHT = Band(BandName.NIGHT, 22 * 60, 6 * 60, Amounts(3100, 3200, 3300, 6000))
CARD = Card(
    date(2026, 1, 1), Unit.HOUR, 2400, 2600, 2800, 4800, 30, 1500, 15, (TWO_WORKERS, KEYS, WEEKENDS), bands=(NIGHT,)
)
DEARER = Card(date(2026, 10, 1), Unit.HOUR, 2500, 2700, 2900, 5000, 30, 1500, 15, (TWO_WORKERS, KEYS, WEEKENDS))
OFFER = CardsOfListing((DEARER, CARD))


def line(days: tuple[int, ...] = (1,), start: time = time(9), minutes: int = 60, **more: object) -> WeekLine:
    return WeekLine(key=more.pop("key", "1"), days=days, start=start, minutes=minutes, listing="a", **more)


def cost_of(*lines: WeekLine, offers: dict[str, CardsOfListing] | None = None, **more: object) -> cost.WeekCost:
    offers = offers or {"a": OFFER}
    names = {number: name for offer in offers.values() for number, name in offer.names.items()}
    facts = {"starts_on": YEAR, "week_of": MONDAY, "pricer": Pricer(HOLIDAYS), **more}
    return cost.cost_of(lines, offers, names=names, **facts)


def test_an_hour_each_monday_is_counted_by_its_own_days_cards_and_bank_holidays() -> None:
    found = cost_of(line())
    # 52 Mondays from 6 April 2026: 26 at £24 or £48 until 28 September, 26 at £25 or £50 from 5 October.
    # Bank holidays: 6 April, 4 May, 25 May, 31 August by the old card; 28 December and 29 March by the new one.
    assert found.week_pence == 2500
    assert found.year_pence == (26 - 4) * 2400 + 4 * 4800 + (26 - 2) * 2500 + 2 * 5000
    assert found.holiday_pence == 4 * 2400 + 2 * 2500
    assert found.holidays == (
        date(2026, 4, 6),
        date(2026, 5, 4),
        date(2026, 5, 25),
        date(2026, 8, 31),
        date(2026, 12, 28),
        date(2027, 3, 29),
    )


def test_a_bank_holiday_that_moved_counts_where_it_really_falls() -> None:
    # Boxing Day 2026 is a Saturday: the bank holiday is Monday 28 December, and Saturday stays a Saturday.
    days = cost_of(line((6, 1))).days
    assert days[(date(2026, 12, 26) - YEAR).days] == 2700 + 300
    assert days[(date(2026, 12, 28) - YEAR).days] == 5000


def test_thirteen_periods_make_the_year() -> None:
    found = cost_of(line((1, 3, 6)), line((7,), time(22), 540, key="2"))
    assert len(found.periods) == 13
    assert sum(found.periods) == found.year_pence == sum(found.days)
    assert [period.pence for period in found.calendar] == found.periods
    assert [day for period in found.calendar for day in period.holidays] == list(found.holidays)
    assert found.calendar[0].starts_on == YEAR
    assert found.ends_on == YEAR + timedelta(days=363)


def test_what_is_charged_once_is_charged_with_the_first_visit_of_the_booking_and_no_other() -> None:
    first = line((3,), extras=("keys",), key="1")
    second = line((1,), extras=("keys",), key="2")
    other = line((2,), extras=(), key="3")
    found = cost_of(first, second, other)
    assert [one.once_pence for one in found.lines] == [0, 1500, 0]
    assert found.once_pence == 1500
    assert found.days[0] == 4800 + 1500
    assert found.week_pence == 3 * 2500


def test_extras_follow_to_another_provider_by_their_names() -> None:
    other = Card(
        date(2026, 1, 1),
        Unit.HOUR,
        2000,
        2000,
        2000,
        2000,
        add_ons=(Extra("o2", "second worker", AddOnBasis.PER_HOUR, 1800),),
    )
    offers = {"a": OFFER, "b": CardsOfListing((other,))}
    found = cost_of(WeekLine("1", (1,), time(9), 60, listing="b", extras=("two",)), offers=offers)
    assert found.week_pence == 2000 + 1800
    lacking = cost_of(WeekLine("1", (1,), time(9), 60, listing="b", extras=("keys",)), offers=offers)
    assert lacking.week_pence == 2000
    assert lacking.lines[0].missing == ("Key holding",)


def test_an_extra_that_needs_another_is_not_counted_by_itself() -> None:
    hoist = Extra("h", "Hoist", AddOnBasis.PER_VISIT, 500, only_with="Second worker")
    card = Card(date(2026, 1, 1), Unit.HOUR, 2000, 2000, 2000, 2000, add_ons=(TWO_WORKERS, hoist))
    offers = {"a": CardsOfListing((card,))}
    assert cost_of(line(extras=("h",)), offers=offers).lines[0].missing == ("Hoist by itself",)
    assert cost_of(line(extras=("h",)), offers=offers).week_pence == 2000
    assert cost_of(line(extras=("h", "two")), offers=offers).week_pence == 2000 + 2000 + 500


def test_days_without_a_published_rate_take_the_nearest_and_say_so() -> None:
    late = Card(date(2026, 10, 1), Unit.HOUR, 2000, 2000, 2000, 2000, valid_until=date(2027, 2, 28))
    found = cost_of(line(), offers={"a": CardsOfListing((late,))})
    assert found.year_pence == 52 * 2000
    # 26 Mondays before October and 5 in March; 5 and later in April lie outside the year.
    assert found.lines[0].unpublished == 26 + 5


def test_what_is_charged_by_the_mile_is_named_and_not_counted() -> None:
    miles = Extra("m", "Driving", AddOnBasis.PER_MILE, 45, True)
    card = Card(date(2026, 1, 1), Unit.HOUR, 2000, 2000, 2000, 2000, add_ons=(miles,))
    found = cost_of(line(), offers={"a": CardsOfListing((card,))})
    assert found.week_pence == 2000
    assert found.lines[0].by_the_mile == ("Driving",)


def test_a_night_when_clocks_go_back_has_an_hour_more_and_forward_an_hour_less() -> None:
    plain = Card(date(2026, 1, 1), Unit.HOUR, 2400, 2400, 2400, 2400)
    nights = line((6,), time(22), 540)
    days = cost_of(nights, offers={"a": CardsOfListing((plain,))}).days
    assert days[(date(2026, 10, 17) - YEAR).days] == 9 * 2400
    assert days[(date(2026, 10, 24) - YEAR).days] == 10 * 2400
    assert days[(date(2027, 3, 27) - YEAR).days] == 8 * 2400


def test_a_time_clocks_skip_or_show_twice_is_counted_and_said() -> None:
    small = line((7,), time(1, 30), 30)
    starts, ends = visit_times.line_visit_on(small, date(2027, 3, 28))
    assert (starts.strftime("%H:%M"), ends.strftime("%H:%M")) == ("02:30", "03:00")
    assert "1:30 does not happen" in (visit_times.oddity(small, date(2027, 3, 28)) or "")
    assert "1:30 comes twice" in (visit_times.oddity(small, date(2026, 10, 25)) or "")
    assert visit_times.oddity(small, date(2026, 10, 18)) is None
    assert len([pence for pence in cost_of(small).days if pence]) == 52


def test_the_ordinary_week_has_no_change_of_the_clocks() -> None:
    assert cost.ordinary_monday(date(2026, 11, 20)) == date(2026, 11, 23)
    assert cost.ordinary_monday(date(2026, 10, 16)) == date(2026, 10, 26)
    assert cost.coming_monday(date(2026, 11, 23)) == date(2026, 11, 30)


def test_money_lasts_until_a_day_it_cannot_pay() -> None:
    week = [100, 0, 0, 0, 0, 0, 0]
    starts = date(2026, 11, 23)
    enough = lasting.lasts(week * 4, starts_on=starts, now_pence=400)
    assert (enough.weeks, enough.of_weeks, enough.is_enough, enough.left_pence) == (4, 4, True, 0)
    short = lasting.lasts(week * 4, starts_on=starts, now_pence=399)
    assert (short.weeks, short.until, short.left_pence) == (3, date(2026, 12, 14), 99)
    fed = lasting.lasts(
        week * 4, starts_on=starts, now_pence=100, coming={date(2026, 12, 7): 200, date(2026, 11, 1): 50}
    )
    assert (fed.weeks, fed.until) == (1, date(2026, 11, 30))
    fed = lasting.lasts(
        week * 4, starts_on=starts, now_pence=150, coming={date(2026, 12, 7): 200, date(2026, 11, 1): 50}
    )
    assert (fed.is_enough, fed.left_pence) == (True, 0)


def test_only_what_changed_is_told_line_by_line() -> None:
    offers = {"a": OFFER, "b": CardsOfListing((Card(date(2026, 1, 1), Unit.HOUR, 2000, 2000, 2000, 2000),))}
    same, swapped, gone = line(key="1"), line((2,), key="2"), line((3,), key="3")
    before = cost_of(same, swapped, gone, offers=offers)
    now = cost_of(
        same, WeekLine("2", (2,), time(9), 60, "Lunch", listing="b"), line((4,), minutes=120, key="4"), offers=offers
    )
    found = cost.changes(before, now, {"2": "Lunch", "3": "Wash", "4": "Walk"})
    assert [(one.name, one.before, one.now, one.difference) for one in found] == [
        ("Lunch", 2500, 2000, -500),
        ("Walk", None, 5000, 5000),
        ("Wash", 2500, None, -2500),
    ]
    assert sum(one.difference for one in found) == now.week_pence - before.week_pence


PENCE = st.integers(min_value=1, max_value=5000)
# One in three begins between one and two, the hour that clocks skip in March and show twice in October.
STARTS = st.builds(time, st.just(1) | st.integers(0, 23) | st.integers(18, 23), st.sampled_from([0, 15, 30, 45, 59]))
LINES = st.builds(
    WeekLine,
    key=st.just("1"),
    days=st.sets(st.sampled_from([7, 6, 5, 4, 3, 2, 1]), min_size=1).map(lambda days: tuple(sorted(days))),
    start=STARTS,
    minutes=st.integers(1, 1440),
    listing=st.just("a"),
    extras=st.sampled_from([(), ("two",), ("keys",), ("keys", "two")]),
)
CARDS = st.builds(
    Card,
    valid_from=st.just(date(2025, 1, 1)),
    unit=st.sampled_from([Unit.HOUR, Unit.HALF_HOUR, Unit.VISIT, Unit.SLEEP_IN]),
    weekday_pence=PENCE,
    saturday_pence=PENCE,
    sunday_pence=PENCE,
    bank_holiday_pence=PENCE,
    minimum_minutes=st.sampled_from([0, 30, 720, 1440]),
    minimum_charge_pence=st.sampled_from([0, 3000]),
    billing_step_minutes=st.sampled_from([1, 15, 30, 60]),
    add_ons=st.just((TWO_WORKERS, KEYS, WEEKENDS)),
    bands=st.sampled_from([(), (NIGHT,)]),
)


@settings(max_examples=int(os.environ.get("ROUNDS", "40")), deadline=None)
@given(LINES, CARDS)
@example(line((6,), time(1), 1440), CARD)  # ends in the hour that March leaves out
def test_each_day_costs_what_its_own_quote_says(drawn: WeekLine, card: Card) -> None:
    """Grouping visits alike must never show: every day of the year is quoted by itself and compared."""
    if card.unit not in {Unit.HOUR, Unit.HALF_HOUR, Unit.VISIT}:
        card = Card(card.valid_from, card.unit, *card.basic.each, add_ons=card.add_ons)
    found = cost_of(drawn, offers={"a": CardsOfListing((card,))})
    is_first = True
    for number, pence in enumerate(found.days):
        day = YEAR + timedelta(days=number)
        if day.isoweekday() not in drawn.days:
            assert pence == 0
            continue
        starts, ends = visit_times.line_visit_on(drawn, day)
        assert starts.tzinfo is LONDON
        one = quote(
            card, starts=starts, ends=ends, add_ons=drawn.extras, bank_holidays=HOLIDAYS, is_first_visit=is_first
        )
        assert pence == one.total.pence, day
        is_first = False
    assert found.year_pence == sum(found.days) == sum(found.periods)


def test_a_week_of_nothing_costs_nothing() -> None:
    found = cost_of()
    assert (found.week_pence, found.year_pence, found.periods, found.holidays) == (0, 0, [0] * 13, ())
    assert cost_of(WeekLine("1", (1,), time(9), 60, listing="unknown")).lines == ()


@pytest.mark.parametrize("days", [364, 28, 7])
def test_a_year_is_as_long_as_asked(days: int) -> None:
    assert len(cost_of(line(), days=days).days) == days
