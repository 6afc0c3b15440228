"""Files of visits: our own columns and the public Abacus layout, read row by row; every row is understood or says why not."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from enum import StrEnum

from app.base.refusals import BadInput
from app.platform.tables.rules.reading import read_table
from app.platform.tables.rules.rows import NoHeader, TableFile, TableRow, Unreadable
from app.platform.tables.rules.shapes import TableShape
from app.platform.tables.rules.values import day_in, time_in
from app.platform.tables.rules.weighing import MEGABYTE, SENT
from app.support.booking_records.rules.states import VisitStatus

MOST_BYTES = 2 * MEGABYTE
MOST_ROWS = 500
NOTE_LONGEST = 500
CELL_LONGEST = 500
REMARK_LONGEST = 400
YEARS = range(2000, 2200)
"""A visit of any other is a typing error, and at the ends of the calendar there is no day before or after."""


class UploadOutcome(StrEnum):
    """What was done with one row of a file."""

    RECORDED = "recorded"
    UNCHANGED = "unchanged"
    UNMATCHED = "unmatched"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    PASSED = "passed"


FATE_WORDS = {
    UploadOutcome.RECORDED: "Recorded",
    UploadOutcome.UNCHANGED: "Already recorded, nothing changed",
    UploadOutcome.UNMATCHED: "No visit found, kept for a look",
    UploadOutcome.REFUSED: "Not recorded",
    UploadOutcome.UNREADABLE: "Cannot be read",
    UploadOutcome.PASSED: "Not a visit, passed over",
}
WILL_WORDS = {
    UploadOutcome.RECORDED: "Will be recorded",
    UploadOutcome.UNCHANGED: "Already recorded, nothing will change",
    UploadOutcome.UNMATCHED: "No visit found, will be kept for a look",
    UploadOutcome.REFUSED: "Will not be recorded",
    UploadOutcome.UNREADABLE: "Cannot be read",
    UploadOutcome.PASSED: "Not a visit, will be passed over",
}
"""The same before the file is taken in."""
TO_MEND = frozenset({UploadOutcome.UNMATCHED, UploadOutcome.REFUSED, UploadOutcome.UNREADABLE})
"""Rows that somebody should look at, mend and send again."""


class Layout(StrEnum):
    """Which columns a file has."""

    OWN = "own"
    ABACUS = "abacus"


LAYOUT_WORDS = {Layout.OWN: "Our own columns", Layout.ABACUS: "Abacus service delivery file"}

OWN_COLUMNS = {
    "reference": "The booking's reference, for example OW-7K3F-92QM",
    "date": "The day of the visit: 24/11/2026 or 2026-11-24",
    "planned_start": "When it should have begun: 09:00. May be empty when the booking has one visit that day",
    "came": "When the worker came: 09:02",
    "left": "When the worker left: 10:28. An earlier time than came is the next morning",
    "outcome": "delivered, refused, unused, missed or frustrated. Empty means delivered",
    "note": "Why, for refused, unused and frustrated. The person can read it",
}
OWN_NEEDED = ("reference", "date", "came", "left")

ABACUS_COLUMNS = (
    "FileReference", "Description", "Created", "ProviderRef", "ContractNumber", "ServiceUserRef", "ServiceUserDetails",
    "WeekEnding", "OurRef", "ServiceUserContribution", "PaymentClaimed", "ServiceType", "VisitDate",
    "StartTimeClaimed", "DurationClaimed", "ActualStartTime", "ActualDuration", "SecondaryVisit", "NumberOfCarers",
)  # fmt: skip
"""The first nineteen of the public layout; what follows them is passed over."""
ABACUS_NEEDED = ("FileReference", "VisitDate", "StartTimeClaimed", "ActualStartTime", "ActualDuration")
ABACUS_KEPT = ("OurRef", "ContractNumber", "ServiceUserRef", *ABACUS_NEEDED, "DurationClaimed", "SecondaryVisit")
"""No names or contributions: only what is needed to look again."""


SHAPES = {
    Layout.ABACUS: TableShape(frozenset(ABACUS_NEEDED), dict.fromkeys(ABACUS_KEPT, ())),
    Layout.OWN: TableShape(
        frozenset(OWN_NEEDED),
        {
            "reference": ("booking", "booking reference", "booking ref", "ref", "our ref", "reference number"),
            "date": ("day", "visit date", "date of visit", "day of visit"),
            "planned_start": ("planned", "planned time", "scheduled start", "should have begun"),
            "came": ("arrived", "arrival", "arrival time", "actual start", "time in", "clock in", "came at"),
            "left": ("departed", "departure", "departure time", "actual end", "time out", "clock out", "left at"),
            "outcome": ("result", "what happened"),
            "note": ("notes", "comment", "comments", "remark", "remarks"),
        },
    ),
}
"""No column is ever taken for the time a worker came that might be the time they were planned for: this is about money."""

OUTCOMES = {
    "": VisitStatus.DELIVERED,
    "delivered": VisitStatus.DELIVERED,
    "refused": VisitStatus.REFUSED,
    "unused": VisitStatus.UNUSED,
    "missed": VisitStatus.MISSED,
    "frustrated": VisitStatus.FRUSTRATED,
}


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One row as it was sent, understood or with what is wrong with it."""

    line: int
    """As a spreadsheet numbers it."""
    facts: Mapping[str, str]
    references: tuple[str, ...] = ()
    """What may be a booking's reference, the likeliest first."""
    on: date | None = None
    planned_start: time | None = None
    came: time | None = None
    left: time | None = None
    minutes: int | None = None
    """How long they stayed, where the file says that instead of when they left."""
    ending: VisitStatus = VisitStatus.DELIVERED
    note: str = ""
    wrong: str = ""
    remark: str = ""
    """What was guessed: ``D7: 8.3 was read as 8:30...``"""
    is_passed: bool = False
    """It says nothing of its own; ``wrong`` says what it is."""


