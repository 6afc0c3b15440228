"""Where an index stands in PostgreSQL: two tables for each that was built, and one row that names those in use.

A commit of the database is the switch: a reader finds a whole index, and what died half-way is cleared away by the next
rebuild. Locks belong to connections, so they end with the process that held them, on whichever host.
"""

import json
import secrets
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from time import sleep
from typing import Any
from zlib import crc32

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from app.market.search_index.index.layout import LAYOUT, to_fields
from app.market.search_index.index.manifest import Damaged, Manifest
from app.market.search_index.index.tables.terms import COUNTED, as_row, terms_vector
from app.market.search_index.rules.questions import Document

SCHEMA = "search_index"
BEGINS = "built_"
LOCKS = crc32(b"ownway search index") & 0x7FFFFFFF
WAITED_SECONDS = 0.02
DROP_WITHIN = "500ms"
SURFACE = "term LIKE 'surface:%'"

_KEEP = f"""
INSERT INTO {SCHEMA}.manifest (is_only, body) VALUES (true, CAST(:body AS jsonb))
ON CONFLICT (is_only) DO UPDATE SET body = excluded.body
"""


def prepare(engine: Engine) -> None:
    """See to it that the database can hold an index: its schema, its manifest and the trigrams.

    Raises:
        Damaged: saying what the owner of the database must do.
    """
    with engine.begin() as connection:
        # Two processes starting at once would otherwise both make them.
        connection.execute(text("SELECT pg_advisory_xact_lock(CAST(:a AS integer), 0)"), {"a": LOCKS})
        there = connection.scalar(text("SELECT count(*) FROM pg_extension WHERE extname = 'pg_trgm'"))
        if not there:
            try:
                with connection.begin_nested():
                    connection.execute(text("CREATE EXTENSION pg_trgm"))
            except DBAPIError as error:
                msg = (
                    "SEARCH_ENGINE=postgres needs the extension pg_trgm, and this account may not create it: let the"
                    f" owner of the database run CREATE EXTENSION pg_trgm, or leave SEARCH_ENGINE out ({error.orig})"
                )
                raise Damaged(msg) from error
        try:
            with connection.begin_nested():
                connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
                connection.execute(
                    text(
                        f"CREATE TABLE IF NOT EXISTS {SCHEMA}.manifest"
                        " (is_only boolean PRIMARY KEY CHECK (is_only), body jsonb NOT NULL)"
                    )
                )
        except DBAPIError as error:
            msg = f"SEARCH_ENGINE=postgres keeps its index in a schema named {SCHEMA}, which could not be made: {error.orig}"
            raise Damaged(msg) from error


class TableIndexStore:
    """The tables all indexes of one database are built in."""

    def __init__(self, engine: Engine) -> None:
        """Work on this database, through connections of its own that commit each statement."""
        self.engine = engine

    @contextmanager
    def at_once(self) -> Iterator[Connection]:
        """A connection that holds nothing between two statements, so that no reader keeps an old table from going."""
        with self.engine.connect() as connection:
            yield connection.execution_options(isolation_level="AUTOCOMMIT")

    def manifest(self) -> Manifest | None:
        """What is in use; nothing when there is no index, or none that this program can read."""
        try:
            with self.at_once() as connection:
                body = connection.scalar(text(f"SELECT body FROM {SCHEMA}.manifest"))
            found = Manifest(**body) if body is not None else None
        except (ProgrammingError, TypeError):
            return None
        return found if found is not None and found.layout == LAYOUT else None

    def put(self, manifest: Manifest, *, at_once: bool = False) -> Manifest:
        """Make a manifest the one in use; the database makes it safe, ``at_once`` or not."""
        del at_once
        with self.engine.begin() as connection:
            connection.execute(text(_KEEP), {"body": json.dumps(asdict(manifest))})
        return manifest

    def make_safe(self) -> None:
        """Nothing to do."""

    def tidy(self) -> bool:
        """Nothing to do: the database does."""
        return False

    def is_settled(self, manifest: Manifest) -> bool:
        """Always: writing and saying so are kept together or not at all (see :meth:`take_in`)."""
        del manifest
        return True

    def settle(self, manifest: Manifest) -> Manifest:
        """Nothing to do."""
        return manifest

    def faults(self) -> list[str]:
        """The database looks after its own pages."""
        return [] if self.manifest() is not None else ["there is no index"]

    @contextmanager
    def held(self, name: str) -> Iterator[bool]:
        """Hold a lock of the store if nobody else does, on any host; freed when the process dies."""
        with self.at_once() as connection:
            names = {"a": LOCKS, "b": crc32(name.encode()) & 0x7FFFFFFF}
            is_ours = bool(
                connection.scalar(text("SELECT pg_try_advisory_lock(CAST(:a AS integer), CAST(:b AS integer))"), names)
            )
            try:
                yield is_ours
            finally:
                if is_ours:
                    connection.execute(
                        text("SELECT pg_advisory_unlock(CAST(:a AS integer), CAST(:b AS integer))"), names
                    )

    @contextmanager
    def waited_for(self, name: str) -> Iterator[None]:
        """Hold a lock of the store, waiting for whoever holds it now."""
        while True:
            with self.held(name) as is_ours:
                if is_ours:
                    yield
                    return
            sleep(WAITED_SECONDS)

    def build(self, documents: Iterable[Document]) -> tuple[str, int, int]:
        """An index of these documents beside the one in use: its name, its generation, how many it holds."""
        prepare(self.engine)
        name = f"{BEGINS}{secrets.token_hex(6)}"
        with self.at_once() as connection:
            connection.execute(
                text(
                    f"CREATE TABLE {SCHEMA}.{name} (listing_id bigint NOT NULL, version bigint NOT NULL, words tsvector,"
                    " terms tsvector, numbers bytea, facts jsonb NOT NULL)"
                )
            )
            count = _copy(connection, name, documents)
            for statement in (
                f"ALTER TABLE {SCHEMA}.{name} ADD PRIMARY KEY (listing_id)",
                f"CREATE INDEX ON {SCHEMA}.{name} (version)",
                f"CREATE INDEX ON {SCHEMA}.{name} USING gin (words) WITH (fastupdate = off)",
                f"CREATE INDEX ON {SCHEMA}.{name} USING gin (terms) WITH (fastupdate = off)",
                f"""CREATE TABLE {SCHEMA}.{name}_term AS SELECT word AS term, ndoc AS often
                FROM ts_stat('SELECT terms FROM {SCHEMA}.{name}') WHERE word ~ '^({"|".join(COUNTED)}):'""",
                f"ALTER TABLE {SCHEMA}.{name}_term ADD PRIMARY KEY (term)",
                f"CREATE INDEX ON {SCHEMA}.{name}_term (term text_pattern_ops)",
                f"CREATE INDEX ON {SCHEMA}.{name}_term USING gin (substr(term, 9) gin_trgm_ops) WHERE {SURFACE}",
                f"ANALYZE {SCHEMA}.{name}",
                f"ANALYZE {SCHEMA}.{name}_term",
            ):
                connection.exec_driver_sql(statement.replace("%", "%%"))
        return name, 1, count

    def take_in(self, manifest: Manifest, documents: Iterable[Document], gone: Iterable[int]) -> Manifest:
        """Put documents in place of what stood under their numbers, take out ``gone``, and say so, in one commit.

        Raises:
            Damaged: when the index cannot be written.
        """
        written = {document.listing_id: document for document in documents}
        left = sorted(set(gone) - written.keys())
        version = manifest.generation + 1
        try:
            with self.engine.begin() as connection:
                count = _replace(connection, manifest.folder, version, written, left)
                fresh = replace(manifest, generation=version, documents=manifest.documents + count)
                connection.execute(text(_KEEP), {"body": json.dumps(asdict(fresh))})
        except OperationalError:
            raise
        except DBAPIError as error:
            msg = f"the index cannot be written: {error!r}"
            raise Damaged(msg) from error
        return fresh

    def clear_away(self, keep: Iterable[str]) -> None:
        """Drop the tables of indexes no longer in use. Whoever is just reading one reads on; next time it goes then."""
        kept = {table for name in keep for table in (name, f"{name}_term")}
        with self.at_once() as connection:
            found = connection.scalars(
                text("SELECT tablename FROM pg_tables WHERE schemaname = :s AND tablename LIKE :b"),
                {"s": SCHEMA, "b": f"{BEGINS}%"},
            ).all()
        for table in set(found) - kept:
            try:
                with self.engine.begin() as connection:
                    connection.execute(text(f"SET LOCAL lock_timeout = '{DROP_WITHIN}'"))
                    connection.execute(text(f'DROP TABLE IF EXISTS {SCHEMA}."{table}"'))
            except OperationalError:
                continue


