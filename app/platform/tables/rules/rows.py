"""A table that was read: its rows under their columns, where each stands, and what cannot be read of it."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from app.base.text import clean_line
from app.platform.tables.rules.shapes import Header

SAYS_NOTHING = frozenset({"", "na", "n/a", "-", "null", "none", "not known", "#n/a"})


class Unreadable(ValueError):  # noqa: N818 - it says what the file is
    """The file as a whole is not one we know; ``str()`` says why, and how to mend it."""


class NoHeader(Unreadable):
    """No row of it names the columns that are looked for."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row by column, empty cells left out; ``fault`` says why it cannot be read."""

    line: int
    """Where it begins in the file: the line of a text, the row of a sheet."""
    cells: Mapping[str, str]
    fault: str | None = None
    number: int = 0
    """The row as a spreadsheet numbers it, which has one number for a value of several lines; 0 when it is the line."""
    places: Mapping[str, int] = field(default_factory=dict)
    """In which column, from 0, each of the columns stands."""

    def get(self, *columns: str) -> str | None:
        """The first of these columns that says anything; ``NA``, ``-`` and the like say nothing."""
        found = self.column(*columns)
        return None if found is None else self.cells[found]

    def column(self, *columns: str) -> str | None:
        """Which of these columns is the first to say anything."""
        for name in columns:
            value = self.cells.get(name)
            if value is not None and value.casefold() not in SAYS_NOTHING:
                return name
        return None

    def cell(self, column: str) -> str:
        """The name of a cell as a spreadsheet has it: ``C7``."""
        return f"{letters(self.places.get(column, 0))}{self.number or self.line}"


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A row that says nothing of its own: a total, or the names of the columns again."""

    line: int
    what: str
    words: str


@dataclass(slots=True)
class TableFile:
    """A file's rows under its columns, what was passed over, and remarks about the file as a whole."""

    header: Header
    rows: list[TableRow]
    notes: list[str] = field(default_factory=list)
    passed: list[PassedOver] = field(default_factory=list)

    @property
    def columns(self) -> frozenset[str]:
        """The columns there are, by the names used here."""
        return frozenset(self.header.columns)


def letters(column: int) -> str:
    """The letters of a column, counted from 0: 0 -> ``A``, 26 -> ``AA``."""
    found = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        found = chr(ord("A") + rest) + found
    return found


def clean(text: str) -> str:
    """One cell as its reader sees it: nothing unseen, no runs of spaces; control characters and line ends become spaces."""
    if text.isprintable() and text.isascii():
        return " ".join(text.split())
    return clean_line("".join(c if c.isprintable() or unicodedata.category(c) == "Cf" else " " for c in text))
