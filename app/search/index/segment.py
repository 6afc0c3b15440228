"""One immutable part of the index: its numbers and its postings, from its flat file or, where it has none, from Whoosh."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, takewhile
from pathlib import Path
from pickle import loads
from threading import Lock
from typing import Any
from weakref import finalize

import numpy as np
from numpy.typing import NDArray

from app.search.index.flat import ENDING, Flat, Ids, Keys, Weights
from app.search.index.keeping import Kept
from app.search.index.layout import Numbers, to_facts, to_rows
from app.search.index.manifest import Damaged
from app.search.rules.asked import Facts

__all__ = ["POSITION_BITS", "Decoded", "Ids", "Keys", "Segment", "Weights"]

POSITION_BITS = 13
PLACES_MOST = (1 << POSITION_BITS) - 64
"""Words further on in a text are found, but not as parts of a phrase: room is left so that none is found across texts."""
DOCUMENTS_NARROW = 1 << (32 - POSITION_BITS)
POSTINGS_BYTES = KEYS_BYTES = 8_000_000
_HEADER = 4
Block = tuple[Any, Any, Any]


@dataclass(frozen=True, slots=True)
class Decoded:
    """All there is to a term: its documents, how often each has it, and (for stems of the words) where."""

    ids: Ids
    often: Weights
    keys: Keys


class Segment:
    """Never changes; what was deleted from it since is the snapshot's to know. Kept from one snapshot to the next."""

    def __init__(self, reader: Any, flat: Flat | None = None) -> None:
        """Read the numbers, so that a cut file is noticed now and not by somebody searching.

        The files are closed when nobody holds the segment any more.
        """
        finalize(self, reader.close).atexit = False
        self.size: int = reader.doc_count_all()
        self.flat = flat if flat is not None and len(flat.numbers) == self.size else None
        self.numbers: Numbers = self.flat.numbers if self.flat is not None else to_rows(_values(reader, self.size))
        if len(self.numbers) != self.size or not (self.numbers["listing"] > 0).all():
            msg = "the numbers of a segment are cut short"
            raise Damaged(msg)
        if self.size:
            reader.stored_fields(self.size - 1)
        self.key_kind: Any = np.uint32 if self.size < DOCUMENTS_NARROW else np.uint64
        self._reader = reader
        # Whoosh reads its files by seeking in them: two threads at once would read each other's places.
        self._reading = Lock()
        self._postings: Kept[tuple[Ids, Weights]] = Kept(POSTINGS_BYTES, lambda one: one[0].nbytes + one[1].nbytes)
        self._keys: Kept[Keys] = Kept(KEYS_BYTES, lambda one: one.nbytes)
        self._surface: list[str] | None = None

    def ids(self, field: str, term: str) -> Ids:
        """The documents with a term, deleted ones included.

        Raises:
            Damaged: when they cannot be read.
        """
        return self.postings(field, term)[0] if self.flat is None else self.flat.ids(field, term)

    def postings(self, field: str, term: str) -> tuple[Ids, Weights]:
        """The documents with a term, and how often each has it, deleted ones included.

        Raises:
            Damaged: when they cannot be read.
        """
        if self.flat is not None:
            ids = self.flat.ids(field, term)
            return ids, self.flat.often(term) if field == "words" else np.ones(len(ids), np.float32)
        return self._postings.get((field, term), lambda: self._read(field, term))

    def _read(self, field: str, term: str) -> tuple[Ids, Weights]:
        with self._reading:
            return _read(self._reader, field, term)

    def keys(self, term: str) -> Keys:
        """Where a term stands in the words of every document: ``document << POSITION_BITS | position``, in order.

        Raises:
            Damaged: when they cannot be read.
        """
        if self.flat is not None:
            return self.flat.keys(term)
        return self._keys.get(term, lambda: self._read_positions(term))

    def _read_positions(self, term: str) -> Keys:
        with self._reading:
            return _read_positions(self._reader, term).astype(self.key_kind)

    def surface(self) -> list[str]:
        """Every word as written, in order. Of a small segment: it is kept."""
        if self._surface is None:
            self._surface = [word.decode() for word in self._lexicon("surface")]
        return self._surface

    def _lexicon(self, field: str) -> list[bytes]:
        try:
            with self._reading:
                return list(self._reader.lexicon(field))
        except Exception as error:
            msg = f"the terms of a segment cannot be read: {error!r}"
            raise Damaged(msg) from error

    def beginning(self, start: str) -> list[str]:
        """The words as written that begin so."""
        if self.flat is not None:
            terms = self.flat.terms["surface"]
            return [terms[place].decode() for place in terms.between(start)]
        words = self.surface()
        return words[bisect_left(words, start) : bisect_left(words, start + "\U0010ffff")]

    def marks_beginning(self, start: str) -> list[str]:
        """The marks that begin so."""
        if self.flat is not None:
            terms = self.flat.terms["marks"]
            return [terms[place].decode() for place in terms.between(start)]
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
        if self.flat is not None:
            return self.flat.how_often(field, term)
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
            if self.flat is not None:
                return to_facts({"facts": self.flat.facts(number)})
            with self._reading:
                stored = self._reader.stored_fields(number)
            return to_facts(stored)
        except Exception as error:
            msg = f"what was stored cannot be read: {error!r}"
            raise Damaged(msg) from error

    def all_facts(self) -> Iterator[Any]:
        """What was stored of every document, in order, as it was stored."""
        for number in range(self.size):
            with self._reading:
                yield self._reader.stored_fields(number)["facts"]

    def all_terms(self, field: str) -> Iterator[tuple[bytes, Decoded]]:
        """Every term of a field in order, decoded through Whoosh, each read once."""
        terms = self._reader._terms  # noqa: SLF001 - as in _blocks
        form = self._reader.schema[field].format
        # Whoosh would go on through all fields that come after this one.
        for (_, term), info in list(takewhile(lambda item: item[0][0] == field, terms.items_from(field, b""))):
            matcher = terms._codec.postings_reader(terms._postfile, info, form, term=(field, term))  # noqa: SLF001
            blocks = list(_blocks_of(matcher))
            keys = _keys_of(blocks) if field == "words" else np.empty(0, np.int64)
            yield term, Decoded(*_postings_of(blocks), keys.astype(self.key_kind))


