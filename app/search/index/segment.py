"""One immutable part of the index: its numbers, and its postings decoded into arrays the first time they are asked for."""

from bisect import bisect_left
from collections.abc import Iterator
from itertools import chain
from pickle import loads
from threading import Lock
from typing import Any
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from app.search.index.layout import Numbers, to_facts, to_rows
from app.search.index.shelf import Damaged
from app.search.rules.asked import Facts

Ids = NDArray[np.int32]
Weights = NDArray[np.float32]
Keys = NDArray[np.int64]

POSITION_BITS = 16
FIELDS = ("words", "title", "provider", "place", "surface", "marks")
_HEADER = 4


class Segment:
    """Never changes; what was deleted from it since is the snapshot's to know. Kept from one snapshot to the next."""

    def __init__(self, reader: Any) -> None:
        """Read the numbers, so that a cut file is noticed now and not by somebody searching.

        The files are closed when nobody holds the segment any more.
        """
        finalize(self, reader.close).atexit = False
        self.size: int = reader.doc_count_all()
        self.numbers: Numbers = to_rows(_values(reader, self.size))
        if len(self.numbers) != self.size or not (self.numbers["listing"] > 0).all():
            msg = "the numbers of a segment are cut short"
            raise Damaged(msg)
        if self.size:
            reader.stored_fields(self.size - 1)
        self._reader = reader
        # Whoosh reads its files by seeking in them: two threads at once would read each other's places.
        self._reading = Lock()
        self._postings: dict[tuple[str, str], tuple[Ids, Weights]] = {}
        self._keys: dict[str, Keys] = {}
        self._surface: list[str] | None = None

    def postings(self, field: str, term: str) -> tuple[Ids, Weights]:
        """The documents with a term, and how often each has it, deleted ones included.

        Raises:
            Damaged: when they cannot be read.
        """
        found = self._postings.get((field, term))
        if found is None:
            with self._reading:
                found = self._postings[field, term] = _read(self._reader, field, term)
        return found

    def keys(self, term: str) -> Keys:
        """Where a term stands in the words of every document: ``document << 16 | position``, in order.

        Raises:
            Damaged: when they cannot be read.
        """
        found = self._keys.get(term)
        if found is None:
            with self._reading:
                found = self._keys[term] = _read_positions(self._reader, term)
        return found

    def surface(self) -> list[str]:
        """Every word as written, in order."""
        if self._surface is None:
            try:
                with self._reading:
                    self._surface = [word.decode() for word in self._reader.lexicon("surface")]
            except Exception as error:
                msg = f"the words of a segment cannot be read: {error!r}"
                raise Damaged(msg) from error
        return self._surface

    def beginning(self, start: str) -> list[str]:
        """The words as written that begin so."""
        words = self.surface()
        return words[bisect_left(words, start) : bisect_left(words, start + "\U0010ffff")]

    def marks_beginning(self, start: str) -> list[str]:
        """The marks that begin so."""
        found = []
        try:
            with self._reading:
                for field, mark in self._reader.terms_from("marks", start.encode()):
                    if field != "marks" or not mark.startswith(start.encode()):
                        break
                    found.append(mark.decode())
        except Exception as error:
            msg = f"the marks of a segment cannot be read: {error!r}"
            raise Damaged(msg) from error
        return found

    def how_often(self, field: str, term: str) -> int:
        """In how many documents a term stands, deleted ones included; without reading the postings."""
        try:
            with self._reading:
                return int(self._reader.doc_frequency(field, term))
        except Exception as error:
            msg = f"the terms of a segment cannot be read: {error!r}"
            raise Damaged(msg) from error

    def facts(self, number: int) -> Facts:
        """What was stored of a document.

        Raises:
            Damaged: when it cannot be read.
        """
        try:
            with self._reading:
                stored = self._reader.stored_fields(number)
            return to_facts(stored)
        except Exception as error:
            msg = f"what was stored cannot be read: {error!r}"
            raise Damaged(msg) from error


def _values(reader: Any, size: int) -> Iterator[bytes]:
    column = reader.column_reader("numbers", translate=False)
    return (column[number] for number in range(size))


def _read(reader: Any, field: str, term: str) -> tuple[Ids, Weights]:
    ids: list[Ids] = []
    weights: list[Weights] = []
    try:
        for numbers, weight, _ in _blocks(reader, field, term):
            ids.append(np.cumsum(np.array(numbers, np.int32), dtype=np.int32))
            weights.append(_as_many(len(numbers), weight))
    except Exception as error:
        msg = f"the postings of {field} cannot be read: {error!r}"
        raise Damaged(msg) from error
    if not ids:
        return np.empty(0, np.int32), np.empty(0, np.float32)
    return np.concatenate(ids), np.concatenate(weights)


def _as_many(count: int, weight: Any) -> Weights:
    """Weights are kept once when all are alike, and not at all when all are 1."""
    if weight is None or isinstance(weight, float):
        return np.full(count, 1 if weight is None else weight, np.float32)
    return np.array(weight, np.float32)


def _read_positions(reader: Any, term: str) -> Keys:
    found: list[Keys] = []
    try:
        for numbers, _, values in _blocks(reader, "words", term):
            gaps = [loads(value[_HEADER:]) for value in values]  # noqa: S301 - our own index, never one from elsewhere
            counts = np.fromiter(map(len, gaps), np.int64, len(gaps))
            flat = np.cumsum(np.fromiter(chain.from_iterable(gaps), np.int64, int(counts.sum())))
            begins = np.cumsum(counts) - counts
            before = np.where(begins > 0, flat[begins - 1], 0)
            documents = np.cumsum(np.array(numbers, np.int64))
            places = np.minimum(flat - np.repeat(before, counts), (1 << POSITION_BITS) - 1)
            found.append((np.repeat(documents, counts) << POSITION_BITS) | places)
    except Exception as error:
        msg = f"the positions of a term cannot be read: {error!r}"
        raise Damaged(msg) from error
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _blocks(reader: Any, field: str, term: str) -> Iterator[tuple[Any, Any, Any]]:
    """Postings a block at a time: numbers (the first as it is, then gaps), weights, values. Reads two private names of Whoosh.

    Its public matcher goes posting by posting, at nearly twice the cost; ``test_postings_read_by_block...`` holds this to
    the same answer. A term of one document is kept inline and comes whole.
    """
    terms = reader._terms  # noqa: SLF001 - see above
    word = term.encode()
    if (field, word) not in terms:
        return
    matcher = terms.matcher(field, word, reader.schema[field].format)
    if not hasattr(matcher, "_read_data"):
        while matcher.is_active():
            yield [matcher.id()], [matcher.weight()], [matcher.value()]
            matcher.next()
        return
    while matcher.is_active():
        matcher._read_data()  # noqa: SLF001
        gaps, weights, values = matcher._data  # noqa: SLF001
        yield gaps, weights, values
        matcher._next_block()  # noqa: SLF001
