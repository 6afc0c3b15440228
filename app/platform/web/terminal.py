"""Reading the files of import commands, and printing what became of each row."""

import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import click
from tqdm import tqdm

from app.platform.tables.rules.outcomes import Outcome, RowOutcome, totals
from app.platform.tables.rules.reading import Known, TableFile, Unreadable, read_table

T = TypeVar("T")
REMARKS_SHOWN = 20
REFUSED_SHOWN = 100
"""Refused rows told one by one; all of them are in the report."""


def table_in(file: Path, known: Known) -> TableFile:
    """The table in a file.

    Raises:
        click.ClickException: when the file is not one the command knows.
    """
    try:
        return read_table(file.read_bytes(), known)
    except Unreadable as wrong:
        raise click.ClickException(f"{file.name} was not imported: {wrong}.") from None


def progress(words: str) -> Callable[[Sequence[T]], Iterator[T]]:
    """A progress bar for an action to draw its rows through; silent where nobody watches."""

    def through(rows: Sequence[T]) -> Iterator[T]:
        yield from tqdm(rows, desc=words, unit=" rows", file=sys.stderr, disable=not sys.stderr.isatty())

    return through


def print_import_report(file: Path, table: TableFile, fates: Sequence[RowOutcome], report: Path | None) -> None:
    """Print what became of a file: totals that add up, the refused rows with their reasons, remarks; report on demand."""
    print(f"{file.name}: {len(fates):,} rows")
    for note in table.notes:
        print(f"  ({note})")
    for fate, number in totals(fates).items():
        print(f"  {fate:<10}{number:>8,}")
    refused = [one for one in fates if one.fate == Outcome.REFUSED and not one.is_elsewhere]
    for one in refused[:REFUSED_SHOWN]:
        print(f"  refused line {one.line}: {one.what}: {one.words}")
    if len(refused) > REFUSED_SHOWN:
        print(f"  and {len(refused) - REFUSED_SHOWN:,} more refused")
    _tell_alike("refused", [one.words for one in fates if one.is_elsewhere])
    _tell_alike("remark on", [one.words for one in fates if one.words and one.fate != Outcome.REFUSED])
    if report is not None:
        _write(report, fates)
        print(f"  Every row's fate is in {report}")


def _tell_alike(beginning: str, words: Sequence[str]) -> None:
    """Say once what is to be said of many rows, and how many."""
    counted = Counter(words).most_common()
    for said, number in counted[:REMARKS_SHOWN]:
        print(f"  {beginning} {number:,}: {said}")
    rest = sum(number for _, number in counted[REMARKS_SHOWN:])
    if rest:
        print(f"  {beginning} {rest:,} more, for {len(counted) - REMARKS_SHOWN:,} other reasons")


def _write(report: Path, fates: Sequence[RowOutcome]) -> None:
    with report.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(["line", "what", "fate", "why"])
        writer.writerows([one.line, _plain(one.what), one.fate, _plain(one.words)] for one in fates)


def _plain(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text
