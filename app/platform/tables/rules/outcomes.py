"""What became of each row of an imported file: every row has one fate, and the counts add up."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.platform.tables.rules.rows import TableFile


class Outcome(StrEnum):
    """What an import did with a row."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    PASSED = "passed"


@dataclass(frozen=True, slots=True)
class RowOutcome:
    """The fate of one row: where it stands in the file, what it is about, and why or with what remark."""

    line: int
    what: str
    fate: Outcome
    words: str = ""

    @property
    def is_elsewhere(self) -> bool:
        """Whether the row was refused only because it is another council's: expected by the thousand."""
        return self.fate == Outcome.REFUSED and self.words.startswith(ELSEWHERE)


ELSEWHERE = "belongs to another council"


def totals(fates: Iterable[RowOutcome]) -> dict[Outcome, int]:
    """How many rows met each fate, none left out."""
    counted = Counter(one.fate for one in fates)
    return {fate: counted[fate] for fate in Outcome}


def with_passed(fates: Iterable[RowOutcome], table: TableFile) -> list[RowOutcome]:
    """The same fates with those of the rows that say nothing of their own (a total), in the order of the file."""
    passed = [RowOutcome(one.line, one.what, Outcome.PASSED, one.words) for one in table.passed]
    return sorted([*fates, *passed], key=lambda one: one.line)
