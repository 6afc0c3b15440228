"""How Whoosh writes and reads our segments: a codec whose segments are one flat file each, and the writer that goes with it.

Whoosh keeps what it is sound at: the schema, the lock, the generations, which segments there are and what was deleted from
them, clearing away what is no longer needed. Its own codec spreads a segment over five files in packed blocks, which cost
more to write, to decode and to remove than all else a change does. Any reader of Whoosh's opens an index written so, and
``test_whoosh_reads_...`` holds it to the same answers.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from whoosh.codec.whoosh3 import W3Codec, W3Segment
from whoosh.filedb.filestore import FileStorage, RamStorage
from whoosh.index import TOC, FileIndex
from whoosh.matching.mcore import ListMatcher, NullMatcher
from whoosh.reading import TermInfo
from whoosh.writing import SegmentWriter

from app.market.search_index.index.layout import schema
from app.market.search_index.index.segment_file import ENDING, FIELDS, Flat
from app.market.search_index.index.segment_writer import POSITION_BITS, Draft, lay_together

NAME = "MAIN"
LOCK_SECONDS = 5.0
MERGED = 4
"""So many segments of about one size become one of the next."""
MERGED_AT_ONCE = 256
"""Documents that a commit merges at most: more takes longer than a change may take to be seen."""
WASTED = 64
"""So many deleted documents are worth a segment written anew, when they are more than those it still has."""

Term = tuple[str, bytes]


class Folder(FileStorage):  # type: ignore[misc] # Whoosh has no types
    """A folder on the disk. What Whoosh would remove is only noted: a busy disk takes its time over it, a change need not."""

    def __init__(self, path: Path) -> None:
        super().__init__(str(path))
        self.left: list[Path] = []

    def temp_storage(self, name: str | None = None) -> Any:
        """In memory: nothing is put there."""
        del name
        return RamStorage()

    def delete_file(self, name: str) -> None:
        """Note it for whoever tidies up."""
        self.left.append(Path(self.folder, name))


class Codec(W3Codec):  # type: ignore[misc] # Whoosh has no types
    """A segment is one flat file. What it is asked for by name is made here; the rest of Whoosh's own is not used."""

    length_stats = False

    def per_document_writer(self, storage: Folder, segment: Any) -> Any:
        """What documents go into, and their terms with them."""
        return _Documents(Path(storage.folder) / file_of(segment))

    def field_writer(self, storage: Any, segment: Any) -> Any:
        """What would write the terms, were they not written already."""
        del storage, segment
        return _Nothing()

    def per_document_reader(self, storage: Any, segment: Any) -> Any:
        """What is kept of the documents of a segment."""
        return _Stored(Flat(Path(storage.folder) / file_of(segment)), segment)

    def terms_reader(self, storage: Any, segment: Any) -> Any:
        """The terms of a segment."""
        return _Terms(Flat(Path(storage.folder) / file_of(segment)))

    def new_segment(self, storage: Any, indexname: str) -> Any:
        """One that is empty yet."""
        del storage, indexname
        return new_segment()


def new_segment() -> Any:
    """A segment that is empty yet, under a name of its own."""
    return W3Segment(Codec(), NAME)


def file_of(segment: Any) -> str:
    """The name of the one file of a segment."""
    return f"{segment.segment_id()}.{ENDING}"


class _Documents:
    """Takes documents whole (see ``Writer.add_document``)."""

    def __init__(self, path: Path) -> None:
        self.draft: Draft | None = Draft()
        self.is_closed = False
        self._path = path

    def close(self) -> None:
        if self.draft:
            self.draft.write(self._path)
        self.draft, self.is_closed = None, True


class _Nothing:
    """Terms go into the file with their documents."""

    is_closed = False

    def add_postings(self, schema: Any, lengths: Any, items: Any) -> None:
        del schema, lengths, items

    def close(self) -> None:
        self.is_closed = True


