"""All segments of one generation side by side: what matches, how well, and where. Never changes once made."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from functools import cache
from pathlib import Path
from time import sleep
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from app.market.search_index.index.cache import BoundedCache
from app.market.search_index.index.codec import contents, file_of
from app.market.search_index.index.facet_counting import FacetTable, Mask
from app.market.search_index.index.layout import ROW, to_fields
from app.market.search_index.index.manifest import Damaged, Manifest
from app.market.search_index.index.segment import Segment, in_both, open_segment
from app.market.search_index.index.segment_file import Ids, Weights
from app.market.search_index.index.spelling_table import Mending, least_often
from app.market.search_index.index.store import checksum, generation_in
from app.market.search_index.rules.questions import Document, ResultFacts
from app.market.search_index.rules.spelling import Spelling
from app.market.search_index.rules.vocabulary import meanings

Scores = NDArray[np.float32]
Anything = TypeVar("Anything")
Values = Callable[["Snapshot"], Sequence[tuple[str, str, Mask]]]

SATURATION, BY_LENGTH = 1.2, 0.75
"""BM25's two numbers: how soon more of a word stops mattering, and how much a long text is held against it."""
IMPACTS_BYTES, MASKS_BYTES, KEPT_BYTES, TABLES_BYTES = 24_000_000, 16_000_000, 24_000_000, 8_000_000
"""How much of what was worked out is kept by each snapshot, whatever its size."""
KEPT_BYTES_EACH = 500
"""For each document, where that is more."""
LARGE = 1_000
"""Documents of a segment from which it is worth counting by itself."""
OPENINGS = 20
_EARTH_RADIUS_MILES = 3958.7613


