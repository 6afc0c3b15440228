"""Each of the regulator's formats is told by its header, and says of a location what it says and no more."""

from datetime import date

import pytest

from app.market.providers.rules import CqcRating
from app.market.registers.rules.providers import (
    SHAPES,
    Fault,
    Format,
    Location,
    Rated,
    format_of,
    rating_of,
    read_location,
    read_rating,
)
from app.platform.tables.rules.reading import read_table
from app.platform.tables.rules.rows import Unreadable
from tests.fixtures import REGISTERS


def _locations(name: str) -> tuple[Format, list[Location | Fault]]:
    table = read_table((REGISTERS / name).read_bytes(), list(SHAPES.values()))
    kind = format_of(table.header)
    return kind, [read_location(row, kind) for row in table.rows]


def test_the_weekly_directory_survives_preamble_mark_repeats_and_broken_rows() -> None:
    kind, rows = _locations("weekly_directory.csv")
    assert kind == Format.DIRECTORY
    assert rows[0] == Location(
        line=7,
        location_id="1-900000001",
        name="Applecross House",
        provider_name="Birchwood Care Limited",
        provider_id="1-800000001",
        service_types=("Residential homes",),
        specialisms=("Caring for adults over 65 yrs", "Dementia"),
        address="1 Mill Lane, Millbrook",
        postcode="QX11AA",
        phone="0161 999 0001",
        website="https://www.applecross.example",
        last_checked_on=date(2025, 5, 31),
        area_name="Millbrook",
    )
    assert isinstance(rows[1], Location)
    assert (rows[1].name, rows[1].last_checked_on) == ('Hand "in" Hand Homecare', date(2026, 3, 12))
    assert rows[4:7] == [
        Fault(11, 'Broken "Quote House', "its quotation marks do not pair up"),
        Fault(12, "Short Row", "no location number"),
        Fault(13, "No Number House", "no location number"),
    ]
    assert isinstance(rows[7], Location)
    assert (rows[7].name, rows[7].postcode, rows[7].remarks) == ("Café Court", None, ("it has no postcode",))
    assert len(rows) == 8


def test_the_older_directory_lacks_a_bracket_and_is_read_alike() -> None:
    _, older = _locations("weekly_directory_older.csv")
    _, newer = _locations("weekly_directory.csv")
    first = newer[0]
    assert isinstance(first, Location)
    assert isinstance(older[0], Location)
    assert (older[0].location_id, older[0].area_name, older[0].service_types) == (
        first.location_id,
        first.area_name,
        first.service_types,
    )


def test_active_locations_are_read_from_their_flags_by_public_names() -> None:
    kind, rows = _locations("active_locations.csv")
    assert kind == Format.ACTIVE
    assert rows[0] == Location(
        line=2,
        location_id="1-900000001",
        name="Applecross House",
        provider_name="Birchwood Care Limited",
        provider_id="1-800000001",
        service_types=("Residential homes",),
        specialisms=("Caring for adults over 65 yrs", "Dementia"),
        address="1 Mill Lane, Millbrook",
        postcode="QX11AA",
        phone="0161 999 0001",
        website="https://www.applecross.example",
        longitude=-2.3,
        latitude=53.4,
        rating=CqcRating.GOOD,
        rated_on=date(2025, 6, 4),
        is_rating_inherited=False,
        area_name="Millbrook",
    )
    assert isinstance(rows[1], Location)
    assert (rows[1].rating, rows[1].service_types) == (CqcRating.NOT_YET_RATED, ("Shared lives",))
    assert rows[1].remarks == ("the register says it is dormant",)


def test_a_councils_list_of_care_homes_keeps_the_mistyped_code_for_the_match() -> None:
    kind, rows = _locations("care_homes.csv")
    assert kind == Format.CARE_HOMES
    assert isinstance(rows[1], Location)
    assert rows[1].service_types == ("Nursing homes", "Residential homes")
    assert (rows[1].phone, rows[1].website, rows[1].last_checked_on) == (None, None, None)
    assert (rows[1].area_code, rows[1].area_name) == ("E0890001", "Millbrook")


def test_only_the_row_that_says_overall_twice_is_a_locations_rating() -> None:
    for name, lines in (("latest_ratings.csv", [4, 5, 6, 7, 8]), ("latest_ratings_older.csv", [2])):
        table = read_table((REGISTERS / name).read_bytes(), list(SHAPES.values()))
        assert format_of(table.header) == Format.RATINGS
        read = [read_rating(row) for row in table.rows]
        assert [one.line for one in read if isinstance(one, Rated)] == lines
    table = read_table((REGISTERS / "latest_ratings.csv").read_bytes(), list(SHAPES.values()))
    assert read_rating(table.rows[3]) == Rated(
        6, "1-900000001", "Applecross House", CqcRating.INADEQUATE, date(2026, 2, 1), True, "Millbrook", "QX11AA"
    )


@pytest.mark.parametrize("words", ["Not Rated", "Not applicable", "No published rating", "Do not include in report"])
def test_every_other_word_means_not_yet_rated(words: str) -> None:
    assert rating_of(words) == CqcRating.NOT_YET_RATED
    assert rating_of("requires Improvement") == CqcRating.REQUIRES_IMPROVEMENT


def test_a_header_of_something_else_is_no_register() -> None:
    with pytest.raises(Unreadable, match="some are missing: provider name, service types"):
        read_table(b"name,category,address,postcode\nA,B,C,D\n", list(SHAPES.values()))
