"""One published figure: a number, or the mark that says why there is none; and the tables they stand in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WITHHELD = "[c]"
"""Confidential: too few people or providers, mostly one of them, or it would give such a figure away."""
NOT_KNOWN = "[x]"
"""Not available: it was not recorded of everybody, so that nobody knows."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number that was worked out and may be shown (0 is nobody, or nothing), or why there is none."""

    number: int | None
    mark: str = ""

    def __str__(self) -> str:
        """``1,250`` or ``[c]``."""
        return self.mark if self.number is None else f"{self.number:,}"


HIDDEN = Figure(None, WITHHELD)
UNKNOWN = Figure(None, NOT_KNOWN)
NOTHING = Figure(0)


@dataclass(frozen=True, slots=True)
class Measure:
    """What a table says of each of its rows. ``unit`` is pounds, pence, hours, per cent, people or a count."""

    code: str
    title: str
    unit: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a code for programs, words for people, and a figure for each column of its table."""

    code: str
    name: str
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows that say the same of different things."""

    code: str
    title: str
    first: str
    """What its rows are: ``Kind of support``."""
    columns: Sequence[Measure]
    rows: Sequence[Row]

    def row(self, code: str) -> Row | None:
        """One of its rows, when it has it."""
        return next((row for row in self.rows if row.code == code), None)


def table_as_data(table: Table) -> dict[str, Any]:
    """A table as it is kept, and as programs read it."""
    return {
        "code": table.code,
        "title": table.title,
        "rows_are": table.first,
        "columns": [
            {"code": one.code, "title": one.title, "unit": one.unit, "meaning": one.meaning} for one in table.columns
        ],
        "rows": [
            {
                "code": row.code,
                "name": row.name,
                "figures": {
                    code: {"value": one.number} if one.number is not None else {"value": None, "mark": one.mark}
                    for code, one in row.figures.items()
                },
            }
            for row in table.rows
        ],
    }


def table_from_data(data: Mapping[str, Any]) -> Table:
    """A table as it was kept."""
    return Table(
        data["code"],
        data["title"],
        data["rows_are"],
        [Measure(one["code"], one["title"], one["unit"], one["meaning"]) for one in data["columns"]],
        [
            Row(
                row["code"],
                row["name"],
                {code: Figure(one["value"], one.get("mark", "")) for code, one in row["figures"].items()},
            )
            for row in data["rows"]
        ],
    )
