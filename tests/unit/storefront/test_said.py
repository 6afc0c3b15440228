"""What a question says beside the thing itself becomes filters, and only that."""

from datetime import date

import pytest

from app.shop.storefront.rules.said import NOT_SAID_WHERE, NOT_SAID_WHO, said_in

TUESDAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("typed", "rest", "parts"),
    [
        ("carer under £20 an hour", "carer", {"most": "20", "per": "hour"}),
        ("home help for less than 25 pounds an hour", "home help", {"most": "25", "per": "hour"}),
        ("cleaner 18 an hour", "cleaner 18 an hour", {}),
        ("cleaner no more than 18 an hour", "cleaner", {"most": "18", "per": "hour"}),
        ("cleaner from £12.50", "cleaner", {"least": "12.50", "per": "hour"}),
        ("meals under £10", "meals", {"most": "10", "per": "item"}),
        ("cheapest cleaner", "cleaner", {"sort": "price"}),
        ("carer sunday night", "carer sunday night", {"day": ("7",), "time": ("night",)}),
        ("carer tomorrow morning", "carer tomorrow morning", {"day": ("3",), "time": ("morning",)}),
        ("weekday mornings", "weekday mornings", {"day": ("1", "2", "3", "4", "5"), "time": ("morning",)}),
        ("help at the weekend", "help at the weekend", {"day": ("6", "7")}),
        ("library within 2 miles of QX1", "library QX1", {"within": "3"}),
        ("carer who speaks Urdu", "carer", {"language": ("urdu",)}),
        ("BSL-speaking befriender", "BSL-speaking befriender", {}),
        ("polish speaking pa on saturdays", "pa on saturdays", {"language": ("polish",), "day": ("6",)}),
        ("club for my 19 year old son", "club for my 19 year old son", {"age": ("adults",)}),
        ("day centre he is only 56", "day centre he is only 56", {"age": ("adults",)}),
        ("my mum is 85", "my mum is 85", {"age": ("older",)}),
        ("swimming for my 6 year old", "swimming for my 6 year old", {"age": ("children",)}),
        ("care home rated outstanding", "care home", {"regulator": ("outstanding",)}),
        ("gardener with good reviews", "gardener", {"rated": "4"}),
        ("free exercise class", "exercise class", {"cost": ("free",)}),
        ("food bank open now", "food bank", {"day": ("2",)}),
        ("carer who can start this week", "carer", {"open": "yes"}),
        # What only looks like it.
        ("gluten free meals", "gluten free meals", {}),
        ("free food", "free food", {}),
        ("lunch club for over 60s", "lunch club for over 60s", {}),
        ("under 18 club", "under 18 club", {}),
        ("no carer since monday", "no carer since monday", {}),
        ("visit for 30 minutes", "visit for 30 minutes", {}),
        ("polish my shoes", "polish my shoes", {}),
        ("coffee morning", "coffee morning", {}),
        ('"under £20"', '"under £20"', {}),
        ("", "", {}),
        ("£", "£", {}),
    ],
)
def test_what_is_said_is_read(typed, rest, parts):
    said = said_in(typed, TUESDAY)
    assert (said.rest, said.parts, said.notices) == (rest, parts, [])


def test_what_nobody_knows_is_told_and_not_looked_for():
    assert (said_in("female carer", TUESDAY).rest, said_in("female carer", TUESDAY).notices) == (
        "carer",
        [NOT_SAID_WHO],
    )
    assert said_in("swimming near the tram", TUESDAY).notices == [NOT_SAID_WHERE]
    assert said_in("support for men", TUESDAY).notices == []
