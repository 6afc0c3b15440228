"""Rows of a table sent as text: its encoding and its separator found, and a broken row isolated.

Encodings: UTF-8 with and without its mark, UTF-16 with and without, and single lines of Windows-1252. Separators: comma,
semicolon and tab. The separator is the one by which a row becomes a header that is known: nothing is guessed from how often a
sign occurs.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.platform.tables.rules.rows import NoHeader, Unreadable
from app.platform.tables.rules.shapes import Header, TableShape, header_in, missing_in

LOOK_FOR_HEADER = 40
"""Rows in which a header may begin."""
LINES_IN_A_ROW = 60
"""Lines one quoted value may run over before the quotation mark is taken for a mistake."""
SEPARATORS = (",", ";", "\t")
WRONG_QUOTES = "its quotation marks do not pair up"
_UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Record:
    """One row of text: the line it begins in, its number as a spreadsheet counts, and its cells as well as can be told."""

    line: int
    number: int
    cells: list[str]
    is_broken: bool = False


def text_lines(content: bytes) -> tuple[list[str], list[str]]:
    """The file's lines; a line that is not UTF-8 is read as Windows-1252, and the remark says so.

    Raises:
        Unreadable: when the file is no text at all.
    """
    content = _as_utf8(content).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if b"\0" in content.split(b"\n", 1)[0]:
        raise Unreadable("it is no table: save the sheet as CSV, xlsx or ods and send that")
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


def _as_utf8(content: bytes) -> bytes:
    """The same text in UTF-8, when it came in UTF-16; without its mark, every other byte of plain text is nothing."""
    if content[:2] in _UTF16_MARKS:
        return content.decode("utf-16", errors="replace").encode()
    start = content[:200]
    if b"\0" in start and len(start) > 3:  # noqa: PLR2004 - two letters
        for name, nothing, letters in (("utf-16-le", start[1::2], start[::2]), ("utf-16-be", start[::2], start[1::2])):
            if nothing.count(0) * 10 >= len(nothing) * 6 and letters.count(0) * 10 <= len(letters):
                return content.decode(name, errors="replace").encode()
    return content.removeprefix(b"\xef\xbb\xbf")


def _older(raw: bytes) -> str:
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def find_header(lines: Sequence[str], shapes: Sequence[TableShape]) -> tuple[Header, str, int]:
    """The header among the first lines: what it is, its separator, and its line from 0.

    Raises:
        Unreadable: naming the columns that are missing where something like a header was found.
    """
    nearest: tuple[int, frozenset[str]] = (0, frozenset())
    for at, line in enumerate(lines[:LOOK_FOR_HEADER]):
        for separator in SEPARATORS:
            cells = loosely(line, separator)
            found = header_in(cells, shapes)
            if found is not None:
                return found, separator, at
            nearest = max(nearest, missing_in(cells, shapes), key=lambda one: one[0])
    raise NoHeader(no_header(nearest, f"none of its first {LOOK_FOR_HEADER} lines is a header we know"))


def no_header(nearest: tuple[int, frozenset[str]], otherwise: str) -> str:
    """Why no header was found: what the row that comes nearest lacks, when one comes near."""
    there, lacking = nearest
    # One common word, such as "name", makes no header of a line.
    if there > 1 or (there and len(lacking) == 1):
        return f"its first row must name the columns, and some are missing: {', '.join(sorted(lacking))}"
    return otherwise


def records(lines: Sequence[str], start: int, separator: str, width: int) -> Iterator[Record]:
    """Each row after the header, however its quotes are broken: a bad line is broken alone and reading goes on after it.

    Args:
        lines: of the whole file.
        start: the line after the header, from 0.
        separator: between cells.
        width: how many columns the header has.
    """
    at = number = start
    while at < len(lines):
        number += 1
        if not lines[at].strip():
            at += 1
            continue
        cells, used = _record(lines, at, separator)
        if used > 1 and cells is not None and len(cells) != width and used_cells(cells) != width:
            # A stray quotation mark has swallowed good lines: give up one line, not all of them.
            cells, used = None, 1
        if cells is None:
            yield Record(at + 1, number, loosely(lines[at], separator), is_broken=True)
            at += 1
            continue
        yield Record(at + 1, number, cells)
        at += used


def used_cells(cells: Sequence[str]) -> int:
    """How many cells there are up to the last that says anything."""
    return max((number for number, cell in enumerate(cells, start=1) if cell.strip()), default=0)


def _record(lines: Sequence[str], at: int, separator: str) -> tuple[list[str] | None, int]:
    """The cells of the record that begins at a line, and how many lines it takes; no cells when the quotes break."""
    for end in range(at + 1, min(at + LINES_IN_A_ROW, len(lines)) + 1):
        try:
            return next(csv.reader((line + "\n" for line in lines[at:end]), delimiter=separator, strict=True)), end - at
        except csv.Error as wrong:
            if "unexpected end" not in str(wrong):
                break
    return None, 1


def loosely(line: str, separator: str) -> list[str]:
    """The cells of one line whose quotes may be broken: a mark opens a cell at its start only, and closes it at its end only.

    ``X,"RowReading "no"."`` -> ``X`` and ``RowReading "no".``
    """
    closing = re.compile(rf'"\s*(?={re.escape(separator)}|$)')
    cells, at = [], 0
    while True:
        begins = at
        while line[begins : begins + 1] == " ":
            begins += 1
        closed = closing.search(line, begins + 1) if line[begins : begins + 1] == '"' else None
        if closed is not None:
            cells.append(line[begins + 1 : closed.start()].replace('""', '"'))
            at = closed.end() + 1
        else:
            ends = line.find(separator, at)
            ends = len(line) if ends < 0 else ends
            cells.append(line[at:ends].strip('"'))
            at = ends + 1
        if at > len(line):
            return cells
