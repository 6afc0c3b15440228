"""One table of what people send: each kind of file with what it means, each way to write a value, and what is refused why."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.platform.tables.rules.reading import read_table
from app.platform.tables.rules.row_reading import RowReading
from app.platform.tables.rules.rows import TableFile, Unreadable
from app.platform.tables.rules.shapes import TableShape
from app.platform.tables.rules.values import day_in, phone_in, time_in, website_in
from app.platform.tables.rules.weighing import SENT, Limits
from tests.factories import sheets
from tests.factories.sheets import FORMATS, Rows

CAFES = TableShape(
    frozenset({"name", "opened", "place"}), {"name": ("café", "title"), "opened": ("open since",), "phone": ("tel",)}
)
HEAD = ["Name", "Opened", "Place", "Phone"]
ROWS = [["Café Één", "25/11/2026", "Here", "0161 999 0001"], ["Two", "", "There", ""]]
READ = [
    {"name": "Café Één", "opened": "25/11/2026", "place": "Here", "phone": "0161 999 0001"},
    {"name": "Two", "place": "There"},
]


def read(content: bytes) -> TableFile:
    return read_table(content, [CAFES], SENT)


def seen(content: bytes) -> list[dict[str, str]]:
    table = read(content)
    assert [row.fault for row in table.rows] == [None] * len(table.rows)
    return [dict(row.cells) for row in table.rows]


LAYOUTS: dict[str, Callable[[], Rows]] = {
    "as it should be": lambda: [HEAD, *ROWS],
    "a title and a note above": lambda: [["Our cafés, as of today"], [], ["Ask Ann"], HEAD, *ROWS],
    "columns in another order": lambda: [HEAD[::-1], *(row[::-1] for row in ROWS)],
    "columns by their meaning": lambda: [["CAFÉ", "Open  since", "place*", "Tel"], *ROWS],
    "columns we do not know": lambda: [[*HEAD, "Mood"], *([*row, "good"] for row in ROWS)],
    "empty cells at the ends": lambda: [[*HEAD, "", ""], *([*row, "", "", ""] for row in ROWS)],
    "rows cut short": lambda: [HEAD, ROWS[0], ROWS[1][:3]],
    "empty rows between": lambda: [HEAD, [], ROWS[0], [""], ["", "", ""], ROWS[1]],
    "a total beneath": lambda: [HEAD, *ROWS, ["Total", "", "", "2"]],
    "a total that fills each column": lambda: [HEAD, *ROWS, ["Totals", "2", "2", "1"]],
    "subtotals in brackets": lambda: [HEAD, *ROWS, ["Subtotal (2)", "2", "2"]],
    "another total": lambda: [HEAD, *ROWS, ["", "Grand total: 2"]],
    "the header again in the middle": lambda: [HEAD, ROWS[0], HEAD, ROWS[1]],
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("form", FORMATS)
def test_every_layout_in_every_format_says_the_same(form: str, layout: str) -> None:
    found = seen(FORMATS[form](LAYOUTS[layout]()))
    assert [{name: cell for name, cell in row.items() if name != "mood"} for row in found] == READ


@pytest.mark.parametrize("form", ["UTF-8", "xlsx", "ods"])
def test_a_cell_has_the_name_a_spreadsheet_shows(form: str) -> None:
    table = read(FORMATS[form]([["A title"], [], HEAD, [], ["One", "soon", "Here"], ["Total", "", "3"]]))
    (row,) = table.rows
    assert (row.number, row.cell("opened"), row.cell("phone")) == (5, "B5", "D5")
    assert [(one.line, one.what, one.words) for one in table.passed] == [(6, "Total", "it is a total")]
    said = RowReading(row)
    assert said.day("opened") is None
    assert said.remarks == ["B5 says “soon”. That is no day, so it was left out"]


@pytest.mark.parametrize("make", [sheets.as_xlsx, sheets.as_ods])
def test_a_cell_merged_downwards_counts_for_all_its_rows(make: Callable[..., bytes]) -> None:
    rows = [HEAD, ["One", "", "Here"], [None, "", "There"], [None, "", "Elsewhere"], ["Two", "", "Here"]]
    assert [(row["name"], row["place"]) for row in seen(make(rows, merged=["A2:A4"]))] == [
        ("One", "Here"), ("One", "There"), ("One", "Elsewhere"), ("Two", "Here"),
    ]  # fmt: skip


def test_a_sheet_that_begins_away_from_its_corner_keeps_the_names_of_its_cells() -> None:
    table = read(sheets.as_xlsx([[], [None, None, *HEAD], [None, None, *ROWS[0]]]))
    assert table.rows[0].cell("name") == "C3"
    assert dict(table.rows[0].cells) == READ[0]


def test_a_formula_says_its_value_and_a_broken_one_is_told() -> None:
    head = "".join(f'<c t="inlineStr"><is><t>{name}</t></is></c>' for name in HEAD)
    made = sheets.xlsx_of(
        f'<row r="1">{head}</row><row r="2"><c r="A2" t="str"><f>"Ca"&amp;"fé"</f><v>Café</v></c><c r="B2"><f>TODAY()</f></c>'
        '<c r="C2" t="e"><f>X!A1</f><v>#REF!</v></c><c r="D2"><f>1616486414+1000000</f><v>1617486414</v></c></row>'
    )
    (row,) = read(made).rows
    assert (row.cells["name"], row.cells["place"], row.cells["phone"]) == ("Café", "#REF!", "1617486414")
    said = RowReading(row)
    assert (said.day("opened"), said.phone("phone")) == (None, "0161 748 6414")
    assert said.remarks == ["B2 says “#a formula whose value was not saved”. That is no day, so it was left out"]


@pytest.mark.parametrize("make", [sheets.as_xlsx, sheets.as_ods])
def test_typed_cells_are_read_as_they_are_meant(make: Callable[..., bytes]) -> None:
    rows = [
        HEAD,
        ["A", date(2026, 11, 25), time(8, 31), 1617486414],
        ["B", datetime.fromisoformat("2026-11-25 08:31"), timedelta(hours=1.5), 8.3],
    ]
    first, second = seen(make(rows))
    assert (first["opened"], first["place"], first["phone"]) == ("2026-11-25", "08:31:00", "1617486414")
    assert (second["opened"], second["place"], second["phone"]) == ("2026-11-25 08:31:00", "01:30:00", "8.3")


BROKEN = {
    "a mark that never closes": 'name,opened,place\nA,,Here\n"B,,There\nC,,Here\n',
    "marks within marks": 'name,opened,place\nA,,Here\nB,,"RowReading "no"."\nC,,Here\n',
    "a mark that closes too early": 'name,opened,place\nA,,Here\nB,,"Two "pieces\nC,,Here\n',
    "with semicolons": 'name;opened;place\nA;;Here\nB;;"RowReading "no"."\nC;;Here\n',
    "on the last line": 'name,opened,place\nA,,Here\nC,,Here\nB,,"There',
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_quotation_marks_cost_their_own_row(kind: str) -> None:
    rows = read(BROKEN[kind].encode()).rows
    assert sorted((row.cells["name"], row.fault) for row in rows) == [
        ("A", None), ("B", "its quotation marks do not pair up"), ("C", None),
    ]  # fmt: skip
    broken = next(row for row in rows if row.fault)
    assert broken.cells["place"] in {"There", 'RowReading "no".', 'Two "pieces'}


def test_it_is_no_total_that_is_called_so() -> None:
    table = read(b"name,opened,place\nTotal Care Ltd,2026-11-25,Here\nTotal Care Ltd,,\nTotals,2026-11-25,x\n")
    assert ([row.cells["name"] for row in table.rows], table.passed) == (
        ["Total Care Ltd", "Total Care Ltd", "Totals"],
        [],
    )


FAR = '<row r="1"><c r="A1" t="inlineStr"><is><t>name</t></is></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
LONG = "x" * 30_000
MANY = "".join(f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c></row>' for n in range(1, 4000))
REFUSED: dict[str, tuple[Callable[[], bytes], str]] = {
    "nothing": (lambda: b"", "none of its first 40 lines is a header"),
    "another table": (lambda: b"a,b\n1,2\n", "none of its first 40 lines is a header"),
    "a column too few": (lambda: b"name,place\nA,B\n", "some are missing: opened"),
    "a sheet with a column too few": (lambda: sheets.as_xlsx([["name", "place"], ["A", "B"]]), "some are missing: opened"),
    "a picture": (lambda: b"\x89PNG\r\n\x1a\n\0\0", "it is a picture"),
    "a photo": (lambda: b"\xff\xd8\xff\xe0\0\0", "it is a picture"),
    "a PDF": (lambda: b"%PDF-1.7 name,opened,place", "it is a PDF"),
    "an old workbook": (lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old Excel file, or one with a password"),
    "a web page called a sheet": (lambda: b"<html><table><tr><td>name</table>", "it is a web page"),
    "bytes": (lambda: b"\x00\x01\x02\x03" * 50, "it is no table"),
    "a broken workbook": (lambda: b"PK\x03\x04 nothing", "cannot be opened"),
    "half a workbook": (lambda: sheets.as_xlsx([HEAD])[:900], "cannot be opened"),
    "a folder that is no workbook": (lambda: sheets.packed({"a.txt": "name,opened,place"}), "it is no workbook we can read"),
    "a text document": (lambda: sheets.packed({"word/document.xml": "<a/>"}), "it is no workbook we can read"),
    "one cell far out": (lambda: sheets.xlsx_of(FAR), "more than 1,000,000 cells"),
    "cells with no names far out": (lambda: sheets.xlsx_of(f"<row>{'<c/>' * 1001}</row>" * 1000), "1,000,000 cells"),
    "one text in thousands of cells": (lambda: sheets.xlsx_of(MANY, f"<si><t>{LONG}</t></si>"), "too much text"),
    "a row repeated a million times": (
        lambda: sheets.ods_of(
            '<table:table table:name="S"><table:table-row table:number-rows-repeated="1000000">'
            '<table:table-cell office:value-type="string" table:number-columns-repeated="9"><text:p>name</text:p>'
            "</table:table-cell></table:table-row></table:table>"
        ),
        "more than 1,000,000 cells",
    ),
    "emptiness with something beneath": (
        lambda: sheets.ods_of(
            '<table:table table:name="S"><table:table-row><table:table-cell table:number-columns-repeated="16000"/>'
            '<table:table-cell><text:p>x</text:p></table:table-cell></table:table-row>'
            '<table:table-row table:number-rows-repeated="1000000"><table:table-cell/></table:table-row>'
            "<table:table-row><table:table-cell><text:p>x</text:p></table:table-cell></table:table-row></table:table>"
        ),
        "more than 1,000,000 cells",
    ),
    "zeros by the megabyte": (
        lambda: sheets.xlsx_of("", more={"xl/media/x.bin": "\0" * (65 * 1024 * 1024)}), "more than 64 megabytes",
    ),
    "blanks by the megabyte": (lambda: sheets.xlsx_of(" " * (65 * 1024 * 1024)), "more than 64 megabytes"),
    "words that grow": (
        lambda: sheets.xlsx_of("<row><c><v>&b;</v></c></row>", before='<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'),
        "defines words of its own",
    ),
    "words from elsewhere": (
        lambda: sheets.ods_of("&p;", before='<!DOCTYPE x [<!ENTITY p SYSTEM "file:///etc/passwd">]>'),
        "defines words of its own",
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", REFUSED)
def test_what_is_no_table_or_too_much_is_refused_with_how_to_mend_it(kind: str) -> None:
    make, words = REFUSED[kind]
    with pytest.raises(Unreadable, match=words):
        read(make())


def test_a_folder_that_lies_about_its_size_is_stopped_while_it_is_unpacked() -> None:
    honest = sheets.xlsx_of(" " * 5_000_000)
    # The size stands in the folder's list; half of it is said.
    lying = honest.replace((5_000_000 + 118).to_bytes(4, "little"), (100_000).to_bytes(4, "little"))
    small = Limits(unpacked=1_000_000, cells=1000, letters=1000)
    for content in (honest, lying):
        with pytest.raises(Unreadable):
            read_table(content, [CAFES], small)


@given(st.binary(max_size=300))
def test_whatever_is_sent_is_read_or_refused_in_words(content: bytes) -> None:
    for sent in (
        content,
        b"name,opened,place\n" + content,
        b"PK\x03\x04" + content,
        sheets.xlsx_of("")[:-22] + content,
    ):
        try:
            read(sent)
        except Unreadable as refusal:
            assert str(refusal)


@given(st.lists(st.lists(st.text(max_size=12), min_size=3, max_size=3), max_size=5), st.sampled_from([*FORMATS][:8]))
def test_whatever_cells_hold_no_row_is_lost(rows: list[list[str]], form: str) -> None:
    if form == "Windows-1252":
        rows = [[cell.encode("cp1252", "ignore").decode("cp1252") for cell in row] for row in rows]
    said = [row for row in rows if any(cell.split() for cell in row)]
    table = read(FORMATS[form]([HEAD[:3], *rows]))
    assert len(table.rows) + len(table.passed) >= len(
        [row for row in said if all("\n" not in c and "\r" not in c for c in row)]
    )


DAYS = {
    "25/11/2026": date(2026, 11, 25), "25/11/26": date(2026, 11, 25), "25-11-2026": date(2026, 11, 25),
    "25.11.26": date(2026, 11, 25), "5/1/2027": date(2027, 1, 5), "2026-11-25": date(2026, 11, 25),
    "2026/11/25": date(2026, 11, 25), "2026-11-25 00:00:00": date(2026, 11, 25), "2026-11-25T00:00:00Z": date(2026, 11, 25),
    "25/11/2026 08:31": date(2026, 11, 25), "31/05/2023 - 10:30": date(2023, 5, 31), "31 May 2023": date(2023, 5, 31),
    "25 November 2026": date(2026, 11, 25), "25-Nov-26": date(2026, 11, 25), "Wed 25 Nov 2026": date(2026, 11, 25),
    "Wednesday, 25th November 2026": date(2026, 11, 25), "Nov 25, 2026": date(2026, 11, 25), "1 Sept 2026": date(2026, 9, 1),
    "46351": date(2026, 11, 25),
}  # fmt: skip
NO_DAYS = {
    "11/25/2026": "We could not read the month ‘25’", "31/11/2026": "There is no 31 November 2026",
    "31 September 2023": "There is no 31 September 2023", "soon": "That is no day", "2026": "That is no day", "11": "That is no day",
    "25/11/226": "That is no day", "25/11/0026": "We could not read the year ‘0026’", "#REF!": "That is no day", "": "That is no day",
    "25 Foo 2026": "We could not read the month ‘foo’", "99999": "That is no day",
}  # fmt: skip


@pytest.mark.parametrize(("text", "day"), DAYS.items())
def test_a_day_is_read_as_people_write_it(text: str, day: date) -> None:
    found = day_in(text)
    assert found.value == day
    assert bool(found.remark) == (text == "46351")


@pytest.mark.parametrize(("text", "why"), NO_DAYS.items())
def test_what_is_no_day_says_why(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        day_in(text)


TIMES = {
    "08:31": time(8, 31), "8:31": time(8, 31), "08:31:59": time(8, 31), "8.31": time(8, 31), "08.31": time(8, 31),
    "08:31 AM": time(8, 31), "8:31pm": time(20, 31), "8.31 p.m.": time(20, 31), "9am": time(9), "12:05 AM": time(0, 5),
    "00:00": time(0, 0), "23:59": time(23, 59), "8.3": time(8, 30), "0.354861111": time(8, 31),
}  # fmt: skip
NO_TIMES = ("14:30 PM", "25:00", "8:61", "soon", "", "13am", "0am", "8.312", "1.5e3", "-1:00", "8:3")


@pytest.mark.parametrize(("text", "meant"), TIMES.items())
def test_a_time_is_read_as_people_write_it(text: str, meant: time) -> None:
    found = time_in(text)
    assert found.value == meant
    assert bool(found.remark) == (text in {"8.3", "0.354861111"})


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_is_no_time_is_never_guessed(text: str) -> None:
    with pytest.raises(ValueError, match=r"no time of day|in a day|go from 1 to 12"):
        time_in(text)


PHONES = {
    "1617486414": "0161 748 6414", "01617486414": "0161 748 6414", "7429340652": "07429 340652",
    "3300583240": "0330 058 3240", "1925571680": "01925 571680", "+441619990001": "0161 999 0001",
    "2079460000": "020 7946 0000", "0161 832 3736": "0161 832 3736", "ask at the desk": "ask at the desk",
    "1.617486414E+09": "0161 748 6414", "1.61749E+09": None, "1,6E9": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "phone"), PHONES.items())
def test_a_telephone_number_gets_its_nought_back_and_a_spoilt_one_is_told(text: str, phone: str | None) -> None:
    found, remark = phone_in(text)
    assert found == phone
    assert ("lost its last digits" in remark) == (phone is None)


WEBSITES = {
    "www.example.org": "https://www.example.org", "http://example.org/a?b=c": "http://example.org/a?b=c",
    "javascript:alert(1)": None, "http://exa mple.org": None, "none yet": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "website"), WEBSITES.items())
def test_only_a_web_address_becomes_a_link(text: str, website: str | None) -> None:
    assert website_in(text) == website
