"""Rows of a table sent as a workbook (xlsx, ods): weighed first, then read by a library, merged cells filled downwards."""

import io
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from app.platform.tables.rules.rows import NoHeader, Unreadable
from app.platform.tables.rules.shapes import Header, TableShape, header_in, missing_in
from app.platform.tables.rules.text_tables import LOOK_FOR_HEADER, no_header
from app.platform.tables.rules.weighing import Limits, SheetFacts, weigh

TALL_MOST = 20_000
"""Merged cells of one sheet that are filled; a sheet for people has a few hundred."""


def find_sheet(
    content: bytes, shapes: Sequence[TableShape], limits: Limits
) -> tuple[str, Header, Iterator[tuple[int, list[str]]]]:
    """The first sheet with a header that is known: its name, the header, and its rows beneath it with their numbers.

    Raises:
        Unreadable: when the workbook is broken, too much, or has no such sheet.
    """
    facts = weigh(content, limits)
    nearest: tuple[int, frozenset[str]] = (0, frozenset())
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        for name in book.sheet_names:
            rows = _rows(book.get_sheet_by_name(name), facts.get(name, SheetFacts()))
            for number, cells in rows:
                if number > LOOK_FOR_HEADER:
                    break
                header = header_in(cells, shapes)
                if header is not None:
                    return name, header, rows
                nearest = max(nearest, missing_in(cells, shapes), key=lambda one: one[0])
    except CalamineError as wrong:
        msg = f"the workbook cannot be opened ({wrong})"
        raise Unreadable(msg) from None
    raise NoHeader(no_header(nearest, "no sheet of the workbook has a header we know"))


def _rows(sheet: CalamineSheet, facts: SheetFacts) -> Iterator[tuple[int, list[str]]]:
    """Every row with its number, from 1, as text; rows are given one by one, for these sheets are big."""
    left = (sheet.start or (0, 0))[1]
    spoilt: dict[int, dict[int, str]] = {}
    for (row, column), words in facts.spoilt.items():
        spoilt.setdefault(row, {})[column] = words
    merged = _merged(sheet, facts)
    held: dict[int, tuple[int, str]] = {}
    """By column: until before which row a merged cell reaches, and what it says."""
    for number, values in enumerate(sheet.iter_rows()):
        cells = [""] * left + [as_text(value) for value in values]
        for column, words in spoilt.get(number, {}).items():
            cells += [""] * (column + 1 - len(cells))
            cells[column] = cells[column] or words
        for column, (until, words) in list(held.items()):
            if number >= until:
                del held[column]
            elif column < len(cells) and not cells[column]:
                cells[column] = words
        for column, tall in merged.get(number, ()):
            if column < len(cells):
                held[column] = (number + tall, cells[column])
        yield number + 1, cells


def _merged(sheet: CalamineSheet, facts: SheetFacts) -> Mapping[int, list[tuple[int, int]]]:
    """Cells merged downwards, by the row they begin in: their column, and how many rows they take."""
    tall = [
        (first[0], first[1], last[0] - first[0] + 1)
        for first, last in sheet.merged_cell_ranges or []
        if last[0] > first[0]
    ]
    found: dict[int, list[tuple[int, int]]] = {}
    for row, column, rows in (tall or facts.tall)[:TALL_MOST]:
        found.setdefault(row, []).append((column, rows))
    return found


_BEGINNING = date(1900, 1, 1)
"""Spreadsheets count days from here: a time of day alone lies on a day before it."""


def as_text(value: Any) -> str:
    """A spreadsheet's cell as a CSV would hold it: whole numbers without a point, dates year first, times by 24 hours."""
    if isinstance(value, bool):
        return "Y" if value else ""
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)  # noqa: PLR2004 - exact till there
    if isinstance(value, datetime | time | timedelta):
        return _clock(value)
    # A day is written year first by itself.
    return str(value)


def _clock(value: datetime | time | timedelta) -> str:
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    if isinstance(value, datetime) and value.date() >= _BEGINNING:
        return value.isoformat(sep=" ", timespec="seconds") if value.time() != time() else value.date().isoformat()
    return (value.time() if isinstance(value, datetime) else value).isoformat(timespec="seconds")
