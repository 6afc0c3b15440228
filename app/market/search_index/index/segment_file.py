"""The one file of a segment: all there is of its documents as plain arrays, which all workers map into memory.

A worker reads them where they lie: it decodes nothing, holds nothing of its own, and shares the pages with the others.
``laying.py`` says how the arrays come about; ``codec.py`` makes Whoosh write and read its segments so.
"""

import json
import mmap
import os
import pickle
import secrets
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.market.search_index.index.layout import LAYOUT, ROW, Numbers
from app.market.search_index.index.spelling_table import Slips

Ids = NDArray[np.int32]
Weights = NDArray[np.float32]
Keys = NDArray[np.unsignedinteger[Any]]

FIELDS = ("words", "title", "provider", "place", "surface", "marks")
ENDING = "flat"
MAGIC = b"ownway-flat-2\n"
ALIGNED = 64
HEAD = 8
OFTEN_MOST = 2**16 - 1
PLACES_KEPT = 20_000


class TermDictionary(Sequence[bytes]):
    """The terms of one field, in order, as they lie in the file; looked up by the number their first letters make."""

    def __init__(self, letters: NDArray[np.uint8], begins: NDArray[np.int64], heads: NDArray[np.uint64]) -> None:
        self._letters = letters.data
        self._begins = begins.data
        self._heads = heads.data

    def __len__(self) -> int:
        return len(self._begins) - 1

    def __getitem__(self, number: Any) -> Any:
        return self._letters[self._begins[number] : self._begins[number + 1]].tobytes()

    def place(self, term: bytes) -> int:
        """Where a term stands; -1 when it does not."""
        found = self._from(term)
        return found if found < len(self) and self[found] == term else -1

    def between(self, start: str) -> range:
        """The places of the terms that begin so."""
        return range(self._from(start.encode()), self._from((start + "\U0010ffff").encode()))

    def _from(self, term: bytes) -> int:
        """Where a term stands or would."""
        head = int.from_bytes(term[:HEAD].ljust(HEAD, b"\0"))
        found = bisect_left(self._heads, head)
        if found == len(self._heads) or self._heads[found] != head:
            return found
        return bisect_left(self, term, found, bisect_right(self._heads, head, found))


def heads_of(terms: Iterable[bytes]) -> NDArray[np.uint64]:
    """The first letters of terms as numbers, in the same order as they."""
    return np.frombuffer(b"".join(term[:HEAD].ljust(HEAD, b"\0") for term in terms), ">u8").astype(np.uint64)


class Flat:
    """One flat file, open for reading by any number of threads."""

    def __init__(self, path: Path) -> None:
        """Map a file into memory.

        Raises:
            ValueError: when it is not whole, or of another layout.
            OSError: when it is not there.
        """
        try:
            with path.open("rb") as file:
                self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
            told = _told(self._map)
        except ValueError as error:
            msg = f"{path.name} is not a whole flat file of this layout"
            raise ValueError(msg) from error
        self._arrays = {
            name: np.frombuffer(self._map, kind, count, begin) for name, (kind, count, begin) in told["arrays"].items()
        }
        self.numbers: Numbers = self._arrays["numbers"].view(ROW)
        self.terms = {
            field: TermDictionary(*(self._arrays[f"{field}.{name}"] for name in ("letters", "begins", "heads")))
            for field in FIELDS
        }
        self.slips = Slips(self._arrays["slips.marks"], self._arrays["slips.words"])
        self._facts = self._arrays["facts"].data
        self._facts_begin = self._arrays["facts.begins"].data
        # Single numbers are read quicker through these than out of arrays.
        self._begins = {field: self._arrays[f"{field}.ids.begins"].data for field in FIELDS}
        self._places: dict[tuple[str, str], int] = {}

    def _place(self, field: str, term: str) -> int:
        place = self._places.get((field, term))
        if place is None:
            if len(self._places) > PLACES_KEPT:
                self._places.clear()
            place = self._places[field, term] = self.terms[field].place(term.encode())
        return place

    def how_often(self, field: str, term: str) -> int:
        """In how many documents a term stands."""
        place = self._place(field, term)
        return 0 if place < 0 else self.how_often_at(field, place)

    def how_often_at(self, field: str, place: int) -> int:
        """The same of the term at a place."""
        begins = self._begins[field]
        return begins[place + 1] - begins[place]

    def ids(self, field: str, term: str) -> Ids:
        """The documents with a term."""
        place = self._place(field, term)
        if place < 0:
            return np.empty(0, np.int32)
        begins = self._begins[field]
        ids: Ids = self._arrays[f"{field}.ids"][begins[place] : begins[place + 1]]
        return ids

    def often(self, term: str) -> Weights:
        """How often each of its documents has a stem in its words."""
        place = self._place("words", term)
        if place < 0:
            return np.empty(0, np.float32)
        begins = self._begins["words"]
        weights: Weights = self._arrays["words.often"][begins[place] : begins[place + 1]].astype(np.float32)
        return weights

    def keys(self, term: str) -> Keys:
        """Where a stem stands in the words."""
        place = self._place("words", term)
        begins = self._arrays["words.keys.begins"]
        keys: Keys = self._arrays["words.keys"]
        return keys[:0] if place < 0 else keys[begins[place] : begins[place + 1]]

    def facts(self, number: int) -> Any:
        """What was stored of a document."""
        return pickle.loads(self.facts_kept(number))  # noqa: S301 - our own

    def facts_kept(self, number: int) -> bytes:
        """The same as it lies in the file."""
        return self._facts[self._facts_begin[number] : self._facts_begin[number + 1]].tobytes()

    def array(self, name: str) -> NDArray[Any]:
        """One of the arrays, for whoever lays several files together."""
        return self._arrays[name]


