"""Reading tables as people really send them: found by their headers, refused row by row, never as a whole.

One reader for every door that takes a table. It may begin with a title or a note; come as CSV in several encodings and with
several separators, as ODS or as XLSX; break its own quoting; have cells merged, empty cells at the end of rows, and a total
beneath. Each row keeps where it stands, so that its fate can be told with the name of the cell.
"""

import re
from collections.abc import Mapping, Sequence

from app.platform.tables.rules.rows import PassedOver, TableFile, TableRow, Unreadable, clean, letters
from app.platform.tables.rules.shapes import Header, TableShape, header_of
from app.platform.tables.rules.text_tables import WRONG_QUOTES, find_header, records, text_lines, used_cells
from app.platform.tables.rules.weighing import IMPORTED, Limits, is_packed
from app.platform.tables.rules.workbooks import find_sheet
from app.platform.tables.rules.writing import FORMULA_STARTS

SAVE_AS = "save the sheet as CSV, xlsx or ods and send that"
_DISGUISES: Sequence[tuple[bytes, str]] = (
    (b"\xd0\xcf\x11\xe0", "it is an old Excel file, or one with a password"),
    (b"%PDF-", "it is a PDF"),
    (b"\xff\xd8\xff", "it is a picture"),
    (b"\x89PNG", "it is a picture"),
    (b"GIF8", "it is a picture"),
    (b"{\\rtf", "it is a text document"),
    (b"\x1f\x8b", "it is packed"),
    (b"7z\xbc\xaf", "it is packed"),
    (b"Rar!", "it is packed"),
)
_WEB_PAGE = re.compile(rb"\s*<(?:!doctype|html|table|\?xml|\?mso)", re.IGNORECASE)
_TOTAL = re.compile(
    r"((grand|sub|overall|week|weekly|month|monthly)[ -]?)?totals?( (hours|minutes|visits|rows|amount|cost|due|of .*|for .*))?"
    r"[\s:=]*[-\d.,:£()]*|sum[\s:=]*[-\d.,:£()]*",
    re.IGNORECASE,
)
"""What stands first in a row of sums; an organisation may well be called Total Care."""


def read_table(content: bytes, shapes: Sequence[TableShape], limits: Limits = IMPORTED) -> TableFile:
    """Find the header of one of these shapes, and the rows beneath it.

    Args:
        content: the file: CSV in UTF-8, UTF-16 or Windows-1252, or an ODS or Excel workbook, by its content and not its name.
        shapes: what the caller can read.
        limits: how much a workbook may unpack to.

    Raises:
        Unreadable: when it is something else, no such header is found, or it comes to more than it may.
    """
    if is_packed(content):
        name, header, rows = find_sheet(content, shapes, limits)
        table, places = _table(header, [f"read from the sheet {name}"]), _places(header)
        for number, cells in rows:
            _add(table, header, TableRow(number, {}, None, number, places), cells)
        return table
    _refuse_disguised(content)
    lines, notes = text_lines(content)
    header, separator, at = find_header(lines, shapes)
    table, places = _table(header, notes), _places(header)
    for one in records(lines, at + 1, separator, len(header.columns)):
        fault = WRONG_QUOTES if one.is_broken else None
        _add(table, header, TableRow(one.line, {}, fault, one.number, places), one.cells)
    return table


def _table(header: Header, notes: list[str]) -> TableFile:
    return TableFile(header, [], notes)


def _refuse_disguised(content: bytes) -> None:
    disguise = next((words for start, words in _DISGUISES if content.startswith(start)), None)
    if disguise is None and _WEB_PAGE.match(content[:200].removeprefix(b"\xef\xbb\xbf")):
        disguise = "it is a web page"
    if disguise is not None:
        msg = f"{disguise}: open it in your spreadsheet, {SAVE_AS}"
        raise Unreadable(msg)


def _places(header: Header) -> Mapping[str, int]:
    """Where each column stands; of two of one name the first."""
    return {name: at for at, name in reversed(list(enumerate(header.columns))) if name}


def _add(table: TableFile, header: Header, row: TableRow, cells: Sequence[str]) -> None:
    """Add a row to what was read: its cells under the columns, passed over, or with what is wrong with it."""
    used = used_cells(cells)
    if not used:
        return
    paired = _paired(cells, header.columns)
    passed = None if row.fault else _passed(cells, paired, header)
    if passed is not None:
        table.passed.append(PassedOver(row.number, next(clean(cell) for cell in cells if clean(cell))[:100], passed))
        return
    fault = row.fault
    if fault is None and used > len(header.columns):
        beyond = next(at for at in range(len(header.columns), used) if cells[at].strip())
        fault = f"{letters(beyond)}{row.number} stands to the right of the last column that has a name"
    table.rows.append(TableRow(row.line, paired, fault, row.number, row.places))


def _passed(cells: Sequence[str], paired: Mapping[str, str], header: Header) -> str | None:
    """Why a row says nothing of its own, when it does not: it is a total, or it is the header again."""
    first = next((clean(cell) for cell in cells if clean(cell)), "")
    # Where every column that is needed says something, it is a total only when nothing but numbers stands beside it.
    beside = [cell for cell in map(clean, cells) if cell and cell != first]
    is_sum = bool(beside) and not any(one.isalpha() for cell in beside for one in cell)
    if _TOTAL.fullmatch(first) and (is_sum or not header.shape.needed <= set(paired)):
        return "it is a total"
    if (
        header_of(first) == header.said[0]
        and tuple(header_of(cell) for cell in cells[: len(header.said)]) == header.said
    ):
        return "it names the columns again"
    return None


def _paired(cells: Sequence[str], columns: Sequence[str]) -> dict[str, str]:
    """Cells by column; of two columns with one name the first that says something counts."""
    found: dict[str, str] = {}
    for name, cell in zip(columns, cells, strict=False):
        value = clean(cell)
        if value.startswith("'") and value[1:].startswith(FORMULA_STARTS):
            # We wrote the apostrophe ourselves, so that no spreadsheet runs the cell.
            value = value[1:]
        if name and value and name not in found:
            found[name] = value
    return found
