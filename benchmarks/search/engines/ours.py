"""Our own index, through the calls the site makes: the question is read, mended, understood and answered in full.

Built from documents without a database; looking up whether words name a place asks the database, and is left out.
Nothing is cached but what a snapshot keeps of single words.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

from app.market.search_index.index.answering import answer
from app.market.search_index.index.manifest import Manifest
from app.market.search_index.index.question_reading import read, runs_naming_places
from app.market.search_index.index.snapshot import Snapshot, open_snapshot
from app.market.search_index.index.store import IndexStore
from app.market.search_index.rules.questions import Document
from benchmarks.search.engines.answers import Answer, bytes_in, own_cpu
from benchmarks.search.questions import Asked

FACETS = {"kind": "kinds", "nature": "natures", "framework": "framework", "locality": "localities"}
"""The counts that the other engines give too, by what they are called here. Ours counts thirteen filters, they four."""


class Ours:
    """Whoosh as the index, numpy for the rest."""

    name = "ours"
    store: IndexStore
    snapshot: Snapshot

    def build(self, folder: Path, documents: Sequence[Document]) -> None:
        """As a rebuild does, without the database."""
        shutil.rmtree(folder, ignore_errors=True)
        self.store = IndexStore(folder)
        self.store.put(Manifest(*self.store.build(documents), 0, "2026-01-01"))

    def open(self) -> None:
        """As a worker does when it starts."""
        self._look(None)

    def _look(self, before: Snapshot | None) -> None:
        manifest = self.store.manifest()
        assert manifest is not None
        self.snapshot = open_snapshot(self.store.folder_of(manifest), manifest, before)

    def ask(self, asked: Asked) -> Answer:
        """The whole of :func:`app.market.search.queries.find` but for the names of places."""
        wanted = asked.wanted
        reading = read(self.snapshot, wanted.words, is_exact=wanted.is_exact)
        runs_naming_places(self.snapshot, reading)
        found = answer(self.snapshot, wanted, reading, None)
        counts = found.facets.counts
        return Answer(
            found.total,
            [hit.listing_id for hit in found.hits],
            {name: counts.get(own, {}) for name, own in FACETS.items()},
            ["".join(words for words, _ in hit.excerpt) for hit in found.hits],
        )

    def change(self, document: Document) -> None:
        """As the follower takes in a change."""
        manifest = self.store.manifest()
        assert manifest is not None
        self.store.put(self.store.take_in(manifest, [document]), at_once=True)
        self._look(self.snapshot)
        self.store.make_safe()

    def cpu(self) -> float:
        """Of this process."""
        return own_cpu()

    def size(self) -> int:
        """Bytes on the disk."""
        return bytes_in(self.store.root)

    def close(self) -> None:
        """Nothing to let go of."""
