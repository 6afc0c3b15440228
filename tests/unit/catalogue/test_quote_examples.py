"""Worked examples, each checked by hand: what the visit is, and every line with its pence."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from app.market.catalogue.rules.cards import Card, Extra
from app.market.catalogue.rules.quote import quote
from app.market.catalogue.rules.rates import AddOnBasis, Unit

LONDON = ZoneInfo("Europe/London")
HOLIDAYS = frozenset({date(2026, 4, 3), date(2026, 4, 6), date(2026, 12, 25), date(2026, 12, 28)})
CARD = Card(
    valid_from=date(2026, 1, 1),
    unit=Unit.HOUR,
    weekday_pence=2750,
    saturday_pence=3000,
    sunday_pence=3300,
    bank_holiday_pence=5500,
)
HALF_HOURS = replace(CARD, unit=Unit.HALF_HOUR, weekday_pence=1425, saturday_pence=1500)
STEP_15 = replace(CARD, billing_step_minutes=15)
STEP_30 = replace(CARD, billing_step_minutes=30)
STEP_60 = replace(CARD, billing_step_minutes=60)
LEAST_60 = replace(CARD, minimum_minutes=60)
CALL_OUT = replace(CARD, minimum_charge_pence=2000)
NIGHT = replace(
    CARD,
    unit=Unit.SLEEP_IN,
    weekday_pence=8000,
    saturday_pence=9000,
    sunday_pence=9500,
    bank_holiday_pence=14000,
)
DOUBLE = Extra("double", "Second worker", AddOnBasis.PER_HOUR, 2000)
TRAVEL = Extra("travel", "Travel", AddOnBasis.PER_VISIT, 350)
SETTING_UP = Extra("setting-up", "Setting up", AddOnBasis.ONCE, 4000)
DEMENTIA = Extra("dementia", "Dementia specialist", AddOnBasis.PER_HOUR, 333, is_required=True)
WITH_ALL = replace(CARD, add_ons=(DOUBLE, TRAVEL, SETTING_UP))
WITH_REQUIRED = replace(CARD, add_ons=(DEMENTIA, TRAVEL))
FROM = "(rate from 1 January 2026)"
ROUNDED = ". Rounded to the nearest penny"


@dataclass(frozen=True)
class Example:
    name: str
    card: Card
    starts: str
    ends: str
    lines: list[tuple[str, int]]
    add_ons: tuple[str, ...] = ()
    is_first_visit: bool = True


EXAMPLES = [
    Example(
        "Tuesday morning, an hour and a half",
        CARD,
        "2026-03-10 09:00",
        "2026-03-10 10:30",
        [(f"Monday to Friday, 1 hour 30 minutes at £27.50 an hour {FROM}", 4125)],
    ),
    Example(
        "Saturday, two hours",
        CARD,
        "2026-03-14 09:00",
        "2026-03-14 11:00",
        [(f"Saturday, 2 hours at £30.00 an hour {FROM}", 6000)],
    ),
    Example(
        "Sunday, 45 minutes",
        CARD,
        "2026-03-15 08:00",
        "2026-03-15 08:45",
        [(f"Sunday, 45 minutes at £33.00 an hour {FROM}", 2475)],
    ),
    Example(
        "Good Friday is a bank holiday, not a weekday",
        CARD,
        "2026-04-03 10:00",
        "2026-04-03 11:00",
        [(f"Bank holiday, 1 hour at £55.00 an hour {FROM}", 5500)],
    ),
    Example(
        "one minute: 45.83 pence rounds up",
        CARD,
        "2026-03-10 09:00",
        "2026-03-10 09:01",
        [(f"Monday to Friday, 1 minute at £27.50 an hour {FROM}{ROUNDED}", 46)],
    ),
    Example(
        "exactly half a penny rounds up: 3 minutes at £27.50 is 137.5",
        CARD,
        "2026-03-10 09:00",
        "2026-03-10 09:03",
        [(f"Monday to Friday, 3 minutes at £27.50 an hour {FROM}{ROUNDED}", 138)],
    ),
    Example(
        "less than half rounds down: 2 minutes at £27.50 is 91.67, 5 minutes 229.17",
        CARD,
        "2026-03-10 09:00",
        "2026-03-10 09:05",
        [(f"Monday to Friday, 5 minutes at £27.50 an hour {FROM}{ROUNDED}", 229)],
    ),
    Example(
        "Friday night into Saturday is cut at midnight",
        CARD,
        "2026-03-13 23:00",
        "2026-03-14 00:30",
        [
            (f"Monday to Friday, 1 hour at £27.50 an hour {FROM}", 2750),
            (f"Saturday, 30 minutes at £30.00 an hour {FROM}", 1500),
        ],
    ),
    Example(
        "Tuesday night into Wednesday is one stretch",
        CARD,
        "2026-03-10 22:00",
        "2026-03-11 02:00",
        [(f"Monday to Friday, 4 hours at £27.50 an hour {FROM}", 11000)],
    ),
    Example(
        "ending at midnight on Saturday has no Sunday line",
        CARD,
        "2026-03-14 22:00",
        "2026-03-15 00:00",
        [(f"Saturday, 2 hours at £30.00 an hour {FROM}", 6000)],
    ),
    Example(
        "Maundy Thursday into Good Friday",
        CARD,
        "2026-04-02 23:30",
        "2026-04-03 00:30",
        [
            (f"Monday to Friday, 30 minutes at £27.50 an hour {FROM}", 1375),
            (f"Bank holiday, 30 minutes at £55.00 an hour {FROM}", 2750),
        ],
    ),
    Example(
        "Easter Sunday into Easter Monday: Sunday, then bank holiday",
        CARD,
        "2026-04-05 23:00",
        "2026-04-06 01:00",
        [
            (f"Sunday, 1 hour at £33.00 an hour {FROM}", 3300),
            (f"Bank holiday, 1 hour at £55.00 an hour {FROM}", 5500),
        ],
    ),
    Example(
        "Easter Monday into Tuesday",
        CARD,
        "2026-04-06 23:45",
        "2026-04-07 00:15",
        [
            (f"Bank holiday, 15 minutes at £55.00 an hour {FROM}", 1375),
            (f"Monday to Friday, 15 minutes at £27.50 an hour {FROM}{ROUNDED}", 688),
        ],
    ),
    Example(
        "Boxing Day 2026 is a Saturday and no bank holiday here; Monday 28th is",
        CARD,
        "2026-12-25 23:00",
        "2026-12-26 01:00",
        [
            (f"Bank holiday, 1 hour at £55.00 an hour {FROM}", 5500),
            (f"Saturday, 1 hour at £30.00 an hour {FROM}", 3000),
        ],
    ),
    Example(
        "the clocks go back on a Sunday: midnight to 3am lasts four hours",
        CARD,
        "2026-10-25 00:00",
        "2026-10-25 03:00",
        [(f"Sunday, 4 hours at £33.00 an hour {FROM}", 13200)],
    ),
    Example(
        "the clocks go forward on a Sunday: midnight to 3am lasts two hours",
        CARD,
        "2026-03-29 00:00",
        "2026-03-29 03:00",
        [(f"Sunday, 2 hours at £33.00 an hour {FROM}", 6600)],
    ),
    Example(
        "Saturday 11pm to 7am on the long night: one hour and eight",
        CARD,
        "2026-10-24 23:00",
        "2026-10-25 07:00",
        [
            (f"Saturday, 1 hour at £30.00 an hour {FROM}", 3000),
            (f"Sunday, 8 hours at £33.00 an hour {FROM}", 26400),
        ],
    ),
    Example(
        "by the half hour: 45 minutes is one and a half of them",
        HALF_HOURS,
        "2026-03-10 09:00",
        "2026-03-10 09:45",
        [(f"Monday to Friday, 45 minutes at £14.25 a half hour {FROM}{ROUNDED}", 2138)],
    ),
    Example(
        "steps of 15: 50 minutes counts as an hour",
        STEP_15,
        "2026-03-10 09:00",
        "2026-03-10 09:50",
        [
            (
                (
                    f"Monday to Friday, 1 hour at £27.50 an hour {FROM}."
                    " 50 minutes is charged as 1 hour: time is charged in steps of 15 minutes"
                ),
                2750,
            )
        ],
    ),
    Example(
        "steps of 15: 45 minutes is already a step",
        STEP_15,
        "2026-03-10 09:00",
        "2026-03-10 09:45",
        [(f"Monday to Friday, 45 minutes at £27.50 an hour {FROM}{ROUNDED}", 2063)],
    ),
    Example(
        "steps of 30: 61 minutes counts as 90",
        STEP_30,
        "2026-03-10 09:00",
        "2026-03-10 10:01",
        [
            (
                (
                    f"Monday to Friday, 1 hour 30 minutes at £27.50 an hour {FROM}."
                    " 1 hour 1 minute is charged as 1 hour 30 minutes: time is charged in steps of 30 minutes"
                ),
                4125,
            )
        ],
    ),
    Example(
        "steps of an hour past midnight: the extra 30 minutes follow the end of the visit, on Sunday",
        STEP_60,
        "2026-03-14 23:00",
        "2026-03-15 00:30",
        [
            (f"Saturday, 1 hour at £30.00 an hour {FROM}", 3000),
            (
                (
                    f"Sunday, 1 hour at £33.00 an hour {FROM}."
                    " 1 hour 30 minutes is charged as 2 hours: time is charged in steps of 1 hour"
                ),
                3300,
            ),
        ],
    ),
    Example(
        "the shortest visit: 20 minutes is charged as an hour",
        LEAST_60,
        "2026-03-10 09:00",
        "2026-03-10 09:20",
        [
            (
                (
                    f"Monday to Friday, 1 hour at £27.50 an hour {FROM}."
                    " 20 minutes is charged as 1 hour, the shortest visit charged for"
                ),
                2750,
            )
        ],
    ),
    Example(
        "the shortest visit reaches past midnight when the visit ends just before it",
        LEAST_60,
        "2026-03-14 23:30",
        "2026-03-14 23:50",
        [
            (f"Saturday, 30 minutes at £30.00 an hour {FROM}", 1500),
            (
                (
                    f"Sunday, 30 minutes at £33.00 an hour {FROM}."
                    " 20 minutes is charged as 1 hour, the shortest visit charged for"
                ),
                1650,
            ),
        ],
    ),
    Example(
        "step first, then shortest: 31 minutes in steps of 15 is 45, raised to 50",
        replace(STEP_15, minimum_minutes=50),
        "2026-03-10 09:00",
        "2026-03-10 09:31",
        [
            (
                (
                    f"Monday to Friday, 50 minutes at £27.50 an hour {FROM}."
                    " 31 minutes is charged as 50 minutes, the shortest visit charged for. Rounded to the nearest penny"
                ),
                2292,
            )
        ],
    ),
    Example(
        "minimum charge makes up the difference",
        CALL_OUT,
        "2026-03-10 09:00",
        "2026-03-10 09:30",
        [
            (f"Monday to Friday, 30 minutes at £27.50 an hour {FROM}", 1375),
            ("Minimum charge: brings the basic rate up to £20.00", 625),
        ],
    ),
    Example(
        "minimum charge already reached says nothing",
        CALL_OUT,
        "2026-03-10 09:00",
        "2026-03-10 09:45",
        [(f"Monday to Friday, 45 minutes at £27.50 an hour {FROM}{ROUNDED}", 2063)],
    ),
    Example(
        "extras come on top of the minimum charge, in the card's order",
        replace(CALL_OUT, add_ons=(DOUBLE, TRAVEL, SETTING_UP)),
        "2026-03-10 09:00",
        "2026-03-10 09:30",
        [
            (f"Monday to Friday, 30 minutes at £27.50 an hour {FROM}", 1375),
            ("Minimum charge: brings the basic rate up to £20.00", 625),
            ("Second worker, 30 minutes at £20.00 an hour", 1000),
            ("Travel, £3.50 a visit", 350),
        ],
        add_ons=("travel", "double"),
    ),
    Example(
        "an add-on by the hour follows the minutes charged, not those stayed",
        replace(STEP_30, add_ons=(DOUBLE,)),
        "2026-03-10 09:00",
        "2026-03-10 09:50",
        [
            (
                (
                    f"Monday to Friday, 1 hour at £27.50 an hour {FROM}."
                    " 50 minutes is charged as 1 hour: time is charged in steps of 30 minutes"
                ),
                2750,
            ),
            ("Second worker, 1 hour at £20.00 an hour", 2000),
        ],
        add_ons=("double",),
    ),
    Example(
        "once, on the first visit",
        WITH_ALL,
        "2026-03-10 09:00",
        "2026-03-10 10:00",
        [(f"Monday to Friday, 1 hour at £27.50 an hour {FROM}", 2750), ("Setting up, £40.00 once", 4000)],
        add_ons=("setting-up",),
    ),
    Example(
        "once, not on a later visit",
        WITH_ALL,
        "2026-03-10 09:00",
        "2026-03-10 10:00",
        [(f"Monday to Friday, 1 hour at £27.50 an hour {FROM}", 2750)],
        add_ons=("setting-up",),
        is_first_visit=False,
    ),
    Example(
        "what is required comes by itself: 45 minutes at £3.33 is 249.75",
        WITH_REQUIRED,
        "2026-03-10 09:00",
        "2026-03-10 09:45",
        [
            (f"Monday to Friday, 45 minutes at £27.50 an hour {FROM}{ROUNDED}", 2063),
            (f"Dementia specialist, 45 minutes at £3.33 an hour{ROUNDED}", 250),
        ],
    ),
    Example(
        "a sleep-in on Saturday night is Saturday's, whatever day it ends",
        NIGHT,
        "2026-03-14 22:00",
        "2026-03-15 07:00",
        [(f"Saturday, £90.00 a sleep-in night {FROM}", 9000)],
    ),
    Example(
        "a waking night that starts on Christmas Day",
        replace(NIGHT, unit=Unit.WAKING_NIGHT),
        "2026-12-25 22:00",
        "2026-12-26 08:00",
        [(f"Bank holiday, £140.00 a waking night {FROM}", 14000)],
    ),
    Example(
        "an add-on by the hour on a night counts real hours: nine when the clocks go back",
        replace(NIGHT, add_ons=(replace(DOUBLE, amount_pence=1000),)),
        "2026-10-24 23:00",
        "2026-10-25 07:00",
        [(f"Saturday, £90.00 a sleep-in night {FROM}", 9000), ("Second worker, 9 hours at £10.00 an hour", 9000)],
        add_ons=("double",),
    ),
    Example(
        "a live-in week is one amount, by the day it starts",
        replace(NIGHT, unit=Unit.WEEK, weekday_pence=130000),
        "2026-03-09 09:00",
        "2026-03-16 09:00",
        [(f"Monday to Friday, £1,300.00 a week {FROM}", 130000)],
    ),
    Example(
        "a session with a minimum charge",
        replace(NIGHT, unit=Unit.SESSION, weekday_pence=1200, minimum_charge_pence=1500),
        "2026-03-09 13:00",
        "2026-03-09 15:00",
        [
            (f"Monday to Friday, £12.00 a session {FROM}", 1200),
            ("Minimum charge: brings the basic rate up to £15.00", 300),
        ],
    ),
    Example(
        "equipment is priced each",
        replace(NIGHT, unit=Unit.ITEM, weekday_pence=3599),
        "2026-03-09 10:00",
        "2026-03-09 12:00",
        [(f"Monday to Friday, £35.99 each {FROM}", 3599)],
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda e: e.name)
def test_the_quote_is_the_one_worked_out_by_hand(example: Example) -> None:
    made = quote(
        example.card,
        starts=datetime.fromisoformat(example.starts).replace(tzinfo=LONDON),
        ends=datetime.fromisoformat(example.ends).replace(tzinfo=LONDON),
        add_ons=example.add_ons,
        bank_holidays=HOLIDAYS,
        is_first_visit=example.is_first_visit,
    )
    assert [(line.words, line.pence) for line in made.lines] == example.lines
    assert made.total.pence == sum(pence for _, pence in example.lines)
