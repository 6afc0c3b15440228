"""The rate as it applies: exact when days and times leave one amount, else from the lowest."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from app.market.catalogue.rules.applicable_rate import price_on, rates_of
from app.market.catalogue.rules.cards import Amounts, Band, Card, Extra
from app.market.catalogue.rules.days import LONDON
from app.market.catalogue.rules.quote import quote
from app.market.catalogue.rules.rates import AddOnBasis, BandName, Buyer, Unit, When

FLAT = Card(date(2026, 1, 1), Unit.HOUR, 2750, 2750, 2750, 2750)
EVENING = Band(BandName.EVENING, 19 * 60, 22 * 60, Amounts(3000, 3200, 3400, 6000))
NIGHT = Band(BandName.NIGHT, 22 * 60, 6 * 60, Amounts(2500, 3300, 3500, 6600))
CARD = Card(date(2026, 1, 1), Unit.HOUR, 2750, 2900, 3100, 5500, bands=(EVENING, NIGHT))
FOR_SOME = Card(
    date(2026, 1, 1),
    Unit.HOUR,
    2750,
    2750,
    2750,
    2750,
    buyers=((Buyer.COUNCIL_ARRANGED, Amounts(2600, 2600, 2600, 2600)),),
)
SELF_FUNDERS_PAY_MORE = replace(FOR_SOME, buyers=((Buyer.SELF_FUNDED, Amounts(2900, 2900, 2900, 2900)),))


@pytest.mark.parametrize(
    ("card", "days", "times", "said"),
    [
        (FLAT, (), (), "£27.50 an hour"),
        (FLAT, (6,), ("evening",), "£27.50 an hour"),
        (CARD, (), (), "from £25.00 an hour"),
        (CARD, (), ("morning",), "from £27.50 an hour in the morning"),
        (CARD, (1,), ("morning",), "£27.50 an hour on weekday mornings"),
        (CARD, (1,), ("night",), "£25.00 an hour on weekday nights"),
        # The evening is asked for from 6pm, and dearer from 7pm.
        (CARD, (6,), ("evening",), "from £29.00 an hour on Saturday evenings"),
        (CARD, (7,), ("afternoon",), "£31.00 an hour on Sunday afternoons"),
        (CARD, (7,), (), "from £31.00 an hour on Sundays"),
        (CARD, (7,), ("morning", "afternoon"), "£31.00 an hour on Sundays"),
        # Nobody knows who buys: what somebody pays with their own money, never another buyer's lower price.
        (FOR_SOME, (), (), "£27.50 an hour"),
        (FOR_SOME, (6,), ("evening",), "£27.50 an hour"),
        (SELF_FUNDERS_PAY_MORE, (), (), "£29.00 an hour"),
        (FOR_SOME.for_buyer(Buyer.COUNCIL_ARRANGED), (), (), "£26.00 an hour"),
    ],
)
def test_the_price_is_exact_when_days_and_times_leave_one_amount(card, days, times, said):
    assert price_on(rates_of(card), days, times).in_words == said


def test_other_kinds_of_day_are_said_beside_the_lowest_and_only_those_it_can_be_had_on():
    assert price_on(rates_of(CARD), (1, 2, 6, 7), ("morning",)).others == (
        "£29.00 on Saturday mornings",
        "£31.00 on Sunday mornings",
    )
    assert price_on(rates_of(CARD), (1, 6), ("morning",), had=(6, 7)).in_words == "£29.00 an hour on Saturday mornings"
    assert price_on(rates_of(CARD), (1,), ("morning",), had=(6,)).in_words == "£27.50 an hour on weekday mornings"


@pytest.mark.parametrize(
    ("buyer", "said"),
    [
        (Buyer.COUNCIL_ARRANGED, "£26.00 an hour"),
        # Another buyer's lower price is not theirs.
        (Buyer.SELF_FUNDED, "£27.50 an hour"),
    ],
)
def test_the_price_is_that_of_who_buys(buyer, said):
    assert price_on(rates_of(FOR_SOME), (), buyer=buyer).in_words == said


def test_a_day_on_which_it_cannot_be_had_does_not_make_the_lowest():
    weekends = replace(FLAT, weekday_pence=2000, saturday_pence=3000, sunday_pence=3100, bank_holiday_pence=6000)
    assert price_on(rates_of(weekends), (), had=(6, 7)).in_words == "from £30.00 an hour"
    assert price_on(rates_of(weekends), ()).in_words == "from £20.00 an hour"


def always(pence, basis, when=When.ALWAYS, name="Travel", only_with=None):
    return Extra(name, name, basis, pence, is_required=True, when=when, only_with=only_with)


VISIT, BY_HOUR, MILE, ONCE = AddOnBasis.PER_VISIT, AddOnBasis.PER_HOUR, AddOnBasis.PER_MILE, AddOnBasis.ONCE


@pytest.mark.parametrize(
    ("unit", "extras", "days", "said"),
    [
        (Unit.HOUR, [always(250, BY_HOUR)], (), "£30.00 an hour"),
        (Unit.HALF_HOUR, [always(250, BY_HOUR)], (), "£28.75 a half hour"),
        (Unit.HOUR, [always(200, VISIT)], (), "£29.50 for the first hour, then £27.50"),
        (Unit.HALF_HOUR, [always(200, VISIT)], (), "£29.50 for the first half hour, then £27.50"),
        (Unit.HOUR, [always(200, VISIT), always(100, BY_HOUR)], (), "£30.50 for the first hour, then £28.50"),
        (Unit.HOUR, [always(200, VISIT, When.WEEKENDS)], (), "from £27.50 an hour"),
        (Unit.HOUR, [always(200, VISIT, When.WEEKENDS)], (6,), "£29.50 for the first hour on Saturdays, then £27.50"),
        (Unit.HOUR, [always(200, VISIT, When.WEEKENDS)], (1,), "£27.50 an hour on weekdays"),
        (Unit.HOUR, [always(999, BY_HOUR, When.BANK_HOLIDAYS)], (), "from £27.50 an hour"),
        (Unit.VISIT, [always(200, VISIT)], (), "£29.50 a visit"),
        (Unit.SESSION, [always(200, BY_HOUR)], (), "£31.50 a session of 2 hours"),
        (Unit.ITEM, [always(2000, ONCE)], (), "£47.50 each"),
        # It goes with something nobody has to have.
        (Unit.HOUR, [always(250, BY_HOUR, only_with="Second worker")], (), "£27.50 an hour"),
    ],
)
def test_what_everybody_pays_is_in_the_price(unit, extras, days, said):
    card = replace(FLAT, unit=unit, add_ons=(*extras, Extra("x", "Chosen", BY_HOUR, 5000)))
    assert price_on(rates_of(card), days).in_words == said


def test_what_depends_on_the_booking_is_said_beside():
    card = replace(FLAT, add_ons=(always(45, MILE, name="Mileage"), always(5000, ONCE, name="First visit")))
    told = price_on(rates_of(card), ())
    assert (told.in_words, told.others) == (
        "£27.50 an hour",
        ("plus Mileage, £0.45 a mile", "plus First visit, £50.00 once"),
    )


def test_out_of_hours_extras_count_in_the_evening_only():
    rates = rates_of(replace(CARD, add_ons=(always(150, BY_HOUR, When.OUT_OF_HOURS),)))
    assert price_on(rates, (1,), ("morning",)).in_words == "£27.50 an hour on weekday mornings"
    assert price_on(rates, (1,), ("night",)).in_words == "£26.50 an hour on weekday nights"


@pytest.mark.parametrize("buyer", [None, *Buyer])
@pytest.mark.parametrize(("day", "hour"), [(22, 10), (25, 10), (26, 10), (22, 20), (25, 20), (26, 23)])
def test_the_first_hour_costs_just_what_a_quote_of_it_says(buyer, day, hour):
    """June 2026: Monday 22, Thursday 25 and Friday 26; one price each, so that the rate as it applies is exact."""
    card = replace(
        CARD,
        add_ons=(always(333, VISIT), always(125, BY_HOUR, When.OUT_OF_HOURS, name="Late")),
        buyers=((Buyer.DIRECT_PAYMENT, Amounts(2600, 2700, 2800, 5000)),),
    )
    starts = datetime(2026, 6, day, hour, tzinfo=LONDON)
    part = "morning" if hour < 12 else "evening" if hour < 22 else "night"
    # From 6pm until 7pm the evening still costs what the day does, so the evening alone leaves two amounts.
    mine = replace(card, bands=(replace(EVENING, starts=18 * 60), NIGHT)).for_buyer(buyer)
    told = price_on(rates_of(mine), (starts.isoweekday(),), (part,), buyer=str(buyer) if buyer else "")
    assert told.amount == str(quote(mine, starts=starts, ends=starts + timedelta(hours=1)).total)