class Writer(SegmentWriter):  # type: ignore[misc] # Whoosh has no types
    """Whoosh's writer, but for how a document is taken in: all its terms at once, not each by way of a pool on the disk."""

    def __init__(self, folder: Path) -> None:
        """Take the lock.

        Raises:
            Exception: whatever a broken folder makes of itself.
        """
        self.folder = Folder(folder)
        super().__init__(FileIndex(self.folder, schema(), NAME), timeout=LOCK_SECONDS, codec=Codec(), compound=False)
        self.documents = 0
        """How many there are, once it was committed."""

    def add_document(self, **fields: Any) -> None:
        """One document, as ``layout.to_fields`` has it."""
        self.perdocwriter.draft.add(fields)
        self._added = True
        self.docnum += 1

    def take_out(self, listings: Iterable[int]) -> None:
        """Delete what stands under these numbers."""
        wanted = np.fromiter(listings, np.int64)
        for segment in self.segments:
            flat = Flat(Path(self.folder.folder) / file_of(segment))
            for number in np.flatnonzero(np.isin(flat.numbers["listing"], wanted)).tolist():
                segment.delete_document(number)

    def put_down(self, merge: Callable[["Writer", list[Any]], list[Any]] | None = None) -> None:
        """Commit; merging segments as the policy says, unless another is given."""

        def merged(_: Any, segments: list[Any]) -> list[Any]:
            kept = [segment for segment in segments if segment.doc_count()]
            kept = (merge or _merged_small)(self, kept)
            self.documents = self.docnum + sum(segment.doc_count() for segment in kept)
            return kept

        self.commit(mergetype=merged)

    def cancel(self, **_: Any) -> None:
        """Leave everything as it was."""
        self.perdocwriter.draft = None
        super().cancel()


def _merged_small(writer: Writer, segments: list[Any]) -> list[Any]:
    chosen = to_merge([segment.doc_count() for segment in segments], MERGED_AT_ONCE)
    if not chosen:
        return segments
    fresh = new_segment()
    merge_segments([segments[place] for place in chosen], Path(writer.folder.folder), fresh, file_of(fresh))
    return [*(segment for place, segment in enumerate(segments) if place not in chosen), fresh]


def merge_segments(segments: Sequence[Any], folder: Path, fresh: Any, name: str) -> list[Any]:
    """Write several segments as one, which comes to hold their documents; see ``lay_together``."""
    files = [(Flat(folder / file_of(segment)), list(segment.deleted_docs())) for segment in segments]
    now = lay_together(folder / name, files)
    fresh.set_doc_count(sum(segment.doc_count() for segment in segments))
    return now


