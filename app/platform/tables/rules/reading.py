"""Reading files as councils and registers really send them: found by their headers, refused row by row, never as a whole.

A table may begin with a few lines of title, a byte-order mark, or a banner; come as CSV, ODS or XLSX; hold a few bytes of
an older encoding; and break its own quoting. Each row keeps its line number, so that its fate can be told.
"""

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

LOOK_FOR_HEADER = 40
"""Rows in which a header may begin."""
LINES_IN_A_ROW = 60
"""Lines one quoted value may run over before the quotation mark is taken for a mistake."""
WRONG_QUOTES = "its quotation marks do not pair up"

Known = Callable[[frozenset[str]], bool]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row by header (see :func:`header_of`), empty cells left out; ``fault`` says why it cannot be read."""

    line: int
    cells: Mapping[str, str]
    fault: str | None = None

    def get(self, *headers: str) -> str | None:
        """The first of these columns that says anything; ``NA``, ``-`` and the like say nothing."""
        for header in headers:
            value = self.cells.get(header)
            if value is not None and value.casefold() not in SAYS_NOTHING:
                return value
        return None


SAYS_NOTHING = frozenset({"", "na", "n/a", "-", "null", "none", "not known", "#n/a"})


@dataclass(slots=True)
class TableFile:
    """A file's rows under its headers, and remarks about the file as a whole."""

    headers: frozenset[str]
    rows: list[TableRow]
    notes: list[str] = field(default_factory=list)


class Unreadable(ValueError):  # noqa: N818 - it says what the file is
    """The file as a whole is not one we know; ``str()`` says what was looked for."""


def header_of(text: str) -> str:
    """A header as it is compared: small letters, single spaces, no byte-order mark, no note in brackets at its end.

    ``"CQC Location (for office use only"`` (its bracket is missing) -> ``"cqc location"``.
    """
    words = " ".join(text.replace("\ufeff", "").replace("’", "'").split()).casefold()
    return re.sub(r"\s*\((for office use only|if available|y/n|dd/mm/yyyy)\)?$", "", words)


