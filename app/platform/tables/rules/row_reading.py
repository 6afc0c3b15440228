"""What one row says, asked column by column, with a remark for every cell that says something we cannot read."""

from dataclasses import dataclass, field
from datetime import date

from app.platform.tables.rules.rows import TableRow
from app.platform.tables.rules.values import day_in, phone_in, website_in


@dataclass(slots=True)
class RowReading:
    """A row being read. What a cell says and we cannot read is left out and remarked on, with the cell's name."""

    row: TableRow
    remarks: list[str] = field(default_factory=list)

    def day(self, *columns: str) -> date | None:
        """The day in the first of these columns that says anything."""
        name = self.row.column(*columns)
        if name is None:
            return None
        try:
            found = day_in(self.row.cells[name])
        except ValueError as wrong:
            self._left_out(name, str(wrong))
            return None
        self._remark(name, found.remark)
        return found.value

    def number(self, column: str) -> float | None:
        """A coordinate."""
        name = self.row.column(column)
        if name is None:
            return None
        try:
            return float(self.row.cells[name])
        except ValueError:
            self._left_out(name, "That is no number")
            return None

    def phone(self, *columns: str) -> str | None:
        """A telephone number as people dial it."""
        name = self.row.column(*columns)
        if name is None:
            return None
        found, remark = phone_in(self.row.cells[name])
        self._remark(name, remark)
        return found

    def website(self, *columns: str) -> str | None:
        """An address a browser opens."""
        name = self.row.column(*columns)
        if name is None:
            return None
        found = website_in(self.row.cells[name])
        if found is None:
            self._left_out(name, "That is no web address")
        return found

    def _left_out(self, column: str, why: str) -> None:
        self.remarks.append(f"{self.row.cell(column)} says “{self.row.cells[column][:60]}”. {why}, so it was left out")

    def _remark(self, column: str, words: str) -> None:
        if words:
            self.remarks.append(f"{self.row.cell(column)}: {words}")