def _copy(connection: Connection, name: str, documents: Iterable[Document]) -> int:
    count = 0
    driver: Any = connection.connection.driver_connection
    into = f"COPY {SCHEMA}.{name} (listing_id, version, words, terms, numbers, facts) FROM STDIN"
    with driver.cursor() as cursor, cursor.copy(into) as copy:
        for document in documents:
            copy.write_row((document.listing_id, 1, *as_row(to_fields(document))))
            count += 1
    return count


def _replace(connection: Connection, name: str, version: int, written: dict[int, Document], gone: list[int]) -> int:
    """How many more there are than before."""
    table = f"{SCHEMA}.{name}"
    before = connection.execute(
        text(
            f"SELECT listing_id, tsvector_to_array(terms) AS terms FROM {table}"
            " WHERE listing_id = ANY(:ids) AND numbers IS NOT NULL FOR UPDATE"
        ),
        {"ids": [*written, *gone]},
    ).all()
    often: Counter[str] = Counter()
    for row in before:
        often.subtract(_counted(row.terms))
    rows = []
    for listing_id, document in written.items():
        fields = to_fields(document)
        often.update(_counted(terms_vector(fields)))
        words, terms, numbers, facts = as_row(fields)
        rows.append(
            {"id": listing_id, "version": version, "words": words, "terms": terms, "numbers": numbers, "facts": facts}
        )
    if rows:
        connection.execute(
            text(
                f"INSERT INTO {table} (listing_id, version, words, terms, numbers, facts) VALUES (:id, :version,"
                " CAST(:words AS tsvector), CAST(:terms AS tsvector), :numbers, CAST(:facts AS jsonb))"
                " ON CONFLICT (listing_id) DO UPDATE SET version = excluded.version, words = excluded.words,"
                " terms = excluded.terms, numbers = excluded.numbers, facts = excluded.facts"
            ),
            rows,
        )
    if gone:
        # What was said of it stays, for whoever found it a moment ago.
        connection.execute(
            text(
                f"UPDATE {table} SET version = :version, words = NULL, terms = NULL, numbers = NULL"
                " WHERE listing_id = ANY(:ids)"
            ),
            {"version": version, "ids": gone},
        )
    changed = [{"term": term, "more": more} for term, more in sorted(often.items()) if more]
    if changed:
        connection.execute(
            text(
                f"INSERT INTO {table}_term (term, often) VALUES (:term, :more)"
                f" ON CONFLICT (term) DO UPDATE SET often = {name}_term.often + excluded.often"
            ),
            changed,
        )
    return len(written) - len(before)


def _counted(terms: Iterable[str]) -> Iterator[str]:
    return (term for term in terms if term.startswith(tuple(f"{field}:" for field in COUNTED)))
