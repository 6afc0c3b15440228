"""The rate as it applies: exact when days and times leave one amount, else from the lowest."""

from datetime import date

import pytest

from app.catalogue.rules.applying import price_on
from app.catalogue.rules.cards import Amounts, Band, Card
from app.catalogue.rules.rates import BandName, Buyer, Unit

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
        (FOR_SOME, (), (), "from £26.00 an hour"),
        (FOR_SOME.for_buyer(Buyer.COUNCIL_ARRANGED), (), (), "£26.00 an hour"),
    ],
)
def test_the_price_is_exact_when_days_and_times_leave_one_amount(card, days, times, said):
    assert price_on(card, days, times).in_words == said


def test_other_kinds_of_day_are_said_beside_the_lowest_and_only_those_it_can_be_had_on():
    assert price_on(CARD, (1, 2, 6, 7), ("morning",)).others == (
        "£29.00 on Saturday mornings",
        "£31.00 on Sunday mornings",
    )
    assert price_on(CARD, (1, 6), ("morning",), had=(6, 7)).in_words == "£29.00 an hour on Saturday mornings"
    assert price_on(CARD, (1,), ("morning",), had=(6,)).in_words == "£27.50 an hour on weekday mornings"
