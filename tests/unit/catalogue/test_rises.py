"""What a dearer card does to one person, and how a price stands beside the average: worked out by hand."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from app.market.catalogue.rules.averages import Average, against_average
from app.market.catalogue.rules.cards import Card, Extra
from app.market.catalogue.rules.price_display import pricing
from app.market.catalogue.rules.rates import AddOnBasis, BandName, Unit
from app.market.catalogue.rules.rises import BookedVisit, Rise, four_weeks_of, rise
from tests.unit.catalogue.test_price_table import BANDS

LONDON = ZoneInfo("Europe/London")
NINE = datetime(2026, 3, 10, 9, tzinfo=LONDON)
DOUBLE = Extra("double", "Second worker", AddOnBasis.PER_HOUR, 2000)
NOW = Card(date(2026, 1, 1), Unit.HOUR, 2750, 3000, 3300, 5500, add_ons=(DOUBLE,))
THEN = replace(NOW, valid_from=date(2026, 6, 1), weekday_pence=2900, add_ons=(replace(DOUBLE, id="new-double"),))


def _stays(weeks: int) -> list[BookedVisit]:
    """A Tuesday hour and a Wednesday hour with a second worker, each week."""
    found = []
    for week in range(weeks):
        starts = NINE + timedelta(weeks=week)
        found.append(BookedVisit(starts, starts + timedelta(hours=1)))
        found.append(BookedVisit(starts + timedelta(days=1), starts + timedelta(days=1, hours=1), ("Second worker",)))
    return found


def test_four_weeks_are_counted_from_the_first_visit() -> None:
    assert len(four_weeks_of(reversed(_stays(6)))) == 8
    assert four_weeks_of([]) == []


def test_a_rise_is_told_in_pounds_a_week_and_weeks_of_money() -> None:
    found = rise(now=NOW, then=THEN, stays=_stays(4), other_pence=4000, left_pence=100_000, bank_holidays=frozenset())
    # Four times 2 x £27.50 + £20.00 = £75.00; at £29.00 it is £78.00. With £10.00 a week of other things.
    assert (found.is_weekly, found.said_now_pence, found.said_then_pence, found.more_pence) == (True, 7500, 7800, 300)
    assert (found.weeks_now, found.weeks_then, found.is_dearer) == (11, 11, True)
    less = replace(found, left_pence=85_000)
    assert (less.weeks_now, less.weeks_then) == (10, 9)


def test_nothing_left_pays_for_no_week_and_nothing_booked_for_no_number() -> None:
    assert Rise(date(2026, 6, 1), 4, 100, 200, 0, -5, is_weekly=True).weeks_now == 0
    assert Rise(date(2026, 6, 1), 4, 0, 0, 0, 500, is_weekly=True).weeks_now is None


def _told(stays: list[BookedVisit], holidays: frozenset[date] = frozenset()) -> Rise:
    return rise(now=NOW, then=THEN, stays=stays, other_pence=0, left_pence=100_000, bank_holidays=holidays)


def test_of_visits_that_do_not_come_every_week_no_week_is_told() -> None:
    """One visit, every second week, two weeks of four, one left out, one moved, and a week with a bank holiday."""
    weekly = [stay for stay in _stays(4) if not stay.extras]
    assert _told(weekly).is_weekly
    moved = replace(weekly[2], starts=weekly[2].starts + timedelta(hours=1), ends=weekly[2].ends + timedelta(hours=1))
    for stays in (weekly[:1], weekly[::2], weekly[:2], [*weekly[:2], weekly[3]], [*weekly[:2], moved, weekly[3]]):
        found = _told(stays)
        assert (found.is_weekly, found.visits, found.weeks_now) == (False, len(stays), None)
        assert (found.said_now_pence, found.said_then_pence) == (2750 * len(stays), 2900 * len(stays))
    holiday = _told(weekly, frozenset({weekly[1].starts.date()}))
    assert (holiday.is_weekly, holiday.said_now_pence, holiday.said_then_pence) == (False, 13750, 14200)


def test_weeks_are_counted_by_the_clock_on_the_wall() -> None:
    """Clocks go forward on 29 March: the visits stay at nine."""
    stays = [BookedVisit(NINE + timedelta(weeks=n), NINE + timedelta(weeks=n, hours=1)) for n in range(4)]
    assert (_told(stays).is_weekly, _told(stays).more_pence) == (True, 150)


def test_what_no_longer_fits_is_left_out_of_both_sides_of_nothing() -> None:
    mats = Extra("mats", "Mats", AddOnBasis.PER_VISIT, 100, only_with="Hoist")
    broken = replace(THEN, add_ons=(mats, Extra("h", "Hoist", AddOnBasis.PER_VISIT, 100)))
    stay = replace(_stays(1)[0], extras=("Mats",))
    found = rise(now=NOW, then=broken, stays=[stay], other_pence=0, left_pence=0, bank_holidays=frozenset())
    assert (found.now_pence, found.then_pence, found.is_dearer) == (2750, 0, False)


@pytest.mark.parametrize(
    ("pence", "words"),
    [
        (2640, "This is about £1.10 an hour below the average here."),
        (2757, "This is about £2.30 an hour above the average here."),
        (2754, "This is about the average here."),
    ],
)
def test_a_price_is_set_beside_the_average_to_the_nearest_ten_pence(pence: int, words: str) -> None:
    average = {2640: 2750, 2757: 2527, 2754: 2750}[pence]
    said = against_average(replace(NOW, weekday_pence=pence), [Average(Unit.HOUR, average, 3, "Sale, Trafford")])
    assert said[1] == words
    assert said[0].startswith("In Sale, Trafford the average published price is £2")


def test_two_providers_or_another_unit_tell_nothing() -> None:
    assert against_average(NOW, [Average(Unit.HOUR, 2750, 2, "X"), Average(Unit.WEEK, 2750, 9, "X")]) == []
    assert against_average(None, [Average(Unit.HOUR, 2600, 3, "X", is_paid=True)]) == [
        "In X the average price really paid is £26.00 an hour, from 3 providers."
    ]


def test_a_listing_with_an_evening_shows_one_and_with_miles_goes_five() -> None:
    required = Extra("m", "Mileage", AddOnBasis.PER_MILE, 45, is_required=True)
    card = replace(BANDS, add_ons=(required,))
    found = pricing([card], today=date(2026, 3, 9), bank_holidays=frozenset()).examples
    assert [(e.starts.strftime("%a %H:%M"), e.quote.total.pence) for e in found] == [
        ("Tue 09:00", 4125 + 225),
        ("Sun 09:00", 4950 + 225),
        ("Tue 18:00", 4500 + 225),
        ("Tue 22:00", 5100 + 225),
    ]
    assert found[2].quote.lines[0].band is BandName.EVENING
