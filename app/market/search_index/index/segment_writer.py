"""Laying documents out as the arrays of a flat file: of documents that come new, or of several files put together.

Words are turned into numbers as they come; all sorting is done once, on whole arrays of numbers. So a document costs a
few microseconds a word less than through Whoosh's own pool of postings, and segments merge without a word being read.
"""

import pickle
from array import array
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.market.search_index.index.fields import BREAK
from app.market.search_index.index.segment_file import FIELDS, OFTEN_MOST, Arrays, Flat, heads_of
from app.market.search_index.index.spelling_table import slips_of

POSITION_BITS = 13
PLACES_MOST = (1 << POSITION_BITS) - 64
"""Words further on in a text are found, but not as parts of a phrase: room is left so that none is found across texts."""
DOCUMENTS_NARROW = 1 << (32 - POSITION_BITS)

Whole = NDArray[np.int64]


class _Numbered(dict[str, int]):
    """Words, each with a number of its own."""

    def __missing__(self, word: str) -> int:
        self[word] = number = len(self)
        return number


@dataclass(frozen=True, slots=True)
class _Field:
    """The terms of a field in order; of each how many documents, which, how often, and (of words) where."""

    terms: Sequence[bytes]
    many: Whole
    ids: NDArray[Any]
    often: NDArray[Any]
    keys: NDArray[Any] | None = None
    keys_many: Whole | None = None


class _Words:
    """One field of the documents so far."""

    def __init__(self) -> None:
        self._terms = _Numbered()
        self._said = array("i")
        self._many = array("i")

    def add(self, text: str) -> None:
        words = text.split()
        self._said.extend(map(self._terms.__getitem__, words))
        self._many.append(len(words))

    def laid_out(self, *, is_placed: bool) -> _Field:
        terms = sorted(self._terms)
        rank = np.empty(len(terms), np.int32)
        rank[[self._terms[term] for term in terms]] = np.arange(len(terms), dtype=np.int32)
        many = np.frombuffer(self._many, np.int32)
        # A copy: the array they come from may then be let go.
        of = rank[np.frombuffer(self._said, np.int32)] if self._said else np.empty(0, np.int32)
        order = np.argsort(of, kind="stable")
        if BREAK in self._terms:
            order = order[of[order] != rank[self._terms[BREAK]]]
        of = of[order]
        ids = np.repeat(np.arange(len(many), dtype=np.int32), many)[order]
        first = np.flatnonzero((np.diff(of, prepend=-1) != 0) | (np.diff(ids, prepend=-1) != 0))
        often = np.diff(first, append=len(of))
        keys = keys_many = None
        if is_placed:
            places = order - np.repeat(np.cumsum(many, dtype=np.int64) - many, many)[order]
            keys = (ids.astype(_key_kind(len(many))) << POSITION_BITS) | places.astype(_key_kind(len(many)))
            near = places < PLACES_MOST
            keys_many = np.bincount(of if near.all() else of[near], minlength=len(terms))
            keys = keys if near.all() else keys[near]
        held = np.bincount(of[first], minlength=len(terms))
        return _less(_Field([term.encode() for term in terms], held, ids[first], often, keys, keys_many))


def _less(field: _Field) -> _Field:
    """Without the terms that no document has."""
    had = field.many > 0
    if had.all():
        return field
    terms = [field.terms[place] for place in np.flatnonzero(had).tolist()]
    keys_many = None if field.keys_many is None else field.keys_many[had]
    return _Field(terms, field.many[had], field.ids, field.often, field.keys, keys_many)


def _key_kind(size: int) -> Any:
    return np.uint32 if size < DOCUMENTS_NARROW else np.uint64


class Draft:
    """The documents of one flat file that is being written."""

    def __init__(self) -> None:
        self._fields = {name: _Words() for name in FIELDS}
        self._facts: list[bytes] = []
        self._numbers: list[bytes] = []

    def __len__(self) -> int:
        return len(self._facts)

    def add(self, fields: dict[str, Any]) -> None:
        """One document, as ``layout.to_fields`` has it."""
        for name, words in self._fields.items():
            words.add(fields[name])
        self._facts.append(pickle.dumps(fields["facts"], protocol=5))
        self._numbers.append(fields["numbers"])

    def write(self, path: Path) -> None:
        """All of them, whole or not at all. Nothing can be added after."""
        arrays = _begun(b"".join(self._numbers), self._facts)
        for name in FIELDS:
            # Let go one by one: of a large catalogue the words alone take hundreds of megabytes.
            _put(arrays, name, self._fields.pop(name).laid_out(is_placed=name == "words"), len(self._numbers))
        arrays.write(path)


