"""Writing tables that every program reads: CSV in UTF-8 with the mark a spreadsheet needs, and no cell that is a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import datetime, time
from typing import Any

MARK = "\ufeff"
"""Without it a spreadsheet takes UTF-8 for an older encoding, and ``Café`` becomes ``CafÃ©``."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """One table: its columns in the first row and nothing but rows beneath it.

    Days are written year first (``2026-11-25``), times by 24 hours (``08:31``), numbers plainly. Words that a spreadsheet
    would take for a formula get an apostrophe before them, which it hides. A description of the columns stands in a file of
    its own (see :func:`described`), for a row of words beneath the columns makes words of every number below it.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([_cell(name) for name in columns])
    writer.writerows([_cell(value) for value in row] for row in rows)
    return (MARK + text.getvalue()).encode()


def described(columns: Iterable[tuple[str, str]]) -> bytes:
    """The file beside a table: what each of its columns means."""
    return as_csv(["column", "what it means"], columns)


def _cell(value: Any) -> str:
    if isinstance(value, str):
        return f"'{value}" if value.startswith(FORMULA_STARTS) else str(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="minutes")
    if isinstance(value, time):
        return value.isoformat(timespec="minutes")
    if isinstance(value, bool):
        return "yes" if value else "no"
    # A day is written year first by itself, and a number plainly.
    return "" if value is None else str(value)
