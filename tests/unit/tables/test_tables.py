"""A file is found by its header and read row by row, whatever is broken in it."""

import pytest

from app.platform.tables.rules.reading import read_table
from app.platform.tables.rules.rows import TableFile, Unreadable
from app.platform.tables.rules.shapes import TableShape, header_of
from tests.factories import sheets

PLACES = TableShape(frozenset({"name", "place"}))


def _read(content: bytes) -> TableFile:
    return read_table(content, [PLACES])


def _seen(content: bytes) -> list[tuple[int, dict[str, str], str | None]]:
    return [(row.line, dict(row.cells), row.fault) for row in _read(content).rows]


def test_a_preamble_a_mark_and_windows_line_ends_are_no_matter() -> None:
    content = (
        b"\xef\xbb\xbfTitle\r\nThis data was produced on 1 May 2026\r\n\r\nName,Place\r\nOne,Here\r\n\r\nTwo,There"
    )
    assert _seen(content) == [(5, {"name": "One", "place": "Here"}, None), (7, {"name": "Two", "place": "There"}, None)]


def test_old_bytes_are_read_and_it_is_said() -> None:
    table = _read("name,place\nCafé,Here\nNaïve,There\n".encode("latin-1"))
    assert [row.cells["name"] for row in table.rows] == ["Café", "Naïve"]
    assert table.notes == ["lines that were not UTF-8, read as Windows-1252: 2, the first is line 2"]
    assert _seen("name,place\nCafé,Here\n".encode("utf-16")) == [(2, {"name": "Café", "place": "Here"}, None)]


def test_a_stray_quotation_mark_costs_one_line_and_not_the_rest() -> None:
    content = b'name,place\n"Broken,Here\nGood,There\n"Quoted, too","Line one\nline two"\nLast,"Sale"\n'
    assert _seen(content) == [
        (2, {"name": "Broken", "place": "Here"}, "its quotation marks do not pair up"),
        (3, {"name": "Good", "place": "There"}, None),
        (4, {"name": "Quoted, too", "place": "Line one line two"}, None),
        (6, {"name": "Last", "place": "Sale"}, None),
    ]


def test_a_stray_quotation_mark_on_the_last_line_is_told() -> None:
    assert _seen(b'name,place\nGood,There\n"Broken,Here') == [
        (2, {"name": "Good", "place": "There"}, None),
        (3, {"name": "Broken", "place": "Here"}, "its quotation marks do not pair up"),
    ]


def test_a_short_row_ends_in_empty_cells_and_a_long_one_says_too_much() -> None:
    assert _seen(b"name,place\nShort\nLong,Here,There\nFull,Here,,,\n") == [
        (2, {"name": "Short"}, None),
        (3, {"name": "Long", "place": "Here"}, "C3 stands to the right of the last column that has a name"),
        (4, {"name": "Full", "place": "Here"}, None),
    ]


def test_what_says_nothing_is_not_taken_for_something() -> None:
    row = _read(b"name,place,other\nNA,-,\n").rows[0]
    assert (row.get("name"), row.get("place"), row.get("other"), row.get("missing")) == (None, None, None, None)
    assert _read(b"name,place\nA\x00B,C\x07\n").rows[0].cells == {"name": "A B", "place": "C"}


def test_a_file_that_is_something_else_is_refused() -> None:
    with pytest.raises(Unreadable, match="none of its first 40 lines"):
        _read(b"a,b\n1,2\n")
    with pytest.raises(Unreadable, match="none of its first 40 lines"):
        _read(b"")
    with pytest.raises(Unreadable, match="workbook cannot be opened"):
        _read(b"PK\x03\x04 nothing")


def test_a_header_is_compared_without_its_note() -> None:
    assert header_of("\ufeffCQC Location (for office use only") == "cqc location"
    assert header_of(" CQC  Location ID (for office use only)") == "cqc location id"
    assert header_of("Service’s website (if available)") == "service's website"
    assert header_of("Inherited Rating (Y/N)") == "inherited rating"


def test_a_workbook_is_read_from_the_sheet_with_the_header() -> None:
    content = sheets.as_xlsx([["A banner"], ["Name", "Place"], ["One", "Here"], ["Two", "NA"]], name="Rows")
    table = _read(content)
    assert table.notes == ["read from the sheet Rows"]
    assert [(row.line, dict(row.cells)) for row in table.rows] == [
        (3, {"name": "One", "place": "Here"}),
        (4, {"name": "Two", "place": "NA"}),
    ]
    with pytest.raises(Unreadable, match="no sheet of the workbook"):
        _read(sheets.as_ods([["Read me"]]))
