"""Reads the vocabulary of danger: classes of words, short forms, everyday sayings, and the shapes of each kind."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.platform.danger.rules.kinds import Danger, Level

FILE = Path(__file__).with_name("vocabulary.txt")
NEAR, FAR = 3, 8
"""Other words that may stand between two parts of a shape, and between two joined by dots."""

Run = tuple[str, ...]
"""Words in a row; the last may end in a star."""


@dataclass(frozen=True, slots=True)
class ShapePart:
    """One part of a shape. ``choices``: its place among those of the vocabulary; ``gap``: other words that may stand before."""

    choices: int
    gap: int = NEAR


Row = tuple[ShapePart, ...]
"""Parts that follow each other."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Rows that all stand in one sentence, in any order, none of ``unless`` beside them."""

    danger: Danger
    level: Level
    is_sure: bool
    rows: tuple[Row, ...]
    unless: tuple[tuple[Row, ...], ...]
    line: int
    needs: frozenset[int]
    """The choices of all its parts: a sentence without one of them has not this shape."""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The file as it is matched.

    ``short`` gives each short form the words it stands for; ``choices`` are all sets of runs of which a part may be one;
    ``about``, ``speaking``, ``looking``, ``past``, ``still`` and ``thanks`` are each the place of one of them.
    """

    choices: tuple[frozenset[Run], ...]
    short: Mapping[Run, Run]
    spelled: frozenset[str]
    ordinary: frozenset[str]
    persons: frozenset[str]
    everyday: tuple[Row, ...]
    about: int
    speaking: int
    looking: int
    past: int
    still: int
    thanks: int
    shapes: tuple[Shape, ...]


@cache
def vocabulary() -> Vocabulary:
    """The vocabulary of this installation, read once."""
    return read_vocabulary(FILE.read_text())


def read_vocabulary(text: str) -> Vocabulary:
    """Read a vocabulary.

    Raises:
        ValueError: naming a line that cannot be read.
    """
    lines: dict[str, list[tuple[int, str]]] = {}
    section = ""
    for number, line in enumerate(text.splitlines(), start=1):
        words = line.strip()
        if not words or words.startswith("#"):
            continue
        if words.startswith("["):
            section = words.strip("[]")
        else:
            lines.setdefault(section, []).append((number, words))
    classes = dict(_definitions(lines.get("words", [])))
    short = dict(_short(lines.get("short", []), classes))
    reader = _Reader(short, classes)
    sayings = (row for _, line in lines.get("everyday", []) for (row,) in reader.alternatives(line))
    # Sayings are words in a row.
    everyday = tuple(tuple(ShapePart(part.choices, 0) for part in row) for row in sayings)
    marks = (
        reader.place(frozenset(expand(run, short) for run in _listed(lines, section)))
        for section in ("about", "speaking", "looking", "past", "still", "thanks")
    )
    about, speaking, looking, past, still, thanks = marks
    shapes = tuple(
        shape
        for danger in Danger
        for number, line in lines.get(danger, [])
        for shape in reader.shapes(danger, number, line)
    )
    return Vocabulary(
        reader.choices,
        short,
        reader.words(_listed(lines, "spelled")),
        reader.words(_listed(lines, "ordinary")) - reader.words(_listed(lines, "spelled")),
        reader.words(_listed(lines, "persons")),
        everyday,
        about,
        speaking,
        looking,
        past,
        still,
        thanks,
        shapes,
    )


def expand(run: Run, short: Mapping[Run, Run]) -> Run:
    """The same words with every short form written out, the longest first."""
    found: list[str] = []
    at = 0
    while at < len(run):
        for length in (4, 3, 2, 1):
            piece = run[at : at + length]
            if len(piece) == length and piece in short:
                found += short[piece]
                at += length
                break
        else:
            found.append(run[at])
            at += 1
    return tuple(found)


def _short(lines: list[tuple[int, str]], classes: Mapping[str, list[str]]) -> Iterator[tuple[Run, Run]]:
    """Each short form; one whose name ends with a class or has one inside stands for itself beside each word of it."""
    for number, line in lines:
        name, is_there, words = line.partition(" = ")
        if not is_there:
            raise ValueError(f"line {number} is no short form")
        begin, is_class, rest = name.partition("_@")
        if not is_class:
            yield tuple(name.split("_")), tuple(words.split())
            continue
        of, _, end = rest.partition("_")
        for word in classes["@" + of]:
            beside = tuple(word.split("_"))
            told = words.split()
            yield (
                (*begin.split("_"), *beside, *(end.split("_") if end else ())),
                (*told[:1], *beside, *told[1:]) if end else (*told, *beside),
            )


def _definitions(lines: list[tuple[int, str]]) -> Iterator[tuple[str, list[str]]]:
    for number, line in lines:
        name, is_there, words = line.partition(" = ")
        if not is_there or not name.startswith("@"):
            raise ValueError(f"line {number} defines no class")
        yield name, [word.strip() for word in words.split(";")]


def _listed(lines: Mapping[str, list[tuple[int, str]]], section: str) -> Iterator[Run]:
    for _, line in lines.get(section, []):
        yield from (tuple(word.strip().split("_")) for word in line.split(";"))


class _Reader:
    def __init__(self, short: Mapping[Run, Run], classes: Mapping[str, list[str]]) -> None:
        self._short = short
        self._classes = classes
        self._places: dict[frozenset[Run], int] = {}

    @property
    def choices(self) -> tuple[frozenset[Run], ...]:
        """Every set of runs met so far, by its place."""
        return tuple(self._places)

    def place(self, runs: frozenset[Run]) -> int:
        """The place of a set of runs; the same set always has the same."""
        return self._places.setdefault(runs, len(self._places))

    def shapes(self, danger: Danger, number: int, line: str) -> Iterator[Shape]:
        named, is_there, rest = line.partition(": ")
        level = named.removesuffix("!")
        if not is_there or level not in set(Level):
            raise ValueError(f"line {number} has no level")
        said, _, but = rest.partition(" unless ")
        try:
            unless = tuple(self.alternatives(but))
            for rows in self.alternatives(said):
                needs = frozenset(part.choices for row in rows for part in row)
                yield Shape(danger, Level(level), named.endswith("!"), rows, unless, number, needs)
        except KeyError as unknown:
            raise ValueError(f"line {number} names an unknown class: {unknown}") from None

    def alternatives(self, text: str) -> Iterator[tuple[Row, ...]]:
        """Each of the shapes between slashes."""
        for one in text.split(" / "):
            if one.strip(" /"):
                yield tuple(self._row(row) for row in one.split(" & "))

    def _row(self, text: str) -> Row:
        parts: list[ShapePart] = []
        gap = NEAR
        for word in text.split():
            if word == "..":
                gap = FAR
                continue
            parts.append(ShapePart(self.place(frozenset(self._runs(word))), gap))
            gap = NEAR
        return tuple(parts)

    def words(self, runs: Iterable[Run]) -> frozenset[str]:
        """Every single whole word among runs and the classes they name."""
        found = (one for run in runs for one in self._runs("_".join(run)) if len(one) == 1)
        return frozenset(word for (word,) in found if not word.endswith("*"))

    def _runs(self, word: str) -> Iterator[Run]:
        for one in word.split("|"):
            if one.startswith("@"):
                for member in self._classes[one]:
                    yield from self._runs(member)
            else:
                yield expand(tuple(one.split("_")), self._short)