@dataclass(frozen=True, slots=True)
class VisitSheet:
    """A whole file of visits: its layout, its rows in order, and its own reference when it has one."""

    layout: Layout
    rows: Sequence[SheetRow] = field(default_factory=tuple)
    file_reference: str | None = None


def read_sheet(content: bytes | None) -> VisitSheet:
    """Read a file of visits.

    Raises:
        BadInput: when it is no such file at all, saying what is missing; a single bad row is no reason.
    """
    if not content:
        raise BadInput("Choose a file that is not empty")
    if len(content) > MOST_BYTES:
        raise BadInput(f"The file is larger than {MOST_BYTES // MEGABYTE} megabytes. Send it in parts")
    try:
        table = read_table(content, list(SHAPES.values()), SENT)
    except NoHeader as wrong:
        raise BadInput(f"We cannot find the columns: {wrong}. There must be: {', '.join(OWN_NEEDED)}") from None
    except Unreadable as wrong:
        raise BadInput(f"This file cannot be taken in: {wrong}") from None
    if len(table.rows) > MOST_ROWS:
        raise BadInput(f"The file has more than {MOST_ROWS} rows. Send it in parts")
    if not table.rows:
        raise BadInput("The file names its columns but has no rows")
    layout = next(one for one, shape in SHAPES.items() if shape is table.header.shape)
    rows = [understood(layout, row) for row in table.rows]
    reference = None
    if layout is Layout.ABACUS:
        reference = _file_reference(rows)
        rows = [_of_file(row, reference, table) for row in rows]
    passed = (
        SheetRow(one.line, {_FIRST[layout]: one.what}, wrong=one.words.capitalize(), is_passed=True)
        for one in table.passed
    )
    return VisitSheet(layout, sorted([*rows, *passed], key=lambda row: row.line), reference)


_FIRST = {Layout.OWN: "reference", Layout.ABACUS: "FileReference"}


def _file_reference(rows: Sequence[SheetRow]) -> str:
    """What most rows say the file is called.

    Raises:
        BadInput: when none says it, or it is too long.
    """
    said = Counter(name for row in rows if (name := row.facts.get("FileReference")))
    if not said:
        raise BadInput("No row has a FileReference. Every row must have the same one")
    reference = said.most_common(1)[0][0]
    if len(reference) > 60:  # noqa: PLR2004 - as the column that keeps it
        raise BadInput("The FileReference must be 60 characters or fewer")
    return reference


def _of_file(row: SheetRow, reference: str, table: TableFile) -> SheetRow:
    """A row, refused when it says it belongs to another file than the rest."""
    said = row.facts.get("FileReference", "")
    if row.wrong or said == reference:
        return row
    cell = next(one for one in table.rows if one.number == row.line).cell("FileReference")
    return replace(row, wrong=f"{cell} says “{said}”, but the FileReference of the other rows is “{reference}”")


def understood(layout: Layout, row: TableRow) -> SheetRow:
    """One row of a file, understood or with what is wrong with it."""
    facts = {name: row.cells[name][:CELL_LONGEST] for name in KEPT[layout] if name in row.cells}
    if row.fault is not None:
        return SheetRow(row.number, facts, wrong=f"The row cannot be read: {row.fault}")
    try:
        return (_abacus if layout is Layout.ABACUS else _own)(_Cells(row, facts))
    except ValueError as wrong:
        return SheetRow(row.number, facts, wrong=str(wrong))


def understood_again(layout: Layout, line: int, facts: Mapping[str, str]) -> SheetRow:
    """A row that was understood before, from the facts that were kept of it."""
    return understood(layout, TableRow(line, facts, number=line))


