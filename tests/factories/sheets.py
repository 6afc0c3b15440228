"""The same table as people send it: in every encoding, with every separator, and as the workbooks of two families."""

import csv
import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.sax.saxutils import escape

from openpyxl import Workbook

Rows = Sequence[Sequence[Any]]


def as_text(rows: Rows, separator: str = ",", encoding: str = "utf-8", end: str = "\r\n") -> bytes:
    """A table as a text file, by the standard library's writer."""
    made = io.StringIO(newline="")
    csv.writer(made, delimiter=separator, lineterminator=end).writerows([_plain(cell) for cell in row] for row in rows)
    return made.getvalue().encode(encoding)


def _plain(cell: Any) -> str:
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    return "" if cell is None else str(cell)


def as_xlsx(rows: Rows, merged: Sequence[str] = (), name: str = "Sheet1") -> bytes:
    """A table as openpyxl writes it; ``merged`` are ranges like ``A2:A4``."""
    book = Workbook()
    book.active.title = "Read me"
    book.active.append(["A sheet of notes before the one that matters"])
    sheet = book.create_sheet(name)
    for row in rows:
        sheet.append(list(row))
    for one in merged:
        sheet.merge_cells(one)
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def as_ods(rows: Rows, merged: Sequence[str] = ()) -> bytes:
    """A table as LibreOffice writes it: typed values, and the emptiness to the right and beneath repeated."""
    tall = {(int(one.split(":")[0][1:]), ord(one[0]) - 65): int(one.split(":")[1][1:]) for one in merged}
    body = "".join(
        "<table:table-row>"
        + "".join(_ods_cell(cell, tall.get((number, at), number) - number + 1) for at, cell in enumerate(row))
        + '<table:table-cell table:number-columns-repeated="16000"/></table:table-row>'
        for number, row in enumerate(rows, start=1)
    )
    return ods_of(
        f'<table:table table:name="Sheet1">{body}<table:table-row table:number-rows-repeated="1040000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )


def _ods_cell(cell: Any, rows: int) -> str:
    span = f' table:number-columns-spanned="1" table:number-rows-spanned="{rows}"' if rows > 1 else ""
    if cell is None or cell == "":
        return f"<table:table-cell{span}/>"
    typed = f'office:value-type="string"><text:p>{escape(str(cell))}</text:p>'
    if isinstance(cell, datetime | date):
        typed = f'office:value-type="date" office:date-value="{cell.isoformat()}"><text:p>shown</text:p>'
    elif isinstance(cell, time):
        typed = f'office:value-type="time" office:time-value="PT{cell:%HH%MM%SS}"><text:p>{cell:%H:%M}</text:p>'
    elif isinstance(cell, timedelta):
        minutes = round(cell.total_seconds()) // 60
        typed = f'office:value-type="time" office:time-value="PT{minutes // 60:02}H{minutes % 60:02}M00S"><text:p>x</text:p>'
    elif isinstance(cell, int | float):
        typed = f'office:value-type="float" office:value="{cell}"><text:p>{cell}</text:p>'
    return f"<table:table-cell{span} {typed}</table:table-cell>"


def ods_of(tables: str, before: str = "") -> bytes:
    """A workbook around tables written in XML; ``before`` stands before its root."""
    spaces = " ".join(
        f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{short}:1.0"' for short in ("office", "table", "text")
    )
    content = (
        f'<?xml version="1.0"?>{before}<office:document-content {spaces}><office:body><office:spreadsheet>{tables}'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    return packed(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": content,
            "META-INF/manifest.xml": (
                '<?xml version="1.0"?><manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>'
            ),
        }
    )


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"


def xlsx_of(rows: str, shared: str = "", before: str = "", more: Mapping[str, str] | None = None) -> bytes:
    """A workbook around the rows of one sheet written in XML: what no honest program would write, and cached values."""
    strings = f'<Relationship Id="rId2" Type="{_OFFICE}/sharedStrings" Target="sharedStrings.xml"/>' if shared else ""
    members = {
        "[Content_Types].xml": (
            f'<?xml version="1.0"?><Types xmlns="{_PACKAGE}/content-types">'
            '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPES}.sheet.main+xml"/>'
            f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPES}.worksheet+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
        ),
        "xl/workbook.xml": (
            f'<?xml version="1.0"?><workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
            '<sheet name="Visits" sheetId="1" r:id="rId1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": (
            f'<?xml version="1.0"?><Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="rId1" '
            f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>{strings}</Relationships>'
        ),
        "xl/worksheets/sheet1.xml": (
            f'<?xml version="1.0"?>{before}<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
        ),
        **(more or {}),
    }
    if shared:
        members["xl/sharedStrings.xml"] = f'<?xml version="1.0"?><sst xmlns="{_MAIN}">{shared}</sst>'
    return packed(members)


def packed(members: Mapping[str, str]) -> bytes:
    """A compressed folder."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        for name, content in members.items():
            book.writestr(name, content)
    return made.getvalue()


FORMATS: Mapping[str, Callable[[Rows], bytes]] = {
    "UTF-8": as_text,
    "UTF-8 with its mark": lambda rows: as_text(rows, encoding="utf-8-sig"),
    "UTF-16 with its mark": lambda rows: as_text(rows, encoding="utf-16"),
    "UTF-16 without a mark": lambda rows: as_text(rows, encoding="utf-16-le"),
    "UTF-16 the other way round": lambda rows: as_text(rows, encoding="utf-16-be"),
    "Windows-1252": lambda rows: as_text(rows, encoding="cp1252"),
    "semicolons": lambda rows: as_text(rows, ";"),
    "tabs": lambda rows: as_text(rows, "\t"),
    "ends of line of an old Macintosh": lambda rows: as_text(rows, end="\r"),
    "tabs in UTF-16, as a spreadsheet saves text": lambda rows: as_text(rows, "\t", "utf-16"),
    "xlsx": as_xlsx,
    "ods": as_ods,
}
"""Every format in which a table can be sent."""