def lay_together(path: Path, files: Sequence[tuple[Flat, Collection[int]]]) -> list[Whole]:
    """Write one file of several, less the documents deleted from each.

    Returns:
        For each file the numbers its documents have now; -1 for those left out.
    """
    now: list[Whole] = []
    begin = 0
    for flat, deleted in files:
        kept = np.ones(len(flat.numbers), np.bool_)
        kept[list(deleted)] = False
        now.append(np.where(kept, begin + np.cumsum(kept) - 1, -1))
        begin += int(kept.sum())
    numbers = b"".join(flat.numbers[places >= 0].tobytes() for (flat, _), places in zip(files, now, strict=True))
    facts = [
        flat.facts_kept(number)
        for (flat, _), places in zip(files, now, strict=True)
        for number in np.flatnonzero(places >= 0).tolist()
    ]
    arrays = _begun(numbers, facts)
    for name in FIELDS:
        _put(arrays, name, _together(name, [flat for flat, _ in files], now, begin), begin)
    arrays.write(path)
    return now


def _together(name: str, flats: Sequence[Flat], now: Sequence[Whole], size: int) -> _Field:
    held = [list(flat.terms[name]) for flat in flats]
    terms = sorted(set().union(*held))
    places = {term: place for place, term in enumerate(terms)}
    of, ids, often, keys_of, keys = [], [], [], [], []
    for flat, own, fresh in zip(flats, held, now, strict=True):
        rank = np.array([places[term] for term in own], np.int32)
        moved = fresh[flat.array(f"{name}.ids")]
        is_kept = moved >= 0
        of.append(np.repeat(rank, np.diff(flat.array(f"{name}.ids.begins")))[is_kept])
        ids.append(moved[is_kept].astype(np.int32))
        if name == "words":
            often.append(flat.array("words.often")[is_kept])
            placed = flat.array("words.keys")
            moved = fresh[placed >> POSITION_BITS]
            is_kept = moved >= 0
            inside = placed[is_kept] & ((1 << POSITION_BITS) - 1)
            keys_of.append(np.repeat(rank, np.diff(flat.array("words.keys.begins")))[is_kept])
            keys.append((moved[is_kept].astype(_key_kind(size)) << POSITION_BITS) | inside.astype(_key_kind(size)))
    joined = np.concatenate(of)
    # In the order of the files, and so of their documents, within each term.
    order = np.argsort(joined, kind="stable")
    many = np.bincount(joined, minlength=len(terms))
    fresh_ids = np.concatenate(ids)[order]
    if name != "words":
        return _less(_Field(terms, many, fresh_ids, np.empty(0)))
    joined_keys = np.concatenate(keys_of)
    return _less(
        _Field(
            terms,
            many,
            fresh_ids,
            np.concatenate(often)[order],
            np.concatenate(keys)[np.argsort(joined_keys, kind="stable")],
            np.bincount(joined_keys, minlength=len(terms)),
        )
    )


def _begun(numbers: bytes, facts: Sequence[bytes]) -> Arrays:
    arrays = Arrays()
    arrays.arrays["numbers"] = np.frombuffer(numbers, np.uint8)
    arrays.texts("facts", facts)
    return arrays


def _put(arrays: Arrays, name: str, field: _Field, size: int) -> None:
    arrays.texts(f"{name}.letters", field.terms)
    arrays.arrays[f"{name}.heads"] = heads_of(field.terms)
    arrays.lists(f"{name}.ids", field.ids, field.many)
    if field.keys is not None and field.keys_many is not None:
        arrays.arrays["words.often"] = np.minimum(field.often, OFTEN_MOST).astype(np.uint16)
        arrays.lists("words.keys", field.keys, field.keys_many)
    if name == "surface":
        marks, words = slips_of(zip(field.terms, field.many.tolist(), strict=True), size)
        arrays.arrays["slips.marks"], arrays.arrays["slips.words"] = marks, words