KEPT: Mapping[Layout, tuple[str, ...]] = {Layout.OWN: tuple(OWN_COLUMNS), Layout.ABACUS: ABACUS_KEPT}


@dataclass(slots=True)
class _Cells:
    """The cells of one row, asked one by one; each refusal names the cell, what it says and how to write it."""

    row: TableRow
    facts: Mapping[str, str]
    remarks: list[str] = field(default_factory=list)

    def text(self, name: str) -> str:
        return self.facts.get(name, "")

    def day(self, name: str) -> date:
        said = self._needed(name, "the day, like 24/11/2026")
        try:
            found = day_in(said)
        except ValueError as wrong:
            raise self._no(name, str(wrong), "Enter the day like 24/11/2026") from None
        if found.value.year not in YEARS:
            raise self._no(name, f"The year {found.value.year} cannot be meant", "Enter the day like 24/11/2026")
        self._note(name, found.remark)
        return found.value

    def hour(self, name: str) -> time:
        said = self._needed(name, "a time, like 09:05")
        try:
            found = time_in(said)
        except ValueError as wrong:
            raise self._no(name, str(wrong), "Enter times like 09:05") from None
        self._note(name, found.remark)
        return found.value

    def minutes(self, name: str) -> int:
        """How long, written like a time of day."""
        said = self._needed(name, "how long they stayed, like 01:30:00")
        try:
            # 1.5 may be an hour and a half or an hour and five minutes: this is about money, so nobody guesses.
            found = None if "." in said else time_in(said).value
        except ValueError:
            found = None
        if found is None:
            raise self._no(name, "That is no length of time", "Enter the duration like 01:30:00")
        return found.hour * 60 + found.minute

    def _needed(self, name: str, what: str) -> str:
        said = self.text(name)
        if not said:
            where = f"{self.row.cell(name)} is empty. " if name in self.row.places else ""
            raise ValueError(f"{where}Enter {what}")
        return said

    def _no(self, name: str, why: str, mend: str) -> ValueError:
        return ValueError(f"{self.row.cell(name)} says “{self.text(name)[:60]}”. {why}. {mend}")

    def _note(self, name: str, remark: str) -> None:
        if remark:
            self.remarks.append(f"{self.row.cell(name)}: {remark}")


def _own(cells: _Cells) -> SheetRow:
    row = cells.row
    reference = cells.text("reference").upper()
    if not reference:
        raise ValueError(f"{row.cell('reference')} is empty. Enter the booking's reference")
    outcome = cells.text("outcome").lower()
    if outcome not in OUTCOMES:
        raise ValueError(
            f"{row.cell('outcome')} says “{outcome[:60]}”. The outcome must be one of: {', '.join(filter(None, OUTCOMES))}"
        )
    ending = OUTCOMES[outcome]
    is_stay = ending is VisitStatus.DELIVERED
    for name in ("came", "left") if is_stay else ():
        if not cells.text(name):
            raise ValueError(f"{row.cell(name)} is empty. Enter when the worker came and when they left")
    return SheetRow(
        row.number,
        cells.facts,
        (reference,),
        cells.day("date"),
        cells.hour("planned_start") if cells.text("planned_start") else None,
        cells.hour("came") if is_stay else None,
        cells.hour("left") if is_stay else None,
        ending=ending,
        note=cells.text("note")[:NOTE_LONGEST],
        remark="; ".join(cells.remarks)[:REMARK_LONGEST],
    )


def _abacus(cells: _Cells) -> SheetRow:
    references = tuple(
        said.upper() for name in ("OurRef", "ContractNumber", "ServiceUserRef") if (said := cells.text(name))
    )
    if not references:
        raise ValueError("Enter the booking's reference as OurRef, ContractNumber or ServiceUserRef")
    if cells.text("SecondaryVisit").lower() in {"true", "y", "yes", "1"}:
        raise ValueError("This is the second worker of one visit. Only the first is recorded here")
    minutes = cells.minutes("ActualDuration")
    if not minutes:
        raise ValueError("Nobody stayed. Say on the visit's page what happened")
    return SheetRow(
        cells.row.number,
        cells.facts,
        references,
        cells.day("VisitDate"),
        cells.hour("StartTimeClaimed"),
        cells.hour("ActualStartTime"),
        minutes=minutes,
        remark="; ".join(cells.remarks)[:REMARK_LONGEST],
    )


AGAIN = " (again {})"


def reference_again(reference: str, time: int) -> str:
    """What a file of mended rows is called, so that it is taken for a new one: ``WEEK-48 (again 2)``."""
    return f"{reference.rpartition(' (again ')[0] or reference}"[: 60 - len(AGAIN) - 2] + AGAIN.format(time)