def _told(held: mmap.mmap) -> dict[str, Any]:
    """What the head of a file says of it."""
    head = len(MAGIC)
    length = int.from_bytes(held[head : head + 8], "little")
    told: dict[str, Any] = json.loads(held[head + 8 : head + 8 + length])
    if held[:head] != MAGIC or told["layout"] != LAYOUT or told["bytes"] != len(held):
        raise ValueError
    return told


class Arrays:
    """The arrays of one flat file that is being written."""

    def __init__(self) -> None:
        self.arrays: dict[str, NDArray[Any]] = {}

    def texts(self, name: str, texts: Iterable[bytes]) -> None:
        """Many texts, one after another, and where each begins."""
        held = list(texts)
        joined = b"".join(held)
        self.arrays[name] = np.frombuffer(joined, np.uint8) if joined else np.empty(0, np.uint8)
        self.arrays[f"{name.removesuffix('.letters')}.begins"] = _begins([len(one) for one in held])

    def lists(self, name: str, joined: NDArray[Any], lengths: NDArray[Any]) -> None:
        """Many lists that lie one after another, and where each begins."""
        self.arrays[name] = joined
        self.arrays[f"{name}.begins"] = _begins(lengths)

    def write(self, path: Path) -> None:
        """All of them into one file, whole or not at all."""
        told: dict[str, Any] = {"layout": LAYOUT, "bytes": 0, "arrays": {}}
        # The numbers in the head are as wide as they will be, so that its length is known before they are.
        room = len(json.dumps(told)) + sum(len(name) + 80 for name in self.arrays)
        begin = _aligned(len(MAGIC) + 8 + room)
        for name, array in self.arrays.items():
            told["arrays"][name] = [array.dtype.str, len(array), begin]
            told["bytes"] = begin + array.nbytes
            begin = _aligned(begin + array.nbytes)
        head = json.dumps(told).encode().ljust(room)
        draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
        with draft.open("wb") as file:
            file.write(MAGIC + room.to_bytes(8, "little") + head)
            for name, array in self.arrays.items():
                file.seek(told["arrays"][name][2])
                file.write(np.ascontiguousarray(array).data)
            file.truncate(told["bytes"])
        draft.replace(path)


def _aligned(place: int) -> int:
    return -(-place // ALIGNED) * ALIGNED


def _begins(lengths: Sequence[int] | NDArray[Any]) -> NDArray[np.int64]:
    found = np.zeros(len(lengths) + 1, np.int64)
    np.cumsum(lengths, out=found[1:])
    return found
