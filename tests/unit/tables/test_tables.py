"""A file is found by its header and read row by row, whatever is broken in it."""

import io
import zipfile
from datetime import date

import pytest

from app.platform.tables.rules.reading import TableFile, Unreadable, as_day, as_phone, as_website, header_of, read_table


def _known(headers: frozenset[str]) -> bool:
    return {"name", "place"} <= headers


def _read(content: bytes) -> TableFile:
    return read_table(content, _known)


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
        (2, {}, "its quotation marks do not pair up"),
        (3, {"name": "Good", "place": "There"}, None),
        (4, {"name": "Quoted, too", "place": "Line one line two"}, None),
        (6, {"name": "Last", "place": "Sale"}, None),
    ]


def test_a_stray_quotation_mark_on_the_last_line_is_told() -> None:
    assert _seen(b'name,place\nGood,There\n"Broken,Here') == [
        (2, {"name": "Good", "place": "There"}, None),
        (3, {}, "its quotation marks do not pair up"),
    ]


def test_rows_of_another_width_are_told_with_their_line() -> None:
    assert _seen(b"name,place\nShort\nLong,Here,There\n") == [
        (2, {"name": "Short"}, "it has 1 columns where the header has 2"),
        (3, {"name": "Long", "place": "Here"}, "it has 3 columns where the header has 2"),
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


def _ods(sheets: dict[str, list[list[str]]]) -> bytes:
    tables = "".join(
        f'<table:table table:name="{name}">'
        + "".join(
            "<table:table-row>"
            + "".join(
                f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>'
                for cell in row
            )
            + "</table:table-row>"
            for row in rows
        )
        + "</table:table>"
        for name, rows in sheets.items()
    )
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?><office:document-content {spaces}><office:body><office:spreadsheet>{tables}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", content)
        book.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
    return made.getvalue()


def test_a_workbook_is_read_from_the_sheet_with_the_header() -> None:
    content = _ods({"Notes": [["Read me"]], "Rows": [["A banner"], ["Name", "Place"], ["One", "Here"], ["Two", "NA"]]})
    table = _read(content)
    assert table.notes == ["read from the sheet Rows"]
    assert [(row.line, dict(row.cells)) for row in table.rows] == [
        (3, {"name": "One", "place": "Here"}),
        (4, {"name": "Two", "place": "NA"}),
    ]
    with pytest.raises(Unreadable, match="no sheet of the workbook"):
        _read(_ods({"Notes": [["Read me"]]}))


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2023-05-31", date(2023, 5, 31)),
        ("31/05/2023 - 10:30", date(2023, 5, 31)),
        ("31 May 2023", date(2023, 5, 31)),
        ("31 September 2023", None),
        ("soon", None),
        (None, None),
    ],
)
def test_dates_come_in_several_shapes(text: str | None, day: date | None) -> None:
    assert as_day(text) == day


@pytest.mark.parametrize(
    ("text", "phone"),
    [
        ("1617486414", "0161 748 6414"),
        ("01617486414", "0161 748 6414"),
        ("7429340652", "07429 340652"),
        ("3300583240", "0330 058 3240"),
        ("1925571680", "01925 571680"),
        ("+441619990001", "0161 999 0001"),
        ("2079460000", "020 7946 0000"),
        ("0161 832 3736", "0161 832 3736"),
        ("ask at the desk", "ask at the desk"),
        (None, None),
    ],
)
def test_a_telephone_number_gets_its_nought_back(text: str | None, phone: str | None) -> None:
    assert as_phone(text) == phone


@pytest.mark.parametrize(
    ("text", "website"),
    [
        ("www.example.org", "https://www.example.org"),
        ("http://example.org/a?b=c", "http://example.org/a?b=c"),
        ("javascript:alert(1)", None),
        ("http://exa mple.org", None),
        ("none yet", None),
        (None, None),
    ],
)
def test_only_a_web_address_becomes_a_link(text: str | None, website: str | None) -> None:
    assert as_website(text) == website
