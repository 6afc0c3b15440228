"""Files of visits: our own columns and the public Abacus layout, read row by row; every row is understood or says why not."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from app.base.refusals import BadInput
from app.support.booking_records.rules.states import VisitStatus

MOST_BYTES = 2 * 1024 * 1024
MOST_ROWS = 500
NOTE_LONGEST = 500
CELL_LONGEST = 500
YEARS = range(2000, 2200)
"""A visit of any other is a typing error, and at the ends of the calendar there is no day before or after."""


class UploadOutcome(StrEnum):
    """What was done with one row of a file."""

    RECORDED = "recorded"
    UNCHANGED = "unchanged"
    UNMATCHED = "unmatched"
    REFUSED = "refused"
    UNREADABLE = "unreadable"


FATE_WORDS = {
    UploadOutcome.RECORDED: "Recorded",
    UploadOutcome.UNCHANGED: "Already recorded, nothing changed",
    UploadOutcome.UNMATCHED: "No visit found, kept for a look",
    UploadOutcome.REFUSED: "Not recorded",
    UploadOutcome.UNREADABLE: "Cannot be read",
}


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
        raise BadInput("The file is larger than 2 megabytes. Send it in parts")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\0" in text:
        raise BadInput("This is not a CSV file. Save the sheet as CSV and send that")
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error:
        raise BadInput("This file cannot be read as CSV. Save the sheet as CSV and send that") from None
    if not lines or not any(cell.strip() for cell in lines[0]):
        raise BadInput("The file is empty. Its first row must name the columns")
    named = [cell.strip().rstrip("*") for cell in lines[0]]
    layout = Layout.ABACUS if "ActualStartTime" in named else Layout.OWN
    columns = named if layout is Layout.ABACUS else [name.lower() for name in named]
    needed = ABACUS_NEEDED if layout is Layout.ABACUS else OWN_NEEDED
    missing = [name for name in needed if name not in columns]
    if missing:
        raise BadInput(f"The first row must name the columns. Missing: {', '.join(missing)}")
    rows = [(number, cells) for number, cells in enumerate(lines[1:], start=2) if any(cell.strip() for cell in cells)]
    if len(rows) > MOST_ROWS:
        raise BadInput(f"The file has more than {MOST_ROWS} rows. Send it in parts")
    if not rows:
        raise BadInput("The file names its columns but has no rows")
    understand = _abacus if layout is Layout.ABACUS else _own
    made = list(_understood(rows, columns, understand))
    return VisitSheet(layout, made, _file_reference(made) if layout is Layout.ABACUS else None)


def _file_reference(rows: Sequence[SheetRow]) -> str:
    found = {row.facts.get("FileReference", "") for row in rows}
    if len(found) != 1 or not (reference := found.pop()):
        raise BadInput("Every row must have the same FileReference")
    if len(reference) > 60:  # noqa: PLR2004 - as the column that keeps it
        raise BadInput("The FileReference must be 60 characters or fewer")
    return reference


def _understood(
    rows: Sequence[tuple[int, list[str]]], columns: Sequence[str], understand: object
) -> Iterator[SheetRow]:
    for line, cells in rows:
        sent = {name: cell.strip()[:CELL_LONGEST] for name, cell in zip(columns, cells, strict=False)}
        if len(cells) > len(columns):
            yield SheetRow(line, _kept(sent), wrong="The row has more cells than there are columns")
            continue
        try:
            yield understand(line, sent)  # type: ignore[operator] # one of the two below
        except ValueError as wrong:
            yield SheetRow(line, _kept(sent), wrong=str(wrong))


def _kept(sent: Mapping[str, str]) -> dict[str, str]:
    return {name: cell for name, cell in sent.items() if name in OWN_COLUMNS or name in ABACUS_KEPT}


def _own(line: int, sent: Mapping[str, str]) -> SheetRow:
    reference = sent.get("reference", "").upper()
    if not reference:
        raise ValueError("Enter the booking's reference")
    outcome = sent.get("outcome", "").lower()
    if outcome not in OUTCOMES:
        raise ValueError(f"The outcome must be one of: {', '.join(filter(None, OUTCOMES))}")
    ending = OUTCOMES[outcome]
    came, left = sent.get("came", ""), sent.get("left", "")
    if ending is VisitStatus.DELIVERED and not (came and left):
        raise ValueError("Enter when the worker came and when they left")
    planned, note = sent.get("planned_start", ""), sent.get("note", "")
    is_stay = ending is VisitStatus.DELIVERED
    return SheetRow(
        line,
        _kept(sent),
        (reference,),
        _day(sent.get("date", "")),
        _hour(planned) if planned else None,
        _hour(came) if is_stay else None,
        _hour(left) if is_stay else None,
        ending=ending,
        note=note[:NOTE_LONGEST],
    )


def _abacus(line: int, sent: Mapping[str, str]) -> SheetRow:
    references = tuple(sent[name].upper() for name in ("OurRef", "ContractNumber", "ServiceUserRef") if sent.get(name))
    if not references:
        raise ValueError("Enter the booking's reference as OurRef, ContractNumber or ServiceUserRef")
    if sent.get("SecondaryVisit", "").lower() == "true":
        raise ValueError("This is the second worker of one visit. Only the first is recorded here")
    if "." in sent["ActualDuration"]:
        raise ValueError("Enter the duration like 01:30:00")
    length = _hour(sent["ActualDuration"])
    minutes = length.hour * 60 + length.minute
    if not minutes:
        raise ValueError("Nobody stayed. Say on the visit's page what happened")
    return SheetRow(
        line,
        _kept(sent),
        references,
        _day(sent["VisitDate"]),
        _hour(sent["StartTimeClaimed"]),
        _hour(sent["ActualStartTime"]),
        minutes=minutes,
    )


def _day(text: str) -> date:
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            found = datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
        if found.year in YEARS:
            return found
    raise ValueError("Enter the day like 24/11/2026")


def _hour(text: str) -> time:
    for form in ("%H:%M", "%H:%M:%S"):
        try:
            return datetime.strptime(text, form).time().replace(second=0)  # noqa: DTZ007 - a time of day has no zone
        except ValueError:
            continue
    raise ValueError("Enter times like 09:05")
