"""What stops a card from being published: each fault names its question and says how to mend it."""

from dataclasses import replace
from datetime import date

import pytest

from app.market.catalogue.rules.cards import Amounts, Band, Card, Extra, LengthBand
from app.market.catalogue.rules.checks import faults, faults_of_dates
from app.market.catalogue.rules.rates import AddOnBasis, BandName, Buyer, Unit, Vat, When

TODAY = date(2026, 6, 1)
CARD = Card(TODAY, Unit.HOUR, 2750, 3000, 3300, 5500)
EVENING = Band(BandName.EVENING, 1080, 1320, Amounts(3000, 3000, 3000, 3000))
NIGHT = Band(BandName.NIGHT, 1320, 420, Amounts(3400, 3400, 3400, 3400))
TOO_MUCH = "Every amount must be more than £0 and at most £10,000"


def _extra(name: str = "Travel", pence: int = 350, **more: object) -> Extra:
    return Extra(name, name, AddOnBasis.PER_VISIT, pence, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "found"),
    [
        ({}, []),
        ({"bands": (EVENING, NIGHT), "length_bands": (LengthBand(15, 600),), "vat": Vat.ZERO}, []),
        ({"weekday_pence": 0}, [("weekday", TOO_MUCH)]),
        ({"sunday_pence": -5}, [("sunday", TOO_MUCH)]),
        ({"bank_holiday_pence": 1_000_001}, [("bank_holiday", TOO_MUCH)]),
        ({"minimum_charge_pence": -1}, [("minimum_charge", "The minimum charge must be at most £10,000")]),
        (
            {"minimum_minutes": 1441},
            [("minimum_minutes", "The shortest visit charged for must be at most 24 hours")],
        ),
        (
            {"billing_step_minutes": 7},
            [("billing_step", "Charge time by the minute, or in steps of 15, 30 or 60 minutes")],
        ),
        (
            {"unit": Unit.WEEK, "bands": (EVENING,)},
            [
                (
                    "evening_starts",
                    "Only prices by the hour, half hour, visit or session can differ in the evening or at night",
                )
            ],
        ),
        (
            {"bands": (replace(EVENING, ends=1080),)},
            [("evening_ends", "The evening must end at another time than it starts")],
        ),
        (
            {"bands": (replace(EVENING, ends=1321), NIGHT)},
            [("night_starts", "The evening and the night overlap. End one when the other starts")],
        ),
        ({"bands": (replace(EVENING, amounts=Amounts(0, 1, 1, 1)),)}, [("evening_weekday", TOO_MUCH)]),
        (
            {"unit": Unit.VISIT, "length_bands": (LengthBand(15, 600),)},
            [("length_1_up_to", "Only prices by the hour or half hour can differ for short visits")],
        ),
        (
            {"length_bands": (LengthBand(30, 250), LengthBand(15, 600))},
            [("length_1_up_to", "Give the shortest visits first, each length once")],
        ),
        (
            {"length_bands": (LengthBand(121, 250),)},
            [("length_1_up_to", "A short visit is from 1 to 120 minutes long")],
        ),
        (
            {"minimum_minutes": 30, "length_bands": (LengthBand(15, 600),)},
            [
                (
                    "length_1_up_to",
                    "No visit is charged for so short a time: look at the shortest visit and the steps above",
                )
            ],
        ),
        ({"length_bands": (LengthBand(15, 0),)}, [("length_1_more", TOO_MUCH)]),
        ({"buyers": ((Buyer.SELF_FUNDED, Amounts(1, 1, 1, 0)),)}, [("self_funded_weekday", TOO_MUCH)]),
        (
            {
                "bands": (replace(EVENING, amounts=Amounts(100, 100, 100, 100)),),
                "buyers": ((Buyer.COUNCIL_ARRANGED, Amounts(2650, 3000, 3300, 5500)),),
            },
            [
                (
                    "council_arranged_weekday",
                    (
                        "Arranged by the council, the price in the evening would come to nothing or less. "
                        "Make the difference smaller"
                    ),
                )
            ],
        ),
        (
            {"vat": Vat.EXEMPT, "vat_reason": " "},
            [
                (
                    "vat_reason",
                    "Enter why no VAT is charged, for example: welfare services by a registered provider",
                )
            ],
        ),
        ({"vat_reason": "x" * 201}, [("vat_reason", "The reason must be 200 characters or fewer")]),
        (
            {"add_ons": tuple(_extra(str(n)) for n in range(6))},
            [("extra_1_name", "A rate can have at most 5 extras")],
        ),
        ({"add_ons": (_extra(" "),)}, [("extra_1_name", "Give every extra a name")]),
        ({"add_ons": (_extra(), _extra("travel "))}, [("extra_2_name", "Give each extra a name of its own")]),
        ({"add_ons": (_extra(pence=0),)}, [("extra_1_amount", TOO_MUCH)]),
        (
            {"add_ons": (_extra(when=When.OUT_OF_HOURS),)},
            [("extra_1_when", "This rate has no evening or night, so nobody would ever pay this extra")],
        ),
        (
            {"add_ons": (_extra(only_with="Second worker"),)},
            [("extra_1_only_with", "Write the name of another extra exactly as above")],
        ),
        (
            {"add_ons": (_extra("A", only_with="B"), _extra("B", only_with="A"))},
            [
                ("extra_1_only_with", "Choose an extra that can be had by itself"),
                ("extra_2_only_with", "Choose an extra that can be had by itself"),
            ],
        ),
    ],
)
def test_a_card_that_makes_no_sense_is_told_why(changed: dict[str, object], found: list[tuple[str, str]]) -> None:
    assert faults(replace(CARD, **changed)) == found  # type: ignore[arg-type]