class Snapshot:
    """The index as one generation left it. Made by :func:`open_snapshot`."""

    def __init__(self, folder: str, segments: Sequence[tuple[str, Segment, Sequence[int]]]) -> None:
        """Lay the segments (each with its name and the numbers of its deleted documents) side by side."""
        self.folder = folder
        self.segments = {name: segment for name, segment, _ in segments}
        self._parts: list[tuple[Segment, int]] = []
        start = 0
        for _, segment, _ in segments:
            self._parts.append((segment, start))
            start += segment.size
        self.size = start
        self.live: Mask = np.ones(start, np.bool_)
        for (_, _, deleted), (_, begins) in zip(segments, self._parts, strict=True):
            self.live[[begins + number for number in deleted]] = False
        self.count = int(self.live.sum())
        self._begin_caches()

    def _begin_caches(self) -> None:
        self._impacts: BoundedCache[tuple[Ids, Scores]] = BoundedCache(
            IMPACTS_BYTES, lambda one: one[0].nbytes + one[1].nbytes
        )
        self._masks: BoundedCache[Mask] = BoundedCache(MASKS_BYTES, lambda one: one.nbytes)
        self._kept: BoundedCache[Any] = BoundedCache(max(KEPT_BYTES, KEPT_BYTES_EACH * self.size), _bytes_of)
        self._tables: BoundedCache[FacetTable] = BoundedCache(TABLES_BYTES, lambda one: one.bytes)
        self._marks: dict[str, list[str]] = {}
        self._columns: dict[str, Any] = {}
        self._damping: Scores | None = None
        self._views: list[tuple[Snapshot, slice]] | None = None

    def foresee(self, terms: Iterable[tuple[str, str]] = (), numbers: Iterable[int] = ()) -> None:
        """Terms (each with its field) and documents that will be asked for next: nothing to do where all is at hand."""

    def kept(self, key: Hashable, work: Callable[[], Anything]) -> Anything:
        """What was worked out before for the same thing in this snapshot. Never changed by whoever gets it."""
        result: Anything = self._kept.get(key, work)
        return result

    def counted(
        self, key: Hashable, values: Values, among: Mask, instead: dict[str, Mask]
    ) -> dict[str, dict[str, int]]:
        """How many of ``among`` bear each of the values; for the filters in ``instead``, how many of those.

        The values (filter, value, who bears it) are worked out once for a key; see :meth:`_parted`.
        """
        if self._views is None:
            self._views = self._parted()
        counts: Any = 0
        for view, part in self._views:
            table = view.table(key, values)
            counts = counts + table.count(among[part], {name: mask[part] for name, mask in instead.items()})
        return table.told(counts)

    def table(self, key: Hashable, values: Values) -> FacetTable:
        """Values to count as a table of bits."""
        return self._tables.get(key, lambda: FacetTable(values(self)))

    def _parted(self) -> "list[tuple[Snapshot, slice]]":
        """The largest segment by itself, and the others: what is counted of it is right after any commit.

        Deleted documents stand among the values of a segment, never among those that are counted.
        """
        if not self._parts or self._parts[0][0].size < LARGE:
            return [(self, slice(None))]
        first, *others = self._parts
        largest = first[0].kept("alone", lambda: self._of([first[0]]))
        found: list[tuple[Snapshot, slice]] = [(largest, slice(first[0].size))]
        if others:
            found.append((self._of([segment for segment, _ in others]), slice(first[0].size, None)))
        return found

    def _of(self, segments: Sequence[Segment]) -> "Snapshot":
        """Some segments by themselves, for making tables of: what those were made from is not worth keeping."""
        snapshot = Snapshot(self.folder, [(str(place), segment, ()) for place, segment in enumerate(segments)])
        snapshot._masks = BoundedCache(0, lambda one: one.nbytes)
        return snapshot

    def column(self, name: str) -> Any:
        """One number of every document, in the order of the documents."""
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = self._column(name)
        return column

    def _column(self, name: str) -> Any:
        columns = [segment.column(name) for segment, _ in self._parts]
        return columns[0] if len(columns) == 1 else _joined(columns, ROW[name])

    def row(self, number: int) -> bytes:
        """All numbers of a document, as they lie on the disk."""
        for segment, begins in reversed(self._parts):
            if number >= begins:
                return bytes(segment.numbers[number - begins].tobytes())
        raise IndexError(number)

    def damping(self) -> Scores:
        """How much the length of each document is held against it."""
        if self._damping is None:
            lengths = self.column("length").astype(np.float32)
            average = max(1.0, float(lengths[self.live].mean())) if self.count else 1.0
            self._damping = (SATURATION * (1 - BY_LENGTH + BY_LENGTH * lengths / average)).astype(np.float32)
        return self._damping

    def postings(self, field: str, term: str) -> tuple[Ids, Weights]:
        """The live documents with a term in a field, in order, and how often each has it."""
        found = [(segment.postings(field, term), begins) for segment, begins in self._parts]
        ids = _side_by_side([(one[0], begins) for one, begins in found])
        weights = found[0][0][1] if len(found) == 1 else _joined([one[1] for one, _ in found], np.float32)
        if self.count == self.size:
            return ids, weights
        alive = self.live[ids]
        return (ids, weights) if alive.all() else (ids[alive], weights[alive])

    def ids(self, field: str, term: str) -> Ids:
        """The live documents with a term in a field, in order."""
        ids = _side_by_side([(segment.ids(field, term), begins) for segment, begins in self._parts])
        if self.count == self.size or not len(ids):
            return ids
        alive = self.live[ids]
        return ids if alive.all() else ids[alive]

    def impact(self, term: str) -> tuple[Ids, Scores]:
        """The documents with a stem among their words, in order, and how much it says for each of them (BM25)."""
        return self._impacts.get(term, lambda: self._impact(term))

    def _impact(self, term: str) -> tuple[Ids, Scores]:
        ids, often = self.postings("words", term)
        if not len(ids):
            return ids, often
        rarity = np.float32(np.log1p((self.count - len(ids) + 0.5) / (len(ids) + 0.5)))
        scores = often + self.damping()[ids]
        np.divide(often, scores, out=scores)
        scores *= rarity * np.float32(SATURATION + 1)
        return ids, scores

    def mask(self, field: str, term: str) -> Mask:
        """Which documents have a term in a field; deleted ones never."""
        return self._masks.get((field, term), lambda: self._mask(field, term))

    def _mask(self, field: str, term: str) -> Mask:
        found = np.zeros(self.size, np.bool_)
        found[self.ids(field, term)] = True
        return found

    def together(self, terms: Sequence[str]) -> Mask:
        """Which documents have these stems standing together, in this order."""
        found = np.zeros(self.size, np.bool_)
        found[self.ids_together(terms)] = True
        return found

    def ids_together(self, terms: Sequence[str]) -> Ids:
        """The same, as the documents in order."""
        ids: Ids = self.kept(("together", *terms), lambda: self._together(terms))
        return ids

    def _together(self, terms: Sequence[str]) -> Ids:
        found = _side_by_side([(segment.together(tuple(terms)), begins) for segment, begins in self._parts])
        return found if self.count == self.size else found[self.live[found]]

    def is_known(self, stem: str) -> bool:
        """Whether a stem stands anywhere among the words."""
        return any(segment.how_often("words", stem) for segment, _ in self._parts)

    def is_written(self, word: str) -> bool:
        """Whether a word stands anywhere just as it is."""
        return any(segment.how_often("surface", word) for segment, _ in self._parts)

    def beginning(self, start: str, most: int) -> list[str]:
        """The words that begin so, those in the most documents first."""
        often: Counter[str] = Counter()
        for segment, _ in self._parts:
            often.update(segment.beginning(start))
        if len(often) <= most:
            return sorted(often)
        return sorted(often, key=lambda word: (-often[word], word))[:most]

    def marks_beginning(self, start: str) -> list[str]:
        """The marks that begin so; for listing the localities of a council."""
        found = self._marks.get(start)
        if found is None:
            found = sorted({mark for segment, _ in self._parts for mark in segment.marks_beginning(start)})
            self._marks[start] = found
        return found

    def facts(self, number: int) -> ResultFacts:
        """What was stored of a document."""
        for segment, begins in reversed(self._parts):
            if number >= begins:
                return segment.facts(number - begins)
        raise IndexError(number)

    def contents(self) -> dict[int, int]:
        """Where each listing stands."""
        listings = self.column("listing") if self.size else self.live
        return {int(listings[number]): int(number) for number in np.flatnonzero(self.live)}

    def holds(self, number: int, document: Document) -> bool:
        """Whether a place holds just what a document would be written as."""
        fresh = to_fields(document)
        marks = set(fresh["marks"].split())
        return (
            self.facts(number) == document.facts
            and self.row(number) == fresh["numbers"]
            and all(self.mask("marks", mark)[number] for mark in marks)
        )

    def miles(self, near: tuple[float, float]) -> NDArray[np.float64]:
        """How far every document is from a point; infinitely far when nobody knows where it is."""
        # As points on a ball: the straight way through it to each of them tells the way around it.
        x, y, z = self.kept("points", lambda: _points(self.column("longitude"), self.column("latitude")))
        here = _points(np.array(near[0]), np.array(near[1]))
        through = np.sqrt((x - here[0]) ** 2 + (y - here[1]) ** 2 + (z - here[2]) ** 2)
        away: NDArray[np.float64] = 2 * _EARTH_RADIUS_MILES * np.arcsin(np.minimum(through / 2, 1))
        away[np.isnan(away)] = np.inf
        return away

    def spell(self) -> Spelling:
        """What mends spelling."""
        return Mending([segment for segment, _ in self._parts], _spoken(), least_often(self.count))


