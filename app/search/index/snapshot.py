"""All segments of one generation side by side: what matches, how well, and where. Never changes once made."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from time import sleep
from typing import Any

import numpy as np
from numpy.typing import NDArray
from whoosh import index as whoosh_index

from app.search.index.counting import Mask, Table
from app.search.index.layout import ROW, Numbers, to_fields
from app.search.index.segment import POSITION_BITS, Ids, Segment, Weights
from app.search.index.shelf import Damaged, Manifest, checksum, generation_in
from app.search.rules.asked import Document, Facts
from app.search.rules.spelling import Spelling
from app.search.rules.vocabulary import meanings

Scores = NDArray[np.float32]

SATURATION, BY_LENGTH = 1.2, 0.75
"""BM25's two numbers: how soon more of a word stops mattering, and how much a long text is held against it."""
IMPACTS_MOST = 2_000
MASKS_MOST = 1_000
TABLES_MOST = 64
KEPT_MOST = 4_000_000
"""Numbers kept of what was worked out (four bytes each)."""
OPENINGS = 20
COMMON_ENOUGH = 50_000
"""In an index of so many documents and more, a word must stand in two to be a spelling of another."""
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
        rows = [segment.numbers for segment, _ in self._parts]
        self._lay_out(np.concatenate(rows) if rows else np.empty(0, ROW))

    def _lay_out(self, numbers: Numbers) -> None:
        """Column by column, once the size and who is live are known."""
        self.numbers = numbers
        if self.size:
            self._columns = {name: np.ascontiguousarray(self.numbers[name]) for name in self.numbers.dtype.names or ()}
            lengths = self._columns["length"].astype(np.float32)
            average = max(1.0, float(lengths[self.live].mean())) if self.count else 1.0
            self._damping = (SATURATION * (1 - BY_LENGTH + BY_LENGTH * lengths / average)).astype(np.float32)

    def _begin_caches(self) -> None:
        self._impacts: OrderedDict[str, tuple[Ids, Scores]] = OrderedDict()
        self._masks: OrderedDict[tuple[str, str], Mask] = OrderedDict()
        self._kept: OrderedDict[Hashable, Scores] = OrderedDict()
        self._tables: OrderedDict[Hashable, Table] = OrderedDict()
        self._marks: dict[str, list[str]] = {}
        self.spelling: Spelling | None = None

    def foresee(self, terms: Iterable[tuple[str, str]] = (), numbers: Iterable[int] = ()) -> None:
        """Terms (each with its field) and documents that will be asked for next: nothing to do where all is at hand."""

    def kept(self, key: Hashable, work: Callable[[], Scores]) -> Scores:
        """What was worked out before for the same thing in this snapshot. Never changed by whoever gets it."""
        found = self._kept.get(key)
        if found is None:
            found = self._kept[key] = work()
            _forget(self._kept, max(1, KEPT_MOST // max(1, self.size)))
        return found

    def table(self, key: Hashable, values: Callable[[], Sequence[tuple[str, str, Mask]]]) -> Table:
        """Values to count (filter, value, who bears it) as a table of bits, made once for a key."""
        found = self._tables.get(key)
        if found is None:
            found = self._tables[key] = Table(values())
            _forget(self._tables, TABLES_MOST)
        return found

    def column(self, name: str) -> Any:
        """One number of every document, in the order of the documents."""
        return self._columns[name]

    def postings(self, field: str, term: str) -> tuple[Ids, Weights]:
        """The live documents with a term in a field, and how often each has it."""
        found = [(segment.postings(field, term), begins) for segment, begins in self._parts]
        ids = np.concatenate([one[0] + begins for one, begins in found]) if found else np.empty(0, np.int32)
        weights = np.concatenate([one[1] for one, _ in found]) if found else np.empty(0, np.float32)
        alive = self.live[ids]
        return (ids, weights) if alive.all() else (ids[alive], weights[alive])

    def impact(self, term: str) -> tuple[Ids, Scores]:
        """The documents with a stem among their words, and how much it says for each of them (BM25)."""
        found = self._impacts.get(term)
        if found is None:
            ids, often = self.postings("words", term)
            rarity = np.log1p((self.count - len(ids) + 0.5) / (len(ids) + 0.5))
            scores = rarity * often * (SATURATION + 1) / (often + self._damping[ids]) if len(ids) else often
            found = self._impacts[term] = (ids, scores.astype(np.float32))
            _forget(self._impacts, IMPACTS_MOST)
        return found

    def mask(self, field: str, term: str) -> Mask:
        """Which documents have a term in a field; deleted ones never."""
        found = self._masks.get((field, term))
        if found is None:
            found = np.zeros(self.size, np.bool_)
            found[self.postings(field, term)[0]] = True
            self._masks[field, term] = found
            _forget(self._masks, MASKS_MOST)
        return found

    def together(self, terms: Sequence[str]) -> Mask:
        """Which documents have these stems standing together, in this order."""
        found = np.zeros(self.size, np.bool_)
        for segment, begins in self._parts:
            keys = segment.keys(terms[0])
            for place, term in enumerate(terms[1:], start=1):
                keys = keys[np.isin(keys + place, segment.keys(term), assume_unique=False)]
            found[begins + np.unique(keys >> POSITION_BITS)] = True
        return found & self.live

    def is_known(self, stem: str) -> bool:
        """Whether a stem stands anywhere among the words."""
        return any(segment.how_often("words", stem) for segment, _ in self._parts)

    def is_written(self, word: str) -> bool:
        """Whether a word stands anywhere just as it is."""
        return any(segment.how_often("surface", word) for segment, _ in self._parts)

    def beginning(self, start: str, most: int) -> list[str]:
        """The words that begin so, those in the most documents first."""
        words = {word for segment, _ in self._parts for word in segment.beginning(start)}
        if len(words) <= most:
            return sorted(words)
        often = {word: sum(segment.how_often("surface", word) for segment, _ in self._parts) for word in words}
        return sorted(words, key=lambda word: (-often[word], word))[:most]

    def marks_beginning(self, start: str) -> list[str]:
        """The marks that begin so; for listing the localities of a council."""
        found = self._marks.get(start)
        if found is None:
            found = sorted({mark for segment, _ in self._parts for mark in segment.marks_beginning(start)})
            self._marks[start] = found
        return found

    def facts(self, number: int) -> Facts:
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
            and self.numbers[number].tobytes() == fresh["numbers"]
            and all(self.mask("marks", mark)[number] for mark in marks)
        )

    def miles(self, near: tuple[float, float]) -> NDArray[np.float64]:
        """How far every document is from a point; infinitely far when nobody knows where it is."""
        lon, lat = np.radians(self.column("longitude"), dtype=float), np.radians(self.column("latitude"), dtype=float)
        here_lon, here_lat = np.radians(near)
        chord = np.sin((lat - here_lat) / 2) ** 2 + np.cos(lat) * np.cos(here_lat) * np.sin((lon - here_lon) / 2) ** 2
        away = 2 * _EARTH_RADIUS_MILES * np.arcsin(np.sqrt(np.minimum(chord, 1)))
        known: NDArray[np.float64] = np.nan_to_num(away, nan=np.inf)
        return known

    def spell(self) -> Spelling:
        """The table that mends spelling, made the first time it is needed."""
        if self.spelling is None:
            often: dict[str, int] = {}
            for segment, _ in self._parts:
                for word in segment.surface():
                    often[word] = often.get(word, 0) + segment.how_often("surface", word)
            least = 1 + (self.count >= COMMON_ENOUGH)
            spoken = {word: 1 for meaning in meanings() for phrase in meaning.phrases for word in phrase}
            self.spelling = Spelling(spoken | {word: count for word, count in often.items() if count >= least})
        return self.spelling


def _forget(kept: OrderedDict[Any, Any], most: int) -> None:
    """Drop the oldest. Two threads may drop at once, which loses a little work and nothing else."""
    while len(kept) > most:
        with suppress(KeyError):
            kept.popitem(last=False)


def open_snapshot(folder: Path, manifest: Manifest, before: Snapshot | None = None) -> Snapshot:
    """Open an index as it stands, keeping what ``before`` already decoded of segments that are still there.

    Loose segments open their files by name, and a merging writer may have removed one meanwhile: then the newest table
    of contents is read again.

    Raises:
        Damaged: when it cannot be read, or a file of the manifest's generation is missing or cut short.
    """
    # Before anything is opened: Whoosh leaves files open when it stumbles half-way.
    _check(folder, manifest, is_first=before is None)
    error: Exception | None = None
    for _ in range(OPENINGS):
        try:
            found = _open(folder, before if before is not None and before.folder == folder.name else None)
        except Damaged:
            raise
        except Exception as fault:  # noqa: BLE001 - whatever a broken or vanishing file makes of itself
            error = fault
            if not folder.exists():
                break
            sleep(0.01)
        else:
            if before is not None and abs(found.count - before.count) <= found.count // 50:
                # New words wait a little to be spellings of others; the table costs too much to make for each of them.
                found.spelling = before.spelling
            return found
    msg = f"the index cannot be opened: {error!r}"
    raise Damaged(msg) from error


def _open(folder: Path, before: Snapshot | None) -> Snapshot:
    kept = before.segments if before is not None else {}
    reader: Any = whoosh_index.open_dir(str(folder), readonly=True).reader()
    leaves = [leaf for leaf, _ in reader.leaf_readers() if leaf.doc_count_all()] if reader.doc_count_all() else []
    parts = []
    for leaf in leaves:
        own = leaf.segment()
        segment = kept.get(own.segment_id())
        if segment is None:
            segment = Segment(leaf)
        else:
            leaf.close()
        parts.append((own.segment_id(), segment, sorted(own.deleted_docs())))
    return Snapshot(folder.name, parts)


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
