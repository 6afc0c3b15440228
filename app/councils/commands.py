"""The ``flask councils`` commands, and the telling of rows' fates that every import command shares."""

import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import click
from flask.cli import AppGroup
from tqdm import tqdm

from app.councils.actions import add_council, add_postcodes
from app.councils.models import Council
from app.councils.queries import all_councils, council_by_code
from app.councils.rules.areas import PostcodeRow, is_postcode_header, read_postcode
from app.councils.rules.fates import Fate, RowFate, totals
from app.councils.rules.tables import Known, Table, Unreadable, read_table
from app.db import transaction
from app.refusals import Refusal

group = AppGroup("councils", help="Councils, their postcodes and places.")

T = TypeVar("T")
REMARKS_SHOWN = 20
REFUSED_SHOWN = 100
"""Refused rows told one by one; all of them are in the report."""


@group.command("add")
@click.argument("code")
@click.argument("name")
@click.option("--area-code", required=True, help="The ONS code of its area, for example E08000009.")
def add(code: str, name: str, area_code: str) -> None:
    """Add a council: CODE for addresses (lower case), NAME as people read it. A second run changes nothing."""
    standing = council_by_code(code)
    if standing is not None and (standing.name, standing.area_code) == (name.strip(), area_code):
        print(f"Unchanged: {code}, {standing.name}, {area_code}.")
        return
    try:
        with transaction():
            council = add_council(code=code, name=name, area_code=area_code)
    except Refusal as refusal:
        raise click.ClickException(f"{refusal}.") from None
    print(f"Added: {council.code}, {council.name}, {council.area_code}.")


@group.command("list")
def show() -> None:
    """List the councils of this installation."""
    for council in all_councils():
        print(f"{council.code:<20} {council.area_code}  {council.name}{' (demonstration)' * council.is_demonstration}")


@group.command("import-postcodes")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--council", "code", required=True, help="The code of the council they belong to.")
@click.option("--report", type=click.Path(dir_okay=False, path_type=Path), help="Write every row's fate to this CSV.")
def import_postcodes(file: Path, code: str, report: Path | None) -> None:
    """Import postcodes with their wards, localities and coordinates. A second run changes nothing.

    Search knows listings by the names of their wards and localities: where some were renamed, run
    ``flask search check --fix`` afterwards.
    """
    council = council_named(code)
    table = table_in(file, is_postcode_header)
    read = [read_postcode(row, council_code=council.area_code, council_name=council.name) for row in table.rows]
    good = [one for one in read if isinstance(one, PostcodeRow)]
    with transaction():
        fates = add_postcodes(council=council, rows=good, progress=progress("Postcodes"))
    fates = sorted([*fates, *(one for one in read if isinstance(one, RowFate))], key=lambda fate: fate.line)
    tell(file, table, fates, report)


def council_named(code: str) -> Council:
    """The council a command names.

    Raises:
        click.ClickException: when there is none, naming those there are.
    """
    council = council_by_code(code)
    if council is None:
        there = ", ".join(one.code for one in all_councils()) or "none yet: flask councils add"
        raise click.ClickException(f"There is no council {code}. There is: {there}.")
    return council


def table_in(file: Path, known: Known) -> Table:
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


def tell(file: Path, table: Table, fates: Sequence[RowFate], report: Path | None) -> None:
    """Print what became of a file: totals that add up, the refused rows with their reasons, remarks; report on demand."""
    print(f"{file.name}: {len(fates):,} rows")
    for note in table.notes:
        print(f"  ({note})")
    for fate, number in totals(fates).items():
        print(f"  {fate:<10}{number:>8,}")
    refused = [one for one in fates if one.fate == Fate.REFUSED and not one.is_elsewhere]
    for one in refused[:REFUSED_SHOWN]:
        print(f"  refused line {one.line}: {one.what}: {one.words}")
    if len(refused) > REFUSED_SHOWN:
        print(f"  and {len(refused) - REFUSED_SHOWN:,} more refused")
    _tell_alike("refused", [one.words for one in fates if one.is_elsewhere])
    _tell_alike("remark on", [one.words for one in fates if one.words and one.fate != Fate.REFUSED])
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


def _write(report: Path, fates: Sequence[RowFate]) -> None:
    with report.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target)
        writer.writerow(["line", "what", "fate", "why"])
        writer.writerows([one.line, _plain(one.what), one.fate, _plain(one.words)] for one in fates)


def _plain(text: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    return f"'{text}" if text[:1] in {"=", "+", "-", "@"} else text
