"""Reading the files of import commands, and telling what became of each row: printed, and as files to keep or to mend."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click
from tqdm import tqdm

from app.base.db import in_transaction, rehearse
from app.platform.tables.rules.outcomes import Outcome, RowOutcome, totals, with_passed
from app.platform.tables.rules.reading import read_table
from app.platform.tables.rules.rows import TableFile, Unreadable
from app.platform.tables.rules.shapes import TableShape
from app.platform.tables.rules.writing import as_csv

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])
REMARKS_SHOWN = 20
WHY_REFUSED = "why it was refused"
REFUSED_SHOWN = 100
"""Refused rows told one by one; all of them are in the report."""


def import_options(command: F) -> F:
    """What every import command can be asked: only to try, and to write what became of the rows."""
    path = click.Path(dir_okay=False, path_type=Path)
    command = click.option("--report", type=path, help="Write every row's fate to this CSV.")(command)
    command = click.option("--mend", type=path, help="Write the refused rows to this CSV, to mend and send again.")(
        command
    )
    return click.option("--dry-run", is_flag=True, help="Say what would become of every row, and change nothing.")(
        command
    )


def table_in(file: Path, *shapes: TableShape) -> TableFile:
    """The table in a file.

    Raises:
        click.ClickException: when the file is not one the command knows.
    """
    try:
        return read_table(file.read_bytes(), shapes)
    except Unreadable as wrong:
        raise click.ClickException(f"{file.name} was not imported: {wrong}.") from None


def progress(words: str) -> Callable[[Sequence[T]], Iterator[T]]:
    """A progress bar for an action to draw its rows through; silent where nobody watches."""

    def through(rows: Sequence[T]) -> Iterator[T]:
        yield from tqdm(rows, desc=words, unit=" rows", file=sys.stderr, disable=not sys.stderr.isatty())

    return through


def carry_out(
    file: Path,
    table: TableFile,
    job: Callable[[], Sequence[RowOutcome]],
    *,
    dry_run: bool,
    report: Path | None,
    mend: Path | None,
) -> None:
    """Import a table in one transaction, or only try to, and tell what became of every row.

    Args:
        file: where it came from.
        table: what was read of it.
        job: takes it in and gives the fate of every row that is one.
        dry_run: undo it in the end.
        report: where to write every fate.
        mend: where to write the refused rows as they came, each with its reason.
    """
    fates = with_passed(rehearse(job) if dry_run else in_transaction(job), table)
    tell_import(file, table, fates, dry_run=dry_run, report=report, mend=mend)


def tell_import(
    file: Path,
    table: TableFile,
    fates: Sequence[RowOutcome],
    *,
    dry_run: bool,
    report: Path | None,
    mend: Path | None,
) -> None:
    """Tell what became of every row, or what would, and write the files that were asked for."""
    if dry_run:
        print("This is what would happen. Nothing was changed.")
    print_import_report(file, table, fates, report)
    if mend is not None:
        _write_to_mend(mend, table, fates)


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
    report.write_bytes(
        as_csv(["line", "what", "fate", "why"], ([one.line, one.what, one.fate, one.words] for one in fates))
    )


def _write_to_mend(mend: Path, table: TableFile, fates: Sequence[RowOutcome]) -> None:
    """The refused rows under the columns they came in: what is mended there can be imported as it is."""
    why = {one.line: one.words for one in fates if one.fate == Outcome.REFUSED and not one.is_elsewhere}
    rows = [row for row in table.rows if row.line in why]
    columns = [name for name in dict.fromkeys(table.header.columns) if name]
    mend.write_bytes(
        as_csv(
            [*columns, WHY_REFUSED], ([*(row.cells.get(name, "") for name in columns), why[row.line]] for row in rows)
        )
    )
    print(f"  {len(rows):,} refused rows to mend and import again are in {mend}")