def clean(text: str) -> str:
    """One cell without control characters, outer blanks and runs of spaces; line ends inside it become spaces."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def read_table(content: bytes, known: Known) -> TableFile:
    """Find the header a caller knows, and the rows beneath it.

    Args:
        content: the file: CSV in UTF-8, UTF-16 or Windows-1252, or an ODS or Excel workbook.
        known: whether a set of headers (as by :func:`header_of`) is one the caller can read.

    Raises:
        Unreadable: when no such header is found.
    """
    if content[:4] in {b"PK\x03\x04", b"\xd0\xcf\x11\xe0"}:
        return _from_workbook(content, known)
    lines, notes = _lines(content)
    header, start = _csv_header(lines, known)
    table = TableFile(frozenset(header), [], notes)
    table.rows.extend(_csv_rows(lines, start, header))
    return table


def _lines(content: bytes) -> tuple[list[str], list[str]]:
    """The file's lines as text; a line that is not UTF-8 is read as Windows-1252, and the remark says so."""
    if content[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        content = content.decode("utf-16", errors="replace").encode()
    content = content.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    lines, older = [], []
    for number, raw in enumerate(content.split(b"\n"), start=1):
        try:
            lines.append(raw.decode())
        except UnicodeDecodeError:
            older.append(number)
            lines.append(_older(raw))
    if not older:
        return lines, []
    return lines, [f"lines that were not UTF-8, read as Windows-1252: {len(older)}, the first is line {older[0]}"]


def _older(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _csv_header(lines: list[str], known: Known) -> tuple[list[str], int]:
    for number, line in enumerate(lines[:LOOK_FOR_HEADER]):
        try:
            cells = next(csv.reader([line]), [])
        except csv.Error:
            continue
        headers = [header_of(cell) for cell in cells]
        if known(frozenset(headers)):
            return headers, number + 1
    msg = f"none of its first {LOOK_FOR_HEADER} lines is a header we know"
    raise Unreadable(msg)


def _csv_rows(lines: list[str], start: int, header: list[str]) -> Iterator[TableRow]:
    """Each record, however its quotes are broken: a bad line is refused alone and reading goes on after it."""
    at = start
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        cells, used = _record(lines, at)
        row = _fitted(at + 1, cells, header)
        if row.fault is not None and used > 1:
            # A stray quotation mark may have swallowed good lines: give up one line, not all of them.
            alone = _record(lines[at : at + 1], 0)[0]
            row, used = TableRow(at + 1, _paired(alone, header), row.fault), 1
        yield row
        at += used


def _record(lines: list[str], at: int) -> tuple[list[str] | None, int]:
    """The cells of the record that begins at a line, and how many lines it takes; no cells when the quotes break."""
    for end in range(at + 1, min(at + LINES_IN_A_ROW, len(lines)) + 1):
        try:
            return next(csv.reader((line + "\n" for line in lines[at:end]), strict=True)), end - at
        except csv.Error as wrong:
            if "unexpected end" not in str(wrong):
                return None, end - at
    return None, 2 if len(lines) > 1 else 1


def _fitted(line: int, cells: list[str] | None, header: list[str]) -> TableRow:
    if cells is None:
        return TableRow(line, {}, WRONG_QUOTES)
    fault = None
    if len(cells) != len(header):
        fault = f"it has {len(cells)} columns where the header has {len(header)}"
    return TableRow(line, _paired(cells, header), fault)


def _paired(cells: list[str] | None, header: list[str]) -> dict[str, str]:
    """Cells by header; of two columns with one name the first that says something counts."""
    paired: dict[str, str] = {}
    for name, cell in zip(header, cells or [], strict=False):
        value = clean(cell)
        if name and value and name not in paired:
            paired[name] = value
    return paired


def _from_workbook(content: bytes, known: Known) -> TableFile:
    """The first sheet with a header we know; rows are read one by one, for these files are big."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            sheet = book.get_sheet_by_name(name)
            first = (sheet.start or (0, 0))[0] + 1
            header: list[str] | None = None
            rows: list[TableRow] = []
            for number, values in enumerate(sheet.iter_rows()):
                if header is None:
                    if number >= LOOK_FOR_HEADER:
                        break
                    headers = [header_of(_as_text(value)) for value in values]
                    header = headers if known(frozenset(headers)) else None
                    continue
                cells = _paired([_as_text(value) for value in values], header)
                if cells:
                    rows.append(TableRow(first + number, cells))
            if header is not None:
                return TableFile(frozenset(header), rows, [f"read from the sheet {name}"])
    except CalamineError as wrong:
        msg = f"the workbook cannot be opened ({wrong})"
        raise Unreadable(msg) from None
    msg = "no sheet of the workbook has a header we know"
    raise Unreadable(msg)


def _as_text(value: Any) -> str:
    """A spreadsheet's cell as a CSV would hold it: whole numbers without a point, dates year first."""
    if isinstance(value, bool):
        return "Y" if value else ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


def as_day(text: str | None) -> date | None:
    """A date as the registers have written it: ``2023-05-31``, ``31/05/2023 - 10:30``, ``31 May 2023``.

    Gives nothing for what is not a date: a register's slip is no reason to lose the row.
    """
    if text is None:
        return None
    plain = text.split(" - ")[0].split("T")[0].strip()
    for shape in ("%Y-%m-%d", "%d/%m/%Y", "%d %b %Y", "%d %B %Y", "%d-%m-%Y"):
        try:
            return datetime.strptime(plain, shape).date()  # noqa: DTZ007 - a date has no zone
        except ValueError:
            continue
    return None


def as_number(text: str | None) -> float | None:
    """A coordinate, or nothing when it is not a number."""
    try:
        return float(text) if text is not None else None
    except ValueError:
        return None


def as_phone(text: str | None) -> str | None:
    """A telephone number as people dial it.

    ``1617486414`` (a spreadsheet ate the 0) -> ``0161 748 6414``; ``+44 161...`` likewise; what is already spaced stays.
    """
    if text is None:
        return None
    digits = re.sub(r"\D", "", text)
    if digits.startswith("44") and len(digits) == 12:  # noqa: PLR2004 - country code and ten digits
        digits = "0" + digits[2:]
    elif len(digits) in {9, 10} and not digits.startswith("0"):
        digits = "0" + digits
    elif len(digits) not in {10, 11} or " " in text.strip():
        return text[:30]
    return _spaced(digits)


def _spaced(digits: str) -> str:
    if len(digits) == 11 and digits.startswith("07"):  # noqa: PLR2004 - a mobile
        return f"{digits[:5]} {digits[5:]}"
    if len(digits) == 11 and (digits.startswith("02")):  # noqa: PLR2004 - London and the newer codes
        return f"{digits[:3]} {digits[3:7]} {digits[7:]}"
    if len(digits) == 11 and (digits[1] in "38" or digits[:4] == "0161" or digits[2] == "1" or digits[3] == "1"):  # noqa: PLR2004
        return f"{digits[:4]} {digits[4:7]} {digits[7:]}"
    return f"{digits[:5]} {digits[5:]}"


def as_website(text: str | None) -> str | None:
    """An address a browser opens: ``www.example.org`` -> ``https://www.example.org``; nothing when it is not one."""
    if text is None:
        return None
    found = text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}"
    if re.search(r"\s", found) or not re.match(r"https?://[\w-]+(\.[\w-]+)+(:\d+)?([/?#].*)?$", found, re.IGNORECASE):
        return None
    return found[:300]