def open_segment(folder: Path, reader: Any) -> Segment:
    """A segment with its flat file, where it has one that is whole."""
    path = folder / f"{reader.segment().segment_id()}.{ENDING}"
    try:
        flat = Flat(path) if path.exists() else None
    except (OSError, ValueError, KeyError):
        # Cleared away meanwhile, or written by another version: Whoosh has all of it.
        flat = None
    return Segment(reader, flat)


def _values(reader: Any, size: int) -> Iterator[bytes]:
    column = reader.column_reader("numbers", translate=False)
    return (column[number] for number in range(size))


def _read(reader: Any, field: str, term: str) -> tuple[Ids, Weights]:
    try:
        return _postings_of(_blocks(reader, field, term))
    except Exception as error:
        msg = f"the postings of {field} cannot be read: {error!r}"
        raise Damaged(msg) from error


def _postings_of(blocks: Iterable[Block]) -> tuple[Ids, Weights]:
    ids: list[Ids] = []
    weights: list[Weights] = []
    for numbers, weight, _ in blocks:
        ids.append(np.cumsum(np.array(numbers, np.int32), dtype=np.int32))
        weights.append(_as_many(len(numbers), weight))
    if len(ids) == 1:
        return ids[0], weights[0]
    if not ids:
        return np.empty(0, np.int32), np.empty(0, np.float32)
    return np.concatenate(ids), np.concatenate(weights)


def _as_many(count: int, weight: Any) -> Weights:
    """Weights are kept once when all are alike, and not at all when all are 1."""
    if weight is None or isinstance(weight, float):
        return np.full(count, 1 if weight is None else weight, np.float32)
    return np.array(weight, np.float32)


def _read_positions(reader: Any, term: str) -> NDArray[np.int64]:
    try:
        return _keys_of(_blocks(reader, "words", term))
    except Exception as error:
        msg = f"the positions of a term cannot be read: {error!r}"
        raise Damaged(msg) from error


def _keys_of(blocks: Iterable[Block]) -> NDArray[np.int64]:
    found: list[NDArray[np.int64]] = []
    for numbers, _, values in blocks:
        gaps = [loads(value[_HEADER:]) for value in values]  # noqa: S301 - our own index, never one from elsewhere
        counts = np.fromiter(map(len, gaps), np.int64, len(gaps))
        flat = np.cumsum(np.fromiter(chain.from_iterable(gaps), np.int64, int(counts.sum())))
        begins = np.cumsum(counts) - counts
        before = np.where(begins > 0, flat[begins - 1], 0)
        documents = np.cumsum(np.array(numbers, np.int64))
        places = flat - np.repeat(before, counts)
        keys = (np.repeat(documents, counts) << POSITION_BITS) | places
        found.append(keys if places.max(initial=0) < PLACES_MOST else keys[places < PLACES_MOST])
    if len(found) == 1:
        return found[0]
    return np.concatenate(found) if found else np.empty(0, np.int64)


def _blocks(reader: Any, field: str, term: str) -> Iterator[Block]:
    """Postings a block at a time: numbers (the first as it is, then gaps), weights, values. Reads private names of Whoosh.

    Its public matcher goes posting by posting, at nearly twice the cost; ``test_postings_read_by_block...`` holds this to
    the same answer.
    """
    terms = reader._terms  # noqa: SLF001 - see above
    word = term.encode()
    if (field, word) in terms:
        yield from _blocks_of(terms.matcher(field, word, reader.schema[field].format))


def _blocks_of(matcher: Any) -> Iterator[Block]:
    """The same of one matcher. A term of one document is kept inline and comes whole."""
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