UNTIL_MARCH = (date(2026, 1, 1), date(2027, 3, 31))
FROM_SEPTEMBER = (date(2026, 9, 1), None)


@pytest.mark.parametrize(
    ("begins", "ends", "others", "found"),
    [
        (TODAY, None, [], []),
        (TODAY, None, [(date(2026, 1, 1), None)], []),
        (date(2026, 7, 1), None, [FROM_SEPTEMBER], []),
        (date(2026, 7, 1), date(2026, 8, 31), [FROM_SEPTEMBER], []),
        (date(2027, 4, 1), None, [UNTIL_MARCH], []),
        (
            date(2026, 5, 31),
            None,
            [],
            [("valid_from", "The rate must start today or later: past rates are kept as they were")],
        ),
        (
            date(2062, 7, 1),
            None,
            [],
            [("valid_from", "The rate must start within the next 3 years. Check the year")],
        ),
        (
            date(2026, 7, 2),
            date(2026, 7, 1),
            [],
            [("valid_until", "The last day must not be before the first day")],
        ),
        (
            date(2026, 9, 1),
            None,
            [FROM_SEPTEMBER],
            [
                (
                    "valid_from",
                    (
                        "A rate from 1 September 2026 is already published, and a published rate is never changed. "
                        "Choose another day"
                    ),
                )
            ],
        ),
        (
            date(2027, 1, 1),
            None,
            [UNTIL_MARCH],
            [("valid_from", "This would overlap the rate that holds until 31 March 2027. Start it on 1 April 2027")],
        ),
        (
            date(2027, 4, 10),
            None,
            [UNTIL_MARCH],
            [("valid_from", "There would be no price from 1 April 2027 until then. Start it on 1 April 2027")],
        ),
        (
            date(2026, 7, 1),
            date(2026, 9, 2),
            [FROM_SEPTEMBER],
            [
                (
                    "valid_until",
                    (
                        "This would overlap the rate from 1 September 2026. End it on 31 August 2026, "
                        "or leave the last day empty"
                    ),
                )
            ],
        ),
        (
            date(2026, 7, 1),
            date(2026, 8, 20),
            [FROM_SEPTEMBER],
            [
                (
                    "valid_until",
                    (
                        "There would be no price from 21 August 2026 until 31 August 2026. End it on 31 August 2026, "
                        "or leave the last day empty"
                    ),
                )
            ],
        ),
    ],
)
def test_days_without_a_price_or_with_two_are_refused(
    begins: date,
    ends: date | None,
    others: list[tuple[date, date | None]],
    found: list[tuple[str, str]],
) -> None:
    assert faults_of_dates(begins, ends, others, today=TODAY) == found


def test_a_buyer_pays_the_same_difference_in_the_evening() -> None:
    card = replace(CARD, bands=(EVENING,), buyers=((Buyer.COUNCIL_ARRANGED, Amounts(2600, 3000, 3300, 5500)),))
    theirs = card.for_buyer(Buyer.COUNCIL_ARRANGED)
    assert theirs.bands[0].amounts == Amounts(2850, 3000, 3000, 3000)
    assert card.for_buyer(Buyer.SELF_FUNDED) is card
