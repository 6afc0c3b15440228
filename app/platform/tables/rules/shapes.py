"""Which columns a table must have, by what they mean: other names, other capitals and other spelling are no matter."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class TableShape:
    """One kind of table.

    Args:
        needed: the columns it must have, by the names used here (as by :func:`header_of`).
        known_as: other names that people give columns, needed or not, by the name used here.
    """

    needed: frozenset[str]
    known_as: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def named(self, cells: Sequence[str]) -> list[str]:
        """The columns of a row of headers by the names used here; one that is not known keeps its own."""
        headers = [header_of(cell) for cell in cells]
        ours = {_squeezed(name): name for name in self.needed | set(self.known_as)}
        others = {_squeezed(other): name for name, said in self.known_as.items() for other in said}
        # What bears our own name is it, whatever else might be meant by another.
        found = [ours.get(_squeezed(header), "") for header in headers]
        taken = set(found)
        for number, header in enumerate(headers):
            meant = others.get(_squeezed(header))
            if not found[number] and meant is not None and meant not in taken:
                found[number] = meant
                taken.add(meant)
        return [name or header for name, header in zip(found, headers, strict=True)]


@dataclass(frozen=True, slots=True)
class Header:
    """The row of headers of a table: which kind of table it is, and its columns by the names used here."""

    shape: TableShape
    columns: tuple[str, ...]
    said: tuple[str, ...]
    """As they stand in the file, compared (see :func:`header_of`)."""


def header_in(cells: Sequence[str], shapes: Iterable[TableShape]) -> Header | None:
    """The header a row is, when it is one; a shape whose own names all stand there goes before one known by others."""
    plain = {header_of(cell) for cell in cells}
    known = sorted(shapes, key=lambda shape: not shape.needed <= plain)
    for shape in known:
        columns = tuple(shape.named(cells))
        if shape.needed <= set(columns):
            return Header(shape, columns, tuple(header_of(cell) for cell in cells))
    return None


def missing_in(cells: Sequence[str], shapes: Iterable[TableShape]) -> tuple[int, frozenset[str]]:
    """How many of the needed columns stand in a row, and which of them do not, for the shape that comes nearest."""
    found: tuple[int, frozenset[str]] = (0, frozenset())
    for shape in shapes:
        lacking = shape.needed - set(shape.named(cells))
        there = len(shape.needed) - len(lacking)
        if there > found[0]:
            found = (there, lacking)
    return found


def header_of(text: str) -> str:
    """A header as it is compared: small letters, single spaces, no byte-order mark, no note in brackets at its end.

    ``"CQC Location (for office use only"`` (its bracket is missing) -> ``"cqc location"``.
    """
    words = " ".join(text.replace("\ufeff", "").replace("’", "'").split()).casefold()
    return re.sub(r"\s*\((for office use only|if available|y/n|dd/mm/yyyy)\)?$", "", words)


def _squeezed(name: str) -> str:
    """``planned_start`` and ``Planned Start*`` are one name."""
    return "".join(c for c in name.casefold() if c.isalnum())
