"""One immutable part of the index: its numbers, its postings and its facts, as they lie in its flat file."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.market.search_index.index.cache import BoundedCache
from app.market.search_index.index.layout import Numbers, to_facts
from app.market.search_index.index.manifest import Damaged
from app.market.search_index.index.segment_file import Flat, Ids, Weights
from app.market.search_index.index.segment_writer import POSITION_BITS
from app.market.search_index.rules.questions import ResultFacts

PHRASES_BYTES = 8_000_000
"""Phrases take long to find, and the same few come up again and again: those that mean one thing."""
SEARCHED = 16
"""Of lists so many times longer, each member is searched for; others are gone through."""
Thing = TypeVar("Thing")
Number = TypeVar("Number", bound=np.integer[Any])


class Segment:
    """Never changes; what was deleted from it since is the snapshot's to know. Kept from one snapshot to the next."""

    def __init__(self, flat: Flat) -> None:
        """See that the numbers are those of listings.

        Raises:
            Damaged: when they are not.
        """
        self.flat = flat
        self.numbers: Numbers = flat.numbers
        self.size = len(self.numbers)
        if not (self.numbers["listing"] > 0).all():
            msg = "the numbers of a segment are cut short"
            raise Damaged(msg)
        self._columns: dict[str, NDArray[Any]] = {}
        self._kept: dict[str, Any] = {}
        self._phrases: BoundedCache[Ids] = BoundedCache(PHRASES_BYTES, lambda one: one.nbytes)

    def column(self, name: str) -> NDArray[Any]:
        """One number of every document."""
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = np.ascontiguousarray(self.numbers[name])
        return column

    def kept(self, name: str, work: Callable[[], Thing]) -> Thing:
        """What was worked out for this segment once and for all."""
        found: Thing | None = self._kept.get(name)
        if found is None:
            found = self._kept[name] = work()
        return found

    def ids(self, field: str, term: str) -> Ids:
        """The documents with a term, deleted ones included."""
        return self.flat.ids(field, term)

    def postings(self, field: str, term: str) -> tuple[Ids, Weights]:
        """The documents with a term, and how often each has it, deleted ones included."""
        ids = self.flat.ids(field, term)
        return ids, self.flat.often(term) if field == "words" else np.ones(len(ids), np.float32)

    def together(self, terms: tuple[str, ...]) -> Ids:
        """The documents with these stems standing together, in this order, deleted ones included; kept for the next."""
        return self._phrases.get(terms, lambda: _together(self.flat, terms))

    def beginning(self, start: str) -> dict[str, int]:
        """The words as written that begin so, and in how many documents each stands."""
        terms = self.flat.terms["surface"]
        return {terms[place].decode(): self.flat.how_often_at("surface", place) for place in terms.between(start)}

    def marks_beginning(self, start: str) -> list[str]:
        """The marks that begin so."""
        terms = self.flat.terms["marks"]
        return [terms[place].decode() for place in terms.between(start)]

    def how_often(self, field: str, term: str) -> int:
        """In how many documents a term stands, deleted ones included; without reading the postings."""
        return self.flat.how_often(field, term)

    def facts(self, number: int) -> ResultFacts:
        """What was stored of a document.

        Raises:
            Damaged: when it cannot be read.
        """
        try:
            return to_facts({"facts": self.flat.facts(number)})
        except Exception as error:
            msg = f"what was stored cannot be read: {error!r}"
            raise Damaged(msg) from error


def _together(flat: Flat, terms: Sequence[str]) -> Ids:
    """The documents with these stems side by side: begins with the rarest, and looks for the others beside it."""
    keys = [flat.keys(term) for term in terms]
    order = sorted(range(len(terms)), key=lambda place: len(keys[place]))
    rarest = order[0]
    begins = keys[rarest] - keys[rarest].dtype.type(rarest)
    for place in order[1:]:
        others = keys[place]
        if not len(begins) or not len(others):
            return np.empty(0, np.int32)
        begins = in_both(begins + others.dtype.type(place), others) - others.dtype.type(place)
    texts = (begins >> POSITION_BITS).astype(np.int32)
    return texts[np.flatnonzero(np.diff(texts, prepend=-1))] if len(texts) else texts


def in_both(few: NDArray[Number], many: NDArray[Number]) -> NDArray[Number]:
    """What stands in both of two lists, each in order and without doubles."""
    if len(few) * SEARCHED < len(many):
        at = np.searchsorted(many, few)
        at[at == len(many)] = 0
        found: NDArray[Number] = few[many[at] == few]
        return found
    # Two runs that are in order already are sorted in one pass.
    joined = np.concatenate((many, few))
    joined.sort(kind="stable")
    twice: NDArray[Number] = joined[:-1][joined[1:] == joined[:-1]]
    return twice


def open_segment(path: Path) -> Segment:
    """The segment of a file.

    Raises:
        OSError: when it is not there.
        ValueError: when it is not whole.
        Damaged: when its numbers are not those of listings.
    """
    return Segment(Flat(path))
