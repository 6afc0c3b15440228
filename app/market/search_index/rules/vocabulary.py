"""Everyday words beside care words: groups of phrases that mean one thing, kept in ``vocabulary.txt``."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Meaning:
    """Phrases people use for one thing, each as its words; the kinds of support they mean by it; where else it is listed.

    ``phrases`` are what listings say too; ``asked`` only lead here, for in a listing they would mean something else.
    """

    kinds: tuple[str, ...]
    often_under: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    asked: tuple[tuple[str, ...], ...] = ()

    @property
    def heard(self) -> tuple[tuple[str, ...], ...]:
        """Every phrase that means it."""
        return self.phrases + self.asked


@cache
def meanings() -> tuple[Meaning, ...]:
    """Every group of the file, read once."""
    return tuple(read_meanings((Path(__file__).parent / "vocabulary.txt").read_text(encoding="utf-8").splitlines()))


def read_meanings(lines: Sequence[str]) -> list[Meaning]:
    """Read groups, one a line: ``kind, ~kind: said; said | asked; asked``. Kinds may be left out; ``#`` begins a remark.

    Raises:
        ValueError: naming a line that says nothing.
    """
    found = []
    for number, line in enumerate(lines, start=1):
        # The words of a phrase stand in the file as they are folded: reading them as questions would take too long.
        text = line.partition("#")[0].strip()
        if not text:
            continue
        kinds, colon, phrases = text.partition(":")
        said, asked = (_phrases(part) for part in f"{phrases}|".split("|")[:2])
        if not colon or not said:
            msg = f"line {number} of the vocabulary has no colon or no phrases"
            raise ValueError(msg)
        named = [kind.strip() for kind in kinds.split(",") if kind.strip()]
        meant = tuple(kind for kind in named if not kind.startswith("~"))
        found.append(Meaning(meant, tuple(kind[1:] for kind in named if kind.startswith("~")), said, asked))
    return found


def _phrases(text: str) -> tuple[tuple[str, ...], ...]:
    return tuple(tuple(words) for phrase in text.split(";") if (words := phrase.split()))
