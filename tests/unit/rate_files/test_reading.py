"""One row of a file of rates: what it says, what it leaves open, and what it makes of the rate before."""

from datetime import date

import pytest

from app.base.refusals import BadInput
from app.market.catalogue.rules.cards import Amounts, Band, Card, Extra, LengthBand
from app.market.catalogue.rules.minimum_wage import minimum_wage_on, under_minimum_wage
from app.market.catalogue.rules.rates import AddOnBasis, BandName, Buyer, DayKind, Unit, Vat
from app.support.rate_files.rules import RateRow, card_of_row, read_rates, what_changes
from tests.factories.rates import rates_sheet

DAY = date(2027, 4, 5)
NOW = Card(
    date(2026, 1, 1), Unit.HOUR, 2000, 2200, 2200, 4000, minimum_minutes=30,
    add_ons=(Extra("1", "Travel", AddOnBasis.PER_VISIT, 350, is_required=True),),
    bands=(Band(BandName.EVENING, 1080, 1320, Amounts(2500, 2700, 2700, 4500)),),
    length_bands=(LengthBand(30, 200),), buyers=((Buyer.COUNCIL_ARRANGED, Amounts(1900, 2100, 2100, 3900)),),
    vat=Vat.EXEMPT, vat_reason="Welfare",
)  # fmt: skip


def _row(**facts: str) -> RateRow:
    return read_rates(rates_sheet([{"listing": "abc", "weekday": "21", **facts}]))[0]


def _full(**facts: str) -> RateRow:
    return _row(**{"saturday": "23.50", "sunday": "£23.5", "bank_holiday": "41.00"} | facts)


def test_amounts_are_the_rows_and_all_else_stays_or_moves_along() -> None:
    card = card_of_row(NOW, _full(), DAY)
    assert card.basic == Amounts(2100, 2350, 2350, 4100)
    assert card.bands[0].amounts == Amounts(2600, 2850, 2850, 4600)
    assert dict(card.buyers) == {Buyer.COUNCIL_ARRANGED: Amounts(2000, 2250, 2250, 4000)}
    kept = ("add_ons", "length_bands", "minimum_minutes", "vat", "vat_reason", "unit")
    assert all(getattr(card, name) == getattr(NOW, name) for name in kept)
    assert what_changes(NOW, card)[0] == "Monday to Friday: £21.00 an hour, before that £20.00"
    assert what_changes(NOW, card)[4:] == [
        "Evening, Monday to Friday: £26.00 an hour, before that £25.00",
        "Prices for other buyers move by as much as the day’s price",
    ]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({}, "saturday is empty, but saturday costs £22.00 now"),
        ({"saturday": "23", "sunday": "23"}, "bank_holiday is empty, but bank holiday costs £40.00 now"),
        ({"saturday": "23", "sunday": "23", "bank_holiday": "41", "unit": "visit"}, "It is priced an hour now"),
    ],
)
def test_what_a_row_leaves_open_is_asked_and_never_guessed(row: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        card_of_row(NOW, _row(**row), DAY)


def test_a_first_rate_needs_its_unit_and_its_vat() -> None:
    with pytest.raises(ValueError, match="no rate yet"):
        card_of_row(None, _row(), DAY)
    card = card_of_row(None, _row(unit="an hour", vat="standard"), DAY)
    assert (card.basic, card.unit, card.vat) == (Amounts(2100, 2100, 2100, 2100), Unit.HOUR, Vat.STANDARD)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"listing": ""}, "A2 is empty. Enter the code"),
        ({"weekday": ""}, "E2 is empty"),
        ({"weekday": "lots"}, "E2 says “lots”. Enter an amount in pounds"),
        ({"weekday": "21.055"}, "E2 says “21.055”"),
        ({"saturday": "-3"}, "F2 says “-3”"),
        ({"from": "31/02/2027"}, "C2 says “31/02/2027”"),
        ({"unit": "fortnight"}, "D2 says “fortnight”. It must be one of: hour,"),
        ({"vat": "some"}, "I2 says “some”. It must be one of: exempt, zero, reduced, standard"),
    ],
)
def test_a_wrong_cell_is_named_with_how_to_write_it(facts: dict[str, str], words: str) -> None:
    assert words in _row(**facts).wrong


def test_days_and_amounts_are_read_as_spreadsheets_write_them() -> None:
    row = _row(**{"from": "2027-04-05 00:00:00", "weekday": "£1,021.5", "saturday": "22"})
    assert (row.begins, row.pence[DayKind.WEEKDAY], row.pence[DayKind.SATURDAY], row.pence[DayKind.SUNDAY]) == (
        DAY, 102150, 2200, None,
    )  # fmt: skip


@pytest.mark.parametrize("content", [b"", b"name,age\nAda,3\n", b"\x00\x01", rates_sheet([])])
def test_a_file_that_is_none_is_refused_as_a_whole(content: bytes) -> None:
    with pytest.raises(BadInput):
        read_rates(content)


def test_the_wage_is_that_of_the_day_and_prices_by_time_are_held_against_it() -> None:
    assert minimum_wage_on(date(2026, 3, 31)) == (date(2025, 4, 1), 1221)
    assert minimum_wage_on(date(2026, 4, 1)) == (date(2026, 4, 1), 1271)
    assert minimum_wage_on(date(2023, 3, 31)) is None

    def warned(day: date, pence: int, unit: Unit = Unit.HOUR) -> str:
        return under_minimum_wage(Card(day, unit, pence, pence, pence, pence))

    assert warned(date(2026, 4, 1), 1271) == ""
    assert warned(date(2026, 3, 31), 1221) == ""
    assert "£12.70 an hour is under the legal minimum wage: £12.71 an hour since 1 April 2026" in warned(
        date(2026, 4, 1), 1270
    )
    assert warned(date(2026, 4, 1), 636, Unit.HALF_HOUR) == ""
    assert warned(date(2026, 4, 1), 635, Unit.HALF_HOUR).startswith("£12.70 an hour")
    assert warned(date(2026, 4, 1), 1, Unit.SLEEP_IN) == ""