def _points(longitude: NDArray[Any], latitude: NDArray[Any]) -> tuple[NDArray[np.float64], ...]:
    lon, lat = np.radians(longitude, dtype=float), np.radians(latitude, dtype=float)
    return np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)


@cache
def _spoken() -> Spelling:
    return Spelling({word: 1 for meaning in meanings() for phrase in meaning.phrases for word in phrase})


def _bytes_of(thing: Any) -> int:
    if isinstance(thing, np.ndarray):
        return thing.nbytes
    return sum(map(_bytes_of, thing)) if isinstance(thing, tuple) else 0


def _joined(arrays: list[NDArray[Any]], kind: Any) -> NDArray[Any]:
    return np.concatenate(arrays) if arrays else np.empty(0, kind)


def _side_by_side(found: list[tuple[Ids, int]]) -> Ids:
    """Documents of the segments (each with where it begins) as documents of the snapshot."""
    if len(found) == 1:
        return found[0][0]
    return _joined([ids + np.int32(begins) if begins else ids for ids, begins in found if len(ids)], np.int32)


def documents_in_all(lists: Sequence[Ids]) -> Ids:
    """The documents that stand in every list: the shortest list, less what the others lack."""
    shortest, *others = sorted(lists, key=len)
    for other in others:
        if not len(shortest) or not len(other):
            return shortest[:0]
        shortest = in_both(shortest, other)
    return shortest


def open_snapshot(folder: Path, manifest: Manifest, before: Snapshot | None = None) -> Snapshot:
    """Open an index as it stands, keeping what ``before`` already decoded of segments that are still there.

    Segments are opened by name, and a merging writer may have removed one meanwhile: then the newest table of contents is
    read again.

    Raises:
        Damaged: when it cannot be read, or a file of the manifest's generation is missing or cut short.
    """
    _check(folder, manifest, is_first=before is None)
    error: Exception | None = None
    for _ in range(OPENINGS):
        try:
            snapshot = _open(folder, before if before is not None and before.folder == folder.name else None)
        except Damaged:
            raise
        except Exception as fault:  # noqa: BLE001 - whatever a broken or vanishing file makes of itself
            error = fault
            if not folder.exists():
                break
            sleep(0.01)
        else:
            return snapshot
    msg = f"the index cannot be opened: {error!r}"
    raise Damaged(msg) from error


def _open(folder: Path, before: Snapshot | None) -> Snapshot:
    kept = before.segments if before is not None else {}
    parts = []
    for own in contents(folder).segments:
        name = own.segment_id()
        segment = kept.get(name) or open_segment(folder / file_of(own))
        parts.append((name, segment, sorted(own.deleted_docs())))
    # The largest first: it changes the least.
    return Snapshot(folder.name, sorted(parts, key=lambda part: -part[1].size))


def _check(folder: Path, manifest: Manifest, *, is_first: bool) -> None:
    """Compare the files with the manifest, unless a commit is half-way between the two.

    Their sizes each time; their checksums when a process opens the index first, as after the power went.
    """
    if generation_in(folder) != manifest.generation:
        return
    for name, (size, sum_) in manifest.files.items():
        try:
            is_whole = (folder / name).stat().st_size == size and (not is_first or checksum(folder / name) == sum_)
        except OSError:
            is_whole = False
        if not is_whole and generation_in(folder) == manifest.generation:
            msg = f"{name} is missing, cut short or not as it was written"
            raise Damaged(msg)
