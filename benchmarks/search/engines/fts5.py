"""SQLite FTS5: porter stems, BM25, its own snippets, facets counted in SQL; misspelt words by our spelling table."""

import shutil
import sqlite3
from collections.abc import Sequence
from pathlib import Path

from app.market.search_index.rules.questions import Document, Sort
from app.market.search_index.rules.spelling import Spelling
from benchmarks.search.engines.answers import (
    FACETS,
    Answer,
    all_words,
    bytes_in,
    filters_of,
    is_framework,
    localities_of,
    own_cpu,
    shown,
    words_asked,
)
from benchmarks.search.questions import Asked

TABLES = """
CREATE TABLE listing (
  id INTEGER PRIMARY KEY, kind TEXT, nature TEXT, framework INTEGER, reach INTEGER,
  pence INTEGER, rating INTEGER, published INTEGER, facts TEXT, words TEXT) STRICT;
CREATE TABLE locality (place INTEGER, listing_id INTEGER, PRIMARY KEY (place, listing_id)) STRICT, WITHOUT ROWID;
CREATE VIRTUAL TABLE found USING fts5(words, content='listing', content_rowid='id', tokenize="porter unicode61");
CREATE VIRTUAL TABLE vocabulary USING fts5vocab('found', 'row');
"""
PASSES = {
    "kind": "kind = :kind",
    "nature": "nature = :nature",
    "framework": "framework = :framework",
    "locality": "(reach >> :locality) & 1",
}
ORDERS = {Sort.PRICE: "pence, rank", Sort.RATING: "-rating, rank", Sort.NEWEST: "-published, rank"}


class Fts5:
    """In this process; write-ahead log, checked to the disk at checkpoints."""

    name = "fts5"

    def build(self, folder: Path, documents: Sequence[Document]) -> None:
        """One transaction, then optimised."""
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        self.folder = folder
        connection = sqlite3.connect(folder / "fts5.sqlite")
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=NORMAL")
        connection.executescript(TABLES)
        with connection:
            for document in documents:
                self._write(connection, document)
            connection.execute("INSERT INTO found(found) VALUES ('optimize')")
        connection.execute("ANALYZE")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def _write(self, connection: sqlite3.Connection, document: Document) -> None:
        facts, places = document.facts, localities_of(document)
        row = (
            document.listing_id,
            facts.kind,
            facts.nature,
            int(is_framework(document)),
            sum(1 << place for place in places),
            2**31 if document.pence is None else document.pence,
            round((facts.rating or 0) * 100),
            document.published_on.toordinal(),
            shown(document),
            all_words(document),
        )
        connection.execute("INSERT INTO listing VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
        connection.executemany("INSERT INTO locality VALUES (?, ?)", [(place, row[0]) for place in places])
        connection.execute("INSERT INTO found(rowid, words) VALUES (?, ?)", (row[0], row[-1]))

    def open(self) -> None:
        """A connection as the site's, and the spelling table."""
        self.connection = sqlite3.connect(self.folder / "fts5.sqlite", isolation_level=None)
        self.connection.execute("PRAGMA synchronous=NORMAL")
        self.connection.execute("PRAGMA cache_size=-65536")
        self.connection.execute("PRAGMA mmap_size=1000000000")
        terms = dict(self.connection.execute("SELECT term, doc FROM vocabulary"))
        self.spelling = Spelling({word: often for word, often in terms.items() if often > 1 or len(terms) < 20_000})
        self.terms = terms

    def ask(self, asked: Asked) -> Answer:
        """What matches is gathered once; counts and the page are read from that, snippets made for the page alone."""
        wanted = asked.wanted
        filters = filters_of(wanted)
        passes = {name: PASSES[name] for name in filters}
        everything = " AND ".join(passes.values()) or "1"
        values = {**filters, "words": self._match(asked), "size": wanted.size}
        if wanted.words:
            gathered = """SELECT id, kind, nature, framework, reach, pence, rating, published, rank
                FROM found JOIN listing ON listing.id = found.rowid WHERE found MATCH :words"""
        else:
            gathered = "SELECT id, kind, nature, framework, reach, pence, rating, published, 0 AS rank FROM listing"
        run = self.connection.execute
        run("DROP TABLE IF EXISTS temp.matched")
        run(f"CREATE TEMP TABLE matched AS {gathered}", values)
        total = run(f"SELECT count(*) FROM matched WHERE {everything}", values).fetchone()[0]
        order = ORDERS.get(wanted.sort, "rank")
        page = run(f"SELECT id FROM matched WHERE {everything} ORDER BY {order}, id LIMIT :size", values)
        ids = [row[0] for row in page]
        facets = self._facets(passes, values)
        excerpts = []
        for number in ids:
            run("SELECT facts FROM listing WHERE id = ?", (number,)).fetchone()[0].split("\t")
            if wanted.words:
                said = "SELECT snippet(found, 0, '<b>', '</b>', '…', 30) FROM found WHERE found MATCH ? AND rowid = ?"
                excerpts.append(run(said, (values["words"], number)).fetchone()[0])
        return Answer(total, ids, facets, excerpts)

    def _match(self, asked: Asked) -> str:
        words = words_asked(asked.wanted)
        if asked.kind == "phrase":
            return f'"{" ".join(words)}"'
        if asked.kind == "misspelt":
            words[-1] = self.spelling.nearest(words[-1]) or words[-1]
        said = [f'"{word}"' for word in words]
        if asked.kind == "prefix":
            said[-1] += "*"
        return " AND ".join(said)

    def _facets(self, passes: dict[str, str], values: dict[str, object]) -> dict[str, dict[object, int]]:
        found: dict[str, dict[object, int]] = {}
        for name in FACETS:
            where = " AND ".join(text for other, text in passes.items() if other != name) or "1"
            if name == "locality":
                sums = ", ".join(f"sum((reach >> {place}) & 1)" for place in range(1, 13))
                row = self.connection.execute(f"SELECT {sums} FROM matched WHERE {where}", values).fetchone()
                found[name] = {place: count or 0 for place, count in enumerate(row, start=1)}
            else:
                counted = f"SELECT {name}, count(*) FROM matched WHERE {where} GROUP BY {name}"
                found[name] = dict(self.connection.execute(counted, values))
        return found

    def change(self, document: Document) -> None:
        """One transaction."""
        with self.connection:
            self.connection.execute("BEGIN IMMEDIATE")
            number = document.listing_id
            old = self.connection.execute("SELECT words FROM listing WHERE id = ?", (number,)).fetchone()
            if old is not None:
                self.connection.execute(
                    "INSERT INTO found(found, rowid, words) VALUES ('delete', ?, ?)", (number, old[0])
                )
                self.connection.execute("DELETE FROM listing WHERE id = ?", (number,))
                self.connection.execute("DELETE FROM locality WHERE listing_id = ?", (number,))
            self._write(self.connection, document)

    def cpu(self) -> float:
        """Of this process."""
        return own_cpu()

    def size(self) -> int:
        """Bytes on the disk."""
        return bytes_in(self.folder)

    def close(self) -> None:
        """Let the file go."""
        self.connection.close()
