"""A file of people and first estimates of their budgets: its columns, each row as it is read, and where the file stands."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TypeVar

from email_validator import EmailNotValidError, validate_email

from app.base.answers import read_money
from app.base.refusals import BadInput
from app.base.sizes import MEGABYTE
from app.base.text import clean_email, clean_line
from app.people.councils.rules.geography import compact_or_none, show_postcode
from app.platform.tables.rules.outcomes import Outcome, RowOutcome
from app.platform.tables.rules.reading import read_table
from app.platform.tables.rules.rows import TableFile, TableRow, Unreadable
from app.platform.tables.rules.shapes import TableShape
from app.platform.tables.rules.values import day_in
from app.platform.tables.rules.weighing import SENT

T = TypeVar("T")
UNDO_WITHIN = timedelta(days=1)
FORGET_AFTER = timedelta(days=7)
"""The file itself is forgotten after this; what became of its rows stays."""
AT_ONCE = 100
"""Rows brought in one transaction: a crash undoes so many at most, and others wait no longer than for so many."""
MOST_BYTES = 5 * MEGABYTE
MOST_ROWS = 20_000
REFERENCE_LONGEST, NAME_LONGEST, WORDS_LONGEST = 40, 120, 400


class FileStatus(StrEnum):
    """Where a file of people stands."""

    WAITING = "waiting"
    BRINGING = "bringing"
    BROUGHT = "brought"
    UNDOING = "undoing"
    UNDONE = "undone"


FILE_WORDS = {
    FileStatus.WAITING: "Looked at, and nothing changed yet",
    FileStatus.BRINGING: "Being brought in",
    FileStatus.BROUGHT: "Brought in",
    FileStatus.UNDOING: "Being undone",
    FileStatus.UNDONE: "Undone",
}
FATE_WORDS = {
    Outcome.ADDED: "Asked to join the council",
    Outcome.UPDATED: "Here already; a first estimate was added",
    Outcome.UNCHANGED: "Here already; nothing changes",
    Outcome.REFUSED: "Refused",
    Outcome.PASSED: "Passed over",
}

COLUMNS = {
    "reference": "The council's own reference for the person. It names the row: sent again, nothing is made twice",
    "full_name": "Their name",
    "date_of_birth": "Like 1948-05-03 or 03/05/1948",
    "postcode": "Where they live",
    "email": "Empty: they get a letter with a code",
    "year_starts_on": "First day of the budget year. Empty: no first estimate is written",
    "first_estimate": "The year's money in pounds, like 13000 or 13000.50",
    "contribution": "What they are assessed to pay towards it, in pounds. Empty: nothing",
    "council": "The code or the name of your council. Only needed where most of the people live elsewhere",
}
"""The columns of a file of people and budgets, and what each means."""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One row of a file that can be read."""

    line: int
    reference: str
    full_name: str
    born_on: date
    postcode: str
    email: str | None = None
    year_starts_on: date | None = None
    total_pence: int | None = None
    contribution_pence: int = 0
    council: str | None = None
    """Whose the row says the person is."""


PEOPLE = TableShape(
    needed=frozenset({"reference", "full_name", "date_of_birth", "postcode"}),
    known_as={
        "reference": ("ref", "client id", "person id", "case number"),
        "full_name": ("name", "full name"),
        "date_of_birth": ("dob", "born", "date of birth"),
        "postcode": ("post code",),
        "email": ("email address", "e-mail"),
        "year_starts_on": ("year starts", "start"),
        "first_estimate": ("estimate", "budget", "indicative budget"),
        "contribution": ("client contribution",),
        "council": ("local authority", "authority"),
    },
)
"""What a file of people must have; the rest of :data:`COLUMNS` is used when it is there."""


def read_people(content: bytes | None) -> TableFile:
    """The table in a file that somebody sent.

    Raises:
        BadInput: when it is none, or too much; saying what to do.
    """
    if content is None:
        raise BadInput("Choose a file")
    if len(content) > MOST_BYTES:
        raise BadInput(f"The file is larger than {MOST_BYTES // MEGABYTE} megabytes. Send it in parts")
    try:
        table = read_table(content, (PEOPLE,), SENT)
    except Unreadable as wrong:
        raise BadInput(f"This file cannot be read: {wrong}") from None
    if len(table.rows) > MOST_ROWS:
        raise BadInput(f"The file has more than {MOST_ROWS:,} rows. Send it in parts")
    if not table.rows:
        raise BadInput("The file has no rows below the names of the columns. Add the people, and send it again")
    return table


def read_person(row: TableRow) -> PersonRow | RowOutcome:
    """One row as it is meant, or why it is refused and which cell to mend. Its reference names it, and never the person."""
    what = (row.get("reference") or f"line {row.line}")[:REFERENCE_LONGEST]
    if row.fault is not None:
        return RowOutcome(row.line, what, Outcome.REFUSED, row.fault)
    try:
        postcode = compact_or_none(_needed(row, "postcode"))
        if postcode is None:
            msg = f"cell {row.cell('postcode')} is no whole postcode, like M31 4FA"
            raise ValueError(msg)  # noqa: TRY301 - every cell is refused in the same way
        estimate = _read(row, "first_estimate", lambda typed: read_money(typed).pence)
        starts_on = _read(row, "year_starts_on", lambda typed: day_in(typed).value)
        if (estimate is None) != (starts_on is None):
            msg = "give the first day of the year and the first estimate together, or neither"
            raise ValueError(msg)  # noqa: TRY301
        return PersonRow(
            row.line,
            _short(row, "reference", REFERENCE_LONGEST),
            _short(row, "full_name", NAME_LONGEST),
            _born(row),
            show_postcode(postcode),
            _read(row, "email", _address),
            starts_on,
            estimate,
            _read(row, "contribution", lambda typed: read_money(typed).pence) or 0,
            row.get("council"),
        )
    except ValueError as wrong:
        return RowOutcome(row.line, what, Outcome.REFUSED, str(wrong))


def _short(row: TableRow, column: str, longest: int) -> str:
    found = clean_line(_needed(row, column))
    if len(found) > longest:
        msg = f"cell {row.cell(column)} is longer than {longest} characters"
        raise ValueError(msg)
    return found


def _born(row: TableRow) -> date:
    _needed(row, "date_of_birth")
    found = _read(row, "date_of_birth", lambda typed: day_in(typed).value)
    assert found is not None
    return found


def _needed(row: TableRow, column: str) -> str:
    found = row.get(column)
    if found is None:
        msg = f"cell {row.cell(column)} is empty: give the {column.replace('_', ' ')}"
        raise ValueError(msg)
    return found


def _read(row: TableRow, column: str, how: Callable[[str], T]) -> T | None:
    typed = row.get(column)
    if typed is None:
        return None
    try:
        return how(typed)
    except ValueError as wrong:
        msg = f"cell {row.cell(column)}: {wrong}"
        raise ValueError(msg) from None


def _address(typed: str) -> str:
    plain = clean_email(typed)
    try:
        validate_email(plain, check_deliverability=False, allow_smtputf8=False)
    except EmailNotValidError:
        msg = "that is no email address"
        raise ValueError(msg) from None
    return plain
