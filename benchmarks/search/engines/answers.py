"""What every engine takes and gives."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from app.market.search_index.index.stems import stem
from app.market.search_index.rules.questions import Document, SearchQuery
from app.market.search_index.rules.words import EMPTY, words_in
from benchmarks.search import corpus
from benchmarks.search.questions import Asked

WEIGHTED = (3, 2)
"""How often the title and the provider count in the words of the other engines, as in ours."""


@dataclass(frozen=True)
class Answer:
    """One page."""

    total: int
    ids: Sequence[int]
    facets: Mapping[str, Mapping[object, int]] = field(default_factory=dict)
    excerpts: Sequence[str] = ()


class Engine(Protocol):
    """One way of searching."""

    name: str

    def build(self, folder: Path, documents: Sequence[Document]) -> None:
        """Write an index into a folder of its own."""

    def open(self) -> None:
        """Get ready to answer."""

    def ask(self, asked: Asked) -> Answer:
        """Answer a question."""

    def change(self, document: Document) -> None:
        """Put a document in place of the one with its number, safely on the disk and seen by the next question."""

    def cpu(self) -> float:
        """CPU seconds so far, of this process and of a server where there is one."""

    def size(self) -> int:
        """Bytes on the disk."""

    def close(self) -> None:
        """Let go."""


def own_cpu() -> float:
    """CPU seconds of this process, all threads."""
    return time.process_time()


def bytes_in(folder: Path) -> int:
    """All files of a folder."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def all_words(document: Document) -> str:
    """The text the other engines look in: one field, the description first so that excerpts are of it."""
    facts = document.facts
    weighted = [*([facts.title] * WEIGHTED[0]), *([facts.provider] * WEIGHTED[1])]
    return ". ".join([facts.summary, facts.description, document.keywords, document.address, *weighted])


def shown(document: Document) -> str:
    """What a result says of a listing, kept by the other engines as one text."""
    facts = document.facts
    return f"{facts.title}\t{facts.provider}\t{facts.summary}\t{facts.place}\t{facts.price}"


def localities_of(document: Document) -> list[int]:
    """The localities a document reaches; all of them when it reaches the whole council."""
    whole = f"whole:{corpus.COUNCIL}" in document.marks
    return [place for place in corpus.LOCALITIES if whole or f"in:{corpus.COUNCIL}:{place}" in document.marks]


def is_framework(document: Document) -> bool:
    """Whether it is on the council's framework."""
    return f"framework:{corpus.COUNCIL}" in document.marks


def words_asked(wanted: SearchQuery) -> list[str]:
    """The words of a question, folded, without those nobody indexes unless there are no others."""
    said = words_in(wanted.words)
    return [word for word in said if word not in EMPTY] or said


def stems_asked(wanted: SearchQuery) -> list[str]:
    """The same, as stems."""
    return [stem(word) for word in words_asked(wanted)]


def filters_of(wanted: SearchQuery) -> dict[str, object]:
    """The filters set, by the name of the facet that leaves each out."""
    found: dict[str, object] = {}
    if wanted.kinds:
        found["kind"] = wanted.kinds[0]
    if wanted.natures:
        found["nature"] = wanted.natures[0]
    if wanted.localities:
        found["locality"] = wanted.localities[0]
    if wanted.framework is not None:
        found["framework"] = wanted.framework
    return found


FACETS = ("kind", "nature", "framework", "locality")