def to_merge(sizes: Sequence[int], most: int) -> list[int]:
    """Which segments of these sizes to merge: all of about one size once there are ``MERGED``, and on up from there.

    Never more than ``most`` documents together.
    """
    tiers: dict[int, list[int]] = {}
    for place, size in enumerate(sizes):
        tiers.setdefault((max(1, size).bit_length() - 1) // 2, []).append(place)
    chosen: list[int] = []
    for _, places in sorted(tiers.items()):
        if len(places) + bool(chosen) < MERGED:
            if chosen:
                break
            continue
        if sum(sizes[place] for place in [*chosen, *places]) > most:
            break
        chosen += places
    return chosen


def to_tidy(segments: Sequence[Any]) -> list[Any]:
    """Which segments a commit leaves to be merged at leisure; or which consists mostly of what was deleted from it."""
    chosen = to_merge([segment.doc_count() for segment in segments], sum(segment.doc_count() for segment in segments))
    wasteful = [one for one in segments if one.deleted_count() > max(one.doc_count(), WASTED)]
    return [segments[place] for place in chosen] or wasteful[:1]


def contents(folder: Path, generation: int | None = None) -> Any:
    """The table of contents of a generation, or of the newest.

    Raises:
        Exception: whatever a broken file makes of itself.
    """
    return TOC.read(Folder(folder), NAME, gen=generation, schema=schema())


def contents_file(generation: int) -> str:
    """The name of the file that holds the table of contents."""
    return f"_{NAME}_{generation}.toc"


class _Stored:
    """What a segment keeps of its documents, for Whoosh's own readers."""

    def __init__(self, flat: Flat, segment: Any) -> None:
        self._flat, self._segment = flat, segment
        self.doc_count, self.doc_count_all = segment.doc_count, segment.doc_count_all
        self.has_deletions, self.is_deleted = segment.has_deletions, segment.is_deleted
        self.deleted_docs = segment.deleted_docs

    def close(self) -> None:
        """The file closes when nobody holds it."""

    def all_doc_ids(self) -> Iterator[int]:
        return (number for number in range(self.doc_count_all()) if not self.is_deleted(number))

    def iter_docs(self) -> Iterator[tuple[int, dict[str, Any]]]:
        return ((number, self.stored_fields(number)) for number in self.all_doc_ids())

    def has_column(self, fieldname: str) -> bool:
        del fieldname
        return False

    def stored_fields(self, docnum: int) -> dict[str, Any]:
        return {"facts": self._flat.facts(docnum)}

    def doc_field_length(self, docnum: int, fieldname: str, default: int = 0) -> int:
        return int(self._flat.numbers["length"][docnum]) if fieldname == "words" else default

    def field_length(self, fieldname: str) -> int:
        return int(self._flat.numbers["length"].sum()) if fieldname == "words" else 0

    def min_field_length(self, fieldname: str) -> int:
        return int(self._flat.numbers["length"].min()) if fieldname == "words" else 0

    def max_field_length(self, fieldname: str) -> int:
        return int(self._flat.numbers["length"].max()) if fieldname == "words" else 0


class _Terms:
    """The terms of a segment, for Whoosh's own readers."""

    def __init__(self, flat: Flat) -> None:
        self._flat = flat

    def close(self) -> None:
        """The file closes when nobody holds it."""

    def __contains__(self, term: Term) -> bool:
        return term[0] in FIELDS and self._flat.terms[term[0]].place(term[1]) >= 0

    def terms(self) -> Iterator[Term]:
        for field in sorted(FIELDS):
            for term in self._flat.terms[field]:
                yield field, term

    def terms_from(self, fieldname: str, prefix: bytes) -> Iterator[Term]:
        for field in sorted(one for one in FIELDS if one >= fieldname):
            terms = self._flat.terms[field]
            for place in range(bisect_left(terms, prefix) if field == fieldname else 0, len(terms)):
                yield field, terms[place]

    def items(self) -> Iterator[tuple[Term, Any]]:
        return ((term, self.term_info(*term)) for term in self.terms())

    def items_from(self, fieldname: str, prefix: bytes) -> Iterator[tuple[Term, Any]]:
        return ((term, self.term_info(*term)) for term in self.terms_from(fieldname, prefix))

    def term_info(self, fieldname: str, text: bytes) -> Any:
        ids, often, _ = self._all_of(fieldname, text)
        if not len(ids):
            raise KeyError(text)
        return TermInfo(float(often.sum()), len(ids), None, 0, float(often.max()), int(ids[0]), int(ids[-1]))

    def frequency(self, fieldname: str, text: bytes) -> float:
        return float(self.term_info(fieldname, text).weight())

    def doc_frequency(self, fieldname: str, text: bytes) -> int:
        return self._flat.how_often(fieldname, text.decode())

    def matcher(self, fieldname: str, text: bytes, format_: Any, scorer: Any = None) -> Any:
        ids, often, places = self._all_of(fieldname, text)
        if not len(ids):
            return NullMatcher()
        values = [format_.encode(found) for found in places] if places is not None else None
        term = fieldname, text
        return ListMatcher(ids.tolist(), often.tolist(), values, format_, scorer=scorer, term=term)

    def _all_of(self, field: str, text: bytes) -> tuple[Any, Any, list[list[int]] | None]:
        ids = self._flat.ids(field, text.decode())
        if field != "words":
            return ids, np.ones(len(ids), np.float32), None
        keys = self._flat.keys(text.decode())
        places: dict[int, list[int]] = {number: [] for number in ids.tolist()}
        for key in keys.tolist():
            places[key >> POSITION_BITS].append(key & ((1 << POSITION_BITS) - 1))
        return ids, self._flat.often(text.decode()), list(places.values())

    def indexed_field_names(self) -> Sequence[str]:
        return FIELDS
